namespace Parley.Core.Rooms;

/// <summary>What is kept of a room. A room that nobody made has a record too: ownerless, open and without a name.</summary>
/// <param name="Name">The name; "" = none.</param>
/// <param name="Description">The description; "" = none.</param>
/// <param name="OwnerId">The owner; 0 = none.</param>
/// <param name="IsClosed">Whether nobody may enter and users may not speak.</param>
/// <param name="Capacity">The most sessions of a sub-group; 0 = the project's default.</param>
public sealed record RoomRecord(string Name, string Description, long OwnerId, bool IsClosed, int Capacity)
{
    /// <summary>The record of a room of which nothing is kept.</summary>
    public static RoomRecord None { get; } = new("", "", 0, false, 0);
}

/// <summary>A room as it stood when it was read; never changes.</summary>
/// <param name="Record">What is kept of it.</param>
/// <param name="Kept">The kept broadcasts in ascending order of their numbers, expired ones perhaps among them.</param>
public sealed record RoomState(RoomRecord Record, IReadOnlyList<BroadcastMark> Kept);
