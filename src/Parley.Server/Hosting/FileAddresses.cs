using Parley.Gateways.Doors;

namespace Parley.Server.Hosting;

/// <summary>Where clients download files: what a setting says, else the Web door, else the RTM file gate.</summary>
/// <param name="publicUrl">The setting; "" = none.</param>
internal sealed class FileAddresses(string publicUrl)
{
    private static readonly string[] Doors = ["Web", "RtmFile"];
    private static readonly AddressKind[] Kinds = [AddressKind.IPv4, AddressKind.Domain, AddressKind.IPv6];

    private readonly string _publicUrl = publicUrl.TrimEnd('/');

    /// <summary>Knows the doors; set before any of them opens.</summary>
    public IDoorDirectory? Directory { get; set; }

    /// <summary>Scheme and host, without a slash at the end; "" while no door is open.</summary>
    public string Find()
    {
        if (_publicUrl.Length > 0)
            return _publicUrl;
        foreach (var door in Doors)
        {
            foreach (var kind in Kinds)
            {
                if (Find(door, kind, isTls: true) is { } secure)
                    return "https://" + secure;
                if (Find(door, kind, isTls: false) is { } plain)
                    return "http://" + plain;
            }
        }
        return "";
    }

    private string? Find(string door, AddressKind kind, bool isTls)
    {
        var endpoint = Directory?.GetPublicEndpoint(door, kind, isTls) ?? "";
        if (endpoint.Length == 0)
            return null;
        // the directory writes IPv6 without brackets
        var colon = endpoint.LastIndexOf(':');
        var host = endpoint[..colon];
        return host.Contains(':', StringComparison.Ordinal) ? $"[{host}]{endpoint[colon..]}" : endpoint;
    }
}
