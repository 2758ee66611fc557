namespace Parley.Gateways.Rtm.Messages;

/// <summary>The generation of a client, which selects encodings and never permissions (rtm-client.md §0.3).</summary>
internal enum RtmProfile : byte
{
    /// <summary>2018: the client command list itself.</summary>
    G1,

    /// <summary>2018-11 to 2019.</summary>
    G2,

    /// <summary>2.x, from 2020.</summary>
    G4,
}

/// <summary>Rule P-1.</summary>
internal static class RtmProfiles
{
    private static readonly string[] Platforms = ["C#", "Unity", "Android", "iOS", "WebSocket"];

    /// <param name="version">The SDK version of <c>auth</c>, if told.</param>
    /// <param name="hasUnread">Whether <c>auth</c> had <c>unread</c>, not nil.</param>
    /// <param name="hasAttrsOrLang">Whether <c>auth</c> had <c>attrs</c> or <c>lang</c>.</param>
    public static RtmProfile Of(string? version, bool hasUnread, bool hasAttrsOrLang)
    {
        if (version is not null && IsSecondGeneration(version))
            return RtmProfile.G4;
        return hasUnread || !hasAttrsOrLang ? RtmProfile.G1 : RtmProfile.G2;
    }

    /// <summary>Matches <c>^(C#|Unity|Android|iOS|WebSocket)[-_]([2-9])</c>.</summary>
    private static bool IsSecondGeneration(string version)
    {
        foreach (var platform in Platforms)
        {
            if (version.StartsWith(platform, StringComparison.Ordinal) && version.Length > platform.Length + 1)
                return version[platform.Length] is '-' or '_' && version[platform.Length + 1] is >= '2' and <= '9';
        }
        return false;
    }
}
