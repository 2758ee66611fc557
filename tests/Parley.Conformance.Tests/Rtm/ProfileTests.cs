using System.Text;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>What each generation of clients is sent (rtm-client.md §0.3, §1.7, §5.1).</summary>
public sealed class ProfileTests(RtmServer server)
{
    [Theory]
    [InlineData("C#-2.7.0")]
    [InlineData("Unity_3.0")]
    [InlineData("Android-9")]
    [InlineData("iOS-2")]
    [InlineData("WebSocket_2.7.6")]
    [Covers("auth", "pushmsg")]
    public async Task Version_2_and_up_of_the_known_sdks_gets_chat_as_a_map_also_with_unread(string version)
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.ConnectAsync();
        var uid = server.NewUser();
        await ben.OkAsync("auth", ("pid", RtmWorld.Pid), ("uid", uid), ("token", Seed.TokenOf(uid)), ("version", version), ("unread", true));
        await ann.OkAsync("sendmsg", Say.To(uid, server.NewMid(), 30, "hi"));
        var chat = (await ben.NextBodyAsync("pushmsg")).Nested("msg");
        Assert.Equal(["source", "target", "sourceText", "targetText"], chat.Keys);
        Assert.Equal(("", "", "hi", ""), (chat.Text("source"), chat.Text("target"), chat.Text("sourceText"), chat.Text("targetText")));
        await ann.OkAsync("sendmsg", Say.To(uid, server.NewMid(), 31, "hi"));
        Assert.Equal("hi", (await ben.NextBodyAsync("pushmsg")).Text("msg"));
    }

    [Theory]
    [InlineData("C#-1.9")]
    [InlineData("c#-2.0")]
    [InlineData("C#2.0")]
    [InlineData("csharp-2.0")]
    [InlineData("")]
    [InlineData(null)]
    [Covers("auth", "pushmsg")]
    public async Task Any_other_version_gets_chat_as_text(string? version)
    {
        await using var ann = await server.LoginAsync();
        foreach (var extra in new (string, object?)[][] { [("unread", true)], [("attrs", Array.Empty<(string, object?)>())], [("lang", "")], [] })
        {
            await using var ben = await server.ConnectAsync();
            var uid = server.NewUser();
            await ben.OkAsync("auth", [("pid", RtmWorld.Pid), ("uid", uid), ("token", Seed.TokenOf(uid)), ("version", version), .. extra]);
            await ann.OkAsync("sendmsg", Say.To(uid, server.NewMid(), 30, "hi"));
            Assert.Equal("hi", (await ben.NextBodyAsync("pushmsg")).Text("msg"));
        }
    }

    [Fact]
    [Covers("pushmsg", "pushgroupmsg", "pushroommsg")]
    public async Task Bytes_go_out_as_bytes_to_2_x_and_as_text_to_the_others()
    {
        await using var ann = await server.LoginAsync();
        await using var old = await server.LoginAsync(Profile.G2);
        await using var recent = await server.LoginAsync(Profile.G4);
        var gid = await server.NewGroupAsync(ann.UserId, old.UserId, recent.UserId);
        var rid = server.NewRoom();
        foreach (var peer in new[] { ann, old, recent })
            await peer.DoneAsync("enterroom", ("rid", rid));
        var bytes = "bytes"u8.ToArray();
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, server.NewMid(), 60, bytes));
        await ann.OkAsync("sendroommsg", Say.ToRoom(rid, server.NewMid(), 60, bytes));
        await ann.OkAsync("sendmsg", Say.To(recent.UserId, server.NewMid(), 30, bytes));
        await ann.OkAsync("sendmsg", Say.To(old.UserId, server.NewMid(), 30, bytes));
        foreach (var (peer, isBinary) in new[] { (old, false), (recent, true) })
        {
            // the conversations have no order among each other
            for (var i = 0; i < 3; i++)
            {
                var push = await NextMessageAsync(peer);
                Assert.Equal("bytes", isBinary ? Encoding.ASCII.GetString(Assert.IsType<byte[]>(push["msg"])) : push.Text("msg"));
            }
        }
    }

    [Fact]
    [Covers("pushmsg", "getp2pmsg")]
    public async Task Bytes_that_are_no_utf8_pass_through_unchanged()
    {
        await using var ann = await server.LoginAsync();
        await using var recent = await server.LoginAsync(Profile.G4);
        byte[] bytes = [0xff, 0x00, 0xc3, 0x28];
        // also when the client calls them a string, as C++ does
        await ann.OkAsync("sendmsg", Say.To(recent.UserId, server.NewMid(), msg: new Raw([0xa4, .. bytes])));
        Assert.Equal(bytes, (await recent.NextBodyAsync("pushmsg"))["msg"]);
        var row = Assert.Single((await recent.OkAsync("getp2pmsg", ("ouid", ann.UserId), ("num", 1), ("desc", true))).Rows("msgs"));
        Assert.Equal(bytes, row[5]);
        var answer = await ann.AskAsync("getp2pmsg", ("ouid", recent.UserId), ("num", 1), ("desc", true));
        Assert.Contains(Convert.ToHexStringLower([0xa4, .. bytes]), Hex.Text(answer.Payload));
    }

    [Fact]
    [Covers("pushmsg", "pushgroupmsg", "pushroommsg")]
    public async Task Own_messages_reach_the_other_connections_of_the_sender_only_when_these_are_2_x()
    {
        var pid = RtmWorld.MultiLogin;
        var uid = server.NewUser(pid);
        await using var sender = await server.LoginAsync(Profile.G1, uid, pid);
        await using var old = await server.LoginAsync(Profile.G1, uid, pid);
        await using var recent = await server.LoginAsync(Profile.G4, uid, pid);
        await using var ben = await server.LoginAsync(pid: pid);
        var rid = server.NewRoom();
        await sender.DoneAsync("enterroom", ("rid", rid));
        await sender.OkAsync("sendmsg", Say.To(ben.UserId, 1));
        var push = await recent.NextBodyAsync("pushmsg");
        Assert.Equal((uid, ben.UserId), (push.Int("from"), push.Int("to")));
        await sender.OkAsync("sendroommsg", Say.ToRoom(rid, 2));
        await recent.ExpectMidAsync("pushroommsg", 2);
        await ben.ExpectMidAsync("pushmsg", 1);
        await ben.OkAsync("sendmsg", Say.To(uid, 3));
        foreach (var peer in new[] { sender, old, recent })
            await peer.ExpectMidAsync("pushmsg", 3);
    }

    [Fact]
    [Covers("pushgroupmsg")]
    public async Task Pushes_of_a_conversation_come_in_the_order_of_their_ids()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var cid = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.UserId, ben.UserId, cid.UserId);
        var mids = Enumerable.Range(0, 200).Select(_ => server.NewMid()).ToArray();
        var sends = new List<Task<Package>>();
        foreach (var (mid, i) in mids.Select((mid, i) => (mid, i)))
            sends.Add(await (i % 2 == 0 ? ann : ben).BeginAsync("sendgroupmsg", Pack.Map(Say.ToGroup(gid, mid))));
        Assert.All(await Wait.For(Task.WhenAll(sends), "the answers"), answer => Assert.False(answer.IsError));
        var heard = new List<long>();
        for (var i = 0; i < mids.Length; i++)
            heard.Add((await cid.NextBodyAsync("pushgroupmsg")).Int("mid"));
        var stored = new List<long>();
        long last = 0;
        while (stored.Count < mids.Length)
        {
            var page = await cid.OkAsync("getgroupmsg", ("gid", gid), ("num", 20), ("desc", false), ("lastid", last));
            Assert.Equal(Enumerable.Range((int)last + 1, 20).Select(id => (long)id), page.Rows("msgs").Select(row => (long)row[0]!));
            stored.AddRange(page.Rows("msgs").Select(row => (long)row[3]!));
            last = page.Int("lastid");
        }
        Assert.Equal(stored, heard);
    }

    [Fact]
    [Covers("getgroupmsg")]
    public async Task Files_show_by_generation_and_style()
    {
        await using var g1 = await server.LoginAsync(Profile.G1, RtmWorld.Gagged);
        var page = await g1.OkAsync("getgroupmsg", ("gid", RtmWorld.FileGroup), ("num", 10), ("desc", false), ("page", 0));
        Assert.Equal(
            [(40L, 10L), (8, 11), (8, 12), (8, 100), (8, 10)], page.Rows("msgs").Select(row => ((long)row[2]!, (long)row[3]!)));
        Assert.Equal("http://files/1", page.Rows("msgs")[0][5]);
        var window = await g1.OkAsync("getgroupmsg", ("gid", RtmWorld.FileGroup), ("num", 10), ("desc", false));
        Assert.Equal("http://files/1", window.Rows("msgs")[0][5]);

        await using var g2 = await server.LoginAsync(Profile.G2, RtmWorld.Gagged);
        window = await g2.OkAsync("getgroupmsg", ("gid", RtmWorld.FileGroup), ("num", 10), ("desc", false));
        Assert.Equal([40L, 41L, 42L, 50L, 40L], window.Rows("msgs").Select(row => (long)row[2]!));
        Assert.Equal("http://files/2", window.Rows("msgs")[1][5]);

        await using var g4 = await server.LoginAsync(Profile.G4, RtmWorld.Gagged);
        window = await g4.OkAsync("getgroupmsg", ("gid", RtmWorld.FileGroup), ("num", 10), ("desc", false));
        Assert.Equal([40L, 41L, 42L, 50L, 40L], window.Rows("msgs").Select(row => (long)row[2]!));
        Assert.Equal("{\"url\":\"http://files/1\",\"size\":101,\"surl\":\"http://files/1/small\"}", window.Rows("msgs")[0][5]);
        Assert.Equal("{\"url\":\"http://files/2\",\"size\":102}", window.Rows("msgs")[1][5]);
    }

    private static async Task<Map> NextMessageAsync(RtmPeer peer)
    {
        var push = await peer.NextAsync();
        Assert.Contains(push.Method, RtmMethods.Pushes);
        return push.Body;
    }
}
