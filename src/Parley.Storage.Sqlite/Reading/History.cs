using Parley.Core.Messaging;
using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Reading;

/// <summary>History by page, by window and by range. The cost does not grow with the length of the conversation.</summary>
internal static class History
{
    private const string Columns = """
        SELECT seq, sender, mid, time, type, is_binary, is_deleted, file_kind, file_size, thumbnail, attrs, body, id, envelope
        FROM message
        """;

    private const string Ascending = Columns + " WHERE conversation_id = ? AND seq >= ? AND seq <= ? ORDER BY seq";

    private const string Descending = Columns + " WHERE conversation_id = ? AND seq >= ? AND seq <= ? ORDER BY seq DESC";

    private const string AtPosition = """
        SELECT m.seq, m.sender, m.mid, m.time, m.type, m.is_binary, m.is_deleted, m.file_kind, m.file_size, m.thumbnail, m.attrs, m.body,
            m.id, m.envelope, c.project_id, c.kind, c.first, c.second
        FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.id = ?
        """;

    private const string DeletedAscending = """
        SELECT seq FROM message WHERE conversation_id = ? AND seq >= ? AND seq <= ? AND is_deleted = 1 ORDER BY seq
        """;

    private const string DeletedDescending = """
        SELECT seq FROM message WHERE conversation_id = ? AND seq >= ? AND seq <= ? AND is_deleted = 1 ORDER BY seq DESC
        """;

    private const string NewestWithMid = """
        SELECT seq FROM message WHERE conversation_id = ? AND mid = ? AND seq > ? ORDER BY seq DESC LIMIT 1
        """;

    private const string NewestOfSender = """
        SELECT seq FROM message WHERE conversation_id = ? AND mid = ? AND sender = ? AND seq > ? ORDER BY seq DESC LIMIT 1
        """;

    /// <summary>
    /// How many rows one request looks at, at the most, when a filter passes them over: one user must not keep the readers from others.
    /// </summary>
    public const int MostRowsExamined = 200_000;

    /// <summary>Among how many of the newest messages a <c>mid</c> is looked for.</summary>
    public const int MostMidsExamined = 50_000;

    /// <summary>How many rows are passed over between two looks at the cancellation token.</summary>
    private const int RowsBetweenChecks = 1024;

    /// <summary>A page of visible messages.</summary>
    public static IReadOnlyList<Message> Page(SqliteDatabase database, PageQuery query, CancellationToken cancellationToken)
    {
        if (query.Take <= 0 || !Conversations.TryFind(database, query.Conversation, out var conversation))
            return [];
        if (query.AfterSequence >= conversation.Sequence)
            return [];
        var low = Math.Max(query.AfterSequence, conversation.Retired) + 1;
        var high = conversation.Sequence;
        if (query.AfterMessageId != 0)
        {
            using var row = database.Use(NewestWithMid).Bind(conversation.Id).Bind(query.AfterMessageId)
                .Bind(Math.Max(low - 1, high - MostMidsExamined));
            if (row.Step())
                low = row.Int64(0) + 1;
        }

        long skip = Math.Max(0, query.Skip);
        if (query.Types is null && query.Direction == PageDirection.Both)
        {
            // Every visible message counts: the place to start is arithmetic.
            if (query.Descending)
                high = PassOverDescending(database, conversation.Id, low, high, skip);
            else
                low = PassOverAscending(database, conversation.Id, low, high, skip);
            skip = 0;
        }
        return Scan(database, query, conversation.Id, low, high, skip, cancellationToken);
    }

    /// <summary>A window of messages by time, deleted ones included.</summary>
    public static IReadOnlyList<Message> Window(SqliteDatabase database, WindowQuery query, CancellationToken cancellationToken)
    {
        if (query.Take <= 0 || query.End < query.Begin || !Conversations.TryFind(database, query.Conversation, out var conversation))
            return [];
        var (low, high) = (conversation.Retired + 1, conversation.Sequence);
        if (query.LastSequence > 0)
        {
            if (query.Descending)
                high = Math.Min(high, query.LastSequence - 1);
            else
                low = Math.Max(low, Math.Min(query.LastSequence, conversation.Sequence) + 1);
        }
        if (low > high)
            return [];
        if (query.Descending && query.End < conversation.Time && Conversations.TimeAt(database, conversation.Id, high) > query.End)
            high = Conversations.LastUntil(database, conversation.Id, query.End, low, high - 1);
        if (!query.Descending && query.Begin > 0 && Conversations.TimeAt(database, conversation.Id, low) < query.Begin)
            low = Conversations.LastUntil(database, conversation.Id, query.Begin - 1, low + 1, high) + 1;

        var types = new TypeSet(query.Types);
        var found = new List<Message>(Room(query.Take, low, high));
        using var rows = database.Use(query.Descending ? Descending : Ascending).Bind(conversation.Id).Bind(low).Bind(high);
        for (var passed = 1; found.Count < query.Take && passed <= MostRowsExamined && rows.Step(); passed++)
        {
            if (passed % RowsBetweenChecks == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var time = rows.Int64(3);
            if (query.Descending ? time < query.Begin : time > query.End)
                break;
            if (types.Contains((byte)rows.Int64(4)))
                found.Add(Read(rows, query.Conversation));
        }
        return found;
    }

    /// <summary>Messages by sequence, deleted ones included.</summary>
    public static IReadOnlyList<Message> Range(SqliteDatabase database, in ConversationKey key, long from, long to, int take)
    {
        if (take <= 0 || !Conversations.TryFind(database, key, out var conversation))
            return [];
        var (low, high) = (Math.Max(from, conversation.Retired + 1), Math.Min(to, conversation.Sequence));
        var found = new List<Message>(Room(take, low, high));
        using var rows = database.Use(Ascending).Bind(conversation.Id).Bind(low).Bind(high);
        while (found.Count < take && rows.Step())
            found.Add(Read(rows, key));
        return found;
    }

    /// <summary>The newest message with this sender and mid: steps over the index from the newest, and reads one row.</summary>
    public static Message? Find(SqliteDatabase database, in ConversationKey key, long sender, long mid)
    {
        if (!Conversations.TryFind(database, key, out var conversation))
            return null;
        long sequence;
        using (var row = database.Use(NewestOfSender).Bind(conversation.Id).Bind(mid).Bind(sender)
            .Bind(conversation.Sequence - MostMidsExamined))
        {
            if (!row.Step())
                return null;
            sequence = row.Int64(0);
        }
        using var rows = database.Use(Ascending).Bind(conversation.Id).Bind(sequence).Bind(sequence);
        return rows.Step() ? Read(rows, key) : null;
    }

    /// <summary>The message at a place of the log, also when deleted; null when it is another project's or was retired.</summary>
    public static Message? At(SqliteDatabase database, long projectId, long position)
    {
        using var row = database.Use(AtPosition).Bind(position);
        if (!row.Step() || row.Int64(14) != projectId)
            return null;
        return Read(row, new(projectId, (ConversationKind)row.Int64(15), row.Int64(16), row.Int64(17)));
    }

    private static List<Message> Scan(
        SqliteDatabase database, PageQuery query, long conversation, long low, long high, long skip, CancellationToken cancellationToken)
    {
        var types = new TypeSet(query.Types);
        var found = new List<Message>(Room(query.Take, low, high));
        using var rows = database.Use(query.Descending ? Descending : Ascending).Bind(conversation).Bind(low).Bind(high);
        for (var passed = 1; found.Count < query.Take && passed <= MostRowsExamined && rows.Step(); passed++)
        {
            if (passed % RowsBetweenChecks == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var wanted = query.Direction switch
            {
                PageDirection.Both => true,
                PageDirection.Sent => rows.Int64(1) == query.Viewer,
                PageDirection.Received => rows.Int64(1) != query.Viewer,
                _ => throw new ArgumentOutOfRangeException(nameof(query), query.Direction, "Unknown direction."),
            };
            if (!wanted || rows.Int64(6) != 0 || !types.Contains((byte)rows.Int64(4)))
                continue;
            if (skip > 0)
                skip--;
            else
                found.Add(Read(rows, query.Conversation));
        }
        return found;
    }

    /// <summary>The place after so many visible messages: each deleted one on the way moves it by one.</summary>
    private static long PassOverAscending(SqliteDatabase database, long conversation, long low, long high, long skip)
    {
        var place = low + skip;
        if (skip == 0)
            return place;
        using var deleted = database.Use(DeletedAscending).Bind(conversation).Bind(low).Bind(high);
        while (deleted.Step() && deleted.Int64(0) <= place)
            place++;
        return place;
    }

    private static long PassOverDescending(SqliteDatabase database, long conversation, long low, long high, long skip)
    {
        var place = high - skip;
        if (skip == 0)
            return place;
        using var deleted = database.Use(DeletedDescending).Bind(conversation).Bind(low).Bind(high);
        while (deleted.Step() && deleted.Int64(0) >= place)
            place--;
        return place;
    }

    private static int Room(int take, long low, long high) => (int)Math.Clamp(high - low + 1, 0, Math.Min(take, 256));

    /// <summary>As <see cref="At"/>, but null also when it was deleted.</summary>
    public static Message? VisibleAt(SqliteDatabase database, long projectId, long position) =>
        At(database, projectId, position) is { IsDeleted: false } message ? message : null;

    private static Message Read(SqliteStatement row, in ConversationKey key) => new()
    {
        Conversation = key,
        Sequence = row.Int64(0),
        Sender = row.Int64(1),
        MessageId = row.Int64(2),
        Time = row.Int64(3),
        Type = (byte)row.Int64(4),
        IsBinary = row.Int64(5) != 0,
        IsDeleted = row.Int64(6) != 0,
        File = (FileKind)row.Int64(7),
        FileSize = row.Int64(8),
        ThumbnailUrl = row.IsNull(9) ? null : row.Text(9),
        Attributes = row.Bytes(10),
        Body = row.Bytes(11),
        Position = row.Int64(12),
        Envelope = row.Bytes(13),
    };
}
