using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>addlisten, removelisten, setlisten: what is told to whom (rtm-server.md §6.1 to §6.3).</summary>
public sealed class ListenTests(BackEndServer server)
{
    private static readonly string[] PushKeys = ["attrs", "from", "ftype", "mid", "msg", "mtime", "mtype", "pid"];

    [Fact]
    [CoversServer("addlisten", "pushmsg", "pushgroupmsg", "pushroommsg")]
    public async Task Messages_of_clients_are_told_with_all_keys()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        var place = await NewPlaceAsync(backEnd, ann);
        await backEnd.DoneAsync("addlisten", ("gids", new[] { place }), ("rids", new[] { place }), ("uids", new[] { ann.UserId }));
        foreach (var (send, push, key, target) in Ways(place, server.NewUser()))
        {
            var mid = server.NewMid();
            var answer = await ann.OkAsync(send, (key, target), ("mid", mid), ("mtype", 30), ("msg", "hellö"), ("attrs", "a"));
            var told = await backEnd.Peer.NextAsync(push);
            Assert.Equal(Frame.TwoWay, told.Type);
            var body = told.Body;
            Assert.Equal([.. PushKeys, key], body.Keys.Except([key]).Order(StringComparer.Ordinal).Append(key));
            Assert.Equal((backEnd.Pid, ann.UserId, target), (body.Int("pid"), body.Int("from"), body.Int(key)));
            Assert.Equal((mid, 30, 0, answer.Int("mtime")), (body.Int("mid"), body.Int("mtype"), body.Int("ftype"), body.Int("mtime")));
            Assert.Equal(("hellö", "a"), (body.Text("msg"), body.Text("attrs")));
        }
    }

    [Fact]
    [CoversServer("addlisten", "removelisten")]
    public async Task Lists_add_up_and_are_taken_away_piece_by_piece()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.Quiet1);
        await using var other = await server.ConnectAsync(BackEndServer.Quiet1);
        await using var ann = await server.LoginAsync(other);
        long[] places = [await NewPlaceAsync(other, ann), await NewPlaceAsync(other, ann), await NewPlaceAsync(other, ann)];
        var (ben, cid) = (server.NewUser(), server.NewUser());

        await backEnd.DoneAsync("addlisten", ("gids", places[..1]), ("rids", places[..1]));
        await backEnd.DoneAsync("addlisten", ("gids", places[1..2]), ("uids", new[] { ben }));
        // what changes nothing
        await backEnd.DoneAsync("addlisten");
        await backEnd.DoneAsync("addlisten", ("gids", null), ("rids", Array.Empty<long>()), ("p2p", false), ("uids", null), ("events", null));
        await backEnd.DoneAsync("removelisten", ("gids", null), ("rids", Array.Empty<long>()), ("p2p", false), ("events", Array.Empty<string>()));
        await backEnd.DoneAsync("addlisten", ("group", true), ("all", true)); // not for addlisten
        await Expect("gid", places[0], isTold: true);
        await Expect("gid", places[1], isTold: true);
        await Expect("gid", places[2], isTold: false);
        await Expect("rid", places[0], isTold: true);
        await Expect("rid", places[1], isTold: false);
        await Expect("to", ben, isTold: true);
        await Expect("to", cid, isTold: false);

        await backEnd.DoneAsync("addlisten", ("p2p", true));
        await Expect("to", cid, isTold: true);
        await backEnd.DoneAsync("addlisten", ("p2p", false)); // changes nothing
        await Expect("to", cid, isTold: true);
        await backEnd.DoneAsync("removelisten", ("p2p", true), ("gids", new[] { places[1], places[2], 999 }));
        await Expect("to", cid, isTold: false);
        await Expect("to", ben, isTold: true);
        await Expect("gid", places[1], isTold: false);
        await Expect("gid", places[0], isTold: true);
        await backEnd.DoneAsync("removelisten", ("gids", places), ("rids", places), ("uids", new[] { ben }));
        await Expect("gid", places[0], isTold: false);
        await Expect("rid", places[0], isTold: false);
        await Expect("to", ben, isTold: false);

        Task Expect(string key, long target, bool isTold) => ExpectAsync(backEnd, ann, key, target, isTold);
    }

    [Fact]
    [CoversServer("addlisten")]
    public async Task A_listed_user_is_heard_as_sender_and_as_receiver()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        await using var ben = await server.LoginAsync(backEnd);
        await backEnd.DoneAsync("addlisten", ("uids", new Dictionary<long, bool> { [ann.UserId] = true })); // a map counts by its keys
        await ExpectAsync(backEnd, ann, "to", ben.UserId, isTold: true);
        await ExpectAsync(backEnd, ben, "to", ann.UserId, isTold: true);
        await ExpectAsync(backEnd, ben, "to", server.NewUser(), isTold: false);
    }

    [Fact]
    [CoversServer("setlisten")]
    public async Task Setlisten_replaces_in_each_of_its_forms()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.Quiet2, SignForm.Timed);
        await using var ann = await server.LoginAsync(backEnd);
        long[] places = [await NewPlaceAsync(backEnd, ann), await NewPlaceAsync(backEnd, ann)];
        var ben = server.NewUser();

        await backEnd.DoneAsync("setlisten", ("gids", places[..1]), ("rids", null), ("p2p", false), ("events", null)); // go-0.1.0
        await Expect("gid", places[0], isTold: true);
        await Expect("gid", places[1], isTold: false);
        await Expect("rid", places[0], isTold: false);
        await backEnd.DoneAsync("setlisten", ("gids", null), ("rids", null), ("p2p", false), ("events", null), ("all", true));
        await Expect("gid", places[1], isTold: true);
        await Expect("rid", places[1], isTold: true);
        await Expect("to", ben, isTold: true);
        await backEnd.DoneAsync("setlisten", ("group", false), ("room", true), ("p2p", false), ("ev", false)); // go >= 0.1.1
        await Expect("gid", places[0], isTold: false);
        await Expect("rid", places[1], isTold: true);
        await Expect("to", ben, isTold: false);
        await backEnd.DoneAsync("setlisten", ("uids", new[] { ben }));
        await Expect("rid", places[1], isTold: false);
        await Expect("to", ben, isTold: true);
        await backEnd.DoneAsync("setlisten", ("room", true)); // only that flag
        await Expect("rid", places[1], isTold: true);
        await Expect("to", ben, isTold: true);
        await backEnd.DoneAsync("setlisten", ("all", false));
        await Expect("rid", places[1], isTold: false);
        await Expect("to", ben, isTold: false);

        Task Expect(string key, long target, bool isTold) => ExpectAsync(backEnd, ann, key, target, isTold);
    }

    [Fact]
    [CoversServer("addlisten", "setlisten", "removelisten")]
    public async Task Listening_may_be_switched_off_for_a_project()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.Deaf);
        await backEnd.FailAsync(200060, "addlisten", ("gids", new[] { 1 }));
        await backEnd.FailAsync(200060, "setlisten", ("all", true));
        await backEnd.DoneAsync("removelisten", ("gids", new[] { 1 }));
    }

    [Theory]
    [CoversServer("addlisten", "setlisten", "removelisten")]
    [InlineData("addlisten")]
    [InlineData("removelisten")]
    [InlineData("setlisten")]
    public async Task Parameters_of_listening_are_checked(string method)
    {
        await using var backEnd = await server.ConnectAsync();
        foreach (var key in new[] { "gids", "rids", "uids", "events" })
        {
            await backEnd.FailAsync(10010, method, (key, "x"));
            await backEnd.FailAsync(10010, method, (key, new object[] { true }));
        }
        await backEnd.FailAsync(10010, method, ("p2p", "x"));
        await backEnd.DoneAsync(method, ("events", new[] { "no such event" }), ("p2p", 0));
    }

    [Fact]
    [CoversServer("addlisten", "setlisten")]
    public async Task More_than_100000_entries_are_200032_and_change_nothing()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        var place = await NewPlaceAsync(backEnd, ann);
        await backEnd.DoneAsync("setlisten", ("gids", (long[])[place, .. Enumerable.Range(1_000_000_000, 99_999)]));
        await backEnd.FailAsync(200032, "addlisten", ("rids", new[] { place }));
        await backEnd.FailAsync(200032, "setlisten", ("rids", Enumerable.Range(1, 100_001).ToArray()));
        await ExpectAsync(backEnd, ann, "gid", place, isTold: true);
        await ExpectAsync(backEnd, ann, "rid", place, isTold: false);
    }

    [Fact]
    [CoversServer("setlisten", "pushevent")]
    public async Task Events_say_who_came_and_went_when_and_where()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.Jsons);
        await using var logins = await server.ConnectAsync(BackEndServer.Jsons);
        await backEnd.DoneAsync("setlisten", ("ev", true));
        await logins.DoneAsync("addlisten", ("events", new[] { "login", "no such event" }));
        var before = BackEnd.Now;
        await using (var ann = await server.LoginAsync(backEnd))
        {
            foreach (var listener in new[] { backEnd, logins })
            {
                var push = await listener.Peer.NextBodyAsync("pushevent");
                Assert.Equal(["data", "endpoint", "event", "pid", "time", "uid"], push.Keys.Order(StringComparer.Ordinal));
                Assert.Equal(("login", ann.UserId, backEnd.Pid), (push.Text("event"), push.Int("uid"), push.Int("pid")));
                Assert.InRange(push.Int("time"), before, BackEnd.Now);
                Assert.Equal((server.ClientGate.ToString(), ""), (push.Text("endpoint"), push.Text("data")));
            }
            await ann.OkAsync("bye");
            var gone = await backEnd.Peer.NextBodyAsync("pushevent");
            Assert.Equal(("logout", ann.UserId), (gone.Text("event"), gone.Int("uid")));
        }
        // a login that replaces another, one that is kicked, and one that is cut
        await using var first = await server.LoginAsync(backEnd);
        await ExpectEventAsync("login", first.UserId);
        await using var second = await server.LoginAsync(backEnd, first.UserId);
        string[] both = [(await backEnd.Peer.NextBodyAsync("pushevent")).Text("event"), (await backEnd.Peer.NextBodyAsync("pushevent")).Text("event")];
        Assert.Equal(["login", "logout"], both.Order(StringComparer.Ordinal));
        await backEnd.DoneAsync("kickout", ("uid", second.UserId));
        await ExpectEventAsync("logout", second.UserId);
        await using var third = await server.LoginAsync(backEnd);
        await ExpectEventAsync("login", third.UserId);
        third.Reset();
        await ExpectEventAsync("logout", third.UserId);
        await backEnd.DoneAsync("setlisten", ("ev", false));
        await using var unseen = await server.LoginAsync(backEnd);
        await backEnd.DoneAsync("setlisten", ("events", new[] { "logout" }));
        await unseen.OkAsync("bye");
        await ExpectEventAsync("logout", unseen.UserId);

        async Task ExpectEventAsync(string name, long uid)
        {
            var push = await backEnd.Peer.NextBodyAsync("pushevent");
            Assert.Equal((name, uid), (push.Text("event"), push.Int("uid")));
        }
    }

    private static (string Send, string Push, string Key, long Target)[] Ways(long place, long user) =>
        [("sendmsg", "pushmsg", "to", user), ("sendgroupmsg", "pushgroupmsg", "gid", place), ("sendroommsg", "pushroommsg", "rid", place)];

    /// <summary>A group and a room of the same number with the user in both.</summary>
    private async Task<long> NewPlaceAsync(BackEnd backEnd, RtmPeer user)
    {
        var place = server.NewPlace();
        await backEnd.DoneAsync("addgroupmembers", ("gid", place), ("uids", new[] { user.UserId }));
        await backEnd.DoneAsync("addroommember", ("rid", place), ("uid", user.UserId));
        return place;
    }

    /// <summary>
    /// Sends a message and sees whether the listener is told. That it is not shows in the order of the lane: a second message of the
    /// same conversation, sent when the listener hears everything for a moment, comes first.
    /// </summary>
    private async Task ExpectAsync(BackEnd listener, RtmPeer sender, string key, long target, bool isTold)
    {
        var (send, push, _, _) = Ways(0, 0).Single(way => way.Key == key);
        var mid = server.NewMid();
        await sender.OkAsync(send, Message(mid));
        if (isTold)
        {
            await listener.Peer.ExpectMidAsync(push, mid);
            return;
        }
        await using var witness = await server.ConnectAsync(listener.Pid);
        await witness.DoneAsync("setlisten", ("all", true));
        var next = server.NewMid();
        await sender.OkAsync(send, Message(next));
        // the witness stands behind the listener, so the lane has passed the listener when the witness is told
        while ((await witness.Peer.NextAsync()).Body is var body && !(body.Has("mid") && body.Int("mid") == next))
        {
        }
        // and what was written to the listener's socket before has been read when it answers
        await listener.FailAsync(10009, "filetoken");
        Assert.DoesNotContain(listener.Told, told => told.Body.Has("mid") && told.Body.Int("mid") == mid);

        (string, object?)[] Message(long number) => [(key, target), ("mid", number), ("mtype", 8), ("msg", "x"), ("attrs", "")];
    }
}
