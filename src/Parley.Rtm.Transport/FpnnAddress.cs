using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Parley.Rtm.Transport;

/// <summary>Where an FPNN server listens.</summary>
/// <param name="Host">A name or an address; an IPv6 address without brackets.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record FpnnAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>, split at the last colon: IPv6 addresses come with and without brackets (fpnn §7).</summary>
    /// <exception cref="FormatException">It is no address.</exception>
    public static FpnnAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not of the form host:port.");

    /// <summary>As <see cref="Parse"/>, without throwing.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out FpnnAddress? address)
    {
        address = null;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65535)
        {
            return false;
        }

        var host = text![..colon];
        if (host is ['[', .., ']'])
            host = host[1..^1];
        if (host.Length == 0)
            return false;
        address = new FpnnAddress(host, port);
        return true;
    }

    /// <summary><c>host:port</c>, an IPv6 address in brackets.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
