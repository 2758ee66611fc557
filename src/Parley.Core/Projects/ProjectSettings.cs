namespace Parley.Core.Projects;

/// <summary>Limits and options of one project. The defaults are generous; <see cref="Rtm"/> is the preset with the RTM protocol's own figures.</summary>
public sealed record ProjectSettings
{
    /// <summary>Whether one user may have several sessions at once; otherwise a new login replaces the older one.</summary>
    public bool MultiLogin { get; init; }

    /// <summary>Whether peer-to-peer messages are taken between friends only.</summary>
    public bool FriendsOnly { get; init; }

    /// <summary>Whether the unread status is pushed after login to clients that ask for it.</summary>
    public bool UnreadPush { get; init; } = true;

    /// <summary>Where clients are sent instead of being let in: <c>host:port</c>; "" = nowhere.</summary>
    public string RedirectGate { get; init; } = "";

    /// <summary>Wire methods that are switched off.</summary>
    public IReadOnlyList<string> DisabledMethods { get; init; } = [];

    /// <summary>How long a login token is good, in seconds, 60 to 315,360,000. Default 30 days.</summary>
    public int TokenLifetimeSeconds { get; init; } = 30 * 24 * 3600;

    /// <summary>How long the same <c>mid</c> of a sender counts as a retry, in seconds, 0 to 3,600. Default 120.</summary>
    public int DuplicateWindowSeconds { get; init; } = 120;

    /// <summary>Messages older than this many days are retired, 0 to 36,500. Default 0 = kept until told otherwise.</summary>
    public int RetentionDays { get; init; }

    /// <summary>Messages beyond this many in a conversation are retired, 0 to 1,000,000,000. Default 0 = no limit.</summary>
    public int RetentionCount { get; init; }

    /// <summary>Longest message body in bytes, 1 to 4,000,000. Default 20,480.</summary>
    public int MessageBytes { get; init; } = 20480;

    /// <summary>Longest attributes in bytes, 0 to 1,000,000. Default 2,048.</summary>
    public int AttributeBytes { get; init; } = 2048;

    /// <summary>Largest file in bytes, 1 to 1,073,741,824. Default 5,242,880.</summary>
    public int FileBytes { get; init; } = 5_242_880;

    /// <summary>Files that may be sent per second in the project, counted when their tokens are issued; 0 = no limit. Default 0.</summary>
    public int FilesPerSecond { get; init; }

    /// <summary>How long a token for an upload is good, in seconds, 1 to 86,400. Default 300.</summary>
    public int FileTokenSeconds { get; init; } = 300;

    /// <summary>Most receivers of one call, 1 to 100,000. Default 2,000.</summary>
    public int Receivers { get; init; } = 2000;

    /// <summary>Most friends of a user, 0 = no limit. Default 3,000.</summary>
    public int Friends { get; init; } = 3000;

    /// <summary>Most entries of a user's personal blacklist, 0 = no limit. Default 3,000.</summary>
    public int Blocks { get; init; } = 3000;

    /// <summary>Most groups of the project, 0 = no limit. Default 0.</summary>
    public int Groups { get; init; }

    /// <summary>Most members of a group, 1 to 1,000,000. Default 10,000.</summary>
    public int GroupMembers { get; init; } = 10_000;

    /// <summary>Most rooms that a user may be in at once, 0 = no limit. Default 10.</summary>
    public int RoomsPerUser { get; init; } = 10;

    /// <summary>Calls that a user may make per second, 0 = no limit. Default 500.</summary>
    public int UserCallsPerSecond { get; init; } = 500;

    /// <summary>How many calls a user may make at once before <see cref="UserCallsPerSecond"/> holds. Default 2,000.</summary>
    public int UserCallBurst { get; init; } = 2000;

    /// <summary>Calls that the project's back ends may make per second, all together, 0 = no limit. Default 0.</summary>
    public int ServerCallsPerSecond { get; init; }

    /// <summary>Whether back ends may sign without a time. Such a call can be replayed for ever by whoever saw it. Default true.</summary>
    public bool AllowLegacySign { get; init; } = true;

    /// <summary>
    /// Signs with a time that are remembered, so that a call cannot be replayed, 0 to 10,000,000; 0 = none. Default 100,000. When more
    /// calls than this come within ten minutes, the oldest are forgotten early.
    /// </summary>
    public int RememberedSigns { get; init; } = 100_000;

    /// <summary>Whether back ends may listen to messages and events. Default true.</summary>
    public bool Listening { get; init; } = true;

    /// <summary>How back ends are shown messages that are files. Default <see cref="FileForm.Auto"/>.</summary>
    public FileForm BackEndFiles { get; init; }

    /// <summary>Whether texts are translated, when the server has an engine. Default true.</summary>
    public bool Translation { get; init; } = true;

    /// <summary>Messages that a user may send to one conversation within <see cref="FloodWindowSeconds"/>, 0 = no limit. Default 0.</summary>
    public int FloodMessages { get; init; }

    /// <summary>The window of <see cref="FloodMessages"/> in seconds, 1 to 3,600. Default 10.</summary>
    public int FloodWindowSeconds { get; init; } = 10;

    /// <summary>Texts with one of these words are refused (compared without case); at most 200. Default none.</summary>
    public IReadOnlyList<string> SensitiveWords { get; init; } = [];

    /// <summary>Elements in a peer-to-peer row of page-style history: 9 (default) or 8.</summary>
    public int PageRowElements { get; init; } = 9;

    /// <summary>The preset with the RTM protocol's own figures (<c>rtm-client.md</c> §8.1).</summary>
    public static ProjectSettings Rtm { get; } = new()
    {
        RetentionDays = 7,
        RetentionCount = 500,
        Friends = 300,
        Groups = 10_000,
        UserCallsPerSecond = 2,
        UserCallBurst = 20,
        ServerCallsPerSecond = 100,
        FilesPerSecond = 2,
    };
}

/// <summary>What the body of a message that is a file looks like. The numbers are kept on disk.</summary>
public enum FileForm : byte
{
    /// <summary>As the generation of the caller's SDK expects it.</summary>
    Auto = 0,

    /// <summary>The address of the file.</summary>
    Url = 1,

    /// <summary>JSON with address and size.</summary>
    Json = 2,
}
