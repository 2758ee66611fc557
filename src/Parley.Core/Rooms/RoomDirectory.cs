using System.Collections.Concurrent;
using Parley.Core.Moderation;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Core.Storage;

namespace Parley.Core.Rooms;

/// <summary>Rooms: membership belongs to the user, for all sessions, and ends with the last of them.</summary>
public sealed class RoomDirectory
{
    private readonly ConcurrentDictionary<(long ProjectId, long RoomId), Room> _rooms = new();
    private readonly IRoomStore _store;
    private readonly BanDirectory _bans;

    internal RoomDirectory(IRoomStore store, BanDirectory bans)
    {
        _store = store;
        _bans = bans;
    }

    /// <summary>How many rooms have somebody inside.</summary>
    public int Count => _rooms.Count;

    /// <summary>Lets a user in; being inside already is no error.</summary>
    /// <returns><see cref="CoreError.InvalidId"/>, <see cref="CoreError.BannedInRoom"/>, <see cref="CoreError.TooManyRooms"/>,
    /// <see cref="CoreError.NotOnline"/> when the user's last session ended meanwhile, or none.</returns>
    public async ValueTask<CoreError> EnterAsync(Project project, Presence presence, long roomId)
    {
        if (roomId <= 0)
            return CoreError.InvalidId;
        if (await _bans.IsBannedAsync(project, BanPlace.Room(roomId), BanKind.Enter, presence.User.UserId))
            return CoreError.BannedInRoom;
        lock (presence.Gate)
        {
            if (presence.IsRetired)
                return CoreError.NotOnline;
            if (presence.RoomCount > 0 && presence.Rooms.Contains(roomId))
                return CoreError.None;
            var limit = project.Settings.RoomsPerUser;
            if (limit > 0 && presence.RoomCount >= limit)
                return CoreError.TooManyRooms;
            presence.Rooms.Add(roomId);
            Add(presence, roomId);
        }
        return CoreError.None;
    }

    /// <summary>Lets a user out; not being inside is no error. True when the user was inside.</summary>
    public bool Leave(Presence presence, long roomId)
    {
        lock (presence.Gate)
        {
            if (presence.RoomCount == 0 || !presence.Rooms.Remove(roomId))
                return false;
            Remove(presence, roomId);
        }
        return true;
    }

    /// <summary>Takes a user out of a room and tells all sessions of the user. Not being inside is no error.</summary>
    public void Expel(Presence presence, long roomId)
    {
        if (!Leave(presence, roomId))
            return;
        foreach (var session in presence.Sessions)
            session.OnRemovedFromRoom(roomId);
    }

    /// <summary>The rooms that a user is in, in the order of entering.</summary>
    public static IReadOnlyList<long> RoomsOf(Presence presence)
    {
        lock (presence.Gate)
            return [.. presence.Rooms];
    }

    /// <summary>Whether a user is in a room.</summary>
    public bool Contains(long projectId, long roomId, long userId) =>
        _rooms.TryGetValue((projectId, roomId), out var room) && room.Contains(userId);

    /// <summary>Everybody in a room.</summary>
    public ReadOnlySpan<Presence> MembersOf(long projectId, long roomId) =>
        _rooms.TryGetValue((projectId, roomId), out var room) ? room.Members : [];

    /// <summary>The infos of a room.</summary>
    public ValueTask<RoomInfo> GetInfoAsync(Project project, long roomId, CancellationToken cancellationToken) =>
        _store.GetInfoAsync(project.Id, roomId, cancellationToken);

    /// <summary>Sets the given infos of a room (null = leave as it is).</summary>
    public ValueTask SetInfoAsync(
        Project project, long roomId, string? openInfo, string? privateInfo, CancellationToken cancellationToken) =>
        _store.SetInfoAsync(project.Id, roomId, openInfo, privateInfo, cancellationToken);

    internal void Remove(Presence presence, long roomId)
    {
        var key = (presence.User.ProjectId, roomId);
        if (!_rooms.TryGetValue(key, out var room))
            return;
        lock (room.Gate)
        {
            room.Remove(presence);
            if (room.Count == 0 && !room.IsRetired)
            {
                room.IsRetired = true;
                _rooms.TryRemove(new KeyValuePair<(long, long), Room>(key, room));
            }
        }
    }

    /// <summary>Called inside the presence's gate: a user is never in a room without knowing it.</summary>
    private void Add(Presence presence, long roomId)
    {
        while (true)
        {
            var room = _rooms.GetOrAdd((presence.User.ProjectId, roomId), static _ => new Room());
            lock (room.Gate)
            {
                if (room.IsRetired)
                    continue;
                room.Add(presence);
            }
            return;
        }
    }
}
