using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>Tokens, presence, kicking, devices, push names and positions (rtm-server.md §4.5 to §4.9, §5.1, §8.3).</summary>
public sealed class ServerUserTests(BackEndServer server)
{
    [Theory]
    [CoversServer("gettoken")]
    [InlineData(SignForm.Legacy)]
    [InlineData(SignForm.Timed)]
    public async Task A_token_lets_its_user_in_more_than_once(SignForm form)
    {
        await using var backEnd = await server.ConnectAsync(form: form);
        var uid = server.NewUser();
        var first = await backEnd.OkAsync("gettoken", ("uid", uid));
        Assert.Equal(["token"], first.Keys);
        Assert.Matches("^[0-9A-F]{32}$", first.Text("token"));
        var second = (await backEnd.OkAsync("gettoken", ("uid", uid))).Text("token");
        Assert.NotEqual(first.Text("token"), second);
        foreach (var token in new[] { first.Text("token"), second, first.Text("token") })
            Assert.True(await LogsInAsync(backEnd.Pid, uid, token));
        Assert.False(await LogsInAsync(backEnd.Pid, uid + 1_000_000, second));
    }

    [Fact]
    [CoversServer("gettoken", "removetoken")]
    public async Task Removed_tokens_let_nobody_in_and_sessions_go_on()
    {
        await using var backEnd = await server.ConnectAsync();
        var uid = server.NewUser();
        await using var ann = await server.LoginAsync(backEnd, uid);
        var token = (await backEnd.OkAsync("gettoken", ("uid", uid))).Text("token");
        await backEnd.DoneAsync("removetoken", ("uid", uid));
        await backEnd.DoneAsync("removetoken", ("uid", uid));
        Assert.False(await LogsInAsync(backEnd.Pid, uid, token));
        await ann.OkAsync("getfriends");
        await using var again = await server.LoginAsync(backEnd, uid);
    }

    [Fact]
    [CoversServer("gettoken", "removetoken")]
    public async Task No_token_for_an_admin_or_an_invalid_uid()
    {
        await using var backEnd = await server.ConnectAsync();
        await backEnd.FailAsync(200025, "gettoken", ("uid", BackEndServer.Admin));
        foreach (var method in new[] { "gettoken", "removetoken" })
        {
            await backEnd.NeedsAsync(method, ("uid", 5));
            foreach (var uid in new[] { 0, -1, 9_000_000_000_999_999 })
                await backEnd.FailAsync(200001, method, ("uid", uid));
        }
    }

    [Fact]
    [CoversServer("getonlineusers")]
    public async Task Getonlineusers_tells_those_online_in_the_order_asked_for()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        await using var ben = await server.LoginAsync(backEnd);
        var answer = await backEnd.OkAsync("getonlineusers", ("uids", new[] { ben.UserId, 5, ann.UserId, -1 }));
        Assert.Equal(["uids"], answer.Keys);
        Assert.Equal([ben.UserId, ann.UserId], answer.Ints("uids"));
        var many = Enumerable.Range(1, 201).Select(i => (long)i).ToArray();
        Assert.Empty((await backEnd.OkAsync("getonlineusers", ("uids", many[..200]))).List("uids"));
        await backEnd.FailAsync(200032, "getonlineusers", ("uids", many));
        await backEnd.FailAsync(200033, "getonlineusers", ("uids", Array.Empty<long>()));
        await backEnd.NeedsAsync("getonlineusers", ("uids", many[..1]));
    }

    [Fact]
    [CoversServer("kickout")]
    public async Task Kickout_ends_all_connections_of_a_user()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.MultiLogin);
        foreach (var ce in new (string, object?)[][] { [], [("ce", "")], [("ce", null)] })
        {
            await using var ann = await server.LoginAsync(backEnd);
            await using var second = await server.LoginAsync(backEnd, ann.UserId);
            await backEnd.DoneAsync("kickout", [("uid", ann.UserId), .. ce]);
            foreach (var peer in new[] { ann, second })
            {
                var push = await peer.NextAsync("kickout");
                Assert.Equal((Frame.OneWay, 0), (push.Type, push.Body.Count));
                await peer.ExpectClosedAsync();
            }
            await Wait.Until(
                async () => (await backEnd.OkAsync("getonlineusers", ("uids", new[] { ann.UserId }))).List("uids").Length == 0, "ann is offline");
        }
    }

    [Fact]
    [CoversServer("kickout")]
    public async Task Kickout_with_an_endpoint_ends_that_connection_only()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.MultiLogin);
        await using var ann = await server.LoginAsync(backEnd);
        await using var second = await server.LoginAsync(backEnd, ann.UserId);
        await backEnd.DoneAsync("kickout", ("uid", ann.UserId), ("ce", "10.0.0.1:1")); // no such connection
        await backEnd.DoneAsync("kickout", ("uid", server.NewUser()), ("ce", second.LocalEndpoint.ToString())); // somebody else's
        await backEnd.DoneAsync("kickout", ("uid", ann.UserId), ("ce", second.LocalEndpoint.ToString()));
        await second.NextAsync("kickout");
        await second.ExpectClosedAsync();
        await ann.OkAsync("getfriends");
        await backEnd.DoneAsync("kickout", ("uid", server.NewUser())); // offline
        await backEnd.NeedsAsync("kickout", ("uid", 5));
        await backEnd.FailAsync(10010, "kickout", ("uid", 5), ("ce", 5));
        await backEnd.FailAsync(200001, "kickout", ("uid", 0));
    }

    [Fact]
    [CoversServer("adddevice", "removedevice")]
    public async Task Devices_are_added_and_removed_under_both_spellings()
    {
        await using var backEnd = await server.ConnectAsync();
        var uid = server.NewUser();
        (string Key, object? Value)[] add = [("uid", uid), ("apptype", "ios"), ("devicetoken", "t1")];
        await backEnd.DoneAsync("adddevice", add);
        await backEnd.DoneAsync("adddevice", add);
        await backEnd.DoneAsync("adddevice", ("uid", uid), ("appType", "android"), ("deviceToken", "t2"));
        await backEnd.NeedsAsync("adddevice", add);
        await backEnd.FailAsync(200033, "adddevice", add.With("devicetoken", ""));
        await backEnd.DoneAsync("adddevice", add.With("devicetoken", new string('x', 1024)));
        await backEnd.FailAsync(200030, "adddevice", add.With("devicetoken", new string('x', 1025)));
        await backEnd.FailAsync(200001, "adddevice", add.With("uid", 0));
        await backEnd.DoneAsync("removedevice", ("uid", uid), ("devicetoken", "t1"));
        await backEnd.DoneAsync("removedevice", ("uid", uid), ("deviceToken", "t1")); // unknown now
        await backEnd.NeedsAsync("removedevice", ("uid", uid), ("devicetoken", "t1"));
        await backEnd.FailAsync(200033, "removedevice", ("uid", uid), ("devicetoken", ""));
        await backEnd.FailAsync(200001, "removedevice", ("uid", -1), ("devicetoken", "t"));
    }

    [Fact]
    [CoversServer("setpushname", "getpushname")]
    public async Task Push_names_are_those_of_the_client_gate()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        Assert.Equal("", (await backEnd.OkAsync("getpushname", ("uid", ann.UserId))).Text("pushname"));
        await backEnd.DoneAsync("setpushname", ("uid", ann.UserId), ("pushname", "Änn"));
        Assert.Equal("Änn", (await ann.OkAsync("getpushname")).Text("pushname"));
        await ann.DoneAsync("setpushname", ("pushname", new string('x', 256)));
        Assert.Equal(256, (await backEnd.OkAsync("getpushname", ("uid", ann.UserId))).Text("pushname").Length);
        await backEnd.FailAsync(200030, "setpushname", ("uid", ann.UserId), ("pushname", new string('x', 257)));
        await backEnd.NeedsAsync("setpushname", ("uid", 5), ("pushname", "x"));
        await backEnd.NeedsAsync("getpushname", ("uid", 5));
        await backEnd.FailAsync(200001, "setpushname", ("uid", 0), ("pushname", "x"));
        await backEnd.FailAsync(200001, "getpushname", ("uid", 0));
    }

    [Fact]
    [CoversServer("setgeo", "getgeo", "getgeos")]
    public async Task Positions_are_those_of_the_client_gate()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        var none = await backEnd.OkAsync("getgeo", ("uid", ann.UserId));
        Assert.Equal((0.0, 0.0), (none.Double("lat"), none.Double("lng")));
        await backEnd.DoneAsync("setgeo", ("uid", ann.UserId), ("lat", 48), ("lng", -2.3522));
        var position = await ann.OkAsync("getgeo");
        Assert.Equal((48.0, -2.3522), (position.Double("lat"), position.Double("lng")));
        var geos = await backEnd.OkAsync("getgeos", ("uids", new[] { server.NewUser(), ann.UserId }));
        Assert.Equal([ann.UserId.ToString(), "48", "-2.3522"], Assert.Single(geos.Rows("geos")));
        var eleven = Enumerable.Range(1, 11).Select(i => (long)i).ToArray();
        Assert.Empty((await backEnd.OkAsync("getgeos", ("uids", eleven[..10]))).List("geos"));
        await backEnd.FailAsync(200032, "getgeos", ("uids", eleven));
        await backEnd.FailAsync(200033, "getgeos", ("uids", Array.Empty<long>()));
        await backEnd.FailAsync(200034, "setgeo", ("uid", ann.UserId), ("lat", double.NaN), ("lng", 0));
        await backEnd.NeedsAsync("setgeo", ("uid", 5), ("lat", 1.5), ("lng", 1.5));
        await backEnd.NeedsAsync("getgeo", ("uid", 5));
        await backEnd.FailAsync(200001, "setgeo", ("uid", 0), ("lat", 1), ("lng", 1));
        await backEnd.FailAsync(200001, "getgeo", ("uid", 0));
    }

    private async Task<bool> LogsInAsync(long pid, long uid, string token)
    {
        await using var peer = await RtmPeer.ConnectAsync(server.ClientGate);
        return (await peer.OkAsync("auth", RtmServer.AuthOf(Profile.G1, uid, pid).With("token", token))).Bool("ok");
    }
}
