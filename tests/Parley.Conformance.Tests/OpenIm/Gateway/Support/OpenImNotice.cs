using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Conformance.Tests.OpenIm.Gateway.Support;

/// <summary>A notification (openim.md §7), and what the lists of its receiver say after it (§8.8).</summary>
internal sealed record OpenImNotice(ProtoMessage Data, ProtoMessage Tips, JsonElement Json, string Sentence)
{
    public const int FriendAdded = 1204;
    public const int BlackAdded = 1207;
    public const int Kicked = 1508;
    public const int Invited = 1509;

    /// <summary>The group it is about.</summary>
    public ProtoMessage Group => Tips.Inner(1);

    /// <summary>Whom it names as having come or gone.</summary>
    public string[] Named => [.. Tips.Inners(3).Select(member => member.Text(2))];

    public static OpenImNotice Of(ProtoMessage data)
    {
        var comm = new ProtoMessage(data.Data(12));
        using var json = JsonDocument.Parse(comm.Text(3));
        return new(data, comm.Inner(1), json.RootElement.Clone(), comm.Text(2));
    }

    /// <summary>The next push tells of who came into a group or went: from whom, and who they are.</summary>
    public static async Task<OpenImNotice> NextAsync(OpenImGatewayPeer peer, int type, string group, string actor, params string[] named)
    {
        var frame = await peer.NextFrameAsync(OpenImGatewayPeer.Push);
        Assert.NotEqual("", frame.OperationId);
        return OfGroup(new(frame.Data), peer.UserId, type, group, actor, named);
    }

    /// <summary>The same of what was pulled.</summary>
    public static OpenImNotice OfGroup(ProtoMessage data, string receiver, int type, string group, string actor, params string[] named)
    {
        var notice = Of(data);
        Assert.Equal((type, 2, 200), ((int)data.ContentType, data.Int(9), data.Int(10)));
        Assert.Equal((actor, receiver, group), (data.SendId, data.RecvId, data.GroupId));
        Assert.Equal((group, group, actor), (notice.Group.Text(1), notice.Tips.Inner(2).Text(1), notice.Tips.Inner(2).Text(2)));
        Assert.Equal(named.Order(StringComparer.Ordinal), notice.Named.Order(StringComparer.Ordinal));
        var list = notice.Json.GetProperty(type == Invited ? "invitedUserList" : "kickedUserList");
        Assert.Equal(notice.Named, list.EnumerateArray().Select(member => member.GetProperty("userID").GetString()));
        Assert.Equal((true, false), (data.Options["unreadCount"], data.Options["offlinePush"]));
        ExpectStored(data);
        return notice;
    }

    /// <summary>The next push tells of a new friend or of who is blocked.</summary>
    public static async Task<OpenImNotice> NextPairAsync(OpenImGatewayPeer peer, int type, string from, string to, string actor)
    {
        var frame = await peer.NextFrameAsync(OpenImGatewayPeer.Push);
        Assert.NotEqual("", frame.OperationId);
        return OfPair(new(frame.Data), type, from, to, actor);
    }

    /// <summary>The same of what was pulled.</summary>
    public static OpenImNotice OfPair(ProtoMessage data, int type, string from, string to, string actor)
    {
        var notice = Of(data);
        Assert.Equal((type, 1, 200), ((int)data.ContentType, data.Int(9), data.Int(10)));
        Assert.Equal((from, to, ""), (data.SendId, data.RecvId, data.GroupId));
        if (type == BlackAdded)
            Assert.Equal((from, to), (notice.Tips.Inner(1).Text(1), notice.Tips.Inner(1).Text(2)));
        else
            Assert.Equal((from, to, actor), (notice.Tips.Inner(1).Text(1), notice.Tips.Inner(1).Inner(4).Text(1), notice.Tips.Inner(3).Text(1)));
        ExpectStored(data);
        return notice;
    }

    /// <summary>The groups of a user, as its client fetches them.</summary>
    public static Task<string[]> GroupsAsync(OpenImGatewayServer server, OpenImGatewayPeer peer) =>
        ListAsync(server, peer, "/group/get_joined_group_list", row => row.GetProperty("groupID"));

    public static Task<string[]> FriendsAsync(OpenImGatewayServer server, OpenImGatewayPeer peer) =>
        ListAsync(server, peer, "/friend/get_friend_list", row => row.GetProperty("friendUser").GetProperty("userID"));

    public static Task<string[]> BlockedAsync(OpenImGatewayServer server, OpenImGatewayPeer peer) =>
        ListAsync(server, peer, "/friend/get_black_list", row => row.GetProperty("userID"));

    private static async Task<string[]> ListAsync(
        OpenImGatewayServer server, OpenImGatewayPeer peer, string path, Func<JsonElement, JsonElement> idOf)
    {
        var answer = await OpenImGatewayApi.OkAsync(server.Api, path, new JsonObject { ["fromUserID"] = peer.UserId }, peer.Token);
        return [.. answer.GetProperty("data").EnumerateArray().Select(row => idOf(row).GetString()!).Order(StringComparer.Ordinal)];
    }

    private static void ExpectStored(ProtoMessage data)
    {
        Assert.NotEqual("", data.ClientId);
        Assert.NotEqual("", data.ServerId);
        Assert.NotEqual(0, data.Seq);
        Assert.True(data.Options.GetValueOrDefault("history", true) && data.Options.GetValueOrDefault("persistent", true));
    }
}
