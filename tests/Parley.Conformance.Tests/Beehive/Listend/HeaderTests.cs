using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>What is looked at in the header of every packet, and bodies that cannot be read (beehive.md §8.3, §9.7).</summary>
public sealed class HeaderTests(ListendServer server)
{
    [Theory]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    [InlineData(Speech.WebSocket)]
    [InlineData(Speech.WebSocketSeed)]
    public async Task A_sid_of_0_or_of_another_ends_the_connection(Speech speech)
    {
        foreach (var more in new[] { 1, -1, 0 })
        {
            await using var peer = await server.LoginAsync(speech);
            await peer.SendAsync(peer.Next(0x0105) with { Sid = more == 0 ? 0 : peer.SessionId + more });
            await peer.ExpectClosedAsync();
        }
        await using var before = await server.ConnectAsync(speech);
        await before.SendAsync(before.Next(0x0101, Proto.Of((1, 1), (2, 1), (3, ""), (4, ""), (5, ""))) with { Sid = 0 });
        await before.ExpectClosedAsync();
    }

    [Theory]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocket)]
    public async Task A_seq_that_does_not_rise_ends_the_connection(Speech speech)
    {
        foreach (var step in new[] { 0, -1 })
        {
            await using var peer = await server.LoginAsync(speech);
            await peer.PingAsync();
            await peer.SendAsync(peer.Next(0x0105) with { Seq = peer.Sequence - 1 + (ulong)step });
            await peer.ExpectClosedAsync();
        }
        await using var zero = await server.LoginAsync(speech);
        await zero.SendAsync(zero.Next(0x0105) with { Seq = 0 });
        await zero.ExpectClosedAsync();
        await using var online = await server.ConnectAsync(speech);
        await online.SendAsync(new Packet(0x0101, Proto.Of((1, 1), (2, 1), (3, ""), (4, ""), (5, "")), 1, 0));
        await online.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_seq_may_leap_and_need_not_begin_where_the_ack_said()
    {
        await using var peer = await server.LoginAsync();
        peer.Sequence = 1; // only greater than that of ONLINE: the rule of §8.3 is per connection
        await peer.PingAsync();
        peer.Sequence += 5_000_000;
        await peer.PingAsync();
    }

    [Fact]
    public async Task In_the_seed_generation_the_serial_is_free()
    {
        await using var peer = await server.LoginAsync(Speech.TcpSeed);
        foreach (var seq in new ulong[] { 0, 5, 5, 1, ulong.MaxValue })
        {
            await peer.SendAsync(peer.Next(0x0105) with { Seq = seq });
            await peer.ExpectAnswerAsync(0x0106, seq);
        }
    }

    /// <summary>The acks of §10.2 that are exempt from the rule of the rising seq.</summary>
    public static TheoryData<uint> ExemptAcks =>
    [
        0x0202, 0x030C, 0x040C, 0x040E, 0x0111, 0x0502, 0x0504, 0x0152, 0x0154,
        0x0351, 0x0353, 0x0355, 0x0357, 0x0359, 0x0361, 0x0363, 0x0365, 0x0367, 0x0451, 0x0453, 0x0455,
    ];

    [Theory]
    [MemberData(nameof(ExemptAcks))]
    [CoversBeehive(
        "0111", "0152", "0154", "0351", "0353", "0355", "0357", "0359", "0361", "0363", "0365", "0367", "0451", "0453", "0455",
        "040E", "0502", "0504", "030C", "040C", "0202")]
    public async Task Exempt_acks_may_have_any_seq_say_nothing_and_do_not_count(uint command)
    {
        await using var peer = await server.LoginAsync();
        await peer.PingAsync();
        foreach (var seq in new ulong[] { 0, 1, peer.Sequence, peer.Sequence + 1_000_000 })
        {
            await peer.SendAsync(new Packet(command, [], peer.SessionId, seq));
            await peer.SendAsync(new Packet(command, [0xFF, 0x01], peer.SessionId, seq));
        }
        await peer.PingAsync(); // with the seq that comes next, far below the last one
        await peer.ExpectNoPushAsync();
    }

    [Theory]
    [CoversBeehive("010C", "0204", "0206", "030A", "040A", "0411")]
    [InlineData(0x010C)]
    [InlineData(0x0204)]
    [InlineData(0x0206)]
    [InlineData(0x030A)]
    [InlineData(0x040A)]
    [InlineData(0x0411)]
    [InlineData(0x0106)]
    public async Task Other_acks_of_clients_say_nothing_but_count(uint command)
    {
        await using var peer = await server.LoginAsync();
        await peer.SendAsync(peer.Next(command));
        await peer.PingAsync();
        await peer.SendAsync(peer.Next(command) with { Seq = peer.Sequence - 1 });
        await peer.ExpectClosedAsync();
    }

    [Theory]
    [CoversBeehive("010B", "10012", "0412", "0413", "0601", "0602", "0603", "0604", "0410", "0350", "0151", "0153")]
    [InlineData(0x0000)]
    [InlineData(0x0100)]
    [InlineData(0x010F)]
    [InlineData(0x020F)]
    [InlineData(0x030F)]
    [InlineData(0x040F)]
    [InlineData(0x0412)]
    [InlineData(0x0413)]
    [InlineData(0x0601)]
    [InlineData(0x0602)]
    [InlineData(0x0603)]
    [InlineData(0x0604)]
    [InlineData(0x0102)]
    [InlineData(0x0108)]
    [InlineData(0x010E)]
    [InlineData(0x0110)]
    [InlineData(0x0151)]
    [InlineData(0x0153)]
    [InlineData(0x0302)]
    [InlineData(0x0350)]
    [InlineData(0x0352)]
    [InlineData(0x0360)]
    [InlineData(0x0402)]
    [InlineData(0x0406)]
    [InlineData(0x0410)]
    [InlineData(0x0450)]
    [InlineData(0x0454)]
    [InlineData(0x7FFFFFFF)]
    public async Task An_unknown_an_internal_and_a_servers_number_are_refused_by_ERROR_and_the_connection_lives(uint command)
    {
        await using var peer = await server.LoginAsync();
        var packet = peer.Next(command, [1, 2, 3]);
        await peer.SendAsync(packet);
        (await peer.ExpectAnswerAsync(0x010B, packet.Seq)).Is((1, 10012), (2, "Illegal request!"));
        await peer.PingAsync();
    }

    [Theory]
    [CoversBeehive("040D", "0501", "0503", "10005")]
    [InlineData(0x040D)]
    [InlineData(0x0501)]
    [InlineData(0x0503)]
    public async Task Broadcasts_and_pushes_of_clients_are_refused_by_ERROR_10005(uint command)
    {
        await using var peer = await server.LoginAsync();
        var packet = peer.Next(command, [1, 2, 3]);
        await peer.SendAsync(packet);
        Assert.Equal(10005, (await peer.ExpectAnswerAsync(0x010B, packet.Seq)).Int(1));
        await peer.PingAsync();
    }

    [Fact]
    [CoversBeehive("010B", "010C")]
    public async Task An_ERROR_of_a_client_is_acknowledged()
    {
        await using var peer = await server.LoginAsync();
        Assert.Empty((await peer.AskAsync(0x010B, (1, 1), (2, "x"))).Body);
    }

    [Theory]
    [InlineData(Speech.Tcp, 0x0103)]
    [InlineData(Speech.Tcp, 0x0105)]
    [InlineData(Speech.TcpSeed, 0x0105)]
    [InlineData(Speech.WebSocket, 0x0105)]
    [InlineData(Speech.WebSocket, 0x0201)]
    [InlineData(Speech.Tcp, 0x0202)]
    [InlineData(Speech.Tcp, 0x7777)]
    [InlineData(Speech.TcpSeed, 0x0110)]
    public async Task Before_the_login_everything_but_ONLINE_ends_the_connection(Speech speech, uint command)
    {
        await using var peer = await server.ConnectAsync(speech);
        peer.SessionId = 5;
        await peer.SendAsync(peer.Next(command));
        await peer.ExpectClosedAsync();
    }

    private static readonly (int, object)[] CodeAndText = [(1, 20011), (2, "Unmarshal body failed!")];

    /// <summary>Every command with a body, and what its ack is when the body cannot be read: what it would name of the body is 0.</summary>
    private static readonly (uint Command, uint Ack, (int, object)[] Fields)[] Unreadable =
    [
        (0x0107, 0x0108, [(1, 0), (2, 20011), (3, "Unmarshal body failed!")]),
        (0x0109, 0x010A, [(1, 0), (2, 20011), (3, "Unmarshal body failed!")]),
        (0x010D, 0x010E, [(1, 0), (2, 20011), (3, "Unmarshal body failed!")]),
        (0x0201, 0x0202, [(1, 0), (2, 0), (3, 20011), (4, "Unmarshal body failed!")]),
        (0x0203, 0x0204, CodeAndText), (0x0205, 0x0206, CodeAndText), (0x0207, 0x0208, CodeAndText), (0x0209, 0x020A, CodeAndText),
        (0x020B, 0x020C, CodeAndText), (0x020D, 0x020E, CodeAndText), (0x0210, 0x0211, CodeAndText), (0x0212, 0x0213, CodeAndText),
        (0x0301, 0x0302, CodeAndText), (0x0303, 0x0304, CodeAndText), (0x0305, 0x0306, CodeAndText), (0x0307, 0x0308, CodeAndText),
        (0x0309, 0x030A, CodeAndText), (0x030D, 0x030E, CodeAndText),
        (0x030B, 0x030C, [(1, 20005), (2, "Body is invalid!")]),
        (0x0310, 0x0311, CodeAndText), (0x0312, 0x0313, CodeAndText), (0x0314, 0x0315, CodeAndText), (0x0316, 0x0317, CodeAndText),
        (0x0318, 0x0319, CodeAndText), (0x031A, 0x031B, CodeAndText),
        (0x031C, 0x010B, CodeAndText), // its ack has no code
        (0x0401, 0x0402, [(1, 0), (2, 0), (3, 20011), (4, "Unmarshal body failed!")]),
        (0x0403, 0x0404, CodeAndText),
        (0x0405, 0x0406, [(1, 0), (2, 0), (3, 0), (4, 20011), (5, "Unmarshal body failed!")]),
        (0x0407, 0x0408, [(1, 0), (2, 0), (3, 20011), (4, "Parse body failed!")]),
        (0x0409, 0x040A, [(1, 0), (2, 0), (3, 20011), (4, "Unmarshal body failed!")]),
        (0x040B, 0x040C, [(1, 0), (2, 0), (3, 0), (4, 20011), (5, "Unmarshal body failed!")]),
    ];

    public static TheoryData<uint> CommandsWithBody => [.. Unreadable.Select(row => row.Command)];

    [Theory]
    [MemberData(nameof(CommandsWithBody))]
    [CoversBeehive("20011", "20005", "0208", "020A", "020C", "020E", "0211", "0213", "0304", "0306", "0308", "0402", "0404", "0406", "0408", "040A")]
    public async Task A_body_that_cannot_be_read_is_refused_in_the_commands_ack_with_all_its_fields(uint command)
    {
        await using var peer = await server.LoginAsync();
        var (_, ack, wanted) = Unreadable.Single(row => row.Command == command);
        // not protobuf, a varint without an end, a text that is longer than the body, and for most the required fields are missing
        byte[][] bodies = [[0xFF, 0xFF], [0x08], [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x2A, 0x05, 0x61], [], [0x08, 0x01]];
        foreach (var body in command == 0x0107 ? bodies.Take(4) : command is 0x0109 or 0x010D ? bodies.Take(5) : bodies)
        {
            var packet = peer.Next(command, body);
            await peer.SendAsync(packet);
            (await peer.ExpectAnswerAsync(ack, packet.Seq)).Is(wanted);
        }
        await peer.PingAsync();
    }

    [Fact]
    [CoversBeehive("0204", "0206")]
    public async Task In_the_seed_generation_the_acks_about_friends_have_no_body()
    {
        await using var peer = await server.LoginAsync(Speech.TcpSeed);
        Assert.Empty((await peer.AskBodyAsync(0x0203, [0xFF])).Body);
        Assert.Empty((await peer.AskAsync(0x0203, (1, peer.UserId), (2, BeehiveHttpServer.NewId()), (3, "x"))).Body);
        Assert.Empty((await peer.AskAsync(0x0205, (1, peer.UserId), (2, BeehiveHttpServer.NewId()))).Body);
    }

    [Fact]
    [CoversBeehive("0110", "0111", "0112", "0113")]
    public async Task The_seed_generation_has_numbers_of_its_own()
    {
        await using var peer = await server.LoginAsync(Speech.WebSocketSeed);
        var ack = await peer.AskAsync(0x0110, (1, peer.UserId), (2, 5)); // ALLOC-SEQ there
        Assert.Equal((peer.UserId, 5L, 0L, "Ok"), (ack.Int(1), ack.Int(3), ack.Int(4), ack.Text(5)));
        await peer.SendAsync(peer.Next(0x0113)); // KICK-ACK
        foreach (var command in new uint[] { 0x0112, 0x0412, 0x0350, 0x0453, 0x0154 })
        {
            var packet = peer.Next(command);
            await peer.SendAsync(packet);
            (await peer.ExpectAnswerAsync(0x010B, packet.Seq)).Is((1, 10012), (2, "Illegal request!"));
        }
        await peer.PingAsync();
    }
}
