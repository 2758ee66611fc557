namespace Parley.Wire.Fpnn;

/// <summary>The elliptic curves of the key exchange (fpnn §5.2).</summary>
public enum FpnnCurve
{
    /// <summary>secp256k1: 32-byte coordinates.</summary>
    Secp256k1,

    /// <summary>secp256r1, NIST P-256: 32-byte coordinates.</summary>
    Secp256r1,

    /// <summary>secp224r1, NIST P-224: 28-byte coordinates.</summary>
    Secp224r1,

    /// <summary>secp192r1, NIST P-192: 24-byte coordinates.</summary>
    Secp192r1,
}
