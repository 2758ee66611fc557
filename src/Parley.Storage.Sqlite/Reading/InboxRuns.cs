using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Reading;

/// <summary>What lies at numbers of an inbox that follow each other.</summary>
/// <param name="First">The first number.</param>
/// <param name="Places">The place of each.</param>
internal sealed record InboxRun(long First, long[] Places)
{
    /// <summary>The last number.</summary>
    public long Last => First + Places.Length - 1;
}

/// <summary>The runs of inboxes as they are stored.</summary>
internal static class InboxRuns
{
    /// <summary>The greatest number.</summary>
    public const long MostNumber = uint.MaxValue;

    /// <summary>Numbers of one run at the most, so that looking for one of them stays cheap.</summary>
    public const int MostPlaces = 512;

    private const string Add = "INSERT INTO inbox_run (id, count, places) VALUES (?, ?, ?)";

    private const string From = "SELECT id, count, places FROM inbox_run WHERE id > ? AND id <= ? ORDER BY id";

    private const string AtOrBefore = "SELECT id, count, places FROM inbox_run WHERE id > ? AND id <= ? ORDER BY id DESC LIMIT 1";

    private const string LastRun = "SELECT id, count FROM inbox_run WHERE id > ? AND id <= ? ORDER BY id DESC LIMIT 1";

    // the lower half of an id is the first number
    private const string RemoveUntil = "DELETE FROM inbox_run WHERE id > ? AND id <= ? AND (id & 4294967295) + count - 1 <= ?";

    /// <summary>Writes what lies at numbers that follow each other.</summary>
    public static void Write(SqliteDatabase database, long inbox, long first, ReadOnlySpan<long> places, List<byte> buffer)
    {
        for (var start = 0; start < places.Length; start += MostPlaces)
        {
            var some = places[start..Math.Min(start + MostPlaces, places.Length)];
            buffer.Clear();
            VariableIntegers.WriteDifferences(buffer, some);
            database.Use(Add).Bind(KeyOf(inbox, first + start)).Bind((long)some.Length)
                .Bind(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(buffer)).Run();
        }
    }

    /// <summary>The run that a number lies in; null when it lies in none.</summary>
    public static InboxRun? Find(SqliteDatabase database, long inbox, long number)
    {
        using var row = database.Use(AtOrBefore).Bind(KeyOf(inbox, 0)).Bind(KeyOf(inbox, number));
        return row.Step() && Read(row) is { } run && number <= run.Last ? run : null;
    }

    /// <summary>The runs of an inbox in their order, read while they are gone through.</summary>
    public static IEnumerable<InboxRun> All(SqliteDatabase database, long inbox)
    {
        using var rows = database.Use(From).Bind(KeyOf(inbox, 0)).Bind(KeyOf(inbox, MostNumber));
        while (rows.Step())
            yield return Read(rows);
    }

    /// <summary>The last number that lies in a run; 0 = none.</summary>
    public static long LastOf(SqliteDatabase database, long inbox)
    {
        using var row = database.Use(LastRun).Bind(KeyOf(inbox, 0)).Bind(KeyOf(inbox, MostNumber));
        return row.Step() ? (row.Int64(0) & MostNumber) + row.Int64(1) - 1 : 0;
    }

    /// <summary>Removes the runs that end at or before a number.</summary>
    public static void Remove(SqliteDatabase database, long inbox, long through) =>
        database.Use(RemoveUntil).Bind(KeyOf(inbox, 0)).Bind(KeyOf(inbox, through)).Bind(through).Run();

    private static long KeyOf(long inbox, long number) => (inbox << 32) | number;

    private static InboxRun Read(SqliteStatement row)
    {
        var places = new long[row.Int64(1)];
        VariableIntegers.ReadDifferences(row.Span(2), places);
        return new(row.Int64(0) & MostNumber, places);
    }
}
