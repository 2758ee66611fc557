using Parley.Core.Rooms;

namespace Parley.Core.Storage;

/// <summary>What is kept of rooms. Their membership lives in memory, with being online.</summary>
public interface IRoomStore
{
    /// <summary>The infos of a room; empty ones when none were set.</summary>
    ValueTask<RoomInfo> GetInfoAsync(long projectId, long roomId, CancellationToken cancellationToken);

    /// <summary>Sets the given infos (null = leave as it is).</summary>
    ValueTask SetInfoAsync(long projectId, long roomId, string? openInfo, string? privateInfo, CancellationToken cancellationToken);
}
