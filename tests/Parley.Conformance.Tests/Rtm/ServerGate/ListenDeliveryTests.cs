using System.Collections.Concurrent;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>How listeners are told: once each, in order, at least once, within bounds (rtm-server.md §6.4).</summary>
public sealed class ListenDeliveryTests(BackEndServer server)
{
    [Fact]
    [CoversServer("pushmsg")]
    public async Task A_message_to_many_is_told_once_for_each_receiver()
    {
        await using var sender = await server.ConnectAsync();
        await using var listener = await server.ConnectAsync();
        var from = server.NewUser();
        await listener.DoneAsync("addlisten", ("uids", new[] { from }));
        long[] tos = [server.NewUser(), server.NewUser(), server.NewUser()];
        var mid = server.NewMid();
        await sender.OkAsync("sendmsgs", [("from", from), .. Say.ToMany(tos, mid)]);
        var told = new List<long>();
        foreach (var _ in tos)
        {
            var push = await listener.Peer.NextBodyAsync("pushmsg");
            Assert.Equal((from, mid), (push.Int("from"), push.Int("mid")));
            told.Add(push.Int("to"));
        }
        Assert.Equal(tos, told.Order());
    }

    [Fact]
    [CoversServer("pushgroupmsg")]
    public async Task The_connection_that_sent_a_message_is_not_told_of_it_and_all_others_are_told_once()
    {
        await using var one = await server.ConnectAsync();
        await using var two = await server.ConnectAsync();
        await using var three = await server.ConnectAsync();
        var gid = server.NewPlace();
        await one.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { 5 }));
        foreach (var backEnd in new[] { one, two, three })
            await backEnd.DoneAsync("addlisten", ("gids", new[] { gid }));
        long[] mids = [server.NewMid(), server.NewMid(), server.NewMid()];
        await one.OkAsync("sendgroupmsg", [("from", 5), .. Say.ToGroup(gid, mids[0])]);
        await two.OkAsync("sendgroupmsg", [("from", 5), .. Say.ToGroup(gid, mids[1])]);
        await three.OkAsync("sendgroupmsg", [("from", 5), .. Say.ToGroup(gid, mids[2])]);
        await one.Peer.ExpectMidAsync("pushgroupmsg", mids[1]);
        await one.Peer.ExpectMidAsync("pushgroupmsg", mids[2]);
        await two.Peer.ExpectMidAsync("pushgroupmsg", mids[0]);
        await two.Peer.ExpectMidAsync("pushgroupmsg", mids[2]);
        await three.Peer.ExpectMidAsync("pushgroupmsg", mids[0]);
        await three.Peer.ExpectMidAsync("pushgroupmsg", mids[1]);
    }

    [Fact]
    [CoversServer("setlisten")]
    public async Task Broadcasts_are_told_to_no_listener()
    {
        await using var listener = await server.ConnectAsync(BackEndServer.Urls);
        await using var sender = await server.ConnectAsync(BackEndServer.Urls);
        var uid = server.NewUser();
        await listener.DoneAsync("setlisten", ("all", true));
        await sender.FailAsync(200026, "broadcastmsg", [("from", 5), .. Say.To(0, server.NewMid()).Without("to")]); // this project has no admin
        await using var here = await server.ConnectAsync(BackEndServer.News);
        await here.DoneAsync("setlisten", ("all", true));
        await using var ann = await server.LoginAsync(here, uid);
        var news = server.NewMid();
        await using var newsman = await server.ConnectAsync(BackEndServer.News);
        await newsman.OkAsync("broadcastmsg", [("from", BackEndServer.Admin), .. Say.To(0, news).Without("to")]);
        await ann.NextAsync("pushbroadcastmsg");
        var mid = server.NewMid();
        await ann.OkAsync("sendmsg", Say.To(server.NewUser(), mid));
        await Wait.Until(() => here.Told.Any(push => push.Body.Has("mid") && push.Body.Int("mid") == mid), "the listener is told");
        Assert.DoesNotContain(here.Told, push => push.Method == "pushbroadcastmsg" || (push.Body.Has("mid") && push.Body.Int("mid") == news));
    }

    [Fact]
    [CoversServer("setlisten")]
    public async Task What_one_connection_listens_to_is_kept_for_each_project()
    {
        await using var here = await server.ConnectAsync(BackEndServer.MultiLogin);
        var there = new BackEnd(here.Peer, BackEndServer.Forgetful, SignForm.Timed);
        await using var one = await server.ConnectAsync(BackEndServer.MultiLogin);
        await using var other = await server.ConnectAsync(BackEndServer.Forgetful);
        var (ann, ben) = (server.NewUser(), server.NewUser());
        await here.DoneAsync("setlisten", ("uids", new[] { ann }));
        await there.DoneAsync("setlisten", ("uids", new[] { ben }));
        var mids = new[] { server.NewMid(), server.NewMid() };
        await one.OkAsync("sendmsg", [("from", ben), .. Say.To(5, server.NewMid())]);
        await other.OkAsync("sendmsg", [("from", ann), .. Say.To(5, server.NewMid())]);
        await one.OkAsync("sendmsg", [("from", ann), .. Say.To(5, mids[0])]);
        var push = await here.Peer.NextBodyAsync("pushmsg");
        Assert.Equal((BackEndServer.MultiLogin, mids[0]), (push.Int("pid"), push.Int("mid")));
        await other.OkAsync("sendmsg", [("from", ben), .. Say.To(5, mids[1])]);
        push = await here.Peer.NextBodyAsync("pushmsg");
        Assert.Equal((BackEndServer.Forgetful, mids[1]), (push.Int("pid"), push.Int("mid")));
        await there.DoneAsync("setlisten", ("all", false));
        var last = server.NewMid();
        await other.OkAsync("sendmsg", [("from", ben), .. Say.To(5, server.NewMid())]);
        await one.OkAsync("sendmsg", [("from", ann), .. Say.To(5, last)]);
        await here.Peer.ExpectMidAsync("pushmsg", last);
    }

    [Fact]
    [CoversServer("pushgroupmsg")]
    public async Task A_conversation_is_told_in_the_order_of_its_ids_under_many_senders()
    {
        await using var listener = await server.ConnectAsync();
        var gid = server.NewPlace();
        long[] members = [server.NewUser(), server.NewUser(), server.NewUser(), server.NewUser()];
        await listener.DoneAsync("addgroupmembers", ("gid", gid), ("uids", members));
        await listener.DoneAsync("addlisten", ("gids", new[] { gid }));
        const int Each = 100;
        await Task.WhenAll(members.Select(async member =>
        {
            await using var sender = await server.ConnectAsync();
            var answers = new List<Task<Package>>();
            for (var i = 0; i < Each; i++)
                answers.Add(await sender.Peer.BeginAsync("sendgroupmsg", Pack.Map(sender.Signed("sendgroupmsg", [("from", member), .. Say.ToGroup(gid, server.NewMid())]))));
            foreach (var answer in await Wait.For(Task.WhenAll(answers), "all answers"))
                Assert.False(answer.IsError);
        }));
        var told = new List<long>();
        for (var i = 0; i < Each * members.Length; i++)
            told.Add((await listener.Peer.NextBodyAsync("pushgroupmsg")).Int("mid"));
        var stored = new List<object?>();
        long last = 0;
        while (stored.Count < told.Count)
        {
            var page = await listener.OkAsync("getgroupmsg", ("gid", gid), ("num", 20), ("desc", false), ("begin", 0), ("end", 0), ("lastid", last));
            stored.AddRange(page.Rows("msgs").Select(row => row[3]));
            last = page.Int("lastid");
        }
        Assert.Equal(stored, told.Cast<object?>());
    }

    [Fact]
    [CoversServer("setlisten")]
    public async Task What_was_asked_for_is_lost_with_the_connection_and_asked_for_again()
    {
        await using var sender = await server.ConnectAsync();
        var from = server.NewUser();
        var mids = Enumerable.Range(0, 4).Select(_ => server.NewMid()).ToArray();
        await using (var listener = await server.ConnectAsync())
        {
            await listener.DoneAsync("setlisten", ("uids", new[] { from }));
            await sender.OkAsync("sendmsg", [("from", from), .. Say.To(5, mids[0])]);
            await listener.Peer.ExpectMidAsync("pushmsg", mids[0]);
            listener.Peer.Reset();
        }
        await sender.OkAsync("sendmsg", [("from", from), .. Say.To(5, mids[1])]);
        await using var again = await server.ConnectAsync();
        await again.OkAsync("getfriends", ("uid", 1)); // connected and signed, but nothing asked for
        await sender.OkAsync("sendmsg", [("from", from), .. Say.To(5, mids[2])]);
        await again.DoneAsync("setlisten", ("uids", new[] { from }));
        await sender.OkAsync("sendmsg", [("from", from), .. Say.To(5, mids[3])]);
        await again.Peer.ExpectMidAsync("pushmsg", mids[3]);
        // what was missed is in history
        var history = await again.OkAsync("getp2pmsg", ("uid", from), ("ouid", 5), ("num", 10), ("desc", false), ("begin", 0), ("end", 0), ("lastid", 0));
        Assert.Equal(mids.Cast<object?>(), history.Rows("msgs").Select(row => row[3]));
    }

    [Fact]
    public async Task A_listener_that_does_not_read_is_closed_and_disturbs_nobody()
    {
        var process = await RtmServer.StartAsync(
            seed => seed.ProjectAsync(BackEndServer.Pid, new()), new Dictionary<string, string> { ["Connections:OutboundBytes"] = "65536" });
        try
        {
            var gate = process.Endpoints["RtmServer"];
            await using var lazy = await RawPeer.ConnectAsync(gate, receiveBuffer: 4096);
            await using var keen = await BackEnd.ConnectAsync(gate, BackEndServer.Pid);
            await using var sender = await BackEnd.ConnectAsync(gate, BackEndServer.Pid);
            await lazy.SendAsync(Frame.Quest(1, "setlisten", Pack.Map(keen.Signed("setlisten", ("all", true)))));
            Assert.False((await lazy.ReadPackageAsync()).IsError);
            await keen.DoneAsync("setlisten", ("all", true));
            var sent = new ConcurrentQueue<long>();
            await Wait.Until(
                async () =>
                {
                    var mid = server.NewMid();
                    await sender.OkAsync("sendmsg", [("from", 5), .. Say.To(6, mid, msg: new string('x', 20_000))]);
                    sent.Enqueue(mid);
                    return process.Output.Any(line => line.Contains("SlowReader", StringComparison.Ordinal));
                },
                "the lazy listener is closed for being a slow reader");
            foreach (var mid in sent)
                await keen.Peer.ExpectMidAsync("pushmsg", mid);
            await lazy.ReadToEndAsync();
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }
    }
}
