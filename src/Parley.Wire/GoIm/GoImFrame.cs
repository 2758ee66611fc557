namespace Parley.Wire.GoIm;

/// <summary>The figures of GoIM's framing: two bytes of length, big-endian, and so many bytes of JSON (goim-json §2.1).</summary>
public static class GoImFrame
{
    /// <summary>Length of the header in bytes.</summary>
    public const int HeaderLength = 2;

    /// <summary>The longest payload in bytes.</summary>
    public const int MaxPayloadLength = ushort.MaxValue;

    /// <summary>The usual limit of one received JSON value in bytes, which may lie in several frames (§2.4): 256 KiB.</summary>
    public const int DefaultMaxValueLength = 256 * 1024;
}
