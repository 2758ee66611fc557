using System.Buffers;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.MessagePack;

public sealed class MessagePackWriterTests
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
}
