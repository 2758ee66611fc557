namespace Parley.Wire.Fpnn;

/// <summary>Names of the methods every FPNN server has (fpnn §4.3).</summary>
public static class FpnnBuiltIn
{
    /// <summary><c>*ping</c>: anyone; answers <c>{ts}</c>, the server's UTC milliseconds.</summary>
    public static ReadOnlySpan<byte> Ping => "*ping"u8;

    /// <summary><c>*key</c>: anyone, as the first package of a connection; switches encryption on (fpnn §5).</summary>
    public static ReadOnlySpan<byte> Key => "*key"u8;

    /// <summary><c>*status</c>: private addresses only; answers <c>{status}</c>.</summary>
    public static ReadOnlySpan<byte> Status => "*status"u8;

    /// <summary><c>*infos</c>: private addresses only; answers a map of what the server knows of itself.</summary>
    public static ReadOnlySpan<byte> Infos => "*infos"u8;

    /// <summary><c>*tune</c>: private addresses only; takes <c>key</c> and <c>value</c>.</summary>
    public static ReadOnlySpan<byte> Tune => "*tune"u8;
}
