namespace Parley.Wire.MessagePack;

/// <summary>The family of a MessagePack value, whatever width it was written with.</summary>
public enum MessagePackType
{
    /// <summary><c>C0</c>.</summary>
    Nil,

    /// <summary><c>C2</c>, <c>C3</c>.</summary>
    Boolean,

    /// <summary>Any integer, signed or not: the fixints, <c>CC</c>–<c>CF</c>, <c>D0</c>–<c>D3</c>.</summary>
    Integer,

    /// <summary>float32 <c>CA</c> or float64 <c>CB</c>.</summary>
    Float,

    /// <summary>STR (also the raw of the old specification). The bytes need not be UTF-8.</summary>
    String,

    /// <summary>BIN <c>C4</c>–<c>C6</c>.</summary>
    Binary,

    /// <summary>An array.</summary>
    Array,

    /// <summary>A map.</summary>
    Map,

    /// <summary>An extension value.</summary>
    Extension,
}
