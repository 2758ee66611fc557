namespace Parley.Gateways.Doors;

/// <summary>What form of address a client asks for.</summary>
public enum AddressKind : byte
{
    /// <summary>An IPv4 address.</summary>
    IPv4,

    /// <summary>An IPv6 address.</summary>
    IPv6,

    /// <summary>A host name.</summary>
    Domain,
}

/// <summary>Where clients reach the doors of this server.</summary>
public interface IDoorDirectory
{
    /// <summary>
    /// The public <c>host:port</c> of a door (IPv6 without brackets); "" when the door is closed, speaks the other of TLS and plain, or
    /// has no address of this kind.
    /// </summary>
    string GetPublicEndpoint(string door, AddressKind kind, bool isTls);
}
