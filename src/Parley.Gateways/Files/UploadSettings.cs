using System.ComponentModel.DataAnnotations;

namespace Parley.Gateways.Files;

/// <summary>What uploads may use, those of all gateways together.</summary>
public sealed record UploadSettings
{
    /// <summary>Uploads that are received or stored at once; further ones wait unread, 1 to 100,000. Default 256.</summary>
    [Range(1, 100_000)]
    public int InFlight { get; init; } = 256;

    /// <summary>
    /// Bytes that uploads which must be whole before they can be read (JSON) may hold in memory together; further ones wait unread,
    /// 1,048,576 to 2,000,000,000. Default 128 MiB.
    /// </summary>
    [Range(1_048_576, 2_000_000_000)]
    public int BufferBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>An upload that is slower than this, in bytes per second after ten seconds, is cut off, 0 to 1,000,000,000; 0 = never. Default 4,096.</summary>
    [Range(0, 1_000_000_000)]
    public int BytesPerSecond { get; init; } = 4096;
}
