namespace Parley.Core.Cluster;

/// <summary>Which cache a notice is about.</summary>
public enum CacheArea : byte
{
    /// <summary>Projects; the id is 0.</summary>
    Projects,

    /// <summary>Members and infos of a group; the id is the gid.</summary>
    Group,

    /// <summary>Friends of a user; the id is the uid.</summary>
    Friends,

    /// <summary>Blocks of a user; the id is the uid.</summary>
    Blocks,

    /// <summary>Whom a user does not want to hear; the id is the uid.</summary>
    Mutes,

    /// <summary>Bans of the project; the id is 0.</summary>
    ProjectBans,

    /// <summary>Bans of a group; the id is the gid.</summary>
    GroupBans,

    /// <summary>Bans of a room; the id is the rid.</summary>
    RoomBans,

    /// <summary>Precisions of a project's online statistics; the id is 0.</summary>
    OnlinePrecisions,

    /// <summary>What is kept of a room; the id is the rid, 0 = the project's default capacity.</summary>
    Room,

    /// <summary>Who has an inbox: the user with this id has one now.</summary>
    Inbox,

    /// <summary>Whether a user is known, and its profile; the id is the uid.</summary>
    User,

    /// <summary>Access tokens of a user; the id is the uid.</summary>
    AccessTokens,
}

/// <summary>Something that was cached is no longer true.</summary>
/// <param name="Area">Which cache.</param>
/// <param name="ProjectId">The project.</param>
/// <param name="Id">What in it.</param>
public readonly record struct CacheNotice(CacheArea Area, long ProjectId, long Id);

/// <summary>Carries what nodes tell each other. What it may lose, the store still knows.</summary>
public interface IBackplane
{
    /// <summary>Tells every node, this one included and before the returned task completes, that something cached has changed.</summary>
    ValueTask InvalidateAsync(CacheNotice notice);

    /// <summary>Names who hears of notices. Called once for each cache, at start.</summary>
    void Subscribe(CacheArea area, Action<CacheNotice> handler);
}
