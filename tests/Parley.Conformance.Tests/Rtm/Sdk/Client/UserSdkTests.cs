using Parley.Rtm.Client;

namespace Parley.Conformance.Tests.Rtm.Sdk.Client;

/// <summary>What is kept about users, through the SDK (rtm-client.md §4.7 to §4.9, §4.15, §10.1).</summary>
public sealed class UserSdkTests(SdkServer server)
{
    [Fact]
    [CoversBySdk("setpushname", "getpushname")]
    public async Task A_push_name_is_kept()
    {
        await using var ann = await server.LoginAsync();
        Assert.Equal("", await ann.Client.GetPushNameAsync());
        await ann.Client.SetPushNameAsync("Änn");
        Assert.Equal("Änn", await ann.Client.GetPushNameAsync());
        await Expect.CodeAsync(200030, () => ann.Client.SetPushNameAsync(new('x', 257)));
    }

    [Fact]
    [CoversBySdk("setgeo", "getgeo", "getgeos")]
    public async Task A_position_is_kept_and_seen_by_others()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        Assert.Equal(default, await ann.Client.GetPositionAsync());
        var paris = new RtmPosition(48.8566, 2.3522);
        await ann.Client.SetPositionAsync(paris);
        Assert.Equal(paris, await ann.Client.GetPositionAsync());
        Assert.Equal(new Dictionary<long, RtmPosition> { [ann.Id] = paris }, await ben.Client.GetPositionsAsync([ann.Id, ben.Id]));
        await Expect.CodeAsync(200032, () => ben.Client.GetPositionsAsync([.. Enumerable.Range(1, 11)]));
        await Expect.CodeAsync(200033, () => ben.Client.GetPositionsAsync([]));
    }

    [Fact]
    [CoversBySdk("getonlineusers")]
    public async Task Who_is_online_comes_in_the_order_asked()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        Assert.Equal([ben.Id, ann.Id], await ann.Client.GetOnlineUsersAsync([ben.Id, 5, ann.Id]));
        await Expect.CodeAsync(200032, () => ann.Client.GetOnlineUsersAsync([.. Enumerable.Range(1, 201)]));
    }

    [Fact]
    [CoversBySdk("setuserinfo", "getuserinfo", "getuseropeninfo")]
    public async Task Users_have_infos()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await ann.Client.SetUserInfoAsync("open", "private");
        Assert.Equal(new RtmInfo("open", "private"), await ann.Client.GetUserInfoAsync());
        Assert.Equal("open", (await ben.Client.GetUserOpenInfosAsync([ann.Id]))[ann.Id]);
        await Expect.CodeAsync(200030, () => ann.Client.SetUserInfoAsync(new('x', 65_536), null));
    }

    [Fact]
    [CoversBySdk("adddevice", "removedevice")]
    public async Task Devices_come_and_go()
    {
        await using var ann = await server.LoginAsync();
        await ann.Client.AddDeviceAsync("ios", "token-1", "phone");
        await ann.Client.RemoveDeviceAsync("token-1");
        await ann.Client.RemoveDeviceAsync("unknown");
        await Expect.CodeAsync(200033, () => ann.Client.AddDeviceAsync("ios", ""));
    }

    [Fact]
    [CoversBySdk("dbget", "dbset", "dataget", "dataset", "datadel")]
    public async Task Small_data_is_kept_in_two_stores()
    {
        await using var ann = await server.LoginAsync();
        await ann.Client.SetDbValueAsync("k", "db");
        await ann.Client.SetValueAsync("k", "data");
        Assert.Equal(("db", "data"), (await ann.Client.GetDbValueAsync("k"), await ann.Client.GetValueAsync("k")));
        await ann.Client.DeleteValueAsync("k");
        Assert.Equal(("db", null), (await ann.Client.GetDbValueAsync("k"), await ann.Client.GetValueAsync("k")));
        await Expect.CodeAsync(200033, () => ann.Client.GetValueAsync(""));
        await Expect.CodeAsync(200030, () => ann.Client.SetDbValueAsync(new('k', 129), "x"));
        await Expect.CodeAsync(200030, () => ann.Client.SetValueAsync("k", new('x', 65_536)));
    }

    [Fact]
    [CoversBySdk("addoption", "removeoption", "getoption")]
    public async Task Notifications_are_muted_and_unmuted()
    {
        await using var ann = await server.LoginAsync();
        await ann.Client.MuteAsync(RtmConversation.WithUser(5), [8, 30]);
        await ann.Client.MuteAsync(RtmConversation.OfGroup(6));
        await ann.Client.MuteAsync(RtmConversation.OfGroup(7));
        await ann.Client.UnmuteAsync(RtmConversation.OfGroup(7));
        var muted = await ann.Client.GetMutedAsync();
        Assert.Equal([8, 30], muted.Users[5]);
        Assert.Equal([6], muted.Groups.Keys);
        Assert.Empty(muted.Groups[6]);
        await Expect.CodeAsync(200034, () => ann.Client.MuteAsync(RtmConversation.WithUser(5), [128]));
        await Assert.ThrowsAsync<ArgumentException>(() => ann.Client.MuteAsync(RtmConversation.OfRoom(5)));
    }
}
