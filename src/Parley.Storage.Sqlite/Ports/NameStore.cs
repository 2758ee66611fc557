using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>The name directory.</summary>
internal sealed class NameStore(StoreWriter writer, ReaderPool readers) : INameStore
{
    /// <summary>The first number of the band.</summary>
    private const long BandStart = 9_000_000_000_000_000;

    /// <summary>The last number of the band: 2^53, the last that JavaScript keeps exact.</summary>
    private const long BandEnd = 1L << 53;

    private const string FindId = "SELECT id FROM name WHERE project_id = ? AND name = ?";

    private const string FindText = "SELECT name FROM name WHERE project_id = ? AND id = ?";

    private const string Last = "SELECT max(id) FROM name WHERE project_id = ?";

    private const string Add = "INSERT INTO name (project_id, id, name) VALUES (?, ?, ?)";

    public async ValueTask<long> GetOrAddAsync(long projectId, string name, CancellationToken cancellationToken)
    {
        var known = await FindAsync(projectId, name, cancellationToken);
        return known != 0
            ? known
            : await writer.RunAsync(session => AddIfMissing(session.Database, projectId, name), cancellationToken);
    }

    public ValueTask<long> FindAsync(long projectId, string name, CancellationToken cancellationToken) =>
        readers.RunAsync(database => IdOf(database, projectId, name), cancellationToken);

    public ValueTask<string?> FindNameAsync(long projectId, long id, CancellationToken cancellationToken) =>
        readers.RunAsync(
            database =>
            {
                using var row = database.Use(FindText).Bind(projectId).Bind(id);
                return row.Step() ? row.Text(0) : null;
            },
            cancellationToken);

    private static long IdOf(SqliteDatabase database, long projectId, string name)
    {
        using var row = database.Use(FindId).Bind(projectId).Bind(name);
        return row.Step() ? row.Int64(0) : 0;
    }

    private static long AddIfMissing(SqliteDatabase database, long projectId, string name)
    {
        var id = IdOf(database, projectId, name);
        if (id != 0)
            return id;
        using (var row = database.Use(Last).Bind(projectId))
            id = row.Step() && !row.IsNull(0) ? row.Int64(0) + 1 : BandStart;
        if (id > BandEnd)
            throw new StoreException($"Project {projectId} has used up the numbers for names.");
        database.Use(Add).Bind(projectId).Bind(id).Bind(name).Run();
        return id;
    }
}
