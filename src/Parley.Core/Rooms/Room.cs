using Parley.Core.Sessions;

namespace Parley.Core.Rooms;

/// <summary>A room that somebody of this node is in.</summary>
internal sealed class Room
{
    private readonly Dictionary<long, Presence> _members = [];
    private Presence[]? _snapshot = [];

    public Lock Gate { get; } = new();

    /// <summary>True once the last member has left; a retired room is never used again.</summary>
    public bool IsRetired { get; set; }

    public int Count => _members.Count;

    /// <summary>Everybody inside; the array itself never changes.</summary>
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

    /// <summary>Call inside <see cref="Gate"/>. Replaces an older presence of the same user.</summary>
    public void Add(Presence presence)
    {
        _members[presence.User.UserId] = presence;
        Volatile.Write(ref _snapshot, null);
    }

    /// <summary>Call inside <see cref="Gate"/>. A newer presence of the same user stays.</summary>
    public void Remove(Presence presence)
    {
        if (_members.TryGetValue(presence.User.UserId, out var present) && ReferenceEquals(present, presence))
        {
            _members.Remove(presence.User.UserId);
            Volatile.Write(ref _snapshot, null);
        }
    }

    public bool Contains(long userId)
    {
        lock (Gate)
            return _members.ContainsKey(userId);
    }
}
