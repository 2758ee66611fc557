using System.Net.Sockets;
using Parley.Conformance.Tests.Support;
using Parley.Rtm.Transport;
using Parley.Testing;

namespace Parley.Rtm.Sdk.Tests.Transport;

public sealed class FpnnConnectionTests
{
    [Fact]
    public async Task A_quest_has_the_bytes_of_the_protocol()
    {
        await using var gate = new FakeGate();
        await using var connection = await ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        var asked = connection.AskAsync("add", map => map.Add("a"u8, 1).Add("b"u8, 2));
        var quest = await peer.ReadAsync();
        Assert.Equal("46504E4E0180010307000000" + "01000000" + "616464" + "82A16101A16202", Convert.ToHexString(quest.Bytes));
        await peer.AnswerAsync(quest, ("sum", 3));
        Assert.Equal(3, (await asked).Read().Int64("sum"u8));

        await connection.TellAsync("push", map => map.Add("n"u8, 1));
        Assert.Equal("46504E4E0180000404000000" + "70757368" + "81A16E01", Convert.ToHexString((await peer.ReadAsync()).Bytes));
    }

    [Fact]
    public async Task A_map_of_more_than_15_entries_gets_a_wide_header()
    {
        await using var gate = new FakeGate();
        await using var connection = await ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        foreach (var count in (int[])[0, 15, 16, 40])
        {
            await connection.TellAsync("many", map =>
            {
                for (var i = 0; i < count; i++)
                    map.Add(System.Text.Encoding.UTF8.GetBytes($"k{i}"), i);
            });
            var body = (await peer.ExpectAsync("many")).Body;
            Assert.Equal(count, body.Count);
            Assert.All(Enumerable.Range(0, count), i => Assert.Equal(i, body.Int($"k{i}")));
        }
    }

    [Fact]
    public async Task Many_quests_wait_at_once_and_are_answered_in_any_order()
    {
        await using var gate = new FakeGate();
        await using var connection = await ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        var asked = Enumerable.Range(0, 500).Select(i => connection.AskAsync("echo", map => map.Add("n"u8, i))).ToArray();
        var quests = new List<Package>();
        for (var i = 0; i < asked.Length; i++)
            quests.Add(await peer.ExpectAsync("echo"));
        Assert.Equal(asked.Length, quests.Select(quest => quest.Sequence).Distinct().Count());
        quests.Reverse();
        foreach (var quest in quests)
            await peer.AnswerAsync(quest, ("n", quest.Body.Int("n")));
        for (var i = 0; i < asked.Length; i++)
            Assert.Equal(i, (await asked[i]).Read().Int64("n"u8));
    }

    [Theory]
    [InlineData(1, 200041, "not member")]
    [InlineData(9, 5, "")]
    public async Task An_answer_with_a_status_is_an_exception(byte status, int code, string text)
    {
        await using var gate = new FakeGate();
        await using var connection = await ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        var asked = connection.AskAsync("x");
        var quest = await peer.ReadAsync();
        await peer.SendAsync(Frame.Answer(quest.Sequence, Pack.Map(("code", code), ("ex", text)), status));
        var error = await Assert.ThrowsAsync<FpnnException>(() => asked);
        Assert.Equal((code, text), (error.Code, error.Text));
    }

    [Fact]
    public async Task An_error_without_code_is_20001_and_a_late_or_unknown_answer_is_ignored()
    {
        await using var gate = new FakeGate();
        await using var connection = await ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        await peer.SendAsync(Frame.Answer(77, Pack.Map(("a", 1))));
        var asked = connection.AskAsync("x");
        var quest = await peer.ReadAsync();
        await peer.SendAsync(Frame.Answer(quest.Sequence, Pack.Map(), status: 1));
        Assert.Equal(20001, (await Assert.ThrowsAsync<FpnnException>(() => asked)).Code);
        await peer.AnswerAsync(quest);
        Assert.True(connection.IsOpen);
    }

    [Fact]
    public async Task A_quest_without_answer_times_out_and_the_connection_lives_on()
    {
        var clock = new ManualTimeProvider();
        await using var gate = new FakeGate();
        await using var connection = await ConnectAsync(gate, options => options.TimeProvider = clock);
        using var peer = await gate.AcceptAsync();
        var slow = connection.AskAsync("slow", timeout: TimeSpan.FromSeconds(2));
        var patient = connection.AskAsync("patient", timeout: TimeSpan.FromSeconds(60));
        await peer.ExpectAsync("slow");
        var quest = await peer.ExpectAsync("patient");
        clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(slow.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        var error = await Assert.ThrowsAsync<FpnnTimeoutException>(() => slow);
        Assert.Equal((20003, TimeSpan.FromSeconds(2)), (error.Code, error.Timeout));
        await peer.AnswerAsync(quest);
        await patient;
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, clock.ActiveTimers);
    }

    [Fact]
    public async Task A_cancelled_quest_ends_at_once()
    {
        await using var gate = new FakeGate();
        await using var connection = await ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        using var cancel = new CancellationTokenSource();
        var asked = connection.AskAsync("x", cancellationToken: cancel.Token);
        var quest = await peer.ReadAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await peer.AnswerAsync(quest);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.AskAsync("y", cancellationToken: cancel.Token));
    }

    [Fact]
    public async Task A_payload_that_cannot_be_written_fails_its_caller_alone()
    {
        await using var gate = new FakeGate();
        await using var connection = await ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.AskAsync("x", _ => throw new InvalidOperationException()));
        await Assert.ThrowsAsync<ArgumentException>(() => connection.AskAsync(new string('m', 256)));
        var asked = connection.AskAsync("y");
        await peer.AnswerAsync(await peer.ExpectAsync("y"));
        await asked;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_the_server_ends_the_connection_all_quests_fail_and_the_owner_is_told_once(bool orderly)
    {
        var told = new List<FpnnClosed>();
        await using var gate = new FakeGate();
        await using var connection = await ConnectAsync(gate, options => options.OnClosed = told.Add);
        using var peer = await gate.AcceptAsync();
        var asked = new[] { connection.AskAsync("a"), connection.AskAsync("b") };
        await peer.ReadAsync();
        await peer.ReadAsync();
        if (orderly)
            peer.Close();
        else
            peer.Reset();
        var reason = orderly ? FpnnCloseReason.Peer : FpnnCloseReason.Broken;
        foreach (var ask in asked)
            Assert.Equal(reason, (await Assert.ThrowsAsync<FpnnConnectionClosedException>(() => ask)).Reason);
        Assert.Equal(reason, (await Wait.For(connection.Closed, "the end")).Reason);
        await Assert.ThrowsAsync<FpnnConnectionClosedException>(() => connection.AskAsync("c"));
        await Assert.ThrowsAsync<FpnnConnectionClosedException>(() => connection.TellAsync("c").AsTask());
        await connection.DisposeAsync();
        Assert.Equal(reason, Assert.Single(told).Reason);
    }

    [Fact]
    public async Task What_was_queued_is_written_before_the_connection_is_disposed()
    {
        await using var gate = new FakeGate();
        var connection = await ConnectAsync(gate);
        using var peer = await gate.AcceptAsync();
        for (var i = 0; i < 100; i++)
            await connection.TellAsync("n", map => map.Add("i"u8, i));
        await connection.DisposeAsync();
        for (var i = 0; i < 100; i++)
            Assert.Equal(i, (await peer.ExpectAsync("n")).Body.Int("i"));
        Assert.Null(await peer.TryReadAsync());
        Assert.Equal(FpnnCloseReason.Local, (await connection.Closed).Reason);
    }

    [Fact]
    public async Task Where_nobody_listens_connecting_fails()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        var address = FpnnAddress.Parse($"127.0.0.1:{((System.Net.IPEndPoint)socket.LocalEndPoint!).Port}");
        var error = await Assert.ThrowsAsync<FpnnConnectionClosedException>(() => FpnnConnection.ConnectAsync(address, new()));
        Assert.Equal(FpnnCloseReason.ConnectFailed, error.Reason);
    }

    [Fact]
    public async Task A_key_exchange_that_is_not_answered_ends_with_the_connect_timeout()
    {
        var told = new List<FpnnClosed>();
        await using var gate = new FakeGate();
        var key = Parley.Wire.Fpnn.FpnnServerKey.Generate(Parley.Wire.Fpnn.FpnnCurve.Secp256k1).ExportPublicKey();
        var connecting = ConnectAsync(gate, options =>
        {
            options.ConnectTimeout = TimeSpan.FromSeconds(3);
            options.Encryption = new FpnnEncryption(Parley.Wire.Fpnn.FpnnCurve.Secp256k1, key);
            options.OnClosed = told.Add;
        });
        using var peer = await gate.AcceptAsync();
        await peer.ExpectAsync("*key");
        Assert.Equal(FpnnCloseReason.ConnectFailed, (await Assert.ThrowsAsync<FpnnConnectionClosedException>(() => connecting)).Reason);
        Assert.Empty(told);
    }

    internal static Task<FpnnConnection> ConnectAsync(FakeGate gate, Action<FpnnConnectionOptions>? change = null)
    {
        var options = new FpnnConnectionOptions();
        change?.Invoke(options);
        return FpnnConnection.ConnectAsync(FpnnAddress.Parse(gate.Endpoint), options);
    }
}
