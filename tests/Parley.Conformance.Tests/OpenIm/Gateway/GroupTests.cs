using System.Text.Json.Nodes;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>Saying something in a group (openim.md §6.4).</summary>
public sealed class GroupTests(OpenImGatewayServer server)
{
    [Fact]
    [CoversOpenImGateway("1003", "2001", "senderSync")]
    public async Task Every_member_gets_a_copy_in_its_own_inbox_with_its_own_recvID_the_sender_too()
    {
        await using var ann = await server.LoginAsync();
        await using var annAtHome = await server.ReturnAsync(ann.UserId, 3);
        await using var ben = await server.LoginAsync();
        await using var cleo = await server.LoginAsync();
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "before"));
        var group = await server.NewGroupAsync(ann.UserId, ben.UserId, cleo.UserId);
        // a recvID is of no account in a group, and every member hears its own words whatever senderSync says
        await ann.SayAsync(
            OpenImGatewayMessage.ToGroup(ann.UserId, group, "to all", 115).With(2, ben.UserId).WithOptions(("senderSync", false)));
        await ben.SayAsync(OpenImGatewayMessage.ToGroup(ben.UserId, group, "and back"));
        foreach (var (peer, first) in new[] { (ann, 3), (annAtHome, 3), (ben, 3), (cleo, 2) })
        {
            if (first == 3)
                await peer.NextAsync("before");
            Assert.Equal(1501, (await peer.NextAsync()).ContentType);
            var push = await peer.NextAsync("to all");
            Assert.Equal((ann.UserId, peer.UserId, group, 2, first), (push.SendId, push.RecvId, push.GroupId, push.Int(9), push.Seq));
            push = await peer.NextAsync("and back");
            Assert.Equal((ben.UserId, peer.UserId, group, first + 1), (push.SendId, push.RecvId, push.GroupId, push.Seq));
            Assert.Equal(push.Bytes, (await peer.PullAsync(first + 1))[0].Bytes);
        }
    }

    [Fact]
    [CoversOpenImGateway("801", "802")]
    public async Task Only_members_speak_in_a_group_and_only_who_is_a_member_then_gets_it()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var cleo = await server.LoginAsync();
        var group = await server.NewGroupAsync(ann.UserId, ben.UserId);
        var refused = await cleo.FailAsync(801, OpenImGatewayPeer.Send, ProtoMessage.Of(OpenImGatewayMessage.ToGroup(cleo.UserId, group)));
        Assert.Equal("no permission", refused.Text);
        await ann.SayAsync(OpenImGatewayMessage.ToGroup(ann.UserId, group, "first"));
        await server.ManageAsync("/group/kick_group", new() { ["groupID"] = group, ["kickedUserIDList"] = new JsonArray(ben.UserId) });
        await server.ManageAsync("/group/invite_user_to_group", new() { ["groupID"] = group, ["invitedUserIDList"] = new JsonArray(cleo.UserId) });
        await ben.RefusedAsync(801, OpenImGatewayMessage.ToGroup(ben.UserId, group));
        await cleo.SayAsync(OpenImGatewayMessage.ToGroup(cleo.UserId, group, "second"));
        Assert.Equal(["first"], (await TextsAsync(ben)));
        Assert.Equal(["first", "second"], await TextsAsync(ann));
        Assert.Equal(["second"], await TextsAsync(cleo));
    }

    [Fact]
    [CoversOpenImGateway("113", "history")]
    public async Task Typing_in_a_group_is_told_to_who_is_there_and_stored_nowhere()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var group = await server.NewGroupAsync(ann.UserId, ben.UserId);
        await ann.SayAsync(OpenImGatewayMessage.ToGroup(ann.UserId, group, "…", 113));
        foreach (var peer in new[] { ann, ben })
        {
            Assert.Equal(1501, (await peer.NextAsync()).ContentType);
            var push = await peer.NextAsync("…");
            Assert.Equal((0, peer.UserId, group), (push.Seq, push.RecvId, push.GroupId));
            Assert.Equal(1, await peer.NewestAsync());
        }
    }

    private static async Task<IEnumerable<string>> TextsAsync(OpenImGatewayPeer peer) =>
        (await peer.PullAllAsync()).Where(one => one.ContentType == 101).Select(one => one.Content);
}
