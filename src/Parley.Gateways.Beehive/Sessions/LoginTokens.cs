using System.Security.Cryptography;
using System.Text;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive.Sessions;

/// <summary>The tokens that <c>iplist</c> gives and ONLINE shows (beehive.md §5).</summary>
internal sealed class LoginTokens(BeehiveHost host)
{
    private const int MarginSeconds = 3600;

    private volatile Keys? _keys;

    /// <summary>Makes a token that is good for the stated time and one hour.</summary>
    public string Make(long userId, long sessionId) =>
        Codec().Create((ulong)userId, (ulong)sessionId, host.UnixSeconds + host.Settings.TokenSeconds + MarginSeconds);

    /// <summary>Checks a token against the user and the session of a login.</summary>
    public BeehiveTokenOutcome Check(string token, ulong userId, ulong sessionId) =>
        Codec().Check(token, userId, sessionId, host.UnixSeconds);

    private BeehiveToken Codec()
    {
        var secret = host.Project.Secret;
        var keys = _keys;
        if (keys is null || keys.Secret != secret)
            _keys = keys = new(secret, Make(secret));
        return keys.Codec;
    }

    private BeehiveToken Make(string projectSecret)
    {
        var settings = host.Settings;
        var texts = settings.TokenKeys.Count > 0 ? settings.TokenKeys : ["beehive token of " + projectSecret];
        return new(
            texts.Select(static text => SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            settings.ReferenceCipher.Length > 0 ? settings.ReferenceCipher : null);
    }

    private sealed record Keys(string Secret, BeehiveToken Codec);
}
