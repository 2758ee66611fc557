using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>Friends, groups and rooms (rtm-server.md §4.1 to §4.3).</summary>
public sealed class ServerRelationTests(BackEndServer server)
{
    private static readonly long[] HundredOne = [.. Enumerable.Range(1, 101).Select(i => (long)i)];

    [Fact]
    [CoversServer("addfriends", "delfriends", "getfriends", "isfriend", "isfriends")]
    public async Task A_friend_list_belongs_to_one_user_and_has_one_direction()
    {
        await using var backEnd = await server.ConnectAsync();
        var uid = server.NewUser();
        Assert.Empty((await backEnd.OkAsync("getfriends", ("uid", uid))).List("uids"));
        await backEnd.DoneAsync("addfriends", ("uid", uid), ("friends", new[] { 12, 11, uid, 12 }));
        await backEnd.DoneAsync("addfriends", ("uid", uid), ("friends", new[] { 11, 13 }));
        var friends = await backEnd.OkAsync("getfriends", ("uid", uid));
        Assert.Equal(["uids"], friends.Keys);
        Assert.Equal([11L, 12L, 13L], friends.Ints("uids").Order());
        Assert.True(await backEnd.AskAsync("isfriend", ("uid", uid), ("fuid", 12)));
        Assert.False(await backEnd.AskAsync("isfriend", ("uid", 12), ("fuid", uid)));
        var asked = await backEnd.OkAsync("isfriends", ("uid", uid), ("fuids", new[] { 13, 99, 11, -1 }));
        Assert.Equal(["fuids"], asked.Keys);
        Assert.Equal([13L, 11L], asked.Ints("fuids"));
        await backEnd.DoneAsync("delfriends", ("uid", uid), ("friends", new[] { 11, 12, 99 }));
        Assert.False(await backEnd.AskAsync("isfriend", ("uid", uid), ("fuid", 12)));
        Assert.Equal((long[])[13], (await backEnd.OkAsync("getfriends", ("uid", uid))).Ints("uids"));
        await using var client = await server.LoginAsync(backEnd, uid);
        Assert.Equal((long[])[13], (await client.OkAsync("getfriends")).Ints("uids"));
    }

    [Fact]
    [CoversServer("addfriends", "delfriends", "getfriends", "isfriend", "isfriends")]
    public async Task Limits_of_friends_from_both_sides()
    {
        await using var backEnd = await server.ConnectAsync();
        var uid = server.NewUser();
        foreach (var (method, list) in new[] { ("addfriends", "friends"), ("delfriends", "friends"), ("isfriends", "fuids") })
        {
            await backEnd.NeedsAsync(method, ("uid", uid), (list, new[] { 1 }));
            await backEnd.OkAsync(method, ("uid", uid), (list, HundredOne[..100]));
            await backEnd.FailAsync(200032, method, ("uid", uid), (list, HundredOne));
            await backEnd.FailAsync(200033, method, ("uid", uid), (list, Array.Empty<long>()));
            await backEnd.FailAsync(200001, method, ("uid", 0), (list, new[] { 1 }));
        }
        await backEnd.FailAsync(200001, "addfriends", ("uid", uid), ("friends", new[] { 1, 0 }));
        await backEnd.NeedsAsync("getfriends", ("uid", uid));
        await backEnd.FailAsync(200001, "getfriends", ("uid", -1));
        await backEnd.NeedsAsync("isfriend", ("uid", uid), ("fuid", 1));
        await backEnd.FailAsync(200001, "isfriend", ("uid", 0), ("fuid", 1));
        await using var small = await server.ConnectAsync(BackEndServer.Small);
        await small.DoneAsync("addfriends", ("uid", uid), ("friends", new[] { 1, 2, 3, 4 }));
        await small.FailAsync(200048, "addfriends", ("uid", uid), ("friends", new[] { 4, 5 }));
        Assert.Equal(4, (await small.OkAsync("getfriends", ("uid", uid))).List("uids").Length);
    }

    [Fact]
    [CoversServer("addgroupmembers", "delgroupmembers", "delgroup", "getgroupmembers", "isgroupmember", "getusergroups")]
    public async Task A_group_comes_with_its_first_members_and_goes_with_its_bans()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        var gid = server.NewPlace();
        Assert.Empty((await backEnd.OkAsync("getgroupmembers", ("gid", gid))).List("uids"));
        Assert.False(await backEnd.AskAsync("isgroupmember", ("gid", gid), ("uid", ann.UserId)));
        await backEnd.DoneAsync("delgroupmembers", ("gid", gid), ("uids", new[] { 1 }));
        await backEnd.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { 12, ann.UserId, 12 }));
        await backEnd.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { 12, 13 }));
        Assert.Equal([12L, 13L, ann.UserId], (await backEnd.OkAsync("getgroupmembers", ("gid", gid))).Ints("uids").Order());
        Assert.True(await backEnd.AskAsync("isgroupmember", ("gid", gid), ("uid", ann.UserId)));
        var gids = await backEnd.OkAsync("getusergroups", ("uid", ann.UserId));
        Assert.Equal(["gids"], gids.Keys);
        Assert.Equal([gid], gids.Ints("gids"));
        Assert.Equal([gid], (await ann.OkAsync("getusergroups")).Ints("gids"));
        await backEnd.DoneAsync("delgroupmembers", ("gid", gid), ("uids", new[] { 12, 99 }));
        Assert.Equal([13L, ann.UserId], (await backEnd.OkAsync("getgroupmembers", ("gid", gid))).Ints("uids").Order());

        var mid = server.NewMid();
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, mid));
        await backEnd.DoneAsync("addgroupban", ("gid", gid), ("uid", ann.UserId), ("btime", 0));
        await backEnd.DoneAsync("delgroup", ("gid", gid));
        await backEnd.DoneAsync("delgroup", ("gid", gid));
        Assert.Empty((await backEnd.OkAsync("getgroupmembers", ("gid", gid))).List("uids"));
        Assert.Empty((await backEnd.OkAsync("getusergroups", ("uid", ann.UserId))).List("gids"));
        Assert.False(await backEnd.AskAsync("isbanofgroup", ("gid", gid), ("uid", ann.UserId)));
        await ann.FailAsync(200041, "sendgroupmsg", Say.ToGroup(gid, server.NewMid()));
        // what was said stays
        var history = await backEnd.OkAsync("getgroupmsg", ("gid", gid), ("num", 5), ("desc", true), ("begin", 0), ("end", 0), ("lastid", 0));
        Assert.Equal(mid, Assert.Single(history.Rows("msgs"))[3]);
    }

    [Fact]
    [CoversServer("addgroupmembers", "delgroupmembers", "delgroup", "getgroupmembers", "isgroupmember", "getusergroups")]
    public async Task Limits_of_groups_from_both_sides()
    {
        await using var backEnd = await server.ConnectAsync();
        var gid = server.NewPlace();
        foreach (var method in new[] { "addgroupmembers", "delgroupmembers" })
        {
            await backEnd.NeedsAsync(method, ("gid", gid), ("uids", new[] { 1 }));
            await backEnd.DoneAsync(method, ("gid", gid), ("uids", HundredOne[..100]));
            await backEnd.FailAsync(200032, method, ("gid", gid), ("uids", HundredOne));
            await backEnd.FailAsync(200033, method, ("gid", gid), ("uids", Array.Empty<long>()));
            await backEnd.FailAsync(200001, method, ("gid", 0), ("uids", new[] { 1 }));
        }
        await backEnd.FailAsync(200001, "addgroupmembers", ("gid", gid), ("uids", new[] { 1, 0 }));
        foreach (var method in new[] { "delgroup", "getgroupmembers" })
        {
            await backEnd.NeedsAsync(method, ("gid", gid));
            await backEnd.FailAsync(200001, method, ("gid", 0));
        }
        await backEnd.NeedsAsync("isgroupmember", ("gid", gid), ("uid", 1));
        await backEnd.FailAsync(200001, "isgroupmember", ("gid", 0), ("uid", 1));
        await backEnd.FailAsync(200001, "isgroupmember", ("gid", gid), ("uid", 0));
        await backEnd.NeedsAsync("getusergroups", ("uid", 1));
        await backEnd.FailAsync(200001, "getusergroups", ("uid", 0));
        await using var small = await server.ConnectAsync(BackEndServer.Small);
        await small.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { 1, 2, 3, 4, 5 }));
        await small.FailAsync(200042, "addgroupmembers", ("gid", gid), ("uids", new[] { 5, 6 }));
        Assert.Equal(5, (await small.OkAsync("getgroupmembers", ("gid", gid))).List("uids").Length);
    }

    [Fact]
    [Covers("kickoutroom")]
    [CoversServer("addroommember", "delroommember", "kickoutroom")]
    public async Task An_online_user_is_put_into_a_room_and_told_when_taken_out()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.MultiLogin);
        await using var ann = await server.LoginAsync(backEnd);
        await using var second = await server.LoginAsync(backEnd, ann.UserId);
        var rid = server.NewPlace();
        await backEnd.DoneAsync("addroommember", ("rid", rid), ("uid", ann.UserId));
        await backEnd.DoneAsync("addroommember", ("rid", rid), ("uid", ann.UserId)); // again
        Assert.Equal([rid], (await ann.OkAsync("getuserrooms")).Ints("rooms"));
        await backEnd.DoneAsync("delroommember", ("rid", rid), ("uid", ann.UserId));
        foreach (var peer in new[] { ann, second })
        {
            var push = await peer.NextAsync("kickoutroom");
            Assert.Equal(Frame.OneWay, push.Type);
            Assert.Equal(["rid"], push.Body.Keys);
            Assert.Equal(rid, push.Body.Int("rid"));
        }
        Assert.Empty((await ann.OkAsync("getuserrooms")).List("rooms"));
        // who is not inside is told nothing
        await backEnd.DoneAsync("delroommember", ("rid", rid), ("uid", ann.UserId));
        await backEnd.DoneAsync("kickout", ("uid", ann.UserId));
        await ann.NextAsync("kickout");
    }

    [Fact]
    [CoversServer("addroommember", "delroommember")]
    public async Task An_offline_user_is_200055_and_too_many_rooms_200047()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.Small);
        var uid = server.NewUser();
        await backEnd.FailAsync(200055, "addroommember", ("rid", server.NewPlace()), ("uid", uid));
        await backEnd.DoneAsync("delroommember", ("rid", server.NewPlace()), ("uid", uid));
        await using var ann = await server.LoginAsync(backEnd, uid);
        await backEnd.DoneAsync("addroommember", ("rid", server.NewPlace()), ("uid", uid));
        await backEnd.DoneAsync("addroommember", ("rid", server.NewPlace()), ("uid", uid));
        await backEnd.FailAsync(200047, "addroommember", ("rid", server.NewPlace()), ("uid", uid));
        foreach (var method in new[] { "addroommember", "delroommember" })
        {
            await backEnd.NeedsAsync(method, ("rid", 1), ("uid", 1));
            await backEnd.FailAsync(200001, method, ("rid", 0), ("uid", uid));
            await backEnd.FailAsync(200001, method, ("rid", 1), ("uid", 0));
        }
    }
}
