using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>The test vectors (beehive.md §14) and the way of a client from its registration to its first chat (§9.1).</summary>
public sealed class StoryTests(ListendServer server)
{
    [Fact]
    [CoversBeehive("0101", "0102", "0105", "0106", "0201", "0202")]
    public async Task The_vectors_of_the_document_byte_for_byte()
    {
        // the vector's token is a made-up one; with a good one in its place everything else stays
        var token = await ListendWorld.TokenAsync(server.Process, 100_001, 2001);
        await using var raw = await RawPeer.ConnectAsync(server.Tcp);
        var body = Hex.Bytes($"08 A1 8D 06  10 D1 0F  1A {token.Length:X2} {Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(token))}  22 03 61 70 70  2A 03 31 2E 30");
        await raw.SendAsync(
            $"00 00 01 01  {body.Length:X8}  00 00 00 00 00 00 07 D1  00 00 00 00 00 00 00 00  00 00 00 00 "
            + "00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00" + Convert.ToHexString(body));
        await raw.ExpectAsync("00 00 01 02  00 00 00 19  00 00 00 00 00 00 07 D1");
        Assert.NotEqual(Hex.Text(new byte[8]), Hex.Text(await raw.ReadAsync(8))); // cid
        await raw.ExpectAsync("00 00 4E 21");
        await raw.ExpectAsync("00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00");
        await raw.ExpectAsync("08 A1 8D 06  10 D1 0F  18 64  22 03 61 70 70  2A 03 31 2E 30  38 00  42 02 4F 6B");
        await raw.SendAsync(
            "00 00 01 05  00 00 00 00  00 00 00 00 00 00 07 D1  00 00 00 00 00 00 00 00  00 00 00 00 "
            + "00 00 00 00 00 00 00 65  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00");
        await raw.ExpectAsync("00 00 01 06  00 00 00 00  00 00 00 00 00 00 07 D1");
        await raw.ReadAsync(8);
        await raw.ExpectAsync("00 00 4E 21  00 00 00 00 00 00 00 65  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00");

        await using var other = await server.LoginAsync(uid: 100_002);
        const string Chat = "08 A1 8D 06  10 A2 8D 06  18 00  20 80 DE A0 CB 05  2A 02 68 69";
        await raw.SendAsync(
            "00 00 02 01  00 00 00 14  00 00 00 00 00 00 07 D1  00 00 00 00 00 00 00 00  00 00 00 00 "
            + "00 00 00 00 00 00 00 66  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00" + Chat);
        var chat = await other.NextPushAsync(0x0201);
        Assert.Equal(Hex.Plain(Chat), Hex.Text(chat.Body));
        Assert.Equal((0x66ul, 2001L, 0x66ul), (chat.Seq, chat.Dsid, chat.Dseq));
        await raw.ExpectAsync("00 00 02 02");
    }

    [Theory]
    [CoversBeehive("0101", "0102", "0105", "0201", "0202", "010D", "010E", "0103", "0104", "1.1", "1.2")]
    [InlineData(Speech.Tcp, Speech.Tcp)]
    [InlineData(Speech.Tcp, Speech.WebSocket)]
    [InlineData(Speech.WebSocket, Speech.Tcp)]
    [InlineData(Speech.WebSocket, Speech.WebSocketSeed)]
    [InlineData(Speech.TcpSeed, Speech.TcpSeed)]
    [InlineData(Speech.TcpSeed, Speech.WebSocket)]
    [InlineData(Speech.WebSocketSeed, Speech.TcpSeed)]
    [InlineData(Speech.WebSocketSeed, Speech.WebSocketSeed)]
    public async Task From_register_and_iplist_to_a_chat_both_ways_and_goodbye(Speech one, Speech other)
    {
        await using var ann = await server.LoginAsync(one);
        await using var ben = await server.LoginAsync(other);
        await ann.PingAsync();
        (await ben.AskAsync(0x010D, (1, ben.UserId))).Is((1, ben.UserId), (2, 0), (3, "Ok"));
        foreach (var (from, to) in new[] { (ann, ben), (ben, ann) })
        {
            var fields = ListendWorld.Chat(from.UserId, to.UserId, "hello ü");
            (await from.AskAsync(0x0201, fields)).Is((1, from.UserId), (2, to.UserId), (3, 0), (4, "Ok"));
            var push = await to.NextPushAsync(0x0201);
            push.Is(fields);
            Assert.Equal(from.Sequence, push.Seq);
            Assert.Equal(to.IsSeed ? (0L, 0ul) : (from.SessionId, from.Sequence), (push.Dsid, push.Dseq));
        }
        await ann.ExpectNoPushAsync();
        await ben.ExpectNoPushAsync();
        Assert.Empty((await ann.AskAsync(0x0103)).Body);
        await ann.ExpectClosedAsync();
        Assert.Equal(one is Speech.WebSocket or Speech.WebSocketSeed ? 1000 : 0, ann.CloseStatus);
    }

    [Fact]
    [CoversBeehive("0101")]
    public async Task The_acks_carry_the_connection_and_the_node()
    {
        await using var tcp = await server.LoginAsync();
        await using var webSocket = await server.LoginAsync(Speech.WebSocket);
        await using var seed = await server.LoginAsync(Speech.TcpSeed);
        var first = await tcp.AskAsync(0x0105);
        var second = await webSocket.AskAsync(0x0105);
        Assert.Equal(20_001u, first.Nid);
        Assert.Equal(20_002u, second.Nid);
        Assert.Equal(20_001u, (await seed.AskAsync(0x0105)).Nid);
        Assert.NotEqual(0ul, first.Cid);
        Assert.NotEqual(first.Cid, second.Cid);
    }
}
