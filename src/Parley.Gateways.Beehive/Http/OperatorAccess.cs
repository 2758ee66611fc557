using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Parley.Gateways.Beehive.Http;

/// <summary>
/// Tells operators from others (beehive.md §2): by a secret header, or by the address that the connection comes from. Nothing that the
/// caller writes about its address counts, and a page in a browser on an operator's machine is none, although it has the address.
/// </summary>
/// <param name="settings">Networks, secret, the origin whose pages may call.</param>
/// <param name="isOwnName">Whether a host name with dots is one that this server was given.</param>
internal sealed class OperatorAccess(BeehiveSettings settings, Predicate<string> isOwnName)
{
    private readonly IReadOnlyList<IPNetwork> _networks = settings.ParseOperatorNetworks();
    private readonly byte[]? _secret = settings.OperatorSecret.Length == 0 ? null : SHA256.HashData(Encoding.UTF8.GetBytes(settings.OperatorSecret));

    /// <summary>Whether a call is an operator's; the outcome says why it is not.</summary>
    public Outcome Check(HttpContext context)
    {
        var request = context.Request;
        if (HasSecret(request))
            return Outcome.Accepted;
        if (!IsKnown(context.Connection.RemoteIpAddress))
            return new(BeehiveCode.AddressNotAllowed, "Ip isn't allowed!");
        if (IsAllowedPage(request))
            return Outcome.Accepted;
        if (!IsOurs(request.Host.Host))
            return new(BeehiveCode.AddressNotAllowed, "Host isn't allowed!");
        return IsPage(request) ? new(BeehiveCode.AddressNotAllowed, "Page isn't allowed!") : Outcome.Accepted;
    }

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

    private bool IsAllowedPage(HttpRequest request) => settings.AllowOrigin is not ("" or "null" or "*")
        && string.Equals(request.Headers.Origin.ToString(), settings.AllowOrigin, StringComparison.Ordinal);

    /// <summary>
    /// Whether a name cannot be somebody else's that was made to mean our address (DNS rebinding): an address, a name without dots, which
    /// nobody outside gives away, or a name of ours. Old clients send none, browsers always do.
    /// </summary>
    private bool IsOurs(string host) => !host.Contains('.') || IPAddress.TryParse(host.Trim('[', ']'), out _) || isOwnName(host);

    /// <summary>
    /// Whether a browser calls for a page. Over TLS and on loopback browsers tell who asked; on plain HTTP they do not, and the page can
    /// see to it that there is neither Origin nor Referer. So there every browser counts as a page.
    /// </summary>
    private static bool IsPage(HttpRequest request)
    {
        var headers = request.Headers;
        if (headers.Origin.Count > 0 || (headers.Referer.Count > 0 && !IsOwnReferer(request)))
            return true;
        var site = headers["Sec-Fetch-Site"].ToString();
        return site.Length > 0 ? site is not ("none" or "same-origin") : IsBrowser(headers);
    }

    private static bool IsOwnReferer(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var referer)
        && string.Equals(referer.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);

    /// <summary>What all browsers send and a page cannot keep them from sending; libraries that imitate fetch send the star.</summary>
    private static bool IsBrowser(IHeaderDictionary headers) =>
        headers.UserAgent.ToString().StartsWith("Mozilla/", StringComparison.OrdinalIgnoreCase)
        || headers.AcceptLanguage.ToString() is not ("" or "*");
}
