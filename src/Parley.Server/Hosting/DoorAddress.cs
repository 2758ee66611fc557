using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Parley.Server.Hosting;

/// <summary>Where a door listens, as an operator writes it: <c>127.0.0.1:80</c>, <c>[::1]:80</c>, <c>localhost:80</c>; port 0 = any free.</summary>
/// <param name="Address">The address; for <c>localhost</c> the IPv4 loopback.</param>
/// <param name="Port">The port.</param>
/// <param name="IsLocalhost">Whether it was written as <c>localhost</c>: both loopback addresses then.</param>
internal sealed record DoorAddress(IPAddress Address, int Port, bool IsLocalhost)
{
    /// <summary>What an address must look like, in words that follow "must be".</summary>
    public const string Allowed = "host:port, where host is an IP address ([…] around IPv6) or localhost and port is 0 (any free) to 65535";

    /// <summary>The end point to listen on.</summary>
    public IPEndPoint EndPoint => new(Address, Port);

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Whether two doors could not both listen.</summary>
    public bool CollidesWith(DoorAddress other) => Port != 0 && Port == other.Port && Address.Equals(other.Address);

    /// <summary>Reads an address.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DoorAddress? address)
    {
        address = null;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        var host = text.AsSpan(0, colon);
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            address = new(IPAddress.Loopback, port, IsLocalhost: true);
            return true;
        }
        var bracketed = host[0] == '[' && host[^1] == ']';
        if (!IPAddress.TryParse(bracketed ? host[1..^1] : host, out var ip))
            return false;
        // IPv4 needs its four parts ("80" is an address to the parser), and IPv6 its brackets
        var isV6 = ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        if (isV6 != bracketed || (!isV6 && host.Count('.') != 3))
            return false;
        address = new(ip, port, IsLocalhost: false);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => IsLocalhost ? $"localhost:{Port}" : EndPoint.ToString();
}
