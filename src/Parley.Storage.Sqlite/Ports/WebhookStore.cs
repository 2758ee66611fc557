using Parley.Core.Storage;
using Parley.Core.Webhooks;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>The log and the webhooks that read it.</summary>
internal sealed class WebhookStore(StoreWriter writer, ReaderPool readers) : IWebhookStore
{
    private const string Find = "SELECT position FROM webhook WHERE project_id = ? AND name = ?";

    private const string Add = "INSERT INTO webhook (project_id, name, position) VALUES (?, ?, ?)";

    private const string Move = "UPDATE webhook SET position = ? WHERE project_id = ? AND name = ? AND position < ?";

    private const string Bury = """
        INSERT INTO dead_letter (project_id, name, position, attempts, time, is_retrying, reason) VALUES (?, ?, ?, ?, ?, 0, ?)
        ON CONFLICT DO UPDATE SET
            attempts = attempts + excluded.attempts, time = excluded.time, is_retrying = 0, reason = excluded.reason
        """;

    private const string Count = "SELECT count(*) FROM dead_letter WHERE project_id = ? AND name = ?";

    private const string ForgetOldest = """
        DELETE FROM dead_letter WHERE (project_id, name, position) IN
            (SELECT project_id, name, position FROM dead_letter WHERE project_id = ? AND name = ? ORDER BY position LIMIT ?)
        """;

    private const string List = """
        SELECT position, attempts, time, is_retrying, reason FROM dead_letter
        WHERE project_id = ? AND name = ? AND position > ? ORDER BY position LIMIT ?
        """;

    private const string Retry = "UPDATE dead_letter SET is_retrying = 1 WHERE project_id = ? AND name = ?";

    private const string Remove = "DELETE FROM dead_letter WHERE project_id = ? AND name = ? AND position = ?";

    public ValueTask<long> GetLogEndAsync(CancellationToken cancellationToken) => readers.RunAsync(MessageLog.End, cancellationToken);

    public ValueTask<LogPage> ReadLogAsync(LogQuery query, CancellationToken cancellationToken) =>
        readers.RunAsync(database => MessageLog.Read(database, query), cancellationToken);

    public ValueTask<long> OpenCursorAsync(WebhookKey webhook, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                if (FindCursor(session.Database, webhook) is { } position)
                    return position;
                var end = MessageLog.End(session.Database);
                session.Use(Add).Bind(webhook.ProjectId).Bind(webhook.Name).Bind(end).Run();
                return end;
            },
            cancellationToken);

    public ValueTask<long?> FindCursorAsync(WebhookKey webhook, CancellationToken cancellationToken) =>
        readers.RunAsync(database => FindCursor(database, webhook), cancellationToken);

    public async ValueTask SaveCursorAsync(WebhookKey webhook, long position, CancellationToken cancellationToken) =>
        await writer.RunAsync(session => MoveCursor(session, webhook, position), cancellationToken);

    public ValueTask<int> BuryAsync(
        WebhookKey webhook, IReadOnlyList<DeadLetter> letters, long cursor, int most, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                foreach (var letter in letters)
                {
                    session.Use(Bury).Bind(webhook.ProjectId).Bind(webhook.Name).Bind(letter.Position).Bind((long)letter.Attempts)
                        .Bind(letter.Time).Bind(letter.Reason).Run();
                }
                MoveCursor(session, webhook, cursor);
                var surplus = CountLetters(session.Database, webhook) - most;
                if (surplus <= 0)
                    return 0;
                session.Use(ForgetOldest).Bind(webhook.ProjectId).Bind(webhook.Name).Bind((long)surplus).Run();
                return surplus;
            },
            cancellationToken);

    public ValueTask<int> CountDeadLettersAsync(WebhookKey webhook, CancellationToken cancellationToken) =>
        readers.RunAsync(database => CountLetters(database, webhook), cancellationToken);

    public ValueTask<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(
        WebhookKey webhook, long after, int take, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<DeadLetter>>(
            database =>
            {
                var letters = new List<DeadLetter>();
                using var rows = database.Use(List).Bind(webhook.ProjectId).Bind(webhook.Name).Bind(after).Bind((long)Math.Max(0, take));
                while (rows.Step())
                {
                    letters.Add(new(rows.Int64(0), (int)rows.Int64(1), rows.Int64(2), rows.Text(4)) { IsRetrying = rows.Int64(3) != 0 });
                }
                return letters;
            },
            cancellationToken);

    public ValueTask<int> RetryDeadLettersAsync(WebhookKey webhook, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                session.Use(Retry).Bind(webhook.ProjectId).Bind(webhook.Name).Run();
                return session.Database.Changes;
            },
            cancellationToken);

    public ValueTask<RetryPage> ReadRetriesAsync(WebhookKey webhook, int take, long mostBytes, CancellationToken cancellationToken) =>
        readers.RunAsync(database => MessageLog.ReadRetries(database, webhook, take, mostBytes), cancellationToken);

    public async ValueTask RemoveDeadLettersAsync(
        WebhookKey webhook, IReadOnlyList<long> positions, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                foreach (var position in positions)
                    session.Use(Remove).Bind(webhook.ProjectId).Bind(webhook.Name).Bind(position).Run();
            },
            cancellationToken);

    private static long? FindCursor(SqliteDatabase database, WebhookKey webhook)
    {
        using var row = database.Use(Find).Bind(webhook.ProjectId).Bind(webhook.Name);
        return row.Step() ? row.Int64(0) : null;
    }

    private static bool MoveCursor(WriteSession session, WebhookKey webhook, long position)
    {
        session.Use(Move).Bind(position).Bind(webhook.ProjectId).Bind(webhook.Name).Bind(position).Run();
        return true;
    }

    private static int CountLetters(SqliteDatabase database, WebhookKey webhook)
    {
        using var row = database.Use(Count).Bind(webhook.ProjectId).Bind(webhook.Name);
        return row.Step() ? (int)row.Int64(0) : 0;
    }
}
