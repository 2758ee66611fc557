using System.Buffers;
using System.Buffers.Binary;

namespace Parley.Wire.Beehive;

/// <summary>
/// Cuts the bytes of one connection into packets (beehive §7, §8). The generation is decided once, by the first 12 bytes. A body that lies
/// in one piece is not copied; one that does not is copied once into a rented buffer. Not thread-safe.
/// </summary>
/// <param name="maxBodyLength"><see cref="MaxBodyLength"/> at first.</param>
public sealed class BeehiveReader(int maxBodyLength) : IDisposable
{
    private byte[]? _scratch;

    /// <summary>Limit of one body in bytes, inclusive; checked before the body is waited for.</summary>
    public int MaxBodyLength { get; set; } = maxBodyLength;

    /// <summary>What the connection speaks; unknown until 12 bytes have come.</summary>
    public BeehiveGeneration Generation { get; private set; }

    /// <summary>Reads the next packet of a TCP stream and takes it off the buffer.</summary>
    /// <param name="buffer">Bytes received; afterwards those behind the packet. Untouched when the result is no packet.</param>
    /// <param name="packet">The packet; valid until the next call and while the buffer is.</param>
    public BeehiveReadStatus TryRead(ref ReadOnlySequence<byte> buffer, out BeehivePacket packet)
    {
        packet = default;
        if (buffer.Length < BeehiveHeader.PrefixLength)
            return BeehiveReadStatus.NeedMore;
        Span<byte> copy = stackalloc byte[BeehiveHeader.HeadLength];
        var status = JudgePrefix(First(buffer, BeehiveHeader.PrefixLength, copy), out var headerLength, out var totalLength);
        if (status != BeehiveReadStatus.Packet)
            return status;
        if (buffer.Length < totalLength)
            return BeehiveReadStatus.NeedMore;

        var first = buffer.FirstSpan;
        if (first.Length >= totalLength)
        {
            packet = Parse(first[..headerLength], first[headerLength..(int)totalLength]);
        }
        else
        {
            scoped var header = First(buffer, headerLength, copy);
            packet = Parse(header, InOnePiece(buffer.Slice(headerLength, totalLength - headerLength)));
        }
        buffer = buffer.Slice(totalLength);
        return BeehiveReadStatus.Packet;
    }

    /// <summary>Reads the next packet of a WebSocket message, which may hold several and never a part of one (§7.2).</summary>
    /// <param name="rest">The message; afterwards what is behind the packet. Untouched when the result is no packet.</param>
    /// <param name="packet">The packet; valid while the message is.</param>
    /// <returns>
    /// <see cref="BeehiveReadStatus.NeedMore"/> at the end of the message, <see cref="BeehiveReadStatus.Invalid"/> when the rest of the
    /// message is shorter than its packet: close with 1002.
    /// </returns>
    public BeehiveReadStatus TryReadMessage(ref ReadOnlySpan<byte> rest, out BeehivePacket packet)
    {
        packet = default;
        if (rest.IsEmpty)
            return BeehiveReadStatus.NeedMore;
        if (rest.Length < BeehiveHeader.PrefixLength)
            return BeehiveReadStatus.Invalid;
        var status = JudgePrefix(rest, out var headerLength, out var totalLength);
        if (status != BeehiveReadStatus.Packet)
            return status;
        if (rest.Length < totalLength)
            return BeehiveReadStatus.Invalid;
        packet = Parse(rest[..headerLength], rest[headerLength..(int)totalLength]);
        rest = rest[(int)totalLength..];
        return BeehiveReadStatus.Packet;
    }

    /// <summary>Gives the rented buffer back. The last packet is no longer valid then.</summary>
    public void Dispose()
    {
        var scratch = _scratch;
        _scratch = null;
        if (scratch is not null)
            ArrayPool<byte>.Shared.Return(scratch);
    }

    /// <summary>Decides the generation if it is not decided, and checks what the first 12 bytes of a packet tell.</summary>
    private BeehiveReadStatus JudgePrefix(ReadOnlySpan<byte> first12, out int headerLength, out long totalLength)
    {
        if (Generation == BeehiveGeneration.Unknown)
            Generation = BeehiveHeader.Detect(first12);
        headerLength = BeehiveHeader.LengthOf(Generation);
        var bodyLength = BinaryPrimitives.ReadUInt32BigEndian(first12[4..]);
        totalLength = headerLength + (long)bodyLength;
        if (Generation == BeehiveGeneration.Seed && BinaryPrimitives.ReadUInt32BigEndian(first12[8..]) != BeehiveHeader.Checksum)
            return BeehiveReadStatus.Invalid;
        return bodyLength > MaxBodyLength ? BeehiveReadStatus.TooLong : BeehiveReadStatus.Packet;
    }

    private BeehivePacket Parse(scoped ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        var isRead = BeehiveHeader.TryRead(header, Generation, out var parsed, out var number);
        System.Diagnostics.Debug.Assert(isRead, "the prefix was judged");
        return new BeehivePacket(parsed, number, body);
    }

    private static ReadOnlySpan<byte> First(ReadOnlySequence<byte> buffer, int length, Span<byte> copy)
    {
        if (buffer.FirstSpan.Length >= length)
            return buffer.FirstSpan[..length];
        buffer.Slice(0, length).CopyTo(copy);
        return copy[..length];
    }

    private ReadOnlySpan<byte> InOnePiece(ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
            return body.FirstSpan;
        var length = (int)body.Length;
        if (_scratch is null || _scratch.Length < length)
        {
            Dispose();
            _scratch = ArrayPool<byte>.Shared.Rent(length);
        }
        body.CopyTo(_scratch);
        return _scratch.AsSpan(0, length);
    }
}
