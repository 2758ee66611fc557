using Parley.Core.Messaging;
using Parley.Core.Pending;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>What users have acknowledged one by one.</summary>
internal sealed class PendingStore(StoreWriter writer, ReaderPool readers) : IPendingStore
{
    private const string Enrol = "INSERT OR IGNORE INTO pending_user (project_id, user_id) VALUES (?, ?)";

    private const string Groups = "SELECT group_id FROM group_member WHERE project_id = ? AND user_id = ?";

    private const string Find = "SELECT seq FROM acknowledged WHERE conversation_id = ? AND user_id = ?";

    private const string Raise = """
        INSERT INTO acknowledged (conversation_id, user_id, seq) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > acknowledged.seq
        """;

    private const string Ahead = """
        SELECT from_seq, to_seq FROM acknowledged_ahead WHERE conversation_id = ? AND user_id = ? AND to_seq > ? ORDER BY from_seq
        """;

    private const string Before = """
        SELECT from_seq, to_seq FROM acknowledged_ahead WHERE conversation_id = ? AND user_id = ? AND from_seq < ?
        ORDER BY from_seq DESC LIMIT 1
        """;

    private const string AddAhead = """
        INSERT INTO acknowledged_ahead (conversation_id, user_id, from_seq, to_seq) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET to_seq = max(to_seq, excluded.to_seq)
        """;

    private const string RemoveAhead = "DELETE FROM acknowledged_ahead WHERE conversation_id = ? AND user_id = ? AND from_seq <= ?";

    public async ValueTask EnrolAsync(long projectId, long userId, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(Enrol).Bind(projectId).Bind(userId).Run();
                if (session.Database.Changes == 0)
                    return false;
                foreach (var key in ConversationsOf(session.Database, projectId, userId, cancellationToken))
                {
                    var (id, head, _) = session.Journal.HeadOf(key);
                    if (head == 0 || !Conversations.TryFind(session.Database, key, out var conversation))
                        continue;
                    var read = States.ReadOf(session.Database, userId, key, conversation);
                    if (read > 0)
                        session.Use(Raise).Bind(id).Bind(userId).Bind(read).Run();
                }
                return true;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<PendingConversation>> GetAsync(long projectId, long userId, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<PendingConversation>>(
            database =>
            {
                var found = new List<PendingConversation>();
                foreach (var key in ConversationsOf(database, projectId, userId, cancellationToken))
                {
                    if (!Conversations.TryFind(database, key, out var conversation))
                        continue;
                    var floor = FloorOf(database, userId, key, conversation);
                    if (floor < conversation.Sequence)
                        found.Add(new(key, floor, conversation.Sequence, AheadOf(database, conversation.Id, userId, floor)));
                }
                return found;
            },
            cancellationToken);

    public async ValueTask AcknowledgeAsync(IReadOnlyList<Acknowledgement> acknowledgements, CancellationToken cancellationToken)
    {
        if (acknowledgements.Count == 0)
            return;
        await writer.RunAsync(
            session =>
            {
                for (var i = 0; i < acknowledgements.Count; i++)
                    Acknowledge(session, acknowledgements[i]);
                return true;
            },
            cancellationToken);
    }

    private static void Acknowledge(WriteSession session, in Acknowledgement acknowledgement)
    {
        var database = session.Database;
        var key = acknowledgement.Conversation;
        var user = acknowledgement.UserId;
        var (id, head, _) = session.Journal.HeadOf(key);
        if (head == 0)
            return;
        var to = Math.Min(acknowledgement.To, head); // beyond the newest message nothing can be acknowledged
        long raised;
        using (var row = session.Use(Find).Bind(id).Bind(user))
            raised = row.Step() ? row.Int64(0) : 0;
        if (to <= raised)
            return;
        // the place at which a member joined, and what was retired, count as acknowledged; asked for only when it matters
        if (acknowledgement.From > raised + 1 && (!Conversations.TryFind(database, key, out var conversation)
            || acknowledgement.From > FloorOf(database, user, key, conversation) + 1))
        {
            var from = acknowledgement.From;
            using (var row = session.Use(Before).Bind(id).Bind(user).Bind(from))
                from = row.Step() && row.Int64(1) >= from - 1 ? row.Int64(0) : from; // one after the other, they stay one range
            session.Use(AddAhead).Bind(id).Bind(user).Bind(from).Bind(to).Run();
            return;
        }
        var floor = to;
        foreach (var range in AheadOf(database, id, user, raised))
        {
            if (range.From > floor + 1)
                break;
            floor = Math.Max(floor, range.To);
        }
        session.Use(RemoveAhead).Bind(id).Bind(user).Bind(floor).Run();
        session.Use(Raise).Bind(id).Bind(user).Bind(floor).Run();
    }

    private static IEnumerable<ConversationKey> ConversationsOf(
        SqliteDatabase database, long projectId, long userId, CancellationToken cancellationToken)
    {
        var keys = States.PairsOf(database, projectId, userId, cancellationToken);
        keys.Add(ConversationKey.Broadcast(projectId));
        using var rows = database.Use(Groups).Bind(projectId).Bind(userId);
        while (rows.Step())
            keys.Add(ConversationKey.Group(projectId, rows.Int64(0)));
        return keys;
    }

    private static long FloorOf(SqliteDatabase database, long userId, in ConversationKey key, in ConversationRow conversation)
    {
        var floor = Math.Max(conversation.Retired, States.FloorOf(database, userId, key));
        using var row = database.Use(Find).Bind(conversation.Id).Bind(userId);
        return row.Step() ? Math.Max(floor, row.Int64(0)) : floor;
    }

    private static List<SequenceRange> AheadOf(SqliteDatabase database, long conversation, long userId, long floor)
    {
        var found = new List<SequenceRange>();
        using var rows = database.Use(Ahead).Bind(conversation).Bind(userId).Bind(floor);
        while (rows.Step())
            found.Add(new(Math.Max(rows.Int64(0), floor + 1), rows.Int64(1)));
        return found;
    }
}
