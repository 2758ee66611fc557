using Parley.Core.Cluster;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Nodes that an operator pinned or removed.</summary>
internal sealed class AccessNodeStore(StoreWriter writer, ReaderPool readers) : IAccessNodeStore
{
    private const string List = """
        SELECT node_id, address, port, is_removed FROM access_node WHERE project_id = ? AND kind = ? ORDER BY node_id
        """;

    private const string Set = """
        INSERT INTO access_node (project_id, kind, node_id, address, port, is_removed) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET address = excluded.address, port = excluded.port, is_removed = excluded.is_removed
        """;

    private const string Forget = "DELETE FROM access_node WHERE project_id = ? AND kind = ? AND node_id = ?";

    public ValueTask<IReadOnlyList<AccessNode>> GetAsync(long projectId, AccessNodeKind kind, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<AccessNode>>(
            database =>
            {
                var nodes = new List<AccessNode>();
                using var rows = database.Use(List).Bind(projectId).Bind((long)kind);
                while (rows.Step())
                    nodes.Add(new(kind, rows.Int64(0), rows.Text(1), (int)rows.Int64(2), rows.Int64(3) != 0));
                return nodes;
            },
            cancellationToken);

    public async ValueTask SetAsync(long projectId, AccessNode node, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(Set).Bind(projectId).Bind((long)node.Kind).Bind(node.NodeId).Bind(node.Address).Bind((long)node.Port)
                    .Bind(node.IsRemoved ? 1L : 0L).Run();
            },
            cancellationToken);

    public async ValueTask ForgetAsync(long projectId, AccessNodeKind kind, long nodeId, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                session.Use(Forget).Bind(projectId).Bind((long)kind).Bind(nodeId).Run();
            },
            cancellationToken);
}
