using System.Collections.Concurrent;
using Parley.Core.Cluster;
using Parley.Core.Moderation;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Core.Storage;

namespace Parley.Core.Rooms;

/// <summary>
/// Rooms. A user is inside with all sessions until the last of them ends, or a session is inside with a seat of its own until it ends;
/// both may be so in one room. Rooms need not be made before somebody enters.
/// </summary>
public sealed partial class RoomDirectory
{
    private readonly ConcurrentDictionary<(long ProjectId, long RoomId), Room> _rooms = new();
    private readonly BoundedCache<(long ProjectId, long RoomId), RoomState> _states;
    private readonly IRoomStore _store;
    private readonly IMessageStore _messages;
    private readonly BanDirectory _bans;
    private readonly IBackplane _backplane;
    private readonly CoreSettings _settings;
    private readonly TimeProvider _time;
    private SessionRegistry? _sessions;

    internal RoomDirectory(
        IRoomStore store, IMessageStore messages, BanDirectory bans, IBackplane backplane, CoreSettings settings, TimeProvider time)
    {
        _store = store;
        _messages = messages;
        _bans = bans;
        _backplane = backplane;
        _settings = settings;
        _time = time;
        _states = new(settings.CachedRooms, key => _store.GetAsync(key.ProjectId, key.RoomId, CancellationToken.None));
        backplane.Subscribe(CacheArea.Room, notice => _states.Remove((notice.ProjectId, notice.Id)));
    }

    /// <summary>How many rooms have somebody inside.</summary>
    public int Count => _rooms.Count;

    /// <summary>Lets a user in with all sessions that do not sit alone; being inside already is no error.</summary>
    /// <returns><see cref="CoreError.InvalidId"/>, <see cref="CoreError.RoomClosed"/>, <see cref="CoreError.BannedInRoom"/>,
    /// <see cref="CoreError.TooManyRooms"/>, <see cref="CoreError.NotOnline"/> when the user's last session ended meanwhile, or none.</returns>
    public async ValueTask<CoreError> EnterAsync(Project project, Presence presence, long roomId)
    {
        if (roomId <= 0)
            return CoreError.InvalidId;
        var error = await CheckDoorAsync(project, roomId, presence.User.UserId);
        if (error != CoreError.None)
            return error;
        Room room;
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
            room = Change((project.Id, roomId), presence, static (room, presence) =>
            {
                room.Add(presence);
                return room;
            });
        }
        error = await CheckDoorAsync(project, roomId, presence.User.UserId);
        if (error != CoreError.None)
            Remove(presence, roomId);
        else
            Tell(room, RoomNoticeKind.Joined, presence.User.UserId);
        return error;
    }

    /// <summary>Lets a user out who is inside with all sessions; not being inside is no error. True when the user was inside.</summary>
    public bool Leave(Presence presence, long roomId)
    {
        if (Remove(presence, roomId) is not { } room)
            return false;
        Tell(room, RoomNoticeKind.Left, presence.User.UserId);
        return true;
    }

    /// <summary>
    /// Takes a user out of a room, in whichever way inside, and tells those sessions of the user that were. Not being inside is no error.
    /// </summary>
    public void Expel(Presence presence, long roomId)
    {
        var (room, left) = TakeOut(presence, roomId);
        for (var i = 0; i < left; i++)
            Tell(room!, RoomNoticeKind.Left, presence.User.UserId);
    }

    /// <summary>
    /// The rooms that a user is in: in the order of entering those entered with all sessions, then by their ids those where a session has
    /// a seat.
    /// </summary>
    public static IReadOnlyList<long> RoomsOf(Presence presence)
    {
        lock (presence.Gate)
        {
            var rooms = new List<long>(presence.RoomCount > 0 ? presence.Rooms : []);
            var entered = rooms.Count;
            foreach (var session in presence.Sessions)
            {
                if (session.Seats is { } seats)
                    rooms.AddRange(seats.Keys);
            }
            return rooms.Count == entered ? rooms : [.. rooms.Take(entered).Concat(rooms.Skip(entered).Order()).Distinct()];
        }
    }

    /// <summary>Whether a user is in a room, with all sessions or with a seat.</summary>
    public bool Contains(long projectId, long roomId, long userId) => Find(projectId, roomId) is { } room && room.Contains(userId);

    /// <summary>Every user in a room once, with all sessions or with a seat.</summary>
    public ReadOnlySpan<Presence> MembersOf(long projectId, long roomId) =>
        Find(projectId, roomId) is { } room ? room.Everybody : [];

    /// <summary>How many users are in a room, with all sessions or with a seat.</summary>
    public int CountUsers(long projectId, long roomId) => Find(projectId, roomId)?.UserCount ?? 0;

    /// <summary>The infos of a room.</summary>
    public ValueTask<RoomInfo> GetInfoAsync(Project project, long roomId, CancellationToken cancellationToken) =>
        _store.GetInfoAsync(project.Id, roomId, cancellationToken);

    /// <summary>Sets the given infos of a room (null = leave as it is).</summary>
    public ValueTask SetInfoAsync(
        Project project, long roomId, string? openInfo, string? privateInfo, CancellationToken cancellationToken) =>
        _store.SetInfoAsync(project.Id, roomId, openInfo, privateInfo, cancellationToken);

    /// <summary>Names who knows the users that are online. Called at start.</summary>
    internal void Use(SessionRegistry sessions) => _sessions = sessions;

    /// <summary>The room if somebody is inside.</summary>
    internal Room? Find(long projectId, long roomId) => _rooms.TryGetValue((projectId, roomId), out var room) ? room : null;

    /// <summary>The user went offline: the presence knows no rooms any more.</summary>
    internal void OnGone(Presence presence, long roomId)
    {
        if (Find(presence.User.ProjectId, roomId) is not { } room)
            return;
        Vacate(room, presence.User.ProjectId, () => room.Remove(presence));
        Tell(room, RoomNoticeKind.Left, presence.User.UserId);
    }

    /// <summary>Whether a user may come in now.</summary>
    private async ValueTask<CoreError> CheckDoorAsync(Project project, long roomId, long userId)
    {
        if ((await GetAsync(project, roomId)).IsClosed)
            return CoreError.RoomClosed;
        return await _bans.IsBannedAsync(project, BanPlace.Room(roomId), BanKind.Enter, userId) ? CoreError.BannedInRoom : CoreError.None;
    }

    private Room? Remove(Presence presence, long roomId)
    {
        lock (presence.Gate)
        {
            if (presence.RoomCount == 0 || !presence.Rooms.Remove(roomId) || Find(presence.User.ProjectId, roomId) is not { } room)
                return null;
            Vacate(room, presence.User.ProjectId, () => room.Remove(presence));
            return room;
        }
    }

    /// <summary>
    /// Takes a user out in whichever way inside, and tells the sessions that were. Tells how often the room knew the user to come in.
    /// </summary>
    private (Room? Room, int Left) TakeOut(Presence presence, long roomId)
    {
        var told = new List<Session>();
        int left;
        Room? from;
        lock (presence.Gate)
        {
            from = Remove(presence, roomId);
            var wasMember = from is not null;
            left = wasMember ? 1 : 0;
            foreach (var session in presence.Sessions)
            {
                var isTold = wasMember && !session.SitsAlone;
                if (RemoveSeat(session, roomId) is { } seat)
                {
                    isTold = true;
                    left += seat.IsAnnounced ? 1 : 0;
                    from = seat.Room;
                }
                if (isTold)
                    told.Add(session);
            }
        }
        foreach (var session in told)
            session.OnRemovedFromRoom(roomId);
        return (from, left);
    }

    /// <summary>Takes everybody out who is inside at this moment.</summary>
    private void TakeOutAll(long projectId, long roomId)
    {
        if (Find(projectId, roomId) is not { } room)
            return;
        foreach (var presence in room.Members)
            TakeOut(presence, roomId);
        foreach (var subGroup in room.SubGroups)
        {
            foreach (var session in subGroup.Sessions)
            {
                if (session?.Presence is { } presence)
                    TakeOut(presence, roomId);
            }
        }
    }

    /// <summary>Puts somebody in, inside the presence's gate: nobody is in a room without knowing it.</summary>
    private TResult Change<TArgument, TResult>((long, long RoomId) key, TArgument argument, Func<Room, TArgument, TResult> change)
    {
        while (true)
        {
            var room = _rooms.GetOrAdd(key, static key => new Room(key.RoomId));
            lock (room.Gate)
            {
                if (!room.IsRetired)
                    return change(room, argument);
            }
        }
    }

    /// <summary>Takes somebody out, and the room away with the last one.</summary>
    private void Vacate(Room room, long projectId, Action remove)
    {
        lock (room.Gate)
        {
            remove();
            if (room.IsEmpty && !room.IsRetired)
            {
                room.IsRetired = true;
                _rooms.TryRemove(new KeyValuePair<(long, long), Room>((projectId, room.RoomId), room));
            }
        }
    }
}
