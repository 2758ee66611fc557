using System.Diagnostics.CodeAnalysis;

namespace Parley.Outgoing.Http;

/// <summary>Addresses of services in the settings.</summary>
internal static class ServiceAddress
{
    /// <summary>
    /// Reads the base address of a service, without a slash at its end. Plain http is for this machine only, unless
    /// <paramref name="isPlainAllowed"/>: what is sent holds texts of users and credentials.
    /// </summary>
    public static bool TryRead(string text, bool isPlainAllowed, [NotNullWhen(true)] out string? address)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            return false;
        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && (isPlainAllowed || uri.IsLoopback)))
            return false;
        address = uri.AbsoluteUri.TrimEnd('/');
        return true;
    }
}
