using Parley.Core.Relations;

namespace Parley.Core.Storage;

/// <summary>Friend requests that wait for a reaction; at most one from a user to another.</summary>
public interface IFriendRequestStore
{
    /// <summary>
    /// Keeps a request, unless one from the same user to the same user waits already, which takes a new remark and its time; a removal
    /// takes the place of a request and the other way round. Returns the one that waits.
    /// </summary>
    ValueTask<FriendRequest> AddAsync(long projectId, FriendRequest request, CancellationToken cancellationToken);

    /// <summary>A request or removal that waits; null when there is none.</summary>
    ValueTask<FriendRequest?> FindAsync(long projectId, Guid id, CancellationToken cancellationToken);

    /// <summary>The requests and removals that wait for a user, oldest first.</summary>
    ValueTask<IReadOnlyList<FriendRequest>> GetForAsync(long projectId, long receiver, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a request or removal and, when it is a request and accepted, puts each user among the other's friends, in one commit. False when it no longer waits.
    /// </summary>
    ValueTask<bool> EndAsync(long projectId, Guid id, bool isAccepted, CancellationToken cancellationToken);
}
