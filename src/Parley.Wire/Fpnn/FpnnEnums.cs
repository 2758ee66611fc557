namespace Parley.Wire.Fpnn;

/// <summary>The header's <c>mtype</c> (fpnn §1.1).</summary>
public enum FpnnMessageType : byte
{
    /// <summary>A quest that gets no answer and has no sequence number.</summary>
    OneWayQuest = 0,

    /// <summary>A quest that gets an answer with its sequence number.</summary>
    TwoWayQuest = 1,

    /// <summary>The answer to a two-way quest.</summary>
    Answer = 2,
}

/// <summary>How a payload is written (fpnn §1.2).</summary>
public enum FpnnEncoding : byte
{
    /// <summary>One MessagePack map; flag 0x80.</summary>
    MessagePack,

    /// <summary>One UTF-8 JSON object; flag 0x40.</summary>
    Json,
}

/// <summary>What an attempt to read a package came to.</summary>
public enum FpnnReadStatus
{
    /// <summary>The bytes so far are right, more are needed.</summary>
    NeedMore,

    /// <summary>A whole package (or header) was read.</summary>
    Package,

    /// <summary>The peer broke the protocol: close the connection without an answer (fpnn §12.10).</summary>
    Invalid,
}

/// <summary>Why bytes are not an FPNN package. Each of them closes the connection; the names are for metrics and logs.</summary>
public enum FpnnProtocolError
{
    /// <summary>No error.</summary>
    None,

    /// <summary>The first four bytes are not <c>FPNN</c>.</summary>
    BadMagic,

    /// <summary><c>mtype</c> is over 2.</summary>
    BadMessageType,

    /// <summary>Both or neither of the encoding bits 0x80 and 0x40 are set.</summary>
    BadFlag,

    /// <summary>A quest without a method name.</summary>
    EmptyMethod,

    /// <summary>A package without a payload.</summary>
    EmptyPayload,

    /// <summary>The whole package, or an encrypted record, is over the limit.</summary>
    TooLong,

    /// <summary>An encrypted record too short to hold a package (under 13 bytes).</summary>
    RecordTooShort,

    /// <summary>The package inside an encrypted record does not fill the record exactly.</summary>
    RecordLengthMismatch,
}

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
