using System.Collections.Concurrent;
using Parley.Core.Rooms;
using Parley.Core.Users;

namespace Parley.Core.Sessions;

/// <summary>Hears of users coming and going.</summary>
public interface ISessionObserver
{
    /// <summary>A session was opened.</summary>
    void OnOpened(Session session);

    /// <summary>A session ended.</summary>
    void OnClosed(Session session);
}

/// <summary>Who is online on this node.</summary>
public sealed class SessionRegistry
{
    private readonly ConcurrentDictionary<long, ConcurrentDictionary<long, Presence>> _projects = new();
    private readonly RoomDirectory _rooms;
    private ISessionObserver[] _observers = [];
    private int _count;

    internal SessionRegistry(RoomDirectory rooms)
    {
        _rooms = rooms;
        rooms.Use(this);
    }

    /// <summary>How many sessions are open.</summary>
    public int Count => _count;

    /// <summary>Names who hears of users coming and going. Called at start.</summary>
    public void Observe(ISessionObserver observer) => _observers = [.. _observers, observer];

    /// <summary>
    /// Opens a session. The user's sessions that it replaces are ended with <see cref="SessionEnd.Replaced"/>.
    /// </summary>
    public void Open(Session session)
    {
        var users = _projects.GetOrAdd(session.Project.Id, static _ => new());
        Session[] replaced = [];
        while (true)
        {
            var presence = users.GetOrAdd(session.UserId, static (_, user) => new Presence(user), session.User);
            lock (presence.Gate)
            {
                if (presence.IsRetired)
                    continue;
                replaced = Array.FindAll(presence.Sessions.ToArray(), other => session.Replaces(other) && other.YieldsTo(session));
                presence.Add(session);
                session.Presence = presence;
            }
            break;
        }
        Interlocked.Increment(ref _count);
        foreach (var other in replaced)
            other.End(SessionEnd.Replaced);
        foreach (var observer in _observers)
            observer.OnOpened(session);
    }

    /// <summary>Closes a session, which frees its seats; with a user's last one the user leaves all rooms. Closing twice is no error.</summary>
    public void Close(Session session)
    {
        if (session.Presence is not { } presence)
            return;
        var rooms = Array.Empty<long>();
        var seats = Array.Empty<Seat>();
        lock (presence.Gate)
        {
            if (!presence.Remove(session))
                return;
            session.IsClosed = true;
            if (session.Seats is { } taken)
            {
                seats = [.. taken.Values];
                session.Seats = null;
            }
            if (presence.Sessions.IsEmpty)
            {
                presence.IsRetired = true;
                rooms = [.. presence.Rooms];
                presence.Rooms.Clear();
                _projects[presence.User.ProjectId].TryRemove(new KeyValuePair<long, Presence>(presence.User.UserId, presence));
            }
        }
        foreach (var room in rooms)
            _rooms.OnGone(presence, room);
        foreach (var seat in seats)
            _rooms.OnGone(seat);
        Interlocked.Decrement(ref _count);
        foreach (var observer in _observers)
            observer.OnClosed(session);
    }

    /// <summary>The presence of a user; null when offline.</summary>
    public Presence? Find(long projectId, long userId) =>
        _projects.TryGetValue(projectId, out var users) && users.TryGetValue(userId, out var presence) ? presence : null;

    /// <summary>Whether the user has a session.</summary>
    public bool IsOnline(long projectId, long userId) => Find(projectId, userId) is not null;

    /// <summary>Those of the users who are online, in the order asked for.</summary>
    public IReadOnlyList<long> WhoIsOnline(long projectId, IReadOnlyList<long> userIds) =>
        [.. userIds.Where(userId => IsOnline(projectId, userId))];

    /// <summary>Everybody of a project who is online.</summary>
    public IEnumerable<Presence> OnlineUsers(long projectId) =>
        _projects.TryGetValue(projectId, out var users) ? users.Select(pair => pair.Value) : [];

    /// <summary>Ends the sessions of a user, or only the one with this endpoint. No session is no error.</summary>
    public void End(UserKey user, string? endpoint, SessionEnd reason)
    {
        if (Find(user.ProjectId, user.UserId) is not { } presence)
            return;
        foreach (var session in presence.Sessions)
        {
            if (string.IsNullOrEmpty(endpoint) || string.Equals(session.Endpoint, endpoint, StringComparison.Ordinal))
                session.End(reason);
        }
    }
}
