using Parley.Conformance.Tests.Fpnn;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>Pings, idle connections and pushes without receipts (rtm-client.md §1.7, §2.1, §2.2), on a server with short times.</summary>
public sealed class LifeTests(LifeTests.Server server) : IClassFixture<LifeTests.Server>
{
    private const int IdleSeconds = 4;

    [Fact]
    [Covers("ping")]
    public async Task The_gate_pings_and_any_answer_even_an_error_keeps_the_connection()
    {
        await using var raw = await LoginRawAsync();
        for (var i = 0; i < IdleSeconds + 3; i++)
        {
            var ping = await raw.ReadPackageAsync();
            Assert.Equal(("ping", Frame.TwoWay, "80"), (ping.Method, ping.Type, Hex.Text(ping.Payload)));
            await raw.SendAsync(Frame.Answer(ping.Sequence, i % 2 == 0 ? [0x80] : Pack.Map(("code", 20004), ("ex", "")), (byte)(i % 2)));
        }
        await raw.SendAsync(Frame.Quest(50, "ping", [0x80]));
        Assert.Equal(50u, (await NextAnswerAsync(raw)).Sequence);
    }

    [Fact]
    [Covers("ping")]
    public async Task A_client_that_only_sends_pings_of_its_own_lives()
    {
        await using var raw = await LoginRawAsync();
        for (var i = 0u; i < IdleSeconds + 3; i++)
        {
            Assert.Equal("ping", (await raw.ReadPackageAsync()).Method);
            await raw.SendAsync(Frame.Quest(100 + i, "ping", [0x80]));
            Assert.Equal(100 + i, (await NextAnswerAsync(raw)).Sequence);
        }
    }

    [Fact]
    [Covers("ping")]
    public async Task Bytes_of_an_incomplete_package_are_life_too()
    {
        await using var raw = await LoginRawAsync();
        var quest = Frame.Quest(50, "ping", [0x80]);
        for (var i = 0; i < quest.Length; i++)
        {
            if (i < IdleSeconds + 3)
                Assert.Equal("ping", (await raw.ReadPackageAsync()).Method);
            await raw.SendAsync(quest.AsMemory(i, 1));
        }
        Assert.Equal(50u, (await NextAnswerAsync(raw)).Sequence);
    }

    [Fact]
    [Covers("ping")]
    public async Task Pings_of_the_web_socket_layer_are_life_too()
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        await peer.SendAsync(WebSocketPeer.Binary, Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, server.NewUser()))));
        Assert.True((await peer.ReadPackageAsync()).Body.Bool("ok"));
        for (var i = 0; i < IdleSeconds + 3; i++)
        {
            Assert.Equal("ping", (await peer.ReadPackageAsync()).Method);
            await peer.SendAsync(WebSocketPeer.Ping, []);
            Assert.Equal(WebSocketPeer.Pong, (await peer.ReadFrameAsync()).Opcode);
        }
    }

    [Fact]
    [Covers("ping")]
    public async Task Who_sends_nothing_is_closed_silently_and_logged_out()
    {
        await using var watcher = await LoginAsync();
        await using var raw = await LoginRawAsync();
        await using var web = await WebSocketPeer.ConnectAsync(server.Gate);
        var uid = server.NewUser();
        await web.SendAsync(WebSocketPeer.Binary, Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, uid))));
        Assert.True((await web.ReadPackageAsync()).Body.Bool("ok"));
        Assert.Equal([uid], (await watcher.OkAsync("getonlineusers", ("uids", new[] { uid }))).Ints("uids"));
        var rest = await raw.ReadToEndAsync();
        while (rest.Length > 0)
        {
            var ping = new Package(rest[..Package.LengthOf(rest)]);
            Assert.Equal("ping", ping.Method);
            rest = rest[ping.Bytes.Length..];
        }
        await Wait.Until(
            () => server.Process.Output.Any(line => line.Contains($"{raw.LocalEndpoint} closed: Idle", StringComparison.Ordinal)), "it is logged");
        await web.Raw.ReadToEndAsync();
        await Wait.Until(
            async () => (await watcher.OkAsync("getonlineusers", ("uids", new[] { uid }))).List("uids").Length == 0, "the user is offline");
    }

    [Fact]
    [Covers("auth")]
    public async Task Who_does_not_authenticate_in_time_is_closed_whatever_else_it_sends()
    {
        await using var silent = await RawPeer.ConnectAsync(server.Gate);
        await using var web = await WebSocketPeer.ConnectAsync(server.Gate);
        await using var busy = await RtmPeer.ConnectAsync(server.Gate);
        await using var refused = await RtmPeer.ConnectAsync(server.Gate);
        Assert.False((await refused.OkAsync("auth", RtmServer.AuthOf(Profile.G1, 5).With("token", "x"))).Bool("ok"));
        await Wait.Until(
            async () =>
            {
                if (!busy.Closed.IsCompleted)
                    await busy.BeginAsync("ping", [0x80]);
                return busy.Closed.IsCompleted;
            },
            "the connection is closed");
        await silent.ExpectClosedAsync(); // not even a ping was sent
        await web.ExpectClosedAsync();
        await refused.ExpectClosedAsync();
        Assert.Equal(0, busy.Pings);
        Assert.Contains(server.Process.Output, line => line.Contains($"{silent.LocalEndpoint} closed: NotAuthenticated", StringComparison.Ordinal));
    }

    [Fact]
    [Covers("pushmsg", "pushunread")]
    public async Task A_push_without_receipt_is_pushed_once_more_the_same_and_then_stays_unread()
    {
        await using var ann = await LoginAsync();
        await using var ben = await LoginAsync();
        ben.Answers = false;
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 7));
        var first = await ben.NextAsync("pushmsg");
        var second = await ben.NextAsync("pushmsg");
        Assert.Equal(Hex.Text(first.Bytes), Hex.Text(second.Bytes));
        // life goes on without a third one
        var pings = ben.Pings;
        await Wait.Until(
            async () =>
            {
                await ben.DoneAsync("ping");
                return ben.Pings >= pings + 4;
            },
            "four more pings");
        Assert.Equal([ann.UserId], (await ben.OkAsync("pushunread")).Ints("p2p"));
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 8));
        await ben.ExpectMidAsync("pushmsg", 8);
        // across a new login the mark is still there
        await using var again = await RtmPeer.ConnectAsync(server.Gate);
        await again.OkAsync("auth", RtmServer.AuthOf(Profile.G1, ben.UserId).With("unread", true));
        Assert.Equal([ann.UserId], (await again.NextBodyAsync("pushunread")).Ints("p2p"));
    }

    [Fact]
    [Covers("pushmsg", "pushunread")]
    public async Task A_receipt_for_the_second_push_counts()
    {
        await using var ann = await LoginAsync();
        await using var ben = await LoginAsync();
        ben.Answers = false;
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 7));
        await ben.NextAsync("pushmsg");
        await ben.AnswerAsync(await ben.NextAsync("pushmsg"));
        Assert.Empty((await ben.OkAsync("pushunread")).List("p2p"));
    }

    [Fact]
    [Covers("pushmsg")]
    public async Task A_push_with_a_receipt_is_not_pushed_again()
    {
        await using var ann = await LoginAsync();
        await using var ben = await LoginAsync();
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 7));
        await ben.ExpectMidAsync("pushmsg", 7);
        var pings = ben.Pings;
        await Wait.Until(() => ben.Pings >= pings + 4, "four more pings");
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 8));
        await ben.ExpectMidAsync("pushmsg", 8);
    }

    private async Task<RtmPeer> LoginAsync()
    {
        var peer = await RtmPeer.ConnectAsync(server.Gate);
        await RtmServer.AuthAsync(peer, Profile.G1, server.NewUser());
        return peer;
    }

    private async Task<RawPeer> LoginRawAsync()
    {
        var raw = await RawPeer.ConnectAsync(server.Gate);
        await raw.SendAsync(Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, server.NewUser()))));
        Assert.True((await raw.ReadPackageAsync()).Body.Bool("ok"));
        return raw;
    }

    private static async Task<Package> NextAnswerAsync(RawPeer raw)
    {
        while (true)
        {
            var package = await raw.ReadPackageAsync();
            if (package.Type == Frame.AnswerType)
                return package;
            Assert.Equal("ping", package.Method);
        }
    }

    /// <summary>A server that is quick to ask and quick to lose patience.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private ParleyServerProcess? _process;
        private int _users;

        public ParleyServerProcess Process => _process!;

        public System.Net.IPEndPoint Gate => Process.Endpoints["RtmClient"];

        public long NewUser() => RtmWorld.FirstUser + Interlocked.Increment(ref _users);

        public async ValueTask InitializeAsync() => _process = await RtmServer.StartAsync(
            async seed =>
            {
                await seed.ProjectAsync(RtmWorld.Pid, new());
                await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, 50);
            },
            new Dictionary<string, string>
            {
                ["Rtm:PingSeconds"] = "1",
                ["Rtm:IdleSeconds"] = IdleSeconds.ToString(),
                ["Rtm:AuthSeconds"] = "2",
                ["Rtm:PushSeconds"] = "1",
                ["Log:Levels:Parley.Gateways.Rtm"] = "Debug",
            });

        public async ValueTask DisposeAsync() => await RtmServer.EndAsync(_process);
    }
}
