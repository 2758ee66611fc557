using System.Buffers;
using System.Buffers.Binary;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.Fpnn;

public sealed class FpnnFramingTests
{
    private static readonly byte[] Stream = [.. Vectors.All.SelectMany(package => package.Bytes)];

    private static readonly string[] Expected = [.. Vectors.All.Select(package => Hex.Text(package.Bytes))];

    private static byte[] Header(string magic = "46504e4e", int version = 1, int flag = 0x80, int type = 1, int ss = 3, uint size = 7)
    {
        var header = new byte[12];
        Hex.Bytes(magic).CopyTo(header, 0);
        header[4] = (byte)version;
        header[5] = (byte)flag;
        header[6] = (byte)type;
        header[7] = (byte)ss;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), size);
        return header;
    }

    [Fact]
    public void Packages_behind_each_other_are_cut_apart()
    {
        Assert.Equal(Expected, CutAll(Stream));
    }

    [Fact]
    public void A_stream_split_at_every_byte_gives_the_same_packages()
    {
        byte[]? scratch = null;
        for (var split = 1; split < Stream.Length; split++)
            Assert.Equal(Expected, CutAll(Segments.Of(Stream[..split], Stream[split..]), ref scratch));
        FpnnFraming.ReturnScratch(ref scratch);
    }

    [Fact]
    public void A_stream_in_segments_of_every_size_gives_the_same_packages()
    {
        byte[]? scratch = null;
        for (var size = 1; size <= 64; size++)
            Assert.Equal(Expected, CutAll(Segments.OfSize(Stream, size), ref scratch));
        FpnnFraming.ReturnScratch(ref scratch);
        Assert.Null(scratch);
    }

    [Fact]
    public void Empty_segments_in_between_change_nothing()
    {
        byte[]? scratch = null;
        var parts = Stream.Chunk(5).SelectMany(chunk => new[] { chunk, [] }).Prepend([]).ToArray();
        Assert.Equal(Expected, CutAll(Segments.Of(parts), ref scratch));
        FpnnFraming.ReturnScratch(ref scratch);
    }

    [Theory]
    [MemberData(nameof(Vectors.Names), MemberType = typeof(Vectors))]
    public void A_package_needs_more_until_its_last_byte_is_there(string name)
    {
        var bytes = Vectors.Named(name).Bytes;
        byte[]? scratch = null;
        for (var length = 0; length < bytes.Length; length++)
        {
            var part = bytes[..length];
            Assert.Equal(FpnnReadStatus.NeedMore, FpnnFraming.TryRead(part, 1000, out var package, out var consumed, out var error));
            Assert.Equal(0, consumed);
            Assert.Equal(FpnnProtocolError.None, error);
            Assert.True(package.Whole.IsEmpty);
            Assert.Equal(FpnnReadStatus.NeedMore, FpnnFraming.TryGetPackageLength(new(part), 1000, out var known, out _));
            Assert.Equal(length < 12 ? 0 : bytes.Length, known);
            if (length > 1)
            {
                Assert.Equal(
                    FpnnReadStatus.NeedMore,
                    FpnnFraming.TryRead(Segments.OfSize(part, 1), 1000, ref scratch, out _, out _, out _));
            }
        }

        // With the start of the next package behind it, it is the same package.
        byte[] more = [.. bytes, .. bytes[..7]];
        Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryRead(more, 1000, out var whole, out var used, out _));
        Assert.Equal(bytes.Length, used);
        Assert.Equal(bytes, whole.Whole.ToArray());
    }

    [Fact]
    public void A_package_inside_the_first_segment_is_not_copied()
    {
        var bytes = Vectors.Named("P1").Bytes;
        byte[]? scratch = null;
        foreach (var sequence in new[] { Segments.Of([.. bytes, 1, 2], [3]), Segments.Of(bytes, [3]), Segments.Of(bytes) })
        {
            Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryRead(sequence, 1000, ref scratch, out var package, out _, out _));
            Assert.Null(scratch);
            Assert.True(package.Whole.Overlaps(sequence.FirstSpan));
        }
    }

    [Fact]
    public void The_scratch_is_rented_once_and_grows_when_it_must()
    {
        byte[]? scratch = null;
        var small = Vectors.Named("P1").Bytes;
        FpnnFraming.TryRead(Segments.OfSize(small, 3), 100_000, ref scratch, out var package, out _, out _);
        var first = scratch;
        Assert.NotNull(first);
        Assert.Equal(small, package.Whole.ToArray());
        FpnnFraming.TryRead(Segments.OfSize(small, 4), 100_000, ref scratch, out _, out _, out _);
        Assert.Same(first, scratch);
        var large = Hex.Written(w => FpnnWriter.WriteAnswer(w, 1, new byte[50_000]));
        FpnnFraming.TryRead(Segments.OfSize(large, 1000), 100_000, ref scratch, out package, out _, out _);
        Assert.NotSame(first, scratch);
        Assert.Equal(large, package.Whole.ToArray());
        FpnnFraming.ReturnScratch(ref scratch);
        Assert.Null(scratch);
        FpnnFraming.ReturnScratch(ref scratch);
    }

    [Fact]
    public void The_header_tells_its_fields_and_the_total_length()
    {
        Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryReadHeader(Header(), 1000, out var header, out _));
        Assert.Equal(new FpnnHeader(1, 0x80, FpnnMessageType.TwoWayQuest, 3, 7), header);
        Assert.Equal(26, header.TotalLength);
        FpnnFraming.TryReadHeader(Header(type: 0), 1000, out header, out _);
        Assert.Equal(22, header.TotalLength);
        FpnnFraming.TryReadHeader(Header(type: 2, ss: 200), 1000, out header, out _);
        Assert.Equal(23, header.TotalLength);
        Assert.Equal(0, header.MethodLength);
        Assert.Equal(uint.MaxValue + 12L + 4 + 255, new FpnnHeader(1, 0x80, FpnnMessageType.TwoWayQuest, 255, uint.MaxValue).TotalLength);
    }

    [Theory]
    [InlineData("46504e4f", FpnnProtocolError.BadMagic)]
    [InlineData("47455420", FpnnProtocolError.BadMagic)]
    [InlineData("00000000", FpnnProtocolError.BadMagic)]
    [InlineData("66706e6e", FpnnProtocolError.BadMagic)]
    public void Another_magic_is_refused(string magic, FpnnProtocolError expected) => Refused(Header(magic: magic), expected);

    [Fact]
    public void Only_the_three_message_types_are_read()
    {
        for (var type = 0; type < 256; type++)
        {
            var status = FpnnFraming.TryReadHeader(Header(type: type), 1000, out _, out var error);
            Assert.Equal(type <= 2 ? FpnnReadStatus.Package : FpnnReadStatus.Invalid, status);
            Assert.Equal(type <= 2 ? FpnnProtocolError.None : FpnnProtocolError.BadMessageType, error);
        }
    }

    [Fact]
    public void Exactly_one_encoding_bit_must_be_set_and_the_other_bits_are_ignored()
    {
        for (var flag = 0; flag < 256; flag++)
        {
            var status = FpnnFraming.TryReadHeader(Header(flag: flag), 1000, out var header, out var error);
            var good = (flag & 0xc0) is 0x80 or 0x40;
            Assert.Equal(good ? FpnnReadStatus.Package : FpnnReadStatus.Invalid, status);
            Assert.Equal(good ? FpnnProtocolError.None : FpnnProtocolError.BadFlag, error);
            if (good)
                Assert.Equal((flag & 0x80) != 0 ? FpnnEncoding.MessagePack : FpnnEncoding.Json, header.Encoding);
        }
    }

    [Fact]
    public void Any_version_is_read()
    {
        for (var version = 0; version < 256; version++)
        {
            Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryReadHeader(Header(version: version), 1000, out var header, out _));
            Assert.Equal(version, header.Version);
        }
    }

    [Fact]
    public void A_quest_without_a_method_is_refused_and_an_answer_with_status_0_is_not()
    {
        Refused(Header(type: 0, ss: 0), FpnnProtocolError.EmptyMethod);
        Refused(Header(type: 1, ss: 0), FpnnProtocolError.EmptyMethod);
        Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryReadHeader(Header(type: 2, ss: 0), 1000, out _, out _));
    }

    [Fact]
    public void An_empty_payload_is_refused_for_every_type()
    {
        for (var type = 0; type <= 2; type++)
            Refused(Header(type: type, size: 0), FpnnProtocolError.EmptyPayload);
    }

    [Theory]
    [InlineData(0, 3, 15u)]
    [InlineData(1, 3, 19u)]
    [InlineData(2, 0, 16u)]
    [InlineData(1, 255, 271u)]
    public void The_limit_counts_the_whole_package_and_is_inclusive(int type, int ss, uint overhead)
    {
        const int Limit = FpnnFraming.DefaultMaxPackageLength;
        Assert.Equal(8_388_608, Limit);
        var largest = Header(type: type, ss: ss, size: Limit - overhead);
        Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryReadHeader(largest, Limit, out var header, out _));
        Assert.Equal(Limit, header.TotalLength);
        Refused(Header(type: type, ss: ss, size: Limit - overhead + 1), FpnnProtocolError.TooLong, Limit);
        Refused(Header(type: type, ss: ss, size: uint.MaxValue), FpnnProtocolError.TooLong, int.MaxValue);
    }

    [Fact]
    public void A_package_over_the_limit_is_refused_by_its_header_alone()
    {
        Assert.Equal(FpnnReadStatus.Invalid, FpnnFraming.TryRead(Header(size: 1000), 999, out _, out _, out var error));
        Assert.Equal(FpnnProtocolError.TooLong, error);
        var segmented = Segments.OfSize(Header(size: 1000), 5);
        Assert.Equal(FpnnReadStatus.Invalid, FpnnFraming.TryGetPackageLength(segmented, 999, out _, out error));
        Assert.Equal(FpnnProtocolError.TooLong, error);
    }

    [Fact]
    public void Any_non_zero_status_is_an_error()
    {
        for (var status = 0; status < 256; status++)
        {
            byte[] bytes = [.. Header(type: 2, ss: status, size: 1), 1, 0, 0, 0, 0x80];
            Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryRead(bytes, 100, out var package, out _, out _));
            Assert.Equal(status, package.Status);
            Assert.Equal(status != 0, package.IsError);
            Assert.True(package.Method.IsEmpty);
        }
    }

    [Fact]
    public void Any_bytes_are_read_refused_or_waited_for_alike_in_one_and_in_many_segments()
    {
        var random = new Random(1);
        byte[]? scratch = null;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(0, 60)];
            random.NextBytes(bytes);
            // Mostly right, so that not only the magic is tested.
            if (bytes.Length >= 12 && random.Next(8) != 0)
            {
                "FPNN"u8.CopyTo(bytes);
                bytes[5] = (byte)(random.Next(8) != 0 ? 0x80 : random.Next(256));
                bytes[6] = (byte)random.Next(4);
                bytes[7] = (byte)random.Next(0, 20);
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), random.Next(0, 40));
            }

            var status = FpnnFraming.TryRead(bytes, 64, out var whole, out var consumed, out var error);
            Assert.Equal(status == FpnnReadStatus.Invalid, error != FpnnProtocolError.None);
            Assert.Equal(status == FpnnReadStatus.Package, consumed > 0);
            var segments = Segments.OfSize(bytes, random.Next(1, 10));
            var segmented = FpnnFraming.TryRead(
                segments, 64, ref scratch, out var package, out var segmentedConsumed, out var segmentedError);
            Assert.Equal(status, segmented);
            Assert.Equal(consumed, segmentedConsumed);
            Assert.Equal(error, segmentedError);
            Assert.True(whole.Whole.SequenceEqual(package.Whole));
        }

        FpnnFraming.ReturnScratch(ref scratch);
    }

    [Theory]
    [MemberData(nameof(Vectors.Names), MemberType = typeof(Vectors))]
    public void A_recorded_package_with_any_one_byte_changed_never_throws(string name)
    {
        var original = Vectors.Named(name).Bytes;
        using var scratch = new PooledBufferWriter();
        for (var at = 0; at < original.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                var bytes = original.ToArray();
                bytes[at] = (byte)value;
                var status = FpnnFraming.TryRead(bytes, FpnnFraming.DefaultMaxPackageLength, out var package, out _, out _);
                if (status != FpnnReadStatus.Package)
                    continue;
                _ = FpnnKeyExchange.TryParse(package, out _);
                scratch.Clear();
                if (!FpnnParameters.TryParse(package, scratch, out var parameters))
                    continue;
                parameters.Int64OrNull("a"u8);
                parameters.StringOrNull("ex"u8);
                parameters.Int64ListOrNull("endpoints"u8);
                parameters.StringMapOrNull("map"u8);
                parameters.Double("d"u8);
                _ = parameters.ErrorText;
            }
        }
    }

    private static void Refused(byte[] header, FpnnProtocolError expected, int limit = 1000)
    {
        Assert.Equal(FpnnReadStatus.Invalid, FpnnFraming.TryReadHeader(header, limit, out var read, out var error));
        Assert.Equal(expected, error);
        Assert.Equal(default, read);
        Assert.Equal(FpnnReadStatus.Invalid, FpnnFraming.TryRead([.. header, 1, 2, 3], limit, out _, out var consumed, out error));
        Assert.Equal(expected, error);
        Assert.Equal(0, consumed);
    }

    private static string[] CutAll(byte[] bytes)
    {
        byte[]? scratch = null;
        var result = CutAll(new ReadOnlySequence<byte>(bytes), ref scratch);
        Assert.Null(scratch);
        return result;
    }

    private static string[] CutAll(ReadOnlySequence<byte> buffer, ref byte[]? scratch)
    {
        var packages = new List<string>();
        while (!buffer.IsEmpty)
        {
            Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryGetPackageLength(buffer, 1000, out var length, out _));
            Assert.Equal(
                FpnnReadStatus.Package, FpnnFraming.TryRead(buffer, 1000, ref scratch, out var package, out var consumed, out _));
            Assert.Equal(length, consumed);
            packages.Add(Hex.Text(package.Whole));
            buffer = buffer.Slice(consumed);
        }

        return [.. packages];
    }
}
