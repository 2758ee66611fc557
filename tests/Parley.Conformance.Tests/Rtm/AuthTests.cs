using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>auth (rtm-client.md §3.2) and what may be asked before it (§2.1).</summary>
[Covers("auth")]
public sealed class AuthTests(RtmServer server)
{
    [Fact]
    public async Task A_good_token_logs_in_with_ok_true_and_nothing_else()
    {
        await using var peer = await server.ConnectAsync();
        var answer = await peer.OkAsync("auth", RtmServer.AuthOf(Profile.G1, server.NewUser()));
        Assert.Equal(["ok"], answer.Keys);
        Assert.True(answer.Bool("ok"));
    }

    [Theory]
    [InlineData("pid", 10009)]
    [InlineData("uid", 10009)]
    [InlineData("token", 10009)]
    public async Task Required_parameters_are_10009_when_absent_and_10010_of_a_wrong_type(string key, int code)
    {
        await using var peer = await server.ConnectAsync();
        var good = RtmServer.AuthOf(Profile.G1, server.NewUser());
        await peer.FailAsync(code, "auth", good.Without(key));
        await peer.FailAsync(code, "auth", good.With(key, null));
        await peer.FailAsync(10010, "auth", good.With(key, new[] { 1 }));
        Assert.True((await peer.OkAsync("auth", good)).Bool("ok"));
    }

    [Fact]
    public async Task An_unknown_project_or_a_uid_that_is_not_positive_is_200001()
    {
        await using var peer = await server.ConnectAsync();
        var good = RtmServer.AuthOf(Profile.G1, server.NewUser());
        await peer.FailAsync(200001, "auth", good.With("pid", 999));
        await peer.FailAsync(200001, "auth", good.With("pid", -1));
        await peer.FailAsync(200001, "auth", good.With("uid", 0));
        await peer.FailAsync(200001, "auth", good.With("uid", -4));
        // a number of the band of names that was given to nobody
        await peer.FailAsync(200001, "auth", good.With("uid", 9_000_000_000_000_123));
    }

    [Fact]
    public async Task A_token_that_is_wrong_expired_or_another_s_is_ok_false_and_the_connection_stays()
    {
        await using var peer = await server.ConnectAsync();
        var uid = server.NewUser();
        var good = RtmServer.AuthOf(Profile.G1, uid);
        foreach (var wrong in new[]
                 {
                     good.With("token", "nonsense"), good.With("token", ""), good.With("token", new string('x', 5000)),
                     good.With("token", Seed.TokenOf(uid + 1)), good.With("pid", RtmWorld.MultiLogin).With("uid", RtmWorld.Gagged),
                     RtmServer.AuthOf(Profile.G1, RtmWorld.Expired),
                 })
        {
            var answer = await peer.OkAsync("auth", wrong);
            Assert.Equal(["ok"], answer.Keys);
            Assert.False(answer.Bool("ok"));
        }
        Assert.True((await peer.OkAsync("auth", good)).Bool("ok"));
    }

    [Fact]
    public async Task A_blacklisted_user_is_200024_and_an_admin_id_200025()
    {
        await using var peer = await server.ConnectAsync();
        await peer.FailAsync(200024, "auth", RtmServer.AuthOf(Profile.G1, RtmWorld.Blacklisted));
        await peer.FailAsync(200025, "auth", RtmServer.AuthOf(Profile.G1, RtmWorld.Admin));
    }

    [Fact]
    public async Task A_second_auth_on_a_connection_is_200023_and_leaves_the_first_in_force()
    {
        await using var peer = await server.LoginAsync();
        await peer.FailAsync(200023, "auth", RtmServer.AuthOf(Profile.G1, server.NewUser()));
        await peer.FailAsync(200023, "auth", RtmServer.AuthOf(Profile.G1, peer.UserId));
        Assert.Equal([peer.UserId], (await peer.OkAsync("getonlineusers", ("uids", new[] { peer.UserId }))).Ints("uids"));
    }

    [Fact]
    public async Task Two_logins_pipelined_on_one_connection_are_one_login()
    {
        await using var peer = await server.ConnectAsync();
        var good = Pack.Map(RtmServer.AuthOf(Profile.G1, server.NewUser()));
        await peer.SendAsync((byte[])[.. Frame.Quest(70, "auth", good), .. Frame.Quest(71, "auth", good), .. Frame.Quest(72, "auth", good)]);
        var again = await peer.AskAsync("auth", good);
        Assert.Equal(200023, again.Body.Int("code"));
        await peer.DoneAsync("ping");
    }

    [Fact]
    public async Task A_token_stays_good_for_login_after_login()
    {
        var uid = server.NewUser();
        for (var i = 0; i < 3; i++)
        {
            await using var peer = await server.LoginAsync(uid: uid);
            await peer.DoneAsync("bye");
            await peer.ExpectClosedAsync();
        }
    }

    [Fact]
    public async Task A_token_of_the_store_is_as_good_as_one_issued_by_the_running_server()
    {
        var token = await server.Process.IssueTokenAsync(4711, RtmWorld.Pid);
        Assert.Matches("^[0-9A-F]{32}$", token);
        await using var peer = await server.ConnectAsync();
        Assert.True((await peer.OkAsync("auth", ("pid", RtmWorld.Pid), ("uid", 4711), ("token", token))).Bool("ok"));
    }

    [Fact]
    public async Task Optional_parameters_may_be_nil_and_numbers_come_in_any_form()
    {
        await using var peer = await server.ConnectAsync();
        var uid = server.NewUser();
        var answer = await peer.OkAsync(
            "auth", ("pid", RtmWorld.Pid.ToString()), ("uid", (double)uid), ("token", System.Text.Encoding.UTF8.GetBytes(Seed.TokenOf(uid))),
            ("version", null), ("unread", 0), ("attrs", null), ("lang", null), ("more", "ignored"));
        Assert.True(answer.Bool("ok"));
    }

    [Fact]
    public async Task Optional_parameters_of_a_wrong_type_are_10010()
    {
        await using var peer = await server.ConnectAsync();
        var good = RtmServer.AuthOf(Profile.G1, server.NewUser());
        await peer.FailAsync(10010, "auth", good.With("unread", "perhaps"));
        await peer.FailAsync(10010, "auth", good.With("version", 3));
        await peer.FailAsync(10010, "auth", [.. good, ("attrs", 5)]);
        await peer.FailAsync(10010, "auth", [.. good, ("attrs", new[] { ("key", (object?)new[] { 1 }) })]);
    }

    [Fact]
    public async Task Attributes_of_a_login_are_limited_to_64_and_2048_bytes()
    {
        await using var peer = await server.ConnectAsync();
        var good = RtmServer.AuthOf(Profile.G1, server.NewUser());
        await peer.FailAsync(200030, "auth", [.. good, ("attrs", new[] { ("key", (object?)new string('x', 2046)) })]);
        Assert.True((await peer.OkAsync("auth", [.. good, ("attrs", new[] { ("key", (object?)new string('x', 2045)) })])).Bool("ok"));
    }

    [Fact]
    [Covers("ping")]
    public async Task Before_auth_only_auth_ping_and_bye_are_allowed()
    {
        await using var peer = await server.ConnectAsync();
        foreach (var method in RtmMethods.ForUsers)
        {
            await peer.FailAsync(200022, method);
            await peer.FailAsync(200022, method, ("to", 5), ("gid", 5), ("rid", 5));
        }
        await peer.DoneAsync("ping");
        Assert.False((await peer.OkAsync("auth", RtmServer.AuthOf(Profile.G1, 5).With("token", "x"))).Bool("ok"));
        await peer.FailAsync(200022, "getfriends");
        await peer.DoneAsync("bye");
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task The_redirect_setting_answers_ok_false_with_the_gate_but_never_to_2_x()
    {
        await using var peer = await server.ConnectAsync();
        var uid = server.NewUser(RtmWorld.Redirected);
        foreach (var profile in new[] { Profile.G1, Profile.G2 })
        {
            var answer = await peer.OkAsync("auth", RtmServer.AuthOf(profile, uid, RtmWorld.Redirected));
            Assert.Equal(["ok", "gate"], answer.Keys);
            Assert.False(answer.Bool("ok"));
            Assert.Equal("10.0.0.22:13321", answer.Text("gate"));
        }
        // a bad token gets no gate to knock at
        var bad = await peer.OkAsync("auth", RtmServer.AuthOf(Profile.G1, uid, RtmWorld.Redirected).With("token", "x"));
        Assert.Equal(["ok"], bad.Keys);
        await RtmServer.AuthAsync(peer, Profile.G4, uid, RtmWorld.Redirected);
    }

    [Fact]
    public async Task No_push_comes_before_the_answer_to_auth()
    {
        await using var ann = await server.LoginAsync();
        var uid = server.NewUser();
        var rounds = 0;
        using var enough = new CancellationTokenSource();
        var talking = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
                await ann.OkAsync("sendmsg", Say.To(uid, server.NewMid()));
        });
        for (; rounds < 20; rounds++)
        {
            await using var raw = await RawPeer.ConnectAsync(server.Gate);
            await raw.SendAsync(Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, uid))));
            var first = await raw.ReadPackageAsync();
            Assert.Equal(Frame.AnswerType, first.Type);
            Assert.True(first.Body.Bool("ok"));
            Assert.Equal("pushmsg", (await raw.ReadPackageAsync()).Method);
        }
        await enough.CancelAsync();
        await talking;
    }
}
