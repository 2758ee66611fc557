using System.Text;
using System.Text.Json.Nodes;
using Parley.Conformance.Tests.Beehive.Listend;
using Parley.Conformance.Tests.GoIm;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>One message in OpenIM and in the other protocols (DESIGN §6).</summary>
public sealed class AcrossTests(OpenImGatewayServer server)
{
    private static long _mids = 1_556_446_799_000_000;

    [Fact]
    [CoversOpenImGateway("2001", "101", "110")]
    public async Task What_RTM_says_comes_with_all_fields_and_is_pulled_the_same()
    {
        await using var ann = await server.LoginAsync(nickname: "Ann");
        await using var ben = await server.LoginAsync();
        await using var rtm = await server.RtmAsync(ann.UserId); // ann on RTM and here at once: both stay
        var sent = await rtm.OkAsync("sendmsg", Say.To(long.Parse(ben.UserId), NewMid(), mtype: 8, msg: "from RTM ü", attrs: "{\"x\":1}"));
        foreach (var peer in new[] { ben, ann })
        {
            var push = await peer.NextAsync("from RTM ü");
            Assert.Equal((ann.UserId, ben.UserId, "", 1, 100, 101), (push.SendId, push.RecvId, push.GroupId, push.Int(9), push.Int(10), push.ContentType));
            Assert.Equal((1, sent.Int("mtime"), sent.Int("mtime"), "Ann"), (push.Seq, push.SendTime, push.Int(16), push.Text(7)));
            Assert.Matches("^[0-9a-f]{32}$", push.ClientId);
            Assert.Matches("^[0-9a-f]{32}$", push.ServerId);
            Assert.Equal(push.Bytes, (await peer.PullAsync(1))[0].Bytes); // the same ids whenever it is asked for
        }
        var (numbers, bytes) = (long.Parse(ben.UserId), new byte[] { 0xC3, 0x28, 0 });
        await rtm.OkAsync("sendmsg", Say.To(numbers, NewMid(), msg: bytes));
        var custom = await ben.NextAsync();
        Assert.Equal((110, """{"data":"wygA","description":"","extension":""}"""), (custom.ContentType, custom.Content));
        await rtm.OkAsync("sendmsg", Say.To(numbers, NewMid(), msg: "note", attrs: """{"notify":true}"""));
        Assert.Equal(110, (await ben.NextAsync("""{"data":"note","description":"","extension":"{\"notify\":true}"}""")).ContentType);
        await rtm.OkAsync("sendmsg", Say.To(numbers, NewMid(), msg: "", attrs: """{"data":"AAH/"}"""));
        Assert.Equal(110, (await ben.NextAsync("""{"data":"AAH/","description":"","extension":""}""")).ContentType);
        await rtm.OkAsync("sendmsg", Say.To(numbers, NewMid(), mtype: 109, msg: """{"description":"here","longitude":1,"latitude":2}"""));
        Assert.Equal(109, (await ben.NextAsync()).ContentType);
        await rtm.OkAsync("sendmsg", Say.To(numbers, NewMid(), mtype: 109, msg: "no content of ours"));
        Assert.Equal(101, (await ben.NextAsync("no content of ours")).ContentType);
    }

    [Fact]
    [CoversOpenImGateway("2001")]
    public async Task Groups_are_one_in_RTM_and_here_and_a_broadcast_comes_from_its_sender()
    {
        await using var own = await OpenImGatewayServer.StartAsync();
        var (api, gate) = (own.Endpoints["OpenImApi"], own.Endpoints["OpenImGateway"]);
        await using var ann = await OpenImGatewayPeer.ConnectAsync(gate, "100001", await OpenImGatewayApi.RegisterAsync(api, "100001"));
        await using var ben = await OpenImGatewayPeer.ConnectAsync(gate, "ben", await OpenImGatewayApi.RegisterAsync(api, "ben"));
        await using var rtm = await RtmPeer.ConnectAsync(own.Endpoints["RtmClient"]);
        await RtmServer.AuthAsync(rtm, Profile.G1, 100_002);
        await using var backEnd = await BackEnd.ConnectAsync(own.Endpoints["RtmServer"], RtmWorld.Pid);
        await backEnd.OkAsync("addgroupmembers", ("gid", 20_001L), ("uids", new[] { 100_001L, 100_002L }));
        await OpenImNotice.NextAsync(ann, OpenImNotice.Invited, "20001", OpenImGatewayApi.Manager, "100001", "100002");
        await OpenImGatewayApi.OkAsync(
            api, "/group/invite_user_to_group", new() { ["groupID"] = "20001", ["invitedUserIDList"] = new JsonArray("ben") },
            await OpenImGatewayApi.TokenAsync(api, OpenImGatewayApi.Manager, 8));
        foreach (var peer in new[] { ann, ben })
            await OpenImNotice.NextAsync(peer, OpenImNotice.Invited, "20001", OpenImGatewayApi.Manager, "ben");
        var seq = new Dictionary<string, long> { ["100001"] = 2, ["ben"] = 1 };
        await rtm.OkAsync("sendgroupmsg", Say.ToGroup(20_001, NewMid(), msg: "from RTM"));
        foreach (var peer in new[] { ann, ben })
        {
            var push = await peer.NextAsync("from RTM");
            Assert.Equal(("100002", peer.UserId, "20001", 2, seq[peer.UserId] + 1), (push.SendId, push.RecvId, push.GroupId, push.Int(9), push.Seq));
        }
        await ben.SayAsync(OpenImGatewayMessage.ToGroup("ben", "20001", "from OpenIM"));
        var heard = await rtm.NextBodyAsync("pushgroupmsg");
        Assert.Equal((20_001L, 30L, "from OpenIM", ""), (heard.Int("gid"), heard.Int("mtype"), heard.Text("msg"), heard.Text("attrs")));
        Assert.InRange(heard.Int("from"), 9_000_000_000_000_000, 9_007_199_254_740_991);
        foreach (var peer in new[] { ann, ben })
            Assert.Equal(seq[peer.UserId] + 2, (await peer.NextAsync("from OpenIM")).Seq);

        await backEnd.OkAsync("broadcastmsg", [("from", RtmWorld.Admin), .. Say.To(0, NewMid(), msg: "to all").Without("to")]);
        foreach (var peer in new[] { ann, ben })
        {
            var push = await peer.NextAsync("to all");
            Assert.Equal(($"{RtmWorld.Admin}", peer.UserId, "", 1, seq[peer.UserId] + 3), (push.SendId, push.RecvId, push.GroupId, push.Int(9), push.Seq));
            Assert.Equal(push.Bytes, (await peer.PullAsync(push.Seq))[0].Bytes);
        }
        await rtm.OkAsync("bye");
        await RtmServer.EndAsync(own);
    }

    [Fact]
    [CoversOpenImGateway("1003", "101", "102", "103", "104", "105", "110", "114")]
    public async Task What_is_said_here_comes_to_RTM_as_the_table_says()
    {
        await using var ann = await server.LoginAsync();
        var ben = OpenImGatewayServer.NewId();
        await using var rtm = await server.RtmAsync(ben);
        async Task<Map> SayAsync(int type, string content)
        {
            await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben, content, type));
            return await rtm.NextBodyAsync("pushmsg");
        }
        var push = await SayAsync(101, "text ü");
        Assert.Equal((long.Parse(ann.UserId), 30L, "text ü", ""), (push.Int("from"), push.Int("mtype"), push.Text("msg"), push.Text("attrs")));
        foreach (var (type, content, mtype, url) in new[]
        {
            (102, """{"sourcePicture":{"uuid":"u","url":"http://p/1.png","size":7}}""", 40, "http://p/1.png"),
            (103, """{"sourceUrl":"http://v/1.mp3","dataSize":9}""", 41, "http://v/1.mp3"),
            (104, """{"videoUrl":"http://v/1.mp4","videoSize":10}""", 42, "http://v/1.mp4"),
            (105, """{"sourceUrl":"http://f/1.zip","fileSize":11}""", 50, "http://f/1.zip"),
        })
        {
            push = await SayAsync(type, content);
            Assert.Equal(mtype, push.Int("mtype"));
            Assert.Contains(url, push.Text("msg"), StringComparison.Ordinal);
        }
        foreach (var (type, content) in new[] { (110, """{"data":"d","description":"","extension":""}"""), (114, """{"text":"t"}"""), (102, "no file") })
        {
            push = await SayAsync(type, content);
            Assert.Equal((type, content), ((int)push.Int("mtype"), push.Text("msg")));
        }
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben, "…", 113)); // typing is of no concern elsewhere
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben, "last"));
        Assert.Equal("last", (await rtm.NextBodyAsync("pushmsg")).Text("msg"));
    }

    [Fact]
    [CoversOpenImGateway("111", "112", "unreadCount")]
    public async Task Revokes_and_receipts_have_types_of_their_own_by_which_RTM_leaves_them_out_of_its_counts()
    {
        await using var ann = await server.LoginAsync();
        var (sender, ben) = (long.Parse(ann.UserId), OpenImGatewayServer.NewId());
        await using (var rtm = await server.RtmAsync(ben))
        {
            await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben, """["a"]""", 112));
            var push = await rtm.NextBodyAsync("pushmsg");
            Assert.Equal((112L, """["a"]"""), (push.Int("mtype"), push.Text("msg")));
            await rtm.OkAsync("bye");
        }
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben, "id", 111));
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben, "text"));
        await using var back = await server.RtmAsync(ben);
        var counts = await back.OkAsync("getp2punread", ("uids", new[] { sender }), ("mtypes", new[] { 30L }));
        Assert.Equal(1, counts.Nested("p2p").Int(ann.UserId));
    }

    [Fact]
    [CoversOpenImGateway("1003", "2001", "110")]
    public async Task GoIM_and_beehive_hear_and_are_heard()
    {
        await using var ann = await server.LoginAsync(OpenImGatewayServer.NewName("ann"));
        var topic = GoImServer.NewId("client");
        await using var goim = await server.GoImAsync(topic);
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, topic, "to GoIM ü"));
        await goim.NextPushAsync("receive_message_p2p", "to GoIM ü", ann.UserId);
        await goim.DoneAsync("send_message_p2p", "from GoIM", ann.UserId);
        await ann.NextAsync("to GoIM ü");
        var push = await ann.NextAsync("from GoIM");
        Assert.Equal((topic, 101, 100, 2), (push.SendId, push.ContentType, push.Int(10), push.Seq));
        await goim.DoneAsync("send_notify_p2p", "note", ann.UserId);
        Assert.Equal(110, (await ann.NextAsync("""{"data":"note","description":"","extension":"{\"notify\":true}"}""")).ContentType);

        await using var cleo = await server.LoginAsync();
        await using var bee = await ListendWorld.LoginAsync(server.Process, long.Parse(OpenImGatewayServer.NewId()));
        await cleo.SayAsync(OpenImGatewayMessage.To(cleo.UserId, $"{bee.UserId}", "to beehive ü"));
        Assert.Equal("to beehive ü", (await bee.NextPushAsync(0x0201)).Text(5));
        await bee.AskAsync(0x0201, ListendWorld.Chat(bee.UserId, long.Parse(cleo.UserId), "from beehive"));
        await cleo.NextAsync("to beehive ü");
        Assert.Equal(($"{bee.UserId}", 101), await TakeAsync(cleo, "from beehive"));
        await bee.AskAsync(0x0201, [.. ListendWorld.Chat(bee.UserId, long.Parse(cleo.UserId), ""), (6, new byte[] { 0, 1, 255 })]);
        Assert.Equal(($"{bee.UserId}", 110), await TakeAsync(cleo, """{"data":"AAH/","description":"","extension":""}"""));
    }

    [Fact]
    [CoversOpenImGateway("102", "103", "104", "105")]
    public async Task A_file_of_RTM_comes_with_its_address_in_the_content_of_its_type()
    {
        await using var own = await OpenImGatewayServer.StartAsync(async seed =>
        {
            await seed.ProjectAsync(RtmWorld.Pid, new());
            var kinds = new[] { Core.Messaging.FileKind.Image, Core.Messaging.FileKind.Audio, Core.Messaging.FileKind.Video, Core.Messaging.FileKind.Other };
            await seed.MessagesAsync([.. kinds.Select((kind, i) => new Core.Messaging.Message
            {
                Conversation = Core.Messaging.ConversationKey.PeerToPeer(RtmWorld.Pid, 100_001, 100_002),
                Sender = 100_001,
                MessageId = i + 1,
                Type = 50,
                File = kind,
                Body = Encoding.UTF8.GetBytes($"http://files/{i}.bin?x=1"),
                FileSize = 101 + i,
                ThumbnailUrl = kind == Core.Messaging.FileKind.Image ? "http://files/small" : null,
                Time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            })]);
        });
        var (api, gate) = (own.Endpoints["OpenImApi"], own.Endpoints["OpenImGateway"]);
        await using (var ben = await OpenImGatewayPeer.ConnectAsync(gate, "100002", await OpenImGatewayApi.RegisterAsync(api, "100002")))
        {
            var all = await ben.PullAllAsync(); // what was unread before the first login
            Assert.Equal([102L, 103L, 104L, 105L], all.Select(one => one.ContentType));
            var contents = all.Select(one => JsonNode.Parse(one.Content)!).ToArray();
            Assert.Equal("http://files/0.bin?x=1", (string?)contents[0]["sourcePicture"]!["url"]);
            Assert.Equal(101, (int)contents[0]["sourcePicture"]!["size"]!);
            Assert.Equal("http://files/small", (string?)contents[0]["snapshotPicture"]!["url"]);
            Assert.Equal(("http://files/1.bin?x=1", 102), ((string?)contents[1]["sourceUrl"], (int)contents[1]["dataSize"]!));
            Assert.Equal(("http://files/2.bin?x=1", 103), ((string?)contents[2]["videoUrl"], (int)contents[2]["videoSize"]!));
            Assert.Equal(("http://files/3.bin?x=1", 104), ((string?)contents[3]["sourceUrl"], (int)contents[3]["fileSize"]!));
            Assert.Equal("3.bin", (string?)contents[3]["fileName"]);
        }
        await RtmServer.EndAsync(own);
    }

    private static long NewMid() => Interlocked.Increment(ref _mids);

    private static async Task<(string Sender, int Type)> TakeAsync(OpenImGatewayPeer peer, string content)
    {
        var push = await peer.NextAsync(content);
        return (push.SendId, (int)push.ContentType);
    }
}
