namespace Parley.Core.Moderation;

/// <summary>What kind of place a ban is about. The numbers are kept on disk.</summary>
public enum BanScope : byte
{
    /// <summary>The whole project.</summary>
    Project = 1,

    /// <summary>A group.</summary>
    Group = 2,

    /// <summary>A room.</summary>
    Room = 3,
}

/// <summary>What a banned user must not do. The numbers are kept on disk.</summary>
public enum BanKind : byte
{
    /// <summary>Must not speak (gag).</summary>
    Speak = 1,

    /// <summary>Must not enter (blacklist).</summary>
    Enter = 2,
}

/// <summary>How a ban strikes a user; the narrower one counts.</summary>
public enum BanReach : byte
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>As one of everyone.</summary>
    Everyone,

    /// <summary>By name.</summary>
    Individual,
}

/// <summary>Where a ban holds.</summary>
/// <param name="Scope">The kind of place.</param>
/// <param name="Id">The gid or rid; 0 = every group or room of the project, or the project itself.</param>
public readonly record struct BanPlace(BanScope Scope, long Id)
{
    /// <summary>The whole project.</summary>
    public static BanPlace Project => new(BanScope.Project, 0);

    /// <summary>A group; 0 = every group.</summary>
    public static BanPlace Group(long groupId) => new(BanScope.Group, groupId);

    /// <summary>A room; 0 = every room.</summary>
    public static BanPlace Room(long roomId) => new(BanScope.Room, roomId);
}

/// <summary>A user must not speak or enter somewhere.</summary>
/// <param name="Place">Where.</param>
/// <param name="Kind">What is forbidden.</param>
/// <param name="UserId">Who; 0 = everyone there.</param>
/// <param name="Until">Until when, in unix milliseconds; <see cref="long.MaxValue"/> = for ever.</param>
public readonly record struct Ban(BanPlace Place, BanKind Kind, long UserId, long Until);
