using System.Collections.Concurrent;
using Parley.Core.Messaging;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Messages and read positions.</summary>
internal sealed class MessageStore(StoreWriter writer, ReaderPool readers) : IMessageStore
{
    /// <summary>Messages that one write operation retires at the most, so that commits go on in between.</summary>
    private const int RetirementChunk = 500;

    private const string Delete = """
        UPDATE message SET is_deleted = 1, file_size = 0, thumbnail = NULL, attrs = NULL, body = NULL, envelope = NULL
        WHERE conversation_id = ? AND seq = ? AND is_deleted = 0
        """;

    /// <summary>Where the last retirement of a project stopped; only a hint where to look first.</summary>
    private readonly ConcurrentDictionary<long, ConversationKey> _retirementPlaces = new();

    public void SetSink(IJournalSink sink) => writer.SetSink(sink);

    public bool TryAppend(JournalEntry entry) => writer.TryAppend(entry);

    public ValueTask<ConversationHead> GetHeadAsync(ConversationKey conversation, CancellationToken cancellationToken) =>
        readers.RunAsync(
            database => Conversations.TryFind(database, conversation, out var row) ? new ConversationHead(row.Sequence, row.Time) : default,
            cancellationToken);

    public ValueTask<long> GetLastPositionAsync(CancellationToken cancellationToken) =>
        readers.RunAsync(static database => database.Scalar("SELECT coalesce(max(id), 0) FROM message"), cancellationToken);

    public ValueTask<IReadOnlyList<Message>> GetPageAsync(PageQuery query, CancellationToken cancellationToken) =>
        readers.RunAsync(database => Reading.History.Page(database, query, cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<Message>> GetWindowAsync(WindowQuery query, CancellationToken cancellationToken) =>
        readers.RunAsync(database => Reading.History.Window(database, query, cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<Message>> GetRangeAsync(
        ConversationKey conversation, long from, long to, int take, CancellationToken cancellationToken) =>
        readers.RunAsync(database => Reading.History.Range(database, conversation, from, to, take), cancellationToken);

    public ValueTask<Message?> FindAsync(
        ConversationKey conversation, long sender, long messageId, CancellationToken cancellationToken) =>
        readers.RunAsync(database => Reading.History.Find(database, conversation, sender, messageId), cancellationToken);

    public ValueTask<Message?> FindAtAsync(long projectId, long position, CancellationToken cancellationToken) =>
        readers.RunAsync(database => Reading.History.At(database, projectId, position), cancellationToken);

    public ValueTask<bool> DeleteAsync(ConversationKey conversation, long sequence, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                var (id, head, _) = session.Journal.HeadOf(conversation);
                if (sequence < 1 || sequence > head)
                    return false;
                session.Use(Delete).Bind(id).Bind(sequence).Run();
                return session.Database.Changes > 0;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<ConversationState>> GetStatesAsync(
        long userId, IReadOnlyList<ConversationKey> conversations, UnreadFilter filter, CancellationToken cancellationToken) =>
        readers.RunAsync(database => States.Of(database, userId, conversations, filter, cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<ConversationState>> GetPeerStatesAsync(
        long projectId, long userId, UnreadFilter filter, CancellationToken cancellationToken) =>
        readers.RunAsync(database => States.OfPeers(database, projectId, userId, filter, cancellationToken), cancellationToken);

    public async ValueTask AdvanceReadPositionsAsync(IReadOnlyList<ReadPosition> positions, CancellationToken cancellationToken)
    {
        if (positions.Count == 0)
            return;
        await writer.RunAsync(
            session =>
            {
                for (var i = 0; i < positions.Count; i++)
                {
                    // A position beyond the newest message would hide what is still to be said.
                    var (id, head, _) = session.Journal.HeadOf(positions[i].Conversation);
                    var sequence = Math.Min(positions[i].Sequence, head);
                    if (sequence > 0 && States.IsReadBefore(session.Database, positions[i]))
                        session.Journal.RaiseReadPosition(id, positions[i].UserId, sequence);
                }
                return true;
            },
            cancellationToken);
    }

    public async ValueTask<int> RetireAsync(long projectId, long before, int keep, int limit, CancellationToken cancellationToken)
    {
        if (limit <= 0 || (before <= 0 && keep <= 0))
            return 0;
        var start = new ConversationKey(projectId, 0, 0, 0);
        var place = _retirementPlaces.GetValueOrDefault(projectId, start);
        var fromStart = place == start;
        var retired = 0;
        while (true)
        {
            var steps = new List<RetirementStep>();
            var from = place;
            var chunk = Math.Min(limit - retired, RetirementChunk);
            var next = await readers.RunAsync(
                database => Retirement.Plan(database, from, before, keep, chunk, steps, cancellationToken), cancellationToken);
            if (steps.Count > 0)
            {
                retired += await writer.RunAsync(
                    session => steps.Sum(step => Retirement.Apply(session, step)), cancellationToken);
            }
            place = next ?? start;
            _retirementPlaces[projectId] = place;
            if (retired >= limit || (next is null && fromStart))
                return retired;
            fromStart |= next is null;
        }
    }
}
