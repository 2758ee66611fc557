using System.Net;
using System.Text.Json.Nodes;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>Who stays when a user comes in again, and who is sent away (openim.md §2.5, §4.4, §4.12).</summary>
public sealed class LoginTests(OpenImGatewayServer server)
{
    private static readonly string[] Platforms = ["IOS", "Android", "Windows", "OSX", "Web", "MiniWeb", "Linux"];

    [Fact]
    [CoversOpenImGateway("2002", "policy 1", "check 9", "706")]
    public async Task A_newer_login_on_the_same_platform_ends_the_older_one_and_its_token()
    {
        await using var old = await server.LoginAsync();
        await using var web = await server.ReturnAsync(old.UserId, 5);
        var unused = await NewTokenAsync(old.UserId, old.Token);
        Assert.Null(await OpenImGatewayApi.RefusalAsync(server.Api, old.Token));
        await using var newer = await OpenImGatewayPeer.ConnectAsync(server.Gate, old.UserId, await NewTokenAsync(old.UserId, unused));
        await old.ExpectKickedAsync();
        Assert.Equal("GetUserIDFromToken failed user has been kicked", await OpenImGatewayApi.RefusalAsync(server.Api, old.Token));
        Assert.NotNull(await OpenImGatewayApi.RefusalAsync(server.Api, unused)); // every token of the platform but the one presented
        Assert.Null(await OpenImGatewayApi.RefusalAsync(server.Api, newer.Token));
        Assert.Null(await OpenImGatewayApi.RefusalAsync(server.Api, web.Token));
        var exception = await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(
            () => OpenImGatewayPeer.ConnectAsync(server.Gate, old.UserId, old.Token));
        Assert.Contains("401", exception.Message, StringComparison.Ordinal);
        await web.NewestAsync(); // another platform is untouched
        await using var other = await server.LoginAsync();
        await other.SayAsync(OpenImGatewayMessage.To(other.UserId, old.UserId, "to both"));
        await web.NextAsync("to both");
        await newer.NextAsync("to both");
    }

    [Fact]
    [CoversOpenImGateway("2002", "policy 1")]
    public async Task A_reconnect_with_the_same_token_keeps_it_good()
    {
        await using var old = await server.LoginAsync();
        await using var again = await OpenImGatewayPeer.ConnectAsync(server.Gate, old.UserId, old.Token);
        await old.ExpectKickedAsync();
        Assert.Null(await OpenImGatewayApi.RefusalAsync(server.Api, old.Token));
        await using var third = await OpenImGatewayPeer.ConnectAsync(server.Gate, old.UserId, old.Token);
        await again.ExpectKickedAsync();
        await third.NewestAsync();
    }

    [Theory]
    [CoversOpenImGateway("policy 1", "policy 2", "policy 3", "policy 4")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Each_policy_for_each_pair_of_platforms(int policy)
    {
        await using var own = await OpenImGatewayServer.StartAsync(("OpenIm:MultiLoginPolicy", $"{policy}"));
        var (api, gate) = (own.Endpoints["OpenImApi"], own.Endpoints["OpenImGateway"]);
        for (var older = 1; older <= 7; older++)
        {
            for (var newer = 1; newer <= 7; newer++)
            {
                var user = OpenImGatewayServer.NewName();
                var first = await OpenImGatewayPeer.ConnectAsync(gate, user, await OpenImGatewayApi.RegisterAsync(api, user, older), older);
                var second = await OpenImGatewayPeer.ConnectAsync(gate, user, await OpenImGatewayApi.TokenAsync(api, user, newer), newer);
                await second.NewestAsync(); // it is inside
                if (Excludes(policy, Platforms[newer - 1], Platforms[older - 1]))
                {
                    await first.ExpectKickedAsync();
                    // two of one second and platform are one token, which stays good
                    Assert.Equal(first.Token != second.Token, await OpenImGatewayApi.RefusalAsync(api, first.Token) is not null);
                }
                else
                {
                    await first.NewestAsync();
                    Assert.Null(await OpenImGatewayApi.RefusalAsync(api, first.Token));
                }
                await first.DisposeAsync();
                await second.DisposeAsync();
            }
        }
        await RtmServer.EndAsync(own);
    }

    [Fact]
    [CoversOpenImGateway("2002", "policy 1")]
    public async Task Of_many_logins_at_once_exactly_one_stays()
    {
        var user = OpenImGatewayServer.NewName();
        await OpenImGatewayApi.RegisterAsync(server.Api, user);
        var peers = new List<OpenImGatewayPeer>();
        var tokens = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => OpenImGatewayApi.TokenAsync(server.Api, user, 2)));
        await Parallel.ForEachAsync(tokens, async (token, _) =>
        {
            try
            {
                var peer = await OpenImGatewayPeer.ConnectAsync(server.Gate, user, token);
                lock (peers)
                    peers.Add(peer);
            }
            catch (System.Net.WebSockets.WebSocketException)
            {
                // its token was made worthless by one that was faster
            }
        });
        await Wait.Until(() => peers.Count(peer => !peer.Closed.IsCompleted) == 1, "all but one are closed");
        var last = peers.Single(peer => !peer.Closed.IsCompleted);
        await last.NewestAsync();
        Assert.Null(await OpenImGatewayApi.RefusalAsync(server.Api, last.Token));
        foreach (var peer in peers)
        {
            if (peer != last)
                await peer.ExpectKickedAsync();
            await peer.DisposeAsync();
        }
    }

    [Fact]
    [CoversOpenImGateway("2002", "706")]
    public async Task Force_logout_ends_the_connections_of_that_platform()
    {
        await using var phone = await server.LoginAsync();
        await using var web = await server.ReturnAsync(phone.UserId, 5);
        await server.ManageAsync("/auth/force_logout", new() { ["platform"] = 2, ["fromUserID"] = phone.UserId });
        await phone.ExpectKickedAsync();
        Assert.EndsWith("user has been kicked", await OpenImGatewayApi.RefusalAsync(server.Api, phone.Token));
        await web.NewestAsync();
        await using var back = await server.ReturnAsync(phone.UserId);
        await back.NewestAsync();
    }

    [Fact]
    [CoversOpenImGateway("2002", "702")]
    public async Task Delete_user_ends_all_its_connections()
    {
        await using var phone = await server.LoginAsync(OpenImGatewayServer.NewName());
        await using var web = await server.ReturnAsync(phone.UserId, 5);
        await server.ManageAsync("/manager/delete_user", new() { ["deleteUserIDList"] = new JsonArray(phone.UserId) });
        await phone.ExpectKickedAsync();
        await web.ExpectKickedAsync();
        Assert.EndsWith("token has been invalidated", await OpenImGatewayApi.RefusalAsync(server.Api, web.Token));
    }

    [Fact]
    [CoversOpenImGateway("1001")]
    public async Task A_server_that_ends_closes_without_a_kick_and_the_client_comes_back_to_all_it_missed()
    {
        await using var own = await OpenImGatewayServer.StartAsync(("Sqlite:Synchronous", "Full"));
        IPEndPoint Gate() => own.Endpoints["OpenImGateway"];
        var api = own.Endpoints["OpenImApi"];
        var (annToken, benToken) = (await OpenImGatewayApi.RegisterAsync(api, "ann"), await OpenImGatewayApi.RegisterAsync(api, "ben"));
        await using (var ann = await OpenImGatewayPeer.ConnectAsync(Gate(), "ann", annToken))
        {
            await using var ben = await OpenImGatewayPeer.ConnectAsync(Gate(), "ben", benToken);
            await ann.SayAsync(OpenImGatewayMessage.To("ann", "ben", "one"));
            await ben.NextAsync("one");
            Assert.Equal(0, await own.TerminateAsync());
            await ben.ExpectClosedAsync(); // no 2002: clients come back by themselves
        }
        await own.RestartAsync();
        await using (var ann = await OpenImGatewayPeer.ConnectAsync(Gate(), "ann", annToken))
        {
            await ann.SayAsync(OpenImGatewayMessage.To("ann", "ben", "two"));
            await using var ben = await OpenImGatewayPeer.ConnectAsync(Gate(), "ben", benToken);
            Assert.Equal(2, await ben.NewestAsync());
            Assert.Equal("two", (await ben.PullAsync(2))[0].Content);
            await ann.SayAsync(OpenImGatewayMessage.To("ann", "ben", "three"));
            Assert.Equal(3, (await ben.NextAsync("three")).Seq);
        }
        await RtmServer.EndAsync(own);
    }

    /// <summary>A token that is not this one: two of one second are the same.</summary>
    private async Task<string> NewTokenAsync(string user, string other)
    {
        var token = other;
        await Wait.Until(async () => (token = await OpenImGatewayApi.TokenAsync(server.Api, user, 2)) != other, "the next second");
        return token;
    }

    /// <summary>The table of §2.5 as the protocol file words it.</summary>
    private static bool Excludes(int policy, string newer, string older)
    {
        static char ClassOf(string platform) => platform switch { "IOS" or "Android" => 'M', "Web" or "MiniWeb" => 'W', _ => 'P' };
        var (one, two) = (ClassOf(newer), ClassOf(older));
        return policy switch
        {
            1 => newer == older, // all together, the same one exclusive
            2 => true, // one terminal only
            3 => newer == older || (one != 'W' && two != 'W'), // Web plus one other
            _ => one == two && one != 'W', // PC exclusive, mobile exclusive, Web free
        };
    }
}
