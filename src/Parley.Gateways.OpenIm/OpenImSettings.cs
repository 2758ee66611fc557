using System.ComponentModel.DataAnnotations;

namespace Parley.Gateways.OpenIm;

/// <summary>Settings of the OpenIM gateway (openim.md §2.1).</summary>
public sealed record OpenImSettings
{
    /// <summary>The project that the users belong to; 0 = the first one. Default 0.</summary>
    [Range(0, long.MaxValue)]
    public long Project { get; init; }

    /// <summary>The secret that gives tokens. Default none = the project's secret; there is always one (§2.1).</summary>
    public string Secret { get; init; } = "";

    /// <summary>The key that signs tokens. Default none = one derived from the project's secret (§2.1).</summary>
    public string SigningKey { get; init; } = "";

    /// <summary>Users who may do everything; those who are unknown are registered at start (§2.1).</summary>
    public IReadOnlyList<string> AdminUserIds { get; init; } = ["openIM123456", "openIM654321", "openIM333", "openIMAdmin"];

    /// <summary>How long a token is good, in days, 1 to 36,500. Default 7 (§2.1).</summary>
    [Range(1, 36_500)]
    public int TokenDays { get; init; } = 7;

    /// <summary>
    /// Which connections of one user exclude each other, 1 to 4: 1 = those of the same platform, 2 = all, 3 = all but one on the Web beside
    /// one other, 4 = those on PCs, and those on mobiles. Default 1 (§2.5).
    /// </summary>
    [Range(1, 4)]
    public int MultiLoginPolicy { get; init; } = 1;

    /// <summary>Whether single chats are taken from friends of the receiver only. Default false (§6.6).</summary>
    public bool FriendCheck { get; init; }

    /// <summary>Whether <c>delete_user</c> answers 201 when some of the users could not be deleted. Default false (§4.12).</summary>
    public bool PartialDeleteError { get; init; }

    /// <summary>Longest body of an API call, in bytes, 1,024 to 16,777,216. Default 1,048,576.</summary>
    [Range(1024, 16_777_216)]
    public int BodyBytes { get; init; } = 1_048_576;

    /// <summary>Longest list in an API call that has no limit of its own, 1 to 100,000. Default 10,000.</summary>
    [Range(1, 100_000)]
    public int ListItems { get; init; } = 10_000;

    /// <summary>Longest content of a message, in bytes, 1,024 to 1,048,576. Default 51,200 (§8.2).</summary>
    [Range(1024, 1_048_576)]
    public int ContentBytes { get; init; } = 51_200;

    /// <summary>Longest frame that a client of the message gateway may send, in bytes, 1,024 to 1,048,576. Default 65,536 (§8.2).</summary>
    [Range(1024, 1_048_576)]
    public int FrameBytes { get; init; } = 65_536;

    /// <summary>
    /// A connection of the message gateway that sends nothing for this long is closed, in seconds, 15 to 86,400. Default 120 (§8.2).
    /// </summary>
    [Range(15, 86_400)]
    public int IdleSeconds { get; init; } = 120;

    /// <summary>Numbers that one request may pull, 1 to 100,000. Default 1,000 (§8.6).</summary>
    [Range(1, 100_000)]
    public int PullNumbers { get; init; } = 1000;

    /// <summary>Requests that a connection may make per second in the long run, 0 to 1,000,000; 0 = no limit. Default 200.</summary>
    [Range(0, 1_000_000)]
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>Requests that a connection may make at once before <see cref="RequestsPerSecond"/> holds, 1 to 1,000,000. Default 2,000.</summary>
    [Range(1, 1_000_000)]
    public int RequestBurst { get; init; } = 2000;

    /// <summary>Connections from one address to the message gateway, 0 to 1,000,000; 0 = no limit. Default 0.</summary>
    [Range(0, 1_000_000)]
    public int ConnectionsPerAddress { get; init; }
}
