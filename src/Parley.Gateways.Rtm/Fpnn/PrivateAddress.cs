using System.Net;
using System.Net.Sockets;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>The addresses from which operators call (fpnn.md §4.3).</summary>
internal static class PrivateAddress
{
    /// <summary>10/8, 172.16/12, 192.168/16, 127/8 (also mapped into IPv6), fe80/16, fec0/16 and ::1.</summary>
    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return bytes[0] is 10 or 127 || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31) || (bytes[0] == 192 && bytes[1] == 168);
        return IPAddress.IsLoopback(address) || (bytes[0] == 0xfe && bytes[1] is 0x80 or 0xc0);
    }
}
