using System.Net;
using System.Net.Sockets;
using Parley.Gateways.Doors;

namespace Parley.Server.Hosting;

/// <summary>Tells clients where this server's doors are: the public host if one is set, otherwise the bound address.</summary>
internal sealed class DoorDirectory(ServerState state, string publicHost) : IDoorDirectory
{
    /// <inheritdoc/>
    /// <remarks>A host name serves every kind of address; an IP address does not serve the other family.</remarks>
    public string GetPublicEndpoint(string door, AddressKind kind, bool isTls)
    {
        var open = state.Doors.FirstOrDefault(candidate => candidate.Name.Equals(door, StringComparison.Ordinal));
        if (open is null || open.IsEncrypted != isTls)
            return "";
        var colon = open.Endpoint.LastIndexOf(':');
        var host = publicHost.Length > 0 ? publicHost : open.Endpoint[..colon].Trim('[', ']');
        if (IPAddress.TryParse(host, out var address) && !IsOf(address, kind))
            return "";
        return host + open.Endpoint[colon..];
    }

    private static bool IsOf(IPAddress address, AddressKind kind) => kind switch
    {
        AddressKind.IPv4 => address.AddressFamily == AddressFamily.InterNetwork,
        AddressKind.IPv6 => address.AddressFamily == AddressFamily.InterNetworkV6,
        _ => true, // who asks for a name can connect to an address too
    };
}
