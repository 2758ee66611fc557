using System.Text.Json.Nodes;
using Parley.Conformance.Tests.Beehive.Listend;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using static Parley.Conformance.Tests.OpenIm.Gateway.Support.OpenImGatewayApi;
using static Parley.Conformance.Tests.OpenIm.Gateway.Support.OpenImNotice;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>Friends and blacklists that other protocols change (openim.md §7, §8.8).</summary>
public sealed class FriendsElsewhereTests(OpenImGatewayServer server)
{
    [Fact]
    [CoversOpenImGateway("1204")]
    public async Task Friends_of_RTM_are_told_to_whose_list_it_is_once_for_each_who_is_new()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync(nickname: "Ben");
        var (away, me) = (OpenImGatewayServer.NewId(), long.Parse(ann.UserId));
        var token = await RegisterAsync(server.Api, away);
        await using var rtm = await server.RtmAsync(ann.UserId);
        await rtm.OkAsync("addfriends", ("friends", new[] { long.Parse(ben.UserId), me }));
        Assert.Equal("Ben is a friend now", (await OpenImNotice.NextPairAsync(ann, FriendAdded, ann.UserId, ben.UserId, ann.UserId)).Sentence);
        await rtm.OkAsync("addfriends", ("friends", new[] { long.Parse(ben.UserId), 5 })); // one of them is new
        Assert.Equal("5 is a friend now", (await OpenImNotice.NextPairAsync(ann, FriendAdded, ann.UserId, "5", ann.UserId)).Sentence);
        Assert.Equal(new[] { ben.UserId, "5" }.Order(StringComparer.Ordinal), await FriendsAsync(server, ann));
        Assert.Empty(await FriendsAsync(server, ben));
        Assert.Equal((2, 0), (await ann.NewestAsync(), await ben.NewestAsync())); // ben's list is what it was

        await using var backEnd = await BackEnd.ConnectAsync(server.Process.Endpoints["RtmServer"], RtmWorld.Pid);
        for (var i = 0; i < 2; i++)
            await backEnd.DoneAsync("addfriends", ("uid", long.Parse(away)), ("friends", new[] { me, 6L }));
        Assert.Equal(2, await ann.NewestAsync());
        await using var back = await OpenImGatewayPeer.ConnectAsync(server.Gate, away, token);
        var all = await back.PullAllAsync();
        Assert.Equal(2, all.Count);
        foreach (var friend in new[] { ann.UserId, "6" })
            OfPair(all.Single(data => data.RecvId == friend), FriendAdded, away, friend, Manager);
        Assert.Equal(new[] { ann.UserId, "6" }.Order(StringComparer.Ordinal), await FriendsAsync(server, back));
    }

    [Fact]
    [CoversOpenImGateway("1204")]
    public async Task Of_a_hundred_friends_each_is_told()
    {
        await using var ann = await server.LoginAsync();
        await using var rtm = await server.RtmAsync(ann.UserId);
        var many = Enumerable.Range(900_000, 100).Select(uid => (long)uid).ToArray();
        await rtm.OkAsync("addfriends", ("friends", many));
        var all = await ann.PullAllAsync();
        Assert.Equal(many.Select(uid => $"{uid}"), all.Select(data => data.RecvId).Order(StringComparer.Ordinal));
        Assert.All(all, data => OfPair(data, FriendAdded, ann.UserId, data.RecvId, ann.UserId));
    }

    [Fact]
    [CoversOpenImGateway("1204")]
    public async Task Who_agrees_over_GoIM_makes_two_friends_and_both_hear()
    {
        await using var ann = await server.LoginAsync(OpenImGatewayServer.NewName("ann"));
        await using var ben = await server.LoginAsync(OpenImGatewayServer.NewName("ben"));
        await using var asking = await server.GoImAsync(ann.UserId);
        await using var asked = await server.GoImAsync(ben.UserId);
        foreach (var reaction in new[] { "disagree", "agree" })
        {
            await asking.DoneAsync("send_ask", "add_friend", ben.UserId);
            var ask = await asked.NextPushAsync("receive_ask", "add_friend", ann.UserId);
            await asked.OkAsync("send_react", reaction, ask.Uuid);
        }
        foreach (var peer in new[] { ann, ben })
        {
            // the answer that GoIM sends as a message comes beside it
            var pushes = new[] { await peer.NextAsync(), await peer.NextAsync() };
            OfPair(pushes.Single(push => push.ContentType == FriendAdded), FriendAdded, ann.UserId, ben.UserId, ben.UserId);
            Assert.Equal(2, await peer.NewestAsync());
        }
        Assert.Equal([ben.UserId], await FriendsAsync(server, ann));
        Assert.Equal([ann.UserId], await FriendsAsync(server, ben));
        await using var cid = await server.LoginAsync(OpenImGatewayServer.NewName("cid"));
        await asking.DoneAsync("send_add_friend", cid.UserId); // neither asked nor told
        await OpenImNotice.NextPairAsync(ann, FriendAdded, ann.UserId, cid.UserId, ann.UserId);
        Assert.Equal(0, await cid.NewestAsync());
    }

    [Fact]
    [CoversOpenImGateway("1207")]
    public async Task Who_is_blocked_over_RTM_or_beehive_hears_and_who_blocks_unless_it_has_blocked_the_other()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var rtm = await server.RtmAsync(ann.UserId);
        for (var i = 0; i < 2; i++)
            await rtm.OkAsync("addblacks", ("blacks", new[] { long.Parse(ben.UserId), long.Parse(ann.UserId) }));
        foreach (var peer in new[] { ann, ben })
            await OpenImNotice.NextPairAsync(peer, BlackAdded, ann.UserId, ben.UserId, ann.UserId);
        Assert.Equal([ben.UserId], await BlockedAsync(server, ann));
        await using var bee = await ListendWorld.LoginAsync(server.Process, long.Parse(ben.UserId));
        for (var i = 0; i < 2; i++)
            await bee.DoneAsync(0x0207, (1, bee.UserId), (2, long.Parse(ann.UserId)));
        await OpenImNotice.NextPairAsync(ben, BlackAdded, ben.UserId, ann.UserId, ben.UserId);
        Assert.Equal([ann.UserId], await BlockedAsync(server, ben));
        await bee.DoneAsync(0x020B, (1, bee.UserId), (2, 5)); // muting is no blacklist of OpenIM's
        Assert.Equal((1, 2), (await ann.NewestAsync(), await ben.NewestAsync()));
    }

    [Fact]
    [CoversOpenImGateway("1204", "1207")]
    public async Task What_the_API_does_comes_once_and_to_whom_it_did()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await server.ManageAsync("/friend/add_blacklist", new() { ["fromUserID"] = ben.UserId, ["toUserID"] = ann.UserId });
        await server.ManageAsync("/friend/add_blacklist", new() { ["fromUserID"] = ann.UserId, ["toUserID"] = ben.UserId });
        await server.ManageAsync("/friend/import_friend", new() { ["fromUserID"] = ann.UserId, ["friendUserIDList"] = new JsonArray(ben.UserId) });
        foreach (var peer in new[] { ann, ben })
        {
            await OpenImNotice.NextPairAsync(peer, BlackAdded, ben.UserId, ann.UserId, Manager);
            await OpenImNotice.NextPairAsync(peer, BlackAdded, ann.UserId, ben.UserId, Manager);
            await OpenImNotice.NextPairAsync(peer, FriendAdded, ann.UserId, ben.UserId, Manager);
            Assert.Equal(3, await peer.NewestAsync());
        }
    }
}
