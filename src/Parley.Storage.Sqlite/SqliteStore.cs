using Microsoft.Extensions.Logging;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Ports;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;
using SQLitePCL;

namespace Parley.Storage.Sqlite;

/// <summary>
/// The embedded store: one SQLite database in WAL mode. One writer commits many operations at once, a pool of connections reads,
/// and the write-ahead log is moved into the database off the path of commits.
/// </summary>
public sealed class SqliteStore : IStore
{
    /// <summary>How long a connection waits for a lock of another program, such as one that makes a backup, in milliseconds.</summary>
    internal const int BusyTimeout = 5000;

    /// <summary>
    /// Bytes of a page. Each message changes a page of the index of its conversation, and changed pages go to the log whole: smaller
    /// pages than SQLite's usual 4,096 bytes make a third less to write and to flush.
    /// </summary>
    private const int PageSize = 2048;

    /// <summary>How long closing may take.</summary>
    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(5);

    private const string Touch = """
        INSERT INTO meta (key, value) VALUES ('health', 1) ON CONFLICT DO UPDATE SET value = value + 1
        """;

    private const string Touched = "SELECT value FROM meta WHERE key = 'health'";

    private readonly DataDirectory _directory;
    private readonly ReaderPool _readers;
    private readonly Checkpointer _checkpointer;
    private readonly SqliteMetrics _metrics;
    private readonly ILogger _logger;
    private int _disposed;

    private SqliteStore(
        DataDirectory directory, StoreWriter writer, ReaderPool readers, SqliteDatabase checkpoints, SqliteStoreOptions options,
        TimeProvider time, ILogger logger)
    {
        _directory = directory;
        Writer = writer;
        _readers = readers;
        _logger = logger;
        _metrics = new SqliteMetrics(() => writer.QueueLength, () => readers.QueueLength, options.Path + "-wal");
        _checkpointer = new Checkpointer(checkpoints, options.CheckpointPages, writer.RestartLog, _metrics, time, logger);
        Messages = new MessageStore(writer, readers);
        Projects = new ProjectStore(writer, readers);
        Users = new UserStore(writer, readers);
        Persons = new PersonStore(writer, readers);
        AccessTokens = new AccessTokenStore(writer, readers);
        Names = new NameStore(writer, readers);
        Relations = new RelationStore(writer, readers);
        Groups = new GroupStore(writer, readers);
        Rooms = new RoomStore(writer, readers);
        Bans = new BanStore(writer, readers);
        Pending = new PendingStore(writer, readers);
        FriendRequests = new FriendRequestStore(writer, readers);
        Webhooks = new WebhookStore(writer, readers);
        Files = new FileStore(writer, readers);
        Statistics = new StatisticsStore(writer, readers);
        Installations = new InstallationStore(writer, readers);
        AccessNodes = new AccessNodeStore(writer, readers);
        Inboxes = new InboxStore(writer, readers);
        writer.Start(_metrics, _checkpointer.Written);
    }

    /// <inheritdoc/>
    public IMessageStore Messages { get; }

    /// <inheritdoc/>
    public IProjectStore Projects { get; }

    /// <inheritdoc/>
    public IUserStore Users { get; }

    /// <inheritdoc/>
    public IPersonStore Persons { get; }

    /// <inheritdoc/>
    public IAccessTokenStore AccessTokens { get; }

    /// <inheritdoc/>
    public INameStore Names { get; }

    /// <inheritdoc/>
    public IRelationStore Relations { get; }

    /// <inheritdoc/>
    public IGroupStore Groups { get; }

    /// <inheritdoc/>
    public IRoomStore Rooms { get; }

    /// <inheritdoc/>
    public IBanStore Bans { get; }

    /// <inheritdoc/>
    public IPendingStore Pending { get; }

    /// <inheritdoc/>
    public IFriendRequestStore FriendRequests { get; }

    /// <inheritdoc/>
    public IWebhookStore Webhooks { get; }

    /// <inheritdoc/>
    public IFileStore Files { get; }

    /// <inheritdoc/>
    public IStatisticsStore Statistics { get; }

    /// <inheritdoc/>
    public IInstallationStore Installations { get; }

    /// <inheritdoc/>
    public IAccessNodeStore AccessNodes { get; }

    /// <inheritdoc/>
    public IInboxStore Inboxes { get; }

    /// <summary>The one writer.</summary>
    internal StoreWriter Writer { get; }

    /// <summary>Opens the store: makes the directory and the database if need be, and brings the schema up to date.</summary>
    /// <exception cref="StoreException">The store cannot be used; the message is one clear line.</exception>
    public static ValueTask<SqliteStore> OpenAsync(
        SqliteStoreOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        options.Validate();
        var logger = loggers.CreateLogger<SqliteStore>();
        return new ValueTask<SqliteStore>(Task.Run(() => Open(options, time, logger), cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var touched = await Writer.RunAsync(
                session =>
                {
                    session.Use(Touch).Run();
                    return session.Database.Scalar(Touched);
                },
                cancellationToken);
            return await _readers.RunAsync(
                database => database.Scalar(Touched) >= touched, cancellationToken);
        }
        catch (Exception exception)
        {
            _logger.Unhealthy(exception);
            return false;
        }
    }

    /// <summary>Takes nothing more, commits what waits, moves the log into the database and closes, within five seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Writer.Stop();
        _readers.Stop();
        _checkpointer.Stop();
        try
        {
            await Task.WhenAll(Writer.Ended, _readers.Ended, _checkpointer.Ended).WaitAsync(CloseDeadline, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            // The threads still use their connections, so those stay open; the lock stays with them.
            _logger.CloseTimedOut((int)CloseDeadline.TotalSeconds);
            return;
        }
        await Task.Run(Close);
        _logger.Closed();
    }

    private void Close()
    {
        _readers.Dispose();
        _checkpointer.Dispose();
        Writer.CloseLog();
        Writer.Dispose();
        _metrics.Dispose();
        _directory.Dispose();
    }

    private static SqliteStore Open(SqliteStoreOptions options, TimeProvider time, ILogger logger)
    {
        var version = SqliteLibrary.EnsureLoaded();
        var directory = DataDirectory.Take(options.Path);
        var databases = new List<SqliteDatabase>();
        try
        {
            options.Taken?.Invoke();
            Prepare(options, logger);
            for (var i = 0; i < options.Readers + 2; i++)
                databases.Add(OpenConnection(options, isReader: i >= 2));
            var window = (long)options.DuplicateWindow.TotalMilliseconds;
            var journal = new Journal(
                databases[0], new ConversationCache(options.ConversationCache),
                new DuplicateWindow(options.DuplicateWindowEntries, window));
            journal.Rebuild(options.DuplicateWindowEntries, time.GetUtcNow().ToUnixTimeMilliseconds() - window);
            logger.Opened(options.Path, version, Migrations.Latest, options.Synchronous, journal.Remembered);
            return new SqliteStore(
                directory, new StoreWriter(databases[0], journal, options, time, logger),
                new ReaderPool(databases[2..], options.ReadQueueLength), databases[1], options, time, logger);
        }
        catch (Exception exception)
        {
            foreach (var database in databases)
                database.Dispose();
            directory.Dispose();
            if (exception is SqliteFailure failure)
                throw Explain(options.Path, failure);
            throw;
        }
    }

    /// <summary>Looks at the database before anything of it is changed, then brings its schema up to date.</summary>
    private static void Prepare(SqliteStoreOptions options, ILogger logger)
    {
        using var database = SqliteDatabase.Open(options.Path, readOnly: false);
        database.SetBusyTimeout(BusyTimeout);
        database.SetCheckpointOnClose(false);
        Migrations.Check(database, options.Path);
        database.SetCheckpointOnClose(true);
        database.Execute($"PRAGMA page_size = {PageSize}"); // heeded by a new database only
        using (var mode = database.Use("PRAGMA journal_mode = WAL"))
        {
            if (!mode.Step() || mode.Text(0) != "wal")
                throw new StoreException($"The database '{options.Path}' lies on a file system that SQLite's WAL mode cannot use.");
        }
        database.Execute($"PRAGMA synchronous = {(int)options.Synchronous}");
        Migrations.Apply(database, logger);
    }

    private static SqliteDatabase OpenConnection(SqliteStoreOptions options, bool isReader)
    {
        var database = SqliteDatabase.Open(options.Path, readOnly: false);
        database.SetBusyTimeout(BusyTimeout);
        database.Execute($"PRAGMA synchronous = {(int)options.Synchronous}; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY");
        database.Execute($"PRAGMA cache_size = -{(isReader ? options.ReaderCache : options.WriterCache)}");
        if (isReader)
            database.Execute("PRAGMA query_only = ON");
        return database;
    }

    private static StoreException Explain(string path, SqliteFailure failure) => failure.PrimaryCode switch
    {
        raw.SQLITE_NOTADB => new StoreException($"'{path}' is not a database.", failure),
        raw.SQLITE_CORRUPT => new StoreException($"The database '{path}' is damaged: restore a backup.", failure),
        raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_READONLY or raw.SQLITE_AUTH =>
            new StoreException($"The database '{path}' cannot be read and written by this user.", failure),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StoreException($"The database '{path}' is in use by another program.", failure),
        _ => new StoreException($"The database '{path}' cannot be opened: {failure.Message}.", failure),
    };
}
