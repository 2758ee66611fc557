using FsCheck;
using FsCheck.Fluent;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.MessagePack;

public sealed class MessagePackPropertyTests
{
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
