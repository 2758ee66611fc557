using System.Text;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Core.Messaging;
using Parley.Testing;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>One person, one message, in GoIM and RTM (DESIGN §2, §6).</summary>
public sealed class AcrossProtocolsTests(AcrossProtocolsTests.World world) : IClassFixture<AcrossProtocolsTests.World>
{
    private const long FirstName = 9_000_000_000_000_000;
    private const long LastName = 9_007_199_254_740_991;

    [Fact]
    [CoversGoIm("GI-004", "GI-005", "GI-020", "GI-021")]
    public async Task GI_004_GI_020_Text_and_notifications_go_both_ways_between_users_that_are_numbers()
    {
        var (a, b) = (world.NewUser(), world.NewUser());
        await using var rtm = await world.RtmAsync(a);
        await using var goim = await world.GoImAsync(b.ToString());
        await goim.DoneAsync("send_message_p2p", "from GoIM ü", a.ToString());
        var push = await rtm.NextBodyAsync("pushmsg");
        Assert.Equal((b, 30L, "from GoIM ü", ""), (push.Int("from"), push.Int("mtype"), push.Text("msg"), push.Text("attrs")));
        await goim.DoneAsync("send_notify_p2p", "note", a.ToString());
        push = await rtm.NextBodyAsync("pushmsg");
        Assert.Equal(("note", """{"notify":true}"""), (push.Text("msg"), push.Text("attrs")));

        await rtm.OkAsync("sendmsg", Say.To(b, world.NewMid(), mtype: 8, msg: "from RTM ü", attrs: "{\"x\":1}"));
        await goim.NextPushAsync("receive_message_p2p", "from RTM ü", a.ToString());
        await rtm.OkAsync("sendmsg", Say.To(b, world.NewMid(), msg: "note", attrs: """{"notify":true}"""));
        await goim.NextPushAsync("receive_notify_p2p", "note", a.ToString());
    }

    [Fact]
    [CoversGoIm("GI-017", "GI-018", "error.")]
    public async Task GI_017_Who_was_blocked_in_RTM_cannot_ask()
    {
        var (a, b) = (world.NewUser(), world.NewUser());
        await using (var rtm = await world.RtmAsync(a))
            await rtm.OkAsync("addblacks", ("blacks", new long[] { b }));
        await using var goim = await world.GoImAsync(b.ToString());
        await goim.FailAsync("error.", "send_ask", "add_friend", a.ToString());
        await using var other = await world.GoImAsync(a.ToString());
        await other.ExpectNoPushAsync();
        await other.DoneAsync("send_ask", "add_friend", b.ToString()); // the other way it goes
        await goim.NextPushAsync("receive_ask", "add_friend", a.ToString());
    }

    [Fact]
    [CoversGoIm("GI-002", "GI-004")]
    public async Task GI_002_A_name_has_a_number_of_the_band_that_RTM_may_use_once_it_was_given()
    {
        var a = world.NewUser();
        await using var rtm = await world.RtmAsync(a);
        await rtm.FailAsync(200001, "sendmsg", Say.To(LastName - 17, world.NewMid()));
        await using var goim = await world.GoImAsync("somebody");
        await goim.DoneAsync("send_message_p2p", "hello", a.ToString());
        var number = (await rtm.NextBodyAsync("pushmsg")).Int("from");
        Assert.InRange(number, FirstName, LastName);
        await rtm.OkAsync("sendmsg", Say.To(number, world.NewMid(), msg: "hello back"));
        await goim.NextPushAsync("receive_message_p2p", "hello back", a.ToString());
        await goim.FailAsync("Not exists client", "send_message_p2p", "x", number.ToString()); // that text is another name
    }

    [Fact]
    [CoversGoIm("GI-009", "GI-011", "GI-012", "GI-013", "GI-022", "GI-023")]
    public async Task GI_012_GI_022_Groups_are_topics_both_ways()
    {
        var (a, b, c) = (world.NewUser(), world.NewUser(), world.NewUser());
        var gid = await world.NewGroupAsync(a);
        await using var rtm = await world.RtmAsync(a);
        await using var goim = await world.GoImAsync(b.ToString());
        await goim.OkAsync("send_join_topic", gid.ToString());
        Assert.Equal([a, b], (await rtm.OkAsync("getgroupmembers", ("gid", gid))).Ints("uids").Order());
        await goim.DoneAsync("send_message_topic", "hello group", gid.ToString());
        await goim.NextPushAsync("receive_message_topic", "hello group", gid.ToString(), b.ToString());
        var push = await rtm.NextBodyAsync("pushgroupmsg");
        Assert.Equal((b, gid, "hello group", ""), (push.Int("from"), push.Int("gid"), push.Text("msg"), push.Text("attrs")));
        await goim.DoneAsync("send_notify_topic", "note", gid.ToString());
        await goim.NextPushAsync("receive_notify_topic", "note");
        Assert.Equal("""{"notify":true}""", (await rtm.NextBodyAsync("pushgroupmsg")).Text("attrs"));
        await rtm.OkAsync("sendgroupmsg", Say.ToGroup(gid, world.NewMid(), msg: "hello topic"));
        await goim.NextPushAsync("receive_message_topic", "hello topic", gid.ToString(), a.ToString());
        Assert.Contains($$"""{"Client":"{{a}}","Alive":true}""", (await goim.OkAsync("send_topic_members_list", gid.ToString()))[1], StringComparison.Ordinal);

        var topic = GoImServer.NewId("named");
        await goim.OkAsync("send_create_topic", topic);
        await using (var joining = await world.GoImAsync(c.ToString()))
            await joining.OkAsync("send_join_topic", topic);
        await using var member = await world.RtmAsync(c);
        var group = Assert.Single((await member.OkAsync("getusergroups")).Ints("gids"));
        Assert.InRange(group, FirstName, LastName);
        await member.OkAsync("sendgroupmsg", Say.ToGroup(group, world.NewMid(), msg: "by number"));
        await goim.NextPushAsync("receive_message_topic", "by number", topic, c.ToString());
        await rtm.OkAsync("addgroupmembers", ("gid", gid), ("uids", new[] { c })); // GoIM hears of it in its list
        await using var again = await world.GoImAsync(c.ToString());
        Assert.Equal([$"[\"{topic}\",\"{gid}\"]"], await again.OkAsync("send_list_topic"));
    }

    [Fact]
    [CoversGoIm("GI-004", "GI-005")]
    public async Task GI_005_RTM_reads_what_was_said_in_history_and_counts_it_unread_until_it_is_acknowledged()
    {
        var (a, b) = (world.NewUser(), world.NewUser());
        await using var goim = await world.GoImAsync(a.ToString());
        await (await world.GoImAsync(b.ToString())).DisposeAsync();
        for (var i = 0; i < 3; i++)
            await goim.DoneAsync("send_message_p2p", $"text {i}", b.ToString());
        await using (var rtm = await world.RtmAsync(b))
        {
            Assert.Equal([a], (await rtm.OkAsync("getunread")).Ints("p2p"));
            var page = await rtm.OkAsync("getp2pmsg", ("ouid", a), ("num", 10), ("desc", false), ("begin", 0), ("end", 0), ("lastid", 0));
            Assert.Equal(3, page.Int("num"));
            Assert.Equal(["text 0", "text 1", "text 2"], page.Rows("msgs").Select(row => row[5] as string));
            await rtm.OkAsync("bye");
        }
        await using (var back = await world.GoImAsync(b.ToString())) // reading history acknowledges nothing
        {
            for (var i = 0; i < 3; i++)
                await back.NextPushAsync("receive_message_p2p", $"text {i}", a.ToString());
            await back.OkAsync("send_ping");
            await back.DoneAsync("send_logout");
        }
        await using var last = await world.RtmAsync(b);
        Assert.Empty((await last.OkAsync("getunread")).Ints("p2p"));
    }

    [Fact]
    [CoversGoIm("GI-021")]
    public async Task GI_021_A_broadcast_is_a_notification_from_its_sender_online_and_later()
    {
        await using var online = await world.GoImAsync("broadcast-on");
        await (await world.GoImAsync("broadcast-off")).DisposeAsync();
        await using var backEnd = await BackEnd.ConnectAsync(world.Process.Endpoints["RtmServer"], RtmWorld.Pid);
        await backEnd.OkAsync("broadcastmsg", [("from", RtmWorld.Admin), .. Say.To(0, world.NewMid(), msg: "to all").Without("to")]);
        await online.NextPushAsync("receive_notify_p2p", "to all", RtmWorld.Admin.ToString());
        await using (var offline = await world.GoImAsync("broadcast-off"))
        {
            await offline.NextPushAsync("receive_notify_p2p", "to all", RtmWorld.Admin.ToString());
            await offline.OkAsync("send_ping");
        }
        await using var again = await world.GoImAsync("broadcast-off");
        await again.ExpectNoPushAsync();
    }

    [Fact]
    [CoversGoIm("GI-005")]
    public async Task GI_005_A_file_and_what_does_not_fit_in_a_frame()
    {
        await using var goim = await world.GoImAsync(World.FileReceiver.ToString());
        await goim.NextPushAsync("receive_message_p2p", "http://files/1.png", World.FileSender.ToString());
        await using var rtm = await world.RtmAsync(World.FileSender);
        await rtm.OkAsync("sendmsg", Say.To(World.FileReceiver, world.NewMid(), msg: new string('x', 70_000)));
        await rtm.OkAsync("sendmsg", Say.To(World.FileReceiver, world.NewMid(), msg: "after it"));
        await goim.NextPushAsync("receive_message_p2p", "after it", World.FileSender.ToString()); // the long one is left out
        await goim.OkAsync("send_ping");
        await using var again = await world.GoImAsync(World.FileReceiver.ToString());
        await again.ExpectNoPushAsync();
    }

    [Fact]
    [CoversGoIm("GI-002", "You have to re-login.")]
    public async Task GI_002_Without_MultiLogin_a_login_through_one_protocol_ends_that_of_the_other()
    {
        var user = world.NewUser();
        await using var goim = await world.GoImAsync(user.ToString());
        await using var rtm = await world.RtmAsync(user);
        await goim.ExpectReplacedAsync();
        await using var again = await world.GoImAsync(user.ToString());
        await rtm.NextAsync("kickout");
        await Wait.For(rtm.Closed, "the server to close");
    }

    [Fact]
    [CoversGoIm("GI-002", "GI-004", "GI-012")]
    public async Task GI_002_With_MultiLogin_both_stay_and_both_hear_but_two_of_GoIM_never()
    {
        await using var own = await RtmServer.StartAsync(
            async seed =>
            {
                await seed.ProjectAsync(RtmWorld.Pid, new() { MultiLogin = true });
                await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, 2);
            });
        var (user, other) = (RtmWorld.FirstUser, RtmWorld.FirstUser + 1);
        var door = own.Endpoints["GoImMessage"];
        await using (var old = await GoImPeer.LoginAsync(door, user.ToString(), acknowledges: true))
        {
            await using var rtm = await RtmPeer.ConnectAsync(own.Endpoints["RtmClient"]);
            await RtmServer.AuthAsync(rtm, Profile.G1, user);
            await old.OkAsync("send_ping");
            await using var goim = await GoImPeer.LoginAsync(door, user.ToString(), acknowledges: true);
            await old.ExpectReplacedAsync();
            await using var sender = await GoImPeer.LoginAsync(door, other.ToString(), acknowledges: true);
            await sender.DoneAsync("send_message_p2p", "to both", user.ToString());
            await goim.NextPushAsync("receive_message_p2p", "to both");
            Assert.Equal("to both", (await rtm.NextBodyAsync("pushmsg")).Text("msg"));
            await rtm.OkAsync("sendmsg", Say.To(other, 1, msg: "own words"));
            await sender.NextPushAsync("receive_message_p2p", "own words", user.ToString());
            await goim.ExpectNoPushAsync(); // no copy of what the user said elsewhere
            await goim.DoneAsync("send_logout");
            await rtm.OkAsync("ping");
            await sender.OkAsync("send_add_friend", user.ToString());
            Assert.Contains("\"alive\":true", (await sender.OkAsync("send_view_friends"))[0], StringComparison.Ordinal); // through RTM
        }
        await RtmServer.EndAsync(own);
    }

    /// <summary>A server with RTM users, groups, an admin who broadcasts and a file that waits.</summary>
    public sealed class World : IAsyncLifetime
    {
        public const long FileSender = RtmWorld.FirstUser + 90;
        public const long FileReceiver = RtmWorld.FirstUser + 91;

        private ParleyServerProcess? _process;
        private long _users = RtmWorld.FirstUser;
        private long _groups = RtmWorld.FirstGroup;
        private long _mids = 1_556_446_799_000_000;

        public ParleyServerProcess Process => _process!;

        public long NewUser() => Interlocked.Increment(ref _users);

        public long NewMid() => Interlocked.Increment(ref _mids);

        public Task<GoImPeer> GoImAsync(string id) => GoImPeer.LoginAsync(Process.Endpoints["GoImMessage"], id, acknowledges: true);

        public async Task<RtmPeer> RtmAsync(long user)
        {
            var peer = await RtmPeer.ConnectAsync(Process.Endpoints["RtmClient"]);
            await RtmServer.AuthAsync(peer, Profile.G1, user);
            return peer;
        }

        public async Task<long> NewGroupAsync(params long[] members)
        {
            var gid = Interlocked.Increment(ref _groups);
            await using var backEnd = await BackEnd.ConnectAsync(Process.Endpoints["RtmServer"], RtmWorld.Pid);
            await backEnd.OkAsync("addgroupmembers", ("gid", gid), ("uids", members));
            return gid;
        }

        public async ValueTask InitializeAsync() => _process = await RtmServer.StartAsync(async seed =>
        {
            await seed.ProjectAsync(RtmWorld.Pid, new() { MessageBytes = 200_000 }, RtmWorld.Admin);
            await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, 100);
            await seed.MessagesAsync(new Message
            {
                Conversation = ConversationKey.PeerToPeer(RtmWorld.Pid, FileSender, FileReceiver),
                Sender = FileSender,
                MessageId = 1,
                Type = 40,
                File = FileKind.Image,
                Body = Encoding.UTF8.GetBytes("http://files/1.png"),
                FileSize = 101,
                Time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            });
        });

        public async ValueTask DisposeAsync() => await RtmServer.EndAsync(_process);
    }
}
