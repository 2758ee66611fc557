using Parley.Core.Messaging;
using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Reading;

/// <summary>The places in the log of what a user has not read, peer-to-peer and in groups.</summary>
internal static class UnreadMessages
{
    private const string Groups = "SELECT group_id FROM group_member WHERE project_id = ? AND user_id = ?";

    private const string NewestFirst = """
        SELECT id, sender, is_deleted FROM message WHERE conversation_id = ? AND seq > ? AND seq <= ? ORDER BY seq DESC
        """;

    /// <summary>The newest <paramref name="most"/> of them, ascending.</summary>
    public static long[] Of(SqliteDatabase database, long projectId, long userId, int most, CancellationToken cancellationToken)
    {
        var keys = States.PairsOf(database, projectId, userId, cancellationToken);
        using (var rows = database.Use(Groups).Bind(projectId).Bind(userId))
        {
            while (rows.Step())
                keys.Add(ConversationKey.Group(projectId, rows.Int64(0)));
        }
        var newest = new PriorityQueue<long, long>(); // the oldest goes first
        foreach (var key in keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Conversations.TryFind(database, key, out var conversation))
                Gather(database, userId, key, conversation, most, newest);
        }
        var found = new long[newest.Count];
        for (var i = 0; i < found.Length; i++)
            found[i] = newest.Dequeue();
        return found;
    }

    private static void Gather(
        SqliteDatabase database, long userId, in ConversationKey key, in ConversationRow conversation, int most,
        PriorityQueue<long, long> newest)
    {
        var read = States.ReadOf(database, userId, key, conversation);
        if (read >= conversation.Sequence)
            return;
        using var rows = database.Use(NewestFirst).Bind(conversation.Id).Bind(read).Bind(conversation.Sequence);
        for (var passed = 0; passed < History.MostRowsExamined && rows.Step(); passed++)
        {
            var position = rows.Int64(0);
            if (newest.Count == most && (most == 0 || position < newest.Peek()))
                return; // what comes is older still
            if (rows.Int64(1) == userId || rows.Int64(2) != 0)
                continue;
            if (newest.Count == most)
                newest.Dequeue();
            newest.Enqueue(position, position);
        }
    }
}
