using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>sendmsg, sendmsgs and broadcastmsg (rtm-server.md §2.1, §2.2, §2.5).</summary>
public sealed class ServerSendTests(BackEndServer server)
{
    private static (string Key, object? Value)[] From(object? from, (string Key, object? Value)[] say) => [("from", from), .. say];

    [Theory]
    [CoversServer("sendmsg")]
    [InlineData(SignForm.Legacy)]
    [InlineData(SignForm.Timed)]
    public async Task A_message_reaches_the_receiver_and_the_answer_is_its_mtime(SignForm form)
    {
        await using var backEnd = await server.ConnectAsync(form: form);
        await using var ben = await server.LoginAsync(backEnd);
        var from = server.NewUser();
        var mid = server.NewMid();
        var answer = await backEnd.OkAsync("sendmsg", From(from, Say.To(ben.UserId, mid, mtype: 127, msg: "hellö", attrs: "a")));
        Assert.Equal(["mtime"], answer.Keys);
        var push = await ben.NextBodyAsync("pushmsg");
        Assert.Equal((from, ben.UserId, mid, 127), (push.Int("from"), push.Int("to"), push.Int("mid"), push.Int("mtype")));
        Assert.Equal(("hellö", "a", 0), (push.Text("msg"), push.Text("attrs"), push.Int("ftype")));
        Assert.Equal(answer.Int("mtime"), push.Int("mtime"));
        // a retry is known
        await backEnd.FailAsync(200053, "sendmsg", From(from, Say.To(ben.UserId, mid)));
        var row = Assert.Single((await ben.OkAsync("getp2pmsg", ("ouid", from), ("num", 5), ("desc", true))).Rows("msgs"));
        Assert.Equal(mid, row[3]);
    }

    [Fact]
    [CoversServer("sendmsg")]
    public async Task An_offline_receiver_finds_the_message_unread()
    {
        await using var backEnd = await server.ConnectAsync();
        var (from, to) = (server.NewUser(), server.NewUser());
        await backEnd.OkAsync("sendmsg", From(from, Say.To(to, server.NewMid())));
        await using var ben = await server.LoginAsync(backEnd, to);
        Assert.Equal([from], (await ben.OkAsync("checkunreadmsg")).Ints("p2p"));
    }

    [Fact]
    [CoversServer("sendmsg")]
    public async Task The_user_it_was_sent_for_hears_of_it_where_the_client_knows_how()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd, profile: Profile.G4);
        var mid = server.NewMid();
        var to = server.NewUser();
        await backEnd.OkAsync("sendmsg", From(ann.UserId, Say.To(to, mid)));
        var push = await ann.NextBodyAsync("pushmsg");
        Assert.Equal((ann.UserId, to, mid), (push.Int("from"), push.Int("to"), push.Int("mid")));
    }

    [Fact]
    [CoversServer("sendmsg")]
    public async Task Sendmsg_checks_in_the_order_of_the_document()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.Small);
        var (from, to) = (server.NewUser(), server.NewUser());
        var good = From(from, Say.To(to, server.NewMid()));
        await backEnd.NeedsAsync("sendmsg", good.With("msg", "x"));
        foreach (var mtype in new[] { 0, 128, -1 })
            await backEnd.FailAsync(200005, "sendmsg", good.With("mtype", mtype).With("msg", new string('x', 11)).With("to", from));
        await backEnd.FailAsync(200030, "sendmsg", good.With("msg", new string('x', 11)).With("to", from));
        await backEnd.FailAsync(200030, "sendmsg", good.With("attrs", "123456"));
        await backEnd.FailAsync(200052, "sendmsg", good.With("to", from));
        foreach (var id in new[] { 0, -1, 9_000_000_000_000_123 })
        {
            await backEnd.FailAsync(200001, "sendmsg", good.With("to", id));
            await backEnd.FailAsync(200001, "sendmsg", good.With("from", id));
        }
        await backEnd.OkAsync("sendmsg", From(from, Say.To(to, server.NewMid(), 1, new string('x', 10), "12345")));
        await backEnd.OkAsync("sendmsg", From(from, Say.To(to, server.NewMid(), 127, "")));
        await backEnd.OkAsync("sendmsg", From(from, Say.To(to, server.NewMid(), 8, new byte[] { 0xff, 0 }))); // bytes of 2.x
    }

    [Fact]
    [CoversServer("sendmsg")]
    public async Task The_default_limits_are_20480_and_2048_bytes()
    {
        await using var backEnd = await server.ConnectAsync();
        var (from, to) = (server.NewUser(), server.NewUser());
        await backEnd.OkAsync("sendmsg", From(from, Say.To(to, server.NewMid(), 8, new string('x', 20480), new string('y', 2048))));
        await backEnd.FailAsync(200030, "sendmsg", From(from, Say.To(to, server.NewMid(), 8, new string('x', 20481))));
        await backEnd.FailAsync(200030, "sendmsg", From(from, Say.To(to, server.NewMid(), 8, "x", new string('y', 2049))));
    }

    [Fact]
    [CoversServer("sendmsg")]
    public async Task Friends_only_flood_and_words_do_not_hold_back_ends_but_a_personal_blacklist_does()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.Strict);
        await using var ben = await server.LoginAsync(backEnd);
        var from = server.NewUser();
        for (var i = 0; i < 5; i++)
            await backEnd.OkAsync("sendmsg", From(from, Say.To(ben.UserId, server.NewMid(), msg: "schlimm")));
        await Wait.Until(async () => !(await ben.AskAsync("addblacks", ("blacks", new[] { from }))).IsError, "the user's pace allows a call");
        await backEnd.FailAsync(200049, "sendmsg", From(from, Say.To(ben.UserId, server.NewMid())));
    }

    [Fact]
    [CoversServer("sendmsgs")]
    public async Task Each_of_many_receivers_gets_the_message_with_one_mtime()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ben = await server.LoginAsync(backEnd);
        await using var cid = await server.LoginAsync(backEnd);
        var from = server.NewUser();
        var mid = server.NewMid();
        var answer = await backEnd.OkAsync("sendmsgs", From(from, Say.ToMany(new[] { ben.UserId, cid.UserId, ben.UserId, from }, mid)));
        Assert.Equal(["mtime"], answer.Keys);
        foreach (var peer in new[] { ben, cid })
        {
            var push = await peer.NextBodyAsync("pushmsg");
            Assert.Equal((mid, peer.UserId, answer.Int("mtime")), (push.Int("mid"), push.Int("to"), push.Int("mtime")));
        }
        await backEnd.FailAsync(200053, "sendmsgs", From(from, Say.ToMany(new[] { ben.UserId, cid.UserId }, mid)));
        // a map counts by its keys (S-13)
        await backEnd.OkAsync("sendmsgs", From(from, Say.ToMany(new Dictionary<long, bool> { [ben.UserId] = true }, server.NewMid())));
        await ben.NextAsync("pushmsg");
    }

    [Fact]
    [CoversServer("sendmsgs")]
    public async Task Sendmsgs_limits_its_receivers()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.Small);
        var from = server.NewUser();
        var good = From(from, Say.ToMany(new[] { server.NewUser(), server.NewUser(), server.NewUser() }, server.NewMid(), msg: "x"));
        await backEnd.NeedsAsync("sendmsgs", good);
        await backEnd.OkAsync("sendmsgs", good);
        await backEnd.FailAsync(200032, "sendmsgs", good.With("tos", new[] { 1, 2, 3, 4 }));
        await backEnd.FailAsync(200033, "sendmsgs", good.With("tos", Array.Empty<long>()));
        await backEnd.FailAsync(200052, "sendmsgs", good.With("tos", new[] { from }));
        await backEnd.FailAsync(200005, "sendmsgs", good.With("tos", Array.Empty<long>()).With("mtype", 0));
        await backEnd.FailAsync(200030, "sendmsgs", good.With("tos", Array.Empty<long>()).With("msg", new string('x', 11)));
        await backEnd.FailAsync(200001, "sendmsgs", good.With("from", 0));
        await backEnd.FailAsync(200001, "sendmsgs", good.With("tos", new[] { 0 }));
        await using var usual = await server.ConnectAsync();
        var many = Enumerable.Range(1, 2001).Select(i => (long)i).ToArray();
        await usual.FailAsync(200032, "sendmsgs", From(from, Say.ToMany(many, server.NewMid())));
        await usual.OkAsync("sendmsgs", From(from, Say.ToMany(many[..2000], server.NewMid())));
    }

    [Fact]
    [Covers("pushbroadcastmsg")]
    [CoversServer("broadcastmsg", "pushbroadcastmsg")]
    public async Task A_broadcast_of_an_admin_reaches_everybody_online_and_is_unread_for_the_others()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.Other);
        var away = server.NewUser();
        await using (var once = await server.LoginAsync(backEnd, away))
            await once.OkAsync("bye");
        await using var ann = await server.LoginAsync(backEnd);
        await using var ben = await server.LoginAsync(backEnd, profile: Profile.G4);
        var mid = server.NewMid();
        var good = From(BackEndServer.Admin, Say.To(0, mid, msg: "news", attrs: "a").Without("to"));
        var answer = await backEnd.OkAsync("broadcastmsg", good);
        Assert.Equal(["mtime"], answer.Keys);
        foreach (var peer in new[] { ann, ben })
        {
            var push = await peer.NextBodyAsync("pushbroadcastmsg");
            Assert.Equal(["from", "mid", "mtype", "ftype", "msg", "attrs", "mtime"], push.Keys);
            Assert.Equal((BackEndServer.Admin, mid, 8), (push.Int("from"), push.Int("mid"), push.Int("mtype")));
            Assert.Equal(("news", "a", answer.Int("mtime")), (push.Text("msg"), push.Text("attrs"), push.Int("mtime")));
        }
        await using var back = await server.LoginAsync(backEnd, away);
        Assert.True((await back.OkAsync("checkunreadmsg")).Bool("bc"));
        await backEnd.FailAsync(200053, "broadcastmsg", good);
    }

    [Fact]
    [CoversServer("broadcastmsg")]
    public async Task Only_an_admin_broadcasts()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.Other);
        var good = From(BackEndServer.Admin, Say.To(0, server.NewMid()).Without("to"));
        await backEnd.NeedsAsync("broadcastmsg", good.With("msg", "x"));
        await backEnd.FailAsync(200026, "broadcastmsg", good.With("from", server.NewUser()));
        await backEnd.FailAsync(200001, "broadcastmsg", good.With("from", 0));
        await backEnd.FailAsync(200005, "broadcastmsg", good.With("from", 5).With("mtype", 0));
        await backEnd.FailAsync(200030, "broadcastmsg", good.With("from", 5).With("msg", new string('x', 20481)));
    }

    [Fact]
    [CoversServer("sendmsg")]
    public async Task A_one_way_quest_is_done_without_an_answer()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ben = await server.LoginAsync(backEnd);
        var mid = server.NewMid();
        var payload = Pack.Map(backEnd.Signed("sendmsg", From(server.NewUser(), Say.To(ben.UserId, mid))));
        await backEnd.Peer.SendAsync(Frame.Quest(0, "sendmsg", payload, Frame.OneWay));
        await ben.ExpectMidAsync("pushmsg", mid);
    }
}
