using System.ComponentModel.DataAnnotations;

namespace Parley.Gateways.Connections;

/// <summary>Bounds that hold for every connection of every gateway.</summary>
public sealed record ConnectionSettings
{
    /// <summary>Bytes that may wait for a slow reader before the connection is closed, 65,536 to 1,073,741,824. Default 4 MiB.</summary>
    [Range(65_536, 1_073_741_824)]
    public int OutboundBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Frames that may wait for a slow reader before the connection is closed, 64 to 10,000,000. Default 20,000.</summary>
    [Range(64, 10_000_000)]
    public int OutboundFrames { get; init; } = 20_000;

    /// <summary>Requests of one connection that may be in work at once; further ones wait in the socket, 1 to 100,000. Default 512.</summary>
    [Range(1, 100_000)]
    public int InFlight { get; init; } = 512;
}
