using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>Server gate and client gate together: what a back end does to its users and hears of them.</summary>
public sealed class BackEndStoryTests(BackEndServer server)
{
    [Theory]
    [InlineData(SignForm.Legacy)]
    [InlineData(SignForm.Timed)]
    public async Task A_back_end_makes_a_group_lets_users_in_talks_listens_bans_recalls_and_kicks(SignForm form)
    {
        await using var backEnd = await server.ConnectAsync(form: form);
        await using var watcher = await server.ConnectAsync(form: form);
        var (ann, ben) = (server.NewUser(), server.NewUser());
        var gid = server.NewPlace();
        await watcher.DoneAsync("setlisten", ("gids", new[] { gid }), ("uids", new[] { ann, ben }));
        await backEnd.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { ann, ben }));

        // both log in with tokens from the back end
        await using var annPeer = await server.LoginAsync(backEnd, ann, Profile.G4);
        await using var benPeer = await server.LoginAsync(backEnd, ben, Profile.G2);
        Assert.Equal([ann, ben], (await backEnd.OkAsync("getonlineusers", ("uids", new[] { ann, ben }))).Ints("uids"));

        // a user speaks: the other user and the watcher hear it
        var hello = server.NewMid();
        await annPeer.OkAsync("sendgroupmsg", Say.ToGroup(gid, hello, 30, "hello"));
        Assert.Equal((hello, "hello"), await HeardAsync(benPeer, "pushgroupmsg"));
        Assert.Equal((hello, "hello"), await HeardAsync(watcher.Peer, "pushgroupmsg"));

        // the back end speaks for a user: the others and the watcher hear it
        var answer = server.NewMid();
        await backEnd.OkAsync("sendgroupmsg", [("from", ben), .. Say.ToGroup(gid, answer, 8, "answer")]);
        Assert.Equal((answer, "answer"), await HeardAsync(annPeer, "pushgroupmsg"));
        Assert.Equal((answer, "answer"), await HeardAsync(watcher.Peer, "pushgroupmsg"));
        var direct = server.NewMid();
        await backEnd.OkAsync("sendmsg", [("from", ann), .. Say.To(ben, direct, 8, "direct")]);
        Assert.Equal((direct, "direct"), await HeardAsync(benPeer, "pushmsg"));
        Assert.Equal((direct, "direct"), await HeardAsync(annPeer, "pushmsg")); // 2.x hears what was said in its name
        Assert.Equal((direct, "direct"), await HeardAsync(watcher.Peer, "pushmsg"));

        // banned, a user is heard by nobody
        await backEnd.DoneAsync("addgroupban", ("gid", gid), ("uid", ann), ("btime", 600));
        await annPeer.FailAsync(200044, "sendgroupmsg", Say.ToGroup(gid, server.NewMid()));
        await backEnd.DoneAsync("removegroupban", ("gid", gid), ("uid", ann));
        var free = server.NewMid();
        await annPeer.OkAsync("sendgroupmsg", Say.ToGroup(gid, free, msg: "free"));
        Assert.Equal((free, "free"), await HeardAsync(benPeer, "pushgroupmsg"));
        Assert.Equal((free, "free"), await HeardAsync(watcher.Peer, "pushgroupmsg"));

        // recalled, a message is gone for clients
        await backEnd.DoneAsync("delmsg", ("mid", hello), ("from", ann), ("xid", gid), ("type", 2));
        var history = await benPeer.OkAsync("getgroupmsg", ("gid", gid), ("num", 10), ("desc", false), ("begin", 0), ("end", 0), ("lastid", 0));
        Assert.Equal([true, false, false], history.Rows("msgs").Select(row => row[4]));
        Assert.Equal(["", "answer", "free"], history.Rows("msgs").Select(row => row[5]));

        // kicked, a user is out and may come back; on the blacklist it may not
        await backEnd.DoneAsync("kickout", ("uid", ann), ("ce", ""));
        await annPeer.NextAsync("kickout");
        await annPeer.ExpectClosedAsync();
        await using var back = await server.LoginAsync(backEnd, ann);
        await backEnd.DoneAsync("addprojectblack", ("uid", ann), ("btime", 0));
        await back.NextAsync("kickout");
        await back.ExpectClosedAsync();
        // out of the group, a user no longer reads it
        await backEnd.DoneAsync("delgroupmembers", ("gid", gid), ("uids", new[] { ben }));
        await benPeer.FailAsync(200041, "getgroupmsg", ("gid", gid), ("num", 10), ("desc", false));
    }

    private static async Task<(long Mid, string Text)> HeardAsync(RtmPeer peer, string method)
    {
        var push = await peer.NextBodyAsync(method);
        return (push.Int("mid"), push["msg"] is Map chat ? chat.Text("sourceText") : push.Text("msg"));
    }
}
