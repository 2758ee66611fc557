using Parley.Core.Cluster;

namespace Parley.Storage.Conformance;

/// <summary>Nodes that an operator named.</summary>
public abstract class AccessNodeConformance : StoreConformance
{
    [Fact]
    public async Task Nodes_are_listed_by_kind_and_id_and_outlast_a_restart()
    {
        var nodes = new AccessNode[]
        {
            new(AccessNodeKind.Access, 20_002, "10.0.0.2", 9002, IsRemoved: true),
            new(AccessNodeKind.Access, 5, "chat.example.org", 65_535, IsRemoved: false),
            new(AccessNodeKind.Forwarder, 5, "10.0.0.3", 1, IsRemoved: false),
        };
        foreach (var node in nodes)
            await Store.AccessNodes.SetAsync(Project, node, Token);
        await ReopenAsync();

        Assert.Equal([nodes[1], nodes[0]], await GetAsync(AccessNodeKind.Access));
        Assert.Equal([nodes[2]], await GetAsync(AccessNodeKind.Forwarder));
        Assert.Empty(await Store.AccessNodes.GetAsync(OtherProject, AccessNodeKind.Access, Token));
    }

    [Fact]
    public async Task Naming_a_node_again_replaces_it_and_forgetting_it_leaves_the_others()
    {
        var node = new AccessNode(AccessNodeKind.Access, 5, "10.0.0.1", 1, IsRemoved: false);
        var other = node with { Kind = AccessNodeKind.Forwarder };
        await Store.AccessNodes.SetAsync(Project, node, Token);
        await Store.AccessNodes.SetAsync(Project, other, Token);
        var changed = node with { Address = "10.0.0.9", Port = 2, IsRemoved = true };
        await Store.AccessNodes.SetAsync(Project, changed, Token);
        Assert.Equal([changed], await GetAsync(AccessNodeKind.Access));

        await Store.AccessNodes.ForgetAsync(Project, AccessNodeKind.Access, 6, Token);
        await Store.AccessNodes.ForgetAsync(Project, AccessNodeKind.Access, 5, Token);
        Assert.Empty(await GetAsync(AccessNodeKind.Access));
        Assert.Equal([other], await GetAsync(AccessNodeKind.Forwarder));
    }

    private async Task<IReadOnlyList<AccessNode>> GetAsync(AccessNodeKind kind) => await Store.AccessNodes.GetAsync(Project, kind, Token);
}
