using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>sendmsg and what all ways of sending have in common (rtm-client.md §1.5, §1.6, §4.1).</summary>
[Covers("sendmsg")]
public sealed class SendTests(RtmServer server)
{
    [Fact]
    [Covers("pushmsg")]
    public async Task A_message_is_answered_with_its_mtime_and_pushed_with_the_union_of_keys()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var mid = server.NewMid();
        var answer = await ann.OkAsync("sendmsg", Say.To(ben.UserId, mid, attrs: "{}"));
        Assert.Equal(["mtime"], answer.Keys);
        var push = await ben.NextAsync("pushmsg");
        Assert.Equal(Frame.TwoWay, push.Type);
        Assert.Equal(Frame.MessagePack, push.Flag);
        Assert.InRange(push.Sequence, 0x4000_0000u, 0x7fff_ffffu);
        Assert.Equal(["from", "to", "mid", "mtype", "ftype", "msg", "attrs", "mtime"], push.Body.Keys);
        Assert.Equal(ann.UserId, push.Body.Int("from"));
        Assert.Equal(ben.UserId, push.Body.Int("to"));
        Assert.Equal(mid, push.Body.Int("mid"));
        Assert.Equal(8, push.Body.Int("mtype"));
        Assert.Equal(0, push.Body.Int("ftype"));
        Assert.Equal("hello", push.Body.Text("msg"));
        Assert.Equal("{}", push.Body.Text("attrs"));
        Assert.Equal(answer.Int("mtime"), push.Body.Int("mtime"));
        Assert.InRange(answer.Int("mtime"), 1_700_000_000_000, 99_000_000_000_000);
    }

    [Theory]
    [InlineData("to")]
    [InlineData("mid")]
    [InlineData("mtype")]
    [InlineData("msg")]
    [InlineData("attrs")]
    public async Task A_parameter_that_is_missing_or_nil_is_10009_and_one_of_a_wrong_type_10010(string key)
    {
        await using var ann = await server.LoginAsync();
        var good = Say.To(RtmWorld.FirstUser, server.NewMid());
        await ann.FailAsync(10009, "sendmsg", good.Without(key));
        await ann.FailAsync(10009, "sendmsg", good.With(key, null));
        await ann.FailAsync(10010, "sendmsg", good.With(key, new[] { 1 }));
        if (key is "to" or "mid" or "mtype")
        {
            await ann.FailAsync(10010, "sendmsg", good.With(key, "not a number"));
            await ann.FailAsync(10010, "sendmsg", good.With(key, 1.5));
            await ann.FailAsync(10010, "sendmsg", good.With(key, Raw.Hex("cfffffffffffffffff")));
        }
        await ann.OkAsync("sendmsg", good);
    }

    [Theory]
    [InlineData(0, 200005)]
    [InlineData(-1, 200005)]
    [InlineData(128, 200005)]
    [InlineData(1, 0)]
    [InlineData(30, 0)]
    [InlineData(50, 0)]
    [InlineData(127, 0)]
    public async Task Message_types_are_1_to_127(int mtype, int code)
    {
        await using var ann = await server.LoginAsync();
        var message = Say.To(server.NewUser(), server.NewMid(), mtype);
        if (code == 0)
            await ann.OkAsync("sendmsg", message);
        else
            await ann.FailAsync(code, "sendmsg", message);
    }

    [Fact]
    public async Task Text_is_limited_to_20480_bytes_and_attrs_to_2048()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var text = new string('x', 20480);
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, server.NewMid(), msg: text, attrs: new string('a', 2048)));
        Assert.Equal(text, (await ben.NextBodyAsync("pushmsg")).Text("msg"));
        await ann.FailAsync(200030, "sendmsg", Say.To(ben.UserId, server.NewMid(), msg: text + "x"));
        await ann.FailAsync(200030, "sendmsg", Say.To(ben.UserId, server.NewMid(), attrs: new string('a', 2049)));
        // bytes count, not letters
        await ann.FailAsync(200030, "sendmsg", Say.To(ben.UserId, server.NewMid(), msg: new string('中', 6827)));
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, server.NewMid(), msg: ""));
        Assert.Equal("", (await ben.NextBodyAsync("pushmsg")).Text("msg"));
    }

    [Fact]
    public async Task The_first_failing_check_wins()
    {
        await using var ann = await server.LoginAsync(pid: RtmWorld.Small);
        var large = new string('x', 11);
        await ann.FailAsync(10010, "sendmsg", Say.To(ann.UserId, server.NewMid(), 0, large, attrs: new[] { 1 }));
        await ann.FailAsync(200005, "sendmsg", Say.To(ann.UserId, server.NewMid(), 0, large));
        await ann.FailAsync(200030, "sendmsg", Say.To(ann.UserId, server.NewMid(), 8, large));
        await ann.FailAsync(200052, "sendmsg", Say.To(ann.UserId, server.NewMid()));
    }

    [Fact]
    public async Task Nobody_sends_to_oneself_or_to_an_id_that_is_not_positive()
    {
        await using var ann = await server.LoginAsync();
        await ann.FailAsync(200052, "sendmsg", Say.To(ann.UserId, server.NewMid()));
        await ann.FailAsync(200001, "sendmsg", Say.To(0, server.NewMid()));
        await ann.FailAsync(200001, "sendmsg", Say.To(-5, server.NewMid()));
    }

    [Fact]
    public async Task A_retry_with_the_same_mid_is_200053_and_is_neither_stored_nor_pushed()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var mid = server.NewMid();
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, mid));
        await ann.FailAsync(200053, "sendmsg", Say.To(ben.UserId, mid));
        await ann.FailAsync(200053, "sendmsg", Say.To(ben.UserId, mid, 9, "other text"));
        var next = server.NewMid();
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, next));
        await ben.ExpectMidAsync("pushmsg", mid);
        await ben.ExpectMidAsync("pushmsg", next);
        var history = await ben.OkAsync("getp2pmsg", ("ouid", ann.UserId), ("num", 10), ("desc", false));
        Assert.Equal([mid, next], history.Rows("msgs").Select(row => row[3]).Cast<long>());
    }

    [Fact]
    public async Task The_same_mid_of_another_sender_or_to_another_conversation_is_no_retry()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var mid = server.NewMid();
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, mid));
        await ben.OkAsync("sendmsg", Say.To(ann.UserId, mid));
        await ann.OkAsync("sendmsg", Say.To(server.NewUser(), mid));
        await ann.ExpectMidAsync("pushmsg", mid);
    }

    [Fact]
    public async Task Behind_the_window_the_same_mid_is_a_new_message()
    {
        await using var ann = await server.LoginAsync(pid: RtmWorld.ShortWindow);
        var ben = server.NewUser(RtmWorld.ShortWindow);
        // at once, so that the second one comes in the window
        var first = await ann.BeginAsync("sendmsg", Pack.Map(Say.To(ben, 7)));
        var second = await Wait.For(await ann.BeginAsync("sendmsg", Pack.Map(Say.To(ben, 7))), "the second answer");
        Assert.False((await Wait.For(first, "the first answer")).IsError);
        Assert.Equal(200053, second.Body.Int("code"));
        await Wait.Until(async () => !(await ann.AskAsync("sendmsg", Say.To(ben, 7))).IsError, "the window of three seconds is over");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public async Task Every_64_bit_number_is_a_mid(long mid)
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, mid));
        await ben.ExpectMidAsync("pushmsg", mid);
        await ann.FailAsync(200053, "sendmsg", Say.To(ben.UserId, mid));
    }

    [Fact]
    public async Task Numbers_may_come_as_floats_and_decimal_texts_and_text_as_bytes()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await ann.OkAsync("sendmsg", Say.To((double)ben.UserId, "70", 8.0, "text", "attrs"u8.ToArray()));
        var push = await ben.NextBodyAsync("pushmsg");
        Assert.Equal(70, push.Int("mid"));
        Assert.Equal("attrs", push.Text("attrs"));
        // int64, uint64, int32, uint32, float32 of the same number
        foreach (var number in new[] { "d30000000000000047", "cf0000000000000048", "d200000049", "ce0000004a", "ca42960000" })
            await ann.OkAsync("sendmsg", Say.To(ben.UserId, Raw.Hex(number)));
        for (var mid = 71; mid <= 75; mid++)
            await ben.ExpectMidAsync("pushmsg", mid);
    }

    [Fact]
    public async Task Unknown_parameters_are_ignored()
    {
        await using var ann = await server.LoginAsync();
        await ann.OkAsync("sendmsg", [.. Say.To(server.NewUser(), server.NewMid()), ("colour", "red"), ("nil", null)]);
    }

    [Fact]
    public async Task A_key_that_is_no_string_before_a_wanted_one_is_10005_and_behind_all_of_them_nothing()
    {
        await using var ann = await server.LoginAsync();
        var before = await ann.AskAsync("sendmsg", Hex.Bytes("82 0701 a2746f 05"));
        Assert.Equal(10005, before.Body.Int("code"));
        var good = Pack.Map(Say.To(server.NewUser(), server.NewMid()));
        good[0]++;
        Assert.False((await ann.AskAsync("sendmsg", [.. good, 7, 1])).IsError);
    }

    [Fact]
    public async Task With_the_friends_only_option_a_stranger_is_200043()
    {
        var pid = RtmWorld.FriendsOnly;
        var friend = RtmWorld.FirstUser + RtmWorld.UsersOf(pid) - 1;
        await using var ann = await server.LoginAsync(uid: friend, pid: pid);
        await using var stranger = await server.LoginAsync(pid: pid);
        await using var host = await server.LoginAsync(uid: RtmWorld.WithTwoFriends, pid: pid);
        await stranger.FailAsync(200043, "sendmsg", Say.To(host.UserId, 1));
        await ann.OkAsync("sendmsg", Say.To(host.UserId, 2));
        await host.ExpectMidAsync("pushmsg", 2);
        await host.DoneAsync("addfriends", ("friends", new[] { stranger.UserId }));
        await stranger.OkAsync("sendmsg", Say.To(host.UserId, 3));
        await host.DoneAsync("delfriends", ("friends", new[] { stranger.UserId }));
        await stranger.FailAsync(200043, "sendmsg", Say.To(host.UserId, 4));
    }

    [Fact]
    public async Task With_flood_control_too_many_messages_to_one_conversation_are_200011()
    {
        await using var ann = await server.LoginAsync(pid: RtmWorld.Flood);
        var ben = server.NewUser(RtmWorld.Flood);
        for (var i = 0; i < 3; i++)
            await ann.OkAsync("sendmsg", Say.To(ben, i));
        await ann.FailAsync(200011, "sendmsg", Say.To(ben, 3));
        await ann.OkAsync("sendmsg", Say.To(server.NewUser(RtmWorld.Flood), 3));
    }

    [Fact]
    public async Task With_sensitive_words_a_text_that_has_one_is_200054()
    {
        await using var ann = await server.LoginAsync(pid: RtmWorld.Words);
        var ben = server.NewUser(RtmWorld.Words);
        await ann.FailAsync(200054, "sendmsg", Say.To(ben, 1, msg: "my name is RumpelStilz!"));
        await ann.FailAsync(200054, "sendmsg", Say.To(ben, 1, msg: "schlimm"));
        await ann.OkAsync("sendmsg", Say.To(ben, 1, msg: "my name is Rumpel Stilz"));
    }

    [Fact]
    public async Task Over_the_project_s_pace_a_call_is_200010_before_anything_else_is_looked_at()
    {
        await using var ann = await server.LoginAsync(pid: RtmWorld.Limited);
        var asked = new List<Task<Package>>();
        for (var i = 0; i < 60; i++)
            asked.Add(await ann.BeginAsync("sendmsg", Pack.Map(("to", "wrong"))));
        var codes = (await Wait.For(Task.WhenAll(asked), "the answers")).Select(answer => answer.Body.Int("code")).ToArray();
        Assert.Equal([10010, 10010, 10010, 10010, 10010], codes[..5]);
        Assert.InRange(codes.Count(code => code == 10010), 5, 50);
        Assert.All(codes, code => Assert.True(code is 10010 or 200010));
        // ping and auth are free of it
        await ann.DoneAsync("ping");
        await ann.FailAsync(200023, "auth", RtmServer.AuthOf(Profile.G1, ann.UserId, RtmWorld.Limited));
        await Wait.Until(
            async () => (await ann.AskAsync("sendmsg", ("to", "wrong"))).Body.Int("code") == 10010, "the allowance has come back");
    }

    [Fact]
    public async Task The_preset_with_the_protocol_s_figures_allows_bursts_of_twenty_calls()
    {
        await using var ann = await server.LoginAsync(pid: RtmWorld.Preset);
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => ann.AskAsync("getfriends")));
        var good = answers.Count(answer => !answer.IsError);
        Assert.InRange(good, 20, 40);
        Assert.All(answers.Where(answer => answer.IsError), answer => Assert.Equal(200010, answer.Body.Int("code")));
    }

    [Fact]
    public async Task A_message_to_a_user_who_never_logged_in_is_accepted()
    {
        await using var ann = await server.LoginAsync();
        await ann.OkAsync("sendmsg", Say.To(8_888_888_888, server.NewMid()));
    }

    [Fact]
    public async Task A_one_way_send_is_done_and_not_answered()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var mid = server.NewMid();
        await ann.SendAsync(Frame.Quest(0, "sendmsg", Pack.Map(Say.To(ben.UserId, mid)), Frame.OneWay));
        await ben.ExpectMidAsync("pushmsg", mid);
        await ann.SendAsync(Frame.Quest(0, "sendmsg", Pack.Map(Say.To(ben.UserId, mid)), Frame.OneWay));
        await ann.DoneAsync("ping");
    }
}
