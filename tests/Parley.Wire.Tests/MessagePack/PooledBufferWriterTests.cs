using System.Buffers;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.MessagePack;

public sealed class PooledBufferWriterTests
{
    [Fact]
    public void It_holds_no_array_until_something_is_written()
    {
        using var writer = new PooledBufferWriter();
        Assert.Equal(0, writer.Capacity);
        Assert.Equal(0, writer.WrittenCount);
        Assert.True(writer.WrittenSpan.IsEmpty);
        writer.Write([1, 2, 3]);
        Assert.True(writer.Capacity >= 3);
        Assert.Equal([1, 2, 3], writer.WrittenSpan.ToArray());
        Assert.Equal([1, 2, 3], writer.WrittenMemory.ToArray());
    }

    [Fact]
    public void It_grows_and_keeps_what_was_written()
    {
        using var writer = new PooledBufferWriter(16);
        var expected = new List<byte>();
        var random = new Random(3);
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(0, 700)];
            random.NextBytes(bytes);
            expected.AddRange(bytes);
            switch (i % 3)
            {
                case 0:
                    writer.Write(bytes);
                    break;
                case 1:
                    bytes.CopyTo(writer.GetSpan(bytes.Length));
                    writer.Advance(bytes.Length);
                    break;
                default:
                    bytes.CopyTo(writer.GetMemory(bytes.Length));
                    writer.Advance(bytes.Length);
                    break;
            }
        }

        Assert.Equal(expected, writer.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_span_is_never_empty()
    {
        using var writer = new PooledBufferWriter();
        Assert.False(writer.GetSpan().IsEmpty);
        writer.Advance(writer.Capacity);
        Assert.False(writer.GetSpan().IsEmpty);
        Assert.False(writer.GetMemory().IsEmpty);
    }

    [Fact]
    public void Clear_keeps_an_array_of_64_KiB_and_gives_a_larger_one_back()
    {
        using var writer = new PooledBufferWriter(PooledBufferWriter.KeepCapacity);
        Assert.Equal(65_536, writer.Capacity);
        writer.Write(new byte[65_536]);
        writer.Clear();
        Assert.Equal(65_536, writer.Capacity);
        Assert.Equal(0, writer.WrittenCount);

        writer.Write(new byte[65_537]);
        Assert.True(writer.Capacity > 65_536);
        writer.Clear();
        Assert.Equal(0, writer.Capacity);
        writer.Write([9]);
        Assert.Equal([9], writer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Truncate_forgets_the_end_and_patching_changes_the_middle()
    {
        using var writer = new PooledBufferWriter();
        writer.Write([1, 2, 3, 4]);
        writer.Truncate(3);
        writer.GetWrittenSpan(1)[0] = 9;
        Assert.Equal([1, 9, 3], writer.WrittenSpan.ToArray());
        Assert.True(writer.GetWrittenSpan(3).IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Truncate(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Truncate(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.GetWrittenSpan(4).Length);
    }

    [Fact]
    public void Advancing_beyond_the_room_is_refused()
    {
        using var writer = new PooledBufferWriter();
        writer.GetSpan(10);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(writer.Capacity + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PooledBufferWriter(-1));
    }

    [Fact]
    public void After_disposal_nothing_can_be_written_and_disposal_may_be_repeated()
    {
        var writer = new PooledBufferWriter();
        writer.Write([1]);
        writer.Dispose();
        writer.Dispose();
        Assert.Equal(0, writer.Capacity);
        Assert.Equal(0, writer.WrittenCount);
        Assert.Throws<ObjectDisposedException>(() => writer.Write([1]));
        Assert.Throws<ObjectDisposedException>(() => writer.GetSpan());
    }

    [Fact]
    public void It_is_an_ordinary_buffer_writer()
    {
        using var writer = new PooledBufferWriter();
        ((IBufferWriter<byte>)writer).Write("abc"u8);
        Assert.Equal("abc"u8, writer.WrittenSpan);
    }
}
