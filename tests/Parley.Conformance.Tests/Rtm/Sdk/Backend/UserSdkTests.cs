using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Rtm;
using Parley.Rtm.Backend;

namespace Parley.Conformance.Tests.Rtm.Sdk.Backend;

/// <summary>Friends, groups, bans and users through the SDK (rtm-server.md §4).</summary>
public sealed class UserSdkTests(BackEndServer server)
{
    [Fact]
    [CoversBySdk("addfriends", "delfriends", "getfriends", "isfriend", "isfriends")]
    public async Task Friends_are_added_listed_and_removed()
    {
        await using var backEnd = new SdkBackEnd(server);
        var client = backEnd.Client;
        var (ann, ben, cid) = (server.NewUser(), server.NewUser(), server.NewUser());
        await client.AddFriendsAsync(ann, [ben, cid]);
        Assert.Equal([ben, cid], (await client.GetFriendsAsync(ann)).Order());
        Assert.True(await client.IsFriendAsync(ann, ben));
        await client.DeleteFriendsAsync(ann, [ben]);
        Assert.False(await client.IsFriendAsync(ann, ben));
        Assert.Equal([cid], await client.AreFriendsAsync(ann, [ben, cid, 5]));
        await SdkBackEnd.FailAsync(RtmErrorCode.EmptyParameter, client.AddFriendsAsync(ann, []));
        await SdkBackEnd.FailAsync(RtmErrorCode.TooManyItems, client.AddFriendsAsync(ann, [.. Enumerable.Range(1, 101).Select(i => (long)i)]));
    }

    [Fact]
    [CoversBySdk("addgroupmembers", "delgroupmembers", "delgroup", "getgroupmembers", "isgroupmember", "getusergroups")]
    public async Task Groups_come_into_being_with_members_and_end()
    {
        await using var backEnd = new SdkBackEnd(server);
        var client = backEnd.Client;
        var (ann, ben) = (server.NewUser(), server.NewUser());
        var group = await backEnd.NewGroupAsync(ann, ben);
        Assert.Equal([ann, ben], (await client.GetGroupMembersAsync(group)).Order());
        Assert.True(await client.IsGroupMemberAsync(group, ann));
        Assert.Equal([group], await client.GetUserGroupsAsync(ann));
        await client.DeleteGroupMembersAsync(group, [ann]);
        Assert.False(await client.IsGroupMemberAsync(group, ann));
        await client.DeleteGroupAsync(group);
        Assert.Empty(await client.GetGroupMembersAsync(group));
        Assert.Empty(await client.GetUserGroupsAsync(ben));
    }

    [Fact]
    [CoversBySdk("addgroupban", "removegroupban", "isbanofgroup", "addroomban", "removeroomban", "isbanofroom")]
    public async Task A_ban_stops_sending_until_it_is_removed()
    {
        await using var backEnd = new SdkBackEnd(server);
        var client = backEnd.Client;
        await using var ann = await backEnd.LoginAsync();
        var place = await backEnd.NewGroupAsync(ann.UserId, server.NewUser());
        await client.AddRoomMemberAsync(place, ann.UserId);

        await client.AddGroupBanAsync(place, ann.UserId, TimeSpan.FromMinutes(5));
        await client.AddRoomBanAsync(place, ann.UserId, null);
        Assert.True(await client.IsBannedInGroupAsync(place, ann.UserId));
        Assert.True(await client.IsBannedInRoomAsync(place, ann.UserId));
        await SdkBackEnd.FailAsync(RtmErrorCode.BannedInGroup, client.SendGroupMessageAsync(ann.UserId, place, 30, "x"));
        await SdkBackEnd.FailAsync(RtmErrorCode.BannedInRoom, client.SendRoomMessageAsync(ann.UserId, place, 30, "x"));

        await client.RemoveGroupBanAsync(place, ann.UserId);
        await client.RemoveRoomBanAsync(place, ann.UserId);
        Assert.False(await client.IsBannedInGroupAsync(place, ann.UserId));
        Assert.False(await client.IsBannedInRoomAsync(place, ann.UserId));
        await client.SendGroupMessageAsync(ann.UserId, place, 30, "x");
        await client.SendRoomMessageAsync(ann.UserId, place, 30, "x");
    }

    [Fact]
    [CoversBySdk("addprojectblack", "removeprojectblack", "isprojectblack", "kickout", "getonlineusers", "gettoken", "removetoken")]
    public async Task A_user_is_let_in_thrown_out_and_shut_out()
    {
        await using var backEnd = new SdkBackEnd(server);
        var client = backEnd.Client;
        var ann = await backEnd.LoginAsync();
        Assert.Equal([ann.UserId], await client.GetOnlineUsersAsync([ann.UserId, server.NewUser()]));
        await client.KickoutAsync(ann.UserId, "10.0.0.1:1");
        await ann.OkAsync("ping");
        await client.KickoutAsync(ann.UserId);
        await ann.NextAsync("kickout");
        await ann.ExpectClosedAsync();
        await client.KickoutAsync(ann.UserId);

        ann = await backEnd.LoginAsync(ann.UserId);
        await client.AddProjectBlackAsync(ann.UserId, TimeSpan.FromHours(1));
        await ann.NextAsync("kickout");
        await ann.ExpectClosedAsync();
        Assert.True(await client.IsProjectBlackAsync(ann.UserId));
        await client.RemoveProjectBlackAsync(ann.UserId);
        Assert.False(await client.IsProjectBlackAsync(ann.UserId));

        var token = await client.GetTokenAsync(ann.UserId);
        await client.RemoveTokenAsync(ann.UserId);
        await using var late = await RtmPeer.ConnectAsync(server.ClientGate);
        var auth = RtmServer.AuthOf(Profile.G2, ann.UserId, BackEndServer.Pid).With("token", token);
        Assert.False((await late.OkAsync("auth", auth)).Bool("ok"));
        await SdkBackEnd.FailAsync(RtmErrorCode.AdminLogin, client.GetTokenAsync(BackEndServer.Admin));
        await SdkBackEnd.FailAsync(RtmErrorCode.InvalidPidOrUid, client.GetTokenAsync(0));
    }

    [Fact]
    [CoversBySdk("adddevice", "removedevice", "setpushname", "getpushname", "setgeo", "getgeo", "getgeos")]
    public async Task What_is_known_of_a_user_is_set_and_read()
    {
        await using var backEnd = new SdkBackEnd(server);
        var client = backEnd.Client;
        var (ann, ben) = (server.NewUser(), server.NewUser());
        await client.AddDeviceAsync(ann, "apns", "device-1");
        await client.RemoveDeviceAsync(ann, "device-1");
        await client.RemoveDeviceAsync(ann, "device-1");
        await SdkBackEnd.FailAsync(RtmErrorCode.EmptyParameter, client.AddDeviceAsync(ann, "apns", ""));

        Assert.Equal("", await client.GetPushNameAsync(ann));
        await client.SetPushNameAsync(ann, "Änn");
        Assert.Equal("Änn", await client.GetPushNameAsync(ann));

        Assert.Equal(new RtmUserPosition(ann, 0, 0), await client.GetPositionAsync(ann));
        await client.SetPositionAsync(ann, 48, 11.5);
        await client.SetPositionAsync(ben, -1.25, 0);
        Assert.Equal(new RtmUserPosition(ann, 48, 11.5), await client.GetPositionAsync(ann));
        Assert.Equal([new(ann, 48, 11.5), new(ben, -1.25, 0)], (await client.GetPositionsAsync([ann, ben])).OrderBy(position => position.UserId));
        await SdkBackEnd.FailAsync(RtmErrorCode.TooManyItems, client.GetPositionsAsync([.. Enumerable.Range(1, 11).Select(i => (long)i)]));
    }
}
