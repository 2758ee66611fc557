using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.Files;

/// <summary>Files that arrive: every command, every generation, every listener (rtm-client.md §7.4, rtm-server.md §5).</summary>
public sealed class SendFileTests(FileServer server)
{
    [Fact]
    [Covers("filetoken", "sendfile")]
    public async Task A_file_reaches_the_receiver_with_its_address_and_attrs_without_the_sign()
    {
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var told = await sender.OkAsync("filetoken", ("cmd", "sendfile"), ("to", receiver.UserId));
        Assert.Equal(server.Gate.ToString(), told.Text("endpoint"));
        var token = told.Text("token");
        Assert.Matches("^[0-9A-F]{32}$", token);
        var mid = server.NewMid();
        var answer = await gate.OkAsync(
            "sendfile", Upload.Of(FileServer.Pid, sender.UserId, token, mid).And("to", receiver.UserId));
        Assert.Equal(["mtime"], answer.Keys);

        var push = await receiver.NextBodyAsync("pushmsg");
        Assert.Equal(sender.UserId, push.Int("from"));
        Assert.Equal(receiver.UserId, push.Int("to"));
        Assert.Equal(mid, push.Int("mid"));
        Assert.Equal(50, push.Int("mtype"));
        Assert.Equal(100, push.Int("ftype"));
        Assert.Equal("""{"ext":"txt","filename":"note"}""", push.Text("attrs"));
        Assert.Equal(answer.Int("mtime"), push.Int("mtime"));
        var url = push.Text("msg");
        Assert.Matches($@"^http://{Regex.Escape(server.Web.ToString())}/files/{FileServer.Pid}/[0-9]{{8}}/[0-9a-f]{{32}}\.txt$", url);
        using var http = new HttpClient();
        Assert.Equal(Upload.Hello, await http.GetByteArrayAsync(url, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Each_generation_gets_the_file_in_its_form()
    {
        await using var sender = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        foreach (var profile in new[] { Profile.G1, Profile.G2, Profile.G4 })
        {
            await using var receiver = await server.LoginAsync(profile);
            var token = await FileServer.TokenAsync(sender, "sendfile", ("to", receiver.UserId));
            await gate.OkAsync("sendfile", Upload.Of(FileServer.Pid, sender.UserId, token, server.NewMid(), mtype: 8));

            var push = await receiver.NextBodyAsync("pushmsg");
            Assert.Equal(profile == Profile.G1 ? 8 : 50, push.Int("mtype"));
            Assert.Equal(100, push.Int("ftype"));
            if (profile != Profile.G4)
            {
                Assert.StartsWith("http://", push.Text("msg"), StringComparison.Ordinal);
                continue;
            }
            using var json = JsonDocument.Parse(push.Text("msg"));
            Assert.Equal(["url", "size"], json.RootElement.EnumerateObject().Select(member => member.Name));
            Assert.Equal(15, json.RootElement.GetProperty("size").GetInt64());
        }
    }

    [Theory]
    [InlineData(50, "png", "text", 40, 10)]
    [InlineData(50, "MP3", "text", 41, 11)]
    [InlineData(50, "mp4", "text", 42, 12)]
    [InlineData(50, "txt", "text", 50, 100)]
    [InlineData(50, "", "png", 40, 10)]
    [InlineData(50, "zzz", "png", 40, 10)]
    [InlineData(40, "txt", "text", 40, 10)]
    [InlineData(41, "png", "text", 41, 11)]
    [InlineData(42, "", "text", 42, 12)]
    [InlineData(8, "png", "text", 8, 10)]
    [InlineData("50", "txt", "text", 50, 100)]
    [InlineData(127, "", "text", 127, 100)]
    public async Task Type_and_sort_follow_mtype_extension_and_content(object mtype, string ext, string content, long stored, long ftype)
    {
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var token = await FileServer.TokenAsync(sender, "sendfile", ("to", receiver.UserId));
        var file = content == "png" ? Upload.Png : Upload.Hello;
        await gate.OkAsync(
            "sendfile", Upload.Of(FileServer.Pid, sender.UserId, token, server.NewMid(), file, Upload.Attrs(file, token, ext, null), mtype));
        var push = await receiver.NextBodyAsync("pushmsg");
        Assert.Equal(stored, push.Int("mtype"));
        Assert.Equal(ftype, push.Int("ftype"));
    }

    [Fact]
    [Covers("sendfiles")]
    public async Task One_file_goes_to_many_each_with_its_own_address_over_one_content()
    {
        await using var sender = await server.LoginAsync();
        await using var first = await server.LoginAsync();
        await using var second = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var token = await FileServer.TokenAsync(sender, "sendfiles", ("tos", new[] { first.UserId, second.UserId, sender.UserId }));
        var file = Guid.NewGuid().ToByteArray();
        var mid = server.NewMid();
        var answer = await gate.OkAsync("sendfiles", Upload.Of(FileServer.Pid, sender.UserId, token, mid, file)
            .And("tos", new[] { second.UserId, sender.UserId, first.UserId }));
        var urls = new List<string>();
        foreach (var receiver in new[] { first, second })
        {
            var push = await receiver.NextBodyAsync("pushmsg");
            Assert.Equal(mid, push.Int("mid"));
            Assert.Equal(receiver.UserId, push.Int("to"));
            Assert.Equal(answer.Int("mtime"), push.Int("mtime"));
            urls.Add(push.Text("msg"));
        }
        Assert.NotEqual(urls[0], urls[1]);
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file));
        Assert.Equal(file, await File.ReadAllBytesAsync(FileFolder.PathOf(server.Process, sha256), TestContext.Current.CancellationToken));

        // deleting one of the messages takes only its own address away
        await sender.DoneAsync("delmsg", ("mid", mid), ("xid", first.UserId), ("type", 1));
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(urls[0], TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(file, await http.GetByteArrayAsync(urls[1], TestContext.Current.CancellationToken));
        await sender.DoneAsync("delmsg", ("mid", mid), ("xid", second.UserId), ("type", 1));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(urls[1], TestContext.Current.CancellationToken)).StatusCode);
        Assert.False(File.Exists(FileFolder.PathOf(server.Process, sha256)));
    }

    [Fact]
    [Covers("sendgroupfile")]
    public async Task A_file_goes_to_a_group_and_into_its_history_and_unread()
    {
        await using var backEnd = await server.BackEndAsync();
        await using var sender = await server.LoginAsync();
        await using var member = await server.LoginAsync(Profile.G2);
        await using var gate = await server.ConnectAsync();
        var (gid, offline) = (server.NewPlace(), server.NewUser());
        await backEnd.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { sender.UserId, member.UserId, offline }));
        var token = await FileServer.TokenAsync(sender, "sendgroupfile", ("gid", gid));
        var mid = server.NewMid();
        var answer = await gate.OkAsync("sendgroupfile", Upload.Of(FileServer.Pid, sender.UserId, token, mid).And("gid", gid));
        var push = await member.NextBodyAsync("pushgroupmsg");
        Assert.Equal(gid, push.Int("gid"));
        Assert.Equal(mid, push.Int("mid"));
        var url = push.Text("msg");

        var page = await member.OkAsync("getgroupmsg", ("gid", gid), ("num", 10), ("desc", true), ("page", 0), ("localmid", 0), ("localid", 0));
        Assert.Equal([1L, sender.UserId, 50L, 100L, mid, url, """{"ext":"txt","filename":"note"}""", answer.Int("mtime") / 1000], page.Rows("msgs")[0]);
        var window = await member.OkAsync("getgroupmsg", ("gid", gid), ("num", 10), ("desc", true), ("begin", 0), ("end", 0), ("lastid", 0));
        Assert.Equal([1L, sender.UserId, 50L, mid, false, url, """{"ext":"txt","filename":"note"}""", answer.Int("mtime")], window.Rows("msgs")[0]);
        await using var late = await server.LoginAsync(Profile.G4, offline);
        Assert.Equal([gid], (await late.OkAsync("getunread")).Ints("group"));
        var json = await late.OkAsync("getgroupmsg", ("gid", gid), ("num", 10), ("desc", true), ("begin", 0), ("end", 0), ("lastid", 0));
        Assert.Equal($$"""{"url":"{{url}}","size":15}""", json.Rows("msgs")[0][5]);
    }

    [Fact]
    [Covers("sendroomfile")]
    public async Task A_file_goes_into_a_room()
    {
        await using var sender = await server.LoginAsync();
        await using var other = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var rid = server.NewPlace();
        await sender.DoneAsync("enterroom", ("rid", rid));
        await other.DoneAsync("enterroom", ("rid", rid));
        var token = await FileServer.TokenAsync(sender, "sendroomfile", ("rid", rid));
        var mid = server.NewMid();
        await gate.OkAsync("sendroomfile", Upload.Of(FileServer.Pid, sender.UserId, token, mid).And("rid", null));
        var push = await other.NextBodyAsync("pushroommsg");
        Assert.Equal(rid, push.Int("rid"));
        Assert.Equal(100, push.Int("ftype"));
        Assert.Equal(mid, push.Int("mid"));
    }

    [Fact]
    [CoversServer("filetoken", "broadcastfile")]
    public async Task A_back_end_broadcasts_a_file_for_an_admin()
    {
        await using var backEnd = await server.BackEndAsync(FileServer.Other);
        await using var user = await server.LoginAsync(pid: FileServer.Other);
        await using var gate = await server.ConnectAsync();
        var token = await FileServer.TokenAsync(backEnd, FileServer.Admin, "broadcastfile");
        var mid = server.NewMid();
        await gate.OkAsync("broadcastfile", Upload.Of(FileServer.Other, FileServer.Admin, token, mid));
        var push = await user.NextBodyAsync("pushbroadcastmsg");
        Assert.Equal(mid, push.Int("mid"));
        Assert.Equal(100, push.Int("ftype"));
    }

    [Fact]
    [CoversServer("filetoken", "sendfile", "sendfiles", "sendgroupfile", "sendroomfile")]
    public async Task A_back_end_sends_files_to_users_groups_and_rooms()
    {
        await using var backEnd = await server.BackEndAsync();
        await using var user = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var place = server.NewPlace();
        await backEnd.DoneAsync("addgroupmembers", ("gid", place), ("uids", new[] { user.UserId, server.NewUser() }));
        await backEnd.DoneAsync("addroommember", ("rid", place), ("uid", user.UserId));
        foreach (var (command, key, target, pushed) in new (string, string, object, string)[]
        {
            ("sendfile", "to", user.UserId, "pushmsg"), ("sendfiles", "tos", new[] { user.UserId }, "pushmsg"),
            ("sendgroupfile", "gid", place, "pushgroupmsg"), ("sendroomfile", "rid", place, "pushroommsg"),
        })
        {
            var token = await FileServer.TokenAsync(backEnd, FileServer.Admin, command, (key, target));
            var mid = server.NewMid();
            var answer = await gate.OkAsync(command, Upload.Of(FileServer.Pid, FileServer.Admin, token, mid).And(key, target));
            var push = await user.NextBodyAsync(pushed);
            Assert.Equal((mid, FileServer.Admin, answer.Int("mtime")), (push.Int("mid"), push.Int("from"), push.Int("mtime")));
            Assert.StartsWith("http://", push.Text("msg"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task In_window_style_a_file_of_any_type_is_known_by_its_type()
    {
        await using var sender = await server.LoginAsync(Profile.G1);
        await using var gate = await server.ConnectAsync();
        var peer = server.NewUser();
        var token = await FileServer.TokenAsync(sender, "sendfile", ("to", peer));
        await gate.OkAsync("sendfile", Upload.Of(FileServer.Pid, sender.UserId, token, server.NewMid(), mtype: 9));
        var window = await sender.OkAsync("getp2pmsg", ("ouid", peer), ("num", 10), ("desc", true), ("begin", 0), ("end", 0), ("lastid", 0));
        Assert.Equal(50L, window.Rows("msgs")[0][2]);
        var page = await sender.OkAsync("getp2pmsg", ("ouid", peer), ("num", 10), ("desc", true), ("page", 0), ("localmid", 0), ("localid", 0));
        Assert.Equal((9L, 100L), ((long)page.Rows("msgs")[0][3]!, (long)page.Rows("msgs")[0][4]!));
    }

    [Fact]
    public async Task Listeners_are_told_of_files_in_the_form_of_their_sdk()
    {
        await using var legacy = await server.BackEndAsync();
        await using var modern = await BackEnd.ConnectAsync(server.Process.Endpoints["RtmServer"], FileServer.Pid, SignForm.Timed);
        await using var sender = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var gid = server.NewPlace();
        await legacy.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { sender.UserId, server.NewUser() }));
        await legacy.DoneAsync("addlisten", ("gids", new[] { gid }), ("rids", null), ("p2p", false), ("events", null));
        await modern.DoneAsync("addlisten", ("gids", new[] { gid }), ("rids", null), ("p2p", false), ("events", null));
        var token = await FileServer.TokenAsync(sender, "sendgroupfile", ("gid", gid));
        var mid = server.NewMid();
        await gate.OkAsync("sendgroupfile", Upload.Of(FileServer.Pid, sender.UserId, token, mid));
        var plain = await legacy.Peer.NextBodyAsync("pushgroupmsg");
        Assert.Equal(mid, plain.Int("mid"));
        Assert.Equal(50, plain.Int("mtype"));
        Assert.StartsWith("http://", plain.Text("msg"), StringComparison.Ordinal);
        Assert.Equal($$"""{"url":"{{plain.Text("msg")}}","size":15}""", (await modern.Peer.NextBodyAsync("pushgroupmsg")).Text("msg"));
    }

    [Fact]
    public async Task A_back_end_of_2019_sends_a_file_as_the_worked_example_shows()
    {
        await using var backEnd = await server.BackEndAsync();
        await using var member = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var (gid, from) = (server.NewPlace(), server.NewUser());
        await backEnd.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { from, member.UserId }));
        var token = await FileServer.TokenAsync(backEnd, from, "sendgroupfile", ("gid", gid));
        await gate.OkAsync(
            "sendgroupfile", ("pid", FileServer.Pid), ("token", token), ("mtype", 50), ("from", from), ("gid", gid),
            ("mid", server.NewMid()), ("file", Upload.Hello),
            ("attrs", $$"""{"exit":"txt","filename":"note","sign":"{{Upload.Sign(Upload.Hello, token)}}"}"""));
        var push = await member.NextBodyAsync("pushgroupmsg");
        Assert.Equal("""{"exit":"txt","filename":"note"}""", push.Text("attrs"));
        Assert.EndsWith(".txt", push.Text("msg"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_vectors_of_the_worked_example_hold()
    {
        const string Token = "5C65CD872903AAB37211EC468B4A1364";
        Assert.Equal("cb29a61a829a2c6636975df7ba4d00f0", Upload.Sign(Upload.Hello, Token));
        Assert.Equal("AD12D0C2D319E510E1CDE50886A647D3", Upload.Sign(Upload.Hello, Token, upperInner: true), ignoreCase: true);
    }

    [Fact]
    public async Task A_deleted_message_takes_its_file_along_and_another_with_the_same_content_stays()
    {
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var file = Guid.NewGuid().ToByteArray();
        var urls = new List<string>();
        var mids = new List<long>();
        for (var i = 0; i < 2; i++)
        {
            var token = await FileServer.TokenAsync(sender, "sendfile", ("to", receiver.UserId));
            mids.Add(server.NewMid());
            await gate.OkAsync("sendfile", Upload.Of(FileServer.Pid, sender.UserId, token, mids[i], file));
            urls.Add((await receiver.NextBodyAsync("pushmsg")).Text("msg"));
        }
        await sender.DoneAsync("delmsg", ("mid", mids[0]), ("xid", receiver.UserId), ("type", 1));
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(urls[0], TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(file, await http.GetByteArrayAsync(urls[1], TestContext.Current.CancellationToken));
    }
}
