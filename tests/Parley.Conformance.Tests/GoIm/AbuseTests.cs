using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>What ends a connection that asks too much (goim-json §12.2).</summary>
public sealed class AbuseTests(SmallGoImServer small)
{
    [Theory]
    [CoversGoIm("Illegal request.", "There is not enough arguments.")]
    [InlineData("nonsense")]
    [InlineData("send_add_friend")]
    public async Task Too_many_bad_requests_in_a_row_end_the_connection_and_one_less_does_not(string command)
    {
        await using var peer = await small.LoginAsync();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < SmallGoImServer.BadRequests; i++)
                Assert.False((await peer.AskAsync(command)).Ok);
            await peer.OkAsync("send_list_topic"); // begins the count anew
        }
        for (var i = 0; i <= SmallGoImServer.BadRequests; i++)
            Assert.False((await peer.AskAsync(command)).Ok);
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task Too_many_requests_end_the_connection_and_as_many_as_allowed_do_not()
    {
        await using var peer = await small.LoginAsync(); // one request
        var request = GoImPeer.Frame(GoImPeer.Request("send_list_topic"));
        await peer.SendAsync(Enumerable.Repeat(request, SmallGoImServer.RequestBurst - 1).SelectMany(bytes => bytes).ToArray());
        for (var i = 0; i < SmallGoImServer.RequestBurst - 1; i++)
            Assert.True((await peer.NextAnswerAsync()).Ok);
        // however long that took: no more than the burst has come back since
        await peer.SendAsync(Enumerable.Repeat(request, 10 * SmallGoImServer.RequestBurst).SelectMany(bytes => bytes).ToArray());
        await Wait.For(peer.Closed, "the server to close");
    }

    [Fact]
    [CoversGoIm("GI-005", "GI-006")]
    public async Task GI_005_GI_006_Acknowledgements_and_pings_are_not_counted()
    {
        await using var peer = await small.LoginAsync();
        var pair = GoImPeer.Frame(GoImPeer.Request("send_ping")).Concat(GoImPeer.Frame(GoImPeer.Request("p2p_ack", Guid.NewGuid().ToString()))).ToArray();
        await peer.SendAsync(Enumerable.Repeat(pair, 10 * SmallGoImServer.RequestBurst).SelectMany(bytes => bytes).ToArray());
        for (var i = 0; i < 10 * SmallGoImServer.RequestBurst; i++)
            Assert.True((await peer.NextAnswerAsync()).Ok);
        await peer.OkAsync("send_list_topic");
    }

    [Fact]
    public async Task An_address_has_so_many_connections_and_no_more()
    {
        await using var own = await GoImServer.StartAsync(("GoIm:ConnectionsPerAddress", "3"));
        var door = own.Endpoints["GoImMessage"];
        var peers = new List<GoImPeer>();
        for (var i = 0; i < 3; i++)
            peers.Add(await GoImPeer.LoginAsync(door, $"c{i}"));
        await using (var fourth = await RawPeer.ConnectAsync(door))
            Assert.Empty(await fourth.ReadToEndAsync());
        await peers[0].DisposeAsync();
        await Wait.Until(
            async () =>
            {
                var peer = await GoImPeer.ConnectAsync(door);
                peers.Add(peer);
                try
                {
                    return (await peer.AskAsync("send_client_id", "again")).Ok;
                }
                catch (IOException)
                {
                    return false;
                }
            },
            "there is room again");
        foreach (var peer in peers)
            await peer.DisposeAsync();
        await RtmServer.EndAsync(own);
    }
}
