using Parley.Core.Sessions;

namespace Parley.Core.Rooms;

/// <content>Seats of single sessions, sub-groups, and the notices of who comes and goes.</content>
public sealed partial class RoomDirectory
{
    /// <summary>The most sessions of a sub-group, where neither the room nor the project says anything.</summary>
    public const int DefaultCapacity = 10_000;

    /// <summary>
    /// Gives a session a seat of its own; sitting already is no error. Nobody is told yet: the caller answers its client and then calls
    /// <see cref="Announce"/> when the seat is new.
    /// </summary>
    /// <returns><see cref="CoreError.InvalidId"/>, <see cref="CoreError.RoomClosed"/>, <see cref="CoreError.BannedInRoom"/>,
    /// <see cref="CoreError.TooManyRooms"/>, <see cref="CoreError.NotOnline"/> when the session ended meanwhile, or the sub-group.</returns>
    public async ValueTask<SeatResult> TakeSeatAsync(Session session, long roomId)
    {
        if (roomId <= 0)
            return new(CoreError.InvalidId, 0, false);
        var project = session.Project;
        var error = await CheckDoorAsync(project, roomId, session.UserId);
        if (error != CoreError.None)
            return new(error, 0, false);
        var capacity = await GetCapacityAsync(project, roomId, CancellationToken.None);
        var result = Sit(session, roomId, capacity);
        if (!result.IsNew)
            return result;
        // who closed the room or banned the user meanwhile did not see the seat if it came later
        error = await CheckDoorAsync(project, roomId, session.UserId);
        if (error == CoreError.None)
            return result;
        LeaveSeat(session, roomId);
        return new(error, 0, false);
    }

    /// <summary>
    /// Tells everybody in the room, the session itself too, of a seat that it has taken. Without a seat, or a second time, nobody is told.
    /// </summary>
    public void Announce(Session session, long roomId)
    {
        if (session.Presence is not { } presence)
            return;
        Seat? seat;
        lock (presence.Gate)
        {
            seat = FindSeat(session, roomId);
            if (seat is null || seat.IsAnnounced)
                return;
            seat.IsAnnounced = true;
        }
        Tell(seat.Room, RoomNoticeKind.Joined, session.UserId);
    }

    /// <summary>Frees a session's seat and tells those who stay; having none is no error. True when there was one.</summary>
    public bool LeaveSeat(Session session, long roomId)
    {
        if (session.Presence is not { } presence)
            return false;
        Seat? seat;
        lock (presence.Gate)
            seat = RemoveSeat(session, roomId);
        if (seat is null)
            return false;
        if (seat.IsAnnounced)
            Tell(seat.Room, RoomNoticeKind.Left, session.UserId);
        return true;
    }

    /// <summary>The sub-group in which a session has its seat; null when it has none in the room.</summary>
    public int? SubGroupOf(Session session, long roomId)
    {
        if (session.Presence is not { } presence)
            return null;
        lock (presence.Gate)
            return FindSeat(session, roomId)?.SubGroup.Number;
    }

    /// <summary>The rooms where a session has a seat, by their ids.</summary>
    public IReadOnlyList<long> SeatsOf(Session session)
    {
        if (session.Presence is not { } presence)
            return [];
        lock (presence.Gate)
            return session.Seats is { } seats ? [.. seats.Keys.Order()] : [];
    }

    /// <summary>
    /// How many sessions are in a room: seats, and the sessions of those inside as users. A session that is inside in both ways counts
    /// twice.
    /// </summary>
    public int CountSessions(long projectId, long roomId) => Find(projectId, roomId)?.CountSessions() ?? 0;

    /// <summary>The sub-groups in which somebody sits, by their numbers, with the numbers of their seats.</summary>
    public IReadOnlyList<(int SubGroup, int Sessions)> SubGroupsOf(long projectId, long roomId) =>
        Find(projectId, roomId)?.ListSubGroups() ?? [];

    /// <summary>The rooms with the most sessions, at most <paramref name="take"/>: the largest first, equal ones by their ids.</summary>
    public IReadOnlyList<(long RoomId, int Sessions)> GetLargest(long projectId, int take)
    {
        var rooms = new List<(long RoomId, int Sessions)>();
        foreach (var (key, room) in _rooms)
        {
            if (key.ProjectId == projectId && room.CountSessions() is > 0 and var sessions)
                rooms.Add((key.RoomId, sessions));
        }
        return [.. rooms.OrderByDescending(room => room.Sessions).ThenBy(room => room.RoomId).Take(take)];
    }

    /// <summary>A session was closed, and the seat was taken off it.</summary>
    internal void OnGone(Seat seat)
    {
        Vacate(seat.Room, seat.Session.Project.Id, () => seat.Room.RemoveSeat(seat));
        if (seat.IsAnnounced)
            Tell(seat.Room, RoomNoticeKind.Left, seat.Session.UserId);
    }

    private SeatResult Sit(Session session, long roomId, int capacity)
    {
        if (session.Presence is not { } presence)
            return new(CoreError.NotOnline, 0, false);
        lock (presence.Gate)
        {
            if (session.IsClosed)
                return new(CoreError.NotOnline, 0, false);
            if (FindSeat(session, roomId) is { } present)
                return new(CoreError.None, present.SubGroup.Number, false);
            session.Seats ??= [];
            if (session.Seats.Count >= _settings.SeatsPerSession)
                return new(CoreError.TooManyRooms, 0, false);
            var seat = Change(
                (session.Project.Id, roomId), (session, capacity), static (room, wish) => room.AddSeat(wish.session, wish.capacity));
            session.Seats.Add(roomId, seat);
            return new(CoreError.None, seat.SubGroup.Number, true);
        }
    }

    /// <summary>Call inside the presence's gate.</summary>
    private static Seat? FindSeat(Session session, long roomId) =>
        session.Seats is { } seats && seats.TryGetValue(roomId, out var seat) ? seat : null;

    /// <summary>Call inside the presence's gate.</summary>
    private Seat? RemoveSeat(Session session, long roomId)
    {
        if (session.Seats is not { } seats || !seats.Remove(roomId, out var seat))
            return null;
        Vacate(seat.Room, session.Project.Id, () => seat.Room.RemoveSeat(seat));
        return seat;
    }

    /// <summary>Tells everybody inside, outside of all locks, unless the room is too large for that or nobody sits there.</summary>
    private void Tell(Room room, RoomNoticeKind kind, long userId)
    {
        var most = _settings.RoomNoticeSessions;
        if (most == 0 || !room.HasSeats || room.SeatCount > most || room.CountSessions() > most)
            return;
        var notice = new RoomNotice(room.RoomId, kind, userId);
        var members = room.Members;
        foreach (var subGroup in room.SubGroups)
        {
            foreach (var session in subGroup.Sessions)
            {
                if (session is not null && Room.HearsBySeat(session, members))
                    session.OnRoomNotice(notice);
            }
        }
        foreach (var presence in members)
        {
            foreach (var session in presence.Sessions)
            {
                if (!session.SitsAlone)
                    session.OnRoomNotice(notice);
            }
        }
    }
}
