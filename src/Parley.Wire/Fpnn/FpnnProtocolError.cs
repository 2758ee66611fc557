namespace Parley.Wire.Fpnn;

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
