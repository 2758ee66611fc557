using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>Groups (rtm-client.md §4.13, §10.1).</summary>
public sealed class GroupTests(RtmServer server)
{
    [Fact]
    [Covers("addgroupmembers", "delgroupmembers", "getgroupmembers", "getusergroups")]
    public async Task Members_add_and_remove_members_and_themselves()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.UserId);
        Assert.DoesNotContain(gid, (await ben.OkAsync("getusergroups")).Ints("gids"));
        await ann.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { ben.UserId, ben.UserId, ann.UserId, 3 }));
        var members = await ben.OkAsync("getgroupmembers", ("gid", gid));
        Assert.Equal(["uids"], members.Keys);
        Assert.Equal(new[] { 3, ann.UserId, ben.UserId }.Order(), members.Ints("uids").Order());
        var groups = await ben.OkAsync("getusergroups");
        Assert.Equal(["gids"], groups.Keys);
        Assert.Equal([gid], groups.Ints("gids"));
        await ben.DoneAsync("delgroupmembers", ("gid", gid), ("uids", new[] { 3, 4 }));
        await ben.DoneAsync("delgroupmembers", ("gid", gid), ("uids", new[] { ben.UserId }));
        await ben.FailAsync(200041, "getgroupmembers", ("gid", gid));
        Assert.Empty((await ben.OkAsync("getusergroups")).List("gids"));
        Assert.Equal([ann.UserId], (await ann.OkAsync("getgroupmembers", ("gid", gid))).Ints("uids"));
    }

    [Theory]
    [InlineData("addgroupmembers")]
    [InlineData("delgroupmembers")]
    [Covers("addgroupmembers", "delgroupmembers")]
    public async Task Changing_members_is_for_members_and_takes_1_to_100_users(string method)
    {
        await using var ann = await server.LoginAsync();
        await using var eve = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.UserId);
        (string Key, object? Value)[] good = [("gid", gid), ("uids", Enumerable.Range(1, 100))];
        await ann.FailAsync(10009, method, good.Without("gid"));
        await ann.FailAsync(10009, method, good.Without("uids"));
        await ann.FailAsync(10010, method, good.With("gid", "x"));
        await ann.FailAsync(10010, method, good.With("uids", "x"));
        await ann.FailAsync(200033, method, good.With("uids", Array.Empty<long>()));
        await ann.FailAsync(200032, method, good.With("uids", Enumerable.Range(1, 101)));
        if (method == "addgroupmembers")
            await ann.FailAsync(200001, method, good.With("uids", new[] { 5, -1 }));
        await ann.FailAsync(200001, method, good.With("gid", 0));
        await ann.FailAsync(200041, method, good.With("gid", 424_242)); // a client makes no groups
        await eve.FailAsync(200041, method, good);
        await ann.DoneAsync(method, good);
    }

    [Fact]
    [Covers("addgroupmembers")]
    public async Task A_full_group_is_200042_and_nobody_is_added()
    {
        await using var ann = await server.LoginAsync(uid: RtmWorld.FirstUser + RtmWorld.UsersOf(RtmWorld.Small) - 1, pid: RtmWorld.Small);
        await ann.FailAsync(200042, "addgroupmembers", ("gid", RtmWorld.FullGroup), ("uids", new[] { 6 }));
        await ann.DoneAsync("addgroupmembers", ("gid", RtmWorld.FullGroup), ("uids", new[] { 1 }));
        await ann.DoneAsync("delgroupmembers", ("gid", RtmWorld.FullGroup), ("uids", new[] { 4 }));
        await ann.FailAsync(200042, "addgroupmembers", ("gid", RtmWorld.FullGroup), ("uids", new[] { 6, 7 }));
        await ann.DoneAsync("addgroupmembers", ("gid", RtmWorld.FullGroup), ("uids", new[] { 6 }));
        Assert.Equal(5, (await ann.OkAsync("getgroupmembers", ("gid", RtmWorld.FullGroup))).List("uids").Length);
    }

    [Fact]
    [Covers("addgroupmembers")]
    public async Task Who_is_on_the_blacklist_or_a_closed_group_is_200044_and_nobody_is_added()
    {
        await using var free = await server.LoginAsync(uid: RtmWorld.Free);
        await free.FailAsync(200044, "addgroupmembers", ("gid", RtmWorld.PickyGroup), ("uids", new[] { 5, RtmWorld.Gagged }));
        Assert.Equal(new[] { RtmWorld.Free }, (await free.OkAsync("getgroupmembers", ("gid", RtmWorld.PickyGroup))).Ints("uids"));
        await free.DoneAsync("addgroupmembers", ("gid", RtmWorld.PickyGroup), ("uids", new[] { 5 }));
        await free.DoneAsync("delgroupmembers", ("gid", RtmWorld.PickyGroup), ("uids", new[] { 5 }));
        await free.FailAsync(200044, "addgroupmembers", ("gid", RtmWorld.ClosedGroup), ("uids", new[] { 5 }));
        Assert.Equal(new[] { RtmWorld.Gagged, RtmWorld.Free }, (await free.OkAsync("getgroupmembers", ("gid", RtmWorld.ClosedGroup))).Ints("uids").Order());
    }

    [Fact]
    [Covers("getgroupmembers", "getgroupcount")]
    public async Task Members_can_be_asked_for_with_those_online_and_counted()
    {
        await using var ann = await server.LoginAsync();
        await using var eve = await server.LoginAsync();
        var offline = server.NewUser();
        var gid = await server.NewGroupAsync(ann.UserId, offline);
        var members = await ann.OkAsync("getgroupmembers", ("gid", gid), ("online", true));
        Assert.Equal(["uids", "onlines"], members.Keys);
        Assert.Equal(new[] { ann.UserId, offline }.Order(), members.Ints("uids").Order());
        Assert.Equal([ann.UserId], members.Ints("onlines"));
        var count = await eve.OkAsync("getgroupcount", ("gid", gid));
        Assert.Equal(["cn"], count.Keys);
        Assert.Equal(2, count.Int("cn"));
        count = await eve.OkAsync("getgroupcount", ("gid", gid), ("online", true));
        Assert.Equal((2, 1), (count.Int("cn"), count.Int("online")));
        Assert.Equal(0, (await eve.OkAsync("getgroupcount", ("gid", 424_243))).Int("cn"));
        foreach (var method in new[] { "getgroupmembers", "getgroupcount" })
        {
            await ann.FailAsync(10009, method);
            await ann.FailAsync(10010, method, ("gid", "x"));
            await ann.FailAsync(10010, method, ("gid", gid), ("online", "x"));
        }
        await eve.FailAsync(200041, "getgroupmembers", ("gid", gid));
        await eve.FailAsync(200041, "getgroupmembers", ("gid", 424_243));
        await eve.FailAsync(200001, "getgroupmembers", ("gid", 0));
    }

    [Fact]
    [Covers("setgroupinfo", "getgroupinfo", "getgroupopeninfo", "getgroupsopeninfo")]
    public async Task Infos_of_a_group_are_set_by_members_and_the_open_one_is_for_all()
    {
        await using var ann = await server.LoginAsync();
        await using var eve = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.UserId);
        var empty = await ann.OkAsync("getgroupinfo", ("gid", gid));
        Assert.Equal(["oinfo", "pinfo"], empty.Keys);
        Assert.Equal(("", ""), (empty.Text("oinfo"), empty.Text("pinfo")));
        await ann.DoneAsync("setgroupinfo", ("gid", gid), ("oinfo", "open"), ("pinfo", "private"));
        await ann.DoneAsync("setgroupinfo", ("gid", gid), ("oinfo", "opener"), ("pinfo", null));
        var info = await ann.OkAsync("getgroupinfo", ("gid", gid));
        Assert.Equal(("opener", "private"), (info.Text("oinfo"), info.Text("pinfo")));
        Assert.Equal("opener", (await eve.OkAsync("getgroupopeninfo", ("gid", gid))).Text("oinfo"));
        Assert.Equal("", (await eve.OkAsync("getgroupopeninfo", ("gid", 424_244))).Text("oinfo"));
        var infos = (await eve.OkAsync("getgroupsopeninfo", ("gids", new[] { gid, gid, 424_244 }))).Nested("info");
        Assert.Equal([gid.ToString()], infos.Keys);
        Assert.Equal("opener", infos.Text(gid.ToString()));
        await eve.FailAsync(200041, "getgroupinfo", ("gid", gid));
        await eve.FailAsync(200041, "setgroupinfo", ("gid", gid), ("oinfo", "mine"));
        await ann.FailAsync(200001, "getgroupinfo", ("gid", -1));
        await ann.FailAsync(200030, "setgroupinfo", ("gid", gid), ("oinfo", new string('x', 65_536)));
        await ann.FailAsync(200030, "setgroupinfo", ("gid", gid), ("pinfo", new string('中', 21_846)));
        await ann.DoneAsync("setgroupinfo", ("gid", gid), ("oinfo", new string('x', 65_535)));
        await ann.FailAsync(10010, "setgroupinfo", ("gid", gid), ("oinfo", 5));
        foreach (var method in new[] { "setgroupinfo", "getgroupinfo", "getgroupopeninfo" })
        {
            await ann.FailAsync(10009, method);
            await ann.FailAsync(10010, method, ("gid", "x"));
        }
        await ann.FailAsync(10009, "getgroupsopeninfo");
        await ann.FailAsync(10010, "getgroupsopeninfo", ("gids", 5));
        await ann.FailAsync(200033, "getgroupsopeninfo", ("gids", Array.Empty<long>()));
        await ann.FailAsync(200032, "getgroupsopeninfo", ("gids", Enumerable.Range(1, 101)));
    }
}
