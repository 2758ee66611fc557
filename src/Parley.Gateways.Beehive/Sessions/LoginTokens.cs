using System.Security.Cryptography;
using System.Text;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive.Sessions;

/// <summary>The tokens that <c>iplist</c> gives and ONLINE shows (beehive.md §5).</summary>
internal sealed class LoginTokens(BeehiveHost host)
{
    private const int MarginSeconds = 3600;

    private readonly byte[][] _configured = [.. host.Settings.TokenKeys.Select(KeyOf)];
    private volatile ProjectKey _ofProject = new("", []);

    /// <summary>Makes a token that is good for the stated time and one hour.</summary>
    public string Make(long userId, long sessionId) =>
        BeehiveToken.Create((ulong)userId, (ulong)sessionId, (ulong)(host.UnixSeconds + host.Settings.TokenSeconds + MarginSeconds), Keys());

    /// <summary>Checks a token against the user and the session of a login.</summary>
    public BeehiveTokenStatus Check(string token, ulong userId, ulong sessionId) =>
        BeehiveToken.Check(token, userId, sessionId, (ulong)host.UnixSeconds, Keys(), host.Settings.ReferenceCipher);

    private static byte[] KeyOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private byte[][] Keys()
    {
        if (_configured.Length > 0)
            return _configured;
        var secret = host.Project.Secret;
        var known = _ofProject;
        if (!ReferenceEquals(known.Secret, secret))
            _ofProject = known = new(secret, [KeyOf("beehive token of " + secret)]);
        return known.Keys;
    }

    private sealed record ProjectKey(string Secret, byte[][] Keys);
}
