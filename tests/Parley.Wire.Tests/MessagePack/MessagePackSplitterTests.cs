using System.Buffers;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.MessagePack;

public sealed class MessagePackSplitterTests
{
    private const int Bound = 256;

    public static TheoryData<int> Pieces => [1, 2, 3, 5, 7, 64, 100_000];

    [Theory]
    [MemberData(nameof(Pieces))]
    public void The_streamed_value_is_handed_on_and_the_rest_gathered_in_any_order_and_any_pieces(int piece)
    {
        var file = Enumerable.Range(0, 70_000).Select(i => (byte)i).ToArray();
        foreach (var place in new[] { 0, 1, 2, 3 })
        {
            foreach (var asText in new[] { false, true })
            {
                var bytes = Make(place, file, asText);
                using var splitter = new MessagePackSplitter("file"u8.ToArray(), Bound);
                var content = Feed(splitter, bytes, piece);

                Assert.True(splitter.IsComplete);
                Assert.False(splitter.HasLeftOut);
                Assert.Equal(file.Length, splitter.ContentLength);
                Assert.Equal(file, content);
                Assert.True(FpnnParameters.TryParse(splitter.Gathered, out var parameters));
                Assert.Equal(3, parameters.Count);
                Assert.Equal(5, parameters.Int64("a"u8));
                Assert.Equal("text", parameters.String("b"u8));
                Assert.Equal([1, 2, 300], parameters.Int64List("c"u8));
            }
        }
    }

    [Fact]
    public void What_was_gathered_before_the_streamed_value_can_be_read_when_it_begins()
    {
        var bytes = Make(2, [1, 2, 3], asText: false);
        using var splitter = new MessagePackSplitter("file"u8.ToArray(), Bound);
        var content = new List<ReadOnlyMemory<byte>>();
        var taken = splitter.Feed(bytes, content);

        Assert.True(taken < bytes.Length);
        Assert.True(splitter.HasContent);
        Assert.Equal(3, splitter.ContentLength);
        Assert.Empty(content);
        Assert.True(FpnnParameters.TryParse(splitter.Gathered, out var parameters));
        Assert.Equal(2, parameters.Count);
        Assert.Equal("text", parameters.String("b"u8));
    }

    [Theory]
    [MemberData(nameof(Pieces))]
    public void An_entry_beyond_the_bound_is_left_out_and_the_others_stay(int piece)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(4);
        writer.WriteString("long"u8);
        writer.WriteString(new string('x', Bound));
        writer.WriteString("a"u8);
        writer.Write(5L);
        writer.WriteString("file"u8);
        writer.WriteBinary([9]);
        writer.WriteString("list"u8);
        writer.WriteArrayHeader(Bound);
        for (var i = 0; i < Bound; i++)
            writer.Write(1L);
        writer.Flush();
        using var splitter = new MessagePackSplitter("file"u8.ToArray(), Bound);

        Assert.Equal([9], Feed(splitter, output.WrittenSpan.ToArray(), piece));
        Assert.True(splitter.IsComplete);
        Assert.True(splitter.HasLeftOut);
        Assert.True(FpnnParameters.TryParse(splitter.Gathered, out var parameters));
        Assert.Equal(1, parameters.Count);
        Assert.Equal(5, parameters.Int64("a"u8));
    }

    [Theory]
    [InlineData("81a466696c65c0", 1)] // nil
    [InlineData("81a466696c6505", 1)] // a number
    [InlineData("81a466696c659101", 1)] // a list
    [InlineData("81c40466696c65c40101", 1)] // the key as BIN is another key
    [InlineData("80", 0)]
    [InlineData("90", 0)]
    [InlineData("dc0000", 0)]
    public void Without_a_streamed_value_everything_is_gathered(string hex, int entries)
    {
        using var splitter = new MessagePackSplitter("file"u8.ToArray(), Bound);
        Assert.Empty(Feed(splitter, Convert.FromHexString(hex), 1));
        Assert.True(splitter.IsComplete);
        Assert.False(splitter.HasContent);
        Assert.True(FpnnParameters.TryParse(splitter.Gathered, out var parameters));
        Assert.Equal(entries, parameters.Count);
    }

    [Fact]
    public void Of_two_streamed_values_the_first_counts()
    {
        using var splitter = new MessagePackSplitter("file"u8.ToArray(), Bound);
        Assert.Equal([1, 2], Feed(splitter, Convert.FromHexString("82a466696c65c4020102a466696c65c403040506"), 1));
        Assert.True(splitter.IsComplete);
        Assert.Equal(2, splitter.ContentLength);
    }

    [Fact]
    public void An_empty_streamed_value_is_one()
    {
        using var splitter = new MessagePackSplitter("file"u8.ToArray(), Bound);
        Assert.Empty(Feed(splitter, Convert.FromHexString("82a466696c65a0a16105"), 1));
        Assert.True(splitter.IsComplete);
        Assert.True(splitter.HasContent);
        Assert.Equal(0, splitter.ContentLength);
    }

    [Theory]
    [InlineData("05")]
    [InlineData("9101")]
    [InlineData("c0")]
    [InlineData("81c105")]
    [InlineData("81a161c1")]
    [InlineData("de1001")] // 4,097 entries
    [InlineData("dfffffffff")]
    public void What_is_no_map_is_broken(string hex)
    {
        using var splitter = new MessagePackSplitter("file"u8.ToArray(), Bound);
        Feed(splitter, Convert.FromHexString(hex), 1);
        Assert.True(splitter.IsBroken);
        Assert.False(splitter.IsComplete);
    }

    [Fact]
    public void Any_value_is_measured_as_the_reader_measures_it()
    {
        var random = new Random(7);
        for (var round = 0; round < 400; round++)
        {
            var bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            if (!MessagePackReader.TryGetLength(bytes, out var length))
                continue;
            byte[] map = [0x82, 0xa1, (byte)'a', .. bytes.AsSpan(0, length), 0xa4, .. "file"u8, 0xc4, 1, 7];
            using var splitter = new MessagePackSplitter("file"u8.ToArray(), Bound);
            Assert.Equal([7], Feed(splitter, map, 1 + random.Next(5)));
            Assert.True(splitter.IsComplete);
        }
    }

    private static byte[] Make(int place, byte[] file, bool asText)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(4);
        for (var i = 0; i < 4; i++)
        {
            if (i == place)
            {
                writer.WriteString("file"u8);
                if (asText)
                    writer.WriteString(file);
                else
                    writer.WriteBinary(file);
                continue;
            }
            switch (i > place ? i - 1 : i)
            {
                case 0:
                    writer.WriteString("a"u8);
                    writer.Write(5L);
                    break;
                case 1:
                    writer.WriteString("b"u8);
                    writer.WriteString("text"u8);
                    break;
                default:
                    writer.WriteString("c"u8);
                    writer.WriteArrayHeader(3);
                    writer.Write(1L);
                    writer.Write(2L);
                    writer.Write(300L);
                    break;
            }
        }
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Feed(MessagePackSplitter splitter, byte[] bytes, int piece)
    {
        var all = new List<byte>();
        var content = new List<ReadOnlyMemory<byte>>();
        var at = 0;
        while (at < bytes.Length && !splitter.IsComplete && !splitter.IsBroken)
        {
            content.Clear();
            at += splitter.Feed(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)), content);
            foreach (var part in content)
                all.AddRange(part.Span);
        }
        return [.. all];
    }
}
