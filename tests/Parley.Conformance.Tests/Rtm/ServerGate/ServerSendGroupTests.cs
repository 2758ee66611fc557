using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>sendgroupmsg and sendroommsg (rtm-server.md §2.3, §2.4, §1.5).</summary>
public sealed class ServerSendGroupTests(BackEndServer server)
{
    private static (string Key, object? Value)[] From(object? from, (string Key, object? Value)[] say) => [("from", from), .. say];

    [Fact]
    [CoversServer("sendgroupmsg")]
    public async Task A_group_message_reaches_all_members_but_its_sender()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        await using var ben = await server.LoginAsync(backEnd);
        var gid = server.NewPlace();
        await backEnd.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { ann.UserId, ben.UserId }));
        var mid = server.NewMid();
        var answer = await backEnd.OkAsync("sendgroupmsg", From(ann.UserId, Say.ToGroup(gid, mid, attrs: "a")));
        Assert.Equal(["mtime"], answer.Keys);
        var push = await ben.NextBodyAsync("pushgroupmsg");
        Assert.Equal((ann.UserId, gid, mid, "a"), (push.Int("from"), push.Int("gid"), push.Int("mid"), push.Text("attrs")));
        await backEnd.FailAsync(200053, "sendgroupmsg", From(ann.UserId, Say.ToGroup(gid, mid)));
        // the sender hears the other's next message first
        var next = server.NewMid();
        await backEnd.OkAsync("sendgroupmsg", From(ben.UserId, Say.ToGroup(gid, next)));
        await ann.ExpectMidAsync("pushgroupmsg", next);
    }

    [Fact]
    [CoversServer("sendgroupmsg")]
    public async Task Membership_and_bans_hold_ordinary_users_and_not_admins()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        var gid = server.NewPlace();
        var stranger = server.NewUser();
        await backEnd.FailAsync(200041, "sendgroupmsg", From(stranger, Say.ToGroup(gid, server.NewMid()))); // no such group
        await backEnd.FailAsync(200046, "sendgroupmsg", From(BackEndServer.Admin, Say.ToGroup(gid, server.NewMid())));
        await backEnd.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { ann.UserId }));
        await backEnd.FailAsync(200041, "sendgroupmsg", From(stranger, Say.ToGroup(gid, server.NewMid())));
        await backEnd.DoneAsync("addgroupban", ("gid", gid), ("uid", ann.UserId), ("btime", 0));
        await backEnd.FailAsync(200044, "sendgroupmsg", From(ann.UserId, Say.ToGroup(gid, server.NewMid())));
        await backEnd.DoneAsync("addgroupban", ("gid", gid), ("uid", BackEndServer.Admin), ("btime", 0));
        var mid = server.NewMid();
        await backEnd.OkAsync("sendgroupmsg", From(BackEndServer.Admin, Say.ToGroup(gid, mid)));
        await ann.ExpectMidAsync("pushgroupmsg", mid); // the banned still hear (S-14)
        await backEnd.DoneAsync("delgroupmembers", ("gid", gid), ("uids", new[] { ann.UserId }));
        await backEnd.FailAsync(200046, "sendgroupmsg", From(BackEndServer.Admin, Say.ToGroup(gid, server.NewMid())));
    }

    [Theory]
    [CoversServer("sendgroupmsg", "sendroommsg")]
    [InlineData("sendgroupmsg", "gid")]
    [InlineData("sendroommsg", "rid")]
    public async Task Type_size_and_ids_are_checked_before_membership(string method, string key)
    {
        await using var backEnd = await server.ConnectAsync();
        var say = From(server.NewUser(), Say.ToGroup(server.NewPlace(), server.NewMid(), msg: "x"));
        (string Key, object? Value)[] good = [.. say.Without("gid"), (key, server.NewPlace())];
        await backEnd.NeedsAsync(method, good);
        await backEnd.FailAsync(200005, method, good.With("mtype", 0).With("msg", new string('x', 20481)).With(key, 0));
        await backEnd.FailAsync(200030, method, good.With("msg", new string('x', 20481)).With(key, 0));
        await backEnd.FailAsync(200030, method, good.With("attrs", new string('x', 2049)));
        foreach (var id in new[] { 0, -1 })
        {
            await backEnd.FailAsync(200001, method, good.With(key, id));
            await backEnd.FailAsync(200001, method, good.With("from", id));
        }
        await backEnd.FailAsync(key == "gid" ? 200041 : 200040, method, good);
    }

    [Fact]
    [CoversServer("sendroommsg")]
    public async Task A_room_message_reaches_all_inside_but_its_sender()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        await using var ben = await server.LoginAsync(backEnd);
        var rid = server.NewPlace();
        await backEnd.FailAsync(200040, "sendroommsg", From(ann.UserId, Say.ToRoom(rid, server.NewMid())));
        await backEnd.DoneAsync("addroommember", ("rid", rid), ("uid", ann.UserId));
        await ben.DoneAsync("enterroom", ("rid", rid));
        var mid = server.NewMid();
        var answer = await backEnd.OkAsync("sendroommsg", From(ann.UserId, Say.ToRoom(rid, mid)));
        var push = await ben.NextBodyAsync("pushroommsg");
        Assert.Equal((ann.UserId, rid, mid, answer.Int("mtime")), (push.Int("from"), push.Int("rid"), push.Int("mid"), push.Int("mtime")));
        await backEnd.FailAsync(200053, "sendroommsg", From(ann.UserId, Say.ToRoom(rid, mid)));
        await backEnd.DoneAsync("addroomban", ("rid", rid), ("uid", ann.UserId), ("btime", 100));
        await backEnd.FailAsync(200045, "sendroommsg", From(ann.UserId, Say.ToRoom(rid, server.NewMid())));
        // an admin is in no room and speaks in all
        var news = server.NewMid();
        await backEnd.OkAsync("sendroommsg", From(BackEndServer.Admin, Say.ToRoom(rid, news)));
        await ann.ExpectMidAsync("pushroommsg", news);
        await ben.ExpectMidAsync("pushroommsg", news);
    }
}
