using System.Buffers;
using System.Buffers.Binary;

namespace Parley.Wire.Fpnn;

/// <summary>Cuts a byte stream into packages (fpnn §1.4). The limit is checked as soon as the header is there, before buffering.</summary>
public static class FpnnFraming
{
    /// <summary>Length of the fixed header in bytes.</summary>
    public const int HeaderLength = 12;

    /// <summary>The shortest package in bytes: a header, a method name of one byte and a payload of one byte.</summary>
    public const int MinPackageLength = 14;

    /// <summary>The usual limit for a whole package on receive, in bytes: 8 MiB (fpnn §1.5).</summary>
    public const int DefaultMaxPackageLength = 8 * 1024 * 1024;

    /// <summary>The longest method name in bytes.</summary>
    public const int MaxMethodLength = 255;

    internal const byte MessagePackFlag = 0x80;
    internal const byte JsonFlag = 0x40;

    private const uint Magic = 0x4e4e5046; // "FPNN", read little-endian

    /// <summary>Checks the first 12 bytes of a package.</summary>
    /// <param name="first12">At least 12 bytes, else <see cref="FpnnReadStatus.NeedMore"/>.</param>
    /// <param name="maxPackageLength">Limit of the whole package in bytes, inclusive.</param>
    /// <param name="header">The header when the result is <see cref="FpnnReadStatus.Package"/>.</param>
    /// <param name="error">The reason when the result is <see cref="FpnnReadStatus.Invalid"/>.</param>
    public static FpnnReadStatus TryReadHeader(
        ReadOnlySpan<byte> first12, int maxPackageLength, out FpnnHeader header, out FpnnProtocolError error)
    {
        header = default;
        error = FpnnProtocolError.None;
        if (first12.Length < HeaderLength)
            return FpnnReadStatus.NeedMore;

        var candidate = new FpnnHeader(
            first12[4], first12[5], (FpnnMessageType)first12[6], first12[7], BinaryPrimitives.ReadUInt32LittleEndian(first12[8..]));
        error = Judge(BinaryPrimitives.ReadUInt32LittleEndian(first12), candidate, maxPackageLength);
        if (error != FpnnProtocolError.None)
            return FpnnReadStatus.Invalid;
        header = candidate;
        return FpnnReadStatus.Package;
    }

    /// <summary>Reads the package at the start of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">Bytes received; the package's spans are slices of it.</param>
    /// <param name="maxPackageLength">Limit of the whole package in bytes, inclusive.</param>
    /// <param name="package">The package when the result is <see cref="FpnnReadStatus.Package"/>.</param>
    /// <param name="consumed">Length of the package, else 0.</param>
    /// <param name="error">The reason when the result is <see cref="FpnnReadStatus.Invalid"/>.</param>
    public static FpnnReadStatus TryRead(
        ReadOnlySpan<byte> buffer, int maxPackageLength, out FpnnPackage package, out int consumed, out FpnnProtocolError error)
    {
        package = default;
        consumed = 0;
        var status = TryReadHeader(buffer, maxPackageLength, out var header, out error);
        if (status != FpnnReadStatus.Package)
            return status;
        if (header.TotalLength > buffer.Length)
            return FpnnReadStatus.NeedMore;
        consumed = (int)header.TotalLength;
        package = new FpnnPackage(header, buffer[..consumed]);
        return FpnnReadStatus.Package;
    }

    /// <summary>Finds out how long the package at the start of <paramref name="buffer"/> is and whether all of it is there.</summary>
    /// <param name="buffer">Bytes received, in any number of segments.</param>
    /// <param name="maxPackageLength">Limit of the whole package in bytes, inclusive.</param>
    /// <param name="length">Length of the whole package in bytes as soon as its header is there, before that 0.</param>
    /// <param name="error">The reason when the result is <see cref="FpnnReadStatus.Invalid"/>.</param>
    public static FpnnReadStatus TryGetPackageLength(
        in ReadOnlySequence<byte> buffer, int maxPackageLength, out long length, out FpnnProtocolError error)
    {
        length = 0;
        error = FpnnProtocolError.None;
        if (buffer.Length < HeaderLength)
            return FpnnReadStatus.NeedMore;

        Span<byte> copy = stackalloc byte[HeaderLength];
        scoped var first = buffer.FirstSpan;
        if (first.Length < HeaderLength)
        {
            buffer.Slice(0, HeaderLength).CopyTo(copy);
            first = copy;
        }

        var status = TryReadHeader(first, maxPackageLength, out var header, out error);
        if (status != FpnnReadStatus.Package)
            return status;
        length = header.TotalLength;
        return length <= buffer.Length ? FpnnReadStatus.Package : FpnnReadStatus.NeedMore;
    }

    /// <summary>
    /// Reads the package at the start of a buffer that may lie in several segments. When the package lies in the first segment its spans
    /// point there; else it is copied once into <paramref name="scratch"/>, which is rented from the shared pool when it is null or too
    /// small. One scratch serves a whole loop over packages: a package is valid until the next call, and the owner calls
    /// <see cref="ReturnScratch"/> when done.
    /// </summary>
    public static FpnnReadStatus TryRead(
        scoped in ReadOnlySequence<byte> buffer,
        int maxPackageLength,
        scoped ref byte[]? scratch,
        out FpnnPackage package,
        out int consumed,
        out FpnnProtocolError error)
    {
        var first = buffer.FirstSpan;
        if (buffer.IsSingleSegment)
            return TryRead(first, maxPackageLength, out package, out consumed, out error);

        package = default;
        consumed = 0;
        var status = TryGetPackageLength(buffer, maxPackageLength, out var length, out error);
        if (status != FpnnReadStatus.Package)
            return status;
        if (length <= first.Length)
            return TryRead(first, maxPackageLength, out package, out consumed, out error);

        if (scratch is null || scratch.Length < length)
        {
            ReturnScratch(ref scratch);
            scratch = ArrayPool<byte>.Shared.Rent((int)length);
        }

        buffer.Slice(0, length).CopyTo(scratch);
        return TryRead(scratch.AsSpan(0, (int)length), maxPackageLength, out package, out consumed, out error);
    }

    /// <summary>Gives a scratch array of <c>TryRead</c> back to the pool, if there is one.</summary>
    public static void ReturnScratch(ref byte[]? scratch)
    {
        var array = scratch;
        scratch = null;
        if (array is not null)
            ArrayPool<byte>.Shared.Return(array);
    }

    private static FpnnProtocolError Judge(uint magic, in FpnnHeader header, int maxPackageLength)
    {
        if (magic != Magic)
            return FpnnProtocolError.BadMagic;
        if (header.Type > FpnnMessageType.Answer)
            return FpnnProtocolError.BadMessageType;
        if ((header.Flag & (MessagePackFlag | JsonFlag)) is not (MessagePackFlag or JsonFlag))
            return FpnnProtocolError.BadFlag;
        if (header.Ss == 0 && header.Type != FpnnMessageType.Answer)
            return FpnnProtocolError.EmptyMethod;
        if (header.PayloadLength == 0)
            return FpnnProtocolError.EmptyPayload;
        return header.TotalLength > maxPackageLength ? FpnnProtocolError.TooLong : FpnnProtocolError.None;
    }
}
