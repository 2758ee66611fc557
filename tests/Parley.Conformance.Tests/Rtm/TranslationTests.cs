using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>setlang, translate and the pushes that follow messages (rtm-client.md §4.10, §4.11, §5.3; rtm-server.md §8.3).</summary>
public sealed class TranslationTests(TranslationWorld world) : IClassFixture<TranslationWorld>
{
    [Fact]
    [Covers("setlang")]
    public async Task Setlang_takes_what_the_engine_knows()
    {
        await using var ann = await world.LoginAsync();
        foreach (var language in new[] { "fr", "de", "EN", "zh-CN", "zh-TW", "zh", "" })
            await ann.DoneAsync("setlang", ("lang", language));
        foreach (var language in new[] { "xx", "f", "french", "fr-", " fr", new string('x', 5000) })
            await ann.FailAsync(200050, "setlang", ("lang", language));
        await ann.FailAsync(10009, "setlang");
        await ann.FailAsync(10009, "setlang", ("lang", null));
        await ann.FailAsync(10010, "setlang", ("lang", 5));
    }

    [Fact]
    [Covers("translate")]
    [CoversServer("translate")]
    public async Task Translate_answers_under_the_keys_of_all_generations()
    {
        await using var ann = await world.LoginAsync();
        await using var backEnd = await world.ConnectAsync();
        Func<(string Key, object? Value)[], Task<Map>>[] gates = [given => ann.OkAsync("translate", given), given => backEnd.OkAsync("translate", given)];
        foreach (var ask in gates)
        {
            foreach (var (source, answered) in new[] { ((object?)null, "en"), ("", "en"), ("de", "de") })
                AssertAnswer(await ask([("text", "hello ☕"), ("src", source), ("dst", "fr")]), "hello ☕", answered, "fr:hello ☕", "fr");
            AssertAnswer(await ask([("text", "de|hallo"), ("dst", "fr")]), "de|hallo", "de", "fr:de|hallo", "fr");
            AssertAnswer(await ask([("text", "hi"), ("dst", "zh-CN")]), "hi", "en", "zh-Hans:hi", "zh-CN");
            AssertAnswer(await ask([("text", "zh-Hant|hi"), ("dst", "zh-CN")]), "zh-Hant|hi", "zh-TW", "zh-Hans:zh-Hant|hi", "zh-CN");
            AssertAnswer(await ask([("text", "hi"), ("src", "zh-TW"), ("dst", "en")]), "hi", "zh-TW", "en:hi", "en");
        }
        AssertAnswer(
            await backEnd.OkAsync("translate", ("text", "hi"), ("dst", "fr"), ("type", "chat"), ("profanity", "off"), ("uid", 5)),
            "hi", "en", "fr:hi", "fr");

        static void AssertAnswer(Map answer, string text, string source, string translated, string target)
        {
            Assert.Equal(["dst", "dtext", "source", "sourceText", "src", "stext", "target", "targetText"], answer.Keys.Order(StringComparer.Ordinal));
            Assert.Equal((text, source, translated, target), (answer.Text("stext"), answer.Text("src"), answer.Text("dtext"), answer.Text("dst")));
            Assert.Equal(
                (text, source, translated, target),
                (answer.Text("sourceText"), answer.Text("source"), answer.Text("targetText"), answer.Text("target")));
        }
    }

    [Fact]
    [Covers("translate")]
    [CoversServer("translate")]
    public async Task Translate_fails_as_documented()
    {
        await using var ann = await world.LoginAsync();
        await using var backEnd = await world.ConnectAsync();
        Func<int, (string Key, object? Value)[], Task>[] gates =
            [(code, given) => ann.FailAsync(code, "translate", given), (code, given) => backEnd.FailAsync(code, "translate", given)];
        foreach (var fails in gates)
        {
            await fails(10009, [("text", "x")]);
            await fails(10009, [("dst", "fr")]);
            await fails(10010, [("text", true), ("dst", "fr")]);
            await fails(200051, [("text", ""), ("dst", "xx")]);
            await fails(200030, [("text", new string('x', 20_481)), ("dst", "xx")]);
            await fails(200030, [("text", new string('ö', 10_241)), ("dst", "fr")]);
            foreach (var target in new[] { "", "xx", "french", new string('x', 300) })
                await fails(200050, [("text", "x"), ("dst", target)]);
            await fails(200050, [("text", "x"), ("src", "xx"), ("dst", "fr")]);
            await fails(200056, [("text", "please fail"), ("dst", "fr")]);
        }
        await ann.OkAsync("translate", ("text", new string('ö', 10_240)), ("dst", "fr"));
    }

    [Fact]
    [Covers("setlang", "translate")]
    [CoversServer("translate")]
    public async Task Without_translation_for_the_project_there_is_200060_and_no_push()
    {
        await using var ann = await world.LoginAsync(pid: TranslationWorld.Off);
        await using var ben = await world.LoginAsync(pid: TranslationWorld.Off);
        await using var backEnd = await world.ConnectAsync(TranslationWorld.Off);
        foreach (var language in new[] { "fr", "xx", "" })
            await ben.FailAsync(200060, "setlang", ("lang", language));
        await ben.FailAsync(200060, "translate", ("text", ""), ("dst", "xx"));
        await backEnd.FailAsync(200060, "translate", ("text", "x"), ("dst", "fr"));
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, world.NewMid()));
        await ben.NextAsync("pushmsg");
    }

    [Fact]
    [Covers("transmsg")]
    public async Task A_message_to_a_user_with_a_language_is_followed_by_its_translation()
    {
        await using var ann = await world.LoginAsync();
        await using var ben = await world.LoginAsync(language: "fr");
        var mid = world.NewMid();
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, mid, msg: "hello"));
        await ben.ExpectMidAsync("pushmsg", mid);
        var push = await ben.NextAsync("transmsg");
        Assert.Equal(Frame.TwoWay, push.Type);
        Assert.Equal(["from", "mid", "omid", "msg"], push.Body.Keys);
        Assert.Equal((ann.UserId, mid, "fr:hello"), (push.Body.Int("from"), push.Body.Int("omid"), push.Body.Text("msg")));
        Assert.NotEqual(mid, push.Body.Int("mid"));

        // each has a number of its own, far from those of senders
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, world.NewMid(), msg: "hello"));
        await ben.NextAsync("pushmsg");
        Assert.True((await ben.NextBodyAsync("transmsg")).Int("mid") > push.Body.Int("mid"));
        Assert.True(push.Body.Int("mid") > 1L << 62);

        // not stored, and not unread
        var history = await ben.OkAsync("getp2pmsg", ("ouid", ann.UserId), ("num", 10), ("desc", true));
        Assert.Equal(2, history.Rows("msgs").Length);
        await ben.OkAsync("bye");
        await using var again = await world.LoginAsync(uid: ben.UserId);
        Assert.Empty((await again.OkAsync("getunread", ("clear", false))).List("p2p"));
    }

    [Fact]
    [Covers("transgroupmsg", "transroommsg", "transbroadcastmsg")]
    public async Task Groups_rooms_and_broadcasts_are_translated_too()
    {
        await using var ann = await world.LoginAsync();
        await using var ben = await world.LoginAsync(language: "fr");
        await using var cid = await world.LoginAsync(language: "de");
        await using var backEnd = await world.ConnectAsync();
        var gid = world.NewPlace();
        await backEnd.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { ann.UserId, ben.UserId, cid.UserId }));
        var rid = world.NewPlace();
        foreach (var peer in new[] { ann, ben, cid })
            await peer.DoneAsync("enterroom", ("rid", rid));
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(gid, 1, msg: "to all"));
        await ExpectAsync(ben, "pushgroupmsg", "transgroupmsg", "gid", gid, ann.UserId, 1, "fr:to all");
        await ExpectAsync(cid, "pushgroupmsg", "transgroupmsg", "gid", gid, ann.UserId, 1, "de:to all");
        await ann.OkAsync("sendroommsg", Say.ToRoom(rid, 2, msg: "inside"));
        await ExpectAsync(ben, "pushroommsg", "transroommsg", "rid", rid, ann.UserId, 2, "fr:inside");
        await ExpectAsync(cid, "pushroommsg", "transroommsg", "rid", rid, ann.UserId, 2, "de:inside");

        var mid = world.NewMid();
        await backEnd.OkAsync("broadcastmsg", [("from", TranslationWorld.Admin), .. Say.To(0, mid, msg: "news").Without("to")]);
        await ExpectAsync(ben, "pushbroadcastmsg", "transbroadcastmsg", "", 0, TranslationWorld.Admin, mid, "fr:news");
    }

    [Theory]
    [InlineData(Profile.G2)]
    [InlineData(Profile.G4)]
    [Covers("transmsg")]
    public async Task Later_generations_are_never_sent_translations(Profile profile)
    {
        var uid = world.NewUser();
        await using var ann = await world.LoginAsync(pid: TranslationWorld.MultiLogin);
        await using var later = await world.LoginAsync(profile, uid, TranslationWorld.MultiLogin, language: "fr");
        await using var old = await world.LoginAsync(Profile.G1, uid, TranslationWorld.MultiLogin);
        for (var mid = 1; mid <= 3; mid++)
        {
            await ann.OkAsync("sendmsg", Say.To(uid, mid, msg: "hello"));
            await old.ExpectMidAsync("pushmsg", mid);
            Assert.Equal(mid, (await old.NextBodyAsync("transmsg")).Int("omid")); // all sessions have been told by then
            await later.ExpectMidAsync("pushmsg", mid);
        }
    }

    [Fact]
    [Covers("setlang", "auth", "transmsg")]
    public async Task A_language_holds_for_all_sessions_at_once_and_is_kept()
    {
        var uid = world.NewUser();
        await using var ann = await world.LoginAsync(pid: TranslationWorld.MultiLogin);
        await using (var one = await world.LoginAsync(Profile.G1, uid, TranslationWorld.MultiLogin))
        await using (var other = await world.LoginAsync(Profile.G1, uid, TranslationWorld.MultiLogin))
        {
            await one.DoneAsync("setlang", ("lang", "fr"));
            await ann.OkAsync("sendmsg", Say.To(uid, 1, msg: "hello"));
            foreach (var peer in new[] { one, other })
            {
                await peer.ExpectMidAsync("pushmsg", 1);
                Assert.Equal("fr:hello", (await peer.NextBodyAsync("transmsg")).Text("msg"));
            }
            await other.DoneAsync("setlang", ("lang", ""));
            await ann.OkAsync("sendmsg", Say.To(uid, 2));
            await ann.OkAsync("sendmsg", Say.To(uid, 3));
            foreach (var peer in new[] { one, other })
            {
                await peer.ExpectMidAsync("pushmsg", 2);
                await peer.ExpectMidAsync("pushmsg", 3);
            }

            // 2.x names its language at login, for all sessions of the user
            await using var recent = await RtmPeer.ConnectAsync(world.Process.Endpoints["RtmClient"]);
            var auth = RtmServer.AuthOf(Profile.G4, uid, TranslationWorld.MultiLogin).With("lang", "de");
            Assert.True((await recent.OkAsync("auth", auth)).Bool("ok"));
            await ann.OkAsync("sendmsg", Say.To(uid, 4, msg: "hello"));
            foreach (var peer in new[] { one, other })
            {
                await peer.ExpectMidAsync("pushmsg", 4);
                Assert.Equal("de:hello", (await peer.NextBodyAsync("transmsg")).Text("msg"));
            }
            // an unknown one keeps nobody out and changes nothing
            await using var odd = await RtmPeer.ConnectAsync(world.Process.Endpoints["RtmClient"]);
            Assert.True((await odd.OkAsync("auth", auth.With("lang", "xx"))).Bool("ok"));
        }
        await using var later = await world.LoginAsync(Profile.G1, uid, TranslationWorld.MultiLogin);
        await ann.OkAsync("sendmsg", Say.To(uid, 5, msg: "hello"));
        await later.ExpectMidAsync("pushmsg", 5);
        Assert.Equal("de:hello", (await later.NextBodyAsync("transmsg")).Text("msg"));
    }

    [Fact]
    [Covers("transmsg")]
    public async Task What_needs_no_translation_gets_none()
    {
        await using var ann = await world.LoginAsync();
        await using var ben = await world.LoginAsync(language: "zh-TW");
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 1, msg: "zh-Hant|hello"));
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 2, msg: "bytes"u8.ToArray()));
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 3, msg: ""));
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 4, msg: "please fail"));
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 5, msg: "hello"));
        for (var mid = 1; mid <= 5; mid++)
            await ben.ExpectMidAsync("pushmsg", mid);
        var push = await ben.NextBodyAsync("transmsg");
        Assert.Equal((5, "zh-Hant:hello"), (push.Int("omid"), push.Text("msg")));
    }

    [Fact]
    [Covers("transmsg")]
    public async Task Translations_come_in_the_order_of_the_messages()
    {
        await using var ann = await world.LoginAsync();
        await using var ben = await world.LoginAsync(language: "fr");
        const int Count = 60;
        for (var mid = 1; mid <= Count; mid++)
            await ann.BeginAsync("sendmsg", Pack.Map(Say.To(ben.UserId, mid, msg: mid % 7 == 0 ? $"slow {mid}" : $"text {mid}")));
        var originals = new List<long>();
        var translated = new List<long>();
        while (translated.Count < Count)
        {
            var push = await ben.NextAsync();
            if (push.Method == "pushmsg")
            {
                originals.Add(push.Body.Int("mid"));
                continue;
            }
            Assert.Equal("transmsg", push.Method);
            translated.Add(push.Body.Int("omid"));
            Assert.Contains(translated[^1], originals);
        }
        Assert.Equal(originals, translated);
    }

    [Fact]
    [Covers("transmsg")]
    public async Task A_receipt_of_a_translation_changes_nothing_and_none_is_missed()
    {
        await using var ann = await world.LoginAsync();
        await using var ben = await world.LoginAsync(language: "fr");
        ben.Answers = false;
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 1, msg: "hello"));
        var original = await ben.NextAsync("pushmsg");
        var translation = await ben.NextAsync("transmsg");
        // the original is pushed again when its receipt is missing, the translation is not
        Assert.Equal(original.Sequence, (await ben.NextAsync("pushmsg")).Sequence);
        await ben.AnswerAsync(original);
        await ben.AnswerAsync(translation, status: 1);
        await ben.AnswerAsync(translation);
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 2, msg: "hello"));
        await ben.AnswerAsync(await ben.NextAsync("pushmsg"));
        await ben.NextAsync("transmsg");
        await ben.OkAsync("bye");
        await using var again = await world.LoginAsync(uid: ben.UserId);
        Assert.Empty((await again.OkAsync("getunread", ("clear", false))).List("p2p"));
    }

    [Fact]
    [CoversServer("addlisten")]
    public async Task Back_ends_that_listen_are_not_told_translations()
    {
        await using var backEnd = await world.ConnectAsync(TranslationWorld.MultiLogin);
        await backEnd.DoneAsync("setlisten", ("p2p", true), ("gids", Array.Empty<long>()), ("rids", Array.Empty<long>()), ("events", Array.Empty<string>()));
        await using var ann = await world.LoginAsync(pid: TranslationWorld.MultiLogin);
        await using var ben = await world.LoginAsync(pid: TranslationWorld.MultiLogin, language: "fr");
        for (var mid = 1; mid <= 2; mid++)
        {
            await ann.OkAsync("sendmsg", Say.To(ben.UserId, mid, msg: "hello"));
            await ben.NextAsync("pushmsg");
            await ben.NextAsync("transmsg");
        }
        await Wait.Until(() => backEnd.Told.Count(IsAnns) >= 2, "the back end was told");
        Assert.All(backEnd.Told.Where(IsAnns), push => Assert.Equal("pushmsg", push.Method));

        bool IsAnns(Package push) => push.Method != "ping" && push.Body.Has("from") && push.Body.Int("from") == ann.UserId;
    }

    private static async Task ExpectAsync(
        RtmPeer peer, string original, string translation, string key, long id, long from, long mid, string text)
    {
        await peer.ExpectMidAsync(original, mid);
        var body = await peer.NextBodyAsync(translation);
        Assert.Equal(key.Length > 0 ? ["from", key, "mid", "omid", "msg"] : ["from", "mid", "omid", "msg"], body.Keys);
        if (key.Length > 0)
            Assert.Equal(id, body.Int(key));
        Assert.Equal((from, mid, text), (body.Int("from"), body.Int("omid"), body.Text("msg")));
        Assert.NotEqual(mid, body.Int("mid"));
    }
}
