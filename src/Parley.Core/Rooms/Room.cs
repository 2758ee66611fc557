using Parley.Core.Sessions;

namespace Parley.Core.Rooms;

/// <summary>A room that somebody of this node is in: users with all their sessions, and sessions with seats of their own.</summary>
/// <remarks>Order of locks: a presence's gate, then the room's.</remarks>
internal sealed class Room(long roomId)
{
    private readonly Dictionary<long, Presence> _members = [];
    private Presence[]? _snapshot = [];
    private Presence[]? _everybody;
    private Seating? _seating;
    private int _users;

    public long RoomId { get; } = roomId;

    public Lock Gate { get; } = new();

    /// <summary>True once the last one has left; a retired room is never used again.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Whether nobody is inside. Call inside <see cref="Gate"/>.</summary>
    public bool IsEmpty => _members.Count == 0 && SeatCount == 0;

    /// <summary>How many sessions sit.</summary>
    public int SeatCount => Volatile.Read(ref _seating)?.Count ?? 0;

    /// <summary>Whether some session sits.</summary>
    public bool HasSeats => SeatCount > 0;

    /// <summary>How many users are inside, in either way.</summary>
    public int UserCount => Volatile.Read(ref _users);

    /// <summary>Those inside as users; the array itself never changes.</summary>
    public Presence[] Members
    {
        get
        {
            if (Volatile.Read(ref _snapshot) is { } snapshot)
                return snapshot;
            lock (Gate)
                return _snapshot ??= [.. _members.Values];
        }
    }

    /// <summary>The sub-groups, empty ones among them.</summary>
    public ReadOnlySpan<SubGroup> SubGroups => Volatile.Read(ref _seating) is { } seating ? seating.SubGroups : [];

    /// <summary>Every user inside, in either way, once; the array itself never changes.</summary>
    public Presence[] Everybody
    {
        get
        {
            if (!HasSeats)
                return Members;
            if (Volatile.Read(ref _everybody) is { } everybody)
                return everybody;
            lock (Gate)
                return _everybody ??= ListEverybody();
        }
    }

    /// <summary>Call inside <see cref="Gate"/>. Replaces an older presence of the same user.</summary>
    public void Add(Presence presence)
    {
        var userId = presence.User.UserId;
        var isInside = IsInside(userId);
        _members[userId] = presence;
        Changed(isInside, userId);
        Volatile.Write(ref _snapshot, null);
    }

    /// <summary>Call inside <see cref="Gate"/>. A newer presence of the same user stays.</summary>
    public void Remove(Presence presence)
    {
        var userId = presence.User.UserId;
        if (_members.TryGetValue(userId, out var present) && ReferenceEquals(present, presence))
        {
            _members.Remove(userId);
            Changed(wasInside: true, userId);
            Volatile.Write(ref _snapshot, null);
        }
    }

    /// <summary>Gives a session a seat. Call inside <see cref="Gate"/>.</summary>
    public Seat AddSeat(Session session, int capacity)
    {
        if (_seating is null)
            Volatile.Write(ref _seating, new Seating());
        var isInside = IsInside(session.UserId);
        var seat = new Seat(session, this, _seating.Choose(capacity));
        _seating.Add(seat);
        Changed(isInside, session.UserId);
        return seat;
    }

    /// <summary>Frees a seat. Call inside <see cref="Gate"/>, once for a seat.</summary>
    public void RemoveSeat(Seat seat)
    {
        _seating!.Remove(seat);
        Changed(wasInside: true, seat.Session.UserId);
    }

    /// <summary>Whether a user is inside, in either way.</summary>
    public bool Contains(long userId)
    {
        lock (Gate)
            return IsInside(userId);
    }

    /// <summary>
    /// Whether a session with a seat is told by it, where these are told as users: one that does not sit alone may be inside both ways.
    /// </summary>
    public static bool HearsBySeat(Session session, Presence[] members) =>
        session.SitsAlone || Array.IndexOf(members, session.Presence) < 0;

    /// <summary>The occupied sub-groups in the order of their numbers.</summary>
    public List<(int SubGroup, int Sessions)> ListSubGroups()
    {
        var list = new List<(int SubGroup, int Sessions)>();
        lock (Gate)
        {
            foreach (var subGroup in SubGroups)
            {
                if (subGroup.Count > 0)
                    list.Add((subGroup.Number, subGroup.Count));
            }
        }
        return list;
    }

    /// <summary>How many sessions are inside: seats, and the sessions of those inside as users that do not sit alone.</summary>
    public int CountSessions()
    {
        var count = SeatCount;
        foreach (var presence in Members)
        {
            if (!presence.HasLoners)
            {
                count += presence.Sessions.Length;
                continue;
            }
            foreach (var session in presence.Sessions)
                count += session.SitsAlone ? 0 : 1;
        }
        return count;
    }

    private bool IsInside(long userId) => _members.ContainsKey(userId) || _seating?.Contains(userId) == true;

    private void Changed(bool wasInside, long userId)
    {
        var isInside = IsInside(userId);
        if (isInside != wasInside)
            Volatile.Write(ref _users, _users + (isInside ? 1 : -1));
        Volatile.Write(ref _everybody, null);
    }

    private Presence[] ListEverybody()
    {
        var everybody = new Dictionary<long, Presence>(_members);
        foreach (var subGroup in SubGroups)
        {
            foreach (var session in subGroup.Sessions)
            {
                if (session?.Presence is { } presence)
                    everybody.TryAdd(session.UserId, presence);
            }
        }
        return [.. everybody.Values];
    }
}
