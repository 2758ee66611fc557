using System.Net;
using Parley.Core.Cluster;
using Parley.Gateways.Beehive.Http;
using Parley.Gateways.Doors;

namespace Parley.Gateways.Beehive.Nodes;

/// <summary>
/// The nodes that there are: the doors of this process that are open, and what operators pinned; without what operators removed
/// (beehive.md §3.7, §6).
/// </summary>
internal sealed class NodeDirectory
{
    private readonly BeehiveHost _host;
    private readonly IDoorDirectory _doors;
    private readonly IpDictionary? _dictionary;

    /// <summary>Reads the IP dictionary when one is configured.</summary>
    /// <exception cref="FormatException">A line of it is no good.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public NodeDirectory(BeehiveHost host, IDoorDirectory doors)
    {
        _host = host;
        _doors = doors;
        if (host.Settings.IpDictionary.Length == 0)
            return;
        _dictionary = IpDictionary.Load(host.Settings.IpDictionary);
        host.Logger.DictionaryLoaded(_dictionary.Count);
    }

    private long ForwarderNodeId => _host.Settings.NodeId + 2;

    /// <summary>Where a client is sent: <c>host:port</c>, the best first; empty when there is no node of the type.</summary>
    /// <param name="type">What the client speaks; not said = TCP.</param>
    /// <param name="clientAddress">The client's address as it puts it; only nearness follows from it.</param>
    /// <param name="reachedAt">The address of ours that the client came to, for doors that listen on all addresses.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<IReadOnlyList<string>> ChooseAsync(
        NodeType type, string clientAddress, IPAddress? reachedAt, CancellationToken cancellationToken)
    {
        var wanted = type == NodeType.Unknown ? NodeType.Tcp : type;
        var nodes = await GetAccessAsync(reachedAt, cancellationToken);
        // a pinned node that has not reported is handed out, a node of ours that ends is not
        AccessPoint[] candidates = [.. nodes.Where(node => node.Type == wanted && (node.Status != NodeStatus.Exited || node.Connections is null))];
        var chosen = NodeChoice.Choose(
            candidates, _dictionary?.Find(clientAddress), _dictionary is null ? "" : _host.Settings.DefaultCountry, _host.Settings.IplistSize, Random.Shared.Shuffle);
        return [.. chosen.Select(static node => node.Address)];
    }

    /// <summary>Every access node that was not removed, in the order of the numbers.</summary>
    public async ValueTask<IReadOnlyList<AccessPoint>> GetAccessAsync(IPAddress? reachedAt, CancellationToken cancellationToken)
    {
        var named = await _host.Core.AccessNodes.GetAsync(_host.Project, AccessNodeKind.Access, cancellationToken);
        List<AccessPoint> nodes = [.. OwnAccess(reachedAt).Where(own => !named.Any(node => node.NodeId == own.NodeId && node.IsRemoved))];
        foreach (var node in named)
        {
            if (!node.IsRemoved && !_host.ListendDoors.Any(door => door.NodeId == node.NodeId))
                nodes.Add(new(node.NodeId, NodeType.Tcp, node.Address, node.Port, NodeStatus.Exited, null, _dictionary?.Find(node.Address)));
        }
        nodes.Sort(static (a, b) => a.NodeId.CompareTo(b.NodeId));
        return nodes;
    }

    /// <summary>Every forwarder that was not removed, in the order of the numbers: this process, and what was pinned.</summary>
    public async ValueTask<IReadOnlyList<AccessPoint>> GetForwardersAsync(IPAddress? reachedAt, CancellationToken cancellationToken)
    {
        var named = await _host.Core.AccessNodes.GetAsync(_host.Project, AccessNodeKind.Forwarder, cancellationToken);
        List<AccessPoint> nodes = [];
        if (OwnForwarder(reachedAt) is { } own && !named.Any(node => node.NodeId == own.NodeId && node.IsRemoved))
            nodes.Add(own);
        foreach (var node in named)
        {
            if (!node.IsRemoved && node.NodeId != ForwarderNodeId)
                nodes.Add(new(node.NodeId, NodeType.Unknown, node.Address, node.Port, NodeStatus.Exited, null, null));
        }
        nodes.Sort(static (a, b) => a.NodeId.CompareTo(b.NodeId));
        return nodes;
    }

    /// <summary>Whether clients are told this name for the HTTP door.</summary>
    public bool IsOwnName(string name) =>
        TryFindAddress(HttpDoor.DoorName, null, out var host, out _) && string.Equals(host, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Pins a node, or takes one back that was removed. False when the number is another node's.</summary>
    public async ValueTask<bool> AddAsync(AccessNode node, IPAddress? reachedAt, CancellationToken cancellationToken)
    {
        foreach (var (kind, other) in await GetAllAsync(reachedAt, cancellationToken))
        {
            if (other.NodeId == node.NodeId)
                return kind == node.Kind && IsAt(other, node); // there already
        }
        // a node of ours that was removed comes back as it is
        foreach (var (kind, own) in Own(reachedAt))
        {
            if (own.NodeId != node.NodeId)
                continue;
            if (kind != node.Kind || !IsAt(own, node))
                return false;
            await _host.Core.AccessNodes.ForgetAsync(_host.Project, node.Kind, node.NodeId, cancellationToken);
            return true;
        }
        await _host.Core.AccessNodes.SetAsync(_host.Project, node with { IsRemoved = false }, cancellationToken);
        return true;
    }

    /// <summary>Hands a node out no more; its clients stay. False when there is no such node, or it is elsewhere.</summary>
    public async ValueTask<bool> RemoveAsync(AccessNode node, IPAddress? reachedAt, CancellationToken cancellationToken)
    {
        foreach (var (kind, other) in await GetAllAsync(reachedAt, cancellationToken))
        {
            if (other.NodeId != node.NodeId || kind != node.Kind)
                continue;
            if (!IsAt(other, node))
                return false;
            await _host.Core.AccessNodes.SetAsync(_host.Project, node with { IsRemoved = true }, cancellationToken);
            return true;
        }
        // removing it once more changes nothing
        var named = await _host.Core.AccessNodes.GetAsync(_host.Project, node.Kind, cancellationToken);
        return named.Contains(node with { IsRemoved = true });
    }

    private static bool IsAt(AccessPoint point, AccessNode node) =>
        point.Port == node.Port && string.Equals(point.Host, node.Address, StringComparison.Ordinal);

    private async ValueTask<List<(AccessNodeKind Kind, AccessPoint Node)>> GetAllAsync(IPAddress? reachedAt, CancellationToken cancellationToken)
    {
        var access = await GetAccessAsync(reachedAt, cancellationToken);
        var forwarders = await GetForwardersAsync(reachedAt, cancellationToken);
        return [.. access.Select(static node => (AccessNodeKind.Access, node)), .. forwarders.Select(static node => (AccessNodeKind.Forwarder, node))];
    }

    private IEnumerable<(AccessNodeKind Kind, AccessPoint Node)> Own(IPAddress? reachedAt)
    {
        foreach (var node in OwnAccess(reachedAt))
            yield return (AccessNodeKind.Access, node);
        if (OwnForwarder(reachedAt) is { } forwarder)
            yield return (AccessNodeKind.Forwarder, forwarder);
    }

    private IEnumerable<AccessPoint> OwnAccess(IPAddress? reachedAt)
    {
        foreach (var door in _host.ListendDoors)
        {
            if (!TryFindAddress(door.Name, reachedAt, out var host, out var port))
                continue;
            var busy = _host.Settings.BusyConnections;
            var status = door.IsDraining ? NodeStatus.Exited : busy > 0 && door.Count >= busy ? NodeStatus.TooBusy : NodeStatus.Running;
            yield return new(door.NodeId, door.IsWebSocket ? NodeType.WebSocket : NodeType.Tcp, host, port, status, door.Count, PlaceOf(host));
        }
    }

    private AccessPoint? OwnForwarder(IPAddress? reachedAt) => TryFindAddress(HttpDoor.DoorName, reachedAt, out var host, out var port)
        ? new(ForwarderNodeId, NodeType.Unknown, host, port, NodeStatus.Running, 0, null)
        : null;

    /// <summary>Where this node stands: as the settings say, and as the dictionary says of its address where they do not.</summary>
    private IpPlace? PlaceOf(string host)
    {
        var (country, network) = (_host.Settings.NodeCountry, _host.Settings.NodeOperator);
        var found = _dictionary?.Find(host);
        if (country.Length == 0 && network.Length == 0)
            return found;
        return new(
            country.Length > 0 ? country : found?.Country ?? "",
            network.Length > 0 ? network : found?.OperatorId ?? "",
            network.Length > 0 ? network : found?.OperatorName ?? "");
    }

    private bool TryFindAddress(string door, IPAddress? reachedAt, out string host, out int port)
    {
        (host, port) = ("", 0);
        var endpoint = FindEndpoint(door);
        var colon = endpoint.LastIndexOf(':');
        if (colon <= 0)
            return false;
        (host, port) = (endpoint[..colon], int.Parse(endpoint.AsSpan(colon + 1)));
        if (reachedAt is not null && IPAddress.TryParse(host, out var bound) && (bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any)))
            host = (reachedAt.IsIPv4MappedToIPv6 ? reachedAt.MapToIPv4() : reachedAt).ToString();
        return true;
    }

    /// <summary>The door's address: IPv4 if it has one, which is what the clients' library needs; TLS or not.</summary>
    private string FindEndpoint(string door)
    {
        ReadOnlySpan<AddressKind> kinds = [AddressKind.IPv4, AddressKind.Domain];
        foreach (var kind in kinds)
        {
            foreach (var isTls in new[] { false, true })
            {
                if (_doors.GetPublicEndpoint(door, kind, isTls) is { Length: > 0 } endpoint)
                    return endpoint;
            }
        }
        return "";
    }
}
