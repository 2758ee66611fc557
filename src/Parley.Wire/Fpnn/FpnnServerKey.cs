using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Parley.Wire.Fpnn;

/// <summary>
/// A server's static key pair for the <c>*key</c> exchange (fpnn §5). Safe for any number of threads until disposed: every agreement
/// works on its own key object.
/// </summary>
public sealed class FpnnServerKey : IDisposable
{
    private readonly byte[] _privateKey;
    private readonly ECPoint _point;

    private FpnnServerKey(FpnnCurve curve, in ECParameters parameters)
    {
        Curve = curve;
        _privateKey = parameters.D!;
        _point = parameters.Q;
    }

    /// <summary>The curve; clients must know it beforehand.</summary>
    public FpnnCurve Curve { get; }

    /// <summary>Length of a raw public key on this curve, in bytes.</summary>
    public int PublicKeyLength => 2 * FpnnCurveData.CoordinateLength(Curve);

    /// <summary>Makes a new key pair.</summary>
    public static FpnnServerKey Generate(FpnnCurve curve)
    {
        using var pair = ECDiffieHellman.Create(FpnnCurveData.ToECCurve(curve));
        return new FpnnServerKey(curve, pair.ExportParameters(includePrivateParameters: true));
    }

    /// <summary>Takes a raw private key: the scalar, big-endian, exactly as long as a coordinate of the curve.</summary>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    /// <exception cref="CryptographicException">The scalar is out of range for the curve.</exception>
    public static FpnnServerKey FromPrivateKey(ReadOnlySpan<byte> privateKey, FpnnCurve curve)
    {
        var length = FpnnCurveData.CoordinateLength(curve);
        if (privateKey.Length != length)
            throw new ArgumentException($"A private key on {curve} has {length} bytes, not {privateKey.Length}.", nameof(privateKey));
        using var pair = ECDiffieHellman.Create(
            new ECParameters { Curve = FpnnCurveData.ToECCurve(curve), D = privateKey.ToArray() });
        return new FpnnServerKey(curve, pair.ExportParameters(includePrivateParameters: true));
    }

    /// <summary>Reads a raw private key file as the framework's key tool writes it (fpnn §5.2).</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ArgumentException">Its length does not fit the curve.</exception>
    /// <exception cref="CryptographicException">The scalar is out of range for the curve.</exception>
    public static FpnnServerKey FromFile(string path, FpnnCurve curve)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            return FromPrivateKey(bytes, curve);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The raw private key, for the key file.</summary>
    public byte[] ExportPrivateKey() => [.. _privateKey];

    /// <summary>The raw public key: X‖Y.</summary>
    public byte[] ExportPublicKey() => [.. _point.X!, .. _point.Y!];

    /// <summary>The compressed public key: 02 or 03, then X (what the Node SDK takes).</summary>
    public byte[] ExportCompressedPublicKey() => [(byte)(2 | (_point.Y![^1] & 1)), .. _point.X!];

    /// <summary>The public key as X.509 SubjectPublicKeyInfo in DER (what the Java SDK takes).</summary>
    public byte[] ExportSubjectPublicKeyInfo() => [.. FpnnCurveData.DerPrefix(Curve), .. _point.X!, .. _point.Y!];

    /// <summary>The public key as PEM, with one newline at the end (what the C++, Go and Python SDKs take).</summary>
    public string ExportPem() => PemEncoding.WriteString("PUBLIC KEY", ExportSubjectPublicKeyInfo()) + "\n";

    /// <summary>Agrees on a session key with a client.</summary>
    /// <param name="clientPublicKey">X‖Y of a point on the curve.</param>
    /// <param name="bits">128 or 256.</param>
    /// <param name="key">The session key when the result is true.</param>
    /// <returns>False when the length, the point or the bits are wrong: the connection is to be closed without an answer (§5.1).</returns>
    public bool TryAgree(ReadOnlySpan<byte> clientPublicKey, int bits, [NotNullWhen(true)] out FpnnSessionKey? key)
    {
        key = null;
        if (clientPublicKey.Length != PublicKeyLength || bits is not (128 or 256))
            return false;
        var curve = FpnnCurveData.ToECCurve(Curve);
        ECDiffieHellman peer;
        try
        {
            // The import refuses points that are not on the curve; the C++ server does not (§5.1).
            peer = ECDiffieHellman.Create(new ECParameters { Curve = curve, Q = FpnnCurveData.ToPoint(clientPublicKey) });
        }
        catch (CryptographicException)
        {
            return false;
        }

        using (peer)
        {
            using var own = ECDiffieHellman.Create(new ECParameters { Curve = curve, D = _privateKey, Q = _point });
            var secret = own.DeriveRawSecretAgreement(peer.PublicKey);
            key = FpnnSessionKey.Derive(secret, bits);
            CryptographicOperations.ZeroMemory(secret);
            return true;
        }
    }

    /// <summary>Wipes the private key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_privateKey);
}
