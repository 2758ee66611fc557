using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Parley.Gateways.Beehive.Nodes;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive;

/// <summary>Settings of the beehive gateway (beehive.md §13).</summary>
public sealed record BeehiveSettings
{
    /// <summary>The project that the clients belong to; 0 = the first one. Default 0.</summary>
    [Range(0, long.MaxValue)]
    public long Project { get; init; }

    /// <summary>Keys of the login tokens: the first one signs, all are accepted, so that a key can be replaced. Default none = the project's secret (§5).</summary>
    public IReadOnlyList<string> TokenKeys { get; init; } = [];

    /// <summary>The secret of reference tokens (<c>CIPHER</c>), which are accepted too when it is set. They are not secure. Default none (§5).</summary>
    public string ReferenceCipher { get; init; } = "";

    /// <summary>What <c>iplist</c> gives as the validity of a token in seconds, 60 to 31,536,000; the token lives one hour longer. Default 86,400 (§3.1).</summary>
    [Range(60, 31_536_000)]
    public int TokenSeconds { get; init; } = 86_400;

    /// <summary>Whether <c>iplist</c> asks for the user's login token in the parameter <c>auth</c>. Default false: whoever reaches the HTTP door may come in as anybody.</summary>
    public bool RequireLoginToken { get; init; }

    /// <summary>Whether a session id that <c>register</c> did not give is refused. Default false: it is bound to the user that comes with it first (§3.1).</summary>
    public bool StrictSid { get; init; }

    /// <summary>Whether the fields that the reference document quotes are quoted in answers. Default false (§2.1).</summary>
    public bool SeedQuotedNumbers { get; init; }

    /// <summary>The value of <c>Access-Control-Allow-Origin</c> in HTTP answers. Default none (§2).</summary>
    public string AllowOrigin { get; init; } = "";

    /// <summary>Networks whose hosts may push, configure and query, as <c>address/bits</c>. Default loopback (§2).</summary>
    public IReadOnlyList<string> OperatorNetworks { get; init; } = ["127.0.0.0/8", "::1/128"];

    /// <summary>A secret that lets a caller from any network push, configure and query, when it comes in the header <see cref="OperatorHeader"/>. Default none.</summary>
    public string OperatorSecret { get; init; } = "";

    /// <summary>The header that carries <see cref="OperatorSecret"/>. Default <c>X-Parley-Operator</c>.</summary>
    [MinLength(1)]
    public string OperatorHeader { get; init; } = "X-Parley-Operator";

    /// <summary>Calls of <c>register</c> and <c>iplist</c> that one address may make per second, 0 to 1,000,000; 0 = no limit. Default 100.</summary>
    [Range(0, 1_000_000)]
    public int PublicCallsPerSecond { get; init; } = 100;

    /// <summary>How many of these calls an address may make at once before <see cref="PublicCallsPerSecond"/> holds, 1 to 1,000,000. Default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int PublicCallBurst { get; init; } = 1000;

    /// <summary>Longest body that a client may send, in bytes, 1,024 to 1,048,576. Default 65,536 (§7.1).</summary>
    [Range(1024, 1_048_576)]
    public int InboundBytes { get; init; } = BeehiveHeader.DefaultMaxReceivedBodyLength;

    /// <summary>Longest body that clients are sent, in bytes, 1,024 to 1,048,576. Default 61,440 (§7.1).</summary>
    [Range(1024, 1_048_576)]
    public int OutboundBytes { get; init; } = BeehiveHeader.MaxSentBodyLength;

    /// <summary>How long a connection may wait before it is logged in, in seconds, 1 to 3,600. Default 10 (§9.2).</summary>
    [Range(1, 3600)]
    public int LoginSeconds { get; init; } = 10;

    /// <summary>A connection that sends nothing for this long is closed, in seconds, 15 to 86,400. Default 360 (§9.6).</summary>
    [Range(15, 86_400)]
    public int IdleSeconds { get; init; } = 360;

    /// <summary>A client that takes nothing for this long while it is sent what it missed is closed as a slow reader, in seconds, 1 to 3,600. Default 30.</summary>
    [Range(1, 3600)]
    public int StallSeconds { get; init; } = 30;

    /// <summary>How long after a kick or a failed login the connection is closed, in milliseconds, 0 to 60,000. Default 5,000 (§9.2, §9.3).</summary>
    [Range(0, 60_000)]
    public int KickMilliseconds { get; init; } = 5000;

    /// <summary>How often the server pings WebSocket clients, in seconds, 0 to 3,600; 0 = never. Default 50 (§7.2).</summary>
    [Range(0, 3600)]
    public int WebSocketPingSeconds { get; init; } = 50;

    /// <summary>How often subscribers are told how many are in their rooms, in milliseconds, 100 to 3,600,000. Default 5,000 (§10.4).</summary>
    [Range(100, 3_600_000)]
    public int RoomNumberMilliseconds { get; init; } = 5000;

    /// <summary>Most members of a group that has no capacity of its own, 1 to 1,000,000. Default 500 (§3.5).</summary>
    [Range(1, 1_000_000)]
    public int GroupMembers { get; init; } = 500;

    /// <summary>Stored private messages older than this are not delivered any more, in days, 0 to 36,500; 0 = never too old. Default 30 (§10.2).</summary>
    [Range(0, 36_500)]
    public int PendingDays { get; init; } = 30;

    /// <summary>Stored private messages that a SYNC delivers at the most, the newest ones, 1 to 1,000,000. Default 1,000 (§10.2).</summary>
    [Range(1, 1_000_000)]
    public int PendingMessages { get; init; } = 1000;

    /// <summary>Missed messages of each group that a SYNC delivers at the most, 0 to 10,000. Default 100 (§10.3).</summary>
    [Range(0, 10_000)]
    public int PendingGroupMessages { get; init; } = 100;

    /// <summary>Requests that a connection may make per second in the long run, acks and pings not counted, 0 to 1,000,000; 0 = no limit. Default 200.</summary>
    [Range(0, 1_000_000)]
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>Requests that a connection may make at once before <see cref="RequestsPerSecond"/> holds, 1 to 1,000,000. Default 2,000.</summary>
    [Range(1, 1_000_000)]
    public int RequestBurst { get; init; } = 2000;

    /// <summary>Connections from one address to one door, 0 to 1,000,000; 0 = no limit. Default 0.</summary>
    [Range(0, 1_000_000)]
    public int ConnectionsPerAddress { get; init; }

    /// <summary>This node's number as an access node for TCP; WebSocket has the next one, and the forwarder the one after, 1 to 2,000,000,000. Default 20,001 (§3.7).</summary>
    [Range(1, 2_000_000_000)]
    public int NodeId { get; init; } = 20_001;

    /// <summary>The country of this node as the IP dictionary writes it; "" = what the dictionary says of its address (§6).</summary>
    public string NodeCountry { get; init; } = "";

    /// <summary>The operator of this node as the IP dictionary writes it; "" = what the dictionary says of its address (§6).</summary>
    public string NodeOperator { get; init; } = "";

    /// <summary>Clients of unknown countries get nodes of this one first. Default <c>CN</c> (§6).</summary>
    public string DefaultCountry { get; init; } = "CN";

    /// <summary>A file of IPv4 ranges by which clients get nodes that are near; "" = none (§6).</summary>
    public string IpDictionary { get; init; } = "";

    /// <summary>Addresses that <c>iplist</c> gives at the most, 1 to 20. Default 5 (§13).</summary>
    [Range(1, 20)]
    public int IplistSize { get; init; } = 5;

    /// <summary>Connections of this node from which on it counts as too busy, 0 to 10,000,000; 0 = never. Default 0 (§3.7).</summary>
    [Range(0, 10_000_000)]
    public int BusyConnections { get; init; }

    /// <summary>The networks of <see cref="OperatorNetworks"/>.</summary>
    /// <exception cref="FormatException">One of them is no network.</exception>
    internal IReadOnlyList<IPNetwork> ParseOperatorNetworks() => [.. OperatorNetworks.Select(
        static text => TryParseNetwork(text, out var network) ? network : throw new FormatException($"OperatorNetworks: '{text}' is no network."))];

    private static bool TryParseNetwork(string text, out IPNetwork network) =>
        IPNetwork.TryParse(text, out network)
        && (network.BaseAddress.AddressFamily != AddressFamily.InterNetwork || DottedAddress.TryParse(text[..text.IndexOf('/')], out _));
}
