using Parley.Core.Messaging;
using Parley.Core.Moderation;
using Parley.Core.Rooms;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Rooms and their kept broadcasts.</summary>
internal sealed class RoomStore(StoreWriter writer, ReaderPool readers) : IRoomStore
{
    /// <summary>The name of the counter of room ids.</summary>
    private const string CounterName = "room";

    private const long FirstId = 1_000_000_000;

    private const string FindInfo = "SELECT open_info, private_info FROM room WHERE project_id = ? AND room_id = ?";

    private const string SetInfo = """
        INSERT INTO room (project_id, room_id, open_info, private_info) VALUES (?1, ?2, coalesce(?3, ''), coalesce(?4, ''))
        ON CONFLICT DO UPDATE SET open_info = coalesce(?3, open_info), private_info = coalesce(?4, private_info)
        """;

    private const string Find = """
        SELECT owner, is_closed, capacity, name, description FROM room WHERE project_id = ? AND room_id = ?
        """;

    private const string ListKept = """
        SELECT number, position, expires FROM kept_broadcast WHERE project_id = ? AND room_id = ? ORDER BY number
        """;

    private const string Make = "INSERT INTO room (project_id, room_id, owner, name, description) VALUES (?, ?, ?, ?, ?)";

    private const string Remove = "DELETE FROM room WHERE project_id = ? AND room_id = ?";

    private const string RemoveKept = "DELETE FROM kept_broadcast WHERE project_id = ? AND room_id = ?";

    private const string Close = """
        INSERT INTO room (project_id, room_id, is_closed) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET is_closed = 1
        """;

    private const string Open = "UPDATE room SET is_closed = 0 WHERE project_id = ? AND room_id = ?";

    private const string SetCapacity = """
        INSERT INTO room (project_id, room_id, capacity) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET capacity = excluded.capacity
        """;

    private const string CountBroadcast = """
        INSERT INTO room (project_id, room_id, broadcasts) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET broadcasts = broadcasts + 1
        """;

    private const string Broadcasts = "SELECT broadcasts FROM room WHERE project_id = ? AND room_id = ?";

    private const string Keep = """
        INSERT INTO kept_broadcast (project_id, room_id, number, position, expires) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET position = excluded.position, expires = excluded.expires
        """;

    private const string CountKept = "SELECT count(*) FROM kept_broadcast WHERE project_id = ? AND room_id = ?";

    private const string ForgetOldest = """
        DELETE FROM kept_broadcast WHERE (project_id, room_id, number) IN
            (SELECT project_id, room_id, number FROM kept_broadcast WHERE project_id = ? AND room_id = ? ORDER BY number LIMIT ?)
        """;

    private const string Purge = """
        DELETE FROM kept_broadcast WHERE (project_id, room_id, number) IN
            (SELECT project_id, room_id, number FROM kept_broadcast WHERE expires < ? ORDER BY expires LIMIT ?)
        """;

    private const string Exists = "SELECT 1 FROM room WHERE project_id = ? AND room_id = ?";

    private const string HasBans = "SELECT 1 FROM ban WHERE project_id = ? AND scope = ? AND place_id = ? LIMIT 1";

    public ValueTask<RoomInfo> GetInfoAsync(long projectId, long roomId, CancellationToken cancellationToken) =>
        readers.RunAsync(
            database =>
            {
                using var row = database.Use(FindInfo).Bind(projectId).Bind(roomId);
                return row.Step() ? new RoomInfo(row.Text(0), row.Text(1)) : new RoomInfo("", "");
            },
            cancellationToken);

    public async ValueTask SetInfoAsync(
        long projectId, long roomId, string? openInfo, string? privateInfo, CancellationToken cancellationToken)
    {
        if (openInfo is null && privateInfo is null)
            return;
        await writer.RunAsync(
            session => session.Use(SetInfo).Bind(projectId).Bind(roomId).Bind(openInfo).Bind(privateInfo).Run(), cancellationToken);
    }

    public ValueTask<RoomState> GetAsync(long projectId, long roomId, CancellationToken cancellationToken) =>
        readers.RunAsync(
            database =>
            {
                var record = RoomRecord.None;
                using (var row = database.Use(Find).Bind(projectId).Bind(roomId))
                {
                    if (row.Step())
                        record = new(row.Text(3), row.Text(4), row.Int64(0), row.Int64(1) != 0, (int)row.Int64(2));
                }
                var kept = new List<BroadcastMark>(0);
                using var rows = database.Use(ListKept).Bind(projectId).Bind(roomId);
                while (rows.Step())
                    kept.Add(new(rows.Int64(0), rows.Int64(1), rows.Int64(2)));
                return new RoomState(record, kept);
            },
            cancellationToken);

    public ValueTask<long> CreateAsync(
        long projectId, RoomRecord room, Func<long, bool> isTaken, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                long roomId;
                do
                    roomId = Counters.Next(session, projectId, CounterName, FirstId);
                while (IsUsed(session, projectId, roomId) || isTaken(roomId));
                session.Use(Make).Bind(projectId).Bind(roomId).Bind(room.OwnerId).Bind(room.Name).Bind(room.Description).Run();
                return roomId;
            },
            cancellationToken);

    public ValueTask RemoveAsync(long projectId, long roomId, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                session.Use(Remove).Bind(projectId).Bind(roomId).Run();
                session.Use(RemoveKept).Bind(projectId).Bind(roomId).Run();
                session.Use(BanStore.RemovePlace).Bind(projectId).Bind((long)BanScope.Room).Bind(roomId).Run();
            },
            cancellationToken);

    public ValueTask SetClosedAsync(long projectId, long roomId, bool isClosed, CancellationToken cancellationToken) =>
        writer.RunAsync(session => session.Use(isClosed ? Close : Open).Bind(projectId).Bind(roomId).Run(), cancellationToken);

    public ValueTask SetCapacityAsync(long projectId, long roomId, int capacity, CancellationToken cancellationToken) =>
        writer.RunAsync(session => session.Use(SetCapacity).Bind(projectId).Bind(roomId).Bind((long)capacity).Run(), cancellationToken);

    public ValueTask<long> NextBroadcastAsync(long projectId, long roomId, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                session.Use(CountBroadcast).Bind(projectId).Bind(roomId).Run();
                return Scalar(session, Broadcasts, projectId, roomId);
            },
            cancellationToken);

    public ValueTask KeepBroadcastAsync(
        long projectId, long roomId, BroadcastMark mark, int most, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                session.Use(Keep).Bind(projectId).Bind(roomId).Bind(mark.Number).Bind(mark.Position).Bind(mark.ExpiresAt).Run();
                var surplus = Scalar(session, CountKept, projectId, roomId) - most;
                if (surplus > 0)
                    session.Use(ForgetOldest).Bind(projectId).Bind(roomId).Bind(surplus).Run();
            },
            cancellationToken);

    public ValueTask<int> PurgeBroadcastsAsync(long now, int limit, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                session.Use(Purge).Bind(now).Bind((long)Math.Max(0, limit)).Run();
                return session.Database.Changes;
            },
            cancellationToken);

    private static bool IsUsed(WriteSession session, long projectId, long roomId)
    {
        if (Scalar(session, Exists, projectId, roomId) != 0)
            return true;
        using var ban = session.Use(HasBans).Bind(projectId).Bind((long)BanScope.Room).Bind(roomId);
        return ban.Step() || session.Journal.HeadOf(new(projectId, ConversationKind.Room, roomId, 0)).Sequence > 0;
    }

    private static long Scalar(WriteSession session, string sql, long projectId, long roomId)
    {
        using var row = session.Use(sql).Bind(projectId).Bind(roomId);
        return row.Step() ? row.Int64(0) : 0;
    }
}
