using Parley.Core.Messaging;
using Parley.Core.Sessions;
using Parley.Core.Tests.Support;

namespace Parley.Core.Tests.Messaging;

/// <summary>How far the log was handed to sessions, by which what a session missed is told.</summary>
public sealed class DeliveredThroughTests
{
    [Fact]
    public async Task It_stays_behind_what_is_on_its_way_whatever_else_was_delivered_and_begins_at_the_end_of_the_log()
    {
        await using var fixture = await CoreFixture.StartAsync(bounds: new CoreSettings { DeliveryLanes = 8 });
        Assert.Equal((0, 0), Places(fixture));
        using var slow = new SlowSession(fixture.Core.Projects.All[0]);
        fixture.Core.Sessions.Open(slow);
        var first = await fixture.Core.Messenger.SendAsync(fixture.ToPeer(2, 1, 1)); // known before it is delivered
        await slow.Entered.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((first.Position - 1, first.Position), Places(fixture));

        // some of them are in the lane that stands still, and wait
        var sends = Enumerable.Range(10, 50).Select(sender => fixture.Core.Messenger.SendAsync(fixture.ToPeer(sender, 3, sender)).AsTask()).ToList();
        Assert.True((await await Task.WhenAny(sends)).Position > first.Position);
        Assert.Equal(first.Position - 1, fixture.Core.Messenger.DeliveredThrough);
        slow.Gate.Release();
        while (fixture.Core.Messenger.DeliveredThrough < first.Position + 50)
            await Task.Yield();
        Assert.Equal((first.Position + 50, first.Position + 50), Places(fixture));

        await fixture.RestartAsync();
        Assert.Equal((first.Position + 50, first.Position + 50), Places(fixture));
    }

    private static (long Delivered, long Newest) Places(CoreFixture fixture) =>
        (fixture.Core.Messenger.DeliveredThrough, fixture.Core.Messenger.NewestPosition);

    /// <summary>A session that a lane cannot get past.</summary>
    private sealed class SlowSession(Core.Projects.Project project) : Session(project, 1, "127.0.0.1:1", 0), IDisposable
    {
        public SemaphoreSlim Entered { get; } = new(0);

        public SemaphoreSlim Gate { get; } = new(0);

        public override void Push(MessageDelivery delivery)
        {
            Entered.Release();
            Gate.Wait();
        }

        public override void End(SessionEnd reason)
        {
        }

        public override void OnRemovedFromRoom(long roomId)
        {
        }

        public void Dispose()
        {
            Entered.Dispose();
            Gate.Dispose();
        }
    }
}
