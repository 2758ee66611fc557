using Parley.Core.Relations;

namespace Parley.Core.Storage;

/// <summary>Friend requests that wait for a reaction; at most one from a user to another.</summary>
public interface IFriendRequestStore
{
    /// <summary>
    /// Keeps a request, unless one from the same user to the same user waits already, which takes a new remark, its time and the next
    /// number; a removal takes the place of a request and the other way round. Returns the one that waits. What the bounds leave out is
    /// forgotten.
    /// </summary>
    ValueTask<FriendRequest> AddAsync(long projectId, FriendRequest request, FriendRequestBounds bounds, CancellationToken cancellationToken);

    /// <summary>A request or removal that waits; null when there is none.</summary>
    ValueTask<FriendRequest?> FindAsync(long projectId, Guid id, CancellationToken cancellationToken);

    /// <summary>The requests and removals that wait for a user, in the order of their numbers.</summary>
    ValueTask<IReadOnlyList<FriendRequest>> GetForAsync(long projectId, long receiver, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a request or removal and, when it is a request and accepted, puts each user among the other's friends, in one commit.
    /// </summary>
    ValueTask<FriendRequestEnd> EndAsync(long projectId, Guid id, bool isAccepted, CancellationToken cancellationToken);
}
