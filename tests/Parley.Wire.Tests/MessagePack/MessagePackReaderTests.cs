using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.MessagePack;

public sealed class MessagePackReaderTests
{
    [Theory]
    [InlineData("dfffffffff")]
    [InlineData("df80000000")]
    [InlineData("df7fffffff")]
    [InlineData("ddffffffff")]
    [InlineData("dd80000000")]
    [InlineData("deffff")]
    [InlineData("dcffff")]
    public void Huge_counts_are_refused_without_overflow(string header)
    {
        var reader = new MessagePackReader([.. Hex.Bytes(header), .. new byte[100]]);
        Assert.False(reader.TryReadMapHeader(out _));
        Assert.False(reader.TryReadArrayHeader(out _));
        Assert.False(reader.TrySkip());
        Assert.Equal(0, reader.Consumed);
    }

    [Theory]
    [InlineData("dbffffffff")]
    [InlineData("c6ffffffff")]
    [InlineData("db7fffffff")]
    [InlineData("daffff")]
    [InlineData("c9ffffffff01")]
    [InlineData("c97fffffff01")]
    [InlineData("c8ffff01")]
    [InlineData("c7ff01")]
    [InlineData("d801")]
    public void Huge_lengths_are_refused_without_overflow(string header)
    {
        foreach (var extra in new[] { 0, 1, 10 })
        {
            var reader = new MessagePackReader([.. Hex.Bytes(header), .. new byte[extra]]);
            Assert.False(reader.TryReadRaw(out _, out _));
            Assert.False(reader.TryReadExt(out _, out _));
            Assert.False(reader.TrySkip());
            Assert.Equal(0, reader.Consumed);
        }
    }

    [Theory]
    [InlineData("00", 0)]
    [InlineData("cc00", 0)]
    [InlineData("cd0000", 0)]
    [InlineData("ce00000005", 5)]
    [InlineData("cf0000000000000005", 5)]
    [InlineData("cf7fffffffffffffff", long.MaxValue)]
    [InlineData("d005", 5)]
    [InlineData("d10005", 5)]
    [InlineData("d200000005", 5)]
    [InlineData("d30000000000000005", 5)]
    [InlineData("d100c8", 200)]
    [InlineData("ff", -1)]
    [InlineData("e0", -32)]
    [InlineData("d0ff", -1)]
    [InlineData("d1ffff", -1)]
    [InlineData("d2ffffffff", -1)]
    [InlineData("d3ffffffffffffffff", -1)]
    public void Integers_are_read_in_every_width_and_sign(string hex, long expected)
    {
        var reader = new MessagePackReader(Hex.Bytes(hex));
        Assert.True(reader.TryPeekType(out var type));
        Assert.Equal(MessagePackType.Integer, type);
        Assert.True(reader.TryReadInt64(out var value));
        Assert.Equal(expected, value);
        Assert.Equal(0, reader.Remaining);

        reader = new MessagePackReader(Hex.Bytes(hex));
        Assert.Equal(expected >= 0, reader.TryReadUInt64(out var unsigned));
        Assert.Equal(expected >= 0 ? (ulong)expected : 0, unsigned);
        for (var length = 0; length < hex.Length / 2; length++)
        {
            reader = new MessagePackReader(Hex.Bytes(hex).AsSpan(0, length));
            Assert.False(reader.TryReadInt64(out _));
            Assert.False(reader.TryReadUInt64(out _));
            Assert.False(reader.TrySkip());
            Assert.Equal(0, reader.Consumed);
        }
    }

    [Fact]
    public void A_uint64_over_the_range_of_int64_is_only_read_as_such()
    {
        var reader = new MessagePackReader(Hex.Bytes("cf8000000000000000"));
        Assert.False(reader.TryReadInt64(out _));
        Assert.Equal(0, reader.Consumed);
        Assert.True(reader.TryReadUInt64(out var value));
        Assert.Equal(1UL << 63, value);
    }

    [Theory]
    [InlineData("d903616263", "616263", false)]
    [InlineData("da0003616263", "616263", false)] // raw16 of the old specification
    [InlineData("db00000003616263", "616263", false)]
    [InlineData("a2ff00", "ff00", false)] // STR that is not UTF-8
    [InlineData("c403616263", "616263", true)]
    [InlineData("c50003616263", "616263", true)]
    [InlineData("c600000003616263", "616263", true)]
    public void Strings_and_binaries_are_read_in_every_width(string hex, string content, bool binary)
    {
        var reader = new MessagePackReader(Hex.Bytes(hex));
        Assert.True(reader.TryPeekType(out var type));
        Assert.Equal(binary ? MessagePackType.Binary : MessagePackType.String, type);
        Assert.True(reader.TryReadRaw(out var bytes, out var isBinary));
        Assert.Equal(content, Hex.Text(bytes));
        Assert.Equal(binary, isBinary);
        Assert.Equal(0, reader.Remaining);
    }

    [Theory]
    [InlineData("ca3fc00000", 1.5)]
    [InlineData("cb3ff8000000000000", 1.5)]
    [InlineData("cb7ff0000000000000", double.PositiveInfinity)]
    public void Floats_are_read_in_both_widths(string hex, double expected)
    {
        var reader = new MessagePackReader(Hex.Bytes(hex));
        Assert.True(reader.TryReadDouble(out var value));
        Assert.Equal(expected, value);
        reader = new MessagePackReader(Hex.Bytes(hex).AsSpan(0, (hex.Length / 2) - 1));
        Assert.False(reader.TryReadDouble(out _));
    }

    [Theory]
    [InlineData("d4 01 aa", 1, "aa")]
    [InlineData("d5 ff aabb", -1, "aabb")]
    [InlineData("d6 ff 00000000", -1, "00000000")]
    [InlineData("d7 00 0001020304050607", 0, "0001020304050607")]
    [InlineData("d8 05 000102030405060708090a0b0c0d0e0f", 5, "000102030405060708090a0b0c0d0e0f")]
    [InlineData("c7 00 07", 7, "")]
    [InlineData("c7 03 07 010203", 7, "010203")]
    [InlineData("c8 0003 07 010203", 7, "010203")]
    [InlineData("c9 00000003 07 010203", 7, "010203")]
    public void Extensions_are_read_and_skipped(string hex, int type, string content)
    {
        var bytes = Hex.Bytes(hex);
        var reader = new MessagePackReader([.. bytes, 0x55]);
        Assert.True(reader.TryPeekType(out var family));
        Assert.Equal(MessagePackType.Extension, family);
        Assert.True(reader.TryReadExt(out var read, out var data));
        Assert.Equal(type, read);
        Assert.Equal(content, Hex.Text(data));
        Assert.Equal(bytes.Length, reader.Consumed);
        Assert.True(MessagePackReader.TryGetLength([.. bytes, 0x55], out var length));
        Assert.Equal(bytes.Length, length);
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            reader = new MessagePackReader(bytes.AsSpan(0, cut));
            Assert.False(reader.TryReadExt(out _, out _));
            Assert.False(reader.TrySkip());
        }
    }

    [Fact]
    public void A_read_of_the_wrong_type_fails_and_does_not_move()
    {
        string[] samples = ["c0", "c3", "05", "d2ffffffff", "cb3ff8000000000000", "a161", "c40161", "9105", "81a16105", "d401aa", "c1", ""];
        foreach (var (sample, index) in samples.Select((sample, index) => (sample, index)))
        {
            var bytes = Hex.Bytes(sample);
            var results = new bool[9];
            var reader = new MessagePackReader(bytes);
            for (var i = 0; i < 9; i++)
            {
                var attempt = reader;
                results[i] = i switch
                {
                    0 => attempt.TryReadNil(),
                    1 => attempt.TryReadBool(out _),
                    2 => attempt.TryReadInt64(out _),
                    3 => attempt.TryReadUInt64(out _),
                    4 => attempt.TryReadDouble(out _),
                    5 => attempt.TryReadRaw(out _, out _),
                    6 => attempt.TryReadArrayHeader(out _),
                    7 => attempt.TryReadMapHeader(out _),
                    _ => attempt.TryReadExt(out _, out _),
                };
                Assert.Equal(results[i], attempt.Consumed > 0);
            }

            bool[] expected =
            [
                index == 0, index == 1, index is 2 or 3, index == 2, index == 4, index is 5 or 6, index == 7, index == 8, index == 9,
            ];
            Assert.Equal(expected, results);
            Assert.Equal(index < 10, reader.TryPeekType(out _));
            Assert.Equal(index < 10, MessagePackReader.TryGetLength(bytes, out var length));
            Assert.Equal(index < 10 ? bytes.Length : 0, length);
        }
    }

    [Fact]
    public void Every_first_byte_has_its_type()
    {
        for (var code = 0; code < 256; code++)
        {
            var reader = new MessagePackReader([(byte)code, .. new byte[40]]);
            MessagePackType? expected = code switch
            {
                < 0x80 => MessagePackType.Integer,
                < 0x90 => MessagePackType.Map,
                < 0xa0 => MessagePackType.Array,
                < 0xc0 => MessagePackType.String,
                0xc0 => MessagePackType.Nil,
                0xc1 => null,
                0xc2 or 0xc3 => MessagePackType.Boolean,
                0xc4 or 0xc5 or 0xc6 => MessagePackType.Binary,
                0xc7 or 0xc8 or 0xc9 => MessagePackType.Extension,
                0xca or 0xcb => MessagePackType.Float,
                >= 0xcc and <= 0xd3 => MessagePackType.Integer,
                >= 0xd4 and <= 0xd8 => MessagePackType.Extension,
                0xd9 or 0xda or 0xdb => MessagePackType.String,
                0xdc or 0xdd => MessagePackType.Array,
                0xde or 0xdf => MessagePackType.Map,
                _ => MessagePackType.Integer,
            };
            Assert.Equal(expected is not null, reader.TryPeekType(out var type));
            Assert.Equal(expected ?? default, type);
            Assert.Equal(expected is not null, reader.TrySkip());
        }
    }

    [Theory]
    [InlineData("91", "05")] // arrays
    [InlineData("81a161", "05")] // values of maps
    [InlineData("81", "a161c0")] // keys of maps
    public void Containers_stand_inside_each_other_up_to_64_deep(string open, string innermost)
    {
        Assert.True(MessagePackReader.TryGetLength(Nested(64), out var length));
        Assert.Equal(Nested(64).Length, length);
        Assert.False(MessagePackReader.TryGetLength(Nested(65), out length));
        Assert.Equal(0, length);
        Assert.False(MessagePackReader.TryGetLength(Nested(1_000_000), out _));

        var reader = new MessagePackReader(Nested(3));
        Assert.False(reader.TrySkip(2));
        Assert.Equal(0, reader.Consumed);
        Assert.True(reader.TrySkip(3));

        byte[] Nested(int depth)
        {
            // Keys of maps need their values behind them.
            var close = open == "81" ? "c0" : "";
            var inner = open == "81" ? "81" + innermost : open + innermost;
            return Hex.Bytes(
                string.Concat(Enumerable.Repeat(open, depth - 1)) + inner + string.Concat(Enumerable.Repeat(close, depth - 1)));
        }
    }

    [Fact]
    public void Empty_containers_count_as_depth_too()
    {
        var reader = new MessagePackReader(Hex.Bytes("9190"));
        Assert.False(reader.TrySkip(1));
        Assert.True(reader.TrySkip(2));
        reader = new MessagePackReader(Hex.Bytes("80"));
        Assert.False(reader.TrySkip(0));
        Assert.True(reader.TrySkip(1));
        reader = new MessagePackReader(Hex.Bytes("05"));
        Assert.True(reader.TrySkip(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackReader([]).TrySkip(65));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackReader([]).TrySkip(-1));
    }

    [Fact]
    public void An_encoded_value_is_handed_out_whole()
    {
        var reader = new MessagePackReader(Hex.Bytes("9201a162 05"));
        Assert.True(reader.TryReadEncoded(out var encoded));
        Assert.Equal("9201a162", Hex.Text(encoded));
        Assert.Equal(1, reader.Remaining);
        reader = new MessagePackReader(Hex.Bytes("92"));
        Assert.False(reader.TryReadEncoded(out encoded));
        Assert.True(encoded.IsEmpty);
    }
}
