using Parley.Core.Relations;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Friend requests that wait for a reaction.</summary>
internal sealed class FriendRequestStore(StoreWriter writer, ReaderPool readers) : IFriendRequestStore
{
    private const string Counter = "friend_request";

    private const string Add = """
        INSERT INTO friend_request (project_id, id, sender, receiver, time, remark, is_removal, number) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (project_id, receiver, sender) DO UPDATE
            SET id = CASE WHEN is_removal = excluded.is_removal THEN id ELSE excluded.id END,
                time = excluded.time, remark = excluded.remark, is_removal = excluded.is_removal, number = excluded.number
            WHERE is_removal <> excluded.is_removal OR remark <> excluded.remark
        """;

    private const string Columns = "SELECT id, sender, receiver, time, remark, is_removal, number FROM friend_request WHERE project_id = ?";

    private const string FindPair = Columns + " AND sender = ? AND receiver = ?";

    private const string Find = Columns + " AND id = ?";

    private const string ForReceiver = Columns + " AND receiver = ? ORDER BY number";

    private const string ForgetRemovals = """
        DELETE FROM friend_request WHERE project_id = ? AND receiver = ? AND is_removal = 1 AND time <= ?
        """;

    private const string CountFor = "SELECT count(*) FROM friend_request WHERE project_id = ? AND receiver = ?";

    private const string ForgetOldest = """
        DELETE FROM friend_request WHERE (project_id, id) IN
            (SELECT project_id, id FROM friend_request WHERE project_id = ? AND receiver = ? ORDER BY number LIMIT ?)
        """;

    private const string Remove = "DELETE FROM friend_request WHERE project_id = ? AND id = ?";

    private const string RemovePair = "DELETE FROM friend_request WHERE project_id = ? AND receiver = ? AND sender = ?";

    public ValueTask<FriendRequest> AddAsync(
        long projectId, FriendRequest request, FriendRequestBounds bounds, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                session.Use(ForgetRemovals).Bind(projectId).Bind(request.Receiver).Bind(bounds.RemovalsAfter).Run();
                var number = Counters.Next(session, projectId, Counter, 1);
                session.Use(Add).Bind(projectId).Bind(TextOf(request.Id)).Bind(request.Sender).Bind(request.Receiver).Bind(request.Time)
                    .Bind(request.Remark).Bind(request.IsRemoval ? 1L : 0L).Bind(number).Run();
                Trim(session, projectId, request.Receiver, bounds.Most);
                using var row = session.Use(FindPair).Bind(projectId).Bind(request.Sender).Bind(request.Receiver);
                return row.Step() ? Read(row) : request;
            },
            cancellationToken);

    public ValueTask<FriendRequest?> FindAsync(long projectId, Guid id, CancellationToken cancellationToken) =>
        readers.RunAsync(database => FindOne(database, projectId, id), cancellationToken);

    public ValueTask<IReadOnlyList<FriendRequest>> GetForAsync(long projectId, long receiver, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<FriendRequest>>(
            database =>
            {
                var found = new List<FriendRequest>();
                using var rows = database.Use(ForReceiver).Bind(projectId).Bind(receiver);
                while (rows.Step())
                    found.Add(Read(rows));
                return found;
            },
            cancellationToken);

    public ValueTask<FriendRequestEnd> EndAsync(long projectId, Guid id, bool isAccepted, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                if (FindOne(session.Database, projectId, id) is not { } request)
                    return FriendRequestEnd.NotThere;
                session.Use(Remove).Bind(projectId).Bind(TextOf(id)).Run();
                return isAccepted && !request.IsRemoval && Befriend(session, projectId, request.Sender, request.Receiver)
                    ? FriendRequestEnd.MadeFriends : FriendRequestEnd.Ended;
            },
            cancellationToken);

    /// <summary>Forgets, inside another operation, what waits between two users.</summary>
    public static void RemoveBetween(WriteSession session, long projectId, long one, long other)
    {
        session.Use(RemovePair).Bind(projectId).Bind(one).Bind(other).Run();
        session.Use(RemovePair).Bind(projectId).Bind(other).Bind(one).Run();
    }

    /// <summary>Puts each of two users among the other's friends; false when they were.</summary>
    private static bool Befriend(WriteSession session, long projectId, long one, long other)
    {
        if (RelationStore.IsThere(session, projectId, RelationKind.Friend, one, other)
            && RelationStore.IsThere(session, projectId, RelationKind.Friend, other, one))
        {
            return false;
        }
        RelationStore.AddOne(session, projectId, RelationKind.Friend, one, other);
        RelationStore.AddOne(session, projectId, RelationKind.Friend, other, one);
        return true;
    }

    private static void Trim(WriteSession session, long projectId, long receiver, int most)
    {
        long surplus;
        using (var row = session.Use(CountFor).Bind(projectId).Bind(receiver))
            surplus = row.Step() ? row.Int64(0) - most : 0;
        if (surplus > 0)
            session.Use(ForgetOldest).Bind(projectId).Bind(receiver).Bind(surplus).Run();
    }

    private static FriendRequest? FindOne(SqliteDatabase database, long projectId, Guid id)
    {
        using var row = database.Use(Find).Bind(projectId).Bind(TextOf(id));
        return row.Step() ? Read(row) : null;
    }

    private static FriendRequest Read(SqliteStatement row) =>
        new(Guid.ParseExact(row.Text(0), "D"), row.Int64(1), row.Int64(2), row.Int64(3), row.Text(4), row.Int64(5) != 0, row.Int64(6));

    private static string TextOf(Guid id) => id.ToString("D");
}
