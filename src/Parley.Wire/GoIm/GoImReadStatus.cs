namespace Parley.Wire.GoIm;

/// <summary>What was found in the bytes received so far.</summary>
public enum GoImReadStatus : byte
{
    /// <summary>No whole value yet.</summary>
    NeedMore,

    /// <summary>A whole value.</summary>
    Value,

    /// <summary>No JSON, or a value that no client may send; the connection cannot go on (goim-json §2.5).</summary>
    Invalid,

    /// <summary>A value longer than the limit; the connection cannot go on (§2.4).</summary>
    TooLong,
}
