using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Wire.Fpnn;

/// <summary>The client's side of the <c>*key</c> exchange (fpnn §5).</summary>
public static class FpnnClientKey
{
    /// <summary>Makes an ephemeral key pair and agrees with a server whose public key is known.</summary>
    /// <param name="serverPublicKey">X‖Y of the server's key.</param>
    /// <param name="curve">The server's curve.</param>
    /// <param name="bits">128 or 256.</param>
    /// <param name="clientPublicKey">X‖Y of the ephemeral key, to be sent by <see cref="FpnnKeyExchange.WriteQuest"/>.</param>
    /// <exception cref="ArgumentException">The bits, or the length of the server's key, are wrong.</exception>
    /// <exception cref="CryptographicException">The server's key is not on the curve.</exception>
    public static FpnnSessionKey Agree(ReadOnlySpan<byte> serverPublicKey, FpnnCurve curve, int bits, out byte[] clientPublicKey)
    {
        using var client = FpnnServerKey.Generate(curve);
        return Agree(client, serverPublicKey, curve, bits, out clientPublicKey);
    }

    /// <summary>As the other one, with a given raw private key in place of an ephemeral one (repeatable runs).</summary>
    public static FpnnSessionKey Agree(
        ReadOnlySpan<byte> serverPublicKey, FpnnCurve curve, int bits, ReadOnlySpan<byte> clientPrivateKey, out byte[] clientPublicKey)
    {
        using var client = FpnnServerKey.FromPrivateKey(clientPrivateKey, curve);
        return Agree(client, serverPublicKey, curve, bits, out clientPublicKey);
    }

    /// <summary>Reads a server's public key as it is handed to clients: PEM, or DER of the same (fpnn §5.2).</summary>
    /// <param name="file">The content of the file; PEM lines may have any length, white space around the base64 is ignored.</param>
    /// <param name="curve">The curve it names.</param>
    /// <param name="publicKey">X‖Y. Whether the point is on the curve is found out by <c>Agree</c>.</param>
    /// <returns>False when it is neither, the point is compressed or the curve is not one of the four.</returns>
    public static bool TryParsePublicKey(ReadOnlySpan<byte> file, out FpnnCurve curve, [NotNullWhen(true)] out byte[]? publicKey)
    {
        if (!file.IsEmpty && file[0] == 0x30)
            return TryParseDer(file, out curve, out publicKey);

        curve = default;
        publicKey = null;
        var text = Encoding.Latin1.GetString(file);
        if (!PemEncoding.TryFind(text, out var fields) || !text.AsSpan()[fields.Label].SequenceEqual("PUBLIC KEY"))
            return false;
        var der = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64Chars(text.AsSpan()[fields.Base64Data], der, out var length)
            && TryParseDer(der.AsSpan(0, length), out curve, out publicKey);
    }

    private static bool TryParseDer(ReadOnlySpan<byte> der, out FpnnCurve curve, [NotNullWhen(true)] out byte[]? publicKey)
    {
        foreach (var candidate in (ReadOnlySpan<FpnnCurve>)
                 [FpnnCurve.Secp256k1, FpnnCurve.Secp256r1, FpnnCurve.Secp224r1, FpnnCurve.Secp192r1])
        {
            var prefix = FpnnCurveData.DerPrefix(candidate);
            if (der.Length != prefix.Length + (2 * FpnnCurveData.CoordinateLength(candidate)) || !der.StartsWith(prefix))
                continue;
            curve = candidate;
            publicKey = der[prefix.Length..].ToArray();
            return true;
        }

        curve = default;
        publicKey = null;
        return false;
    }

    private static FpnnSessionKey Agree(
        FpnnServerKey client, ReadOnlySpan<byte> serverPublicKey, FpnnCurve curve, int bits, out byte[] clientPublicKey)
    {
        if (bits is not (128 or 256))
            throw new ArgumentException("The key has 128 or 256 bits.", nameof(bits));
        if (serverPublicKey.Length != client.PublicKeyLength)
            throw new ArgumentException($"A raw public key on {curve} has {client.PublicKeyLength} bytes.", nameof(serverPublicKey));
        clientPublicKey = client.ExportPublicKey();
        return client.TryAgree(serverPublicKey, bits, out var key)
            ? key
            : throw new CryptographicException("The server's public key is not a point of its curve.");
    }
}
