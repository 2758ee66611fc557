using Parley.Core.Messaging;
using Parley.Core.Pending;

namespace Parley.Core.Storage;

/// <summary>
/// Which messages users have acknowledged one by one. Nothing is written when a message is sent: what is pending follows from the
/// conversation's head and from how far it was acknowledged.
/// </summary>
public interface IPendingStore
{
    /// <summary>
    /// From now on the user's messages stay pending until they are acknowledged. For a user that was not known here, what is unread at
    /// this moment is pending; for one that was, nothing changes.
    /// </summary>
    ValueTask EnrolAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>
    /// The peer-to-peer conversations of an enrolled user, the broadcasts, and the groups that the user is a member of, in which something
    /// was said after what was acknowledged.
    /// </summary>
    ValueTask<IReadOnlyList<PendingConversation>> GetAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>Remembers what was acknowledged, in one commit. Doubles and what lies behind change nothing.</summary>
    ValueTask AcknowledgeAsync(IReadOnlyList<Acknowledgement> acknowledgements, CancellationToken cancellationToken);
}
