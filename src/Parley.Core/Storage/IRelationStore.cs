using Parley.Core.Relations;

namespace Parley.Core.Storage;

/// <summary>Directed edges between users: friends and blocks.</summary>
public interface IRelationStore
{
    /// <summary>
    /// Adds edges, which remember when that was; present ones are passed over.
    /// </summary>
    /// <returns>Those that were not there, in the order asked for; null, and nothing added, when the user would then have more than
    /// <paramref name="limit"/> (0 = no limit).</returns>
    ValueTask<IReadOnlyList<long>?> AddAsync(
        long projectId, RelationKind kind, long userId, IReadOnlyList<long> peers, int limit, CancellationToken cancellationToken);

    /// <summary>Removes edges; absent ones are passed over.</summary>
    ValueTask RemoveAsync(long projectId, RelationKind kind, long userId, IReadOnlyList<long> peers, CancellationToken cancellationToken);

    /// <summary>
    /// Puts each of two users among the other's friends, in one commit, and forgets what waits between them to be reacted to or heard.
    /// </summary>
    /// <returns>Whether <paramref name="peerId"/> was among the friends of <paramref name="userId"/>; null, and nothing is changed, when
    /// one of them would then have more than <paramref name="limit"/> (0 = no limit).</returns>
    ValueTask<bool?> BefriendAsync(long projectId, long userId, long peerId, int limit, CancellationToken cancellationToken);

    /// <summary>The peers of a user in the order of their ids, with when the edge was made in unix milliseconds; 0 = not known.</summary>
    ValueTask<IReadOnlyList<(long PeerId, long CreatedMs)>> GetWithTimesAsync(
        long projectId, RelationKind kind, long userId, CancellationToken cancellationToken);

    /// <summary>The peers of a user in the order of their ids.</summary>
    ValueTask<IReadOnlyList<long>> GetAsync(long projectId, RelationKind kind, long userId, CancellationToken cancellationToken);
}
