using System.Text;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>Garbage on both doors: its own connection is closed or told so, and nobody else notices (DESIGN §5.6).</summary>
public sealed class GoImFuzzTests(GoImFuzzTests.Server server, ITestOutputHelper output) : IClassFixture<GoImFuzzTests.Server>
{
    private const int Connections = 300;
    private const long MemoryLimit = 64L * 1024 * 1024;

    private static readonly string[] Commands =
    [
        "send_client_id", "send_logout", "send_message_p2p", "p2p_ack", "send_ping", "send_list_topic", "send_create_topic", "send_join_topic",
        "send_leave_topic", "send_topic_members_list", "send_message_topic", "topic_ack", "send_view_friends", "send_add_friend",
        "send_del_friend", "send_ask", "ask_ack", "send_react", "send_notify_p2p", "send_notify_topic", "req_msg_server", "nonsense",
    ];

    private static readonly string[] Texts =
    [
        "", "a", "b", "0", "1", "-1", "9223372036854775807", "9000000000000000", "add_friend", "agree", "disagree", "topic",
        "00000000-0000-4000-8000-000000000000", "\0", "\ud83d\ude00", new('x', 128), new('x', 129), new('"', 30_000),
    ];

    [Theory]
    [InlineData("GoImGateway")]
    [InlineData("GoImMessage")]
    public async Task Garbage_ends_its_own_connection_and_nothing_else(string door)
    {
        await using var witness = await server.LoginAsync("witness");
        var random = new Random(20_26);
        await GarbageAsync(door, random, 50); // what is loaded once is loaded
        var before = server.Process.ResidentBytes;
        await GarbageAsync(door, random, Connections);
        var after = server.Process.ResidentBytes;
        output.WriteLine($"{door}: memory before {before >> 20} MB, after {after >> 20} MB");
        Assert.InRange(after - before, long.MinValue, MemoryLimit);
        await ExpectHealthAsync(witness);
    }

    [Fact]
    public async Task Any_request_with_any_arguments_is_answered_or_passed_over()
    {
        await using var witness = await server.LoginAsync("witness");
        var random = new Random(4711);
        for (var round = 0; round < 10; round++)
        {
            await using var peer = await server.ConnectAsync();
            if (round > 0)
                await peer.AskAsync("send_client_id", Texts[1 + random.Next(2)]);
            for (var i = 0; i < 150; i++)
            {
                var command = Commands[random.Next(Commands.Length)];
                if (command is "send_logout" or "send_client_id")
                    continue;
                await peer.SendAsync(command, [.. Enumerable.Range(0, random.Next(4)).Select(_ => Texts[random.Next(Texts.Length)])]);
            }
            await peer.SendJsonAsync("""{"cmd":"send_ping","repo":"last"}""");
            while ((await peer.NextAnswerAsync()) is { Repo: not "\"last\"" } answer)
                Assert.True(answer.Ok || answer.Text != "error." || answer.Command is "resp_add_friend" or "resp_ask", answer.ToString());
        }
        await ExpectHealthAsync(witness);
    }

    [Fact]
    public async Task Deep_long_and_endless_values_are_refused_or_taken_but_never_more()
    {
        await using var witness = await server.LoginAsync("witness");
        string[] values =
        [
            new('{', 60_000), "{\"a\":" + new string('[', 60_000), "{\"repo\":" + new string('[', 30_000) + new string(']', 30_000) + "}",
            "{\"cmd\":\"" + new string('x', 60_000), "{\"cmd\":\"send_ping\",\"repo\":\"\\ud800\"}", "{\"cmd\":\"\\ud800\"}", "{\"\\ud800\":1}",
            "{\"cmd\":\"send_ping\",\"repo\":1e999999}", "{\"obj\":[" + string.Join(',', Enumerable.Repeat("\"\"", 20_000)) + "]}",
            string.Concat(Enumerable.Range(0, 5000).Select(i => $"{{\"k{i}\":")), new(' ', 65_535),
        ];
        foreach (var value in values)
        {
            await using var peer = await RawPeer.ConnectAsync(server.Process.Endpoints["GoImMessage"]);
            for (var i = 0; i < 6; i++)
                await peer.TrySendAsync(GoImPeer.Frame(Encoding.UTF8.GetBytes(value)));
            await EndAsync(peer);
        }
        await ExpectHealthAsync(witness);
    }

    [Fact]
    public async Task A_hundred_clients_talk_at_once_and_everybody_hears_everything()
    {
        const int Clients = 100;
        const int Each = 10;
        var peers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => server.LoginAsync("crowd")));
        var topic = GoImServer.NewId("crowd");
        await peers[0].OkAsync("send_create_topic", topic);
        foreach (var peer in peers.Skip(1))
            await peer.OkAsync("send_join_topic", topic);
        await Task.WhenAll(peers.Select(async (peer, i) =>
        {
            for (var k = 0; k < Each; k++)
            {
                await peer.DoneAsync("send_message_topic", $"{i}/{k}", topic);
                await peer.DoneAsync("send_message_p2p", $"to {k}", peers[(i + 1) % Clients].Id);
            }
        }));
        foreach (var peer in peers)
        {
            var uuids = new HashSet<string>();
            for (var i = 0; i < (Clients * Each) + Each; i++)
                Assert.True(uuids.Add((await peer.NextPushAsync()).Uuid));
            await peer.ExpectNoPushAsync();
        }
        foreach (var peer in peers)
            await peer.DisposeAsync();
    }

    private async Task ExpectHealthAsync(GoImPeer witness)
    {
        await witness.OkAsync("send_ping");
        await using var fresh = await server.LoginAsync("fresh");
        await fresh.DoneAsync("send_message_p2p", "hello", witness.Id);
        await witness.NextPushAsync("receive_message_p2p", "hello", fresh.Id);
        Assert.DoesNotContain(server.Process.Output, static line => line.Contains(" fail: ") || line.Contains(" crit: ") || line.Contains("Exception"));
        Assert.Empty(server.Process.Errors);
    }

    private async Task GarbageAsync(string door, Random random, int count)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count).Select(_ => Garbage(random)).ToArray(), new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (bytes, _) =>
            {
                await using var peer = await RawPeer.ConnectAsync(server.Process.Endpoints[door]);
                await peer.TrySendAsync(bytes);
                await EndAsync(peer);
            });
    }

    private static async Task EndAsync(RawPeer peer)
    {
        try
        {
            peer.HalfClose();
        }
        catch (System.Net.Sockets.SocketException)
        {
            return; // closed already
        }
        await peer.ReadToEndAsync();
    }

    private static byte[] Garbage(Random random)
    {
        var noise = new byte[random.Next(1, 400)];
        random.NextBytes(noise);
        var command = Commands[random.Next(Commands.Length)];
        var good = GoImPeer.Frame(GoImPeer.Request(command, Texts[random.Next(3)], Texts[random.Next(Texts.Length)]));
        switch (random.Next(7))
        {
            case 0:
                return noise;
            case 1:
                return GoImPeer.Frame(noise);
            case 2:
                return GoImPeer.Frame(Encoding.Latin1.GetString(noise));
            case 3:
                for (var i = 0; i < 3; i++)
                    good[random.Next(good.Length)] = (byte)random.Next(256);
                return [.. GoImPeer.Frame(GoImPeer.Request("send_client_id", "a")), .. good];
            case 4:
                return good[..random.Next(1, good.Length)];
            case 5:
                return [.. good, .. noise];
            default:
                return [.. "{\"cmd\":"u8, .. noise];
        }
    }

    /// <summary>A server of its own, so that memory and log tell about nothing else.</summary>
    public sealed class Server : GoImServer
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["GoIm:RequestsPerSecond"] = "0",
            ["GoIm:BadRequests"] = "1000000",
            ["GoIm:AcknowledgeMilliseconds"] = "60000",
        };
    }
}
