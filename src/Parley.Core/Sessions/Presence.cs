using Parley.Core.Users;

namespace Parley.Core.Sessions;

/// <summary>A user who is online on this node: the sessions, the rooms, and the pace of the calls.</summary>
public sealed class Presence
{
    private Session[] _sessions = [];
    private List<long>? _rooms;
    private Throttle _calls;

    internal Presence(UserKey user) => User = user;

    /// <summary>The user.</summary>
    public UserKey User { get; }

    /// <summary>The sessions; the list itself never changes.</summary>
    public ReadOnlySpan<Session> Sessions => Volatile.Read(ref _sessions);

    /// <summary>The language that the user wants to read; "" = none, or none of the sessions takes translations.</summary>
    internal string Language { get; set; } = "";

    /// <summary>Changes of the language that were begun. Use inside <see cref="Gate"/>.</summary>
    internal int LanguageChanges { get; set; }

    /// <summary>The newest change of the language that is stored. Use inside <see cref="Gate"/>.</summary>
    internal int LanguageChangesDone { get; set; }

    /// <summary>Guards sessions and rooms.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>True once the last session is gone; a retired presence is never used again.</summary>
    internal bool IsRetired { get; set; }

    /// <summary>Takes one call out of the user's allowance; false when it is used up.</summary>
    public bool TryCall(int perSecond, int burst, long nowMilliseconds) =>
        perSecond <= 0 || _calls.TryTake(1000.0 / perSecond, burst, nowMilliseconds);

    /// <summary>The rooms that the user is in. Call inside <see cref="Gate"/>.</summary>
    internal List<long> Rooms => _rooms ??= [];

    /// <summary>How many rooms the user is in. Call inside <see cref="Gate"/>.</summary>
    internal int RoomCount => _rooms?.Count ?? 0;

    /// <summary>Whether one of the sessions ever was one that sits alone: then room messages are not for all of them.</summary>
    internal bool HasLoners { get; private set; }

    internal void Add(Session session)
    {
        HasLoners |= session.SitsAlone;
        Volatile.Write(ref _sessions, [.. _sessions, session]);
    }

    internal bool Remove(Session session)
    {
        var index = Array.IndexOf(_sessions, session);
        if (index < 0)
            return false;
        var rest = new Session[_sessions.Length - 1];
        Array.Copy(_sessions, rest, index);
        Array.Copy(_sessions, index + 1, rest, index, rest.Length - index);
        Volatile.Write(ref _sessions, rest);
        return true;
    }
}
