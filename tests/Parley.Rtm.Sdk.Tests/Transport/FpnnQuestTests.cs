using System.Collections.Concurrent;
using Parley.Conformance.Tests.Support;
using Parley.Rtm.Transport;

namespace Parley.Rtm.Sdk.Tests.Transport;

/// <summary>What the server asks of the SDK.</summary>
public sealed class FpnnQuestTests
{
    [Fact]
    public async Task Ping_is_answered_with_an_empty_map_even_while_the_handler_is_busy()
    {
        var free = new TaskCompletionSource();
        await using var gate = new FakeGate();
        await using var connection = await FpnnConnectionTests.ConnectAsync(gate, options => options.OnQuest = async (_, _) => await free.Task);
        using var peer = await gate.AcceptAsync();
        await peer.SendPushAsync("work");
        var answer = await peer.PushAsync("ping");
        Assert.Equal((false, 0), (answer.IsError, answer.Body.Count));
        free.SetResult();
        Assert.Equal(20004, (await peer.ReadAsync()).Body.Int("code"));
    }

    [Fact]
    public async Task A_quest_that_nobody_handles_gets_20004_and_a_one_way_quest_nothing()
    {
        await using var gate = new FakeGate();
        await using var connection = await FpnnConnectionTests.ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        await peer.SendAsync(Frame.Quest(0, "whatever", Pack.Map(), Frame.OneWay));
        var answer = await peer.PushAsync("whatever");
        Assert.True(answer.IsError);
        Assert.Equal(20004, answer.Body.Int("code"));
        Assert.NotEmpty(answer.Body.Text("ex"));
    }

    [Fact]
    public async Task A_handler_that_throws_gets_20001_sent_and_the_next_quest_is_handled()
    {
        await using var gate = new FakeGate();
        await using var connection = await FpnnConnectionTests.ConnectAsync(gate, options => options.OnQuest = async (quest, token) =>
        {
            if (quest.Method == "bad")
                throw new InvalidOperationException();
            Assert.True(quest.TryRead(out var parameters));
            var n = parameters.Int64("n"u8);
            await quest.AnswerAsync(map => map.Add("n"u8, n + 1), token);
            await quest.AnswerAsync(null, token);
        });
        using var peer = await gate.AcceptAsync();
        Assert.Equal(20001, (await peer.PushAsync("bad")).Body.Int("code"));
        Assert.Equal(8, (await peer.PushAsync("good", ("n", 7))).Body.Int("n"));
        Assert.Equal(9, (await peer.PushAsync("good", ("n", 8))).Body.Int("n"));
    }

    [Fact]
    public async Task A_json_quest_is_read_like_any_other()
    {
        await using var gate = new FakeGate();
        var seen = new TaskCompletionSource<long>();
        await using var connection = await FpnnConnectionTests.ConnectAsync(gate, options => options.OnQuest = async (quest, token) =>
        {
            seen.SetResult(quest.TryRead(out var parameters) ? parameters.Int64("n"u8) : -1);
            await quest.AnswerAsync(null, token);
        });
        using var peer = await gate.AcceptAsync();
        await peer.SendAsync(Frame.JsonQuest(1, "x", """{"n":5}"""));
        Assert.Equal(5, await Wait.For(seen.Task, "the quest"));
    }

    [Fact]
    public async Task A_busy_handler_holds_the_server_back_and_loses_nothing()
    {
        const int Count = 2000;
        var free = new TaskCompletionSource();
        var seen = new ConcurrentQueue<long>();
        await using var gate = new FakeGate();
        await using var connection = await FpnnConnectionTests.ConnectAsync(gate, options =>
        {
            options.InboundCapacity = 4;
            options.OnQuest = async (quest, token) =>
            {
                await free.Task;
                seen.Enqueue(quest.TryRead(out var parameters) ? parameters.Int64("n"u8) : -1);
                await quest.AnswerAsync(null, token);
            };
        });
        using var peer = await gate.AcceptAsync();
        var padding = new string('x', 20_000);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
                await peer.SendPushAsync("n", ("n", i), ("padding", padding));
        });
        // 40 MB do not fit into 4 quests and the buffers of two sockets.
        Assert.NotSame(sending, await Task.WhenAny(sending, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System)));
        free.SetResult();
        for (var i = 0; i < Count; i++)
            Assert.Equal(Frame.AnswerType, (await peer.ReadAsync()).Type);
        await sending;
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), seen);
    }

    [Fact]
    public async Task A_server_that_reads_nothing_holds_callers_back_until_their_time_is_over()
    {
        await using var gate = new FakeGate();
        await using var connection = await FpnnConnectionTests.ConnectAsync(gate, options => options.OutboundCapacity = 2);
        using var peer = await gate.AcceptAsync();
        var big = new byte[1_000_000];
        var asked = Enumerable.Range(0, 40)
            .Select(_ => connection.AskAsync("big", map => map.AddBinary("b"u8, big), TimeSpan.FromMilliseconds(300)))
            .ToArray();
        foreach (var ask in asked)
            await Assert.ThrowsAsync<FpnnTimeoutException>(() => Wait.For(ask, "the timeout"));
        Assert.True(connection.IsOpen);
    }

    [Fact]
    public async Task More_quests_than_allowed_wait_for_their_turn()
    {
        await using var gate = new FakeGate();
        await using var connection = await FpnnConnectionTests.ConnectAsync(gate, options => options.MaxAsksInFlight = 1);
        using var peer = await gate.AcceptAsync();
        var first = connection.AskAsync("first");
        var second = connection.AskAsync("second");
        var late = connection.AskAsync("late", timeout: TimeSpan.FromMilliseconds(200));
        var quest = await peer.ExpectAsync("first");
        await Assert.ThrowsAsync<FpnnTimeoutException>(() => late);
        Assert.False(second.IsCompleted);
        await peer.AnswerAsync(quest);
        await first;
        await peer.AnswerAsync(await peer.ExpectAsync("second"));
        await second;
    }

    [Fact]
    public async Task A_handler_may_end_its_own_connection()
    {
        FpnnConnection? own = null;
        await using var gate = new FakeGate();
        await using var connection = await FpnnConnectionTests.ConnectAsync(gate, options => options.OnQuest = async (_, _) => await own!.DisposeAsync());
        own = connection;
        using var peer = await gate.AcceptAsync();
        await peer.SendPushAsync("kickout");
        Assert.Equal(FpnnCloseReason.Local, (await Wait.For(connection.Closed, "the end")).Reason);
        Assert.Null(await peer.TryReadAsync());
    }
}
