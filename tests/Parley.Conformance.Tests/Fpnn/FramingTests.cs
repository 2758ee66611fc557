using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Fpnn;

/// <summary>Packages on a plain connection (fpnn.md §1).</summary>
public sealed class FramingTests(RtmServer server)
{
    private const string PingVector = "46504e4e 01 80 01 05 01000000 03000000 2a70696e67 80";
    private const string EmptyAnswer = "46504e4e 01 80 02 00 01000000 07000000 80";

    [Fact]
    public async Task The_recorded_ping_is_answered_with_the_server_s_time_under_its_number()
    {
        await using var peer = await ConnectAsync();
        await peer.SendAsync(PingVector);
        await peer.ExpectAsync("46504e4e 01 80 02 00 0d000000 03000000 81 a2 7473");
        var time = await peer.ReadAsync(9);
        Assert.Contains(time[0], new byte[] { 0xcf, 0xd3 });
        Assert.InRange(System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(time.AsSpan(1)), 1_700_000_000_000, 99_000_000_000_000);
    }

    [Theory]
    [InlineData("46504e4e 01 80 01 03 07000000 01000000 616464 82a16101a16202", "46504e4e 01 80 02 01", "82a4636f6465cd4e24a26578")] // P1
    [InlineData("46504e4e 00 80 01 03 07000000 01000000 616464 82a16101a16202", "46504e4e 01 80 02 01", "82a4636f6465cd4e24a26578")] // P16
    [InlineData("46504e4e 01 80 01 03 04000000 01000000 616464 81a16101", "46504e4e 01 80 02 01", "82a4636f6465cd4e24a26578")] // P15
    [InlineData("46504e4e 01 40 01 03 0d000000 01000000 616464 7b2261223a312c2262223a327d", "46504e4e 01 40 02 01", "7b22636f6465223a32303030342c")] // P9
    [InlineData("46504e4e 01 40 01 03 0e000000 02000000 616464 7b2261223a312c202262223a327d", "46504e4e 01 40 02 01", "7b22636f6465223a32303030342c")] // P10
    public async Task Recorded_quests_for_a_method_that_is_not_here_get_20004_in_their_own_encoding(string quest, string start, string payload)
    {
        await using var peer = await ConnectAsync();
        await peer.SendAsync(quest);
        var answer = await peer.ReadPackageAsync();
        Assert.StartsWith(Hex.Plain(start), Hex.Text(answer.Bytes));
        Assert.StartsWith(payload, Hex.Text(answer.Payload));
        Assert.Equal(Hex.Plain(quest)[24..32], Hex.Text(answer.Bytes)[24..32]);
    }

    [Fact]
    public async Task The_stream_may_be_split_at_every_byte()
    {
        var stream = Hex.Bytes(PingVector + "46504e4e 01 80 00 04 04000000 70757368 81a16e01"
            + "46504e4e 01 40 01 04 02000000 04000000 70696e67 7b7d 46504e4e 01 80 01 04 01000000 07000000 70696e67 80");
        await using var peer = await ConnectAsync();
        for (var cut = 1; cut < stream.Length; cut++)
        {
            await peer.SendAsync(stream.AsMemory(0, cut));
            await peer.SendAsync(stream.AsMemory(cut));
            Assert.Equal(3u, (await peer.ReadPackageAsync()).Sequence);
            var json = await peer.ReadPackageAsync();
            Assert.Equal((4u, "{}"), (json.Sequence, json.Json));
            await peer.ExpectAsync(EmptyAnswer);
        }
        for (var i = 0; i < stream.Length; i++)
            await peer.SendAsync(stream.AsMemory(i, 1));
        Assert.Equal(3u, (await peer.ReadPackageAsync()).Sequence);
        Assert.Equal(4u, (await peer.ReadPackageAsync()).Sequence);
        await peer.ExpectAsync(EmptyAnswer);
    }

    [Fact]
    public async Task A_thousand_pipelined_quests_are_all_answered()
    {
        await using var peer = await ConnectAsync();
        var all = new List<byte>();
        for (var i = 1u; i <= 1000; i++)
            all.AddRange(Frame.Quest(i, i % 2 == 0 ? "ping" : "*ping", [0x80]));
        await peer.SendAsync(all.ToArray());
        var seen = new HashSet<uint>();
        for (var i = 0; i < 1000; i++)
            Assert.True(seen.Add((await peer.ReadPackageAsync()).Sequence));
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (uint)i), seen.Order());
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0x80000000u)]
    [InlineData(0xffffffffu)]
    public async Task Every_32_bit_number_may_be_a_sequence_number(uint sequence)
    {
        await using var peer = await ConnectAsync();
        await peer.SendAsync(Frame.Quest(sequence, "ping", [0x80]));
        Assert.Equal(sequence, (await peer.ReadPackageAsync()).Sequence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(255)]
    public async Task Every_version_is_taken_and_answered_with_1(byte version)
    {
        await using var peer = await ConnectAsync();
        await peer.SendAsync(Frame.Quest(7, "ping", [0x80], version: version));
        await peer.ExpectAsync(EmptyAnswer);
    }

    [Theory]
    [InlineData(0xb7, 0x80)]
    [InlineData(0x81, 0x80)]
    [InlineData(0xb0, 0x80)]
    [InlineData(0x70, 0x40)]
    [InlineData(0x4f, 0x40)]
    public async Task Other_flag_bits_are_ignored_and_the_answer_has_none(byte flag, byte answered)
    {
        await using var peer = await ConnectAsync();
        await peer.SendAsync(Frame.Quest(7, "ping", answered == 0x80 ? [0x80] : "{}"u8.ToArray(), flag: flag));
        Assert.Equal(answered, (await peer.ReadPackageAsync()).Flag);
    }

    [Theory]
    [InlineData("46504e4f 01 80 01 04 01000000 07000000 70696e67 80")] // magic
    [InlineData("00")]
    [InlineData("46504f")]
    [InlineData("505554202f")] // PUT
    [InlineData("4f5054494f4e53")] // OPTIONS
    [InlineData("48454144202f")] // HEAD
    [InlineData("46504e4e 01 80 03 04 01000000 07000000 70696e67 80")] // mtype
    [InlineData("46504e4e 01 80 ff 04 01000000 07000000 70696e67 80")]
    [InlineData("46504e4e 01 00 01 04 01000000 07000000 70696e67 80")] // flag
    [InlineData("46504e4e 01 c0 01 04 01000000 07000000 70696e67 80")]
    [InlineData("46504e4e 01 30 01 04 01000000 07000000 70696e67 80")]
    [InlineData("46504e4e 01 80 01 00 01000000 07000000 80")] // empty method
    [InlineData("46504e4e 01 80 00 00 01000000 80")]
    [InlineData("46504e4e 01 80 01 04 00000000 07000000 70696e67")] // empty payload
    [InlineData("46504e4e 01 80 00 04 00000000 70696e67")]
    [InlineData("46504e4e 01 80 02 00 00000000 07000000")]
    [InlineData("46504e4e 01 80 01 04 01000000 07000000 70696e67 c1")] // payload roots that are no map
    [InlineData("46504e4e 01 80 01 04 01000000 07000000 70696e67 01")]
    [InlineData("46504e4e 01 80 01 04 01000000 07000000 70696e67 c0")]
    [InlineData("46504e4e 01 80 01 04 02000000 07000000 70696e67 9101")]
    [InlineData("46504e4e 01 80 01 04 01000000 07000000 70696e67 81")] // truncated
    [InlineData("46504e4e 01 80 01 04 05000000 07000000 70696e67 dfffffffff")]
    [InlineData("46504e4e 01 40 01 04 02000000 07000000 70696e67 5b5d")] // JSON []
    [InlineData("46504e4e 01 40 01 04 01000000 07000000 70696e67 7b")]
    [InlineData("46504e4e 01 40 00 04 01000000 70696e67 31")]
    [InlineData("46504e4e 01 80 01 04 ffffffff 07000000")] // over the limit, by the header alone
    public async Task What_breaks_the_protocol_ends_the_connection_without_an_answer(string hex)
    {
        await using var peer = await ConnectAsync();
        await peer.TrySendAsync(Hex.Bytes(hex));
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task What_came_before_the_breach_is_answered()
    {
        await using var peer = await ConnectAsync();
        await peer.TrySendAsync(Hex.Bytes("46504e4e 01 80 01 04 01000000 07000000 70696e67 80 58585858"));
        var all = Hex.Text(await peer.ReadToEndAsync());
        Assert.True(all.Length == 0 || all == Hex.Plain(EmptyAnswer), all);
    }

    [Theory]
    [InlineData("90")]
    [InlineData("dc0000")]
    [InlineData("de0000")]
    [InlineData("80 00")] // bytes behind the map
    [InlineData("81 a178 c1")] // see below
    public async Task An_empty_array_counts_as_an_empty_map_and_bytes_behind_the_map_are_ignored(string payload)
    {
        await using var peer = await ConnectAsync();
        await peer.SendAsync(Frame.Quest(7, "ping", Hex.Bytes(payload)));
        if (payload.EndsWith("c1", StringComparison.Ordinal))
            await peer.ExpectClosedAsync(); // the one byte that MessagePack does not use
        else
            await peer.ExpectAsync(EmptyAnswer);
    }

    [Theory]
    [InlineData("c1")]
    [InlineData("01")]
    [InlineData("91")]
    [InlineData("80")]
    [InlineData("a3616263")]
    public async Task The_built_in_ping_is_answered_whatever_its_payload_is(string payload)
    {
        await using var peer = await ConnectAsync();
        await peer.SendAsync(Frame.Quest(7, "*ping", Hex.Bytes(payload)));
        Assert.True((await peer.ReadPackageAsync()).Body.Has("ts"));
    }

    [Theory]
    [InlineData(false, 64 * 1024)]
    [InlineData(true, 8 * 1024 * 1024)]
    public async Task A_package_of_the_limit_is_taken_and_one_byte_more_closes_when_its_header_is_read(bool isLoggedIn, int limit)
    {
        const int Overhead = 12 + 4 + 4;
        await using var peer = await ConnectAsync();
        if (isLoggedIn)
        {
            await peer.SendAsync(Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, server.NewUser()))));
            Assert.True((await peer.ReadPackageAsync()).Body.Bool("ok"));
        }
        var payload = new byte[limit - Overhead];
        Hex.Bytes("81 a178 c6").CopyTo(payload, 0);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), payload.Length - 8);
        await peer.SendAsync(Frame.Quest(7, "ping", payload));
        await peer.ExpectAsync(EmptyAnswer);
        var header = Frame.Quest(7, "ping", [0x80])[..16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), limit - Overhead + 1);
        await peer.SendAsync(header.AsMemory(0, 12));
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task What_was_asked_before_bye_is_answered()
    {
        await using var peer = await ConnectAsync();
        await peer.SendAsync(Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, server.NewUser()))));
        Assert.True((await peer.ReadPackageAsync()).Body.Bool("ok"));
        var to = server.NewUser();
        var quests = new List<byte>();
        for (var mid = 1; mid <= 20; mid++)
            quests.AddRange(Frame.Quest((uint)(10 + mid), "sendmsg", Pack.Map(Say.To(to, mid))));
        quests.AddRange(Frame.Quest(50, "bye", [0x80]));
        await peer.SendAsync((byte[])[.. quests]);
        var answered = new List<uint>();
        for (var i = 0; i < 21; i++)
            answered.Add((await peer.ReadPackageAsync()).Sequence);
        Assert.Equal([.. Enumerable.Range(11, 20).Select(i => (uint)i), 50u], answered.Order());
        await peer.ReadToEndAsync();
    }

    [Fact]
    public async Task Answers_to_quests_that_were_never_asked_are_ignored()
    {
        await using var peer = await ConnectAsync();
        await peer.SendAsync("46504e4e 01 80 02 00 05000000 02000000 81a26f6bc3");
        await peer.SendAsync("46504e4e 01 80 02 00 01000000 00000040 80");
        await peer.SendAsync("46504e4e 01 80 02 01 01000000 ffffffff c1"); // not even a map
        await peer.SendAsync(Frame.Quest(7, "ping", [0x80]));
        await peer.ExpectAsync(EmptyAnswer);
    }

    [Fact]
    public async Task One_way_quests_are_never_answered_good_or_bad()
    {
        await using var peer = await ConnectAsync();
        foreach (var method in new[] { "ping", "*ping", "nosuch", "sendmsg", "auth", "*status", "*infos" })
            await peer.SendAsync(Frame.Quest(0, method, [0x80], Frame.OneWay));
        await peer.SendAsync(Frame.Quest(7, "ping", [0x80]));
        await peer.ExpectAsync(EmptyAnswer);
    }

    [Fact]
    public async Task After_a_half_close_what_was_asked_is_still_answered()
    {
        await using var peer = await ConnectAsync();
        var uid = server.NewUser();
        await peer.SendAsync((byte[])
        [
            .. Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, uid))), .. Frame.Quest(7, "ping", [0x80]),
        ]);
        peer.HalfClose();
        var answers = new[] { await peer.ReadPackageAsync(), await peer.ReadPackageAsync() };
        Assert.Equal([1u, 7u], answers.Select(answer => answer.Sequence).Order());
        await peer.ReadToEndAsync();
    }

    [Theory]
    [InlineData("*nosuch")]
    [InlineData("*Ping")]
    [InlineData("PING")]
    [InlineData("ping ")]
    [InlineData("中")]
    public async Task Other_names_are_20004(string method)
    {
        await using var peer = await RtmPeer.ConnectAsync(server.Gate);
        await peer.FailAsync(20004, method);
        await peer.FailAsync(20004, new string('m', 255));
        await peer.DoneAsync("ping");
    }

    private Task<RawPeer> ConnectAsync() => RawPeer.ConnectAsync(server.Gate);
}
