using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Parley.Conformance.Tests.Support;
using Parley.Rtm.Backend;
using Parley.Rtm.Sdk.Tests.Transport;
using Parley.Rtm.Transport;

namespace Parley.Rtm.Sdk.Tests.Backend;

/// <summary>Errors, time, connections.</summary>
public sealed class CallTests
{
    [Fact]
    public async Task An_error_of_the_server_has_its_method_code_and_text()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var sent = client.SendGroupMessageAsync(1, 2, 30, "x");
        using var peer = await gate.AcceptAsync();
        await peer.RefuseAsync(await peer.ExpectAsync("sendgroupmsg"), 200041, "not a member");
        var error = await Assert.ThrowsAsync<RtmException>(() => sent);
        Assert.Equal(("sendgroupmsg", 200041, "not a member"), (error.Method, error.Code, error.Text));
    }

    [Fact]
    public async Task A_missing_answer_and_a_lost_connection_are_told_apart()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var slow = client.DeleteGroupAsync(1, TimeSpan.FromSeconds(3));
        using var peer = await gate.AcceptAsync();
        await Assert.ThrowsAsync<RtmTimeoutException>(() => slow);
        var cut = client.DeleteGroupAsync(2);
        await peer.ExpectAsync("delgroup");
        await peer.ExpectAsync("delgroup");
        peer.Close();
        Assert.Equal(FpnnCloseReason.Peer, (await Assert.ThrowsAsync<RtmConnectionException>(() => cut)).Reason);
    }

    [Fact]
    public async Task The_next_call_connects_again()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        for (var i = 0; i < 3; i++)
        {
            var asked = client.IsFriendAsync(1, 2);
            using var peer = await gate.AcceptAsync();
            await peer.ServeAsync("isfriend", ("ok", i % 2));
            Assert.Equal(i % 2 == 1, await asked);
            peer.Close();
            await Wait.Until(() => !client.IsConnected, "the client knows");
        }
    }

    [Fact]
    public async Task Calls_that_come_together_share_one_connection_and_one_may_give_up()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var given = client.GetFriendsAsync(1, cancellationToken: cancel.Token);
        var asked = Enumerable.Range(0, 20).Select(i => client.GetFriendsAsync(i + 1)).ToArray();
        using var peer = await gate.AcceptAsync();
        for (var i = 0; i < asked.Length; i++)
            await peer.ServeAsync("getfriends", ("uids", Array.Empty<long>()));
        foreach (var ask in asked)
            await ask;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
    }

    [Fact]
    public async Task Where_nobody_listens_a_call_fails_as_not_sent()
    {
        string endpoint;
        await using (var gate = new FakeGate())
            endpoint = gate.Endpoint;
        await using var client = new RtmBackendClient(endpoint, 1, "s");
        Assert.Equal(FpnnCloseReason.ConnectFailed, (await Assert.ThrowsAsync<RtmConnectionException>(() => client.GetFriendsAsync(1))).Reason);
        Assert.Equal(FpnnCloseReason.ConnectFailed, (await Assert.ThrowsAsync<RtmConnectionException>(() => client.ConnectAsync())).Reason);
    }

    [Fact]
    public async Task After_the_end_calls_are_refused()
    {
        await using var gate = new FakeGate();
        var client = BackendFixture.Client(gate);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetFriendsAsync(1));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Connection_events_come_in_order()
    {
        var told = new ConcurrentQueue<bool>();
        await using var gate = new FakeGate();
        await using (var client = BackendFixture.Client(gate))
        {
            client.ConnectionChanged += (_, change) => told.Enqueue(change.IsConnected);
            client.ConnectionChanged += (_, _) => throw new InvalidOperationException();
            await client.ConnectAsync();
            using var peer = await gate.AcceptAsync();
            peer.Close();
            await Wait.Until(() => told.Count == 2, "the end is told");
            Assert.False(client.IsConnected);
        }

        Assert.Equal([true, false], told);
    }

    [Theory]
    [InlineData("C1")]
    [InlineData("81A2756964F5")]
    [InlineData("81A475696473A178")]
    public async Task An_answer_of_a_wrong_shape_is_an_error_of_its_method(string payload)
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var asked = client.IsFriendAsync(1, 2);
        using var peer = await gate.AcceptAsync();
        await peer.SendAsync(Frame.Answer((await peer.ReadAsync()).Sequence, Convert.FromHexString(payload)));
        Assert.Equal("isfriend", (await Assert.ThrowsAsync<RtmException>(() => asked)).Method);
    }

    [Fact]
    public async Task Sends_without_a_time_in_the_answer_succeed_with_the_epoch()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var sent = client.SendMessageAsync(1, 2, 30, "x", mid: 9);
        using var peer = await gate.AcceptAsync();
        await peer.ServeAsync("sendmsg");
        Assert.Equal(new RtmSendResult(9, DateTimeOffset.UnixEpoch), await sent);
    }

    [Fact]
    public async Task History_rows_are_read_as_arrays_and_as_maps()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var asked = client.GetP2PMessagesAsync(10, 20, new RtmHistoryQuery { MessageTypes = [30, 50] });
        using var peer = await gate.AcceptAsync();
        object row = new (string, object?)[] { ("id", 6), ("direction", 2), ("mtype", 30), ("mid", 2), ("deleted", 1), ("msg", ""), ("attrs", ""), ("mtime", 3.0) };
        var quest = await peer.ServeAsync(
            "getp2pmsg",
            ("num", 2),
            ("lastid", 6),
            ("begin", 0),
            ("end", 1_556_446_799_140),
            ("msgs", new object[] { new object[] { 7, 1, 127, 3, false, "hello", "a", 1_556_446_799_140, "more" }, row }));
        Assert.Equal([30, 50], quest.Ints("mtypes"));
        Assert.False(quest.Has("page"));
        var page = await asked;
        Assert.Equal([(7L, 10L, false, "hello"), (6L, 20L, true, "")], page.Messages.Select(m => (m.Id, m.From, m.IsDeleted, m.Text)));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_556_446_799_140), page.Messages[0].Time);
        var next = client.GetP2PMessagesAsync(10, 20, page.Next!);
        var more = await peer.ServeAsync("getp2pmsg", ("num", 0), ("lastid", 6), ("begin", 0), ("end", 1_556_446_799_140), ("msgs", Array.Empty<object>()));
        Assert.Equal((6, 0, 1_556_446_799_140), (more.Int("lastid"), more.Int("begin"), more.Int("end")));
        Assert.Null((await next).Next);
    }

    [Theory]
    [InlineData(3)]
    [InlineData("x")]
    public async Task History_of_a_wrong_shape_is_an_error(object rows)
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var asked = client.GetGroupMessagesAsync(1, new());
        using var peer = await gate.AcceptAsync();
        await peer.ServeAsync("getgroupmsg", ("num", 1), ("msgs", rows is int ? new object[] { rows } : rows));
        Assert.Equal(10010, (await Assert.ThrowsAsync<RtmException>(() => asked)).Code);
    }

    [Fact]
    public async Task Translations_are_read_under_both_sets_of_keys()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var asked = client.TranslateAsync("hallo", "en", "de");
        using var peer = await gate.AcceptAsync();
        var quest = await peer.ServeAsync("translate", ("source", "de"), ("target", "en"), ("sourceText", "hallo"), ("targetText", "hello"));
        Assert.Equal(("hallo", "en", "de"), (quest.Text("text"), quest.Text("dst"), quest.Text("src")));
        Assert.Equal(new RtmTranslation("de", "en", "hallo", "hello"), await asked);
    }

    [Fact]
    public async Task Bans_have_whole_seconds_and_zero_for_ever()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var banned = client.AddProjectBlackAsync(1, null);
        using var peer = await gate.AcceptAsync();
        Assert.Equal(0, (await peer.ServeAsync("addprojectblack")).Int("btime"));
        await banned;
        banned = client.AddGroupBanAsync(1, 2, TimeSpan.FromSeconds(90.5));
        Assert.Equal(90, (await peer.ServeAsync("addgroupban")).Int("btime"));
        await banned;
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await client.AddRoomBanAsync(1, 2, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_container_makes_one_client_with_its_monitor()
    {
        await using var gate = new FakeGate();
        var monitor = new RecordingMonitor();
        var services = new ServiceCollection();
        services.AddSingleton<IRtmMonitor>(monitor);
        services.AddRtmBackend(options => (options.Endpoint, options.Pid, options.Secret) = (gate.Endpoint, 1, "s"));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<RtmBackendClient>();
        Assert.Same(client, provider.GetRequiredService<RtmBackendClient>());
        await client.ConnectAsync();
        using var peer = await gate.AcceptAsync();
        await peer.PushAsync("pushmsg", BackendFixture.Push(1, 2, 3));
        await Wait.Until(() => monitor.Seen.Count == 1, "the monitor was told");
    }

    [Theory]
    [InlineData("", 1, "s")]
    [InlineData("host", 1, "s")]
    [InlineData("host:1", 0, "s")]
    [InlineData("host:1", 1, "")]
    public void Wrong_settings_are_refused_at_once(string endpoint, long pid, string secret) =>
        Assert.ThrowsAny<ArgumentException>(() => new RtmBackendClient(endpoint, pid, secret));
}
