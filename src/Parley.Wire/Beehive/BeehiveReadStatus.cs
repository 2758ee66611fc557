namespace Parley.Wire.Beehive;

/// <summary>What was found in the bytes received so far.</summary>
public enum BeehiveReadStatus : byte
{
    /// <summary>No whole packet yet; in a WebSocket message: its end.</summary>
    NeedMore,

    /// <summary>A whole packet.</summary>
    Packet,

    /// <summary>A wrong checksum, or a packet longer than its WebSocket message; the connection cannot go on (beehive §7.2, §8.2).</summary>
    Invalid,

    /// <summary>A body longer than the limit; the connection cannot go on (§7.1).</summary>
    TooLong,
}
