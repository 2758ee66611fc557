using System.Text;
using Parley.Conformance.Tests.Fpnn;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>How packets come over TCP and WebSocket (beehive.md §7).</summary>
public sealed class FramingTests(ListendServer server)
{
    private const int BodyLimit = 65_536;
    private const int LoginBodyLimit = 16_384;

    [Theory]
    [CoversBeehive("0105")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    public async Task A_packet_may_be_split_at_every_byte(Speech speech)
    {
        await using var peer = await server.LoginAsync(speech);
        var chat = ListendWorld.Chat(peer.UserId, peer.UserId);
        var length = peer.Bytes(new Packet(0x0201, Proto.Of(chat))).Length;
        for (var at = 1; at < length; at++)
        {
            var packet = peer.Next(0x0201, Proto.Of(chat));
            var bytes = peer.Bytes(packet);
            await peer.SendRawAsync(bytes[..at]);
            await Task.Yield();
            await peer.SendRawAsync(bytes[at..]);
            await peer.ExpectAnswerAsync(0x0202, packet.Seq);
            (await peer.NextPushAsync(0x0201)).Is(chat);
        }
    }

    [Theory]
    [CoversBeehive("0101", "0105")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    public async Task Each_byte_may_come_by_itself_from_the_first_one_on(Speech speech)
    {
        await using var peer = await server.ConnectAsync(speech);
        (peer.UserId, peer.SessionId) = (BeehiveHttpServer.NewId(), BeehiveHttpServer.NewId());
        var token = await ListendWorld.TokenAsync(server.Process, peer.UserId, peer.SessionId);
        var online = peer.Next(0x0101, Proto.Of((1, peer.UserId), (2, peer.SessionId), (3, token), (4, "a"), (5, "v")));
        foreach (var one in peer.Bytes(online))
            await peer.SendRawAsync([one]);
        await peer.ExpectAnswerAsync(0x0102, online.Seq);
    }

    [Theory]
    [CoversBeehive("0105", "0106", "0201")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    [InlineData(Speech.WebSocket)]
    [InlineData(Speech.WebSocketSeed)]
    public async Task Several_packets_in_one_segment_or_message_are_answered_in_their_order(Speech speech)
    {
        await using var peer = await server.LoginAsync(speech);
        var packets = Enumerable.Range(0, 50).Select(i => i % 2 == 0
            ? peer.Next(0x0105) : peer.Next(0x0107, Proto.Of((1, i)))).ToList();
        await peer.SendBytesAsync([.. packets.SelectMany(peer.Bytes)]);
        foreach (var packet in packets)
            await peer.ExpectAnswerAsync(packet.Command + 1, packet.Seq);
    }

    [Theory]
    [CoversBeehive("0201", "20011")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    [InlineData(Speech.WebSocket)]
    [InlineData(Speech.WebSocketSeed)]
    public async Task A_body_of_64_KiB_is_read_and_one_byte_more_ends_the_connection(Speech speech)
    {
        await using var peer = await server.LoginAsync(speech);
        (await peer.AskBodyAsync(0x0107, new byte[BodyLimit])).Is((1, 0), (2, 20011), (3, "Unmarshal body failed!"));
        var packet = peer.Next(0x0107);
        if (peer.Speech is Speech.Tcp or Speech.TcpSeed)
            await peer.SendRawAsync(packet.ToBytes(peer.IsSeed, length: BodyLimit + 1)); // the body is not waited for
        else
            await peer.SendAsync(packet with { Body = new byte[BodyLimit + 1] });
        await peer.ExpectClosedAsync();
        Assert.Equal(peer.Speech is Speech.Tcp or Speech.TcpSeed ? 0 : 1009, peer.CloseStatus);
    }

    [Theory]
    [CoversBeehive("0101")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    [InlineData(Speech.WebSocket)]
    [InlineData(Speech.WebSocketSeed)]
    public async Task Before_the_login_a_body_of_16_KiB_is_read_and_one_byte_more_ends_the_connection(Speech speech)
    {
        foreach (var length in new[] { LoginBodyLimit, LoginBodyLimit + 1 })
        {
            await using var peer = await server.ConnectAsync(speech);
            peer.SessionId = BeehiveHttpServer.NewId();
            await peer.SendAsync(peer.Next(0x0101, new byte[length]));
            if (length == LoginBodyLimit)
                await peer.ExpectAnswerAsync(0x0102, peer.Sequence);
            await peer.ExpectClosedAsync();
            if (speech is Speech.WebSocket or Speech.WebSocketSeed)
                Assert.Equal(length == LoginBodyLimit ? 1000 : 1009, peer.CloseStatus);
        }
    }

    [Fact]
    public async Task A_message_longer_than_16_packets_is_closed_with_1009_also_when_it_never_ends()
    {
        await using var peer = await server.LoginAsync(Speech.WebSocket);
        var part = new byte[Packet.HeadLength + BodyLimit];
        for (var i = 0; i < 16; i++)
            await peer.SendRawAsync(WebSocketPeer.Masked(i == 0 ? WebSocketPeer.Binary : (byte)0, part, isFinal: false));
        Assert.False(peer.Closed.IsCompleted);
        await peer.SendRawAsync(WebSocketPeer.Masked(0, [0], isFinal: false));
        await peer.ExpectClosedAsync();
        Assert.Equal(1009, peer.CloseStatus);
    }

    [Theory]
    [InlineData("00 00 00 00")]
    [InlineData("1E D2 3C B5")]
    public async Task A_wrong_checksum_ends_a_connection_of_the_seed_generation(string checksum)
    {
        await using var peer = await server.LoginAsync(Speech.TcpSeed);
        var bytes = peer.Bytes(peer.Next(0x0105));
        Hex.Bytes(checksum).CopyTo(bytes, 8);
        await peer.SendRawAsync(bytes);
        await peer.ExpectClosedAsync();
    }

    [Theory]
    [CoversBeehive("0105")]
    [InlineData(Speech.WebSocket)]
    [InlineData(Speech.WebSocketSeed)]
    public async Task Text_messages_and_fragments_are_taken_like_binary_ones(Speech speech)
    {
        await using var peer = await server.LoginAsync(speech);
        var text = peer.Next(0x0105);
        await peer.SendRawAsync(WebSocketPeer.Masked(WebSocketPeer.Text, peer.Bytes(text)));
        await peer.ExpectAnswerAsync(0x0106, text.Seq);
        var bytes = peer.Bytes(peer.Next(0x0107, Proto.Of((1, 7))));
        for (var at = 0; at < bytes.Length; at++)
        {
            var opcode = at == 0 ? WebSocketPeer.Binary : (byte)0;
            await peer.SendRawAsync(WebSocketPeer.Masked(opcode, bytes[at..(at + 1)], isFinal: at == bytes.Length - 1));
            if (at == 3)
                await peer.SendRawAsync(WebSocketPeer.Masked(WebSocketPeer.Ping, [1, 2, 3])); // control frames may come between
        }
        (await peer.ExpectAnswerAsync(0x0108, peer.Sequence)).Is((1, 7), (2, 0), (3, "Ok"));
    }

    [Theory]
    [InlineData(Speech.WebSocket, -1)]
    [InlineData(Speech.WebSocket, 1)]
    [InlineData(Speech.WebSocketSeed, -1)]
    [InlineData(Speech.WebSocketSeed, 1)]
    [InlineData(Speech.WebSocket, 60)]
    public async Task A_message_of_another_length_than_its_packet_is_closed_with_1002(Speech speech, int more)
    {
        await using var peer = await server.LoginAsync(speech);
        await peer.SendBytesAsync(peer.Next(0x0107, Proto.Of((1, 7))).ToBytes(peer.IsSeed, length: (uint)(2 + more)));
        if (more < 0)
            await peer.ExpectAnswerAsync(0x0108, peer.Sequence); // a whole packet and a byte that is none
        await peer.ExpectClosedAsync();
        Assert.Equal(1002, peer.CloseStatus);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(51)]
    public async Task A_message_that_is_shorter_than_a_header_is_closed_with_1002(int length)
    {
        await using var peer = await server.LoginAsync(Speech.WebSocket);
        await peer.SendBytesAsync(peer.Bytes(peer.Next(0x0105))[..length]);
        await peer.ExpectClosedAsync();
        Assert.Equal(1002, peer.CloseStatus);
    }

    [Fact]
    public async Task An_empty_message_is_nothing()
    {
        await using var peer = await server.LoginAsync(Speech.WebSocket);
        await peer.SendBytesAsync([]);
        await peer.PingAsync();
    }

    [Fact]
    public async Task A_client_that_closes_by_a_frame_is_answered_by_one()
    {
        await using var peer = await server.LoginAsync(Speech.WebSocket);
        await peer.SendRawAsync(WebSocketPeer.Masked(WebSocketPeer.CloseFrame, [0x03, 0xE8]));
        await peer.ExpectClosedAsync();
        Assert.Equal(1000, peer.CloseStatus);
    }

    [Fact]
    public async Task The_old_path_is_served_too()
    {
        await using var peer = await BeehivePeer.ConnectAsync(server.Process.Endpoints, Speech.WebSocket, "/upload");
        var (uid, sid) = (BeehiveHttpServer.NewId(), BeehiveHttpServer.NewId());
        await peer.LoginAsync(uid, sid, await ListendWorld.TokenAsync(server.Process, uid, sid));
    }

    [Theory]
    [InlineData("/", 404)]
    [InlineData("/IM", 404)]
    [InlineData("/im/", 404)]
    [InlineData("/im/x", 404)]
    [InlineData("/metrics", 404)]
    public async Task Other_paths_are_not_there(string path, int status)
    {
        await using var raw = await RawPeer.ConnectAsync(server.WebSocket);
        await raw.SendTextAsync(BeehivePeer.Handshake(path));
        Assert.StartsWith($"HTTP/1.1 {status} ", await raw.ReadHeadAsync());
    }

    [Fact]
    public async Task A_plain_request_is_no_WebSocket_and_a_wished_protocol_is_not_promised()
    {
        await using (var raw = await RawPeer.ConnectAsync(server.WebSocket))
        {
            await raw.SendTextAsync("GET /im HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 400 ", await raw.ReadHeadAsync());
        }
        await using (var raw = await RawPeer.ConnectAsync(server.WebSocket))
        {
            await raw.SendTextAsync(BeehivePeer.Handshake("/im").Replace("\r\n\r\n", "\r\nSec-WebSocket-Protocol: im\r\nOrigin: http://x\r\n\r\n", StringComparison.Ordinal));
            var head = await raw.ReadHeadAsync();
            Assert.StartsWith("HTTP/1.1 101 ", head);
            Assert.DoesNotContain("Sec-WebSocket-Protocol", head, StringComparison.OrdinalIgnoreCase);
        }
        await using var tcp = await RawPeer.ConnectAsync(server.Tcp);
        await tcp.SendAsync(Encoding.ASCII.GetBytes(BeehivePeer.Handshake("/im"))); // no HTTP at this door
        await tcp.ExpectClosedAsync();
    }

    [Fact]
    [CoversBeehive("0201", "0202", "10018")]
    public async Task A_chat_of_60_KiB_reaches_the_other_and_one_byte_more_is_refused()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync(Speech.WebSocket);
        foreach (var length in new[] { 61_440, 61_441 })
        {
            var frame = Proto.Of(ListendWorld.Chat(ann.UserId, ben.UserId, new string('x', 61_000))).Length - 61_000;
            var fields = ListendWorld.Chat(ann.UserId, ben.UserId, new string('x', length - frame));
            Assert.Equal(length, Proto.Of(fields).Length);
            var ack = await ann.AskAsync(0x0201, fields);
            if (length == 61_440)
            {
                ack.Is((1, ann.UserId), (2, ben.UserId), (3, 0), (4, "Ok"));
                (await ben.NextPushAsync(0x0201)).Is(fields);
                continue;
            }
            ack.Is((1, ann.UserId), (2, ben.UserId), (3, 10018), (4, "Body is too long!"));
            await ben.ExpectNoPushAsync();
        }
    }
}
