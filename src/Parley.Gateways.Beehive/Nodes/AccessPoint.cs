namespace Parley.Gateways.Beehive.Nodes;

/// <summary>How clients reach a node, as they ask for it (beehive.md §1).</summary>
internal enum NodeType : byte
{
    /// <summary>Not said, which is taken as TCP.</summary>
    Unknown = 0,

    /// <summary>TCP.</summary>
    Tcp = 1,

    /// <summary>WebSocket.</summary>
    WebSocket = 2,
}

/// <summary>How a node is (beehive.md §3.7).</summary>
internal enum NodeStatus : byte
{
    /// <summary>It is gone, or has not reported.</summary>
    Exited = 0,

    /// <summary>It takes clients.</summary>
    Running = 1,

    /// <summary>It takes clients when there is no other.</summary>
    TooBusy = 2,
}

/// <summary>A node that clients may be sent to.</summary>
/// <param name="NodeId">Its number.</param>
/// <param name="Type">What it speaks.</param>
/// <param name="Host">IP address or host name, IPv6 without brackets.</param>
/// <param name="Port">The port.</param>
/// <param name="Status">How it is.</param>
/// <param name="Connections">Clients that it has; null when it has not reported.</param>
/// <param name="Place">Where it stands; null when that is not known.</param>
internal sealed record AccessPoint(
    long NodeId, NodeType Type, string Host, int Port, NodeStatus Status, int? Connections, IpPlace? Place)
{
    /// <summary>What clients are given: <c>host:port</c>.</summary>
    public string Address => FormatAddress(Host, Port);

    /// <summary>Writes <c>host:port</c>, with brackets around IPv6.</summary>
    public static string FormatAddress(string host, int port) => host.Contains(':') ? $"[{host}]:{port}" : $"{host}:{port}";
}
