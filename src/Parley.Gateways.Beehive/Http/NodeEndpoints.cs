using Parley.Core.Cluster;
using Parley.Gateways.Beehive.Nodes;

namespace Parley.Gateways.Beehive.Http;

/// <summary>The nodes: 7.1 to 7.6 (beehive.md §3.7).</summary>
internal sealed class NodeEndpoints(BeehiveHost host)
{
    private const int FirstIndex = 1; // unlike in all other lists

    /// <summary>7.1: nodes that clients connect to.</summary>
    public async ValueTask<Outcome> ListAccessAsync(EndpointCall call)
    {
        var nodes = await host.Nodes.GetAccessAsync(call.ReachedAt, call.Cancellation);
        var json = call.Json;
        json.WriteNumber("len"u8, nodes.Count);
        json.WriteStartArray("list"u8);
        for (var i = 0; i < nodes.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("idx"u8, FirstIndex + i);
            json.WriteNumber("nid"u8, nodes[i].NodeId);
            json.WriteNumber("type"u8, (int)nodes[i].Type);
            json.WriteString("ipaddr"u8, nodes[i].Address);
            json.WriteNumber("status"u8, (int)nodes[i].Status);
            call.WriteQuotable("total"u8, nodes[i].Connections ?? 0);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        return Outcome.Done;
    }

    /// <summary>7.2: <c>nid ipaddr port</c>: a node that iplist may hand out.</summary>
    public ValueTask<Outcome> AddAccessAsync(EndpointCall call) => AddAsync(call, AccessNodeKind.Access);

    /// <summary>7.3: <c>nid ipaddr port</c>: iplist hands it out no more.</summary>
    public ValueTask<Outcome> DeleteAccessAsync(EndpointCall call) => DeleteAsync(call, AccessNodeKind.Access);

    /// <summary>7.4: nodes that carry what nodes tell each other.</summary>
    public async ValueTask<Outcome> ListForwardersAsync(EndpointCall call)
    {
        var nodes = await host.Nodes.GetForwardersAsync(call.ReachedAt, call.Cancellation);
        var json = call.Json;
        json.WriteNumber("len"u8, nodes.Count);
        json.WriteStartArray("list"u8);
        for (var i = 0; i < nodes.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("idx"u8, FirstIndex + i);
            json.WriteNumber("nid"u8, nodes[i].NodeId);
            json.WriteString("ipaddr"u8, nodes[i].Host);
            json.WriteNumber("port"u8, nodes[i].Port); // the document's name; the next two are the reference's
            json.WriteNumber("fwd-port"u8, nodes[i].Port);
            json.WriteNumber("bc-port"u8, nodes[i].Port);
            call.WriteQuotable("status"u8, (int)nodes[i].Status);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        return Outcome.Done;
    }

    /// <summary>7.5: <c>nid ipaddr port</c></summary>
    public ValueTask<Outcome> AddForwarderAsync(EndpointCall call) => AddAsync(call, AccessNodeKind.Forwarder);

    /// <summary>7.6: <c>nid ipaddr port</c></summary>
    public ValueTask<Outcome> DeleteForwarderAsync(EndpointCall call) => DeleteAsync(call, AccessNodeKind.Forwarder);

    private async ValueTask<Outcome> AddAsync(EndpointCall call, AccessNodeKind kind)
    {
        var (node, bad) = ReadNode(call, kind);
        if (node is null)
            return Outcome.Invalid(bad);
        return await host.Nodes.AddAsync(node, call.ReachedAt, call.Cancellation) ? Outcome.Done : Collision();
    }

    private async ValueTask<Outcome> DeleteAsync(EndpointCall call, AccessNodeKind kind)
    {
        var (node, bad) = ReadNode(call, kind);
        if (node is null)
            return Outcome.Invalid(bad);
        return await host.Nodes.RemoveAsync(node, call.ReachedAt, call.Cancellation) ? Outcome.Done : Collision();
    }

    private static Outcome Collision() => new(BeehiveCode.Collision, "Nid is collision!");

    /// <summary>The node of a call: an unsigned 32-bit number, an IPv4 address and a port. Otherwise the name of what is bad.</summary>
    private static (AccessNode? Node, string Bad) ReadNode(EndpointCall call, AccessNodeKind kind)
    {
        if (!call.Query.TryId("nid", out var nodeId) || nodeId > uint.MaxValue)
            return (null, "nid");
        if (!DottedAddress.TryParse(call.Query.Text("ipaddr"), out var address))
            return (null, "ipaddr");
        if (!call.Query.TryCount("port", ushort.MaxValue, out var port))
            return (null, "port");
        return (new(kind, nodeId, address.ToString(), port, IsRemoved: false), "");
    }
}
