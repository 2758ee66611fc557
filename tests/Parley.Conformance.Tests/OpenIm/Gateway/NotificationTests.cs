using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>What the server says of what was done (openim.md §7).</summary>
public sealed class NotificationTests(OpenImGatewayServer server)
{
    [Fact]
    [CoversOpenImGateway("1501", "check 12")]
    public async Task Of_a_new_group_all_its_members_hear()
    {
        await using var ann = await server.LoginAsync(nickname: "Ann");
        await using var ben = await server.LoginAsync(nickname: "Ben");
        var created = await server.ManageAsync("/group/create_group", new()
        {
            ["operationID"] = "op-create",
            ["ownerUserID"] = ann.UserId,
            ["groupName"] = "Ops ü",
            ["introduction"] = "intro",
            ["memberList"] = new JsonArray(new JsonObject { ["userID"] = ben.UserId, ["roleLevel"] = 3 }),
        });
        var group = created.GetProperty("data").GetProperty("groupID").GetString()!;
        foreach (var peer in new[] { ann, ben })
        {
            var (data, tips, json) = await NextAsync(peer, 1501, "op-create");
            ExpectHead(data, 2, OpenImGatewayApi.Manager, peer.UserId, group, isShown: true, isUnread: true, isPushed: true);
            var info = tips.Inner(1);
            Assert.Equal((group, "Ops ü", "intro", ann.UserId, OpenImGatewayApi.Manager), (info.Text(1), info.Text(2), info.Text(4), info.Text(6), info.Text(11)));
            Assert.Equal(2, info.Int(8));
            Assert.Equal((group, OpenImGatewayApi.Manager, 2), (tips.Inner(2).Text(1), tips.Inner(2).Text(2), tips.Inner(2).Int(7)));
            Assert.Equal([ann.UserId, ben.UserId], tips.Inners(3).Select(member => member.Text(2)));
            Assert.Equal([2, 3], tips.Inners(3).Select(member => member.Int(3)));
            Assert.Equal(["Ann", "Ben"], tips.Inners(3).Select(member => member.Text(5)));
            Assert.InRange(tips.Int(4), data.SendTime / 1000 - 60, (data.SendTime / 1000) + 60);
            Assert.Equal((ann.UserId, "Ann"), (tips.Inner(5).Text(2), tips.Inner(5).Text(5)));
            Assert.Equal(JsonValueKind.String, json.GetProperty("operationTime").ValueKind); // 64 bits as a text
            Assert.Equal(tips.Int(4).ToString(), json.GetProperty("operationTime").GetString());
            Assert.Equal(group, json.GetProperty("group").GetProperty("groupID").GetString());
            Assert.Equal(2, json.GetProperty("group").GetProperty("memberCount").GetInt32());
            Assert.False(json.GetProperty("group").TryGetProperty("status", out _)); // zero is left out
            Assert.Equal(ben.UserId, json.GetProperty("memberList")[1].GetProperty("userID").GetString());
            Assert.Equal(ann.UserId, json.GetProperty("groupOwnerUser").GetProperty("userID").GetString());
            Assert.Equal(1, await peer.NewestAsync());
        }
    }

    [Fact]
    [CoversOpenImGateway("1509", "1508", "check 12")]
    public async Task Of_who_comes_and_who_is_removed_all_members_hear_and_the_removed_too()
    {
        await using var ann = await server.LoginAsync(nickname: "Ann");
        await using var ben = await server.LoginAsync(nickname: "Ben");
        await using var cleo = await server.LoginAsync(nickname: "Cleo");
        await using var dan = await server.LoginAsync(nickname: "Dan");
        var group = await server.NewGroupAsync(ann.UserId, ben.UserId);
        await NextAsync(ann, 1501);
        await NextAsync(ben, 1501);
        await server.ManageAsync("/group/invite_user_to_group", new()
        {
            ["operationID"] = "op-invite",
            ["groupID"] = group,
            ["invitedUserIDList"] = new JsonArray(cleo.UserId, dan.UserId, ben.UserId, "nobody"),
        });
        foreach (var peer in new[] { ann, ben, cleo, dan })
        {
            var (data, tips, json) = await NextAsync(peer, 1509, "op-invite");
            ExpectHead(data, 2, OpenImGatewayApi.Manager, peer.UserId, group, isShown: true, isUnread: true, isPushed: false);
            Assert.Equal([cleo.UserId, dan.UserId], tips.Inners(3).Select(member => member.Text(2)));
            Assert.Equal(4, tips.Inner(1).Int(8));
            Assert.Equal("Cleo", json.GetProperty("invitedUserList")[0].GetProperty("nickname").GetString());
            Assert.Contains("Cleo, Dan", new ProtoMessage(data.Data(12)).Text(2), StringComparison.Ordinal);
        }
        await server.ManageAsync("/group/kick_group", new()
        {
            ["operationID"] = "op-kick",
            ["groupID"] = group,
            ["kickedUserIDList"] = new JsonArray(cleo.UserId, ann.UserId, "nobody"), // the owner stays
        });
        foreach (var peer in new[] { ann, ben, cleo, dan })
        {
            var (data, tips, json) = await NextAsync(peer, 1508, "op-kick");
            ExpectHead(data, 2, OpenImGatewayApi.Manager, peer.UserId, group, isShown: true, isUnread: true, isPushed: false);
            var removed = Assert.Single(tips.Inners(3));
            Assert.Equal((group, cleo.UserId, "Cleo"), (removed.Text(1), removed.Text(2), removed.Text(5)));
            Assert.Equal(3, tips.Inner(1).Int(8));
            Assert.Equal(cleo.UserId, json.GetProperty("kickedUserList")[0].GetProperty("userID").GetString());
        }
        foreach (var (peer, newest) in new[] { (ann, 3), (ben, 3), (cleo, 2), (dan, 2) })
            Assert.Equal(newest, await peer.NewestAsync());
        // nobody was added or removed: nobody hears
        await server.ManageAsync("/group/invite_user_to_group", new() { ["groupID"] = group, ["invitedUserIDList"] = new JsonArray(ben.UserId) });
        await server.ManageAsync("/group/kick_group", new() { ["groupID"] = group, ["kickedUserIDList"] = new JsonArray(cleo.UserId) });
        Assert.Equal(3, await ann.NewestAsync());
    }

    [Fact]
    [CoversOpenImGateway("1509", "1508", "1501")]
    public async Task What_members_do_themselves_comes_from_them()
    {
        await using var ann = await server.LoginAsync(nickname: "Ann");
        await using var ben = await server.LoginAsync(nickname: "Ben");
        var created = await OpenImGatewayApi.OkAsync(
            server.Api, "/group/create_group", new() { ["ownerUserID"] = ann.UserId, ["memberList"] = new JsonArray(), ["groupName"] = "Own" }, ann.Token);
        var group = created.GetProperty("data").GetProperty("groupID").GetString()!;
        var (data, tips, _) = await NextAsync(ann, 1501);
        ExpectHead(data, 2, ann.UserId, ann.UserId, group, isShown: true, isUnread: true, isPushed: true);
        Assert.Equal((ann.UserId, 2, 1), (tips.Inner(2).Text(2), tips.Inner(2).Int(3), tips.Inner(2).Int(7)));
        Assert.StartsWith("Ann", new ProtoMessage(data.Data(12)).Text(2), StringComparison.Ordinal);
        await OpenImGatewayApi.OkAsync(
            server.Api, "/group/invite_user_to_group", new() { ["groupID"] = group, ["invitedUserIDList"] = new JsonArray(ben.UserId) }, ann.Token);
        foreach (var peer in new[] { ann, ben })
        {
            (data, tips, _) = await NextAsync(peer, 1509);
            ExpectHead(data, 2, ann.UserId, peer.UserId, group, isShown: true, isUnread: true, isPushed: false);
        }
        await OpenImGatewayApi.OkAsync(
            server.Api, "/group/kick_group", new() { ["groupID"] = group, ["kickedUserIDList"] = new JsonArray(ben.UserId) }, ann.Token);
        foreach (var peer in new[] { ann, ben })
        {
            (data, tips, _) = await NextAsync(peer, 1508);
            Assert.Equal(ann.UserId, data.SendId);
        }
    }

    [Fact]
    [CoversOpenImGateway("1204")]
    public async Task Of_a_friendship_both_hear_and_only_when_it_is_new()
    {
        await using var ann = await server.LoginAsync(nickname: "Ann");
        await using var ben = await server.LoginAsync(nickname: "Ben");
        for (var i = 0; i < 2; i++)
            await server.ManageAsync("/friend/import_friend", new() { ["fromUserID"] = ann.UserId, ["friendUserIDList"] = new JsonArray(ben.UserId, "nobody") });
        foreach (var peer in new[] { ann, ben })
        {
            var (data, tips, json) = await NextAsync(peer, 1204);
            ExpectHead(data, 1, ann.UserId, ben.UserId, "", isShown: true, isUnread: true, isPushed: true);
            var friend = tips.Inner(1);
            Assert.Equal((ann.UserId, ben.UserId, "Ben"), (friend.Text(1), friend.Inner(4).Text(1), friend.Inner(4).Text(2)));
            Assert.InRange(friend.Int(3), (data.SendTime / 1000) - 60, (data.SendTime / 1000) + 60);
            Assert.Equal(OpenImGatewayApi.Manager, tips.Inner(3).Text(1));
            Assert.Equal(ben.UserId, json.GetProperty("friend").GetProperty("friendUser").GetProperty("userID").GetString());
            Assert.Equal(1, await peer.NewestAsync());
        }
    }

    [Fact]
    [CoversOpenImGateway("1207")]
    public async Task Of_a_block_both_hear_and_only_when_it_is_new()
    {
        await using var ann = await server.LoginAsync(nickname: "Ann");
        await using var ben = await server.LoginAsync(nickname: "Ben");
        for (var i = 0; i < 2; i++)
            await server.ManageAsync("/friend/add_blacklist", new() { ["fromUserID"] = ann.UserId, ["toUserID"] = ben.UserId });
        foreach (var peer in new[] { ann, ben })
        {
            var (data, tips, json) = await NextAsync(peer, 1207);
            ExpectHead(data, 1, ann.UserId, ben.UserId, "", isShown: false, isUnread: false, isPushed: true);
            Assert.Equal((ann.UserId, ben.UserId), (tips.Inner(1).Text(1), tips.Inner(1).Text(2)));
            Assert.Equal(
                $$$"""{"fromToUserID":{"fromUserID":"{{{ann.UserId}}}","toUserID":"{{{ben.UserId}}}"}}""", JsonNode.Parse(json.GetRawText())!.ToJsonString());
            Assert.Equal(1, await peer.NewestAsync());
        }
    }

    [Fact]
    [CoversOpenImGateway("1303")]
    public async Task Of_a_changed_profile_each_friend_hears_and_the_user()
    {
        await using var ann = await server.LoginAsync(nickname: "Ann");
        await using var ben = await server.LoginAsync();
        await using var stranger = await server.LoginAsync();
        await server.ManageAsync("/friend/import_friend", new() { ["fromUserID"] = ann.UserId, ["friendUserIDList"] = new JsonArray(ben.UserId) });
        await NextAsync(ann, 1204);
        await NextAsync(ben, 1204);
        await OpenImGatewayApi.OkAsync(server.Api, "/user/update_user_info", new() { ["userID"] = ann.UserId, ["nickname"] = "Anna" }, ann.Token);
        foreach (var peer in new[] { ann, ben })
        {
            var (data, tips, json) = await NextAsync(peer, 1303);
            ExpectHead(data, 1, ann.UserId, peer.UserId, "", isShown: false, isUnread: false, isPushed: true);
            Assert.Equal(ann.UserId, tips.Text(1));
            Assert.Equal(ann.UserId, json.GetProperty("userID").GetString());
            Assert.Equal(2, await peer.NewestAsync());
        }
        Assert.Equal(0, await stranger.NewestAsync());
    }

    [Fact]
    [CoversOpenImGateway("1501", "1509")]
    public async Task Notifications_are_pulled_as_they_were_pushed_among_the_messages()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "before"));
        var pushes = new List<ProtoMessage> { await ben.NextAsync("before") };
        var group = await server.NewGroupAsync(ann.UserId, ben.UserId);
        pushes.Add(await ben.NextAsync());
        await ann.SayAsync(OpenImGatewayMessage.ToGroup(ann.UserId, group, "after"));
        pushes.Add(await ben.NextAsync("after"));
        Assert.Equal([1, 2, 3], pushes.Select(push => push.Seq));
        await using var back = await OpenImGatewayPeer.ConnectAsync(server.Gate, ben.UserId, ben.Token);
        Assert.Equal(pushes.Select(push => push.Bytes), (await back.PullAllAsync()).Select(one => one.Bytes));
    }

    private static async Task<(ProtoMessage Data, ProtoMessage Tips, JsonElement Json)> NextAsync(
        OpenImGatewayPeer peer, int type, string operationId = "op-api")
    {
        var frame = await peer.NextFrameAsync(OpenImGatewayPeer.Push);
        Assert.Equal(operationId, frame.OperationId);
        var data = new ProtoMessage(frame.Data);
        Assert.Equal(type, data.ContentType);
        var comm = new ProtoMessage(data.Data(12));
        Assert.NotEqual("", comm.Text(2));
        using var json = JsonDocument.Parse(comm.Text(3));
        return (data, comm.Inner(1), json.RootElement.Clone());
    }

    private static void ExpectHead(
        ProtoMessage data, int session, string sender, string receiver, string group, bool isShown, bool isUnread, bool isPushed)
    {
        Assert.Equal((session, sender, receiver, group, 200), (data.Int(9), data.SendId, data.RecvId, data.GroupId, data.Int(10)));
        Assert.NotEqual("", data.ClientId);
        Assert.NotEqual("", data.ServerId);
        Assert.NotEqual(0, data.Seq);
        Assert.NotEqual(0, data.Int(16));
        Assert.Equal((isUnread, isPushed), (data.Options["unreadCount"], data.Options["offlinePush"]));
        Assert.Equal(isShown, data.Options.GetValueOrDefault("conversationUpdate", true));
        Assert.True(data.Options.GetValueOrDefault("history", true) && data.Options.GetValueOrDefault("persistent", true));
    }
}
