namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>A group with members who are online.</summary>
internal sealed class GroupWorld : IAsyncDisposable
{
    public List<BeehivePeer> Members { get; } = [];

    public BeehivePeer Owner => Members[0];

    public long Gid { get; private set; }

    public static async Task<GroupWorld> OfAsync(ListendServer server, Speech speech, int members)
    {
        var world = new GroupWorld();
        world.Members.Add(await server.LoginAsync(speech));
        world.Gid = (await world.Owner.AskAsync(0x0301, (1, world.Owner.UserId), (2, 0), (3, "name"), (4, "desc"))).Int(3);
        while (world.Members.Count < members)
        {
            var peer = await server.LoginAsync(speech);
            await world.JoinAsync(peer);
            world.Members.Add(peer);
        }
        return world;
    }

    public async Task JoinAsync(BeehivePeer peer, IEnumerable<BeehivePeer>? members = null)
    {
        await peer.DoneAsync(0x0305, (1, peer.UserId), (2, Gid));
        await ExpectAsync(0x0350, peer.UserId, [.. members ?? Members, peer]);
    }

    /// <summary>What they were told before is forgotten.</summary>
    public async Task SettleAsync()
    {
        foreach (var peer in Members)
            await peer.DrainAsync();
    }

    /// <summary>All of them are told this, each in the numbers of its generation, and nothing else.</summary>
    public async Task ExpectAsync(uint notice, long uid, IEnumerable<BeehivePeer> peers)
    {
        var seed = notice < 0x0360 ? 0x0350 + ((notice - 0x0350) / 2) : 0x0355 + ((notice - 0x0360) / 2);
        foreach (var peer in peers)
            (await peer.NextPushAsync(peer.IsSeed ? seed : notice)).Is((1, uid), (2, Gid));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in Members)
            await peer.DisposeAsync();
    }
}
