using Parley.Core.Moderation;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Bans.</summary>
internal sealed class BanStore(StoreWriter writer, ReaderPool readers) : IBanStore
{
    /// <summary>Forgets the bans of one place.</summary>
    public const string RemovePlace = "DELETE FROM ban WHERE project_id = ? AND scope = ? AND place_id = ?";

    private const string Set = """
        INSERT INTO ban (project_id, scope, place_id, kind, user_id, until) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET until = excluded.until
        """;

    private const string Find = "SELECT until FROM ban WHERE project_id = ? AND scope = ? AND place_id = ? AND kind = ? AND user_id = ?";

    private const string Remove = "DELETE FROM ban WHERE project_id = ? AND scope = ? AND place_id = ? AND kind = ? AND user_id = ?";

    private const string RemoveKind = "DELETE FROM ban WHERE project_id = ? AND scope = ? AND place_id = ? AND kind = ?";

    private const string List = """
        SELECT kind, user_id, until FROM ban WHERE project_id = ? AND scope = ? AND place_id = ? ORDER BY kind, user_id
        """;

    private const string Purge = """
        DELETE FROM ban WHERE (project_id, scope, place_id, kind, user_id) IN
            (SELECT project_id, scope, place_id, kind, user_id FROM ban WHERE until < ? ORDER BY until LIMIT ?)
        """;

    public async ValueTask SetAsync(long projectId, Ban ban, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                Put(session, projectId, ban);
            },
            cancellationToken);

    public async ValueTask RemoveAsync(
        long projectId, BanPlace place, BanKind kind, long userId, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(Remove).Bind(projectId).Bind((long)place.Scope).Bind(place.Id).Bind((long)kind).Bind(userId).Run();
            },
            cancellationToken);

    public async ValueTask RemoveAllAsync(long projectId, BanPlace place, BanKind kind, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(RemoveKind).Bind(projectId).Bind((long)place.Scope).Bind(place.Id).Bind((long)kind).Run();
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<Ban>> GetAsync(long projectId, BanPlace place, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<Ban>>(
            database =>
            {
                var bans = new List<Ban>();
                using var rows = database.Use(List).Bind(projectId).Bind((long)place.Scope).Bind(place.Id);
                while (rows.Step())
                    bans.Add(new Ban(place, (BanKind)rows.Int64(0), rows.Int64(1), rows.Int64(2)));
                return bans;
            },
            cancellationToken);

    public ValueTask<int> PurgeAsync(long now, int limit, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                session.Use(Purge).Bind(now).Bind(Math.Max(0, limit)).Run();
                return session.Database.Changes;
            },
            cancellationToken);

    /// <summary>Sets a ban inside another port's work.</summary>
    public static void Put(WriteSession session, long projectId, Ban ban) =>
        session.Use(Set).Bind(projectId).Bind((long)ban.Place.Scope).Bind(ban.Place.Id).Bind((long)ban.Kind)
            .Bind(ban.UserId).Bind(ban.Until).Run();

    /// <summary>Until when a user is banned by name at a place; 0 when there is no such ban.</summary>
    public static long UntilOf(SqliteDatabase database, long projectId, BanPlace place, BanKind kind, long userId)
    {
        using var row = database.Use(Find).Bind(projectId).Bind((long)place.Scope).Bind(place.Id).Bind((long)kind).Bind(userId);
        return row.Step() ? row.Int64(0) : 0;
    }

    /// <summary>Whether a user is banned: by name or as one of everyone, at the place or in every place of its kind.</summary>
    public static bool Holds(SqliteDatabase database, long projectId, BanPlace place, BanKind kind, long userId, long now) =>
        UntilOf(database, projectId, place, kind, userId) > now
        || UntilOf(database, projectId, place, kind, 0) > now
        || UntilOf(database, projectId, place with { Id = 0 }, kind, userId) > now
        || UntilOf(database, projectId, place with { Id = 0 }, kind, 0) > now;
}
