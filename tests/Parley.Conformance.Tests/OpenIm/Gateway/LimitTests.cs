using System.Diagnostics;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Support;
using Parley.Core.Moderation;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>Both sides of every limit (openim.md §8.2, §8.6), and what the core forbids.</summary>
public sealed class LimitTests(OpenImGatewayServer server, SmallOpenImGatewayServer small)
{
    [Fact]
    [CoversOpenImGateway("1003", "204")]
    public async Task Content_of_51200_bytes_is_taken_and_one_more_is_not()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        foreach (var type in new[] { 101, 110, 103 })
        {
            await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, new string('x', 51_200), type));
            Assert.Equal(51_200, (await ben.NextAsync()).Content.Length);
            await ann.RefusedAsync(204, OpenImGatewayMessage.To(ann.UserId, ben.UserId, new string('x', 51_201), type));
        }
        Assert.Equal(3, await ben.NewestAsync());
    }

    [Fact]
    [CoversOpenImGateway("1001")]
    public async Task A_frame_of_65536_bytes_is_taken_and_one_more_closes()
    {
        var (socket, user) = await RawWebSocket.LoginAsync(server);
        await using var _ = socket;
        byte[] Frame(int length)
        {
            GobField[] Fields(int padding) =>
                [.. GobBytes.Fields(1001, user, "op", "i", []), new("Padding", GobBytes.Data, Enumerable.Repeat((byte)1, padding).ToArray())];
            var frame = GobBytes.Frame(65, "Req", Fields(length - 400));
            frame = GobBytes.Frame(65, "Req", Fields(length - 400 + length - frame.Length));
            Assert.Equal(length, frame.Length);
            return frame;
        }
        await socket.SendAsync(RawWebSocket.Binary, Frame(65_536));
        Assert.Equal((1001, "i", "op", 0), await socket.NextAsync());
        var whole = Frame(65_536);
        await socket.SendAsync(RawWebSocket.Binary, whole[..40_000], isFinal: false);
        await socket.SendAsync(RawWebSocket.Continuation, whole[40_000..]);
        Assert.Equal((1001, "i", "op", 0), await socket.NextAsync());
        await socket.Raw.TrySendAsync(RawWebSocket.Frame(RawWebSocket.Binary, Frame(65_537)));
        Assert.Equal(1009, await socket.ExpectClosedAsync());
    }

    [Fact]
    [CoversOpenImGateway("1001")]
    public async Task A_message_in_endless_fragments_is_cut_off()
    {
        var (socket, _) = await RawWebSocket.LoginAsync(server);
        await using var __ = socket;
        await socket.Raw.TrySendAsync(RawWebSocket.Frame(RawWebSocket.Text, new byte[40_000], isFinal: false)); // also of text
        for (var i = 0; i < 10; i++)
            await socket.Raw.TrySendAsync(RawWebSocket.Frame(RawWebSocket.Continuation, new byte[40_000], isFinal: false));
        await socket.Raw.ReadToEndAsync();
    }

    [Fact]
    [CoversOpenImGateway("201")]
    public async Task Too_many_requests_are_refused_and_the_connection_stays()
    {
        await using var peer = await small.LoginAsync();
        var codes = new List<int>();
        for (var i = 0; i < SmallOpenImGatewayServer.RequestBurst + 30; i++)
            codes.Add((await peer.AskAsync(OpenImGatewayPeer.Newest, [])).Code);
        Assert.All(codes.Take(SmallOpenImGatewayServer.RequestBurst), code => Assert.Equal(0, code));
        Assert.Contains(201, codes);
        await Wait.Until(async () => (await peer.AskAsync(OpenImGatewayPeer.Newest, [])).Code == 0, "it may ask again");
        await using var other = await small.LoginAsync();
        await other.NewestAsync();
    }

    [Fact]
    [CoversOpenImGateway("1001")]
    public async Task Who_is_silent_for_too_long_is_closed_and_a_ping_is_a_sign_of_life()
    {
        var (silent, _) = await RawWebSocket.LoginAsync(small);
        await using var __ = silent;
        var (pinging, _) = await RawWebSocket.LoginAsync(small);
        await using var ___ = pinging;
        await using var asking = await small.LoginAsync();
        var started = Stopwatch.GetTimestamp();
        var end = silent.ExpectClosedAsync();
        using (var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), TimeProvider.System))
        {
            while (!end.IsCompleted)
            {
                await pinging.SendAsync(RawWebSocket.Ping, []);
                Assert.Equal(RawWebSocket.Pong, (await pinging.ReadAsync()).Opcode);
                await asking.NewestAsync();
                await timer.WaitForNextTickAsync();
            }
        }
        await end;
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, SmallOpenImGatewayServer.IdleSeconds - 2, 60);
        await pinging.SendAsync(RawWebSocket.Ping, []);
        Assert.Equal(RawWebSocket.Pong, (await pinging.ReadAsync()).Opcode);
        await asking.NewestAsync();
    }

    [Fact]
    [CoversOpenImGateway("1002", "204")]
    public async Task The_limit_of_a_pull_is_a_setting()
    {
        await using var peer = await small.LoginAsync();
        await peer.PullAsync(OpenImGatewayPeer.Range(1, SmallOpenImGatewayServer.PullNumbers));
        await peer.FailAsync(
            204, OpenImGatewayPeer.Pull, ProtoMessage.Of((3, ProtoMessage.Packed(OpenImGatewayPeer.Range(1, SmallOpenImGatewayServer.PullNumbers + 1)))));
        await peer.RefusedAsync(204, OpenImGatewayMessage.To(peer.UserId, peer.UserId, new string('x', 2001)));
        await peer.SayAsync(OpenImGatewayMessage.To(peer.UserId, peer.UserId, new string('x', 2000)));
    }

    [Fact]
    [CoversOpenImGateway("804", "809", "HTTP 401")]
    public async Task Bans_closed_groups_and_words_of_the_project_hold_here_too()
    {
        const string Word = "rumpelstilz";
        await using var own = await OpenImGatewayServer.StartAsync(async seed =>
        {
            await seed.ProjectAsync(RtmWorld.Pid, new() { SensitiveWords = [Word] });
            await seed.GroupAsync(RtmWorld.Pid, RtmWorld.ClosedGroup, RtmWorld.Free);
            await seed.CloseAsync(RtmWorld.Pid, RtmWorld.ClosedGroup);
            await seed.GroupAsync(RtmWorld.Pid, RtmWorld.GagGroup, RtmWorld.Free, RtmWorld.Gagged);
            await seed.BanAsync(RtmWorld.Pid, BanPlace.Group(RtmWorld.GagGroup), BanKind.Speak, RtmWorld.Free);
            await seed.BanAsync(RtmWorld.Pid, BanPlace.Project, BanKind.Enter, RtmWorld.Blacklisted);
        });
        var (api, gate) = (own.Endpoints["OpenImApi"], own.Endpoints["OpenImGateway"]);
        async Task<OpenImGatewayPeer> LoginAsync(long user) =>
            await OpenImGatewayPeer.ConnectAsync(gate, $"{user}", await OpenImGatewayApi.RegisterAsync(api, $"{user}"));

        await using (var free = await LoginAsync(RtmWorld.Free))
        {
            var name = $"{RtmWorld.Free}";
            await free.RefusedAsync(804, OpenImGatewayMessage.ToGroup(name, $"{RtmWorld.ClosedGroup}"));
            await free.RefusedAsync(804, OpenImGatewayMessage.ToGroup(name, $"{RtmWorld.GagGroup}"));
            await free.RefusedAsync(809, OpenImGatewayMessage.To(name, "1", $"a {Word}!"));
            Assert.Equal(0, await free.NewestAsync());
        }
        var token = await OpenImGatewayApi.RegisterAsync(api, $"{RtmWorld.Blacklisted}");
        var answer = await HttpPeer.GetAsync(gate, "/" + OpenImGatewayPeer.QueryOf($"{RtmWorld.Blacklisted}", token, 2));
        Assert.Equal((401, "no permission"), (answer.Status, answer.Header("ws_err_msg")));
        await RtmServer.EndAsync(own);
    }
}
