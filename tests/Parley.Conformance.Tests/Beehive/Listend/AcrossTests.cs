using System.Text;
using Parley.Conformance.Tests.GoIm;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Core.Messaging;
using Parley.Testing;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>One message in beehive, RTM and GoIM (DESIGN §6).</summary>
public sealed class AcrossTests(AcrossTests.World world) : IClassFixture<AcrossTests.World>
{
    private const ulong Foreign = 1UL << 48;

    [Fact]
    [CoversBeehive("0201", "0202")]
    public async Task Text_and_data_between_beehive_and_RTM()
    {
        var (a, b) = (world.NewUser(), world.NewUser());
        await using var rtm = await world.RtmAsync(a);
        await using var bee = await world.BeehiveAsync(b);
        await bee.AskAsync(0x0201, ListendWorld.Chat(b, a, "from beehive ü"));
        var push = await rtm.NextBodyAsync("pushmsg");
        Assert.Equal((b, 30L, "from beehive ü", ""), (push.Int("from"), push.Int("mtype"), push.Text("msg"), push.Text("attrs")));
        await bee.AskAsync(0x0201, [.. ListendWorld.Chat(b, a, "with data"), (6, new byte[] { 0, 1, 255 })]);
        push = await rtm.NextBodyAsync("pushmsg");
        Assert.Equal(("with data", """{"data":"AAH/"}"""), (push.Text("msg"), push.Text("attrs")));

        await rtm.OkAsync("sendmsg", Say.To(b, world.NewMid(), mtype: 8, msg: "from RTM ü", attrs: "{\"x\":1}"));
        var chat = await bee.NextPushAsync(0x0201);
        ExpectForeign(chat, (1, a), (2, b), (3, 0), (4, chat.Int(4)), (5, "from RTM ü"));
        await rtm.OkAsync("sendmsg", Say.To(b, world.NewMid(), msg: "data", attrs: """{"x":[1,{}],"data":"AAH/"}"""));
        chat = await bee.NextPushAsync(0x0201);
        ExpectForeign(chat, (1, a), (2, b), (3, 0), (4, chat.Int(4)), (5, "data"), (6, new byte[] { 0, 1, 255 }));
        foreach (var attrs in new[] { "free text", """{"data":"no base64!"}""", """{"data":5}""", "[", "\"data\"" })
        {
            await rtm.OkAsync("sendmsg", Say.To(b, world.NewMid(), msg: "", attrs: attrs));
            chat = await bee.NextPushAsync(0x0201);
            ExpectForeign(chat, (1, a), (2, b), (3, 0), (4, chat.Int(4)), (5, ""));
        }
    }

    [Fact]
    [CoversBeehive("0201")]
    public async Task Bytes_that_are_no_text_between_beehive_and_RTM()
    {
        byte[] bytes = [0xC3, 0x28, 0, 0xFF];
        var (a, b) = (world.NewUser(), world.NewUser());
        await using var rtm = await world.RtmAsync(a, Profile.G4);
        await using var bee = await world.BeehiveAsync(b);
        await using var second = await world.BeehiveAsync(b, Speech.WebSocketSeed);
        await bee.AskAsync(0x0201, (1, b), (2, a), (3, 0), (4, 0), (5, bytes));
        Assert.Equal(bytes, Assert.IsType<byte[]>((await rtm.NextBodyAsync("pushmsg"))["msg"]));
        (await second.NextPushAsync(0x0201)).Is((1, b), (2, a), (3, 0), (4, 0), (5, bytes)); // as it came in
        await rtm.OkAsync("sendmsg", Say.To(b, world.NewMid(), msg: bytes));
        foreach (var peer in new[] { bee, second })
        {
            var chat = await peer.NextPushAsync(0x0201);
            ExpectForeign(chat, (1, a), (2, b), (3, 0), (4, chat.Int(4)), (5, ""), (6, bytes));
        }
    }

    [Fact]
    [CoversBeehive("0201")]
    public async Task Text_and_notifications_between_beehive_and_GoIM()
    {
        var (a, b) = (world.NewUser(), world.NewUser());
        await using var goim = await world.GoImAsync(a);
        await using var bee = await world.BeehiveAsync(b, Speech.WebSocket);
        await bee.AskAsync(0x0201, [.. ListendWorld.Chat(b, a, "from beehive ü"), (6, "data")]);
        await goim.NextPushAsync("receive_message_p2p", "from beehive ü", b.ToString());
        await goim.DoneAsync("send_message_p2p", "from GoIM ü", b.ToString());
        var chat = await bee.NextPushAsync(0x0201);
        ExpectForeign(chat, (1, a), (2, b), (3, 0), (4, chat.Int(4)), (5, "from GoIM ü"));
        await goim.DoneAsync("send_notify_p2p", "note", b.ToString());
        chat = await bee.NextPushAsync(0x0201);
        ExpectForeign(chat, (1, a), (2, b), (3, 0), (4, chat.Int(4)), (5, "note"));
    }

    [Fact]
    [CoversBeehive("010D", "0202")]
    public async Task What_was_said_through_others_waits_here_and_the_ack_here_counts_there()
    {
        var (a, b, c) = (world.NewUser(), world.NewUser(), world.NewUser());
        await using (var rtm = await world.RtmAsync(a))
        {
            await using var goim = await world.GoImAsync(c);
            await (await world.BeehiveAsync(b)).DisposeAsync();
            await rtm.OkAsync("sendmsg", Say.To(b, world.NewMid(), msg: "from RTM"));
            await goim.DoneAsync("send_message_p2p", "from GoIM", b.ToString());
            await rtm.OkAsync("sendmsg", Say.To(b, world.NewMid(), msg: "last"));
            await rtm.OkAsync("bye");
        }
        var seqs = new HashSet<ulong>();
        await using (var bee = await world.BeehiveAsync(b))
        {
            await bee.AskAsync(0x010D, (1, b));
            var pushes = await bee.DrainAsync();
            Assert.Equal(["from RTM", "from GoIM", "last"], pushes.Select(push => push.Text(5)));
            Assert.All(pushes, push => Assert.True(push.Seq >= Foreign && push.Dseq == push.Seq && push.Dsid == 0 && seqs.Add(push.Seq), push.ToString()));
            await SyncTests.AcknowledgeAsync(bee, pushes[0], SyncTests.By.DseqAndDsid);
            await SyncTests.AcknowledgeAsync(bee, pushes[1], SyncTests.By.HeaderSeq);
            await bee.AskAsync(0x010D, (1, b));
            Assert.Equal(["last"], (await bee.DrainAsync()).Select(push => push.Text(5)));
        }
        await using var other = await world.RtmAsync(b);
        Assert.Equal([a], (await other.OkAsync("getunread")).Ints("p2p"));
    }

    [Fact]
    [CoversBeehive("0201")]
    public async Task What_was_said_here_is_history_and_unread_there()
    {
        var (a, b) = (world.NewUser(), world.NewUser());
        await using var bee = await world.BeehiveAsync(b);
        await (await world.GoImAsync(a)).DisposeAsync();
        for (var i = 0; i < 3; i++)
            await bee.AskAsync(0x0201, ListendWorld.Chat(b, a, $"m{i}"));
        await using (var goim = await world.GoImAsync(a))
        {
            for (var i = 0; i < 3; i++)
                await goim.NextPushAsync("receive_message_p2p", $"m{i}", b.ToString());
            await goim.DoneAsync("send_logout");
        }
        await bee.AskAsync(0x0201, ListendWorld.Chat(b, a, "m3"));
        await using var rtm = await world.RtmAsync(a);
        Assert.Equal([b], (await rtm.OkAsync("getunread")).Ints("p2p"));
        var page = await rtm.OkAsync("getp2pmsg", ("ouid", b), ("num", 10), ("desc", false), ("begin", 0), ("end", 0), ("lastid", 0));
        Assert.Equal(["m0", "m1", "m2", "m3"], page.Rows("msgs").Select(row => row[5] as string));
    }

    [Fact]
    [CoversBeehive("030B", "0305")]
    public async Task Groups_are_groups_and_topics()
    {
        var (a, b, c) = (world.NewUser(), world.NewUser(), world.NewUser());
        await using var bee = await world.BeehiveAsync(a);
        await using var rtm = await world.RtmAsync(b);
        await using var goim = await world.GoImAsync(c);
        var gid = (await bee.AskAsync(0x0301, (1, a), (2, 0), (3, "n"), (4, "d"))).Int(3);
        await bee.DoneAsync(0x0309, (1, a), (2, gid), (3, b));
        await goim.OkAsync("send_join_topic", gid.ToString());
        await bee.DrainAsync();
        await bee.DoneAsync(0x030B, (1, a), (2, gid), (3, 5), (4, 1), (5, "from beehive"), (6, "ab"));
        var push = await rtm.NextBodyAsync("pushgroupmsg");
        Assert.Equal((a, gid, 30L, "from beehive", """{"data":"YWI="}"""),
            (push.Int("from"), push.Int("gid"), push.Int("mtype"), push.Text("msg"), push.Text("attrs")));
        await goim.NextPushAsync("receive_message_topic", "from beehive", gid.ToString(), a.ToString());
        await rtm.OkAsync("sendgroupmsg", Say.ToGroup(gid, world.NewMid(), msg: "from RTM", attrs: """{"data":"YWI="}"""));
        var chat = await bee.NextPushAsync(0x030B);
        ExpectForeign(chat, (1, b), (2, gid), (3, 0), (4, chat.Int(4)), (5, "from RTM"), (6, "ab"));
        await goim.NextPushAsync("receive_message_topic", "from RTM");
        await goim.DoneAsync("send_notify_topic", "note", gid.ToString());
        chat = await bee.NextPushAsync(0x030B);
        ExpectForeign(chat, (1, c), (2, gid), (3, 0), (4, chat.Int(4)), (5, "note"));
        Assert.Equal("note", (await rtm.NextBodyAsync("pushgroupmsg")).Text("msg"));
        await goim.NextPushAsync("receive_notify_topic", "note");

        // an operator's push is a message of nobody, all data here
        await ListendWorld.PushAsync(world.Process, $"dim=group&gid={gid}", "pushed"u8.ToArray());
        chat = await bee.NextPushAsync(0x030B);
        chat.Is((1, 0), (2, gid), (3, 0), (4, chat.Int(4)), (5, ""), (6, "pushed"));
        push = await rtm.NextBodyAsync("pushgroupmsg");
        Assert.Equal((0L, "pushed"), (push.Int("from"), push.Text("msg")));
        Assert.Equal("pushed", (await goim.NextPushAsync()).Obj[0]);

        // who is gagged here is gagged there
        await bee.DoneAsync(0x0310, (1, b), (2, gid));
        await rtm.FailAsync(200044, "sendgroupmsg", Say.ToGroup(gid, world.NewMid()));
        await bee.DoneAsync(0x030D, (1, c), (2, gid));
        Assert.False((await goim.AskAsync("send_message_topic", "x", gid.ToString())).Ok);
    }

    [Fact]
    [CoversBeehive("040B", "040D", "0405")]
    public async Task Rooms_are_rooms_and_RTM_hears_all_sub_groups()
    {
        var (a, b, c) = (world.NewUser(), world.NewUser(), world.NewUser());
        var rid = BeehiveHttpServer.NewId();
        await ListendWorld.ConfigureAsync(world.Process, $"/im/room/config?action=set&option=cap&rid={rid}&cap=1");
        await using var one = await world.BeehiveAsync(a);
        await using var two = await world.BeehiveAsync(b, Speech.WebSocketSeed);
        await using var rtm = await world.RtmAsync(c);
        await rtm.DoneAsync("enterroom", ("rid", rid));
        Assert.Equal(0, (await one.AskAsync(0x0405, (1, a), (2, rid))).Int(3));
        Assert.Equal(1, (await two.AskAsync(0x0405, (1, b), (2, rid))).Int(3));
        await two.DrainAsync(); // its notice comes after its ack
        await one.DrainAsync();
        foreach (var (peer, gid) in new[] { (one, 0), (two, 1) })
        {
            await peer.AskAsync(0x040B, [.. ListendWorld.RoomChat(peer.UserId, rid, $"from {gid}"), (7, "ab")]);
            var heard = await rtm.NextBodyAsync("pushroommsg");
            Assert.Equal((peer.UserId, rid, $"from {gid}", """{"data":"YWI="}"""),
                (heard.Int("from"), heard.Int("rid"), heard.Text("msg"), heard.Text("attrs")));
            await peer.NextPushAsync(0x040B);
        }
        await rtm.OkAsync("sendroommsg", Say.ToRoom(rid, world.NewMid(), msg: "from RTM"));
        foreach (var (peer, gid) in new[] { (one, 0), (two, 1) })
        {
            var chat = await peer.NextPushAsync(0x040B);
            ExpectForeign(chat, (1, c), (2, rid), (3, gid), (4, 0), (5, chat.Int(5)), (6, "from RTM"));
        }
        await ListendWorld.PushAsync(world.Process, $"dim=room&rid={rid}&expire=0", "pushed"u8.ToArray());
        Assert.Equal("pushed", Encoding.UTF8.GetString((await one.NextPushAsync(0x040D)).Bytes(6)));
        var push = await rtm.NextBodyAsync("pushroommsg");
        Assert.Equal((0L, "pushed"), (push.Int("from"), push.Text("msg")));
    }

    [Fact]
    [CoversBeehive("0501", "2.1")]
    public async Task Broadcasts_go_everywhere()
    {
        // a server of its own, where nobody else hears it
        var own = await RtmServer.StartAsync(World.SeedAsync);
        try
        {
            await using var bee = await ListendWorld.LoginAsync(own, 1);
            await using var seed = await ListendWorld.LoginAsync(own, 2, speech: Speech.WebSocketSeed);
            await using var goim = await GoImPeer.LoginAsync(own.Endpoints["GoImMessage"], "3", acknowledges: true);
            await using var rtm = await RtmPeer.ConnectAsync(own.Endpoints["RtmClient"]);
            await RtmServer.AuthAsync(rtm, Profile.G1, RtmWorld.FirstUser);
            await using var backEnd = await BackEnd.ConnectAsync(own.Endpoints["RtmServer"], RtmWorld.Pid);
            await backEnd.OkAsync("broadcastmsg", [("from", RtmWorld.Admin), .. Say.To(0, 1, msg: "to all ü").Without("to")]);
            foreach (var peer in new[] { bee, seed })
                Assert.Equal("to all ü", Encoding.UTF8.GetString((await peer.NextPushAsync(0x0501)).Body));
            await rtm.NextBodyAsync("pushbroadcastmsg");
            await goim.NextPushAsync("receive_notify_p2p", "to all ü", RtmWorld.Admin.ToString());

            await ListendWorld.PushAsync(own, "dim=broadcast", "from the operator"u8.ToArray());
            foreach (var peer in new[] { bee, seed })
                Assert.Equal("from the operator", Encoding.UTF8.GetString((await peer.NextPushAsync(0x0501)).Body));
            var push = await rtm.NextBodyAsync("pushbroadcastmsg");
            Assert.Equal((0L, "from the operator"), (push.Int("from"), push.Text("msg")));
            Assert.Equal("from the operator", (await goim.NextPushAsync()).Obj[0]);
        }
        finally
        {
            await RtmServer.EndAsync(own);
        }
    }

    [Fact]
    [CoversBeehive("0201", "010D")]
    public async Task A_file_is_its_address_and_what_is_too_long_for_here_is_left_out()
    {
        await using var bee = await world.BeehiveAsync(World.FileReceiver);
        await bee.AskAsync(0x010D, (1, World.FileReceiver));
        var chat = await bee.NextPushAsync(0x0201);
        ExpectForeign(chat, (1, World.FileSender), (2, World.FileReceiver), (3, 0), (4, chat.Int(4)), (5, "http://files/1.png"));
        await using var rtm = await world.RtmAsync(World.FileSender);
        await rtm.OkAsync("sendmsg", Say.To(World.FileReceiver, world.NewMid(), msg: new string('x', 62_000)));
        await rtm.OkAsync("sendmsg", Say.To(World.FileReceiver, world.NewMid(), msg: "after it"));
        Assert.Equal("after it", (await bee.NextPushAsync(0x0201)).Text(5));
    }

    [Fact]
    [CoversBeehive("0207", "020B", "10005")]
    public async Task Who_is_blocked_here_is_blocked_there_and_back()
    {
        var (a, b) = (world.NewUser(), world.NewUser());
        await using var rtm = await world.RtmAsync(a);
        await using var bee = await world.BeehiveAsync(b);
        await bee.DoneAsync(0x0207, (1, b), (2, a));
        await rtm.FailAsync(200049, "sendmsg", Say.To(b, world.NewMid()));
        await bee.DoneAsync(0x0209, (1, b), (2, a));
        await rtm.OkAsync("addblacks", ("blacks", new[] { b }));
        Assert.Equal(10005, (await bee.AskAsync(0x0201, ListendWorld.Chat(b, a))).Int(3));
    }

    [Fact]
    [CoversBeehive("0101")]
    public async Task Sessions_of_a_user_through_other_protocols_stay()
    {
        var a = world.NewUser();
        await using var bee = await world.BeehiveAsync(a);
        await using var rtm = await world.RtmAsync(a);
        await using var second = await world.BeehiveAsync(a);
        await bee.PingAsync();
        await rtm.OkAsync("ping");
        await bee.AskAsync(0x0201, ListendWorld.Chat(a, world.NewUser(), "own words"));
        Assert.Equal("own words", (await second.NextPushAsync(0x0201)).Text(5));
    }

    private static void ExpectForeign(Packet push, params (int, object)[] fields)
    {
        push.Is(fields);
        Assert.True(push.Seq >= Foreign, push.ToString());
    }

    /// <summary>A server with users of RTM, an admin who broadcasts and a file that waits.</summary>
    public sealed class World : IAsyncLifetime
    {
        public const long FileSender = RtmWorld.FirstUser + 90;
        public const long FileReceiver = RtmWorld.FirstUser + 91;

        private ParleyServerProcess? _process;
        private long _users = RtmWorld.FirstUser;
        private long _mids = 1_556_446_799_000_000;

        public ParleyServerProcess Process => _process!;

        public static async Task SeedAsync(Seed seed)
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
        }

        public long NewUser() => Interlocked.Increment(ref _users);

        public long NewMid() => Interlocked.Increment(ref _mids);

        public Task<BeehivePeer> BeehiveAsync(long user, Speech speech = Speech.Tcp) => ListendWorld.LoginAsync(Process, user, speech: speech);

        public Task<GoImPeer> GoImAsync(long user) => GoImPeer.LoginAsync(Process.Endpoints["GoImMessage"], user.ToString(), acknowledges: true);

        public async Task<RtmPeer> RtmAsync(long user, Profile profile = Profile.G1)
        {
            var peer = await RtmPeer.ConnectAsync(Process.Endpoints["RtmClient"]);
            await RtmServer.AuthAsync(peer, profile, user);
            return peer;
        }

        public async ValueTask InitializeAsync() => _process = await RtmServer.StartAsync(SeedAsync);

        public async ValueTask DisposeAsync() => await RtmServer.EndAsync(_process);
    }
}
