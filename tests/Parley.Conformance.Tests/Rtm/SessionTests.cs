using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>What belongs to a connection (rtm-client.md §2.3, §3.3 to §3.6, §10.1).</summary>
public sealed class SessionTests(RtmServer server)
{
    [Fact]
    [Covers("bye")]
    public async Task Bye_is_answered_then_the_connection_ends_and_the_user_is_offline()
    {
        await using var watcher = await server.LoginAsync();
        await using var ann = await server.LoginAsync();
        await ann.DoneAsync("bye");
        await ann.ExpectClosedAsync();
        await Wait.Until(
            async () => (await watcher.OkAsync("getonlineusers", ("uids", new[] { ann.UserId }))).Ints("uids").Length == 0, "ann is offline");
    }

    [Fact]
    [Covers("kickout")]
    public async Task Without_multilogin_a_new_login_replaces_the_older_one_with_a_one_way_kickout()
    {
        await using var ann = await server.LoginAsync();
        await using var again = await server.LoginAsync(uid: ann.UserId);
        var kickout = await ann.NextAsync("kickout");
        Assert.Equal(Frame.OneWay, kickout.Type);
        Assert.Equal("80", Hex.Text(kickout.Payload));
        await ann.ExpectClosedAsync();
        // pushes go to the new connection, and calls by ce are not offered
        await using var ben = await server.LoginAsync();
        var mid = server.NewMid();
        await ben.OkAsync("sendmsg", Say.To(ann.UserId, mid));
        await again.ExpectMidAsync("pushmsg", mid);
        await again.FailAsync(200020, "kickout", ("ce", "127.0.0.1:1"));
    }

    [Fact]
    [Covers("kickout")]
    public async Task With_multilogin_all_connections_live_and_one_can_kick_another_by_its_endpoint()
    {
        var pid = RtmWorld.MultiLogin;
        await using var one = await server.LoginAsync(Profile.G2, pid: pid);
        await using var two = await server.LoginAsync(Profile.G2, one.UserId, pid);
        await using var ben = await server.LoginAsync(pid: pid);
        await ben.OkAsync("sendmsg", Say.To(one.UserId, 1));
        await one.ExpectMidAsync("pushmsg", 1);
        await two.ExpectMidAsync("pushmsg", 1);

        await one.FailAsync(10009, "kickout");
        await one.FailAsync(200033, "kickout", ("ce", ""));
        await one.FailAsync(200012, "kickout", ("ce", one.LocalEndpoint.ToString()));
        await one.DoneAsync("kickout", ("ce", "10.1.1.1:1")); // nobody's
        await one.DoneAsync("kickout", ("ce", ben.LocalEndpoint.ToString())); // not one's own
        await one.DoneAsync("kickout", ("ce", two.LocalEndpoint.ToString()));
        Assert.Equal(Frame.OneWay, (await two.NextAsync("kickout")).Type);
        await two.ExpectClosedAsync();
        await ben.OkAsync("sendmsg", Say.To(one.UserId, 2));
        await one.ExpectMidAsync("pushmsg", 2);
    }

    [Fact]
    [Covers("addattrs", "getattrs")]
    public async Task Attributes_belong_to_a_connection_and_are_listed_for_all_of_the_user_s()
    {
        var pid = RtmWorld.MultiLogin;
        await using var one = await server.LoginAsync(Profile.G2, pid: pid);
        await using var two = await server.LoginAsync(Profile.G2, one.UserId, pid);
        await one.DoneAsync("addattrs", ("attrs", new[] { ("a", (object?)"1"), ("b", "2"), ("my", "forged") }));
        await one.DoneAsync("addattrs", ("attrs", new[] { ("b", (object?)"3") }));
        var list = (await one.OkAsync("getattrs")).List("attrs").Cast<Map>().ToArray();
        Assert.Equal(2, list.Length);
        var mine = Assert.Single(list, map => map.Text("ce") == one.LocalEndpoint.ToString());
        var other = Assert.Single(list, map => map.Text("ce") == two.LocalEndpoint.ToString());
        Assert.Equal(("1", "3", "true"), (mine.Text("a"), mine.Text("b"), mine.Text("my")));
        Assert.Equal("false", other.Text("my"));
        Assert.False(other.Has("a"));
        Assert.InRange(long.Parse(mine.Text("login")), 1_700_000_000, 99_000_000_000);
    }

    [Fact]
    [Covers("addattrs", "getattrs")]
    public async Task A_2_x_client_gets_the_one_map_of_its_own_attributes()
    {
        await using var ann = await server.LoginAsync(Profile.G4);
        Assert.Equal(0, (await ann.OkAsync("getattrs")).Nested("attrs").Count);
        await ann.DoneAsync("addattrs", ("attrs", new[] { ("a", (object?)"1") }));
        Assert.Equal("1", (await ann.OkAsync("getattrs")).Nested("attrs").Text("a"));
    }

    [Theory]
    [InlineData("addattrs", "attrs")]
    [InlineData("addvariables", "var")]
    [Covers("addattrs", "addvariables")]
    public async Task Maps_of_a_connection_are_limited_to_64_keys_and_2048_bytes(string method, string key)
    {
        await using var ann = await server.LoginAsync();
        await ann.FailAsync(10009, method);
        await ann.FailAsync(10010, method, (key, "text"));
        await ann.FailAsync(10010, method, (key, new[] { ("a", (object?)new[] { 1 }) }));
        (string, object?)[] many = [.. Enumerable.Range(0, 65).Select(i => ($"{i}", (object?)""))];
        await ann.FailAsync(200030, method, (key, many));
        await ann.DoneAsync(method, (key, many[..64]));
        await ann.FailAsync(200030, method, (key, many[64..]));
        await ann.DoneAsync(method, (key, many[..64]));

        await using var ben = await server.LoginAsync();
        await ben.FailAsync(200030, method, (key, new[] { ("k", (object?)new string('x', 2048)) }));
        await ben.DoneAsync(method, (key, new[] { ("k", (object?)new string('x', 2047)) }));
        await ben.FailAsync(200030, method, (key, new[] { ("l", (object?)"") }));
        await ben.DoneAsync(method, (key, new[] { ("k", (object?)"small again") }));
        await ben.DoneAsync(method, (key, new[] { ("l", (object?)"") }));
    }

    [Fact]
    [Covers("adddebuglog")]
    public async Task A_debug_log_line_is_written_to_the_log_without_forging_others()
    {
        await using var ann = await server.LoginAsync();
        var word = Guid.NewGuid().ToString("N");
        await ann.DoneAsync("adddebuglog", ("msg", $"look {word}\nforged line"), ("attrs", "{}"));
        await Wait.Until(() => server.Process.Output.Any(line => line.Contains(word, StringComparison.Ordinal)), "the line is in the log");
        var logged = server.Process.Output.Single(line => line.Contains(word, StringComparison.Ordinal));
        Assert.Contains("forged line", logged);
        Assert.Contains(ann.UserId.ToString(), logged);
        Assert.Contains(RtmWorld.Pid.ToString(), logged);
        Assert.Contains(ann.LocalEndpoint.ToString(), logged);
    }

    [Fact]
    [Covers("adddebuglog")]
    public async Task A_debug_log_line_has_the_limits_of_a_message()
    {
        await using var ann = await server.LoginAsync();
        await ann.FailAsync(10009, "adddebuglog", ("msg", "x"));
        await ann.FailAsync(10009, "adddebuglog", ("attrs", "x"));
        await ann.FailAsync(10010, "adddebuglog", ("msg", 1), ("attrs", ""));
        await ann.FailAsync(200030, "adddebuglog", ("msg", new string('x', 20481)), ("attrs", ""));
        await ann.FailAsync(200030, "adddebuglog", ("msg", ""), ("attrs", new string('x', 2049)));
        await ann.DoneAsync("adddebuglog", ("msg", new string('x', 20480)), ("attrs", new string('x', 2048)));
    }

    [Theory]
    [InlineData("setlang")]
    [InlineData("translate")]
    [Covers("setlang", "translate")]
    public async Task What_no_project_has_yet_is_200060(string method)
    {
        await using var ann = await server.LoginAsync();
        await ann.FailAsync(200060, method, ("lang", "fr"), ("text", "x"), ("dst", "fr"), ("cmd", "sendfile"), ("to", 5));
    }

    [Fact]
    [Covers("ping", "sendmsg")]
    public async Task Everything_works_with_json_payloads_too()
    {
        await using var ann = await server.ConnectAsync();
        var uid = server.NewUser();
        await using var ben = await server.LoginAsync();
        await ann.SendAsync(Frame.JsonQuest(0, "*ping", "{}", Frame.OneWay));
        var raw = await RawPeer.ConnectAsync(server.Gate);
        await using (raw)
        {
            await raw.SendAsync(Frame.JsonQuest(1, "auth", $$"""{"pid":1000,"uid":{{uid}},"token":"{{Seed.TokenOf(uid)}}"}"""));
            var yes = await raw.ReadPackageAsync();
            Assert.Equal((Frame.Json, "{\"ok\":true}"), (yes.Flag, yes.Json));
            await raw.SendAsync(Frame.JsonQuest(2, "sendmsg", $$"""{"to":{{ben.UserId}},"mid":5000000001,"mtype":8,"msg":"grüß dich ☕","attrs":""}"""));
            Assert.Matches("^\\{\"mtime\":[0-9]{13}\\}$", (await raw.ReadPackageAsync()).Json);
            await raw.SendAsync(Frame.JsonQuest(3, "sendmsg", "{\"to\":5}"));
            var no = await raw.ReadPackageAsync();
            Assert.Equal((1, Frame.Json), (no.Ss, no.Flag));
            Assert.StartsWith("{\"code\":10009,\"ex\":\"", no.Json);
            // pushes are MessagePack whatever the quests were
            await ben.OkAsync("sendmsg", Say.To(uid, 5_000_000_002, msg: "selber"));
            var push = await raw.ReadPackageAsync();
            Assert.Equal((Frame.MessagePack, "selber"), (push.Flag, push.Body.Text("msg")));
        }
        var heard = await ben.NextBodyAsync("pushmsg");
        Assert.Equal(("grüß dich ☕", 5_000_000_001), (heard.Text("msg"), heard.Int("mid")));
    }
}
