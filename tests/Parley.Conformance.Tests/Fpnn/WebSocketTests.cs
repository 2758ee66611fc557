using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Fpnn;

/// <summary>FPNN over WebSocket (fpnn.md §6.4).</summary>
public sealed class WebSocketTests(RtmServer server)
{
    private static readonly byte[] PingQuest = Frame.Quest(7, "ping", [0x80]);

    [Theory]
    [InlineData("RtmClient")]
    [InlineData("RtmDispatch")]
    public async Task The_handshake_is_answered_with_the_accept_key_of_the_vector(string door)
    {
        await using var peer = await RawPeer.ConnectAsync(server.Process.Endpoints[door]);
        await peer.SendTextAsync(WebSocketPeer.Handshake);
        var head = await peer.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 Switching Protocols\r\n", head);
        Assert.Contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", head);
        Assert.Contains("\r\nUpgrade: websocket\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nConnection: Upgrade\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Sec-WebSocket-Protocol", head);
        Assert.DoesNotContain("Sec-WebSocket-Extensions", head);
    }

    [Theory]
    [InlineData("/service/test")]
    [InlineData("/service/websocket")]
    [InlineData("//service//x/")]
    public async Task The_second_part_of_the_path_is_arbitrary_and_header_names_may_be_lower_case(string path)
    {
        await using var peer = await RawPeer.ConnectAsync(server.Gate);
        await peer.SendTextAsync(
            $"GET {path} HTTP/1.1\r\nhost: x\r\nupgrade: WebSocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n"
            + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: arraybuffer, other\r\n\r\n");
        var head = await peer.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head);
        Assert.Contains("Sec-WebSocket-Protocol: arraybuffer\r\n", head); // one of those asked for
    }

    [Theory]
    [InlineData("/websocket")]
    [InlineData("/service")]
    [InlineData("/service/a/b")]
    [InlineData("/other/websocket")]
    public async Task Another_path_ends_the_connection(string path)
    {
        await using var peer = await RawPeer.ConnectAsync(server.Gate);
        await peer.SendTextAsync(WebSocketPeer.Handshake.Replace("/service/websocket", path));
        await peer.ExpectClosedAsync();
    }

    [Theory]
    [InlineData("Upgrade: websocket\r\n", "")]
    [InlineData("Version: 13", "Version: 8")]
    [InlineData("keep-alive, Upgrade", "keep-alive")]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "")]
    public async Task An_upgrade_that_lacks_something_is_an_ordinary_quest_for_an_unknown_method(string part, string other)
    {
        await using var peer = await RawPeer.ConnectAsync(server.Gate);
        await peer.SendTextAsync(WebSocketPeer.Handshake.Replace(part, other));
        Assert.StartsWith("HTTP/1.1 500 ", await peer.ReadHeadAsync());
        Assert.StartsWith("{\"code\":20004,", System.Text.Encoding.UTF8.GetString(await peer.ReadAsync(14)));
    }

    [Fact]
    public async Task The_worked_frames_are_understood()
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        await peer.Raw.SendAsync("82 9A 11223344 57727d0a 10a23247 16223344 10223344 704657c6 b04332e5 7320");
        var answer = await peer.ReadPackageAsync();
        Assert.Equal((1u, 20004), (answer.Sequence, (int)answer.Body.Int("code")));
        await peer.SendAsync(WebSocketPeer.Binary, PingQuest);
        await peer.Raw.ExpectAsync("82 11 46504e4e 01 80 02 00 01000000 07000000 80");
    }

    [Fact]
    public async Task Login_quests_and_pushes_work_as_on_tcp()
    {
        await using var ann = await server.LoginAsync();
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        var uid = server.NewUser();
        await peer.SendAsync(WebSocketPeer.Binary, Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G2, uid))));
        Assert.True((await peer.ReadPackageAsync()).Body.Bool("ok"));
        await peer.SendAsync(WebSocketPeer.Binary, Frame.Quest(2, "sendmsg", Pack.Map(Say.To(ann.UserId, 5))));
        Assert.True((await peer.ReadPackageAsync()).Body.Has("mtime"));
        await ann.ExpectMidAsync("pushmsg", 5);
        for (var i = 10; i < 14; i++)
            await ann.OkAsync("sendmsg", Say.To(uid, i));
        for (var i = 10; i < 14; i++)
        {
            var push = await peer.ReadPackageAsync();
            Assert.Equal(("pushmsg", i), (push.Method, push.Body.Int("mid")));
            await peer.SendAsync(WebSocketPeer.Binary, Frame.Answer(push.Sequence, [0x80]));
        }
        await peer.SendAsync(WebSocketPeer.Binary, Frame.Quest(3, "pushunread", [0x80]));
        Assert.Empty((await peer.ReadPackageAsync()).Body.List("p2p"));
    }

    [Theory]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public async Task Packages_of_every_length_have_the_right_form_of_length_both_ways(int length)
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        // a quest of that length
        var padding = length - 12 - 4 - 4 - 3 - (length > 65_000 ? 3 : 2);
        byte[] value = length > 65_000
            ? [0xc5, (byte)(padding >> 8), (byte)padding, .. new byte[padding]] : [0xc4, (byte)padding, .. new byte[padding]];
        var quest = Frame.Quest(7, "ping", [0x81, 0xa1, (byte)'x', .. value]);
        Assert.Equal(length, quest.Length);
        await peer.SendAsync(WebSocketPeer.Binary, quest);
        Assert.Equal(7u, (await peer.ReadPackageAsync()).Sequence);
        // an answer of that length: 16 bytes of header, the map, its keys, and the text
        var uid = server.NewUser();
        await peer.SendAsync(WebSocketPeer.Binary, Frame.Quest(8, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, uid))));
        await peer.ReadPackageAsync();
        for (var text = Math.Max(0, Math.Min(length, 65_550) - 60); text <= Math.Min(length, 65_535); text++)
        {
            await peer.SendAsync(WebSocketPeer.Binary, Frame.Quest(9, "dataset", Pack.Map(("key", "k"), ("val", new string('v', text)))));
            Assert.False((await peer.ReadPackageAsync()).IsError);
            await peer.SendAsync(WebSocketPeer.Binary, Frame.Quest(10, "dataget", Pack.Map(("key", "k"))));
            var answer = await peer.ReadPackageAsync(); // checks the form of the length
            Assert.Equal(text, answer.Body.Text("val").Length);
            if (answer.Bytes.Length == length)
                return;
        }
        Assert.Fail($"No answer of {length} bytes.");
    }

    [Fact]
    public async Task Fragments_are_put_together_and_control_frames_may_come_between()
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        await peer.SendAsync(WebSocketPeer.Binary, PingQuest[..5], isFinal: false);
        await peer.SendAsync(WebSocketPeer.Ping, "in between"u8.ToArray());
        var (opcode, payload) = await peer.ReadFrameAsync();
        Assert.Equal((WebSocketPeer.Pong, "in between"), (opcode, System.Text.Encoding.ASCII.GetString(payload)));
        await peer.SendAsync(0, PingQuest[5..9], isFinal: false);
        await peer.SendAsync(WebSocketPeer.Pong, []);
        await peer.SendAsync(0, [], isFinal: false);
        await peer.SendAsync(0, PingQuest[9..]);
        Assert.Equal(7u, (await peer.ReadPackageAsync()).Sequence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    public async Task A_ping_is_echoed(int length)
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        var data = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        await peer.SendAsync(WebSocketPeer.Ping, data);
        var (opcode, payload) = await peer.ReadFrameAsync();
        Assert.Equal(WebSocketPeer.Pong, opcode);
        Assert.Equal(data, payload);
    }

    [Fact]
    public async Task A_close_frame_is_answered_with_one()
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        await peer.SendAsync(WebSocketPeer.CloseFrame, [0x03, 0xe8]);
        Assert.Equal(WebSocketPeer.CloseFrame, (await peer.ReadFrameAsync()).Opcode);
        await peer.Raw.ExpectClosedAsync();
    }

    [Fact]
    public async Task Bye_is_answered_then_a_close_frame_comes()
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        await peer.SendAsync(WebSocketPeer.Binary, Frame.Quest(7, "bye", [0x80]));
        Assert.Equal(7u, (await peer.ReadPackageAsync()).Sequence);
        Assert.Equal(WebSocketPeer.CloseFrame, (await peer.ReadFrameAsync()).Opcode);
        await peer.SendAsync(WebSocketPeer.CloseFrame, [0x03, 0xe8]);
        await peer.Raw.ExpectClosedAsync();
    }

    [Fact]
    public async Task Text_frames_are_taken_as_binary_ones_are()
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        await peer.SendAsync(WebSocketPeer.Text, Frame.JsonQuest(8, "ping", "{}"));
        var json = await peer.ReadPackageAsync();
        Assert.Equal((8u, "{}"), (json.Sequence, json.Json));
        await peer.SendAsync(WebSocketPeer.Text, PingQuest); // no UTF-8
        Assert.Equal(7u, (await peer.ReadPackageAsync()).Sequence);
    }

    [Fact]
    public async Task Bytes_behind_the_upgrade_request_are_kept()
    {
        await using var peer = new WebSocketPeer(await RawPeer.ConnectAsync(server.Gate));
        await peer.Raw.SendAsync((byte[])
            [.. System.Text.Encoding.ASCII.GetBytes(WebSocketPeer.Handshake), .. WebSocketPeer.Masked(WebSocketPeer.Binary, PingQuest)]);
        Assert.StartsWith("HTTP/1.1 101 ", await peer.Raw.ReadHeadAsync());
        Assert.Equal(7u, (await peer.ReadPackageAsync()).Sequence);
    }

    public static TheoryData<string, byte[]> Breaches => new()
    {
        { "an unmasked frame", WebSocketPeer.Masked(WebSocketPeer.Binary, PingQuest, isMasked: false) },
        { "two packages in a message", WebSocketPeer.Masked(WebSocketPeer.Binary, [.. PingQuest, .. PingQuest]) },
        { "half a package", WebSocketPeer.Masked(WebSocketPeer.Binary, PingQuest[..10]) },
        { "a package and a byte", WebSocketPeer.Masked(WebSocketPeer.Binary, [.. PingQuest, 0]) },
        { "an empty message", WebSocketPeer.Masked(WebSocketPeer.Binary, []) },
        { "no package", WebSocketPeer.Masked(WebSocketPeer.Binary, "hello"u8.ToArray()) },
        { "opcode 3", WebSocketPeer.Masked(3, PingQuest) },
        { "opcode 11", WebSocketPeer.Masked(11, []) },
        { "a continuation of nothing", WebSocketPeer.Masked(0, PingQuest) },
        { "a new message within a message", [.. WebSocketPeer.Masked(WebSocketPeer.Binary, [], isFinal: false), .. WebSocketPeer.Masked(WebSocketPeer.Binary, PingQuest)] },
        { "a ping of 126 bytes", WebSocketPeer.Masked(WebSocketPeer.Ping, new byte[126]) },
        { "a fragmented ping", WebSocketPeer.Masked(WebSocketPeer.Ping, [], isFinal: false) },
        { "a reserved bit", [0xc2, 0x80, 0, 0, 0, 0] },
        { "a length of 2^63", Hex.Bytes("82 ff ffffffffffffffff 00000000") },
        { "the key quest", WebSocketPeer.Masked(WebSocketPeer.Binary, Frame.Quest(1, "*key", Pack.Map(("publicKey", Hex.Bytes(Vectors.ClientK1))))) },
        { "a payload that is no map", WebSocketPeer.Masked(WebSocketPeer.Binary, Frame.Quest(1, "ping", [1])) },
    };

    [Theory]
    [MemberData(nameof(Breaches), DisableDiscoveryEnumeration = true)]
    public async Task What_breaks_the_protocol_ends_the_connection(string what, byte[] bytes)
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        await peer.Raw.TrySendAsync(bytes);
        await peer.ExpectClosedAsync();
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task A_message_over_8_MiB_ends_the_connection()
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        await peer.Raw.TrySendAsync(Hex.Bytes("82 ff 0000000000800001 00000000"));
        await peer.Raw.TrySendAsync(new byte[(8 * 1024 * 1024) + 1]);
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task The_stream_may_be_split_at_every_byte()
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate);
        var frame = WebSocketPeer.Masked(WebSocketPeer.Binary, PingQuest);
        for (var cut = 1; cut < frame.Length; cut++)
        {
            await peer.Raw.SendAsync(frame.AsMemory(0, cut));
            await peer.Raw.SendAsync(frame.AsMemory(cut));
            Assert.Equal(7u, (await peer.ReadPackageAsync()).Sequence);
        }
    }
}
