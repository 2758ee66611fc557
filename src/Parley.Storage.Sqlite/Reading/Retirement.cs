using Parley.Core.Messaging;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Reading;

/// <summary>The messages of a conversation up to a sequence are to be retired.</summary>
internal readonly record struct RetirementStep(ConversationKey Key, long Conversation, long Through, int Count);

/// <summary>Finds and retires messages that a project no longer keeps. They are always the oldest of their conversation.</summary>
internal static class Retirement
{
    private const string FromPlace = """
        SELECT id, head_seq, head_time, retired_seq, kind, first, second FROM conversation
        WHERE project_id = ? AND (kind, first, second) > (?, ?, ?) ORDER BY kind, first, second
        """;

    private const string Remove = "DELETE FROM message WHERE conversation_id = ? AND seq <= ?";

    private const string Remember = """
        UPDATE conversation SET head_seq = ?, head_time = ?, retired_seq = max(retired_seq, ?) WHERE id = ?
        """;

    /// <summary>
    /// What to retire of the conversations after <paramref name="after"/>, at most <paramref name="limit"/> messages. Returns the
    /// conversation to go on after; null at the end of the project.
    /// </summary>
    public static ConversationKey? Plan(
        SqliteDatabase database, ConversationKey after, long before, int keep, int limit, List<RetirementStep> steps,
        CancellationToken cancellationToken)
    {
        using var rows = database.Use(FromPlace).Bind(after.ProjectId).Bind((long)after.Kind).Bind(after.First).Bind(after.Second);
        var planned = 0;
        var last = after;
        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = new ConversationKey(after.ProjectId, (ConversationKind)rows.Int64(4), rows.Int64(5), rows.Int64(6));
            var conversation = Conversations.WithHead(
                database, new ConversationRow(rows.Int64(0), rows.Int64(1), rows.Int64(2), rows.Int64(3)));
            var count = Math.Max(0, ThroughOf(database, conversation, before, keep) - conversation.Retired);
            if (count > 0)
            {
                count = Math.Min(count, limit - planned);
                steps.Add(new RetirementStep(key, conversation.Id, conversation.Retired + count, (int)count));
                planned += (int)count;
                if (planned >= limit)
                    return last; // this conversation may have more
            }
            last = key;
        }
        return null;
    }

    /// <summary>Retires one step; returns how many messages went.</summary>
    public static int Apply(WriteSession session, RetirementStep step)
    {
        var (_, sequence, time) = session.Journal.HeadOf(step.Key);
        session.Journal.RememberLastId();
        session.Use(Remove).Bind(step.Conversation).Bind(step.Through).Run();
        var removed = session.Database.Changes;
        session.Use(Remember).Bind(sequence).Bind(time).Bind(step.Through).Bind(step.Conversation).Run();
        return removed;
    }

    private static long ThroughOf(SqliteDatabase database, in ConversationRow conversation, long before, int keep)
    {
        var (low, high) = (conversation.Retired + 1, conversation.Sequence);
        if (low > high)
            return 0;
        var through = keep > 0 ? high - keep : 0;
        if (before > 0 && Conversations.TimeAt(database, conversation.Id, low) < before)
            through = Math.Max(through, Conversations.LastUntil(database, conversation.Id, before - 1, low + 1, high));
        return through;
    }
}
