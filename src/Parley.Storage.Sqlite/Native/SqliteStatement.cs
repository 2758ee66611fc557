using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Parley.Storage.Sqlite.Native;

/// <summary>
/// A prepared statement. Parameters are bound in their order; columns are read while on a row. <see cref="Dispose"/> ends one use
/// and makes the statement ready for the next; <see cref="Close"/> frees it.
/// </summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt statement) : IDisposable
{
    private int _bound;

    /// <summary>Begins one use, whatever became of the last.</summary>
    public SqliteStatement Begin()
    {
        _bound = 0;
        return this;
    }

    /// <summary>Binds a number.</summary>
    public SqliteStatement Bind(long value)
    {
        database.Check(raw.sqlite3_bind_int64(statement, ++_bound, value));
        return this;
    }

    /// <summary>Binds a number or NULL.</summary>
    public SqliteStatement Bind(double? value)
    {
        database.Check(value is { } number
            ? raw.sqlite3_bind_double(statement, ++_bound, number)
            : raw.sqlite3_bind_null(statement, ++_bound));
        return this;
    }

    /// <summary>Binds bytes; none are NULL.</summary>
    public SqliteStatement Bind(ReadOnlySpan<byte> value)
    {
        database.Check(value.IsEmpty
            ? raw.sqlite3_bind_null(statement, ++_bound)
            : raw.sqlite3_bind_blob(statement, ++_bound, value));
        return this;
    }

    /// <summary>Binds a text or NULL.</summary>
    public SqliteStatement Bind(string? value)
    {
        if (value is null)
            database.Check(raw.sqlite3_bind_null(statement, ++_bound));
        else if (value.Length == 0)
            database.Check(raw.sqlite3_bind_text(statement, ++_bound, ""));
        else
            BindText(value);
        return this;
    }

    /// <summary>Goes to the next row; false at the end.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW)
            return true;
        if (result == raw.SQLITE_DONE)
            return false;
        var text = raw.sqlite3_errmsg(database.Handle).utf8_to_string();
        Dispose();
        throw new SqliteFailure(result, text);
    }

    /// <summary>Runs a statement that returns no rows and makes it ready for the next use.</summary>
    public void Run()
    {
        Step();
        Dispose();
    }

    /// <summary>A number; 0 for NULL.</summary>
    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>A number.</summary>
    public double Double(int column) => raw.sqlite3_column_double(statement, column);

    /// <summary>Whether the column is NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>Bytes or the bytes of a text, valid until the next step.</summary>
    public ReadOnlySpan<byte> Span(int column) => raw.sqlite3_column_blob(statement, column);

    /// <summary>A copy of the bytes; empty for NULL.</summary>
    public byte[] Bytes(int column) => Span(column).ToArray();

    /// <summary>A text; "" for NULL. Unlike a C string it may hold zeros.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Span(column));

    /// <summary>Ends one use.</summary>
    public void Dispose()
    {
        _bound = 0;
        raw.sqlite3_reset(statement);
    }

    /// <summary>Frees the statement.</summary>
    public void Close() => raw.sqlite3_finalize(statement);

    private void BindText(string value)
    {
        var size = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = null;
        var buffer = size <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var length = Encoding.UTF8.GetBytes(value, buffer);
            database.Check(raw.sqlite3_bind_text(statement, ++_bound, buffer[..length]));
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
