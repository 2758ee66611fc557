using Parley.Gateways.Doors;

namespace Parley.Gateways.Rtm.ServerGate;

/// <summary>Where clients reach the doors that sessions come through.</summary>
internal sealed class GateAddresses(IDoorDirectory doors)
{
    private static readonly AddressKind[] Kinds = [AddressKind.IPv4, AddressKind.Domain, AddressKind.IPv6];

    /// <summary>The address of a door in whatever form it has one; "" when it has none.</summary>
    public string Find(string door)
    {
        foreach (var kind in Kinds)
        {
            var address = doors.GetPublicEndpoint(door, kind, isTls: false);
            if (address.Length == 0)
                address = doors.GetPublicEndpoint(door, kind, isTls: true);
            if (address.Length > 0)
                return address;
        }
        return "";
    }
}
