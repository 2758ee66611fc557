using System.Text;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Transport;

/// <summary>How a connection is encrypted (fpnn §5): the server's key must be known beforehand.</summary>
public sealed class FpnnEncryption
{
    /// <summary>Takes a raw public key.</summary>
    /// <param name="curve">The server's curve.</param>
    /// <param name="publicKey">X‖Y: 64, 56 or 48 bytes.</param>
    public FpnnEncryption(FpnnCurve curve, byte[] publicKey)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        Curve = curve;
        PublicKey = publicKey;
    }

    /// <summary>The server's curve.</summary>
    public FpnnCurve Curve { get; }

    /// <summary>X‖Y of the server's key.</summary>
    public byte[] PublicKey { get; }

    /// <summary>True for stream mode, false (the default, as in the C++ client) for package mode.</summary>
    public bool StreamMode { get; init; }

    /// <summary>Length of the AES key: 128 (default) or 256.</summary>
    public int Bits { get; init; } = 128;

    /// <summary>Reads a public key as it is handed to clients: PEM, or DER of the same.</summary>
    /// <param name="file">The content of the file.</param>
    /// <param name="streamMode">True for stream mode, false for package mode.</param>
    /// <param name="bits">128 or 256.</param>
    /// <exception cref="FormatException">It is no public key of one of the four curves.</exception>
    public static FpnnEncryption FromPublicKey(ReadOnlySpan<byte> file, bool streamMode = false, int bits = 128) =>
        FpnnClientKey.TryParsePublicKey(file, out var curve, out var publicKey)
            ? new FpnnEncryption(curve, publicKey) { StreamMode = streamMode, Bits = bits }
            : throw new FormatException("The public key is not PEM or DER of an uncompressed point on a known curve.");

    /// <summary>As the other one, from PEM text.</summary>
    /// <exception cref="FormatException">It is no public key of one of the four curves.</exception>
    public static FpnnEncryption FromPublicKey(string pem, bool streamMode = false, int bits = 128) =>
        FromPublicKey(Encoding.Latin1.GetBytes(pem), streamMode, bits);
}
