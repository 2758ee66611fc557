using Parley.Core.Messaging;
using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Reading;

/// <summary>
/// A conversation as a reader finds it. Its messages are those with <c>Retired</c> &lt; sequence ≤ <c>Sequence</c>, without gaps.
/// </summary>
/// <param name="Id">Its row.</param>
/// <param name="Sequence">Its newest message.</param>
/// <param name="Time">The time of the newest message.</param>
/// <param name="Retired">Everything up to here was retired.</param>
internal readonly record struct ConversationRow(long Id, long Sequence, long Time, long Retired);

/// <summary>Finds conversations and places in them.</summary>
internal static class Conversations
{
    private const string Find = """
        SELECT id, head_seq, head_time, retired_seq FROM conversation WHERE project_id = ? AND kind = ? AND first = ? AND second = ?
        """;

    private const string FindHead = "SELECT seq, time FROM message WHERE conversation_id = ? ORDER BY seq DESC LIMIT 1";

    private const string FindTime = "SELECT time FROM message WHERE conversation_id = ? AND seq = ?";

    private const string CountDeleted = """
        SELECT count(*) FROM message WHERE conversation_id = ? AND seq > ? AND seq <= ? AND is_deleted = 1
        """;

    /// <summary>False when nothing was ever said there.</summary>
    public static bool TryFind(SqliteDatabase database, in ConversationKey key, out ConversationRow conversation)
    {
        conversation = default;
        using (var row = database.Use(Find).Bind(key.ProjectId).Bind((long)key.Kind).Bind(key.First).Bind(key.Second))
        {
            if (!row.Step())
                return false;
            conversation = new ConversationRow(row.Int64(0), row.Int64(1), row.Int64(2), row.Int64(3));
        }
        conversation = WithHead(database, conversation);
        return conversation.Sequence > 0;
    }

    /// <summary>The conversation with its newest message, if that is still there; otherwise with what was remembered of it.</summary>
    public static ConversationRow WithHead(SqliteDatabase database, in ConversationRow conversation)
    {
        using var row = database.Use(FindHead).Bind(conversation.Id);
        return row.Step() ? conversation with { Sequence = row.Int64(0), Time = row.Int64(1) } : conversation;
    }

    /// <summary>The time of a message that is there.</summary>
    public static long TimeAt(SqliteDatabase database, long conversation, long sequence)
    {
        using var row = database.Use(FindTime).Bind(conversation).Bind(sequence);
        return row.Step() ? row.Int64(0) : 0;
    }

    /// <summary>
    /// The newest of the messages from <paramref name="low"/> to <paramref name="high"/> whose time is not after
    /// <paramref name="time"/>; low - 1 when there is none. Sequences are dense and time never goes back, so this is a binary search.
    /// </summary>
    public static long LastUntil(SqliteDatabase database, long conversation, long time, long low, long high)
    {
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            if (TimeAt(database, conversation, middle) <= time)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return high;
    }

    /// <summary>How many messages with <paramref name="after"/> &lt; sequence ≤ <paramref name="until"/> were deleted.</summary>
    public static long DeletedBetween(SqliteDatabase database, long conversation, long after, long until)
    {
        using var row = database.Use(CountDeleted).Bind(conversation).Bind(after).Bind(until);
        return row.Step() ? row.Int64(0) : 0;
    }
}
