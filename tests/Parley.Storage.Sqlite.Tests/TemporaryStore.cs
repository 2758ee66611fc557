using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core.Storage;

namespace Parley.Storage.Sqlite.Tests;

/// <summary>A directory of its own for the databases of one test.</summary>
internal sealed class TemporaryStore
{
    public TemporaryStore() => Directory = System.IO.Directory.CreateTempSubdirectory("parley-store-").FullName;

    public string Directory { get; }

    public string File => Path.Combine(Directory, "data", "parley.db");

    public SqliteStoreOptions Options => new() { Path = File, Synchronous = SqliteSynchronous.Off };

    public ValueTask<SqliteStore> OpenAsync(TimeProvider time, SqliteStoreOptions? options = null) =>
        SqliteStore.OpenAsync(options ?? Options, time, NullLoggerFactory.Instance, CancellationToken.None);

    public async ValueTask<IStore> OpenAnyAsync(TimeProvider time) => await OpenAsync(time);

    public ValueTask DestroyAsync()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A store over what would be left if the one that is open here were killed now: its files as they are.</summary>
    public async ValueTask<KilledStore> KilledAsync(TimeProvider time)
    {
        var copy = new TemporaryStore();
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(copy.File)!);
        foreach (var suffix in new[] { "", "-wal" })
            System.IO.File.Copy(File + suffix, copy.File + suffix);
        return new(copy, await copy.OpenAsync(time));
    }

    internal sealed record KilledStore(TemporaryStore Files, SqliteStore Store) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Store.DisposeAsync();
            await Files.DestroyAsync();
        }
    }
}
