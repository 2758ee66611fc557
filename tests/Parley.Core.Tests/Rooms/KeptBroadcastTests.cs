using Parley.Core.Rooms;
using Parley.Core.Tests.Support;
using Parley.Testing;
using static Parley.Core.Tests.Rooms.RoomWorld;

namespace Parley.Core.Tests.Rooms;

/// <summary>Broadcasts that are kept for those who come later (beehive.md §3.2).</summary>
public sealed class KeptBroadcastTests
{
    private readonly ManualTimeProvider _time = new();

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task Kept_broadcasts_come_oldest_first_until_they_expire_and_after_the_wanted_number()
    {
        await using var fixture = await CoreFixture.StartAsync(time: _time);
        await fixture.SitAsync(1);
        Assert.Empty(await NumbersAsync(fixture));
        await KeepAsync(fixture, mid: 11, seconds: 30);
        await KeepAsync(fixture, mid: 12, seconds: 10);
        await KeepAsync(fixture, mid: 13, seconds: 20);
        var kept = await fixture.Core.Rooms.GetKeptBroadcastsAsync(fixture.Project, Hall, 0, Token);
        Assert.Equal([(1, 11, Now + 30_000), (2, 12, Now + 10_000), (3, 13, Now + 20_000)],
            kept.Select(broadcast => (broadcast.Number, broadcast.Message.MessageId, broadcast.ExpiresAt)));
        Assert.Equal("hello", CoreFixture.TextOf(kept[0].Message));
        Assert.Equal([2, 3], await NumbersAsync(fixture, after: 1));
        Assert.Empty(await NumbersAsync(fixture, after: 3));
        Assert.Empty(await fixture.Core.Rooms.GetKeptBroadcastsAsync(fixture.Project, 8, 0, Token));

        _time.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.Equal([1, 2, 3], await NumbersAsync(fixture));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([1, 3], await NumbersAsync(fixture));
    }

    [Fact]
    public async Task Numbers_and_kept_broadcasts_outlive_a_restart_and_expired_ones_are_purged()
    {
        await using var fixture = await CoreFixture.StartAsync(time: _time);
        await fixture.SitAsync(1);
        await KeepAsync(fixture, 11, seconds: 1);
        await KeepAsync(fixture, 12, seconds: 100);
        await fixture.RestartAsync();
        Assert.Equal([1, 2], await NumbersAsync(fixture));
        Assert.Equal(3, await fixture.Core.Rooms.NextBroadcastAsync(fixture.Project, Hall, Token));
        Assert.Equal(1, await fixture.Core.Rooms.NextBroadcastAsync(fixture.Project, 8, Token));

        Assert.Equal(0, await fixture.Store.Rooms.PurgeBroadcastsAsync(Now + 1000, 10, Token));
        Assert.Equal(1, await fixture.Store.Rooms.PurgeBroadcastsAsync(Now + 1001, 10, Token));
        await fixture.RestartAsync();
        Assert.Equal([2], await NumbersAsync(fixture));
    }

    [Fact]
    public async Task A_broadcast_that_was_deleted_is_not_told()
    {
        await using var fixture = await CoreFixture.StartAsync(time: _time);
        await fixture.SitAsync(1);
        await KeepAsync(fixture, 11, seconds: 10);
        await KeepAsync(fixture, 12, seconds: 10);
        var kept = await fixture.Core.Rooms.GetKeptBroadcastsAsync(fixture.Project, Hall, 0, Token);
        Assert.True(await fixture.Core.History.DeleteAsync(kept[0].Message.Conversation, 1, 11, Token));
        Assert.Equal([2], await NumbersAsync(fixture));
    }

    [Fact]
    public async Task Of_too_many_the_oldest_are_forgotten()
    {
        await using var fixture = await CoreFixture.StartAsync(time: _time);
        await fixture.SitAsync(1);
        var outcome = await PositionAsync(fixture, 11);
        for (var number = 1; number <= RoomDirectory.MostKeptBroadcasts + 1; number++)
            await fixture.Core.Rooms.KeepBroadcastAsync(fixture.Project, Hall, number, outcome, Now + 1000, Token);
        Assert.Equal(Enumerable.Range(2, RoomDirectory.MostKeptBroadcasts).Select(number => (long)number), await NumbersAsync(fixture));
    }

    [Fact]
    public async Task A_broadcast_is_found_while_it_is_being_kept()
    {
        await using var fixture = await CoreFixture.StartAsync(time: _time);
        await fixture.SitAsync(1);
        var position = await PositionAsync(fixture, 11);
        for (var number = 1; number <= 50; number++)
        {
            var keeping = fixture.Core.Rooms.KeepBroadcastAsync(fixture.Project, Hall, number, position, Now + 1000, Token);
            Assert.Equal([number], await NumbersAsync(fixture, after: number - 1));
            await keeping;
            Assert.Equal([number], await NumbersAsync(fixture, after: number - 1));
        }
    }

    [Fact]
    public async Task Who_asks_while_a_broadcast_is_under_way_waits_until_it_is_kept()
    {
        await using var fixture = await CoreFixture.StartAsync(time: _time);
        await fixture.SitAsync(1);
        var position = await PositionAsync(fixture, 11);
        Task<IReadOnlyList<long>> asking;
        using (fixture.Core.Rooms.BeginBroadcast(fixture.Project, Hall))
        {
            asking = NumbersAsync(fixture);
            Assert.Empty(await fixture.Core.Rooms.GetKeptBroadcastsAsync(fixture.Project, 8, 0, Token)); // another room
            Assert.False(asking.IsCompleted);
            await fixture.Core.Rooms.KeepBroadcastAsync(fixture.Project, Hall, 1, position, Now + 1000, Token);
        }
        Assert.Equal([1], await asking);
    }

    private static async Task<IReadOnlyList<long>> NumbersAsync(CoreFixture fixture, long after = 0) =>
        [.. (await fixture.Core.Rooms.GetKeptBroadcastsAsync(fixture.Project, Hall, after, Token)).Select(kept => kept.Number)];

    private async Task KeepAsync(CoreFixture fixture, long mid, int seconds)
    {
        var number = await fixture.Core.Rooms.NextBroadcastAsync(fixture.Project, Hall, Token);
        var position = await PositionAsync(fixture, mid);
        await fixture.Core.Rooms.KeepBroadcastAsync(fixture.Project, Hall, number, position, Now + (seconds * 1000), Token);
    }

    private static async Task<long> PositionAsync(CoreFixture fixture, long mid)
    {
        var outcome = await fixture.CallAsync(1, mid);
        Assert.Equal(CoreError.None, outcome.Error);
        var place = new Core.Messaging.ConversationKey(CoreFixture.Pid, Core.Messaging.ConversationKind.Room, Hall, 0);
        return (await fixture.ReadAllAsync(place)).Single(message => message.Sequence == outcome.Sequence).Position;
    }
}
