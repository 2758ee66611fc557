using SQLitePCL;

namespace Parley.Storage.Sqlite.Native;

/// <summary>SQLite answered with an error.</summary>
internal sealed class SqliteFailure(int code, string text) : Exception($"{text} (SQLite error {code})")
{
    /// <summary>The extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>The result code without its extension.</summary>
    public int PrimaryCode => Code & 0xFF;

    /// <summary>Whether only the row at hand is at fault, and the transaction may go on.</summary>
    public bool IsAboutOneRow => PrimaryCode is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH;
}
