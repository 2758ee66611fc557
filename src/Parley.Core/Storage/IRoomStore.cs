using Parley.Core.Rooms;

namespace Parley.Core.Storage;

/// <summary>What is kept of rooms. Who is inside lives in memory, with being online.</summary>
public interface IRoomStore
{
    /// <summary>The infos of a room; empty ones when none were set.</summary>
    ValueTask<RoomInfo> GetInfoAsync(long projectId, long roomId, CancellationToken cancellationToken);

    /// <summary>Sets the given infos (null = leave as it is).</summary>
    ValueTask SetInfoAsync(long projectId, long roomId, string? openInfo, string? privateInfo, CancellationToken cancellationToken);

    /// <summary>A room with its kept broadcasts; <see cref="RoomRecord.None"/> when nothing is kept of it.</summary>
    ValueTask<RoomState> GetAsync(long projectId, long roomId, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a room under a new id: the next of the project's counter, which begins at 1000000000 and never goes back, of which nothing
    /// is kept (infos, bans, messages) and which <paramref name="isTaken"/>, called from any thread, does not say to be in use.
    /// </summary>
    ValueTask<long> CreateAsync(long projectId, RoomRecord room, Func<long, bool> isTaken, CancellationToken cancellationToken);

    /// <summary>Removes the room with its infos, its bans and its kept broadcasts. Messages stay.</summary>
    ValueTask RemoveAsync(long projectId, long roomId, CancellationToken cancellationToken);

    /// <summary>Closes or opens a room, which need not exist.</summary>
    ValueTask SetClosedAsync(long projectId, long roomId, bool isClosed, CancellationToken cancellationToken);

    /// <summary>Sets the capacity of a room, which need not exist; 0 = none. Room 0 holds the project's default.</summary>
    ValueTask SetCapacityAsync(long projectId, long roomId, int capacity, CancellationToken cancellationToken);

    /// <summary>Takes the next number for a broadcast in a room, which need not exist: from 1, never given twice.</summary>
    ValueTask<long> NextBroadcastAsync(long projectId, long roomId, CancellationToken cancellationToken);

    /// <summary>Keeps a broadcast. Of more than <paramref name="most"/> of the room those with the lowest numbers are forgotten.</summary>
    ValueTask KeepBroadcastAsync(long projectId, long roomId, BroadcastMark mark, int most, CancellationToken cancellationToken);

    /// <summary>Forgets broadcasts that expired before <paramref name="now"/> (unix milliseconds), at most <paramref name="limit"/>.</summary>
    ValueTask<int> PurgeBroadcastsAsync(long now, int limit, CancellationToken cancellationToken);
}
