using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>Unread marks (rtm-client.md §1.8, §3.2, §4.6, §5.5, §10.1).</summary>
public sealed class UnreadTests(RtmServer server)
{
    [Fact]
    [Covers("pushunread", "checkunreadmsg")]
    public async Task Both_names_answer_with_all_six_keys_and_reading_the_status_clears_nothing()
    {
        await using var ann = await server.LoginAsync();
        var ben = server.NewUser();
        await TalkToAsync(ann, ben);
        await using var peer = await server.LoginAsync(uid: ben);
        foreach (var method in new[] { "pushunread", "checkunreadmsg", "pushunread" })
        {
            var answer = await peer.OkAsync(method);
            Assert.Equal(
                ["p2p", "group", "bc", "uidOfUnreadMessage", "gidOfUnreadGroupMessage", "haveUnreadBroadcastMessage"], answer.Keys);
            Assert.Equal([ann.UserId], answer.Ints("p2p"));
            Assert.Equal([ann.UserId], answer.Ints("uidOfUnreadMessage"));
            Assert.Empty(answer.List("group"));
            Assert.Empty(answer.List("gidOfUnreadGroupMessage"));
            Assert.False(answer.Bool("bc")); // broadcasts from before the user came into being
            Assert.False(answer.Bool("haveUnreadBroadcastMessage"));
        }
    }

    [Fact]
    [Covers("pushunread")]
    public async Task After_login_a_G1_client_that_wants_it_is_told_once_what_is_unread()
    {
        await using var ann = await server.LoginAsync();
        var ben = server.NewUser();
        await TalkToAsync(ann, ben);
        var gid = await server.NewGroupAsync(ann.UserId, ben);
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, server.NewMid()));
        foreach (var unread in new object[] { true, 1 })
        {
            await using var peer = await server.ConnectAsync();
            await peer.OkAsync("auth", RtmServer.AuthOf(Profile.G1, ben).With("unread", unread));
            var push = await peer.NextAsync("pushunread");
            Assert.Equal(Frame.TwoWay, push.Type);
            Assert.Equal(["p2p", "group", "bc"], push.Body.Keys);
            Assert.Equal([ann.UserId], push.Body.Ints("p2p"));
            Assert.Equal([gid], push.Body.Ints("group"));
            Assert.False(push.Body.Bool("bc"));
        }
    }

    [Fact]
    [Covers("pushunread")]
    public async Task Nobody_else_gets_that_push()
    {
        await using var ann = await server.LoginAsync();
        var ben = server.NewUser();
        await TalkToAsync(ann, ben);
        (string, object?)[][] logins =
        [
            RtmServer.AuthOf(Profile.G1, ben), // unread = false
            RtmServer.AuthOf(Profile.G1, ben).Without("unread"),
            RtmServer.AuthOf(Profile.G1, ben).With("unread", null),
            RtmServer.AuthOf(Profile.G2, ben),
            RtmServer.AuthOf(Profile.G4, ben),
            [.. RtmServer.AuthOf(Profile.G4, ben), ("unread", true)],
        ];
        foreach (var login in logins)
        {
            await using var peer = await server.ConnectAsync();
            await peer.OkAsync("auth", login);
            await peer.OkAsync("checkunreadmsg"); // the status was read: the push would have been on its way
            var mid = server.NewMid();
            peer.Answers = false;
            await ann.OkAsync("sendmsg", Say.To(ben, mid));
            await peer.ExpectMidAsync("pushmsg", mid);
        }
        // nothing unread: no push either
        await using var cid = await server.ConnectAsync();
        var uid = server.NewUser();
        await cid.OkAsync("auth", RtmServer.AuthOf(Profile.G1, uid).With("unread", true));
        await cid.OkAsync("checkunreadmsg");
        await ann.OkAsync("sendmsg", Say.To(uid, 1));
        await cid.ExpectMidAsync("pushmsg", 1);
        // and not where the project has switched it off
        await using var dan = await server.LoginAsync(pid: RtmWorld.NoUnreadPush);
        var eve = server.NewUser(RtmWorld.NoUnreadPush);
        await dan.OkAsync("sendmsg", Say.To(eve, 1));
        await using var silent = await server.ConnectAsync();
        await silent.OkAsync("auth", RtmServer.AuthOf(Profile.G1, eve, RtmWorld.NoUnreadPush).With("unread", true));
        Assert.Equal([dan.UserId], (await silent.OkAsync("checkunreadmsg")).Ints("p2p"));
        await dan.OkAsync("sendmsg", Say.To(eve, 2));
        await silent.ExpectMidAsync("pushmsg", 2);
    }

    [Fact]
    [Covers("pushunread", "getp2pmsg", "getgroupmsg", "getbroadcastmsg")]
    public async Task Reading_the_history_of_a_conversation_clears_its_mark_and_no_other()
    {
        await using var ann = await server.LoginAsync();
        await using var cid = await server.LoginAsync();
        var ben = server.NewUser();
        var gid = await server.NewGroupAsync(ann.UserId, ben);
        await TalkToAsync(ann, ben);
        await TalkToAsync(cid, ben);
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, server.NewMid()));
        await using var peer = await server.LoginAsync(uid: ben);
        Assert.Equal(new[] { ann.UserId, cid.UserId }.Order(), (await peer.OkAsync("pushunread")).Ints("p2p").Order());
        await peer.OkAsync("getp2pmsg", ("ouid", ann.UserId), ("num", 1), ("desc", true), ("page", 0));
        await ExpectUnreadAsync(peer, [cid.UserId], [gid]);
        await peer.OkAsync("getgroupmsg", ("gid", gid), ("num", 1), ("desc", true));
        await ExpectUnreadAsync(peer, [cid.UserId], []);
        await peer.OkAsync("getp2pmsg", ("ouid", cid.UserId), ("num", 1), ("desc", true));
        await ExpectUnreadAsync(peer, [], []);
        await TalkToAsync(cid, ben);
        await peer.NextAsync("pushmsg");
    }

    [Fact]
    [Covers("pushunread")]
    public async Task A_receipt_clears_an_error_is_none_and_a_reader_that_never_answers_stays_unread()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        ben.Answers = false;
        await TalkToAsync(ann, ben.UserId);
        var push = await ben.NextAsync("pushmsg");
        await ExpectUnreadAsync(ben, [ann.UserId], []);
        await ben.AnswerAsync(push);
        await ExpectUnreadAsync(ben, [], []);
        await TalkToAsync(ann, ben.UserId);
        await ben.AnswerAsync(await ben.NextAsync("pushmsg"), status: 1);
        await ExpectUnreadAsync(ben, [ann.UserId], []);
        // a later receipt does not pass over the one that failed
        await TalkToAsync(ann, ben.UserId);
        await ben.AnswerAsync(await ben.NextAsync("pushmsg"));
        await ExpectUnreadAsync(ben, [ann.UserId], []);
        // an answer to nothing is no receipt
        await ben.SendAsync(Frame.Answer(12345, [0x80]));
        await ExpectUnreadAsync(ben, [ann.UserId], []);
        await ben.OkAsync("getp2pmsg", ("ouid", ann.UserId), ("num", 1), ("desc", true));
        await ExpectUnreadAsync(ben, [], []);
    }

    [Fact]
    [Covers("pushunread")]
    public async Task Receipts_out_of_order_count_when_the_gap_is_closed()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        ben.Answers = false;
        for (var i = 0; i < 3; i++)
            await TalkToAsync(ann, ben.UserId);
        var pushes = new List<Package>();
        for (var i = 0; i < 3; i++)
            pushes.Add(await ben.NextAsync("pushmsg"));
        await ben.AnswerAsync(pushes[2]);
        await ben.AnswerAsync(pushes[1]);
        await ExpectUnreadAsync(ben, [ann.UserId], []);
        await ben.AnswerAsync(pushes[0]);
        await ExpectUnreadAsync(ben, [], []);
    }

    [Fact]
    [Covers("getunreadmsg")]
    public async Task Counts_are_by_id_as_text_and_own_messages_are_never_unread()
    {
        await using var ann = await server.LoginAsync();
        var ben = server.NewUser();
        var gid = await server.NewGroupAsync(ann.UserId, ben);
        for (var i = 0; i < 3; i++)
            await TalkToAsync(ann, ben);
        for (var i = 0; i < 2; i++)
            await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, server.NewMid()));
        await using var peer = await server.LoginAsync(Profile.G2, ben);
        var answer = await peer.OkAsync("getunreadmsg");
        Assert.Equal(["p2p", "group"], answer.Keys);
        Assert.Equal([ann.UserId.ToString()], answer.Nested("p2p").Keys);
        Assert.Equal(3, answer.Nested("p2p").Int(ann.UserId.ToString()));
        Assert.Equal(2, answer.Nested("group").Int(gid.ToString()));
        // what one says oneself reads what came before (DESIGN §5.7)
        await peer.OkAsync("sendgroupmsg", Say.ToGroup(gid, server.NewMid()));
        answer = await peer.OkAsync("getunreadmsg");
        Assert.Equal(0, answer.Nested("group").Count);
        Assert.Equal(0, (await ann.OkAsync("getunreadmsg")).Nested("p2p").Count);
    }

    [Fact]
    [Covers("getunread", "cleanunread", "cleanunreadmsg")]
    public async Task Everything_can_be_marked_as_read_at_once()
    {
        await using var ann = await server.LoginAsync();
        var ben = server.NewUser();
        var gid = await server.NewGroupAsync(ann.UserId, ben);
        await using var peer = await server.LoginAsync(Profile.G4, ben);
        peer.Answers = false;
        foreach (var way in new[] { "getunread", "cleanunread", "cleanunreadmsg" })
        {
            await TalkToAsync(ann, ben);
            await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, server.NewMid()));
            var answer = await peer.OkAsync("getunread");
            Assert.Equal(["p2p", "group"], answer.Keys);
            Assert.Equal([ann.UserId], answer.Ints("p2p"));
            Assert.Equal([gid], answer.Ints("group"));
            if (way == "getunread")
                Assert.Equal([ann.UserId], (await peer.OkAsync("getunread", ("clear", true))).Ints("p2p"));
            else
                await peer.DoneAsync(way);
            answer = await peer.OkAsync("getunread", ("clear", false));
            Assert.Empty(answer.List("p2p"));
            Assert.Empty(answer.List("group"));
        }
        await peer.FailAsync(10010, "getunread", ("clear", "perhaps"));
    }

    [Fact]
    [Covers("getunread")]
    public async Task What_comes_while_the_marks_are_told_and_cleared_is_told_the_next_time()
    {
        await using var ann = await server.LoginAsync();
        await using var peer = await server.LoginAsync(Profile.G4);
        peer.Answers = false;
        for (var round = 0; round < 200; round++)
        {
            var sending = ann.OkAsync("sendmsg", Say.To(peer.UserId, server.NewMid()));
            bool wasSent;
            bool isTold;
            do
            {
                wasSent = sending.IsCompleted;
                isTold = (await peer.OkAsync("getunread", ("clear", true))).Ints("p2p").Contains(ann.UserId);
            }
            while (!isTold && !wasSent);
            Assert.True(isTold, $"round {round}");
            await sending;
        }
    }

    [Fact]
    [Covers("getp2punread", "getgroupunread")]
    public async Task Unread_can_be_asked_for_single_conversations_from_a_time_and_by_type()
    {
        await using var ann = await server.LoginAsync();
        var ben = server.NewUser();
        var gid = await server.NewGroupAsync(ann.UserId, ben);
        await ann.OkAsync("sendmsg", Say.To(ben, 1, 60));
        var second = await ann.OkAsync("sendmsg", Say.To(ben, 2, 61));
        var group = await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, 1, 60));
        await using var peer = await server.LoginAsync(Profile.G4, ben);
        var answer = await peer.OkAsync("getp2punread", ("uids", new[] { ann.UserId, 5 }));
        Assert.Equal(["p2p", "ltime"], answer.Keys);
        Assert.Equal(2, answer.Nested("p2p").Int(ann.UserId.ToString()));
        Assert.Equal(second.Int("mtime"), answer.Nested("ltime").Int(ann.UserId.ToString()));
        answer = await peer.OkAsync("getp2punread", ("uids", new[] { ann.UserId }), ("mtypes", new[] { 61 }));
        Assert.Equal(1, answer.Nested("p2p").Int(ann.UserId.ToString()));
        answer = await peer.OkAsync("getp2punread", ("uids", new[] { ann.UserId }), ("mtime", second.Int("mtime") + 1));
        Assert.Equal(0, answer.Nested("p2p").Int(ann.UserId.ToString()));
        answer = await peer.OkAsync("getgroupunread", ("gids", new[] { gid, RtmWorld.HistoryGroup }));
        Assert.Equal(["group", "ltime"], answer.Keys);
        Assert.Equal([gid.ToString()], answer.Nested("group").Keys); // a stranger's group is left out
        Assert.Equal(1, answer.Nested("group").Int(gid.ToString()));
        Assert.Equal(group.Int("mtime"), answer.Nested("ltime").Int(gid.ToString()));
        foreach (var (method, key) in new[] { ("getp2punread", "uids"), ("getgroupunread", "gids") })
        {
            await peer.FailAsync(10009, method);
            await peer.FailAsync(10010, method, (key, "x"));
            await peer.FailAsync(200033, method, (key, Array.Empty<long>()));
            await peer.FailAsync(200032, method, (key, Enumerable.Range(1, 101)));
            await peer.OkAsync(method, (key, Enumerable.Range(1, 100)));
        }
    }

    [Fact]
    [Covers("getsession")]
    public async Task Sessions_are_lists_for_2_x_and_times_by_id_for_G2()
    {
        await using var ann = await server.LoginAsync();
        var ben = server.NewUser();
        var gid = await server.NewGroupAsync(ann.UserId, ben);
        var said = await ann.OkAsync("sendmsg", Say.To(ben, 1));
        var told = await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, 1));
        await using (var g2 = await server.LoginAsync(Profile.G2, ben))
        {
            var answer = await g2.OkAsync("getsession");
            Assert.Equal(said.Int("mtime"), answer.Nested("p2p").Int(ann.UserId.ToString()));
            Assert.Equal(told.Int("mtime"), answer.Nested("group").Int(gid.ToString()));
        }
        await using var g4 = await server.LoginAsync(Profile.G4, ben);
        var lists = await g4.OkAsync("getsession");
        Assert.Equal([ann.UserId], lists.Ints("p2p"));
        Assert.Equal([gid], lists.Ints("group"));
    }

    [Fact]
    [Covers("pushunread")]
    public async Task What_was_said_before_joining_a_group_is_not_unread()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        ben.Answers = false;
        var gid = await server.NewGroupAsync(ann.UserId);
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, 1));
        await ann.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { ben.UserId }));
        await ExpectUnreadAsync(ben, [], []);
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, 2));
        await ExpectUnreadAsync(ben, [], [gid]);
        Assert.Equal(1, (await ben.OkAsync("getunreadmsg")).Nested("group").Int(gid.ToString()));
    }

    private async Task TalkToAsync(RtmPeer from, long to) => await from.OkAsync("sendmsg", Say.To(to, server.NewMid()));

    private static async Task ExpectUnreadAsync(RtmPeer peer, long[] peers, long[] groups)
    {
        var status = await peer.OkAsync("pushunread");
        Assert.Equal(peers, status.Ints("p2p"));
        Assert.Equal(groups, status.Ints("group"));
    }
}
