using Parley.Core.Messaging;
using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Reading;

/// <summary>Where users stand in conversations: arithmetic over heads, floors and read positions.</summary>
internal static class States
{
    private const string FindRead = "SELECT seq FROM read_position WHERE conversation_id = ? AND user_id = ?";

    private const string FindJoined = "SELECT joined_after FROM group_member WHERE project_id = ? AND group_id = ? AND user_id = ?";

    private const string FindBroadcastFloor = "SELECT broadcast_floor FROM user WHERE project_id = ? AND user_id = ?";

    private const string FindPairs = """
        SELECT id, head_seq, head_time, retired_seq, first, second FROM conversation
        WHERE project_id = ?1 AND kind = 1 AND first = ?2
        UNION ALL
        SELECT id, head_seq, head_time, retired_seq, first, second FROM conversation
        WHERE project_id = ?1 AND kind = 1 AND second = ?2 AND first <> ?2
        """;

    private const string Rows = """
        SELECT sender, type, is_deleted FROM message WHERE conversation_id = ? AND seq > ? AND seq <= ? ORDER BY seq
        """;

    /// <summary>The user's states in the given conversations; those in which nothing was ever said are left out.</summary>
    public static IReadOnlyList<ConversationState> Of(
        SqliteDatabase database, long userId, IReadOnlyList<ConversationKey> keys, UnreadFilter filter,
        CancellationToken cancellationToken)
    {
        var found = new List<ConversationState>(keys.Count);
        for (var i = 0; i < keys.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Conversations.TryFind(database, keys[i], out var conversation))
                found.Add(StateOf(database, userId, keys[i], conversation, filter));
        }
        return found;
    }

    /// <summary>The user's states in all peer-to-peer conversations.</summary>
    public static IReadOnlyList<ConversationState> OfPeers(
        SqliteDatabase database, long projectId, long userId, UnreadFilter filter, CancellationToken cancellationToken)
    {
        var found = new List<ConversationState>();
        using var rows = database.Use(FindPairs).Bind(projectId).Bind(userId);
        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = new ConversationKey(projectId, ConversationKind.PeerToPeer, rows.Int64(4), rows.Int64(5));
            var conversation = Conversations.WithHead(
                database, new ConversationRow(rows.Int64(0), rows.Int64(1), rows.Int64(2), rows.Int64(3)));
            if (conversation.Sequence > 0)
                found.Add(StateOf(database, userId, key, conversation, filter));
        }
        return found;
    }

    /// <summary>The peer-to-peer conversations of a user.</summary>
    public static List<ConversationKey> PairsOf(SqliteDatabase database, long projectId, long userId, CancellationToken cancellationToken)
    {
        var found = new List<ConversationKey>();
        using var rows = database.Use(FindPairs).Bind(projectId).Bind(userId);
        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            found.Add(new ConversationKey(projectId, ConversationKind.PeerToPeer, rows.Int64(4), rows.Int64(5)));
        }
        return found;
    }

    /// <summary>Whether everything before the position's first sequence is read, so that the position may move.</summary>
    public static bool IsReadBefore(SqliteDatabase database, in ReadPosition position) =>
        position.From <= 1
        || (Conversations.TryFind(database, position.Conversation, out var conversation)
            && ReadOf(database, position.UserId, position.Conversation, conversation) >= position.From - 1);

    private static ConversationState StateOf(
        SqliteDatabase database, long userId, in ConversationKey key, in ConversationRow conversation, UnreadFilter filter)
    {
        var head = new ConversationHead(conversation.Sequence, conversation.Time);
        if (key.Kind == ConversationKind.Room)
            return new ConversationState(key, head, head.Sequence, 0);
        var read = ReadOf(database, userId, key, conversation);
        return new ConversationState(key, head, read, Unread(database, userId, conversation, read, filter));
    }

    /// <summary>The greatest sequence that the user has read or that lies below the user's floor.</summary>
    public static long ReadOf(SqliteDatabase database, long userId, in ConversationKey key, in ConversationRow conversation)
    {
        var read = Math.Max(conversation.Retired, FloorOf(database, userId, key));
        using var row = database.Use(FindRead).Bind(conversation.Id).Bind(userId);
        return row.Step() ? Math.Max(read, row.Int64(0)) : read;
    }

    /// <summary>The sequence up to which nothing is for this user: what was said before joining.</summary>
    public static long FloorOf(SqliteDatabase database, long userId, in ConversationKey key)
    {
        using var row = key.Kind switch
        {
            ConversationKind.Group => database.Use(FindJoined).Bind(key.ProjectId).Bind(key.First).Bind(userId),
            ConversationKind.Broadcast => database.Use(FindBroadcastFloor).Bind(key.ProjectId).Bind(userId),
            ConversationKind.PeerToPeer or ConversationKind.Room => null,
            _ => throw new ArgumentOutOfRangeException(nameof(key), key.Kind, "Unknown kind of conversation."),
        };
        return row is not null && row.Step() ? row.Int64(0) : 0;
    }

    private static long Unread(
        SqliteDatabase database, long userId, in ConversationRow conversation, long read, UnreadFilter filter)
    {
        if (filter.After > 0 && read < conversation.Sequence)
            read = Conversations.LastUntil(database, conversation.Id, filter.After, read + 1, conversation.Sequence);
        if (read >= conversation.Sequence)
            return 0;
        if (filter.Types is null)
            return conversation.Sequence - read - Conversations.DeletedBetween(database, conversation.Id, read, conversation.Sequence);

        var types = new TypeSet(filter.Types);
        var count = 0L;
        read = Math.Max(read, conversation.Sequence - History.MostRowsExamined);
        using var rows = database.Use(Rows).Bind(conversation.Id).Bind(read).Bind(conversation.Sequence);
        while (rows.Step())
        {
            if (rows.Int64(2) == 0 && rows.Int64(0) != userId && types.Contains((byte)rows.Int64(1)))
                count++;
        }
        return count;
    }
}
