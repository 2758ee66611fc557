using Parley.Core.Messaging;

namespace Parley.Core.Storage;

/// <summary>
/// Messages and read positions. Appending is a journal: entries are committed in groups, in order, and the sink hears of each
/// group after its commit. In a conversation the sequence is dense from 1 and time never goes back.
/// </summary>
public interface IMessageStore
{
    /// <summary>Names who hears of commits. Called once, before the first append.</summary>
    void SetSink(IJournalSink sink);

    /// <summary>Queues an entry for the next group commit. False when the queue is full; the entry is then untouched.</summary>
    /// <remarks>The commit also raises the sender's own read position in the conversation to the message's sequence.</remarks>
    bool TryAppend(JournalEntry entry);

    /// <summary>The newest message of a conversation, retired ones included.</summary>
    ValueTask<ConversationHead> GetHeadAsync(ConversationKey conversation, CancellationToken cancellationToken);

    /// <summary>The greatest <see cref="Message.Position"/> of all projects that is not retired; 0 when there is none.</summary>
    ValueTask<long> GetLastPositionAsync(CancellationToken cancellationToken);

    /// <summary>A page of visible messages.</summary>
    ValueTask<IReadOnlyList<Message>> GetPageAsync(PageQuery query, CancellationToken cancellationToken);

    /// <summary>A window of messages by time.</summary>
    ValueTask<IReadOnlyList<Message>> GetWindowAsync(WindowQuery query, CancellationToken cancellationToken);

    /// <summary>Messages with <paramref name="from"/> ≤ sequence ≤ <paramref name="to"/>, ascending, at most <paramref name="take"/>.</summary>
    ValueTask<IReadOnlyList<Message>> GetRangeAsync(
        ConversationKey conversation, long from, long to, int take, CancellationToken cancellationToken);

    /// <summary>The newest message with this sender and <c>mid</c>, also when deleted; null when there is none.</summary>
    ValueTask<Message?> FindAsync(ConversationKey conversation, long sender, long messageId, CancellationToken cancellationToken);

    /// <summary>The message at a <see cref="Message.Position"/>, also when deleted; null when there is none in this project.</summary>
    ValueTask<Message?> FindAtAsync(long projectId, long position, CancellationToken cancellationToken);

    /// <summary>Marks a message as deleted and empties it. False when there is none or it was deleted before.</summary>
    ValueTask<bool> DeleteAsync(ConversationKey conversation, long sequence, CancellationToken cancellationToken);

    /// <summary>Where a user stands in the given conversations; those in which nothing was ever said are left out.</summary>
    ValueTask<IReadOnlyList<ConversationState>> GetStatesAsync(
        long userId, IReadOnlyList<ConversationKey> conversations, UnreadFilter filter, CancellationToken cancellationToken);

    /// <summary>Where a user stands in all peer-to-peer conversations that the user has.</summary>
    ValueTask<IReadOnlyList<ConversationState>> GetPeerStatesAsync(
        long projectId, long userId, UnreadFilter filter, CancellationToken cancellationToken);

    /// <summary>Moves read positions forward. A position behind the stored one changes nothing.</summary>
    ValueTask AdvanceReadPositionsAsync(IReadOnlyList<ReadPosition> positions, CancellationToken cancellationToken);

    /// <summary>
    /// Retires messages of one project: those older than <paramref name="before"/> (unix milliseconds, 0 = by age none) and those
    /// beyond the newest <paramref name="keep"/> of each conversation (0 = by count none). At most <paramref name="limit"/>
    /// messages a call; returns how many were retired, so that the caller repeats until it is less.
    /// </summary>
    ValueTask<int> RetireAsync(long projectId, long before, int keep, int limit, CancellationToken cancellationToken);
}
