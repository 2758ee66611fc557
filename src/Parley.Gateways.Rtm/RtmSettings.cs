using System.ComponentModel.DataAnnotations;

namespace Parley.Gateways.Rtm;

/// <summary>Settings of the RTM gateway.</summary>
public sealed record RtmSettings
{
    /// <summary>How often the client gate pings an authenticated connection, in seconds, 1 to 3,600. Default 10 (rtm-client.md K-1).</summary>
    [Range(1, 3600)]
    public int PingSeconds { get; init; } = 10;

    /// <summary>A connection without any inbound byte for this long is closed, in seconds, 1 to 86,400. Default 60 (K-3).</summary>
    [Range(1, 86_400)]
    public int IdleSeconds { get; init; } = 60;

    /// <summary>How often the server gate pings a connection, in seconds, 1 to 3,600. Default 20 (rtm-server.md §1.4).</summary>
    [Range(1, 3600)]
    public int ServerPingSeconds { get; init; } = 20;

    /// <summary>A server-gate connection without any inbound byte for this long is closed, in seconds, 1 to 86,400. Default 120 (§1.4).</summary>
    [Range(1, 86_400)]
    public int ServerIdleSeconds { get; init; } = 120;

    /// <summary>A file-gate connection without any inbound byte for this long is closed, in seconds, 1 to 86,400. Default 150 (§7.4).</summary>
    [Range(1, 86_400)]
    public int FileIdleSeconds { get; init; } = 150;

    /// <summary>A client-gate connection that has not authenticated for this long is closed, in seconds, 1 to 3,600. Default 30 (§2.1).</summary>
    [Range(1, 3600)]
    public int AuthSeconds { get; init; } = 30;

    /// <summary>How long a push waits for its receipt before it is sent once more, in seconds, 1 to 3,600. Default 10 (§1.7).</summary>
    [Range(1, 3600)]
    public int PushSeconds { get; init; } = 10;

    /// <summary>Pushes of one connection whose receipt is awaited at once; beyond it the oldest counts as lost, 16 to 1,000,000. Default 4,096.</summary>
    [Range(16, 1_000_000)]
    public int PushWindow { get; init; } = 4096;

    /// <summary>Longest FPNN package in bytes, 1,024 to 67,108,864. Default 8 MiB (fpnn.md §1.5).</summary>
    [Range(1024, 67_108_864)]
    public int PackageBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// Longest FPNN package in bytes on dispatch, and on the client gate before login, 1,024 to 67,108,864. Default 65,536: what
    /// strangers can make the server hold is small.
    /// </summary>
    [Range(1024, 67_108_864)]
    public int PackageBytesBeforeLogin { get; init; } = 64 * 1024;

    /// <summary>File with the raw private key for FPNN encryption (fpnn.md §5.2); "" = encryption off.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Curve of <see cref="KeyFile"/>: secp256k1, secp256r1, secp224r1 or secp192r1. Default secp256k1.</summary>
    [RegularExpression("^secp(256k1|256r1|224r1|192r1)$")]
    public string Curve { get; init; } = "secp256k1";

    /// <summary>Whether methods other than the built-in ones need an encrypted (or TLS) connection. Default false.</summary>
    public bool RequireEncryption { get; init; }

    /// <summary>Whether HTTP and WebSocket are spoken on the FPNN doors. Default true.</summary>
    public bool Http { get; init; } = true;

    /// <summary>Service names that dispatch answers for; <c>name@cluster</c> is asked for as <c>name</c>. Default rtmGated.</summary>
    public IReadOnlyList<string> Services { get; init; } = ["rtmGated"];
}
