using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.MessagePack;

public sealed class MessagePackTests
{
    private delegate void WriteAction(ref MessagePackWriter writer);

    private static string Write(WriteAction write) => Hex.Text(Hex.Written(buffer =>
    {
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
    }));

    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7f")]
    [InlineData(128, "cc80")]
    [InlineData(200, "ccc8")]
    [InlineData(255, "ccff")]
    [InlineData(256, "cd0100")]
    [InlineData(65535, "cdffff")]
    [InlineData(65536, "ce00010000")]
    [InlineData(70000, "ce00011170")]
    [InlineData(4294967295, "ceffffffff")]
    [InlineData(4294967296, "d30000000100000000")]
    [InlineData(5000000000, "d3000000012a05f200")]
    [InlineData(long.MaxValue, "d37fffffffffffffff")]
    [InlineData(-1, "d0ff")]
    [InlineData(-5, "d0fb")]
    [InlineData(-32, "d0e0")]
    [InlineData(-33, "d0df")]
    [InlineData(-128, "d080")]
    [InlineData(-129, "d1ff7f")]
    [InlineData(-200, "d1ff38")]
    [InlineData(-32768, "d18000")]
    [InlineData(-32769, "d2ffff7fff")]
    [InlineData(int.MinValue, "d280000000")]
    [InlineData(int.MinValue - 1L, "d3ffffffff7fffffff")]
    [InlineData(-5000000000, "d3fffffffed5fa0e00")]
    [InlineData(long.MinValue, "d38000000000000000")]
    public void Integers_are_written_in_the_form_that_every_client_reads(long value, string expected)
    {
        Assert.Equal(expected, Write((ref MessagePackWriter w) => w.Write(value)));
        if (value >= 0)
            Assert.Equal(expected, Write((ref MessagePackWriter w) => w.Write((ulong)value)));
        var reader = new MessagePackReader(Hex.Bytes(expected));
        Assert.True(reader.TryReadInt64(out var read));
        Assert.Equal(value, read);
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void Only_what_no_int64_holds_is_written_as_uint64()
    {
        Assert.Equal("d37fffffffffffffff", Write((ref MessagePackWriter w) => w.Write((ulong)long.MaxValue)));
        Assert.Equal("cf8000000000000000", Write((ref MessagePackWriter w) => w.Write(long.MaxValue + 1UL)));
        Assert.Equal("cfffffffffffffffff", Write((ref MessagePackWriter w) => w.Write(ulong.MaxValue)));
    }

    [Theory]
    [InlineData(0, "d200000000")]
    [InlineData(100001, "d2000186a1")]
    [InlineData(-1, "d2ffffffff")]
    public void A_fixed_int32_is_always_D2(int value, string expected) =>
        Assert.Equal(expected, Write((ref MessagePackWriter w) => w.WriteInt32Fixed(value)));

    [Fact]
    public void Nil_bools_and_floats_have_one_form_each()
    {
        Assert.Equal("c0", Write((ref MessagePackWriter w) => w.WriteNil()));
        Assert.Equal("c2c3", Write((ref MessagePackWriter w) =>
        {
            w.Write(false);
            w.Write(true);
        }));
        // E-3: a float stays a float when it is integral.
        Assert.Equal("cb4008000000000000", Write((ref MessagePackWriter w) => w.Write(3.0)));
        Assert.Equal("cb400921fb54442d18", Write((ref MessagePackWriter w) => w.Write(Math.PI)));
    }

    [Theory]
    [InlineData(0, "a0")]
    [InlineData(1, "a1")]
    [InlineData(31, "bf")]
    [InlineData(32, "d920")]
    [InlineData(255, "d9ff")]
    [InlineData(256, "da0100")]
    [InlineData(65535, "daffff")]
    [InlineData(65536, "db00010000")]
    public void Strings_have_the_smallest_header(int length, string header)
    {
        var expected = header + string.Concat(Enumerable.Repeat("61", length));
        var text = new string('a', length);
        var utf8 = Enumerable.Repeat((byte)'a', length).ToArray();
        Assert.Equal(expected, Write((ref MessagePackWriter w) => w.WriteString(text)));
        Assert.Equal(expected, Write((ref MessagePackWriter w) => w.WriteString(text.AsSpan())));
        Assert.Equal(expected, Write((ref MessagePackWriter w) => w.WriteString(utf8)));
        RoundTrip(expected, length, isBinary: false);
    }

    [Theory]
    [InlineData(0, "c400")]
    [InlineData(255, "c4ff")]
    [InlineData(256, "c50100")]
    [InlineData(65535, "c5ffff")]
    [InlineData(65536, "c600010000")]
    public void Binaries_have_the_smallest_header(int length, string header)
    {
        var expected = header + string.Concat(Enumerable.Repeat("61", length));
        var bytes = Enumerable.Repeat((byte)'a', length).ToArray();
        Assert.Equal(expected, Write((ref MessagePackWriter w) => w.WriteBinary(bytes)));
        RoundTrip(expected, length, isBinary: true);
    }

    [Theory]
    [InlineData("é中😀", "a9c3a9e4b8adf09f9880")]
    [InlineData("中中中中中中中中中中", "bee4b8ade4b8ade4b8ade4b8ade4b8ade4b8ade4b8ade4b8ade4b8ade4b8ad")]
    [InlineData("中中中中中中中中中中中", "d921e4b8ade4b8ade4b8ade4b8ade4b8ade4b8ade4b8ade4b8ade4b8ade4b8ade4b8ad")]
    public void Text_is_written_as_UTF8(string text, string expected)
    {
        Assert.Equal(expected, Write((ref MessagePackWriter w) => w.WriteString(text)));
    }

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character()
    {
        Assert.Equal("a561efbfbd62", Write((ref MessagePackWriter w) => w.WriteString("a\ud800b")));
    }

    [Fact]
    public void A_null_string_is_the_callers_fault() =>
        Assert.Throws<ArgumentNullException>(() => Write((ref MessagePackWriter w) => w.WriteString((string)null!)));

    [Theory]
    [InlineData(0, "80", "90")]
    [InlineData(15, "8f", "9f")]
    [InlineData(16, "de0010", "dc0010")]
    [InlineData(65535, "deffff", "dcffff")]
    [InlineData(65536, "df00010000", "dd00010000")]
    public void Containers_have_the_smallest_header_and_their_count_must_fit_what_remains(int count, string map, string array)
    {
        Assert.Equal(map, Write((ref MessagePackWriter w) => w.WriteMapHeader(count)));
        Assert.Equal(array, Write((ref MessagePackWriter w) => w.WriteArrayHeader(count)));

        var header = Hex.Bytes(map);
        var reader = new MessagePackReader([.. header, .. new byte[count * 2]]);
        Assert.True(reader.TryReadMapHeader(out var read));
        Assert.Equal(count, read);
        Assert.Equal(header.Length, reader.Consumed);
        header = Hex.Bytes(array);
        reader = new MessagePackReader([.. header, .. new byte[count]]);
        Assert.True(reader.TryReadArrayHeader(out read));
        Assert.Equal(count, read);
        if (count == 0)
            return;

        reader = new MessagePackReader([.. Hex.Bytes(map), .. new byte[(count * 2) - 1]]);
        Assert.False(reader.TryReadMapHeader(out read));
        Assert.Equal((0, 0), (read, reader.Consumed));
        Assert.False(reader.TrySkip());
        reader = new MessagePackReader([.. Hex.Bytes(array), .. new byte[count - 1]]);
        Assert.False(reader.TryReadArrayHeader(out read));
        Assert.Equal((0, 0), (read, reader.Consumed));
        Assert.False(reader.TrySkip());
    }

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

    [Fact]
    public void Any_value_written_is_read_back()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1000),
            Prop.ForAll(MessagePackValueGenerator.Value(3).ToArbitrary(), value =>
            {
                var bytes = MessagePackValueGenerator.Encode(value);
                var reader = new MessagePackReader(bytes);
                Assert.Equal(MessagePackValueGenerator.Describe(value), MessagePackValueGenerator.Read(ref reader));
                Assert.Equal(0, reader.Remaining);
                Assert.True(MessagePackReader.TryGetLength([.. bytes, 0xc1], out var length));
                Assert.Equal(bytes.Length, length);
            }));
    }

    [Fact]
    public void Every_prefix_of_a_value_is_incomplete()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(MessagePackValueGenerator.Value(2).ToArbitrary(), value =>
            {
                var bytes = MessagePackValueGenerator.Encode(value);
                for (var length = 0; length < bytes.Length; length++)
                    Assert.False(MessagePackReader.TryGetLength(bytes.AsSpan(0, length), out _));
            }));
    }

    [Fact]
    public void Any_integer_is_read_back_and_written_no_longer_than_needed()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(MessagePackValueGenerator.Integer().ToArbitrary(), value =>
        {
            var bytes = MessagePackValueGenerator.Encode(value);
            var reader = new MessagePackReader(bytes);
            return reader.TryReadInt64(out var read) && read == value && reader.Remaining == 0;
        }));
    }

    [Fact]
    public void Random_bytes_have_the_length_that_a_naive_reader_finds()
    {
        var random = new Random(42);
        var whole = 0;
        for (var round = 0; round < 200_000; round++)
        {
            var bytes = new byte[random.Next(0, 24)];
            random.NextBytes(bytes);
            for (var i = 0; i < bytes.Length; i++)
            {
                // More containers and short strings than chance gives, so that many values are whole.
                if (random.Next(3) == 0)
                    bytes[i] = (byte)random.Next(0x80, 0xa4);
            }

            var expected = NaiveLength(bytes, 0, 0);
            Assert.Equal(expected >= 0, MessagePackReader.TryGetLength(bytes, out var length));
            Assert.Equal(Math.Max(expected, 0), length);
            whole += expected >= 0 ? 1 : 0;
        }

        Assert.InRange(whole, 20_000, 190_000);
    }

    [Fact]
    public void Every_method_survives_any_bytes()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            for (var method = 0; method < 10; method++)
            {
                var reader = new MessagePackReader(bytes);
                for (var step = 0; step < 50; step++)
                {
                    var before = reader.Consumed;
                    var read = ((method + step) % 10) switch
                    {
                        0 => reader.TryReadNil(),
                        1 => reader.TryReadBool(out _),
                        2 => reader.TryReadInt64(out _),
                        3 => reader.TryReadUInt64(out _),
                        4 => reader.TryReadDouble(out _),
                        5 => reader.TryReadRaw(out _, out _),
                        6 => reader.TryReadArrayHeader(out _),
                        7 => reader.TryReadMapHeader(out _),
                        8 => reader.TryReadExt(out _, out _),
                        _ => reader.TrySkip(),
                    };
                    Assert.Equal(read, reader.Consumed > before);
                    Assert.InRange(reader.Consumed, before, bytes.Length);
                }
            }
        }));
    }

    [Fact]
    public void The_writer_gives_the_same_bytes_whatever_room_its_output_offers()
    {
        var value = Enumerable.Range(0, 40).Select(i => (object?)new string('é', i * 30)).Append(new byte[3000]).ToArray();
        var expected = Hex.Text(MessagePackValueGenerator.Encode(value));
        var output = new ArrayBufferWriter<byte>(1);
        var writer = new MessagePackWriter(output);
        MessagePackValueGenerator.Write(ref writer, value);
        writer.Flush();
        writer.Flush();
        Assert.Equal(expected, Hex.Text(output.WrittenSpan));
    }

    [Fact]
    public void Raw_values_are_copied_unchanged()
    {
        foreach (var length in new[] { 0, 1, 255, 256, 257, 5000 })
        {
            var raw = new byte[length];
            new Random(length).NextBytes(raw);
            var written = Write((ref MessagePackWriter w) =>
            {
                w.Write(1L);
                w.WriteRaw(raw);
                w.Write(2L);
            });
            Assert.Equal("01" + Hex.Text(raw) + "02", written);
        }
    }

    private static void RoundTrip(string hex, int length, bool isBinary)
    {
        var bytes = Hex.Bytes(hex);
        var reader = new MessagePackReader(bytes);
        Assert.True(reader.TryReadRaw(out var content, out var binary));
        Assert.Equal(isBinary, binary);
        Assert.Equal(length, content.Length);
        Assert.Equal(0, reader.Remaining);
        for (var cut = 1; cut <= Math.Min(6, bytes.Length); cut++)
        {
            reader = new MessagePackReader(bytes.AsSpan(0, bytes.Length - cut));
            Assert.False(reader.TryReadRaw(out _, out _));
            Assert.False(reader.TrySkip());
            Assert.Equal(0, reader.Consumed);
        }
    }

    // The end of the value at offset, or -1: written as plainly as the specification reads, recursive, with 64-bit arithmetic.
    private static long NaiveLength(byte[] data, long offset, int depth)
    {
        if (offset >= data.Length)
            return -1;
        var code = data[offset++];
        long U(int width)
        {
            long value = 0;
            for (var i = 0; i < width; i++)
            {
                if (offset >= data.Length)
                    return -1;
                value = (value << 8) | data[offset++];
            }

            return value;
        }

        long Bytes(long count) => count < 0 || offset + count > data.Length ? -1 : offset + count;
        long Values(long count)
        {
            if (count < 0 || depth >= 64)
                return -1;
            var end = offset;
            for (long i = 0; i < count; i++)
            {
                end = NaiveLength(data, end, depth + 1);
                if (end < 0)
                    return -1;
            }

            return end;
        }

        static long Twice(long count) => count < 0 ? -1 : count * 2;
        static long And(long count, int extra) => count < 0 ? -1 : count + extra;
        return code switch
        {
            < 0x80 or >= 0xe0 => offset,
            < 0x90 => Values((code & 15) * 2),
            < 0xa0 => Values(code & 15),
            < 0xc0 => Bytes(code & 31),
            0xc0 or 0xc2 or 0xc3 => offset,
            0xc1 => -1,
            0xc4 or 0xd9 => Bytes(U(1)),
            0xc5 or 0xda => Bytes(U(2)),
            0xc6 or 0xdb => Bytes(U(4)),
            0xc7 => Bytes(And(U(1), 1)),
            0xc8 => Bytes(And(U(2), 1)),
            0xc9 => Bytes(And(U(4), 1)),
            0xca => Bytes(4),
            0xcb => Bytes(8),
            0xcc or 0xd0 => Bytes(1),
            0xcd or 0xd1 => Bytes(2),
            0xce or 0xd2 => Bytes(4),
            0xcf or 0xd3 => Bytes(8),
            >= 0xd4 and <= 0xd8 => Bytes(1 + (1 << (code - 0xd4))),
            0xdc => Values(U(2)),
            0xdd => Values(U(4)),
            0xde => Values(Twice(U(2))),
            _ => Values(Twice(U(4))),
        };
    }
}
