using Parley.Conformance.Tests.Support;
using Parley.Rtm.Backend;
using Parley.Rtm.Sdk.Tests.Transport;
using Parley.Testing;

namespace Parley.Rtm.Sdk.Tests.Backend;

/// <summary>Listen settings, pushes, monitor and event stream.</summary>
public sealed class ListeningTests
{
    [Fact]
    public async Task Listening_is_restored_by_setlisten_before_anything_else_goes_over_a_new_connection()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate, options => options.ReconnectDelay = TimeSpan.FromMilliseconds(10));
        var adding = client.AddListenAsync(groupIds: [1, 2], roomIds: [3], userIds: [4], events: ["login"]);
        var peer = await gate.AcceptAsync();
        var added = await peer.ServeAsync("addlisten");
        Assert.Equal([1, 2], added.Ints("gids"));
        Assert.False(added.Has("p2p"));
        await adding;
        var adding2 = client.AddListenAsync(p2p: true);
        Assert.True((await peer.ServeAsync("addlisten")).Bool("p2p"));
        await adding2;
        var removing = client.RemoveListenAsync(groupIds: [1], roomIds: [3]);
        await peer.ServeAsync("removelisten");
        await removing;

        // Nobody calls, and yet it connects again, twice.
        for (var i = 0; i < 2; i++)
        {
            peer.Close();
            peer = await gate.AcceptAsync();
            var asked = client.GetFriendsAsync(1);
            var restored = await peer.ServeAsync("setlisten");
            Assert.Equal([2], restored.Ints("gids"));
            Assert.Empty(restored.Ints("rids"));
            Assert.Equal([4], restored.Ints("uids"));
            Assert.Equal(["login"], restored.List("events"));
            Assert.Equal((true, false, false, false), (restored.Bool("p2p"), restored.Bool("group"), restored.Bool("room"), restored.Bool("ev")));
            await peer.ServeAsync("getfriends", ("uids", Array.Empty<long>()));
            await asked;
        }
    }

    [Fact]
    public async Task Setlisten_has_a_short_form_for_everything_and_for_nothing()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var setting = client.SetListenAsync(RtmListenSettings.Everything);
        using var peer = await gate.AcceptAsync();
        Assert.True((await peer.ServeAsync("setlisten")).Bool("all"));
        await setting;
        setting = client.SetListenAsync(RtmListenSettings.Nothing);
        Assert.False((await peer.ServeAsync("setlisten")).Bool("all"));
        await setting;
        Assert.True(client.Listening.IsNothing);
    }

    [Fact]
    public async Task A_refused_setting_is_not_kept()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var setting = client.SetListenAsync(RtmListenSettings.Everything);
        using var peer = await gate.AcceptAsync();
        await peer.RefuseAsync(await peer.ExpectAsync("setlisten"), 200060);
        Assert.Equal(RtmErrorCode.NotConfigured, (await Assert.ThrowsAsync<RtmException>(() => setting)).Code);
        Assert.True(client.Listening.IsNothing);
    }

    [Fact]
    public async Task A_passing_refusal_of_restoring_is_tried_again_and_a_lasting_one_is_not()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate, options => options.ReconnectDelay = TimeSpan.FromMilliseconds(10));
        var setting = client.SetListenAsync(RtmListenSettings.Everything);
        var peer = await gate.AcceptAsync();
        await peer.ServeAsync("setlisten");
        await setting;
        peer.Close();
        peer = await gate.AcceptAsync();
        await peer.RefuseAsync(await peer.ExpectAsync("setlisten"), RtmErrorCode.FrequencyLimited);
        using var next = await gate.AcceptAsync();
        await next.RefuseAsync(await next.ExpectAsync("setlisten"), RtmErrorCode.NotConfigured);
        var asked = client.GetFriendsAsync(1);
        await next.ServeAsync("getfriends", ("uids", Array.Empty<long>()));
        await asked;
    }

    [Fact]
    public async Task A_monitor_may_dispose_of_the_client()
    {
        var monitor = new RecordingMonitor();
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate, options => options.Monitor = monitor);
        var disposed = new TaskCompletionSource();
        monitor.Before = async _ =>
        {
            await client.DisposeAsync();
            disposed.SetResult();
        };
        await client.ConnectAsync();
        using var peer = await gate.AcceptAsync();
        await peer.PushAsync("pushmsg", BackendFixture.Push(1, 2, 3));
        await Wait.For(disposed.Task, "the client was disposed of");
    }

    [Fact]
    public async Task The_client_tries_again_until_the_gate_is_back()
    {
        var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate, options => options.ReconnectDelay = TimeSpan.FromMilliseconds(20));
        var setting = client.SetListenAsync(RtmListenSettings.Everything);
        var peer = await gate.AcceptAsync();
        await peer.ServeAsync("setlisten");
        await setting;
        peer.Close();
        // The restore is not answered once, then the connection breaks: the next one is tried.
        peer = await gate.AcceptAsync();
        await peer.ExpectAsync("setlisten");
        peer.Reset();
        peer = await gate.AcceptAsync();
        await peer.ServeAsync("setlisten");
        await Wait.Until(() => client.IsConnected, "it is connected");
        await gate.DisposeAsync();
    }

    [Fact]
    public async Task Every_push_is_answered_before_the_application_sees_it()
    {
        var free = new TaskCompletionSource();
        var monitor = new RecordingMonitor { Before = _ => free.Task };
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate, options => options.Monitor = monitor);
        await client.ConnectAsync();
        using var peer = await gate.AcceptAsync();
        foreach (var (method, key) in (ValueTuple<string, string>[])[("pushmsg", "to"), ("pushgroupmsg", "gid"), ("pushroommsg", "rid")])
        {
            var answer = await peer.PushAsync(method, BackendFixture.Push(1, 2, 3).Without("to").Append((key, 9L)).ToArray());
            Assert.Equal((false, 0), (answer.IsError, answer.Body.Count));
        }

        await peer.PushAsync("pushevent", ("pid", 1), ("event", "login"), ("uid", 5), ("time", 1_556_446_790), ("endpoint", "1.2.3.4:5"), ("data", ""));
        Assert.Equal(20004, (await peer.PushAsync("pushbroadcastmsg", BackendFixture.Push(1, 2, 3))).Body.Int("code"));
        Assert.Empty(monitor.Seen);
        free.SetResult();
        await Wait.Until(() => monitor.Seen.Count == 4, "all was told");
        Assert.Equal(
            [RtmConversationType.P2P, RtmConversationType.Group, RtmConversationType.Room],
            monitor.Seen.OfType<RtmMessageEvent>().Select(message => message.Conversation));
        Assert.All(
            monitor.Seen.OfType<RtmMessageEvent>(),
            message => Assert.Equal("1 9 3 30 hi", $"{message.From} {message.Target} {message.Mid} {message.MessageType} {message.Text}"));
        var login = Assert.IsType<RtmUserEvent>(monitor.Seen.Last());
        Assert.Equal(new RtmUserEvent("login", 5, DateTimeOffset.FromUnixTimeSeconds(1_556_446_790), "1.2.3.4:5", ""), login);
    }

    [Fact]
    public async Task A_message_is_told_once_and_events_are_not_filtered()
    {
        var monitor = new RecordingMonitor();
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate, options => options.Monitor = monitor);
        await client.ConnectAsync();
        using var peer = await gate.AcceptAsync();
        foreach (var (from, to, mid) in (ValueTuple<long, long, long>[])[(1, 2, 3), (1, 2, 3), (1, 2, 4), (1, 5, 3), (6, 2, 3), (1, 2, 3)])
            await peer.PushAsync("pushmsg", BackendFixture.Push(from, to, mid));
        await peer.PushAsync("pushgroupmsg", [.. BackendFixture.Push(1, 0, 3).Without("to"), ("gid", 2)]);
        for (var i = 0; i < 2; i++)
            await peer.PushAsync("pushevent", ("event", "login"), ("uid", 5), ("time", 1));
        await Wait.Until(() => monitor.Seen.OfType<RtmUserEvent>().Count() == 2, "all was told");
        Assert.Equal(
            [(1, 2, 3), (1, 2, 4), (1, 5, 3), (6, 2, 3), (1, 2, 3)],
            monitor.Seen.OfType<RtmMessageEvent>().Select(m => ((int)m.From, (int)m.Target, (int)m.Mid)));
    }

    [Fact]
    public void The_filter_forgets_old_ones_only_when_there_are_many()
    {
        var clock = new ManualTimeProvider();
        var filter = new DuplicateFilter(clock);
        for (var i = 0; i < DuplicateFilter.KeepAtLeast; i++)
            Assert.True(filter.IsNew(RtmConversationType.P2P, 1, 2, i));
        clock.Advance(DuplicateFilter.KeepFor + TimeSpan.FromSeconds(1));
        Assert.False(filter.IsNew(RtmConversationType.P2P, 1, 2, 0));
        Assert.True(filter.IsNew(RtmConversationType.P2P, 1, 2, -1));
        Assert.Equal(DuplicateFilter.KeepAtLeast, filter.Count);
        Assert.True(filter.IsNew(RtmConversationType.P2P, 1, 2, 0));
        for (var i = 0; i < DuplicateFilter.KeepAtMost + 10; i++)
            filter.IsNew(RtmConversationType.Room, 1, 2, i);
        Assert.Equal(DuplicateFilter.KeepAtMost, filter.Count);
    }

    [Fact]
    public async Task What_the_monitor_throws_goes_no_further_and_unreadable_pushes_are_dropped()
    {
        var monitor = new RecordingMonitor { Before = e => e is RtmMessageEvent { Mid: 1 } ? throw new InvalidOperationException() : Task.CompletedTask };
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate, options => options.Monitor = monitor);
        await client.ConnectAsync();
        using var peer = await gate.AcceptAsync();
        await peer.PushAsync("pushmsg", BackendFixture.Push(1, 2, 1));
        await peer.PushAsync("pushmsg", ("from", 1));
        await peer.PushAsync("pushmsg", [.. BackendFixture.Push(1, 2, 2).Without("msg"), ("msg", 7)]);
        await peer.PushAsync("pushmsg", [.. BackendFixture.Push(1, 2, 3).Without("msg"), ("msg", new byte[] { 255, 0 })]);
        await Wait.Until(() => !monitor.Seen.IsEmpty, "the good one was told");
        var message = Assert.IsType<RtmMessageEvent>(Assert.Single(monitor.Seen));
        Assert.True(message.Content.IsBinary);
        Assert.Equal([255, 0], message.Content.Body.ToArray());
    }

    [Fact]
    public async Task A_stream_starts_with_its_call_keeps_the_order_and_ends_with_the_client()
    {
        await using var gate = new FakeGate();
        var client = BackendFixture.Client(gate);
        await client.ConnectAsync();
        using var peer = await gate.AcceptAsync();
        var stream = client.ReadEventsAsync();
        for (var i = 1; i <= 300; i++)
            await peer.PushAsync("pushmsg", BackendFixture.Push(1, 2, i));
        var seen = new List<long>();
        await foreach (var happened in stream)
        {
            seen.Add(((RtmMessageEvent)happened).Mid);
            if (seen.Count == 300)
                await client.DisposeAsync();
        }

        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), seen);
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_holds_the_server_back_until_it_is_given_up()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate, options => options.EventCapacity = 5);
        await client.ConnectAsync();
        using var peer = await gate.AcceptAsync();
        using var stop = new CancellationTokenSource();
        var stream = client.ReadEventsAsync(stop.Token).GetAsyncEnumerator(CancellationToken.None);
        for (var i = 1; i <= 20; i++)
            await peer.SendPushAsync("pushmsg", BackendFixture.Push(1, 2, i));
        // Five wait in the queue; the sixth was answered and waits for room.
        for (var i = 1; i <= 6; i++)
            await peer.ReadAsync();
        var seventh = peer.ReadAsync();
        Assert.NotSame(seventh, await Task.WhenAny(seventh, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System)));
        Assert.True(await stream.MoveNextAsync());
        await seventh;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await stream.MoveNextAsync())
            {
            }
        });
        await stream.DisposeAsync();
        for (var i = 8; i <= 20; i++)
            await peer.ReadAsync();
    }

    [Fact]
    public async Task A_silent_server_is_asked_and_given_up_when_it_does_not_answer()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate, options =>
        {
            options.KeepAlive = TimeSpan.FromMilliseconds(100);
            options.QuestTimeout = TimeSpan.FromSeconds(3);
            options.ReconnectDelay = TimeSpan.FromMilliseconds(10);
        });
        var setting = client.SetListenAsync(RtmListenSettings.Everything);
        using var peer = await gate.AcceptAsync();
        await peer.ServeAsync("setlisten");
        await setting;
        await peer.ServeAsync("*ping", ("ts", 1));
        await peer.ExpectAsync("*ping");
        using var second = await gate.AcceptAsync();
        await second.ServeAsync("setlisten");
    }
}
