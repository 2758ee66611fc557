using System.Security.Cryptography;

namespace Parley.Wire.Fpnn;

/// <summary>What is fixed about each curve: its size, its OID, the DER bytes before X‖Y (fpnn §5.2).</summary>
internal static class FpnnCurveData
{
    /// <summary>Length of a coordinate and of a private scalar, in bytes.</summary>
    public static int CoordinateLength(FpnnCurve curve) => curve switch
    {
        FpnnCurve.Secp256k1 or FpnnCurve.Secp256r1 => 32,
        FpnnCurve.Secp224r1 => 28,
        FpnnCurve.Secp192r1 => 24,
        _ => throw new ArgumentOutOfRangeException(nameof(curve)),
    };

    /// <summary>By OID, because friendly names differ between platforms.</summary>
    public static ECCurve ToECCurve(FpnnCurve curve) => ECCurve.CreateFromValue(curve switch
    {
        FpnnCurve.Secp256k1 => "1.3.132.0.10",
        FpnnCurve.Secp256r1 => "1.2.840.10045.3.1.7",
        FpnnCurve.Secp224r1 => "1.3.132.0.33",
        FpnnCurve.Secp192r1 => "1.2.840.10045.3.1.1",
        _ => throw new ArgumentOutOfRangeException(nameof(curve)),
    });

    /// <summary>The SubjectPublicKeyInfo up to and including the 04 in front of X‖Y.</summary>
    public static ReadOnlySpan<byte> DerPrefix(FpnnCurve curve) => curve switch
    {
        FpnnCurve.Secp256k1 =>
        [
            0x30, 0x56, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
            0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a, 0x03, 0x42, 0x00, 0x04,
        ],
        FpnnCurve.Secp256r1 =>
        [
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
            0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
        ],
        FpnnCurve.Secp224r1 =>
        [
            0x30, 0x4e, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
            0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x21, 0x03, 0x3a, 0x00, 0x04,
        ],
        FpnnCurve.Secp192r1 =>
        [
            0x30, 0x49, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
            0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x01, 0x03, 0x32, 0x00, 0x04,
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(curve)),
    };

    /// <summary>Splits X‖Y into a point; the length must have been checked.</summary>
    public static ECPoint ToPoint(ReadOnlySpan<byte> rawPublicKey) => new()
    {
        X = rawPublicKey[..(rawPublicKey.Length / 2)].ToArray(),
        Y = rawPublicKey[(rawPublicKey.Length / 2)..].ToArray(),
    };
}
