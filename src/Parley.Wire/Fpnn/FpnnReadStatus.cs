namespace Parley.Wire.Fpnn;

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
