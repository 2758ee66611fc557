using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>History in window style (rtm-client.md §6.4, §6.5, §11.6), and single messages (§10.1).</summary>
public sealed class HistoryWindowTests(RtmServer server)
{
    [Fact]
    [Covers("getgroupmsg")]
    public async Task The_worked_example_is_answered_and_continued()
    {
        await using var peer = await server.LoginAsync(Profile.G2, RtmWorld.Example2);
        var first = await peer.OkAsync(
            "getgroupmsg", ("gid", RtmWorld.HistoryGroup), ("desc", false), ("num", 2), ("begin", 1_556_446_750_000), ("end", 1_556_446_900_000),
            ("lastid", 0));
        Assert.Equal(["num", "lastid", "begin", "end", "msgs"], first.Keys);
        Assert.Equal(
            (2, 6, 1_556_446_750_200, 1_556_446_900_000), (first.Int("num"), first.Int("lastid"), first.Int("begin"), first.Int("end")));
        Assert.Equal([5L, RtmWorld.Example1, 8L, 1_556_446_750_100_001, false, "a", "", 1_556_446_750_150], first.Rows("msgs")[0]);
        Assert.Equal([6L, RtmWorld.Example3, 8L, 1_556_446_750_190_007, true, "", "", 1_556_446_750_200], first.Rows("msgs")[1]);
        var second = await peer.OkAsync(
            "getgroupmsg", ("gid", RtmWorld.HistoryGroup), ("desc", false), ("num", 2), ("begin", first.Int("begin")), ("end", first.Int("end")),
            ("lastid", first.Int("lastid")));
        Assert.Equal(
            (0, 6, 1_556_446_750_200, 1_556_446_900_000), (second.Int("num"), second.Int("lastid"), second.Int("begin"), second.Int("end")));
        Assert.Empty(second.List("msgs"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Covers("getbroadcastmsg")]
    public async Task Continuing_with_what_was_answered_reads_everything_once(bool desc)
    {
        await using var ann = await server.LoginAsync(Profile.G2);
        var ids = new List<long>();
        object? begin = 0, end = 0, lastId = 0;
        long resolved = 0;
        while (true)
        {
            var answer = await ann.OkAsync("getbroadcastmsg", ("num", 7), ("desc", desc), ("begin", begin), ("end", end), ("lastid", lastId));
            if (answer.Int("num") == 0)
                break;
            var rows = answer.Rows("msgs");
            ids.AddRange(rows.Select(row => (long)row[0]!));
            Assert.Equal(rows[^1][0], answer["lastid"]);
            Assert.Equal(desc ? 0L : rows[^1][7], answer["begin"]);
            if (desc)
                Assert.Equal(rows[^1][7], answer["end"]);
            else if (resolved == 0)
                resolved = answer.Int("end");
            else
                Assert.Equal(resolved, answer.Int("end"));
            (begin, end, lastId) = (answer["begin"], answer["end"], answer["lastid"]);
        }
        var wanted = Enumerable.Range(1, 25).Select(id => (long)id);
        Assert.Equal(desc ? wanted.Reverse() : wanted, ids);
        if (!desc)
            Assert.InRange(resolved, 1_700_000_000_000, 99_000_000_000_000);
    }

    [Fact]
    [Covers("getbroadcastmsg")]
    public async Task Begin_and_end_are_inclusive_and_lastid_has_an_alias()
    {
        await using var ann = await server.LoginAsync(Profile.G2);
        async Task<long[]> IdsAsync(bool desc, params (string, object?)[] more) =>
            [.. (await ann.OkAsync("getbroadcastmsg", [("num", 20), ("desc", desc), .. more])).Rows("msgs").Select(row => (long)row[0]!)];
        Assert.Equal((long[])[3L, 4, 5], await IdsAsync(false, ("begin", 1_556_446_003_000), ("end", 1_556_446_005_000)));
        Assert.Equal((long[])[5L, 4, 3], await IdsAsync(true, ("begin", 1_556_446_003_000), ("end", 1_556_446_005_000)));
        Assert.Equal((long[])[4L], await IdsAsync(false, ("begin", 1_556_446_003_001), ("end", 1_556_446_004_999)));
        Assert.Equal((long[])[24L, 25], await IdsAsync(false, ("lastid", 23)));
        Assert.Equal((long[])[24L, 25], await IdsAsync(false, ("lastId", 23)));
        Assert.Equal((long[])[2L, 1], await IdsAsync(true, ("lastid", 3)));
        Assert.Empty(await IdsAsync(false, ("begin", 99_556_446_003_000)));
        Assert.Equal(20, (await IdsAsync(false, ("begin", -5), ("end", -5), ("lastid", -5))).Length);
        Assert.Equal(20, (await IdsAsync(false, ("begin", null), ("end", null), ("lastid", null))).Length);
        Assert.Empty(await IdsAsync(false, ("mtypes", new[] { 9 })));
        Assert.Equal(20, (await IdsAsync(false, ("mtypes", new[] { 8 }))).Length);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(20, 20)]
    [InlineData(21, 20)]
    [InlineData(5000, 20)]
    [InlineData(0, 10)]
    [InlineData(-1, 10)]
    [Covers("getbroadcastmsg")]
    public async Task A_window_has_at_most_twenty_rows(int num, int rows)
    {
        await using var ann = await server.LoginAsync(Profile.G2);
        Assert.Equal(rows, (await ann.OkAsync("getbroadcastmsg", ("num", num), ("desc", true))).Int("num"));
    }

    [Fact]
    [Covers("getp2pmsg", "getroommsg")]
    public async Task In_a_pair_the_second_element_is_the_direction()
    {
        await using var ann = await server.LoginAsync(Profile.G2);
        await using var ben = await server.LoginAsync(Profile.G2);
        var mine = await ann.OkAsync("sendmsg", Say.To(ben.UserId, 1, 9, "text", "attrs"));
        await ben.OkAsync("sendmsg", Say.To(ann.UserId, 2));
        var rows = (await ann.OkAsync("getp2pmsg", ("ouid", ben.UserId), ("num", 9), ("desc", false))).Rows("msgs");
        Assert.Equal([1L, 1L, 9L, 1L, false, "text", "attrs", mine.Int("mtime")], rows[0]);
        Assert.Equal((2L, 2L), ((long)rows[1][0]!, (long)rows[1][1]!));
        var turned = (await ben.OkAsync("getp2pmsg", ("ouid", ann.UserId), ("num", 9), ("desc", false))).Rows("msgs");
        Assert.Equal([2L, 1L], turned.Select(row => (long)row[1]!));

        var rid = server.NewRoom();
        await ann.DoneAsync("enterroom", ("rid", rid));
        await ann.OkAsync("sendroommsg", Say.ToRoom(rid, 1));
        var room = Assert.Single((await ann.OkAsync("getroommsg", ("rid", rid), ("num", 9), ("desc", false))).Rows("msgs"));
        Assert.Equal((1L, ann.UserId), ((long)room[0]!, (long)room[1]!));
    }

    [Fact]
    [Covers("delmsg")]
    public async Task Deleted_messages_stay_in_windows_marked_and_empty()
    {
        await using var ann = await server.LoginAsync(Profile.G2);
        await using var ben = await server.LoginAsync(Profile.G2);
        var gid = await server.NewGroupAsync(ann.UserId, ben.UserId);
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, 1, attrs: "a"));
        await ben.FailAsync(200021, "delmsg", ("mid", 1), ("xid", gid), ("type", 2), ("from", ann.UserId));
        await ben.DoneAsync("delmsg", ("mid", 1), ("xid", gid), ("type", 2)); // no message of ben's: no error, no effect
        var before = Assert.Single((await ben.OkAsync("getgroupmsg", ("gid", gid), ("num", 9), ("desc", false))).Rows("msgs"));
        Assert.Equal(false, before[4]);
        await ann.DoneAsync("delmsg", ("mid", 1), ("xid", gid), ("type", 2), ("from", ann.UserId));
        await ann.DoneAsync("delmsg", ("mid", 1), ("xid", gid), ("type", 2));
        var row = Assert.Single((await ben.OkAsync("getgroupmsg", ("gid", gid), ("num", 9), ("desc", false))).Rows("msgs"));
        Assert.Equal([1L, ann.UserId, 8L, 1L, true, "", "", before[7]], row);
        await ann.FailAsync(200070, "getmsg", ("from", ann.UserId), ("mid", 1), ("xid", gid), ("type", 2));
    }

    [Fact]
    [Covers("delmsg")]
    public async Task Delmsg_checks_its_parameters()
    {
        await using var ann = await server.LoginAsync();
        (string Key, object? Value)[] good = [("mid", 1), ("xid", 5), ("type", 1)];
        foreach (var (key, _) in good)
        {
            await ann.FailAsync(10009, "delmsg", good.Without(key));
            await ann.FailAsync(10010, "delmsg", good.With(key, "x"));
        }
        await ann.FailAsync(200034, "delmsg", good.With("type", 0));
        await ann.FailAsync(200034, "delmsg", good.With("type", 5));
        await ann.DoneAsync("delmsg", good);
        await ann.DoneAsync("delmsg", good.With("type", 4));
    }

    [Fact]
    [Covers("getmsg")]
    public async Task A_single_message_is_found_by_sender_and_mid()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var said = await ann.OkAsync("sendmsg", Say.To(ben.UserId, 7, 9, "text", "attrs"));
        foreach (var peer in new[] { ann, ben })
        {
            var found = await peer.OkAsync("getmsg", ("from", ann.UserId), ("mid", 7), ("xid", ben.UserId), ("type", 1));
            Assert.Equal(["id", "mtype", "msg", "attrs", "mtime"], found.Keys);
            Assert.Equal((1, 9, "text"), (found.Int("id"), found.Int("mtype"), found.Text("msg")));
            Assert.Equal(("attrs", said.Int("mtime")), (found.Text("attrs"), found.Int("mtime")));
        }
        await ann.FailAsync(200070, "getmsg", ("from", ann.UserId), ("mid", 8), ("xid", ben.UserId), ("type", 1));
        await ben.FailAsync(200070, "getmsg", ("from", ben.UserId), ("mid", 7), ("xid", ann.UserId), ("type", 1));
        await ann.FailAsync(200041, "getmsg", ("from", 5), ("mid", 1), ("xid", RtmWorld.HistoryGroup), ("type", 2));
        await ann.FailAsync(200040, "getmsg", ("from", 5), ("mid", 1), ("xid", server.NewRoom()), ("type", 3));
        await ann.FailAsync(200034, "getmsg", ("from", 5), ("mid", 1), ("xid", 5), ("type", 9));
        var news = await ann.OkAsync("getmsg", ("from", RtmWorld.Admin), ("mid", 3), ("xid", 0), ("type", 4));
        Assert.Equal("news 3", news.Text("msg"));
        (string Key, object? Value)[] good = [("from", ann.UserId), ("mid", 7), ("xid", ben.UserId), ("type", 1)];
        foreach (var (key, _) in good)
        {
            await ann.FailAsync(10009, "getmsg", good.Without(key));
            await ann.FailAsync(10010, "getmsg", good.With(key, "x"));
        }
    }

    [Fact]
    [Covers("getmsg")]
    public async Task A_third_person_cannot_read_a_pair_s_messages()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var eve = await server.LoginAsync();
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 7));
        var answer = await eve.AskAsync("getmsg", ("from", ann.UserId), ("mid", 7), ("xid", ben.UserId), ("type", 1));
        Assert.True(answer.IsError);
    }
}
