using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Numbers that are handed out once, counted per project and name.</summary>
internal static class Counters
{
    private const string Advance = """
        INSERT INTO counter (project_id, name, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value
        """;

    /// <summary>The next number; the first one is <paramref name="first"/>.</summary>
    public static long Next(WriteSession session, long projectId, string name, long first)
    {
        using var row = session.Use(Advance).Bind(projectId).Bind(name).Bind(first);
        row.Step();
        return row.Int64(0);
    }
}
