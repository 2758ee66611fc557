using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>History in page style (rtm-client.md §6.2, §6.3, §11.5).</summary>
public sealed class HistoryPageTests(RtmServer server)
{
    [Fact]
    [Covers("getp2pmsg")]
    public async Task The_worked_example_is_answered_element_by_element()
    {
        await using var peer = await server.LoginAsync(uid: RtmWorld.Example2);
        var answer = await peer.OkAsync(
            "getp2pmsg", ("ouid", RtmWorld.Example1), ("num", 2), ("direction", 0), ("desc", true), ("page", 0), ("localmid", 0), ("localid", 0));
        Assert.Equal(["num", "maxid", "msgs"], answer.Keys);
        Assert.Equal((2, 18), (answer.Int("num"), answer.Int("maxid")));
        Assert.Equal([18L, RtmWorld.Example1, 1L, 8L, 0L, 1_556_446_801_000_001, "hi back", "", 1_556_446_801L], answer.Rows("msgs")[0]);
        Assert.Equal([17L, RtmWorld.Example1, 2L, 8L, 0L, 1_556_446_799_123_001, "hello", "", 1_556_446_799L], answer.Rows("msgs")[1]);
        // seconds are 32 bits wide
        var bytes = Hex.Text((await peer.AskAsync(
            "getp2pmsg", ("ouid", RtmWorld.Example1), ("num", 1), ("desc", true), ("page", 0))).Payload);
        Assert.Matches("(ce|d2)5cc57e51$", bytes);
    }

    [Theory]
    [InlineData("ouid")]
    [InlineData("fromuid")]
    [InlineData("from")]
    [Covers("getp2pmsg")]
    public async Task The_peer_may_be_named_by_any_of_its_aliases(string key)
    {
        await using var peer = await server.LoginAsync(uid: RtmWorld.Example3);
        Assert.Equal(0, (await peer.OkAsync("getp2pmsg", (key, RtmWorld.Example1), ("num", 2), ("desc", true), ("page", 0))).Int("num"));
        Assert.Equal(0, (await peer.OkAsync("getp2pmsg", (key, RtmWorld.Example1), ("num", 2), ("desc", true))).Int("num"));
        await peer.FailAsync(10010, "getp2pmsg", (key, "x"), ("num", 2), ("desc", true), ("page", 0));
    }

    [Fact]
    [Covers("getp2pmsg", "getgroupmsg", "getroommsg", "getbroadcastmsg")]
    public async Task Rows_of_groups_rooms_and_broadcasts_have_eight_elements()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.UserId, ben.UserId);
        var rid = server.NewRoom();
        await ann.DoneAsync("enterroom", ("rid", rid));
        var mid = server.NewMid();
        var said = await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, mid, 9, "text", "attrs"));
        await ann.OkAsync("sendroommsg", Say.ToRoom(rid, mid, 9, "text", "attrs"));
        foreach (var (method, key, id) in new[] { ("getgroupmsg", "gid", gid), ("getroommsg", "rid", rid) })
        {
            var answer = await ann.OkAsync(method, (key, id), ("num", 10), ("desc", true), ("page", 0));
            Assert.Equal((1, 1), (answer.Int("num"), answer.Int("maxid")));
            var row = Assert.Single(answer.Rows("msgs"));
            Assert.Equal([1L, ann.UserId, 9L, 0L, mid, "text", "attrs"], row[..7]);
            Assert.Equal(8, row.Length);
            Assert.InRange((long)row[7]!, said.Int("mtime") / 1000, (said.Int("mtime") / 1000) + 20);
        }
        var news = await ann.OkAsync("getbroadcastmsg", ("num", 10), ("desc", true), ("page", 0));
        Assert.Equal((10, 25), (news.Int("num"), news.Int("maxid")));
        Assert.Equal([25L, RtmWorld.Admin, 8L, 0L, 25L, "news 25", "", 1_556_446_025L], news.Rows("msgs")[0]);
    }

    [Fact]
    [Covers("getp2pmsg")]
    public async Task The_project_may_choose_eight_elements_for_pairs()
    {
        await using var ann = await server.LoginAsync(pid: RtmWorld.EightElements);
        var ben = server.NewUser(RtmWorld.EightElements);
        await ann.OkAsync("sendmsg", Say.To(ben, 5, 9, "text", "attrs"));
        var row = Assert.Single((await ann.OkAsync("getp2pmsg", ("ouid", ben), ("num", 10), ("desc", true), ("page", 0))).Rows("msgs"));
        Assert.Equal([1L, 1L, 9L, 0L, 5L, "text", "attrs"], row[..7]);
        Assert.Equal(8, row.Length);
        // window style is the same for all
        Assert.Equal(8, Assert.Single((await ann.OkAsync("getp2pmsg", ("ouid", ben), ("num", 10), ("desc", true))).Rows("msgs")).Length);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(10, 10)]
    [InlineData(11, 10)]
    [InlineData(1000, 10)]
    [InlineData(0, 10)]
    [InlineData(-1, 10)]
    [Covers("getbroadcastmsg")]
    public async Task A_page_has_at_most_ten_rows(int num, int rows)
    {
        await using var ann = await server.LoginAsync();
        var answer = await ann.OkAsync("getbroadcastmsg", ("num", num), ("desc", false), ("page", 0));
        Assert.Equal(rows, answer.Int("num"));
        Assert.Equal(Enumerable.Range(1, rows).Select(id => (long)id), answer.Rows("msgs").Select(row => (long)row[0]!));
        Assert.Equal(rows, answer.Int("maxid"));
    }

    [Fact]
    [Covers("getbroadcastmsg")]
    public async Task Pages_follow_each_other_in_both_directions_and_end_with_an_empty_one()
    {
        await using var ann = await server.LoginAsync();
        foreach (var desc in new[] { false, true })
        {
            var ids = new List<long>();
            for (var page = 0; page < 4; page++)
            {
                var answer = await ann.OkAsync("getbroadcastmsg", ("num", 10), ("desc", desc), ("page", page));
                ids.AddRange(answer.Rows("msgs").Select(row => (long)row[0]!));
                Assert.Equal(page switch { 3 => 0, 2 => 5, _ => 10 }, answer.Int("num"));
            }
            var wanted = Enumerable.Range(1, 25).Select(id => (long)id);
            Assert.Equal(desc ? wanted.Reverse() : wanted, ids);
        }
        Assert.Equal(25, (await ann.OkAsync("getbroadcastmsg", ("num", 7), ("desc", false), ("page", 3))).Int("maxid"));
        Assert.Equal(0, (await ann.OkAsync("getbroadcastmsg", ("num", 10), ("desc", false), ("page", -1))).Rows("msgs")[0][0] is 1L ? 0 : 1);
        Assert.Equal(0, (await ann.OkAsync("getbroadcastmsg", ("num", 10), ("desc", false), ("page", 40_000))).Int("num"));
    }

    [Fact]
    [Covers("getbroadcastmsg")]
    public async Task What_the_client_has_already_is_left_out()
    {
        await using var ann = await server.LoginAsync();
        Assert.Equal((long[])[21L, 22, 23, 24, 25], await IdsAsync(ann, ("localid", 20)));
        Assert.Equal((long[])[21L, 22, 23, 24, 25], await IdsAsync(ann, ("localmid", 20)));
        Assert.Equal((long[])[24L, 25], await IdsAsync(ann, ("localmid", 20), ("localid", 23)));
        Assert.Equal((long[])[24L, 25], await IdsAsync(ann, ("localmid", 23), ("localid", 20)));
        Assert.Equal((long[])[21L, 22, 23, 24, 25], await IdsAsync(ann, ("localmid", 999), ("localid", 20)));
        Assert.Equal(10, (await IdsAsync(ann, ("localmid", -1), ("localid", -1))).Length);
        Assert.Equal(10, (await IdsAsync(ann, ("localmid", null), ("localid", null))).Length);
        Assert.Empty(await IdsAsync(ann, ("localid", 25)));
        var none = await ann.OkAsync("getbroadcastmsg", ("num", 10), ("desc", false), ("page", 0), ("localid", 30));
        Assert.Equal((0, 30), (none.Int("num"), none.Int("maxid")));
    }

    [Fact]
    [Covers("getp2pmsg")]
    public async Task A_pair_can_be_looked_at_from_either_side_and_by_direction_and_type()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        for (var i = 1; i <= 6; i++)
            await (i % 3 == 0 ? ben : ann).OkAsync("sendmsg", Say.To(i % 3 == 0 ? ann.UserId : ben.UserId, i, i));
        async Task<long[]> MidsAsync(RtmPeer peer, RtmPeer other, params (string, object?)[] more) =>
            [.. (await peer.OkAsync("getp2pmsg", [("ouid", other.UserId), ("num", 10), ("desc", false), ("page", 0), .. more]))
                .Rows("msgs").Select(row => (long)row[5]!)];
        Assert.Equal((long[])[1L, 2, 3, 4, 5, 6], await MidsAsync(ann, ben));
        Assert.Equal((long[])[1L, 2, 4, 5], await MidsAsync(ann, ben, ("direction", 1)));
        Assert.Equal((long[])[3L, 6], await MidsAsync(ann, ben, ("direction", 2)));
        Assert.Equal((long[])[3L, 6], await MidsAsync(ben, ann, ("direction", 1)));
        Assert.Equal((long[])[1L, 2, 4, 5], await MidsAsync(ben, ann, ("direction", 2)));
        Assert.Equal((long[])[2L, 6], await MidsAsync(ann, ben, ("mtypes", new[] { 6, 2, 99, 1000 })));
        Assert.Equal((long[])[2L], await MidsAsync(ann, ben, ("mtypes", new[] { 6, 2 }), ("direction", 1)));
        Assert.Equal(6, (await MidsAsync(ann, ben, ("mtypes", Array.Empty<int>()))).Length);
        Assert.Empty(await MidsAsync(ann, ben, ("mtypes", new[] { -3 })));
    }

    [Fact]
    [Covers("getp2pmsg", "delmsg")]
    public async Task Deleted_messages_are_left_out_of_pages()
    {
        await using var ann = await server.LoginAsync();
        var ben = server.NewUser();
        foreach (var mid in new[] { 1, 2, 3 })
            await ann.OkAsync("sendmsg", Say.To(ben, mid));
        await ann.DoneAsync("delmsg", ("mid", 2), ("xid", ben), ("type", 1));
        var answer = await ann.OkAsync("getp2pmsg", ("ouid", ben), ("num", 10), ("desc", false), ("page", 0));
        Assert.Equal([1L, 3L], answer.Rows("msgs").Select(row => (long)row[0]!));
    }

    [Theory]
    [InlineData("getp2pmsg", "ouid")]
    [InlineData("getgroupmsg", "gid")]
    [InlineData("getroommsg", "rid")]
    [InlineData("getbroadcastmsg", "num")]
    [Covers("getp2pmsg", "getgroupmsg", "getroommsg", "getbroadcastmsg")]
    public async Task Missing_parameters_are_10009_and_wrong_types_10010(string method, string key)
    {
        await using var ann = await server.LoginAsync();
        (string Key, object? Value)[] page =
        [
            .. key == "num" ? Array.Empty<(string, object?)>() : [(key, RtmWorld.HistoryGroup)],
            ("num", 10), ("desc", true), ("page", 0), ("localmid", 0), ("localid", 0), ("mtypes", new[] { 1 }),
        ];
        foreach (var required in new[] { key, "num", "desc" })
        {
            await ann.FailAsync(10009, method, page.Without(required));
            await ann.FailAsync(10009, method, page.Without("page").Without(required));
        }
        foreach (var (name, _) in page)
            await ann.FailAsync(10010, method, page.With(name, "wrong"));
    }

    [Fact]
    [Covers("getgroupmsg", "getroommsg", "getp2pmsg")]
    public async Task Strangers_are_200041_and_200040_and_bad_ids_200001()
    {
        await using var ann = await server.LoginAsync();
        foreach (var style in new (string, object?)[][] { [("page", 0)], [] })
        {
            await ann.FailAsync(200041, "getgroupmsg", [("gid", RtmWorld.HistoryGroup), ("num", 1), ("desc", true), .. style]);
            await ann.FailAsync(200041, "getgroupmsg", [("gid", 31_313_131), ("num", 1), ("desc", true), .. style]);
            await ann.FailAsync(200040, "getroommsg", [("rid", server.NewRoom()), ("num", 1), ("desc", true), .. style]);
            await ann.FailAsync(200001, "getgroupmsg", [("gid", 0), ("num", 1), ("desc", true), .. style]);
            await ann.FailAsync(200001, "getroommsg", [("rid", -1), ("num", 1), ("desc", true), .. style]);
            await ann.FailAsync(200001, "getp2pmsg", [("ouid", -1), ("num", 1), ("desc", true), .. style]);
        }
    }

    private static async Task<long[]> IdsAsync(RtmPeer peer, params (string, object?)[] more) =>
        [.. (await peer.OkAsync("getbroadcastmsg", [("num", 10), ("desc", false), ("page", 0), .. more])).Rows("msgs").Select(row => (long)row[0]!)];
}
