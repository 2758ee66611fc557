using Parley.Core.Relations;

namespace Parley.Core.Storage;

/// <summary>Directed edges between users: friends and blocks.</summary>
public interface IRelationStore
{
    /// <summary>
    /// Adds edges; present ones are passed over. False, and nothing added, when the user would then have more than
    /// <paramref name="limit"/> (0 = no limit).
    /// </summary>
    ValueTask<bool> AddAsync(
        long projectId, RelationKind kind, long userId, IReadOnlyList<long> peers, int limit, CancellationToken cancellationToken);

    /// <summary>Removes edges; absent ones are passed over.</summary>
    ValueTask RemoveAsync(long projectId, RelationKind kind, long userId, IReadOnlyList<long> peers, CancellationToken cancellationToken);

    /// <summary>The peers of a user in the order of their ids.</summary>
    ValueTask<IReadOnlyList<long>> GetAsync(long projectId, RelationKind kind, long userId, CancellationToken cancellationToken);
}
