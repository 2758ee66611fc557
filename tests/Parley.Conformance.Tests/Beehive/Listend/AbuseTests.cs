using System.Buffers.Binary;
using System.Net.Sockets;
using Parley.Conformance.Tests.Fpnn;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>Clients that ask too much, read too slowly, never log in or talk nonsense (DESIGN §5.6).</summary>
public sealed class AbuseTests(ListendServer server, SmallListendServer small, ITestOutputHelper output)
{
    private const long MemoryLimit = 96L * 1024 * 1024;

    [Theory]
    [CoversBeehive("10023")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocket)]
    public async Task Who_floods_is_refused_with_10023_and_the_connection_lives(Speech speech)
    {
        await using var peer = await small.LoginAsync(speech);
        var packets = Enumerable.Range(0, 20 * SmallListendServer.RequestBurst).Select(_ => peer.Next(0x0107, Proto.Of((1, 9)))).ToList();
        await peer.SendBytesAsync([.. packets.SelectMany(peer.Bytes)]);
        var codes = new List<long>();
        foreach (var packet in packets)
        {
            var answer = await peer.ExpectAnswerAsync(0x0108, packet.Seq);
            codes.Add(answer.Int(2));
            if (answer.Int(2) != 0)
                answer.Is((1, 9), (2, 10023), (3, "Too many requests!"));
        }
        Assert.Equal([0, 10023], codes.Distinct());
        Assert.InRange(codes.Count(code => code == 0), SmallListendServer.RequestBurst - 1, 19 * SmallListendServer.RequestBurst);
        Assert.Equal(0, codes[SmallListendServer.RequestBurst - 2]); // ONLINE was the first of the burst
        await peer.PingAsync();
    }

    [Fact]
    [CoversBeehive("0105", "0202")]
    public async Task Pings_and_acks_are_not_counted()
    {
        await using var peer = await small.LoginAsync();
        for (var i = 0; i < 5 * SmallListendServer.RequestBurst; i++)
        {
            await peer.SendAsync(new Packet(0x0202, [], peer.SessionId, 1));
            await peer.PingAsync();
        }
        Assert.Equal(0, (await peer.AskAsync(0x0107, (1, 9))).Int(2));
    }

    [Theory]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocket)]
    public async Task Garbage_ends_its_own_connection_and_nothing_else(Speech speech)
    {
        await using var witness = await server.LoginAsync();
        var random = new Random(20_26);
        await RoundAsync(30); // what is loaded once is loaded
        var before = server.Process.ResidentBytes;
        await RoundAsync(200);
        output.WriteLine($"{speech}: memory before {before >> 20} MB, after {server.Process.ResidentBytes >> 20} MB");
        Assert.InRange(server.Process.ResidentBytes - before, long.MinValue, MemoryLimit);
        await ExpectHealthAsync(server.Process, witness);

        async Task RoundAsync(int connections)
        {
            for (var i = 0; i < connections; i++)
            {
                await using var peer = await server.ConnectAsync(speech);
                var bytes = new byte[random.Next(1, 5000)];
                random.NextBytes(bytes);
                if (i % 3 == 0) // a length that is waited for
                    BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan().Length > 8 ? bytes.AsSpan(4) : new byte[4], random.Next(65_536));
                var framed = speech == Speech.WebSocket && i % 2 == 0 ? WebSocketPeer.Masked(WebSocketPeer.Binary, bytes) : bytes;
                try
                {
                    await peer.SendRawAsync(framed);
                    if (i % 4 == 0)
                        peer.HalfClose();
                    if (i % 5 == 0)
                        peer.Reset();
                }
                catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException)
                {
                    // closed meanwhile
                }
            }
        }
    }

    [Fact]
    public async Task Any_body_of_any_command_is_answered_and_the_server_has_no_fault()
    {
        await using var witness = await server.LoginAsync();
        var random = new Random(4711);
        uint[] commands =
        [
            0x0107, 0x0109, 0x010B, 0x010D, 0x0201, 0x0203, 0x0205, 0x0207, 0x0209, 0x020B, 0x020D, 0x0210, 0x0212, 0x0301, 0x0303, 0x0305,
            0x0307, 0x0309, 0x030B, 0x030D, 0x0310, 0x0312, 0x0314, 0x0316, 0x0318, 0x031A, 0x031C, 0x0401, 0x0403, 0x0405, 0x0407, 0x0409, 0x040B,
        ];
        foreach (var speech in Enum.GetValues<Speech>())
        {
            await using var peer = await server.LoginAsync(speech);
            for (var i = 0; i < 400; i++)
            {
                object[] values =
                [
                    0, 1, peer.UserId, -1L, long.MaxValue, ulong.MaxValue, uint.MaxValue, 9_000_000_000_000_000, "", "x", new string('x', 2000),
                    new byte[] { 0xFF, 0xFE }, 1_000_000_000,
                ];
                var fields = Enumerable.Range(1, random.Next(1, 8))
                    .Select(number => (number, number == 1 && random.Next(2) == 0 ? peer.UserId : values[random.Next(values.Length)])).ToArray();
                var body = Proto.Of(fields);
                if (random.Next(5) == 0)
                    body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
                var packet = peer.Next(commands[random.Next(commands.Length)], body);
                await peer.SendAsync(packet);
                var answer = await peer.NextAnswerAsync();
                Assert.True(answer.Seq == packet.Seq, $"{packet} → {answer}");
                Assert.DoesNotContain(10001L, Proto.Read(answer.Body).Select(field => field.Value).OfType<ulong>().Select(value => (long)value));
            }
            await peer.PingAsync();
        }
        await ExpectHealthAsync(server.Process, witness);
    }

    [Fact]
    public async Task A_thousand_connections_that_never_log_in_are_cut_off_and_disturb_nobody()
    {
        await using var witness = await small.LoginAsync();
        var silent = new List<BeehivePeer>();
        for (var i = 0; i < 1000; i++)
            silent.Add(await small.ConnectAsync(i % 4 == 0 ? Speech.WebSocket : Speech.Tcp));
        await witness.PingAsync();
        foreach (var peer in silent)
        {
            await peer.ExpectClosedAsync();
            await peer.DisposeAsync();
            if (silent.IndexOf(peer) % 100 == 0)
                await witness.PingAsync();
        }
        await ExpectHealthAsync(small.Process, witness);
    }

    [Fact]
    [CoversBeehive("010D")]
    public async Task A_slow_reader_is_cut_off_with_a_reason_and_finds_on_SYNC_what_waits()
    {
        const int Messages = 2000;
        await using var own = await BeehiveHttpServer.StartAsync(
            ("Beehive:RequestsPerSecond", "0"), ("Beehive:PendingMessages", $"{2 * Messages}"), ("Connections:OutboundBytes", "1000000"));
        await using (var slow = await RawPeer.ConnectAsync(own.Endpoints["BeehiveTcp"], receiveBuffer: 8192))
        {
            var token = await ListendWorld.TokenAsync(own, 2, 555);
            await slow.SendAsync(new Packet(0x0101, Proto.Of((1, 2), (2, 555), (3, token), (4, "a"), (5, "v")), 555, 1).ToBytes(isSeed: false));
            await slow.ReadAsync(Packet.HeadLength);
            await using var ann = await ListendWorld.LoginAsync(own, 1);
            var text = new string('x', 5000);
            for (var i = 0; i < Messages; i += 20)
            {
                for (var j = i; j < i + 20; j++)
                    await ann.SendAsync(0x0201, ListendWorld.Chat(1, 2, $"{j} {text}"));
                for (var j = i; j < i + 20; j++)
                    Assert.Equal(0, (await ann.NextAnswerAsync()).Int(3));
            }
            await Wait.Until(
                () => own.Output.Any(line => line.Contains($"{slow.LocalEndpoint} ") && line.Contains("slow", StringComparison.OrdinalIgnoreCase)),
                "the reason is in the log");
            Assert.InRange((await slow.ReadToEndAsync()).Length, 1, 20 * 1024 * 1024);
        }
        await using (var back = await ListendWorld.LoginAsync(own, 2, 555))
        {
            await back.AskAsync(0x010D, (1, 2));
            Assert.Equal(Enumerable.Range(0, Messages), (await back.DrainAsync()).Select(push => int.Parse(push.Text(5).Split(' ')[0])));
        }
        await RtmServer.EndAsync(own);
    }

    private static async Task ExpectHealthAsync(ParleyServerProcess process, BeehivePeer witness)
    {
        await witness.PingAsync();
        await using var other = await ListendWorld.LoginAsync(process);
        await witness.AskAsync(0x0201, ListendWorld.Chat(witness.UserId, other.UserId, "still here"));
        Assert.Equal("still here", (await other.NextPushAsync(0x0201)).Text(5));
        Assert.DoesNotContain(process.Output, static line => line.Contains("fail:", StringComparison.Ordinal));
    }
}
