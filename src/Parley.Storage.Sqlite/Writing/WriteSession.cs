using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Writing;

/// <summary>What a write operation works with. Owned by the writer's thread.</summary>
internal sealed class WriteSession(SqliteDatabase database, Journal journal)
{
    /// <summary>The writing connection, inside a transaction.</summary>
    public SqliteDatabase Database { get; } = database;

    /// <summary>The conversations as of this moment, what this batch appended included.</summary>
    public Journal Journal { get; } = journal;

    /// <summary>The inboxes as of this moment, what this batch put in included.</summary>
    public InboxLedger Inboxes => Journal.Inboxes;

    /// <summary>Unix milliseconds.</summary>
    public long Now { get; set; }

    /// <summary>The prepared statement of a constant text.</summary>
    public SqliteStatement Use(string sql) => Database.Use(sql);
}
