using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Reading;

/// <summary>An inbox is to be cleared up to a number.</summary>
internal readonly record struct TrimStep(long Inbox, long UserId, long Through);

/// <summary>Clears inboxes from their oldest end of what is no longer kept.</summary>
internal static class InboxTrimming
{
    private const string Next = """
        SELECT id, user_id, cleared FROM inbox WHERE project_id = ? AND user_id > ? ORDER BY user_id
        """;

    private const string HasMessage = "SELECT 1 FROM message WHERE id = ?";

    private const string TimeOfNote = "SELECT time FROM inbox_note WHERE id = ?";

    private const string Remember = "UPDATE inbox SET newest = max(newest, ?), cleared = max(cleared, ?) WHERE id = ?";

    private const string OldNotes = "SELECT id FROM inbox_note WHERE project_id = ? AND time < ? ORDER BY time LIMIT ?";

    private const string RemoveNote = "DELETE FROM inbox_note WHERE id = ?";

    /// <summary>
    /// What to clear of the inboxes of the users after <paramref name="after"/>, looking at <paramref name="limit"/> inboxes and numbers.
    /// Returns the user to go on after, null at the end of the project, and how much was looked at.
    /// </summary>
    public static (long? Next, int Examined) Plan(
        SqliteDatabase database, long projectId, long after, long notesBefore, int limit, List<TrimStep> steps,
        CancellationToken cancellationToken)
    {
        var examined = 0;
        var last = after;
        using var rows = database.Use(Next).Bind(projectId).Bind(after);
        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (inbox, userId, cleared) = (rows.Int64(0), rows.Int64(1), rows.Int64(2));
            var through = ThroughOf(database, inbox, cleared, notesBefore, limit - examined, out var looked);
            examined += looked + 1;
            if (through > cleared)
                steps.Add(new(inbox, userId, through));
            if (examined >= limit)
                return (through > cleared ? last : userId, examined); // of this one there may be more
            last = userId;
        }
        return (null, examined);
    }

    /// <summary>The notes of a project from before a time (unix milliseconds), at most <paramref name="limit"/>.</summary>
    public static List<long> FindOldNotes(SqliteDatabase database, long projectId, long before, int limit)
    {
        var old = new List<long>();
        using var rows = database.Use(OldNotes).Bind(projectId).Bind(before).Bind((long)limit);
        while (rows.Step())
            old.Add(rows.Int64(0));
        return old;
    }

    /// <summary>Clears as planned, and removes these notes.</summary>
    public static bool Apply(WriteSession session, long projectId, IReadOnlyList<TrimStep> steps, IReadOnlyList<long> oldNotes)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            session.Use(Remember).Bind(session.Inboxes.NewestOf(projectId, step.UserId)).Bind(step.Through).Bind(step.Inbox).Run();
            InboxRuns.Remove(session.Database, step.Inbox, step.Through);
        }
        for (var i = 0; i < oldNotes.Count; i++)
            session.Use(RemoveNote).Bind(oldNotes[i]).Run();
        return true;
    }

    /// <summary>The last number before the first thing that stays.</summary>
    private static long ThroughOf(SqliteDatabase database, long inbox, long cleared, long notesBefore, int limit, out int looked)
    {
        var through = cleared;
        looked = 0;
        foreach (var run in InboxRuns.All(database, inbox))
        {
            for (var number = Math.Max(run.First, cleared + 1); number <= run.Last; number++)
            {
                if (looked == limit)
                    return through;
                looked++;
                if (IsKept(database, run.Places[number - run.First], notesBefore))
                    return through;
                through = number;
            }
        }
        return through;
    }

    private static bool IsKept(SqliteDatabase database, long place, long notesBefore)
    {
        using var row = place > 0 ? database.Use(HasMessage).Bind(place) : database.Use(TimeOfNote).Bind(-place);
        return row.Step() && (place > 0 || row.Int64(0) >= notesBefore);
    }
}
