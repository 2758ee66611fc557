using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Parley.Gateways.Beehive.Http;

/// <summary>
/// Tells operators from others (beehive.md §2): by the address that the connection comes from, or by a secret header. Nothing that the
/// caller writes about its address counts.
/// </summary>
internal sealed class OperatorAccess(BeehiveSettings settings)
{
    private readonly IReadOnlyList<IPNetwork> _networks = settings.ParseOperatorNetworks();
    private readonly byte[]? _secret = settings.OperatorSecret.Length == 0 ? null : SHA256.HashData(Encoding.UTF8.GetBytes(settings.OperatorSecret));

    public bool IsOperator(HttpContext context) => HasSecret(context.Request) || (IsKnown(context.Connection.RemoteIpAddress) && !IsForeignPage(context.Request));

    internal bool IsKnown(IPAddress? address)
    {
        if (address is null)
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        foreach (var network in _networks)
        {
            if (network.Contains(address))
                return true;
        }
        return false;
    }

    private bool HasSecret(HttpRequest request) =>
        _secret is not null
        && request.Headers.TryGetValue(settings.OperatorHeader, out var given)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given.ToString())), _secret);

    /// <summary>
    /// A page of somebody else's, opened on an operator's machine, has the machine's address and could call what a GET changes. Browsers say
    /// so; other clients send neither header.
    /// </summary>
    private bool IsForeignPage(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && string.Equals(origin, settings.AllowOrigin, StringComparison.Ordinal))
            return false;
        return origin.Length > 0 || request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "none" or "same-origin");
    }
}
