using Parley.Conformance.Tests.Support;
using Parley.Rtm.Client;

namespace Parley.Conformance.Tests.Rtm.Sdk.Client;

/// <summary>Friends, blocks, groups and rooms through the SDK (rtm-client.md §4.12 to §4.14, §10.1).</summary>
public sealed class RelationSdkTests(SdkServer server)
{
    private static readonly long[] TooMany = [.. Enumerable.Range(1, 101)];

    [Fact]
    [CoversBySdk("addfriends", "delfriends", "getfriends")]
    public async Task Friends_come_and_go()
    {
        await using var ann = await server.LoginAsync();
        await ann.Client.AddFriendsAsync([5, 6, 7]);
        await ann.Client.RemoveFriendsAsync([6]);
        Assert.Equal([5, 7], (await ann.Client.GetFriendsAsync()).Order());
        await Expect.CodeAsync(200033, () => ann.Client.AddFriendsAsync([]));
        await Expect.CodeAsync(200032, () => ann.Client.RemoveFriendsAsync(TooMany));
    }

    [Fact]
    [CoversBySdk("addblacks", "delblacks", "getblacks")]
    public async Task Who_is_blocked_is_not_heard()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await ann.Client.BlockUsersAsync([ben.Id]);
        Assert.Equal([ben.Id], await ann.Client.GetBlockedUsersAsync());
        await Expect.CodeAsync(200049, () => ben.Client.SendToUserAsync(ann.Id, "x"));
        await ann.Client.UnblockUsersAsync([ben.Id]);
        await ben.Client.SendToUserAsync(ann.Id, "free");
        await ann.HearAsync("free");
        await Expect.CodeAsync(200032, () => ann.Client.BlockUsersAsync(TooMany));
    }

    [Fact]
    [CoversBySdk("addgroupmembers", "delgroupmembers", "getgroupmembers", "getgroupcount", "getusergroups")]
    public async Task Members_rule_their_group()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.Id);
        await Expect.CodeAsync(200041, () => ben.Client.AddGroupMembersAsync(gid, [ben.Id]));
        await ann.Client.AddGroupMembersAsync(gid, [ben.Id, 5]);
        Assert.Equal([5, ann.Id, ben.Id], (await ben.Client.GetGroupMembersAsync(gid)).Order());
        var presence = await ben.Client.GetGroupPresenceAsync(gid);
        Assert.Equal([ann.Id, ben.Id], presence.Online.Order());
        Assert.Equal(3, presence.Members.Count);
        Assert.Equal(new RtmGroupCount(3, null), await ben.Client.GetGroupCountAsync(gid));
        Assert.Equal(new RtmGroupCount(3, 2), await ben.Client.GetGroupCountAsync(gid, online: true));
        Assert.Equal([gid], await ben.Client.GetGroupsAsync());
        await ben.Client.RemoveGroupMembersAsync(gid, [ben.Id]);
        Assert.Empty(await ben.Client.GetGroupsAsync());
        await Expect.CodeAsync(200041, () => ben.Client.GetGroupMembersAsync(gid));
        await Expect.CodeAsync(200032, () => ann.Client.AddGroupMembersAsync(gid, TooMany));
    }

    [Fact]
    [CoversBySdk("setgroupinfo", "getgroupinfo", "getgroupopeninfo", "getgroupsopeninfo")]
    public async Task Groups_have_infos()
    {
        await using var ann = await server.LoginAsync();
        await using var stranger = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.Id);
        await ann.Client.SetGroupInfoAsync(gid, "open", "private");
        await ann.Client.SetGroupInfoAsync(gid, open: null, privateInfo: "changed");
        Assert.Equal(new RtmInfo("open", "changed"), await ann.Client.GetGroupInfoAsync(gid));
        Assert.Equal("open", await stranger.Client.GetGroupOpenInfoAsync(gid));
        Assert.Equal("open", (await stranger.Client.GetGroupOpenInfosAsync([gid]))[gid]);
        await Expect.CodeAsync(200041, () => stranger.Client.GetGroupInfoAsync(gid));
        await Expect.CodeAsync(200041, () => stranger.Client.SetGroupInfoAsync(gid, "x", null));
        await Expect.CodeAsync(200033, () => stranger.Client.GetGroupOpenInfosAsync([]));
    }

    [Fact]
    [CoversBySdk("enterroom", "leaveroom", "getuserrooms", "getroommembers", "getroomcount", "kickoutroom")]
    public async Task Rooms_are_entered_left_and_lost()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var rid = server.NewPlace();
        var other = server.NewPlace();
        foreach (var user in new[] { ann, ben })
            await user.Client.EnterRoomAsync(rid);
        await ann.Client.EnterRoomAsync(other);
        Assert.Equal([rid, other], (await ann.Client.GetRoomsAsync()).Order());
        Assert.Equal([ann.Id, ben.Id], (await ann.Client.GetRoomMembersAsync(rid)).Order());
        Assert.Equal(new Dictionary<long, int> { [rid] = 2, [other] = 1 }, await ben.Client.GetRoomCountsAsync([rid, other]));
        await Expect.CodeAsync(200040, () => ben.Client.GetRoomMembersAsync(other));
        await ann.Client.LeaveRoomAsync(rid);
        Assert.Equal([other], await ann.Client.GetRoomsAsync());

        await using var backEnd = await server.BackEndAsync();
        await backEnd.DoneAsync("delroommember", ("rid", rid), ("uid", ben.Id));
        Assert.Equal(rid, (await ben.NextAsync<RtmKickedOutOfRoomPush>()).RoomId);
        Assert.Empty(await ben.Client.GetRoomsAsync());
    }

    [Fact]
    [CoversBySdk("setroominfo", "getroominfo", "getroomopeninfo", "getroomsopeninfo")]
    public async Task Rooms_have_infos()
    {
        await using var ann = await server.LoginAsync();
        await using var stranger = await server.LoginAsync();
        var rid = server.NewPlace();
        await Expect.CodeAsync(200040, () => ann.Client.SetRoomInfoAsync(rid, "open", "private"));
        await ann.Client.EnterRoomAsync(rid);
        await ann.Client.SetRoomInfoAsync(rid, "open", "private");
        Assert.Equal(new RtmInfo("open", "private"), await ann.Client.GetRoomInfoAsync(rid));
        Assert.Equal("open", await stranger.Client.GetRoomOpenInfoAsync(rid));
        Assert.Equal("open", (await stranger.Client.GetRoomOpenInfosAsync([rid]))[rid]);
        await Expect.CodeAsync(200040, () => stranger.Client.GetRoomInfoAsync(rid));
    }
}
