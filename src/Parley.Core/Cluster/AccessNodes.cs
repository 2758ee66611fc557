using Parley.Core.Projects;
using Parley.Core.Storage;

namespace Parley.Core.Cluster;

/// <summary>What a node is for. The numbers are kept on disk and may only grow.</summary>
public enum AccessNodeKind : byte
{
    /// <summary>Clients connect to it.</summary>
    Access = 1,

    /// <summary>It carries what nodes tell each other.</summary>
    Forwarder = 2,
}

/// <summary>A node that an operator named.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="NodeId">Its number, unique within the project and kind.</param>
/// <param name="Address">Host name or IP address.</param>
/// <param name="Port">The port.</param>
/// <param name="IsRemoved">True when it is not to be handed out, even if it reports itself; false when it is pinned.</param>
public sealed record AccessNode(AccessNodeKind Kind, long NodeId, string Address, int Port, bool IsRemoved);

/// <summary>The nodes of a project that an operator pinned or removed. They outlast restarts.</summary>
public sealed class AccessNodes
{
    private readonly IAccessNodeStore _store;

    internal AccessNodes(IAccessNodeStore store) => _store = store;

    /// <summary>The nodes of a kind in the order of their ids, removed ones included.</summary>
    public ValueTask<IReadOnlyList<AccessNode>> GetAsync(Project project, AccessNodeKind kind, CancellationToken cancellationToken) =>
        _store.GetAsync(project.Id, kind, cancellationToken);

    /// <summary>Pins or removes a node; replaces what was said before of the node with this kind and id.</summary>
    public ValueTask SetAsync(Project project, AccessNode node, CancellationToken cancellationToken) =>
        _store.SetAsync(project.Id, node, cancellationToken);

    /// <summary>Forgets a node, as if it had never been named. An unknown one is no error.</summary>
    public ValueTask ForgetAsync(Project project, AccessNodeKind kind, long nodeId, CancellationToken cancellationToken) =>
        _store.ForgetAsync(project.Id, kind, nodeId, cancellationToken);
}
