using Parley.Core.Sessions;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Installations of users.</summary>
internal sealed class InstallationStore(StoreWriter writer, ReaderPool readers) : IInstallationStore
{
    private const string Counter = "installation";

    private const long FirstId = 1000;

    private const string Find = "SELECT user_id, nation, city, town FROM installation WHERE project_id = ? AND id = ?";

    private const string Add = "INSERT INTO installation (project_id, id, user_id, nation, city, town, seen) VALUES (?, ?, ?, ?, ?, ?, -1)";

    private const string ChangeHands = """
        UPDATE installation
        SET user_id = ?, position_1 = 0, word_1 = 0, position_2 = 0, word_2 = 0, position_3 = 0, word_3 = 0, seen = -1
        WHERE project_id = ? AND id = ?
        """;

    private const string Reserved = "SELECT sequence FROM installation WHERE project_id = ? AND id = ?";

    private const string Reserve = "UPDATE installation SET sequence = ? WHERE project_id = ? AND id = ?";

    private const string Marks = """
        SELECT position_1, word_1, position_2, word_2, position_3, word_3, seen FROM installation WHERE project_id = ? AND id = ?
        """;

    private const string SetMarks = """
        UPDATE installation
        SET position_1 = ?4, word_1 = ?5, position_2 = ?6, word_2 = ?7, position_3 = ?8, word_3 = ?9, seen = max(seen, ?10)
        WHERE project_id = ?1 AND id = ?2 AND ?3 IN (0, user_id)
        """;

    private const string SetSeen = "UPDATE installation SET seen = ?1 WHERE project_id = ?2 AND id = ?3 AND user_id = ?4 AND seen < ?1";

    public ValueTask<Installation> AddAsync(
        long projectId, long userId, int nation, int city, int town, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                var installation = new Installation(NextId(session, projectId), userId, nation, city, town);
                Insert(session, projectId, installation);
                return installation;
            },
            cancellationToken);

    public ValueTask<Installation?> FindAsync(long projectId, long id, CancellationToken cancellationToken) =>
        readers.RunAsync(database => Read(database, projectId, id), cancellationToken);

    public ValueTask<Installation> BindAsync(long projectId, long id, long userId, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                if (Read(session.Database, projectId, id) is not { } known)
                {
                    var made = new Installation(id, userId, 0, 0, 0);
                    Insert(session, projectId, made);
                    return made;
                }
                if (known.UserId != userId)
                    session.Use(ChangeHands).Bind(userId).Bind(projectId).Bind(id).Run();
                return known with { UserId = userId };
            },
            cancellationToken);

    public ValueTask<long> ReserveSequenceAsync(
        long projectId, long id, long seen, long first, long step, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                long reserved;
                using (var row = session.Use(Reserved).Bind(projectId).Bind(id))
                {
                    if (!row.Step())
                        return 0;
                    reserved = Math.Max(first, row.Int64(0));
                }
                if (Math.Max(reserved, seen) >= long.MaxValue - step)
                    return 0;
                var from = Math.Max(reserved, seen + 1);
                session.Use(Reserve).Bind(from + step).Bind(projectId).Bind(id).Run();
                return from;
            },
            cancellationToken);

    public ValueTask<CatchUpMarks> GetMarksAsync(long projectId, long id, CancellationToken cancellationToken) =>
        readers.RunAsync(
            database =>
            {
                using var row = database.Use(Marks).Bind(projectId).Bind(id);
                return row.Step()
                    ? new CatchUpMarks(
                        new(row.Int64(0), row.Int64(1)), new(row.Int64(2), row.Int64(3)), new(row.Int64(4), row.Int64(5)),
                        row.Int64(6) < 0 ? null : row.Int64(6))
                    : default;
            },
            cancellationToken);

    public async ValueTask SetSeenAsync(long projectId, long id, long userId, long position, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(SetSeen).Bind(position).Bind(projectId).Bind(id).Bind(userId).Run();
            },
            cancellationToken);

    public async ValueTask SetMarksAsync(
        long projectId, long id, long userId, CatchUpMarks marks, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(SetMarks).Bind(projectId).Bind(id).Bind(userId)
                    .Bind(marks.Oldest.Position).Bind(marks.Oldest.Word).Bind(marks.Middle.Position).Bind(marks.Middle.Word)
                    .Bind(marks.Newest.Position).Bind(marks.Newest.Word).Bind(marks.Seen ?? -1).Run();
            },
            cancellationToken);

    /// <summary>The next number of the counter that nobody brought along as his own.</summary>
    private static long NextId(WriteSession session, long projectId)
    {
        long id;
        do
            id = Counters.Next(session, projectId, Counter, FirstId);
        while (Read(session.Database, projectId, id) is not null);
        return id;
    }

    private static void Insert(WriteSession session, long projectId, Installation made) =>
        session.Use(Add).Bind(projectId).Bind(made.Id).Bind(made.UserId).Bind((long)made.Nation).Bind((long)made.City)
            .Bind((long)made.Town).Run();

    private static Installation? Read(SqliteDatabase database, long projectId, long id)
    {
        using var row = database.Use(Find).Bind(projectId).Bind(id);
        return row.Step()
            ? new(id, row.Int64(0), (int)row.Int64(1), (int)row.Int64(2), (int)row.Int64(3))
            : null;
    }
}
