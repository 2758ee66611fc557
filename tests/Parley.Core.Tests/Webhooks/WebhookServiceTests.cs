using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core.Listening;
using Parley.Core.Messaging;
using Parley.Core.Tests.Support;
using Parley.Core.Webhooks;
using Parley.Testing;

namespace Parley.Core.Tests.Webhooks;

public sealed class WebhookServiceTests
{
    private const long Pid = CoreFixture.Pid;

    private static readonly Webhook Hook = new()
    {
        Name = "crm",
        ProjectId = Pid,
        Url = new("http://localhost/"),
        Secret = "s",
        Filter = ListenerFilter.Everything with { AllEvents = false },
        BatchSize = 3,
        MaxAttempts = 3,
        FirstRetry = TimeSpan.FromSeconds(1),
        LongestRetry = TimeSpan.FromSeconds(2),
        PendingEvents = 2,
    };

    [Fact]
    public async Task Messages_are_told_in_order_in_batches_and_the_cursor_follows()
    {
        await using var world = await World.StartAsync(Hook);
        for (var mid = 1; mid <= 7; mid++)
            await world.SayAsync(mid);
        List<long> told = [];
        while (told.Count < 7)
        {
            var attempt = await world.Sender.NextAsync();
            Assert.Equal(1, attempt.Number);
            Assert.False(attempt.Batch.IsRedelivery);
            Assert.InRange(attempt.Mids.Length, 1, 3);
            told.AddRange(attempt.Mids);
            attempt.Answer(WebhookOutcome.Accepted);
        }
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], told);
        await world.UntilAsync(status => status is { State: WebhookState.Idle, Lag: 0, Position: 7 });
        Assert.Equal(7, await world.Fixture.Store.Webhooks.FindCursorAsync(Hook.Key, CancellationToken.None));
        Assert.False(world.Sender.HasMore);
    }

    [Fact]
    public async Task A_new_webhook_begins_with_what_is_said_from_now_on_and_a_known_one_goes_on()
    {
        await using var world = await World.StartAsync(Hook, isRunning: false);
        await world.SayAsync(1);
        await world.RunAsync();
        await world.SayAsync(2);
        await world.TakesAsync(2);
        await world.UntilAsync(status => status.Position == 2);
        await world.StopAsync();
        await world.SayAsync(3);
        await world.SayAsync(4);
        await world.RunAsync();
        await world.TakesAsync(3, 4);
    }

    [Fact]
    public async Task What_was_not_answered_when_the_server_stopped_is_told_again()
    {
        await using var world = await World.StartAsync(Hook);
        await world.SayAsync(1);
        Assert.Equal(1, Assert.Single((await world.Sender.NextAsync()).Mids));
        await world.StopAsync();
        await world.RunAsync();
        await world.TakesAsync(1);
    }

    [Fact]
    public async Task A_failed_attempt_is_repeated_after_growing_waits_and_nothing_overtakes_it()
    {
        await using var world = await World.StartAsync(Hook with { MaxAttempts = 10 });
        await world.SayAsync(1);
        TimeSpan[] longest = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)];
        for (var number = 1; number <= 4; number++)
        {
            var attempt = await world.Sender.NextAsync();
            Assert.Equal((number, 1), (attempt.Number, attempt.Mids.Single()));
            if (number == 4)
            {
                attempt.Answer(WebhookOutcome.Accepted);
                break;
            }
            await world.FailAsync(attempt, number == 1 ? "status 500" : "no answer in time");
            await world.SayAsync(number + 1);
            world.Time.Advance(longest[number - 1] * 0.74); // a wait is at most a quarter shorter
            Assert.False(world.Sender.HasMore);
            world.Time.Advance(longest[number - 1] * 0.26);
        }
        await world.TakesAsync(2, 3, 4);
        await world.UntilAsync(status => status is { State: WebhookState.Idle, DeadLetters: 0, LastFailure: "no answer in time" });
    }

    [Theory]
    [InlineData(3, 1_000_000)]
    [InlineData(1000, 5)]
    public async Task After_the_limit_the_batch_is_dead_and_the_stream_goes_on(int attempts, int seconds)
    {
        await using var world = await World.StartAsync(Hook with { MaxAttempts = attempts, GiveUpAfter = TimeSpan.FromSeconds(seconds) });
        var started = world.Time.UnixMilliseconds;
        await world.SayAsync(1);
        var count = 0;
        FakeSender.Attempt attempt;
        while ((attempt = await world.Sender.NextAsync()).Mids is [1])
        {
            count++;
            if (count == 1)
                await world.SayAsync(2);
            attempt.Answer(WebhookOutcome.Failed, "status 500");
            await world.LetRetryAsync();
        }
        var (fewest, most) = attempts == 3 ? (3, 3) : (2, 8); // the clock goes on while the store is asked
        Assert.InRange(count, fewest, most);
        Assert.Equal([2], attempt.Mids);
        attempt.Answer(WebhookOutcome.Accepted);
        await world.UntilAsync(status => status is { State: WebhookState.Idle, DeadLetters: 1, Position: 2 });
        var letter = Assert.Single((await world.Service.GetDeadLettersAsync("crm", 0, 10, CancellationToken.None))!);
        Assert.Equal((1, count, "status 500", false), (letter.Position, letter.Attempts, letter.Reason, letter.IsRetrying));
        Assert.InRange(letter.Time, started, world.Time.UnixMilliseconds);
    }

    [Fact]
    public async Task Dead_letters_are_sent_again_when_asked_for_and_leave_the_list_when_taken()
    {
        await using var world = await World.StartAsync(Hook with { MaxAttempts = 1 });
        for (var mid = 1; mid <= 5; mid++)
        {
            await world.SayAsync(mid);
            (await world.Sender.NextAsync()).Answer(WebhookOutcome.Failed, "refused");
            await world.UntilAsync(status => status.DeadLetters == mid);
        }
        await world.Fixture.Store.Messages.DeleteAsync(ConversationKey.PeerToPeer(Pid, 1, 2), 2, CancellationToken.None);
        Assert.Null(await world.Service.RetryAsync("nobody", CancellationToken.None));
        Assert.Null(await world.Service.GetDeadLettersAsync("nobody", 0, 1, CancellationToken.None));
        Assert.Equal(5, await world.Service.RetryAsync("crm", CancellationToken.None));

        var first = await world.Sender.NextAsync();
        Assert.True(first.Batch.IsRedelivery);
        Assert.Equal([1, 3], first.Mids); // 2 was deleted
        first.Answer(WebhookOutcome.Accepted);
        var second = await world.Sender.NextAsync();
        Assert.Equal([4, 5], second.Mids);
        second.Answer(WebhookOutcome.Failed, "again");
        await world.UntilAsync(status => status is { State: WebhookState.Idle, DeadLetters: 2 });
        var letters = (await world.Service.GetDeadLettersAsync("crm", 0, 10, CancellationToken.None))!;
        Assert.All(letters, letter => Assert.Equal((2, "again", false), (letter.Attempts, letter.Reason, letter.IsRetrying)));
        await world.SayAsync(6);
        await world.TakesAsync(6); // the failed ones are not tried by themselves
    }

    [Fact]
    public async Task Letters_asked_for_while_the_server_does_not_run_are_sent_at_its_start()
    {
        await using var world = await World.StartAsync(Hook with { MaxAttempts = 1 });
        await world.SayAsync(1);
        (await world.Sender.NextAsync()).Answer(WebhookOutcome.Failed, "x");
        await world.UntilAsync(status => status.DeadLetters == 1);
        await world.StopAsync();
        Assert.Equal(1, await world.Service.RetryAsync("crm", CancellationToken.None));
        var status = Assert.Single(await world.Service.GetStatusAsync(CancellationToken.None));
        Assert.Equal((WebhookState.Stopped, 1, 0, 1), (status.State, status.Position, status.Lag, status.DeadLetters));
        await world.RunAsync();
        await world.TakesAsync(1);
        await world.UntilAsync(status => status.DeadLetters == 0);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_left_in_peace_until_somebody_asks()
    {
        await using var world = await World.StartAsync(Hook);
        await world.SayAsync(1);
        (await world.Sender.NextAsync()).Answer(WebhookOutcome.Gone, "status 410");
        await world.UntilAsync(status => status is { State: WebhookState.Paused, Lag: 1, LastFailure: "status 410" });
        await world.SayAsync(2);
        world.Time.Advance(TimeSpan.FromHours(2));
        await world.UntilAsync(status => status is { State: WebhookState.Paused, Lag: 2, DeadLetters: 0 });
        Assert.False(world.Sender.HasMore);
        Assert.Equal(0, await world.Service.RetryAsync("crm", CancellationToken.None));
        await world.TakesAsync(1, 2);
    }

    [Fact]
    public async Task A_fault_of_our_own_does_not_end_the_webhook()
    {
        await using var world = await World.StartAsync(Hook);
        await world.SayAsync(1);
        (await world.Sender.NextAsync()).Throw();
        await world.LetRetryAsync();
        await world.TakesAsync(1);
        await world.SayAsync(2);
        await world.TakesAsync(2);
    }

    [Fact]
    public async Task Only_what_the_filter_wants_of_its_project_is_told_and_the_rest_passed_over()
    {
        await using var world = await World.StartAsync(Hook with { Filter = new() { Groups = new HashSet<long> { 9 } } }, admins: [7]);
        await world.Fixture.Core.Groups.AddMembersAsync(world.Fixture.Project, 9, [1], CancellationToken.None);
        await world.SayAsync(1);
        Assert.Equal(CoreError.None, (await world.Fixture.Core.Messenger.SendAsync(
            world.Fixture.ToPeer(7, 0, 2) with { Kind = ConversationKind.Broadcast })).Error);
        Assert.Equal(CoreError.None, (await world.Fixture.Core.Messenger.SendAsync(world.Fixture.ToGroup(1, 9, 3))).Error);
        await world.TakesAsync(3);
        await world.UntilAsync(status => status is { Position: 3, Lag: 0 });
    }

    [Fact]
    public async Task Events_are_told_in_order_and_of_too_many_the_oldest_are_dropped()
    {
        await using var world = await World.StartAsync(Hook with { Filter = new() { AllEvents = true } });
        var session = world.Fixture.Login(5);
        var first = await world.Sender.NextAsync();
        Assert.Equal([(ListenerEvent.Login, 5L)], Events(first)); // while this one is on its way, others wait
        world.Fixture.Core.Sessions.Close(session);
        world.Fixture.Login(6);
        world.Fixture.Login(7);
        first.Answer(WebhookOutcome.Accepted);
        var second = await world.Sender.NextAsync();
        Assert.Equal([(ListenerEvent.Login, 6L), (ListenerEvent.Login, 7L)], Events(second));
        Assert.True(first.Batch.Events[0].Number < second.Batch.Events[0].Number);
        Assert.True(second.Batch.Events[0].Number < second.Batch.Events[1].Number);
        second.Answer(WebhookOutcome.Accepted);
        await world.UntilAsync(status => status is { State: WebhookState.Idle, Position: 0 });
    }

    [Fact]
    public async Task Disposing_ends_an_attempt_that_is_never_answered()
    {
        await using var world = await World.StartAsync(Hook);
        await world.SayAsync(1);
        await world.Sender.NextAsync();
        await world.StopAsync();
        Assert.Equal(0, world.Fixture.Core.Listeners.Count);
    }

    private static (string, long)[] Events(FakeSender.Attempt attempt) =>
        [.. attempt.Batch.Events.Select(told => (told.Event.Name, told.Event.Session.UserId))];

    /// <summary>A core with one webhook over a clock that stands still.</summary>
    private sealed class World(CoreFixture fixture, ManualTimeProvider time, Webhook webhook) : IAsyncDisposable
    {
        private bool _isRunning;

        public CoreFixture Fixture => fixture;

        public ManualTimeProvider Time => time;

        public FakeSender Sender { get; private set; } = new();

        public WebhookService Service { get; private set; } = null!;

        public static async Task<World> StartAsync(Webhook webhook, bool isRunning = true, long[]? admins = null)
        {
            var time = new ManualTimeProvider();
            var world = new World(await CoreFixture.StartAsync(time: time, admins: admins), time, webhook);
            if (isRunning)
                await world.RunAsync();
            return world;
        }

        public async Task RunAsync()
        {
            if (Service is not null)
                await Service.DisposeAsync();
            Make();
            await Service!.StartAsync(CancellationToken.None);
            _isRunning = true;
        }

        /// <summary>Stops telling; the service is there as a command without a server has it.</summary>
        public async Task StopAsync()
        {
            await Service.DisposeAsync();
            _isRunning = false;
            Make();
        }

        public async Task SayAsync(long mid) =>
            Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, mid))).Error);

        /// <summary>The next batch has messages with these mids, and is accepted.</summary>
        public async Task TakesAsync(params long[] mids) => Assert.Equal(mids, await Sender.AcceptAsync());

        /// <summary>Answers with a failure and waits until the wait before the next attempt has begun.</summary>
        public async Task FailAsync(FakeSender.Attempt attempt, string reason)
        {
            var timers = time.ActiveTimers;
            attempt.Answer(WebhookOutcome.Failed, reason);
            await UntilAsync(() => time.ActiveTimers > timers);
        }

        /// <summary>Lets time pass until the next attempt is there.</summary>
        public Task LetRetryAsync() => UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
            return Sender.HasMore;
        });

        public async Task UntilAsync(Func<WebhookStatus, bool> isSo)
        {
            WebhookStatus? status = null;
            try
            {
                await UntilAsync(async () => isSo(status = Assert.Single(await Service.GetStatusAsync(CancellationToken.None))));
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"In vain: {status}");
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_isRunning || Service is not null)
                await Service.DisposeAsync();
            await fixture.DisposeAsync();
        }

        private void Make()
        {
            Sender = new();
            Service = new([webhook], fixture.Core, Sender, NullLoggerFactory.Instance);
        }

        private static Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()));

        private static async Task UntilAsync(Func<Task<bool>> isSo)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            while (!await isSo())
                await timer.WaitForNextTickAsync(deadline.Token);
        }
    }
}
