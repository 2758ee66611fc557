using Parley.Core.Messaging;
using Parley.Core.Storage;

namespace Parley.Core.Tests.Support;

/// <summary>A store whose commits become known only when the test says so, or whose journal is full.</summary>
internal sealed class GatedStore(IStore inner) : IStore, IMessageStore, IJournalSink
{
    private readonly List<JournalEntry> _held = [];
    private IJournalSink? _sink;

    public bool IsHolding { get; set; }

    public bool IsFull { get; set; }

    /// <summary>Counts entries that were committed, told or not.</summary>
    public SemaphoreSlim Committed { get; } = new(0);

    public IMessageStore Messages => this;

    public IProjectStore Projects => inner.Projects;

    public IUserStore Users => inner.Users;

    public IPersonStore Persons => inner.Persons;

    public IAccessTokenStore AccessTokens => inner.AccessTokens;

    public INameStore Names => inner.Names;

    public IRelationStore Relations => inner.Relations;

    public IGroupStore Groups => inner.Groups;

    public IRoomStore Rooms => inner.Rooms;

    public IBanStore Bans => inner.Bans;

    public IPendingStore Pending => inner.Pending;

    public IFriendRequestStore FriendRequests => inner.FriendRequests;

    public IWebhookStore Webhooks => inner.Webhooks;

    public IFileStore Files => inner.Files;

    public IStatisticsStore Statistics => inner.Statistics;

    public IInstallationStore Installations => inner.Installations;

    public IAccessNodeStore AccessNodes => inner.AccessNodes;

    public IInboxStore Inboxes => inner.Inboxes;

    public void Release()
    {
        JournalEntry[] entries;
        lock (_held)
        {
            IsHolding = false;
            entries = [.. _held];
            _held.Clear();
        }
        _sink!.OnCommitted(entries);
    }

    public void SetSink(IJournalSink sink)
    {
        _sink = sink;
        inner.Messages.SetSink(this);
    }

    public void OnCommitted(ReadOnlySpan<JournalEntry> entries)
    {
        lock (_held)
        {
            if (IsHolding)
                _held.AddRange(entries);
            else
                _sink!.OnCommitted(entries);
        }
        Committed.Release(entries.Length);
    }

    public bool TryAppend(JournalEntry entry) => !IsFull && inner.Messages.TryAppend(entry);

    public ValueTask<ConversationHead> GetHeadAsync(ConversationKey conversation, CancellationToken cancellationToken) =>
        inner.Messages.GetHeadAsync(conversation, cancellationToken);

    public ValueTask<long> GetLastPositionAsync(CancellationToken cancellationToken) => inner.Messages.GetLastPositionAsync(cancellationToken);

    public ValueTask<IReadOnlyList<Message>> GetPageAsync(PageQuery query, CancellationToken cancellationToken) =>
        inner.Messages.GetPageAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<Message>> GetWindowAsync(WindowQuery query, CancellationToken cancellationToken) =>
        inner.Messages.GetWindowAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<Message>> GetRangeAsync(
        ConversationKey conversation, long from, long to, int take, CancellationToken cancellationToken) =>
        inner.Messages.GetRangeAsync(conversation, from, to, take, cancellationToken);

    public ValueTask<Message?> FindAsync(
        ConversationKey conversation, long sender, long messageId, CancellationToken cancellationToken) =>
        inner.Messages.FindAsync(conversation, sender, messageId, cancellationToken);

    public ValueTask<Message?> FindAtAsync(long projectId, long position, CancellationToken cancellationToken) =>
        inner.Messages.FindAtAsync(projectId, position, cancellationToken);

    public ValueTask<bool> DeleteAsync(ConversationKey conversation, long sequence, CancellationToken cancellationToken) =>
        inner.Messages.DeleteAsync(conversation, sequence, cancellationToken);

    public ValueTask<IReadOnlyList<ConversationState>> GetStatesAsync(
        long userId, IReadOnlyList<ConversationKey> conversations, UnreadFilter filter, CancellationToken cancellationToken) =>
        inner.Messages.GetStatesAsync(userId, conversations, filter, cancellationToken);

    public ValueTask<IReadOnlyList<ConversationState>> GetPeerStatesAsync(
        long projectId, long userId, UnreadFilter filter, CancellationToken cancellationToken) =>
        inner.Messages.GetPeerStatesAsync(projectId, userId, filter, cancellationToken);

    public ValueTask AdvanceReadPositionsAsync(IReadOnlyList<ReadPosition> positions, CancellationToken cancellationToken) =>
        inner.Messages.AdvanceReadPositionsAsync(positions, cancellationToken);

    public ValueTask<int> RetireAsync(long projectId, long before, int keep, int limit, CancellationToken cancellationToken) =>
        inner.Messages.RetireAsync(projectId, before, keep, limit, cancellationToken);

    public ValueTask<bool> IsHealthyAsync(CancellationToken cancellationToken) => inner.IsHealthyAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
