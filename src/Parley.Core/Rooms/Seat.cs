using Parley.Core.Sessions;

namespace Parley.Core.Rooms;

/// <summary>The place of one session in a room. Its fields are used inside the gate of the session's presence, the index inside the room's.</summary>
internal sealed class Seat(Session session, Room room, SubGroup subGroup)
{
    public Session Session { get; } = session;

    public Room Room { get; } = room;

    public SubGroup SubGroup { get; } = subGroup;

    /// <summary>Where in the sub-group.</summary>
    public int Index { get; set; }

    /// <summary>Whether the room was told of it; only then is the room told of its end.</summary>
    public bool IsAnnounced { get; set; }
}
