using System.Buffers;
using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Parley.Wire.Beehive;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.Beehive;

/// <summary>beehive §7 and §8: packets in a stream and in WebSocket messages.</summary>
public sealed class BeehiveReaderTests
{
    private static readonly BeehiveCommand[] Common =
        [BeehiveCommand.Online, BeehiveCommand.Ping, BeehiveCommand.Chat, BeehiveCommand.Kick, BeehiveCommand.RoomQuitNotification];

    [Theory]
    [InlineData(BeehiveGeneration.Head)]
    [InlineData(BeehiveGeneration.Seed)]
    public void Any_cut_of_the_stream_gives_the_same_packets(BeehiveGeneration generation)
    {
        byte[] stream = [.. Packet(generation, 1, 0), .. Packet(generation, 2, 5), .. Packet(generation, 3, 40), .. Packet(generation, 4, 0)];
        var expected = ReadAll(stream, generation, stream.Length, stream.Length);
        Assert.Equal(4, expected.Count);
        for (var size = 1; size <= stream.Length; size++)
        {
            Assert.Equal(expected, ReadAll(stream, generation, size, stream.Length));
            Assert.Equal(expected, ReadAll(stream, generation, stream.Length, size));
        }
    }

    [Fact]
    public void Any_packets_in_any_pieces_are_given_once_and_in_order() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<bool>(), (seed, isHead) =>
        {
            var random = new Random(seed);
            var generation = isHead ? BeehiveGeneration.Head : BeehiveGeneration.Seed;
            var stream = new List<byte>();
            var expected = new List<string>();
            for (var count = random.Next(0, 8); count > 0; count--)
            {
                var header = AnyHeader(random, generation);
                var body = new byte[random.Next(0, 60)];
                random.NextBytes(body);
                using var output = new PooledBufferWriter();
                Assert.True(BeehiveWriter.TryWrite(output, generation, header, body));
                stream.AddRange(output.WrittenSpan);
                expected.Add(Describe(header with { Length = (uint)body.Length }, body));
            }
            Assert.Equal(expected, ReadAll([.. stream], generation, random.Next(1, 70), random.Next(1, 70)));
        }));

    [Fact]
    public void The_generation_is_decided_once()
    {
        using var reader = new BeehiveReader(100);
        var head = Packet(BeehiveGeneration.Head, 1, 0);
        var seed = Packet(BeehiveGeneration.Seed, 1, 0);
        var buffer = new ReadOnlySequence<byte>([.. seed, .. head]);
        Assert.Equal(BeehiveReadStatus.Packet, reader.TryRead(ref buffer, out _));
        Assert.Equal(BeehiveReadStatus.Invalid, reader.TryRead(ref buffer, out _));
        Assert.Equal(BeehiveGeneration.Seed, reader.Generation);

        using var other = new BeehiveReader(100);
        buffer = new ReadOnlySequence<byte>([.. head, .. seed, .. new byte[20]]);
        Assert.Equal(BeehiveReadStatus.Packet, other.TryRead(ref buffer, out _));
        Assert.Equal(BeehiveReadStatus.Packet, other.TryRead(ref buffer, out var packet));
        Assert.Equal((BeehiveGeneration.Head, BeehiveHeader.Checksum), (other.Generation, (uint)(packet.Header.SessionId >> 32)));
    }

    [Fact]
    public void Eleven_bytes_decide_nothing_and_twelve_do()
    {
        using var reader = new BeehiveReader(100);
        var bytes = Packet(BeehiveGeneration.Seed, 1, 3);
        var buffer = new ReadOnlySequence<byte>(bytes.AsMemory(0, 11));
        Assert.Equal(BeehiveReadStatus.NeedMore, reader.TryRead(ref buffer, out _));
        Assert.Equal(BeehiveGeneration.Unknown, reader.Generation);
        buffer = new ReadOnlySequence<byte>(bytes.AsMemory(0, 12));
        Assert.Equal(BeehiveReadStatus.NeedMore, reader.TryRead(ref buffer, out _));
        Assert.Equal((BeehiveGeneration.Seed, 12L), (reader.Generation, buffer.Length));
    }

    [Theory]
    [InlineData(BeehiveGeneration.Head, 100, BeehiveReadStatus.Packet)]
    [InlineData(BeehiveGeneration.Head, 101, BeehiveReadStatus.TooLong)]
    [InlineData(BeehiveGeneration.Seed, 100, BeehiveReadStatus.Packet)]
    [InlineData(BeehiveGeneration.Seed, 101, BeehiveReadStatus.TooLong)]
    public void The_limit_of_a_body_is_inclusive_and_checked_before_the_body_is_there(
        BeehiveGeneration generation, int length, BeehiveReadStatus expected)
    {
        var bytes = Packet(generation, 1, length);
        using var reader = new BeehiveReader(100);
        var prefix = new ReadOnlySequence<byte>(bytes.AsMemory(0, 12));
        var early = reader.TryRead(ref prefix, out _);
        Assert.Equal(expected == BeehiveReadStatus.Packet ? BeehiveReadStatus.NeedMore : expected, early);
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.Equal(expected, reader.TryRead(ref buffer, out _));
        ReadOnlySpan<byte> message = bytes;
        Assert.Equal(expected, reader.TryReadMessage(ref message, out _));
    }

    [Fact]
    public void The_greatest_length_is_too_long()
    {
        var bytes = Packet(BeehiveGeneration.Head, 1, 0);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), uint.MaxValue);
        using var reader = new BeehiveReader(int.MaxValue);
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.Equal(BeehiveReadStatus.TooLong, reader.TryRead(ref buffer, out _));
    }

    [Fact]
    public void Two_packets_in_one_message()
    {
        using var reader = new BeehiveReader(100);
        ReadOnlySpan<byte> rest = [.. Packet(BeehiveGeneration.Head, 1, 7), .. Packet(BeehiveGeneration.Head, 2, 0)];
        Assert.Equal(BeehiveReadStatus.Packet, reader.TryReadMessage(ref rest, out var first));
        Assert.Equal((1ul, 7), (first.Header.Sequence, first.Body.Length));
        Assert.Equal(BeehiveReadStatus.Packet, reader.TryReadMessage(ref rest, out var second));
        Assert.Equal((2ul, 0), (second.Header.Sequence, second.Body.Length));
        Assert.Equal(BeehiveReadStatus.NeedMore, reader.TryReadMessage(ref rest, out _));
    }

    [Theory]
    [InlineData(BeehiveGeneration.Head)]
    [InlineData(BeehiveGeneration.Seed)]
    public void A_packet_never_spans_messages(BeehiveGeneration generation)
    {
        var bytes = Packet(generation, 1, 7);
        for (var length = 1; length < bytes.Length; length++)
        {
            using var reader = new BeehiveReader(100);
            ReadOnlySpan<byte> rest = bytes.AsSpan(0, length);
            Assert.Equal(BeehiveReadStatus.Invalid, reader.TryReadMessage(ref rest, out _));
        }
    }

    [Fact]
    public void A_number_that_is_no_command_is_unknown_and_the_next_packet_is_read()
    {
        var bytes = Packet(BeehiveGeneration.Head, 1, 2);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 0x0001_0110);
        using var reader = new BeehiveReader(100);
        var buffer = new ReadOnlySequence<byte>([.. bytes, .. Packet(BeehiveGeneration.Head, 2, 0)]);
        Assert.Equal(BeehiveReadStatus.Packet, reader.TryRead(ref buffer, out var packet));
        Assert.Equal((BeehiveCommand.Unknown, 0x0001_0110u), (packet.Header.Command, packet.Number));
        Assert.Equal(BeehiveReadStatus.Packet, reader.TryRead(ref buffer, out packet));
        Assert.Equal(2ul, packet.Header.Sequence);
    }

    [Fact]
    public void A_command_that_the_generation_lacks_is_not_written()
    {
        using var output = new PooledBufferWriter();
        Assert.False(BeehiveWriter.TryWrite(output, BeehiveGeneration.Head, new BeehiveHeader(BeehiveCommand.AllocSequence, 0, 1), []));
        Assert.False(BeehiveWriter.TryWrite(output, BeehiveGeneration.Seed, new BeehiveHeader(BeehiveCommand.RoomListendStatus, 0, 1), [1]));
        Assert.False(BeehiveWriter.TryWrite(output, BeehiveGeneration.Head, new BeehiveHeader(BeehiveCommand.Unknown, 0, 1), []));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(11);
        var packets = 0;
        for (var round = 0; round < 50_000; round++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            if (bytes.Length >= 12 && random.Next(4) > 0)
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), (uint)random.Next(0, 80));
                if (random.Next(2) == 0)
                    BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), BeehiveHeader.Checksum);
            }
            using var reader = new BeehiveReader(64);
            var buffer = Segments.OfSize(bytes, random.Next(1, 64));
            while (reader.TryRead(ref buffer, out _) == BeehiveReadStatus.Packet)
                packets++;
            using var other = new BeehiveReader(64);
            ReadOnlySpan<byte> rest = bytes;
            while (other.TryReadMessage(ref rest, out _) == BeehiveReadStatus.Packet)
                packets++;
        }
        Assert.True(packets > 1000);
    }

    private static BeehiveHeader AnyHeader(Random random, BeehiveGeneration generation)
    {
        var isHead = generation == BeehiveGeneration.Head;
        return new BeehiveHeader(
            Common[random.Next(Common.Length)],
            Length: 5,
            SessionId: (ulong)random.NextInt64(),
            ConnectionId: isHead ? AnyNumber(random) : 0,
            NodeId: (uint)AnyNumber(random),
            Sequence: AnyNumber(random),
            TargetSessionId: isHead ? AnyNumber(random) : 0,
            TargetSequence: isHead ? AnyNumber(random) : 0);
    }

    private static ulong AnyNumber(Random random) => random.Next(3) == 0 ? ulong.MaxValue : (ulong)random.NextInt64(long.MinValue, long.MaxValue);

    private static byte[] Packet(BeehiveGeneration generation, ulong sequence, int length)
    {
        using var output = new PooledBufferWriter();
        var body = Enumerable.Range(0, length).Select(i => (byte)(i + (int)sequence)).ToArray();
        Assert.True(BeehiveWriter.TryWrite(output, generation, new BeehiveHeader(BeehiveCommand.Sync, 0, 2001, Sequence: sequence), body));
        return output.WrittenSpan.ToArray();
    }

    private static string Describe(BeehiveHeader header, ReadOnlySpan<byte> body) => $"{header} {Hex.Text(body)}";

    /// <summary>Reads what comes in pieces, as a pipe gives it: what was not looked at comes again with more behind it.</summary>
    private static List<string> ReadAll(byte[] stream, BeehiveGeneration generation, int piece, int segment)
    {
        using var reader = new BeehiveReader(100);
        var packets = new List<string>();
        var rest = Array.Empty<byte>();
        foreach (var part in stream.Chunk(Math.Max(1, piece)))
        {
            byte[] bytes = [.. rest, .. part];
            var buffer = segment < bytes.Length ? Segments.OfSize(bytes, segment) : new ReadOnlySequence<byte>(bytes);
            BeehiveReadStatus status;
            while ((status = reader.TryRead(ref buffer, out var packet)) == BeehiveReadStatus.Packet)
                packets.Add(Describe(packet.Header, packet.Body));
            Assert.Equal(BeehiveReadStatus.NeedMore, status);
            rest = buffer.ToArray();
        }
        Assert.Empty(rest);
        Assert.Equal(stream.Length == 0 ? BeehiveGeneration.Unknown : generation, reader.Generation);
        return packets;
    }
}
