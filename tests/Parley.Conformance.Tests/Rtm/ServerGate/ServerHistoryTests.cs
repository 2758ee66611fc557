using System.Text.Json;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>History in both styles, and delmsg (rtm-server.md §2.6, §3).</summary>
public sealed class ServerHistoryTests(BackEndServer server)
{
    private static readonly string[] Fields = ["num", "lastid", "begin", "end", "msgs"];

    private static (string Key, object? Value)[] Window(bool desc, int num, long lastId = 0, long begin = 0, long end = 0) =>
        [("desc", desc), ("num", num), ("begin", begin), ("end", end), ("lastid", lastId)];

    [Theory]
    [CoversServer("getp2pmsg")]
    [InlineData(SignForm.Legacy)]
    [InlineData(SignForm.Timed)]
    public async Task Peer_to_peer_rows_carry_the_direction_and_pages_continue(SignForm form)
    {
        await using var backEnd = await server.ConnectAsync(form: form);
        var (ann, ben) = (server.NewUser(), server.NewUser());
        var first = server.NewMid();
        var second = server.NewMid();
        var time1 = (await backEnd.OkAsync("sendmsg", [("from", ann), .. Say.To(ben, first, 127, attrs: "a")])).Int("mtime");
        var time2 = (await backEnd.OkAsync("sendmsg", [("from", ben), .. Say.To(ann, second, 8, "hi back")])).Int("mtime");

        // as in §10.4: seen from ben, newest first
        var answer = await backEnd.OkAsync("getp2pmsg", [("uid", ben), ("ouid", ann), .. Window(desc: true, 10)]);
        Assert.Equal(Fields, answer.Keys);
        Assert.Equal((2, 1, 0, time1), (answer.Int("num"), answer.Int("lastid"), answer.Int("begin"), answer.Int("end")));
        var rows = answer.Rows("msgs");
        Assert.Equal([2L, 1L, 8L, second, false, "hi back", "", time2], rows[0]);
        Assert.Equal([1L, 2L, 127L, first, false, "hello", "a", time1], rows[1]);
        var next = await backEnd.OkAsync(
            "getp2pmsg", [("uid", ben), ("ouid", ann), .. Window(desc: true, 10, answer.Int("lastid"), answer.Int("begin"), answer.Int("end"))]);
        Assert.Equal((0, 1, 0, time1), (next.Int("num"), next.Int("lastid"), next.Int("begin"), next.Int("end")));
        Assert.Empty(next.List("msgs"));

        // seen from ann, oldest first, one at a time
        var page = await backEnd.OkAsync("getp2pmsg", [("uid", ann), ("ouid", ben), .. Window(desc: false, 1)]);
        Assert.Equal([1L, 1L, 127L, first, false, "hello", "a", time1], Assert.Single(page.Rows("msgs")));
        page = await backEnd.OkAsync(
            "getp2pmsg", [("uid", ann), ("ouid", ben), .. Window(desc: false, 1, begin: page.Int("begin"), end: page.Int("end")).Without("lastid"), ("lastId", page.Int("lastid"))]);
        Assert.Equal([2L, 2L, 8L, second, false, "hi back", "", time2], Assert.Single(page.Rows("msgs")));
    }

    [Fact]
    [CoversServer("getp2pmsg")]
    public async Task Reading_here_clears_no_unread_mark()
    {
        await using var backEnd = await server.ConnectAsync();
        var (ann, ben) = (server.NewUser(), server.NewUser());
        await backEnd.OkAsync("sendmsg", [("from", ann), .. Say.To(ben, server.NewMid())]);
        await backEnd.OkAsync("getp2pmsg", [("uid", ben), ("ouid", ann), .. Window(desc: true, 10)]);
        await using var peer = await server.LoginAsync(backEnd, ben);
        Assert.Equal([ann], (await peer.OkAsync("checkunreadmsg")).Ints("p2p"));
    }

    [Fact]
    [CoversServer("getgroupmsg", "getroommsg", "getbroadcastmsg")]
    public async Task Groups_rooms_and_broadcasts_are_read_without_being_a_member()
    {
        await using var backEnd = await server.ConnectAsync();
        var place = server.NewPlace();
        await backEnd.DoneAsync("addgroupmembers", ("gid", place), ("uids", new[] { 5 }));
        foreach (var (send, get, key) in new[] { ("sendgroupmsg", "getgroupmsg", "gid"), ("sendroommsg", "getroommsg", "rid") })
        {
            for (var i = 0; i < 25; i++)
                await backEnd.OkAsync(send, ("from", BackEndServer.Admin), (key, place), ("mid", server.NewMid()), ("mtype", 1 + i), ("msg", $"{i}"), ("attrs", ""));
            var all = await backEnd.OkAsync(get, [(key, place), .. Window(desc: false, 100)]);
            Assert.Equal(20, all.Int("num")); // more is cut to 20
            Assert.Equal(Enumerable.Range(1, 20).Select(i => (object?)(long)i), all.Rows("msgs").Select(row => row[0]));
            Assert.All(all.Rows("msgs"), row => Assert.Equal(BackEndServer.Admin, row[1]));
            var types = await backEnd.OkAsync(get, [(key, place), .. Window(desc: true, 10), ("mtypes", new[] { 3, 25 })]);
            Assert.Equal(["24", "2"], types.Rows("msgs").Select(row => row[5]));
            var none = await backEnd.OkAsync(get, [(key, server.NewPlace()), .. Window(desc: true, 10)]);
            Assert.Equal((0, 0), (none.Int("num"), none.Int("lastid")));
            Assert.Empty(none.List("msgs"));
        }
        var mid = server.NewMid();
        await using var loud = await server.ConnectAsync(BackEndServer.Loud);
        await loud.OkAsync("broadcastmsg", [("from", BackEndServer.Admin), .. Say.To(0, mid).Without("to")]);
        var news = await loud.OkAsync("getbroadcastmsg", Window(desc: true, 20));
        Assert.Equal(BackEndServer.Admin, news.Rows("msgs").Single(row => Equals(row[3], mid))[1]);
    }

    [Fact]
    [CoversServer("getgroupmsg", "getroommsg", "getbroadcastmsg")]
    public async Task With_a_uid_that_user_s_membership_counts()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        var place = server.NewPlace();
        var stranger = server.NewUser();
        await backEnd.DoneAsync("addgroupmembers", ("gid", place), ("uids", new[] { ann.UserId }));
        await backEnd.DoneAsync("addroommember", ("rid", place), ("uid", ann.UserId));
        foreach (var (method, key, code) in new[] { ("getgroupmsg", "gid", 200041), ("getroommsg", "rid", 200040) })
        {
            await backEnd.OkAsync(method, [(key, place), .. Window(desc: true, 10), ("uid", ann.UserId)]);
            await backEnd.OkAsync(method, [(key, place), .. Window(desc: true, 10), ("uid", 0)]);
            await backEnd.FailAsync(code, method, [(key, place), .. Window(desc: true, 10), ("uid", stranger)]);
            await backEnd.FailAsync(code, method, (key, place), ("uid", stranger), ("desc", true), ("num", 10), ("page", 0));
        }
        await backEnd.OkAsync("getbroadcastmsg", [.. Window(desc: true, 10), ("uid", stranger)]);
    }

    [Theory]
    [CoversServer("getp2pmsg", "getgroupmsg", "getroommsg", "getbroadcastmsg")]
    [InlineData("getp2pmsg", "uid", "ouid")]
    [InlineData("getgroupmsg", "gid", "")]
    [InlineData("getroommsg", "rid", "")]
    [InlineData("getbroadcastmsg", "", "")]
    public async Task Parameters_of_history_are_checked(string method, string one, string other)
    {
        await using var backEnd = await server.ConnectAsync();
        string[] ids = [.. new[] { one, other }.Where(key => key.Length > 0)];
        (string Key, object? Value)[] needed = [.. ids.Select(key => (key, (object?)(long)(5 + key.Length))), ("desc", true), ("num", 10)];
        await backEnd.OkAsync(method, needed);
        foreach (var (key, _) in needed)
            await backEnd.FailAsync(10009, method, needed.Without(key));
        foreach (var key in new[] { "begin", "end", "lastid" })
            await backEnd.FailAsync(10010, method, [.. needed, (key, "x")]);
        foreach (var key in ids)
        {
            await backEnd.FailAsync(200001, method, needed.With(key, 0));
            await backEnd.FailAsync(200001, method, needed.With(key, -5));
        }
        await backEnd.OkAsync(method, needed.With("desc", 1)); // php documents an int
        await backEnd.FailAsync(10010, method, needed.With("desc", 2));
        await backEnd.FailAsync(10009, method, [.. needed.Without("num"), ("page", 0)]);
    }

    [Fact]
    [CoversServer("getp2pmsg", "getgroupmsg")]
    public async Task Page_style_is_chosen_by_page_and_has_the_older_rows()
    {
        await using var backEnd = await server.ConnectAsync();
        var (ann, ben) = (server.NewUser(), server.NewUser());
        var mids = new long[12];
        for (var i = 0; i < mids.Length; i++)
        {
            var (from, to) = i % 2 == 0 ? (ann, ben) : (ben, ann);
            await backEnd.OkAsync("sendmsg", [("from", from), .. Say.To(to, mids[i] = server.NewMid(), msg: $"{i}")]);
        }
        var page = await backEnd.OkAsync("getp2pmsg", ("uid", ben), ("ouid", ann), ("num", 50), ("desc", false), ("page", 1));
        Assert.Equal(["num", "maxid", "msgs"], page.Keys);
        Assert.Equal((2, 12), (page.Int("num"), page.Int("maxid"))); // ten on the page before
        var row = page.Rows("msgs")[0];
        Assert.Equal([11L, ann, 2L, 8L, 0L, mids[10], "10", ""], row[..8]);
        Assert.Equal(9, row.Length);
        var sent = await backEnd.OkAsync(
            "getp2pmsg", ("uid", ben), ("ouid", ann), ("num", 10), ("desc", true), ("page", 0), ("direction", 1), ("localid", 6));
        Assert.Equal(["11", "9", "7"], sent.Rows("msgs").Select(each => each[6]));

        var group = await backEnd.OkAsync("getgroupmsg", ("gid", BackEndServer.FileGroup), ("num", 10), ("desc", false), ("page", 0));
        Assert.Equal(
            [1L, BackEndServer.FileSender, 8L, 10L, 1L, BackEndServer.Files[0].Url, "", 1_556_446_000L], group.Rows("msgs")[0]);
    }

    [Theory]
    [CoversServer("getgroupmsg")]
    [InlineData(BackEndServer.Pid, SignForm.Legacy, false)]
    [InlineData(BackEndServer.Pid, SignForm.Timed, true)]
    [InlineData(BackEndServer.Urls, SignForm.Timed, false)]
    [InlineData(BackEndServer.Jsons, SignForm.Legacy, true)]
    public async Task Files_are_addresses_for_old_sdks_and_json_for_new_ones_unless_the_project_says_which(long pid, SignForm form, bool isJson)
    {
        await using var backEnd = await server.ConnectAsync(pid, form);
        var answer = await backEnd.OkAsync("getgroupmsg", [("gid", BackEndServer.FileGroup), .. Window(desc: false, 2)]);
        foreach (var (row, file) in answer.Rows("msgs").Zip(BackEndServer.Files))
        {
            Assert.Equal(file.Type, row[2]);
            var text = Assert.IsType<string>(row[5]);
            if (!isJson)
            {
                Assert.Equal(file.Url, text);
                continue;
            }
            using var json = JsonDocument.Parse(text);
            Assert.Equal(file.Url, json.RootElement.GetProperty("url").GetString());
            Assert.Equal(file.Size, json.RootElement.GetProperty("size").GetInt64());
        }
    }

    [Fact]
    [CoversServer("delmsg")]
    public async Task A_deleted_message_is_marked_in_window_style_and_gone_in_page_style()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        var place = server.NewPlace();
        await backEnd.DoneAsync("addgroupmembers", ("gid", place), ("uids", new[] { ann.UserId }));
        await backEnd.DoneAsync("addroommember", ("rid", place), ("uid", ann.UserId));
        var ben = server.NewUser();
        (string Send, string Get, (string, object?)[] To, long Xid, int Type, long From, (string, object?)[] Where)[] kinds =
        [
            ("sendmsg", "getp2pmsg", [("to", ben)], ben, 1, ann.UserId, [("uid", ann.UserId), ("ouid", ben)]),
            ("sendgroupmsg", "getgroupmsg", [("gid", place)], place, 2, ann.UserId, [("gid", place)]),
            ("sendroommsg", "getroommsg", [("rid", place)], place, 3, ann.UserId, [("rid", place)]),
            ("broadcastmsg", "getbroadcastmsg", [], 0, 4, BackEndServer.Admin, []),
        ];
        foreach (var kind in kinds)
        {
            var mid = server.NewMid();
            await backEnd.OkAsync(kind.Send, [("from", kind.From), .. kind.To, ("mid", mid), ("mtype", 8), ("msg", "x"), ("attrs", "y")]);
            await backEnd.DoneAsync("delmsg", ("mid", mid), ("from", kind.From + 1), ("xid", kind.Xid), ("type", kind.Type)); // of another sender
            Assert.Equal("x", (await Newest(kind.Get, kind.Where))[5]);
            await backEnd.DoneAsync("delmsg", ("mid", mid), ("from", kind.From), ("xid", kind.Xid), ("type", kind.Type));
            var row = await Newest(kind.Get, kind.Where);
            Assert.Equal((mid, true, "", ""), (row[3], row[4], row[5], row[6]));
            var page = await backEnd.OkAsync(kind.Get, [.. kind.Where, ("num", 1), ("desc", true), ("page", 0)]);
            Assert.DoesNotContain(page.Rows("msgs"), each => each.Contains(mid));
            await backEnd.DoneAsync("delmsg", ("mid", mid), ("from", kind.From), ("xid", kind.Xid), ("type", kind.Type)); // again
        }

        async Task<object?[]> Newest(string method, (string, object?)[] where) =>
            (await backEnd.OkAsync(method, [.. where, .. Window(desc: true, 1)])).Rows("msgs")[0];
    }

    [Fact]
    [CoversServer("delmsg")]
    public async Task Delmsg_of_an_unknown_message_is_success_and_of_an_unknown_type_200034()
    {
        await using var backEnd = await server.ConnectAsync();
        (string Key, object? Value)[] good = [("mid", 1), ("from", 5), ("xid", 6), ("type", 1)];
        await backEnd.NeedsAsync("delmsg", good);
        await backEnd.DoneAsync("delmsg", good);
        await backEnd.DoneAsync("delmsg", good.With("type", 4).With("xid", 0));
        foreach (var type in new[] { 0, 5, -1, 127 })
            await backEnd.FailAsync(200034, "delmsg", good.With("type", type));
    }
}
