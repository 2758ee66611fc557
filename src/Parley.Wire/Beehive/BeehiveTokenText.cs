using System.Globalization;

namespace Parley.Wire.Beehive;

/// <summary>The plain text of a token: <c>uid:&lt;uid&gt;:ttl:&lt;unix seconds&gt;:sid:&lt;sid&gt;:end</c> (beehive §5).</summary>
/// <param name="UserId">The user.</param>
/// <param name="Expiry">The last good second, unix seconds.</param>
/// <param name="SessionId">The session.</param>
public readonly record struct BeehiveTokenText(ulong UserId, long Expiry, ulong SessionId)
{
    /// <summary>Reads the plain text.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out BeehiveTokenText token)
    {
        token = default;
        Span<Range> parts = stackalloc Range[8];
        if (text.Split(parts, ':') != 7 || text[parts[0]] is not "uid" || text[parts[2]] is not "ttl" || text[parts[4]] is not "sid"
            || text[parts[6]] is not "end")
            return false;
        if (!ulong.TryParse(text[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var user)
            || !long.TryParse(text[parts[3]], NumberStyles.None, CultureInfo.InvariantCulture, out var expiry)
            || !ulong.TryParse(text[parts[5]], NumberStyles.None, CultureInfo.InvariantCulture, out var session))
            return false;
        token = new BeehiveTokenText(user, expiry, session);
        return true;
    }

    /// <summary>The plain text.</summary>
    public override string ToString() => $"uid:{UserId}:ttl:{Expiry}:sid:{SessionId}:end";
}
