using Parley.Core.Messaging;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Reading;

/// <summary>The messages of a project in the order of their ids, which is the order of appending.</summary>
internal static class MessageLog
{
    /// <summary>How many messages, of whatever project, one page looks at.</summary>
    public const int RowsExamined = 10_000;

    private const string Columns = """
        m.id, c.kind, c.first, c.second, m.seq, m.sender, m.mid, m.time, m.type, m.is_binary, m.file_kind, m.file_size,
            m.thumbnail, m.attrs, m.body
        """;

    private const string Newest = "SELECT max(id) FROM message";

    private const string FirstAfter = "SELECT id FROM message WHERE id > ? ORDER BY id LIMIT 1";

    // CROSS JOIN keeps the order of the tables: messages by id, then the conversation of each
    private const string Page = "SELECT " + Columns + """
         FROM message m CROSS JOIN conversation c ON c.id = m.conversation_id
        WHERE m.id >= ? AND m.id < ? AND m.is_deleted = 0 AND c.project_id = ? AND c.kind <> 4 ORDER BY m.id
        """;

    private const string Retries = "SELECT " + Columns + """
        , d.position FROM dead_letter d LEFT JOIN message m ON m.id = d.position AND m.is_deleted = 0
            LEFT JOIN conversation c ON c.id = m.conversation_id
        WHERE d.project_id = ? AND d.name = ? AND d.is_retrying = 1 ORDER BY d.position LIMIT ?
        """;

    private const int PositionColumn = 15;

    /// <summary>The newest id; 0 when there is none.</summary>
    public static long End(SqliteDatabase database)
    {
        using var row = database.Use(Newest);
        return row.Step() ? row.Int64(0) : 0;
    }

    /// <summary>A page of a project's messages.</summary>
    public static LogPage Read(SqliteDatabase database, LogQuery query)
    {
        var end = Math.Max(End(database), query.After);
        long low;
        using (var first = database.Use(FirstAfter).Bind(query.After))
        {
            if (!first.Step())
                return new([], query.After, end);
            low = first.Int64(0);
        }
        var high = Math.Min(low + RowsExamined - 1, end);
        var found = new List<LogEntry>();
        var bytes = 0L;
        using var rows = database.Use(Page).Bind(low).Bind(high + 1).Bind(query.ProjectId);
        while (rows.Step())
        {
            var entry = ReadEntry(rows, query.ProjectId);
            found.Add(entry);
            bytes += SizeOf(entry.Message);
            if (found.Count >= query.Take || bytes >= query.MostBytes)
                return new(found, entry.Position, end);
        }
        return new(found, high, end);
    }

    /// <summary>Letters that are to be sent again.</summary>
    public static RetryPage ReadRetries(SqliteDatabase database, WebhookKey webhook, int take, long mostBytes)
    {
        var found = new List<LogEntry>();
        var missing = new List<long>();
        var bytes = 0L;
        using var rows = database.Use(Retries).Bind(webhook.ProjectId).Bind(webhook.Name).Bind((long)take);
        while (bytes < mostBytes && rows.Step())
        {
            if (rows.IsNull(0))
            {
                missing.Add(rows.Int64(PositionColumn));
                continue;
            }
            var entry = ReadEntry(rows, webhook.ProjectId);
            found.Add(entry);
            bytes += SizeOf(entry.Message);
        }
        return new(found, missing);
    }

    private static long SizeOf(Message message) => message.Body.Length + message.Attributes.Length;

    private static LogEntry ReadEntry(SqliteStatement row, long projectId) => new(
        row.Int64(0),
        new()
        {
            Conversation = new(projectId, (ConversationKind)row.Int64(1), row.Int64(2), row.Int64(3)),
            Sequence = row.Int64(4),
            Sender = row.Int64(5),
            MessageId = row.Int64(6),
            Time = row.Int64(7),
            Type = (byte)row.Int64(8),
            IsBinary = row.Int64(9) != 0,
            File = (FileKind)row.Int64(10),
            FileSize = row.Int64(11),
            ThumbnailUrl = row.IsNull(12) ? null : row.Text(12),
            Attributes = row.Bytes(13),
            Body = row.Bytes(14),
        });
}
