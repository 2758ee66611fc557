using System.Buffers.Binary;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Fpnn;

/// <summary>
/// Records of package-mode encryption: a plain u32 LE length, then the ciphertext of exactly one package (fpnn §5.4).
/// </summary>
public static class FpnnRecord
{
    /// <summary>Length of the prefix in bytes.</summary>
    public const int PrefixLength = 4;

    /// <summary>The smallest ciphertext that is let in, in bytes: a header and one more.</summary>
    public const int MinLength = FpnnFraming.HeaderLength + 1;

    /// <summary>Reads the prefix of a record.</summary>
    /// <param name="first4">At least 4 bytes, else <see cref="FpnnReadStatus.NeedMore"/>.</param>
    /// <param name="maxPackageLength">Limit of the ciphertext in bytes, inclusive.</param>
    /// <param name="length">Length of the ciphertext behind the prefix, in bytes.</param>
    /// <param name="error">The reason when the result is <see cref="FpnnReadStatus.Invalid"/>.</param>
    public static FpnnReadStatus TryReadLength(
        ReadOnlySpan<byte> first4, int maxPackageLength, out int length, out FpnnProtocolError error)
    {
        length = 0;
        error = FpnnProtocolError.None;
        if (first4.Length < PrefixLength)
            return FpnnReadStatus.NeedMore;
        var announced = BinaryPrimitives.ReadUInt32LittleEndian(first4);
        if (announced < MinLength)
            error = FpnnProtocolError.RecordTooShort;
        else if (announced > maxPackageLength)
            error = FpnnProtocolError.TooLong;
        if (error != FpnnProtocolError.None)
            return FpnnReadStatus.Invalid;
        length = (int)announced;
        return FpnnReadStatus.Package;
    }

    /// <summary>Decrypts the whole ciphertext of one record in place and reads the package, which must fill it exactly.</summary>
    /// <returns><see cref="FpnnReadStatus.Package"/> or <see cref="FpnnReadStatus.Invalid"/>.</returns>
    public static FpnnReadStatus Open(Span<byte> ciphertext, FpnnCipher cipher, out FpnnPackage package, out FpnnProtocolError error)
    {
        ArgumentNullException.ThrowIfNull(cipher);
        cipher.Reset();
        cipher.Decrypt(ciphertext);
        var status = FpnnFraming.TryRead(ciphertext, ciphertext.Length, out package, out var consumed, out error);
        if (status == FpnnReadStatus.Package && consumed == ciphertext.Length)
            return status;
        package = default;
        if (status != FpnnReadStatus.Invalid || error == FpnnProtocolError.TooLong)
            error = FpnnProtocolError.RecordLengthMismatch;
        return FpnnReadStatus.Invalid;
    }

    /// <summary>Reserves the prefix; one whole package is to be written next, then <see cref="End"/> called with the result.</summary>
    public static int Begin(PooledBufferWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var start = writer.WrittenCount;
        writer.Write([0, 0, 0, 0]);
        return start;
    }

    /// <summary>Writes the prefix and encrypts the package behind it in place.</summary>
    public static void End(PooledBufferWriter writer, int start, FpnnCipher cipher)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(cipher);
        var record = writer.GetWrittenSpan(start);
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(record.Length - PrefixLength));
        cipher.Reset();
        cipher.Encrypt(record[PrefixLength..]);
    }
}
