using System.ComponentModel.DataAnnotations;

namespace Parley.Core;

/// <summary>Bounds of what the core keeps in memory, and the pace of its upkeep.</summary>
public sealed record CoreSettings
{
    /// <summary>Groups whose members are kept in memory, 16 to 10,000,000. Default 10,000.</summary>
    [Range(16, 10_000_000)]
    public int CachedGroups { get; init; } = 10_000;

    /// <summary>Places (project, group, room) whose bans are kept in memory, 16 to 10,000,000. Default 20,000.</summary>
    [Range(16, 10_000_000)]
    public int CachedBanPlaces { get; init; } = 20_000;

    /// <summary>Users whose friends and blocks are kept in memory, 16 to 10,000,000. Default 100,000.</summary>
    [Range(16, 10_000_000)]
    public int CachedRelations { get; init; } = 100_000;

    /// <summary>Users whose profiles are kept in memory, 16 to 10,000,000. Default 50,000.</summary>
    [Range(16, 10_000_000)]
    public int CachedUsers { get; init; } = 50_000;

    /// <summary>Access tokens whose state is kept in memory, 16 to 10,000,000. Default 100,000.</summary>
    [Range(16, 10_000_000)]
    public int CachedAccessTokens { get; init; } = 100_000;

    /// <summary>
    /// Good access tokens of one user and platform that are kept, 1 to 100,000; beyond it those that expire first are forgotten.
    /// Default 1,000.
    /// </summary>
    [Range(1, 100_000)]
    public int AccessTokensPerPlatform { get; init; } = 1000;

    /// <summary>Rooms whose owner, state and capacity are kept in memory, 16 to 10,000,000. Default 20,000.</summary>
    [Range(16, 10_000_000)]
    public int CachedRooms { get; init; } = 20_000;

    /// <summary>Rooms in which one session may have a seat of its own at once, 1 to 1,000,000. Default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int SeatsPerSession { get; init; } = 1000;

    /// <summary>
    /// Rooms with more sessions than this are not told who comes and goes, 0 to 10,000,000; 0 = no room is told. Default 2,000.
    /// </summary>
    [Range(0, 10_000_000)]
    public int RoomNoticeSessions { get; init; } = 2000;

    /// <summary>Read positions that may wait to be written, 16 to 10,000,000; beyond it they are written at once. Default 50,000.</summary>
    [Range(16, 10_000_000)]
    public int PendingReadPositions { get; init; } = 50_000;

    /// <summary>How long a read position may wait to be written, in milliseconds, 10 to 60,000. Default 500.</summary>
    [Range(10, 60_000)]
    public int ReadPositionMilliseconds { get; init; } = 500;

    /// <summary>How often retention and expiry run, in seconds, 1 to 86,400. Default 60.</summary>
    [Range(1, 86_400)]
    public int UpkeepSeconds { get; init; } = 60;

    /// <summary>Lanes in which committed messages are delivered, 1 to 64; 0 = one per processor, at most 8. Default 0.</summary>
    [Range(0, 64)]
    public int DeliveryLanes { get; init; }
}
