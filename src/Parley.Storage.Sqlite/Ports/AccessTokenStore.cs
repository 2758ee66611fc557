using Parley.Core.Storage;
using Parley.Core.Users;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Tokens that gateways handed out.</summary>
internal sealed class AccessTokenStore(StoreWriter writer, ReaderPool readers) : IAccessTokenStore
{
    private const string Put = """
        INSERT INTO access_token (project_id, user_id, platform, hash, expires, state) VALUES (?, ?, ?, ?, ?, 0)
        ON CONFLICT DO UPDATE SET expires = excluded.expires, state = 0
        """;

    private const string Find = """
        SELECT state, expires FROM access_token WHERE project_id = ? AND user_id = ? AND platform = ? AND hash = ?
        """;

    private const string List = "SELECT hash, expires FROM access_token WHERE project_id = ? AND user_id = ? AND platform = ?";

    private const string Count = "SELECT count(*) FROM access_token WHERE project_id = ? AND user_id = ? AND platform = ?";

    private const string Remove = "DELETE FROM access_token WHERE project_id = ? AND user_id = ? AND platform = ? AND hash = ?";

    private const string RemoveExpired = """
        DELETE FROM access_token WHERE project_id = ? AND user_id = ? AND platform = ? AND expires < ?
        """;

    private const string SetState = """
        UPDATE access_token SET state = ?1 WHERE project_id = ?2 AND user_id = ?3 AND hash IS NOT ?4 AND platform = ?5
        """;

    private const string SetStateOfAll = """
        UPDATE access_token SET state = ?1 WHERE project_id = ?2 AND user_id = ?3 AND hash IS NOT ?4
        """;

    private const string Purge = """
        DELETE FROM access_token WHERE (project_id, user_id, platform, hash) IN
            (SELECT project_id, user_id, platform, hash FROM access_token WHERE expires < ? ORDER BY expires LIMIT ?)
        """;

    public async ValueTask AddAsync(AccessTokenKey token, long expires, long now, int keep, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                Pair(session, RemoveExpired, token).Bind(now).Run();
                Pair(session, Put, token).Bind(token.Hash.Span).Bind(expires).Run();
                if (keep > 0)
                    Trim(session, token, keep);
            },
            cancellationToken);

    public ValueTask<AccessTokenRecord?> FindAsync(AccessTokenKey token, CancellationToken cancellationToken) =>
        readers.RunAsync<AccessTokenRecord?>(
            database =>
            {
                using var row = database.Use(Find).Bind(token.ProjectId).Bind(token.UserId).Bind(token.Platform).Bind(token.Hash.Span);
                return row.Step() ? new((AccessTokenState)row.Int64(0), row.Int64(1)) : null;
            },
            cancellationToken);

    public async ValueTask SetStateAsync(
        long projectId, long userId, string? platform, ReadOnlyMemory<byte> spared, AccessTokenState state,
        CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                var statement = session.Use(platform is null ? SetStateOfAll : SetState).Bind((long)state).Bind(projectId).Bind(userId)
                    .Bind(spared.Span);
                if (platform is not null)
                    statement.Bind(platform);
                statement.Run();
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

    private static SqliteStatement Pair(WriteSession session, string sql, AccessTokenKey token) =>
        session.Use(sql).Bind(token.ProjectId).Bind(token.UserId).Bind(token.Platform);

    /// <summary>Forgets those that expire first, never the one that has just come, until no more than so many are left.</summary>
    private static void Trim(WriteSession session, AccessTokenKey token, int keep)
    {
        long count;
        using (var row = Pair(session, Count, token))
            count = row.Step() ? row.Int64(0) : 0;
        if (count <= keep)
            return;
        var others = new List<(long Expires, byte[] Hash)>();
        using (var rows = Pair(session, List, token))
        {
            while (rows.Step())
            {
                if (!rows.Span(0).SequenceEqual(token.Hash.Span))
                    others.Add((rows.Int64(1), rows.Bytes(0)));
            }
        }
        others.Sort(static (one, other) => one.Expires.CompareTo(other.Expires));
        for (var i = 0; i < count - keep && i < others.Count; i++)
            Pair(session, Remove, token).Bind(others[i].Hash).Run();
    }
}
