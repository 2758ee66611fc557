namespace Parley.Wire.Gob;

/// <summary>The built-in types of gob (openim §8.4). Larger ids are types that the frame describes itself.</summary>
internal enum GobType : byte
{
    /// <summary>0 or 1, unsigned.</summary>
    Bool = 1,

    /// <summary>A signed number of any width.</summary>
    Int = 2,

    /// <summary>An unsigned number of any width.</summary>
    UInt = 3,

    /// <summary>The bytes of a 64-bit float in reverse, as an unsigned number.</summary>
    Float = 4,

    /// <summary>Length and bytes.</summary>
    Bytes = 5,

    /// <summary>Length and bytes, by convention UTF-8.</summary>
    String = 6,
}
