using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>Rooms (rtm-client.md §1.9, §4.14, §10.1).</summary>
public sealed class RoomTests(RtmServer server)
{
    [Fact]
    [Covers("enterroom", "leaveroom", "getuserrooms")]
    public async Task Entering_twice_and_leaving_what_one_is_not_in_are_no_errors()
    {
        await using var ann = await server.LoginAsync();
        var (one, two) = (server.NewRoom(), server.NewRoom());
        await ann.DoneAsync("leaveroom", ("rid", one));
        await ann.DoneAsync("enterroom", ("rid", one));
        await ann.DoneAsync("enterroom", ("rid", one));
        await ann.DoneAsync("enterroom", ("rid", two));
        var rooms = await ann.OkAsync("getuserrooms");
        Assert.Equal(["rooms"], rooms.Keys);
        Assert.Equal(new[] { one, two }, rooms.Ints("rooms").Order());
        await ann.DoneAsync("leaveroom", ("rid", one));
        Assert.Equal([two], (await ann.OkAsync("getuserrooms")).Ints("rooms"));
        foreach (var method in new[] { "enterroom", "leaveroom" })
        {
            await ann.FailAsync(10009, method);
            await ann.FailAsync(10010, method, ("rid", "x"));
        }
        await ann.FailAsync(200001, "enterroom", ("rid", 0));
        await ann.FailAsync(200001, "enterroom", ("rid", -1));
    }

    [Fact]
    [Covers("enterroom")]
    public async Task A_user_is_in_ten_rooms_at_the_most_with_all_connections_together()
    {
        await using var ann = await server.LoginAsync();
        for (var i = 0; i < 10; i++)
            await ann.DoneAsync("enterroom", ("rid", server.NewRoom()));
        await ann.FailAsync(200047, "enterroom", ("rid", server.NewRoom()));
        var rooms = (await ann.OkAsync("getuserrooms")).Ints("rooms");
        await ann.DoneAsync("enterroom", ("rid", rooms[3]));
        await ann.DoneAsync("leaveroom", ("rid", rooms[3]));
        await ann.DoneAsync("enterroom", ("rid", server.NewRoom()));

        await using var one = await server.LoginAsync(pid: RtmWorld.Small);
        await using var two = await server.LoginAsync(uid: one.UserId, pid: RtmWorld.Small);
        await one.DoneAsync("enterroom", ("rid", 1));
        await two.DoneAsync("enterroom", ("rid", 2));
        await two.FailAsync(200047, "enterroom", ("rid", 3));
        Assert.Equal([1L, 2], (await one.OkAsync("getuserrooms")).Ints("rooms").Order());
    }

    [Fact]
    [Covers("enterroom", "pushroommsg")]
    public async Task Membership_ends_with_the_user_s_last_connection()
    {
        var pid = RtmWorld.MultiLogin;
        await using var one = await server.LoginAsync(pid: pid);
        await using var two = await server.LoginAsync(uid: one.UserId, pid: pid);
        await using var ben = await server.LoginAsync(pid: pid);
        var rid = server.NewRoom();
        await ben.DoneAsync("enterroom", ("rid", rid));
        await one.DoneAsync("enterroom", ("rid", rid));
        // all connections hear the room, whichever of them entered
        await ben.OkAsync("sendroommsg", Say.ToRoom(rid, 1));
        await one.ExpectMidAsync("pushroommsg", 1);
        await two.ExpectMidAsync("pushroommsg", 1);
        await one.DoneAsync("bye");
        await one.ExpectClosedAsync();
        await ben.OkAsync("sendroommsg", Say.ToRoom(rid, 2));
        await two.ExpectMidAsync("pushroommsg", 2);
        two.Reset();
        await Wait.Until(
            async () => (await ben.OkAsync("getroommembers", ("rid", rid))).Ints("uids").SequenceEqual([ben.UserId]), "the room is left");
        await using var back = await server.LoginAsync(uid: one.UserId, pid: pid);
        Assert.Empty((await back.OkAsync("getuserrooms")).List("rooms"));
        await back.FailAsync(200040, "sendroommsg", Say.ToRoom(rid, 3));
        // history is still there for who enters
        await back.DoneAsync("enterroom", ("rid", rid));
        Assert.Equal(2, (await back.OkAsync("getroommsg", ("rid", rid), ("num", 10), ("desc", true))).Int("num"));
    }

    [Fact]
    [Covers("getroommembers", "getroomcount")]
    public async Task Members_are_told_to_those_inside_and_numbers_to_all()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var eve = await server.LoginAsync();
        var (rid, empty) = (server.NewRoom(), server.NewRoom());
        await ann.DoneAsync("enterroom", ("rid", rid));
        await ben.DoneAsync("enterroom", ("rid", rid));
        var members = await ann.OkAsync("getroommembers", ("rid", rid));
        Assert.Equal(["uids"], members.Keys);
        Assert.Equal(new[] { ann.UserId, ben.UserId }.Order(), members.Ints("uids").Order());
        await eve.FailAsync(200040, "getroommembers", ("rid", rid));
        await eve.FailAsync(200001, "getroommembers", ("rid", 0));
        var counts = (await eve.OkAsync("getroomcount", ("rids", new[] { rid, empty, rid }))).Nested("cn");
        Assert.Equal(2, counts.Count);
        Assert.Equal((2, 0), (counts.Int(rid.ToString()), counts.Int(empty.ToString())));
        await ann.FailAsync(10009, "getroommembers");
        await ann.FailAsync(10010, "getroommembers", ("rid", "x"));
        await ann.FailAsync(10009, "getroomcount");
        await ann.FailAsync(10010, "getroomcount", ("rids", 5));
        await ann.FailAsync(200033, "getroomcount", ("rids", Array.Empty<long>()));
        await ann.FailAsync(200032, "getroomcount", ("rids", Enumerable.Range(1, 101)));
    }

    [Fact]
    [Covers("setroominfo", "getroominfo", "getroomopeninfo", "getroomsopeninfo")]
    public async Task Infos_of_a_room_are_set_by_those_inside_and_the_open_one_is_for_all()
    {
        await using var ann = await server.LoginAsync();
        await using var eve = await server.LoginAsync();
        var (rid, other) = (server.NewRoom(), server.NewRoom());
        await eve.FailAsync(200040, "setroominfo", ("rid", rid), ("oinfo", "mine"));
        await ann.DoneAsync("enterroom", ("rid", rid));
        await ann.DoneAsync("setroominfo", ("rid", rid), ("oinfo", "open"), ("pinfo", "private"));
        await ann.DoneAsync("setroominfo", ("rid", rid), ("pinfo", "more private"));
        var info = await ann.OkAsync("getroominfo", ("rid", rid));
        Assert.Equal(["oinfo", "pinfo"], info.Keys);
        Assert.Equal(("open", "more private"), (info.Text("oinfo"), info.Text("pinfo")));
        Assert.Equal("open", (await eve.OkAsync("getroomopeninfo", ("rid", rid))).Text("oinfo"));
        Assert.Equal("", (await eve.OkAsync("getroomopeninfo", ("rid", other))).Text("oinfo"));
        var infos = (await eve.OkAsync("getroomsopeninfo", ("rids", new[] { rid, rid, other }))).Nested("info");
        Assert.Equal("open", infos.Text(rid.ToString()));
        await eve.FailAsync(200040, "getroominfo", ("rid", rid));
        await eve.FailAsync(200001, "getroominfo", ("rid", -1));
        await ann.FailAsync(200030, "setroominfo", ("rid", rid), ("oinfo", new string('x', 65_536)));
        await ann.FailAsync(200030, "setroominfo", ("rid", rid), ("pinfo", new string('中', 21_846)));
        foreach (var method in new[] { "setroominfo", "getroominfo", "getroomopeninfo" })
        {
            await ann.FailAsync(10009, method);
            await ann.FailAsync(10010, method, ("rid", "x"));
        }
        await ann.FailAsync(10010, "setroominfo", ("rid", rid), ("pinfo", new[] { 1 }));
        await ann.FailAsync(10009, "getroomsopeninfo");
        await ann.FailAsync(10010, "getroomsopeninfo", ("rids", "x"));
        await ann.FailAsync(200033, "getroomsopeninfo", ("rids", Array.Empty<long>()));
        await ann.FailAsync(200032, "getroomsopeninfo", ("rids", Enumerable.Range(1, 101)));
    }
}
