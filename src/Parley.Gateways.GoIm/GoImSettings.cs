using System.ComponentModel.DataAnnotations;

namespace Parley.Gateways.GoIm;

/// <summary>Whether clients must show a login token as the second argument of <c>send_client_id</c> (goim-json §13).</summary>
public enum GoImAuthentication : byte
{
    /// <summary>Required when the message door listens on anything but loopback, otherwise off.</summary>
    Auto,

    /// <summary>Never looked at.</summary>
    Off,

    /// <summary>Looked at when it is there.</summary>
    Optional,

    /// <summary>Nobody comes in without.</summary>
    Required,
}

/// <summary>Settings of the GoIM gateway (goim-json §18).</summary>
public sealed record GoImSettings
{
    /// <summary>The project that the clients belong to; 0 = the first one. Default 0.</summary>
    [Range(0, long.MaxValue)]
    public long Project { get; init; }

    /// <summary>Whether clients must show a login token. Default Auto.</summary>
    public GoImAuthentication Authentication { get; init; }

    /// <summary>Whether messages of the server end with the member <c>time</c> (§3.4). Default true.</summary>
    public bool TimeMember { get; init; } = true;

    /// <summary>Whether lists also carry the member names of the later implementation (§9). Default false.</summary>
    public bool CompatMemberKeys { get; init; }

    /// <summary>How long a connection may wait before it asks the gateway something, in seconds, 1 to 3,600. Default 10 (§6).</summary>
    [Range(1, 3600)]
    public int GatewaySeconds { get; init; } = 10;

    /// <summary>How long a connection may wait before it logs in, in seconds, 1 to 3,600. Default 30 (§4).</summary>
    [Range(1, 3600)]
    public int LoginSeconds { get; init; } = 30;

    /// <summary>A connection that sends nothing for this long is closed, in seconds, 15 to 86,400. Default 60 (§11).</summary>
    [Range(15, 86_400)]
    public int IdleSeconds { get; init; } = 60;

    /// <summary>How long a push waits for its acknowledgement before it is sent again, in milliseconds, 500 to 600,000. Default 3,000 (§10.3).</summary>
    [Range(500, 600_000)]
    public int AcknowledgeMilliseconds { get; init; } = 3000;

    /// <summary>How often a push is sent at the most while its receiver stays connected, 1 to 100. Default 3 (§10.3).</summary>
    [Range(1, 100)]
    public int Transmissions { get; init; } = 3;

    /// <summary>Pushes of one connection that wait for their acknowledgement at once; later messages wait in the store, 1 to 10,000. Default 100 (§10.4).</summary>
    [Range(1, 10_000)]
    public int PushWindow { get; init; } = 100;

    /// <summary>Unacknowledged messages older than this are not delivered any more, in days, 0 to 36,500; 0 = never too old. Default 30 (§10.4).</summary>
    [Range(0, 36_500)]
    public int PendingDays { get; init; } = 30;

    /// <summary>Longest JSON value that a client may send, in bytes, 1,024 to 16,777,216. Default 262,144 (§2.4).</summary>
    [Range(1024, 16_777_216)]
    public int ValueBytes { get; init; } = 262_144;

    /// <summary>Most members of a topic, 0 to 1,000,000; 0 = what the project allows. Default 500 (§15).</summary>
    [Range(0, 1_000_000)]
    public int TopicMembers { get; init; } = 500;

    /// <summary>Most topics of a user, 0 to 1,000,000; 0 = no limit. Default 1,000 (§15).</summary>
    [Range(0, 1_000_000)]
    public int TopicsPerUser { get; init; } = 1000;

    /// <summary>Requests that a connection may make per second in the long run, acknowledgements and pings not counted, 0 to 1,000,000; 0 = no limit. Default 200 (§12.2).</summary>
    [Range(0, 1_000_000)]
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>Requests that a connection may make at once before <see cref="RequestsPerSecond"/> holds, 1 to 1,000,000. Default 2,000.</summary>
    [Range(1, 1_000_000)]
    public int RequestBurst { get; init; } = 2000;

    /// <summary>Unknown or incomplete requests in a row after which a connection is closed, 1 to 1,000,000. Default 50 (§12.2).</summary>
    [Range(1, 1_000_000)]
    public int BadRequests { get; init; } = 50;

    /// <summary>Connections from one address to one door, 0 to 1,000,000; 0 = no limit. Default 0.</summary>
    [Range(0, 1_000_000)]
    public int ConnectionsPerAddress { get; init; }

    /// <summary>What the requester of a friendship is told when it is accepted; <c>{0}</c> is the acceptor's id (§7, GI-019).</summary>
    public string AcceptanceText { get; init; } = "{0} 已经同意您的好友请求!";
}
