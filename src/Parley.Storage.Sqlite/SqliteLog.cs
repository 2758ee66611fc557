using Microsoft.Extensions.Logging;

namespace Parley.Storage.Sqlite;

/// <summary>Everything that the store logs. Event ids are never reused.</summary>
internal static partial class SqliteLog
{
    [LoggerMessage(2001, LogLevel.Information,
        "Store {Path} is open: SQLite {Version}, schema {Schema}, synchronous {Synchronous}, "
        + "{Remembered} messages in the duplicate window")]
    public static partial void Opened(
        this ILogger logger, string path, string version, int schema, SqliteSynchronous synchronous, int remembered);

    [LoggerMessage(2002, LogLevel.Information, "Store schema went from {From} to {To}")]
    public static partial void Migrated(this ILogger logger, int from, int to);

    [LoggerMessage(2003, LogLevel.Error, "A commit of {Count} operations failed; none of them was stored")]
    public static partial void CommitFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(2004, LogLevel.Error, "A message could not be stored")]
    public static partial void EntryFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2005, LogLevel.Error, "The journal's sink threw")]
    public static partial void SinkFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2006, LogLevel.Warning, "Moving the write-ahead log into the database failed")]
    public static partial void CheckpointFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2007, LogLevel.Debug, "Moved {Moved} of {Logged} pages of the write-ahead log into the database")]
    public static partial void Checkpointed(this ILogger logger, int moved, int logged);

    [LoggerMessage(2008, LogLevel.Error,
        "The store did not close within {Seconds} s; it was left as it is, and nothing that was acknowledged is lost")]
    public static partial void CloseTimedOut(this ILogger logger, int seconds);

    [LoggerMessage(2009, LogLevel.Information, "Store is closed")]
    public static partial void Closed(this ILogger logger);

    [LoggerMessage(2010, LogLevel.Warning, "The store is not healthy")]
    public static partial void Unhealthy(this ILogger logger, Exception exception);
}
