using Parley.Core.Cluster;

namespace Parley.Core.Storage;

/// <summary>Nodes that an operator pinned or removed.</summary>
public interface IAccessNodeStore
{
    /// <summary>The project's nodes of a kind in the order of their ids.</summary>
    ValueTask<IReadOnlyList<AccessNode>> GetAsync(long projectId, AccessNodeKind kind, CancellationToken cancellationToken);

    /// <summary>Adds a node or replaces the one of the same kind and id.</summary>
    ValueTask SetAsync(long projectId, AccessNode node, CancellationToken cancellationToken);

    /// <summary>Removes what is known of a node. An absent one is no error.</summary>
    ValueTask ForgetAsync(long projectId, AccessNodeKind kind, long nodeId, CancellationToken cancellationToken);
}
