using Parley.Conformance.Tests.Fpnn;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>Silent connections end (rtm-client.md §2.1, §2.2; fpnn.md §4.1), on a server with short times.</summary>
public sealed class IdleTests(ImpatientServer server)
{
    [Fact]
    [Covers("ping")]
    public async Task Pings_of_the_web_socket_layer_are_life_too()
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        await peer.SendAsync(WebSocketPeer.Binary, Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, server.NewUser()))));
        Assert.True((await peer.ReadPackageAsync()).Body.Bool("ok"));
        var pings = 0;
        while (pings < ImpatientServer.IdleSeconds + 3)
        {
            await peer.SendAsync(WebSocketPeer.Ping, []);
            var pongs = 0;
            for (var asked = pings; pings == asked || pongs == 0;)
            {
                var (opcode, payload) = await peer.ReadFrameAsync();
                if (opcode == WebSocketPeer.Pong)
                {
                    pongs++;
                    continue;
                }
                Assert.Equal((WebSocketPeer.Binary, "ping"), (opcode, new Package(payload).Method));
                pings++;
            }
        }
    }

    [Fact]
    [Covers("ping")]
    public async Task Who_sends_nothing_is_closed_silently_and_logged_out()
    {
        await using var watcher = await server.LoginAsync();
        await using var raw = await server.LoginRawAsync();
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
                try
                {
                    if (!busy.Closed.IsCompleted)
                        await busy.BeginAsync("ping", [0x80]);
                }
                catch (IOException)
                {
                    // closed at this very moment: the next look sees it
                }
                return busy.Closed.IsCompleted;
            },
            "the connection is closed");
        await silent.ExpectClosedAsync(); // not even a ping was sent
        await web.ExpectClosedAsync();
        await refused.ExpectClosedAsync();
        Assert.Equal(0, busy.Pings);
        await Wait.Until(
            () => server.Process.Output.Any(line => line.Contains($"{silent.LocalEndpoint} closed: NotAuthenticated", StringComparison.Ordinal)),
            "the reason is logged");
    }
}
