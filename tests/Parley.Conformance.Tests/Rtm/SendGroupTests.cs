using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>sendgroupmsg and sendroommsg (rtm-client.md §4.3, §4.4).</summary>
public sealed class SendGroupTests(RtmServer server)
{
    [Fact]
    [Covers("sendgroupmsg", "pushgroupmsg")]
    public async Task A_group_message_is_pushed_to_all_other_members()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var cid = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.UserId, ben.UserId, cid.UserId);
        var mid = server.NewMid();
        var answer = await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, mid, attrs: "a"));
        Assert.Equal(["mtime"], answer.Keys);
        foreach (var peer in new[] { ben, cid })
        {
            var push = (await peer.NextAsync("pushgroupmsg")).Body;
            Assert.Equal(["from", "gid", "mid", "mtype", "ftype", "msg", "attrs", "mtime"], push.Keys);
            Assert.Equal((ann.UserId, gid, mid), (push.Int("from"), push.Int("gid"), push.Int("mid")));
            Assert.Equal((8, 0, "hello", "a"), (push.Int("mtype"), push.Int("ftype"), push.Text("msg"), push.Text("attrs")));
            Assert.Equal(answer.Int("mtime"), push.Int("mtime"));
        }
        // the sender hears the other's answer first, never itself
        var reply = server.NewMid();
        await ben.OkAsync("sendgroupmsg", Say.ToGroup(gid, reply));
        await ann.ExpectMidAsync("pushgroupmsg", reply);
    }

    [Fact]
    [Covers("sendgroupmsg")]
    public async Task Who_is_not_a_member_is_200041_also_for_a_group_that_does_not_exist()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.UserId);
        await ben.FailAsync(200041, "sendgroupmsg", Say.ToGroup(gid, server.NewMid()));
        await ben.FailAsync(200041, "sendgroupmsg", Say.ToGroup(777_777, server.NewMid()));
        await ben.FailAsync(200001, "sendgroupmsg", Say.ToGroup(0, server.NewMid()));
        await ben.FailAsync(200001, "sendgroupmsg", Say.ToGroup(-1, server.NewMid()));
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, server.NewMid()));
    }

    [Fact]
    [Covers("sendgroupmsg")]
    public async Task Who_was_removed_neither_speaks_nor_hears()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.UserId, ben.UserId);
        await ann.DoneAsync("delgroupmembers", ("gid", gid), ("uids", new[] { ben.UserId }));
        await ben.FailAsync(200041, "sendgroupmsg", Say.ToGroup(gid, server.NewMid()));
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, server.NewMid()));
        await ann.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { ben.UserId }));
        var heard = server.NewMid();
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, heard));
        await ben.ExpectMidAsync("pushgroupmsg", heard);
    }

    [Fact]
    [Covers("sendgroupmsg")]
    public async Task A_closed_group_is_200044_to_every_member()
    {
        await using var free = await server.LoginAsync(uid: RtmWorld.Free);
        await free.FailAsync(200044, "sendgroupmsg", Say.ToGroup(RtmWorld.ClosedGroup, server.NewMid()));
        await free.OkAsync("sendgroupmsg", Say.ToGroup(RtmWorld.PickyGroup, server.NewMid()));
    }

    [Fact]
    [Covers("sendgroupmsg")]
    public async Task A_ban_in_the_group_is_200044_until_it_ends()
    {
        await using var gagged = await server.LoginAsync(uid: RtmWorld.Gagged);
        await using var once = await server.LoginAsync(uid: RtmWorld.OnceGagged);
        await using var free = await server.LoginAsync(uid: RtmWorld.Free);
        await gagged.FailAsync(200044, "sendgroupmsg", Say.ToGroup(RtmWorld.GagGroup, server.NewMid()));
        var mid = server.NewMid();
        await once.OkAsync("sendgroupmsg", Say.ToGroup(RtmWorld.GagGroup, mid));
        // the gagged still listen (rule C-19)
        await gagged.ExpectMidAsync("pushgroupmsg", mid);
        await free.ExpectMidAsync("pushgroupmsg", mid);
        await free.FailAsync(200044, "sendgroupmsg", Say.ToGroup(RtmWorld.SilentGroup, server.NewMid()));
        await gagged.OkAsync("getgroupmsg", ("gid", RtmWorld.GagGroup), ("num", 1), ("desc", true));

        await gagged.DoneAsync("enterroom", ("rid", RtmWorld.GagRoom));
        await once.DoneAsync("enterroom", ("rid", RtmWorld.GagRoom));
        await gagged.FailAsync(200045, "sendroommsg", Say.ToRoom(RtmWorld.GagRoom, server.NewMid()));
        await once.OkAsync("sendroommsg", Say.ToRoom(RtmWorld.GagRoom, mid));
        await gagged.ExpectMidAsync("pushroommsg", mid);
        await gagged.FailAsync(200045, "enterroom", ("rid", RtmWorld.ClosedRoom));
        await free.DoneAsync("enterroom", ("rid", RtmWorld.ClosedRoom));
        await free.FailAsync(200045, "enterroom", ("rid", RtmWorld.ShutRoom));
        await free.FailAsync(200045, "sendroommsg", Say.ToRoom(RtmWorld.ShutRoom, server.NewMid()));
    }

    [Theory]
    [InlineData("sendgroupmsg", "gid")]
    [InlineData("sendroommsg", "rid")]
    [Covers("sendgroupmsg", "sendroommsg")]
    public async Task Parameters_types_sizes_and_retries_are_checked_as_for_one_receiver(string method, string key)
    {
        await using var ann = await server.LoginAsync();
        var target = key == "gid" ? await server.NewGroupAsync(ann.UserId) : server.NewRoom();
        if (key == "rid")
            await ann.DoneAsync("enterroom", ("rid", target));
        (string Key, object? Value)[] good = [(key, target), ("mid", server.NewMid()), ("mtype", 8), ("msg", "x"), ("attrs", "")];
        foreach (var (name, _) in good)
        {
            await ann.FailAsync(10009, method, good.Without(name));
            await ann.FailAsync(10010, method, good.With(name, new[] { 1 }));
        }
        await ann.FailAsync(200005, method, good.With("mtype", 0));
        await ann.FailAsync(200005, method, good.With("mtype", 128));
        await ann.FailAsync(200030, method, good.With("msg", new string('x', 20481)));
        await ann.FailAsync(200030, method, good.With("attrs", new string('x', 2049)));
        await ann.FailAsync(200001, method, good.With(key, 0));
        await ann.OkAsync(method, good);
        await ann.FailAsync(200053, method, good);
        await ann.OkAsync(method, good.With("mid", server.NewMid()).With("msg", new string('x', 20480)).With("attrs", new string('x', 2048)));
    }

    [Fact]
    [Covers("sendroommsg", "pushroommsg")]
    public async Task A_room_message_is_pushed_to_everybody_else_inside()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var cid = await server.LoginAsync();
        var rid = server.NewRoom();
        await cid.FailAsync(200040, "sendroommsg", Say.ToRoom(rid, server.NewMid()));
        foreach (var peer in new[] { ann, ben, cid })
            await peer.DoneAsync("enterroom", ("rid", rid));
        await cid.DoneAsync("leaveroom", ("rid", rid));
        var mid = server.NewMid();
        var answer = await ann.OkAsync("sendroommsg", Say.ToRoom(rid, mid, attrs: "a"));
        var push = await ben.NextBodyAsync("pushroommsg");
        Assert.Equal(["from", "rid", "mid", "mtype", "ftype", "msg", "attrs", "mtime"], push.Keys);
        Assert.Equal((ann.UserId, rid, mid), (push.Int("from"), push.Int("rid"), push.Int("mid")));
        Assert.Equal((8, 0, "hello", "a"), (push.Int("mtype"), push.Int("ftype"), push.Text("msg"), push.Text("attrs")));
        Assert.Equal(answer.Int("mtime"), push.Int("mtime"));
        // who left hears nothing: after coming back the next message is the first one heard
        await cid.FailAsync(200040, "sendroommsg", Say.ToRoom(rid, server.NewMid()));
        await cid.DoneAsync("enterroom", ("rid", rid));
        var next = server.NewMid();
        await ben.OkAsync("sendroommsg", Say.ToRoom(rid, next));
        await cid.ExpectMidAsync("pushroommsg", next);
        await ann.ExpectMidAsync("pushroommsg", next);
    }

    [Fact]
    [Covers("sendroommsg")]
    public async Task A_method_that_the_project_switched_off_is_200020()
    {
        await using var ann = await server.LoginAsync(pid: RtmWorld.Disabled);
        await ann.FailAsync(200020, "sendroommsg", Say.ToRoom(1, 1));
        await ann.FailAsync(200020, "sendroommsg");
        await ann.OkAsync("sendmsg", Say.To(server.NewUser(RtmWorld.Disabled), 1));
        // what keeps the connection alive cannot be switched off
        await ann.DoneAsync("ping");
    }

    [Fact]
    [Covers("sendgroupmsg", "sendroommsg", "sendmsg")]
    public async Task Nothing_crosses_projects()
    {
        await using var ann = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.UserId);
        var rid = server.NewRoom();
        await ann.DoneAsync("enterroom", ("rid", rid));
        await using var other = await server.LoginAsync(pid: RtmWorld.MultiLogin, uid: RtmWorld.FirstUser + 50);
        await using var twin = await server.LoginAsync(uid: RtmWorld.FirstUser + RtmWorld.UsersOf(RtmWorld.Pid) - 1);
        await other.FailAsync(200041, "sendgroupmsg", Say.ToGroup(gid, 1));
        await other.DoneAsync("enterroom", ("rid", rid));
        await other.OkAsync("sendroommsg", Say.ToRoom(rid, 2));
        await other.OkAsync("sendmsg", Say.To(ann.UserId, 3));
        var mid = server.NewMid();
        await twin.OkAsync("sendmsg", Say.To(ann.UserId, mid));
        await ann.ExpectMidAsync("pushmsg", mid);
        Assert.Equal(0, (await ann.OkAsync("getroommsg", ("rid", rid), ("num", 1), ("desc", true))).Int("num"));
        Assert.Equal(0, (await ann.OkAsync("getp2pmsg", ("ouid", other.UserId), ("num", 1), ("desc", true))).Int("num"));
    }
}
