using SQLitePCL;

namespace Parley.Storage.Sqlite.Native;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>sqlite3_db_config verb: closing the last connection leaves the write-ahead log as it is.</summary>
    private const int NoCheckpointOnClose = 1006;

    /// <summary>sqlite3_db_status verb: pages written by this connection.</summary>
    private const int CacheWrite = 9;

    private readonly sqlite3 _handle;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private bool _disposed;

    private SqliteDatabase(sqlite3 handle) => _handle = handle;

    /// <summary>The connection itself.</summary>
    public sqlite3 Handle => _handle;

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Rows changed by the last statement.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>The row id of the last insert.</summary>
    public long LastRowId => raw.sqlite3_last_insert_rowid(_handle);

    /// <summary>Opens an existing file.</summary>
    public static SqliteDatabase Open(string path, bool readOnly)
    {
        SqliteLibrary.EnsureLoaded();
        var flags = raw.SQLITE_OPEN_NOMUTEX | (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE);
        var result = raw.sqlite3_open_v2(path, out var handle, flags, null);
        if (result == raw.SQLITE_OK)
        {
            raw.sqlite3_extended_result_codes(handle, 1);
            return new SqliteDatabase(handle);
        }
        var text = raw.sqlite3_errstr(result).utf8_to_string();
        raw.sqlite3_close_v2(handle);
        throw new SqliteFailure(result, text);
    }

    /// <summary>The prepared statement of a constant text, ready to bind. Disposing it makes it ready for the next use.</summary>
    public SqliteStatement Use(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = Prepare(sql);
            _statements.Add(sql, statement);
        }
        return statement.Begin();
    }

    /// <summary>Runs one or more statements that bind nothing.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>The first column of the first row; 0 when there is none.</summary>
    public long Scalar(string sql)
    {
        var statement = Prepare(sql);
        try
        {
            return statement.Step() ? statement.Int64(0) : 0;
        }
        finally
        {
            statement.Close();
        }
    }

    /// <summary>How long to wait for a lock.</summary>
    public void SetBusyTimeout(int milliseconds) => Check(raw.sqlite3_busy_timeout(_handle, milliseconds));

    /// <summary>Whether closing the last connection moves the write-ahead log into the database.</summary>
    public void SetCheckpointOnClose(bool on) => raw.sqlite3_db_config(_handle, NoCheckpointOnClose, on ? 0 : 1, out _);

    /// <summary>Pages written since the last call.</summary>
    public int TakeWrittenPages()
    {
        raw.sqlite3_db_status(_handle, CacheWrite, out var pages, out _, 1);
        return pages;
    }

    /// <summary>Moves the write-ahead log into the database; false when a lock was in the way.</summary>
    public bool Checkpoint(int mode, out int logged, out int moved)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out logged, out moved);
        if ((result & 0xFF) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
            return false;
        Check(result);
        return true;
    }

    /// <summary>Undoes the open transaction, if there still is one.</summary>
    public void RollbackIfOpen()
    {
        if (InTransaction)
            raw.sqlite3_exec(_handle, "ROLLBACK");
    }

    /// <summary>Throws unless the result is success.</summary>
    public void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw new SqliteFailure(result, raw.sqlite3_errmsg(_handle).utf8_to_string());
    }

    /// <summary>Closes the statements and the connection.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var statement in _statements.Values)
            statement.Close();
        _statements.Clear();
        raw.sqlite3_close_v2(_handle);
    }

    private SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_handle, sql, out var statement));
        return new SqliteStatement(this, statement);
    }
}
