using System.Runtime.InteropServices;
using Parley.Core.Files;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Files and upload tokens.</summary>
internal sealed class FileStore(StoreWriter writer, ReaderPool readers) : IFileStore
{
    private const string AddToken = """
        INSERT INTO file_token (hash, project_id, sender, purpose, is_back_end, names_extension, expires, targets)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string FindToken = """
        SELECT project_id, sender, purpose, is_back_end, names_extension, expires, targets FROM file_token WHERE hash = ?
        """;

    private const string RemoveToken = "DELETE FROM file_token WHERE hash = ?";

    private const string PurgeTokens = """
        DELETE FROM file_token WHERE hash IN (SELECT hash FROM file_token WHERE expires < ? ORDER BY expires LIMIT ?)
        """;

    private const string Mark = """
        INSERT INTO file_mark (sha256, since) VALUES (?, ?) ON CONFLICT DO UPDATE SET since = excluded.since
        """;

    private const string Unmark = "DELETE FROM file_mark WHERE sha256 = ? AND since <= ?";

    private const string Marked = "SELECT sha256 FROM file_mark WHERE since <= ? ORDER BY since LIMIT ?";

    private const string Abandoned = """
        SELECT 1 FROM file_mark WHERE sha256 = ?1 AND since <= ?2 AND NOT EXISTS (SELECT 1 FROM file WHERE sha256 = ?1)
        """;

    private const string Add = """
        INSERT INTO file (project_id, key, day, extension, sha256, size, content_type, sender, time, name)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string Find = """
        SELECT day, extension, sha256, size, content_type, sender, time, name FROM file WHERE project_id = ? AND key = ?
        """;

    private const string ContentOf = "SELECT sha256 FROM file WHERE project_id = ? AND key = ?";

    private const string Remove = "DELETE FROM file WHERE project_id = ? AND key = ?";

    private const string HasFile = "SELECT 1 FROM file WHERE sha256 = ? LIMIT 1";

    private const string Old = "SELECT key FROM file WHERE project_id = ? AND time < ? ORDER BY time LIMIT ?";

    public async ValueTask AddTokenAsync(ReadOnlyMemory<byte> hash, FileToken token, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(AddToken).Bind(hash.Span).Bind(token.ProjectId).Bind(token.Sender).Bind(token.Purpose)
                    .Bind(token.IsBackEnd ? 1 : 0L).Bind(token.NamesExtension ? 1 : 0L).Bind(token.Expires)
                    .Bind(MemoryMarshal.AsBytes<long>(token.Targets.ToArray())).Run();
            },
            cancellationToken);

    public ValueTask<FileToken?> TakeTokenAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                FileToken token;
                using (var row = session.Use(FindToken).Bind(hash.Span))
                {
                    if (!row.Step())
                        return null;
                    token = new FileToken
                    {
                        ProjectId = row.Int64(0),
                        Sender = row.Int64(1),
                        Purpose = row.Text(2),
                        IsBackEnd = row.Int64(3) != 0,
                        NamesExtension = row.Int64(4) != 0,
                        Expires = row.Int64(5),
                        Targets = MemoryMarshal.Cast<byte, long>(row.Span(6)).ToArray(),
                    };
                }
                session.Use(RemoveToken).Bind(hash.Span).Run();
                return token;
            },
            cancellationToken);

    public ValueTask<int> PurgeTokensAsync(long now, int limit, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                session.Use(PurgeTokens).Bind(now).Bind(Math.Max(0, limit)).Run();
                return session.Database.Changes;
            },
            cancellationToken);

    public async ValueTask MarkAsync(string sha256, long now, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(Mark).Bind(sha256).Bind(now).Run();
            },
            cancellationToken);

    public async ValueTask AddAsync(IReadOnlyList<FileRecord> records, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                foreach (var record in records)
                {
                    session.Use(Add).Bind(record.ProjectId).Bind(record.Key).Bind(record.Day).Bind(record.Extension).Bind(record.Sha256)
                        .Bind(record.Size).Bind(record.ContentType).Bind(record.Sender).Bind(record.Time).Bind(record.Name).Run();
                    session.Use(Unmark).Bind(record.Sha256).Bind(long.MaxValue).Run();
                }
            },
            cancellationToken);

    public ValueTask<FileRecord?> FindAsync(long projectId, string key, CancellationToken cancellationToken) =>
        readers.RunAsync(
            database =>
            {
                using var row = database.Use(Find).Bind(projectId).Bind(key);
                return !row.Step() ? null : new FileRecord
                {
                    ProjectId = projectId,
                    Key = key,
                    Day = (int)row.Int64(0),
                    Extension = row.Text(1),
                    Sha256 = row.Text(2),
                    Size = row.Int64(3),
                    ContentType = row.Text(4),
                    Sender = row.Int64(5),
                    Time = row.Int64(6),
                    Name = row.Text(7),
                };
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<string>> RemoveAsync(
        long projectId, IReadOnlyList<string> keys, long now, CancellationToken cancellationToken) =>
        writer.RunAsync<IReadOnlyList<string>>(session => RemoveAll(session, projectId, keys, now), cancellationToken);

    public ValueTask<int> PurgeAsync(long projectId, long before, long now, int limit, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                var keys = new List<string>();
                using (var rows = session.Use(Old).Bind(projectId).Bind(before).Bind(Math.Max(0, limit)))
                {
                    while (rows.Step())
                        keys.Add(rows.Text(0));
                }
                RemoveAll(session, projectId, keys, now);
                return keys.Count;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListMarkedAsync(long before, int limit, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<string>>(
            database =>
            {
                var marked = new List<string>();
                using var rows = database.Use(Marked).Bind(before).Bind(Math.Max(0, limit));
                while (rows.Step())
                    marked.Add(rows.Text(0));
                return marked;
            },
            cancellationToken);

    public ValueTask<bool> IsAbandonedAsync(string sha256, long before, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                using var row = session.Use(Abandoned).Bind(sha256).Bind(before);
                return row.Step();
            },
            cancellationToken);

    public async ValueTask UnmarkAsync(string sha256, long before, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(Unmark).Bind(sha256).Bind(before).Run();
            },
            cancellationToken);

    private static List<string> RemoveAll(WriteSession session, long projectId, IReadOnlyList<string> keys, long now)
    {
        var contents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            using (var row = session.Use(ContentOf).Bind(projectId).Bind(key))
            {
                if (!row.Step())
                    continue;
                contents.Add(row.Text(0));
            }
            session.Use(Remove).Bind(projectId).Bind(key).Run();
        }
        var left = new List<string>();
        foreach (var content in contents)
        {
            using (var row = session.Use(HasFile).Bind(content))
            {
                if (row.Step())
                    continue;
            }
            session.Use(Mark).Bind(content).Bind(now).Run();
            left.Add(content);
        }
        return left;
    }
}
