using System.Net;
using System.Net.Sockets;

namespace Parley.Gateways.Beehive.Nodes;

/// <summary>IPv4 addresses as this protocol writes them.</summary>
internal static class DottedAddress
{
    /// <summary>
    /// Reads four decimal numbers with dots between them, and nothing else. Short forms, other bases and leading zeros are no address: a
    /// number with a zero before it is octal to some readers and decimal to others.
    /// </summary>
    public static bool TryParse(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (!IPAddress.TryParse(text, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetwork
            || !string.Equals(parsed.ToString(), text, StringComparison.Ordinal))
            return false;
        address = parsed;
        return true;
    }
}
