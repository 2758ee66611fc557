using System.Text;
using Parley.Conformance.Tests.Fpnn;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Faults;

/// <summary>Garbage on every door: the connection gets the stated error or is closed, and nobody else notices (DESIGN §5.6).</summary>
public sealed class FuzzTests(FuzzTests.Server server, ITestOutputHelper output) : IClassFixture<FuzzTests.Server>
{
    private const int Connections = 300;
    private const long MemoryLimit = 64L * 1024 * 1024;

    private static readonly string[] Keys =
    [
        "to", "tos", "gid", "rid", "gids", "rids", "uid", "uids", "ouid", "mid", "mtype", "msg", "attrs", "num", "desc", "page", "direction",
        "localmid", "localid", "begin", "end", "lastid", "mtypes", "friends", "blacks", "var", "lat", "lng", "pushname", "oinfo", "pinfo",
        "ptype", "dtype", "token", "key", "val", "type", "xid", "from", "clear", "online", "mtime", "ce", "pid", "version", "unread", "lang",
    ];

    [Theory]
    [InlineData("RtmClient")]
    [InlineData("RtmDispatch")]
    [InlineData("Web")]
    public async Task Garbage_ends_its_own_connection_and_nothing_else(string door)
    {
        var random = new Random(20_26);
        await GarbageAsync(door, random, 50); // what is loaded once is loaded
        var before = server.Process.ResidentBytes;
        await GarbageAsync(door, random, Connections);
        var after = server.Process.ResidentBytes;
        output.WriteLine($"{door}: memory before {before >> 20} MB, after {after >> 20} MB");
        Assert.InRange(after - before, long.MinValue, MemoryLimit);
        await ExpectHealthAsync();
    }

    [Fact]
    public async Task Any_parameters_of_any_quest_are_answered_with_an_error_that_is_not_our_fault()
    {
        var random = new Random(4711);
        await using var peer = await RtmPeer.ConnectAsync(server.Gate);
        await RtmServer.AuthAsync(peer, Profile.G2, RtmWorld.FirstUser);
        foreach (var method in RtmMethods.ForUsers.Append("auth").Append("ping"))
        {
            for (var i = 0; i < 60; i++)
            {
                var keys = Keys.OrderBy(_ => random.Next()).Take(random.Next(Keys.Length)).ToArray();
                var answer = await peer.AskAsync(method, [.. keys.Select(key => (key, AnyValue(random, key, 3)))]);
                if (!answer.IsError)
                    continue;
                var code = answer.Body.Int("code");
                Assert.True(code is 10005 or 10009 or 10010 or (>= 200001 and < 200999), $"{method}: {answer.Body}");
            }
        }
        await ExpectHealthAsync();
    }

    [Fact]
    public async Task Absurd_lengths_and_deep_nesting_are_refused_at_once()
    {
        byte[][] payloads =
        [
            [0xdf, 0xff, 0xff, 0xff, 0xff], [0xdf, 0x7f, 0xff, 0xff, 0xff, 0x80], [0xde, 0xff, 0xff],
            [0x81, 0xa1, (byte)'x', 0xdd, 0xff, 0xff, 0xff, 0xff], [0x81, 0xa1, (byte)'x', 0xc6, 0xff, 0xff, 0xff, 0xff],
            [0x81, 0xa1, (byte)'x', 0xdb, 0x7f, 0xff, 0xff, 0xff], [0x81, 0xdb, 0xff, 0xff, 0xff, 0xff],
            [0x81, 0xa1, (byte)'x', .. Enumerable.Repeat((byte)0x91, 100_000), 0xc0],
            [0x81, 0xa1, (byte)'x', .. Enumerable.Repeat((byte)0x81, 100_000)],
            [0x81, 0xa1, (byte)'x', 0xc9, 0xff, 0xff, 0xff, 0xff, 0x01],
        ];
        foreach (var payload in payloads)
        {
            await using var peer = await RawPeer.ConnectAsync(server.Gate);
            await peer.TrySendAsync(Frame.Quest(7, "ping", payload));
            await peer.ExpectClosedAsync();
        }
        foreach (var json in new[] { new string('[', 50_000), "{\"x\":" + new string('[', 50_000) + new string(']', 50_000) + "}", "{\"x\":\"\\ud800\"", "{\"x\":1e999999}x" })
        {
            await using var peer = await RawPeer.ConnectAsync(server.Gate);
            await peer.TrySendAsync(Frame.JsonQuest(7, "ping", json));
            await peer.ExpectClosedAsync();
        }
        // 70,000 keys, 4 MiB of text for a parameter: an error or the end, never more
        await using var many = await RtmPeer.ConnectAsync(server.Gate);
        await RtmServer.AuthAsync(many, Profile.G1, RtmWorld.FirstUser + 1);
        await many.FailAsync(200030, "sendmsg", Say.To(5, 1, msg: new string('x', 4_000_000)));
        await many.FailAsync(200032, "sendmsgs", Say.ToMany(Enumerable.Range(1, 500_000), 1));
        await many.FailAsync(200032, "addfriends", ("friends", Enumerable.Range(1, 500_000)));
        await ExpectHealthAsync();
    }

    [Fact]
    public async Task Peers_that_are_half_open_are_closed_and_forgotten()
    {
        var peers = new List<RawPeer>();
        var starts = new[]
        {
            [], "F"u8.ToArray(), "FPNN"u8.ToArray(), Hex.Bytes("46504e4e 01 80 01 04 00007000 01000000"), Frame.Quest(1, "ping", [0x80])[..^1],
        };
        for (var i = 0; i < 200; i++)
        {
            var peer = await RawPeer.ConnectAsync(server.Gate);
            await peer.SendAsync(starts[i % starts.Length]);
            if (i % 4 == 3)
                peer.Reset();
            else
                peers.Add(peer);
        }
        foreach (var peer in peers)
        {
            await peer.ExpectClosedAsync(); // they were not heard of again
            await peer.DisposeAsync();
        }
        await ExpectHealthAsync();
    }

    private async Task ExpectHealthAsync()
    {
        await using var peer = await RtmPeer.ConnectAsync(server.Gate);
        await RtmServer.AuthAsync(peer, Profile.G1, RtmWorld.FirstUser + 9);
        await peer.OkAsync("sendmsg", Say.To(5, TimeProvider.System.GetTimestamp()));
        Assert.DoesNotContain(server.Process.Output, static line => line.Contains(" fail: ") || line.Contains(" crit: ") || line.Contains("Exception"));
        Assert.Empty(server.Process.Errors);
        await Wait.Until(
            async () => (await peer.OkAsync("*infos")).Nested("FPNN.status.server.status.tcp").Int("currentConnections") <= 6,
            "the other connections are forgotten");
    }

    private async Task GarbageAsync(string door, Random random, int count)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count).Select(_ => Garbage(random)).ToArray(), new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (bytes, _) =>
            {
                await using var peer = await RawPeer.ConnectAsync(server.Process.Endpoints[door]);
                await peer.TrySendAsync(bytes);
                try
                {
                    peer.HalfClose();
                }
                catch (System.Net.Sockets.SocketException)
                {
                    return; // closed already
                }
                await peer.ReadToEndAsync();
            });
    }

    private static byte[] Garbage(Random random)
    {
        var noise = new byte[random.Next(1, 400)];
        random.NextBytes(noise);
        var method = RtmMethods.ForUsers[random.Next(RtmMethods.ForUsers.Length)];
        switch (random.Next(10))
        {
            case 0:
                return noise;
            case 1:
                return [.. "FPNN"u8, .. noise];
            case 2:
                return Frame.Quest((uint)random.Next(), method, noise);
            case 3:
                return Frame.JsonQuest((uint)random.Next(), method, Encoding.Latin1.GetString(noise));
            case 4:
                var quest = Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G2, RtmWorld.FirstUser)));
                for (var i = 0; i < 3; i++)
                    quest[random.Next(quest.Length)] = (byte)random.Next(256);
                return quest;
            case 5:
                return Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G2, RtmWorld.FirstUser)))[..random.Next(1, 60)];
            case 6:
                return [.. Encoding.ASCII.GetBytes("POST /service/ping HTTP/1.1\r\nHost: x\r\nContent-Length: 300\r\n\r\n"), .. noise];
            case 7:
                return [.. Encoding.ASCII.GetBytes("GET /service/"), .. noise, .. "\r\n\r\n"u8];
            case 8:
                return [.. Encoding.ASCII.GetBytes(WebSocketPeer.Handshake), .. noise];
            default:
                return
                [
                    .. Encoding.ASCII.GetBytes(WebSocketPeer.Handshake),
                    .. WebSocketPeer.Masked((byte)random.Next(16), Frame.Quest(1, method, noise), random.Next(4) > 0, random.Next(4) > 0),
                ];
        }
    }

    private static object? AnyValue(Random random, string key, int depth)
    {
        // group and room ids that would make groups or rooms of their own are left small
        return random.Next(depth > 0 ? 14 : 10) switch
        {
            0 => null,
            1 => random.Next(2) == 0,
            2 => random.Next(-3, 200),
            3 => random.NextInt64(),
            4 => -random.NextInt64(),
            5 => random.NextDouble() * 1e30,
            6 => (double)random.Next(),
            7 => new string('x', random.Next(300)),
            8 => Noise(random),
            9 => random.Next(200).ToString(),
            10 => new Raw([0xa5, 0xff, 0xfe, 0, 1, 2]),
            11 => Raw.Hex("d6ff00000000"), // an extension
            12 => Enumerable.Range(0, random.Next(5)).Select(_ => AnyValue(random, key, depth - 1)).ToArray(),
            _ => Enumerable.Range(0, random.Next(5)).Select(i => ($"{key}{i}", AnyValue(random, key, depth - 1))).ToArray(),
        };
    }

    private static byte[] Noise(Random random)
    {
        var noise = new byte[random.Next(50)];
        random.NextBytes(noise);
        return noise;
    }

    /// <summary>A server of its own, so that memory and log tell about nothing else.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private ParleyServerProcess? _process;

        public ParleyServerProcess Process => _process!;

        public System.Net.IPEndPoint Gate => Process.Endpoints["RtmClient"];

        public async ValueTask InitializeAsync() => _process = await RtmServer.StartAsync(
            async seed =>
            {
                await seed.ProjectAsync(RtmWorld.Pid, new() { UserCallsPerSecond = 0 });
                await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, 10);
            },
            new Dictionary<string, string> { ["Rtm:IdleSeconds"] = "15", ["Rtm:AuthSeconds"] = "15" });

        public async ValueTask DisposeAsync() => await RtmServer.EndAsync(_process);
    }
}
