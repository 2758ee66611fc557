namespace Parley.Gateways.Beehive.Sessions;

/// <summary>
/// Which kept pushes of which rooms a session was sent, so that each comes once, whether live or on joining (beehive.md §3.2). Of a room as
/// many are remembered as twice those that it can keep.
/// </summary>
internal sealed class RoomPushes
{
    private const int Most = 2 * Core.Rooms.RoomDirectory.MostKeptBroadcasts;

    private readonly Lock _gate = new();
    private Dictionary<long, SortedSet<long>>? _rooms;

    /// <summary>False when the session was sent this one before.</summary>
    public bool TryAdd(long roomId, long number)
    {
        lock (_gate)
        {
            _rooms ??= [];
            if (!_rooms.TryGetValue(roomId, out var numbers))
                _rooms.Add(roomId, numbers = []);
            if (!numbers.Add(number))
                return false;
            if (numbers.Count > Most)
                numbers.Remove(numbers.Min);
            return true;
        }
    }

    /// <summary>The session is out of the room, whose pushes may be numbered anew.</summary>
    public void Forget(long roomId)
    {
        lock (_gate)
            _rooms?.Remove(roomId);
    }
}
