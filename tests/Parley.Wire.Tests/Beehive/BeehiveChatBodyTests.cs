using Google.Protobuf;
using Parley.Wire.Beehive;
using Parley.Wire.Beehive.Messages;

namespace Parley.Wire.Tests.Beehive;

/// <summary>The chat bodies over the bytes do what the generated messages do (beehive §10.2 to §10.4).</summary>
public sealed class BeehiveChatBodyTests
{
    [Theory]
    [InlineData(0ul, 0ul, 0u, 0u, 0ul, "", null)]
    [InlineData(1ul, 2ul, 3u, 4u, 5ul, "text", "")]
    [InlineData(ulong.MaxValue, ulong.MaxValue, uint.MaxValue, uint.MaxValue, ulong.MaxValue, "ä€😀", "0001ff")]
    [InlineData(127ul, 128ul, 127u, 128u, 16384ul, "x", "80")]
    public void Both_codecs_write_the_same_bytes_and_read_them_back(
        ulong sender, ulong target, uint subGroup, uint level, ulong time, string text, string? data)
    {
        var dataBytes = data is null ? null : ByteString.CopyFrom(Hex.Bytes(data));
        var chat = BeehiveBodies.Chat(sender, target, level, time, text, dataBytes).ToByteArray();
        var group = BeehiveBodies.GroupChat(sender, target, level, time, text, dataBytes).ToByteArray();
        var room = BeehiveBodies.RoomChat(sender, target, subGroup, level, time, text, dataBytes).ToByteArray();
        Assert.Equal(chat, group);

        Assert.True(BeehiveChatBody.TryParse(chat, out var read));
        Assert.True(BeehiveChatBody.TryParseRoom(room, out var readRoom));
        Assert.Equal((sender, target, 0u, level, time), (read.Sender, read.Target, read.SubGroup, read.Level, read.Time));
        Assert.Equal((sender, target, subGroup, level, time), (readRoom.Sender, readRoom.Target, readRoom.SubGroup, readRoom.Level, readRoom.Time));
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(text), read.Text);
        Assert.Equal((data is not null, data is not null), (read.HasData, readRoom.HasData));
        Assert.Equal(data ?? "", Hex.Text(readRoom.Data));
        Assert.Equal(chat, WriteChat(chat));
        Assert.Equal(room, WriteRoom(room));
    }

    [Fact]
    public void A_body_without_a_required_field_is_refused()
    {
        byte[][] fields = [[0x08, 1], [0x10, 2], [0x18, 3], [0x20, 4], [0x28, 5], [0x32, 1, 0x78], [0x3a, 0]];
        byte[] whole = [.. fields.SelectMany(field => field)];
        Assert.True(BeehiveChatBody.TryParseRoom(whole, out _));
        for (var missing = 0; missing < fields.Length; missing++)
        {
            byte[] part = [.. fields.Where((_, i) => i != missing).SelectMany(field => field)];
            Assert.Equal(missing == 6, BeehiveChatBody.TryParseRoom(part, out _));
        }
        Assert.False(BeehiveChatBody.TryParse([], out _));
        Assert.False(BeehiveChatBody.TryParse(whole, out _));
    }

    [Fact]
    public void The_sub_group_is_replaced_and_all_else_stays()
    {
        // An unknown field 9 in front and behind, the fields out of order, the sub-group in a longer form than needed.
        var bytes = Hex.Bytes("4A 01 55  32 02 68 69  18 80 00  08 01  10 02  20 00  28 05  4D 01 02 03 04");
        Assert.True(BeehiveChatBody.TryParseRoom(bytes, out var body));
        Assert.Equal(0u, body.SubGroup);
        Assert.Equal(Hex.Plain("4A 01 55  32 02 68 69  18 AC 02  08 01  10 02  20 00  28 05  4D 01 02 03 04"), Replaced(bytes, 300));
        Assert.Equal(Hex.Text(bytes), Replaced(bytes, 0));
    }

    [Fact]
    public void Of_a_sub_group_given_twice_the_last_one_counts_and_is_replaced()
    {
        var bytes = Hex.Bytes("18 07  08 01  10 02  18 08  20 00  28 05  32 00");
        Assert.True(BeehiveChatBody.TryParseRoom(bytes, out var body));
        Assert.Equal(8u, body.SubGroup);
        Assert.Equal(9u, RoomChat.Parser.ParseFrom(Hex.Bytes(Replaced(bytes, 9))).Gid);
    }

    [Fact]
    public void Any_bytes_are_taken_or_refused_as_by_the_generated_messages()
    {
        var random = new Random(5);
        int taken = 0, refused = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var bytes = Mutated(random);
            var isRead = BeehiveChatBody.TryParseRoom(bytes, out var body);
            Assert.True(BeehiveBodies.TryParse(bytes, RoomChat.Parser, out var message) == isRead, $"{isRead} {Hex.Text(bytes)}");
            if (isRead)
            {
                taken++;
                Assert.Equal(
                    (message!.Uid, message.Rid, message.Gid, message.Level, message.Time, message.HasData),
                    (body.Sender, body.Target, body.SubGroup, body.Level, body.Time, body.HasData));
                Assert.Equal(message.Text, System.Text.Encoding.UTF8.GetString(body.Text));
                Assert.Equal(message.Data.Span, body.Data);
            }
            else
            {
                refused++;
            }
            Assert.Equal(BeehiveBodies.TryParse(bytes, Chat.Parser, out _), BeehiveChatBody.TryParse(bytes, out _));
        }
        Assert.True(taken > 1000 && refused > 1000, $"{taken} {refused}");
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    [InlineData(5000, false)]
    public void Groups_in_unknown_fields_have_a_limited_depth(int depth, bool expected)
    {
        byte[] bytes =
        [
            .. Hex.Bytes("08 01 10 02 18 00 20 05 2A 00"), .. Enumerable.Repeat((byte)0x5b, depth), .. Enumerable.Repeat((byte)0x5c, depth),
        ];
        Assert.Equal(expected, BeehiveBodies.TryParse(bytes, Chat.Parser, out _));
        Assert.Equal(expected, BeehiveChatBody.TryParse(bytes, out _));
    }

    /// <summary>A good body, fields in any order and some twice, with bytes changed, cut or put in between.</summary>
    private static byte[] Mutated(Random random)
    {
        byte[][] fields =
        [
            [0x08, 1], [0x10, 0x82, 3], [0x18, 3], [0x20, 4], [0x28, 0x80, 0xde, 0xa0, 0xcb, 5], [0x32, 2, 0xc3, 0xa4], [0x3a, 2, 0, 0xff],
        ];
        var list = fields.Concat(random.Next(2) == 0 ? [fields[random.Next(fields.Length)]] : [])
            .Concat(random.Next(2) == 0 ? new byte[][] { [0x4b, 0x08, 1, 0x4c], [0x4d, 1, 2, 3, 4] } : []).ToArray();
        random.Shuffle(list);
        var bytes = list.SelectMany(field => field).ToList();
        for (var changes = random.Next(0, 3); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }
        return [.. bytes];
    }

    private static byte[] WriteChat(byte[] bytes) => Hex.Written(output =>
    {
        Assert.True(BeehiveChatBody.TryParse(bytes, out var body));
        body.WriteTo(output);
    });

    private static byte[] WriteRoom(byte[] bytes) => Hex.Written(output =>
    {
        Assert.True(BeehiveChatBody.TryParseRoom(bytes, out var body));
        body.WriteRoomTo(output);
    });

    private static string Replaced(byte[] bytes, uint subGroup)
    {
        var length = 0;
        var written = Hex.Written(output =>
        {
            Assert.True(BeehiveChatBody.TryParseRoom(bytes, out var body));
            body.WriteRoomTo(output, subGroup);
            length = body.RoomLength(subGroup);
        });
        Assert.Equal(written.Length, length);
        return Hex.Text(written);
    }
}
