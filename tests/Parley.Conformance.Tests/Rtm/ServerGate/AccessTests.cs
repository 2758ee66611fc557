using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>Who is let in (rtm-server.md §1.2, §1.3, S-1 to S-6; §1.5 frequency).</summary>
public sealed class AccessTests(BackEndServer server)
{
    private const string Method = "getfriends";

    [Theory]
    [InlineData(SignForm.Legacy)]
    [InlineData(SignForm.Timed)]
    public async Task Both_forms_of_the_sign_are_taken_in_either_case(SignForm form)
    {
        await using var backEnd = await server.ConnectAsync(form: form);
        await backEnd.OkAsync(Method, ("uid", 1));
        var common = BackEnd.Common(backEnd.Pid, Method, form);
        var sign = (string)common.Single(pair => pair.Key == "sign").Value!;
        await backEnd.Peer.OkAsync(Method, [.. common.With("sign", sign.ToLowerInvariant()), ("uid", 1)]);
    }

    [Theory]
    [InlineData(SignForm.Legacy)]
    [InlineData(SignForm.Timed)]
    public async Task A_wrong_sign_is_200002_whatever_else_is_wrong(SignForm form)
    {
        await using var backEnd = await server.ConnectAsync(form: form);
        var common = BackEnd.Common(backEnd.Pid, Method, form);
        var wrongs = new List<(string, object?)[]>
        {
            common.With("sign", new string('A', 32)),
            common.With("sign", ""),
            common.With("sign", "C958"),
            common.With("salt", 5),
            common.With("pid", 999_999), // unknown
            common.With("pid", -1),
            common.With("pid", BackEndServer.Strict), // known, but with the same secret it is another text
            BackEnd.Common(backEnd.Pid, Method, form, secret: "Secret"),
            BackEnd.Common(999_999, Method, form),
        };
        foreach (var wrong in wrongs)
        {
            await backEnd.Peer.FailAsync(200002, Method, [.. wrong, ("uid", 1)]);
            await backEnd.Peer.FailAsync(200002, Method, wrong); // rule S-3: before the parameters
        }
        await backEnd.Peer.FailAsync(200002, "filetoken", wrongs[0]);
        await backEnd.Peer.FailAsync(200002, "setlisten", wrongs[0]);
    }

    [Fact]
    public async Task The_text_is_chosen_by_the_presence_of_ts()
    {
        await using var backEnd = await server.ConnectAsync();
        var salt = BackEnd.NewSalt();
        var timed = BackEnd.Sign(backEnd.Pid, BackEnd.Secret, salt, Method, BackEnd.Now);
        var legacy = BackEnd.Sign(backEnd.Pid, BackEnd.Secret, salt, Method, ts: null);
        await backEnd.Peer.FailAsync(200002, Method, ("pid", backEnd.Pid), ("salt", salt), ("sign", timed), ("uid", 1));
        await backEnd.Peer.FailAsync(200002, Method, ("pid", backEnd.Pid), ("salt", salt), ("sign", legacy), ("ts", BackEnd.Now), ("uid", 1));
        // nil counts as absent (D-4), and numbers may be texts (D-1)
        await backEnd.Peer.OkAsync(Method, ("pid", $"{backEnd.Pid}"), ("salt", $"{salt}"), ("sign", legacy), ("ts", null), ("uid", "1"));
        // the method is part of the timed text
        var other = BackEnd.Common(backEnd.Pid, "isfriend", SignForm.Timed);
        await backEnd.Peer.FailAsync(200002, Method, [.. other, ("uid", 1)]);
        await backEnd.Peer.OkAsync("isfriend", [.. other, ("uid", 1), ("fuid", 2)]);
        // of the other text it is not
        await backEnd.Peer.OkAsync(Method, [.. BackEnd.Common(backEnd.Pid, "isfriend", SignForm.Legacy), ("uid", 1)]);
    }

    [Fact]
    public async Task The_common_parameters_are_needed()
    {
        await using var backEnd = await server.ConnectAsync();
        var common = BackEnd.Common(backEnd.Pid, Method, SignForm.Timed);
        foreach (var key in new[] { "pid", "salt", "sign" })
        {
            await backEnd.Peer.FailAsync(10009, Method, [.. common.Without(key), ("uid", 1)]);
            await backEnd.Peer.FailAsync(10010, Method, [.. common.With(key, true), ("uid", 1)]);
        }
        await backEnd.Peer.FailAsync(10010, Method, [.. common.With("ts", "now"), ("uid", 1)]);
        await backEnd.Peer.FailAsync(20004, "nosuchmethod", common);
    }

    [Fact]
    public async Task A_time_off_by_more_than_300_seconds_is_200008()
    {
        await using var backEnd = await server.ConnectAsync();
        foreach (var off in new long[] { -290, -5, 0, 5, 290 })
            await backEnd.Peer.OkAsync(Method, [.. At(BackEnd.Now + off), ("uid", 1)]);
        foreach (var off in new long[] { -310, 310, 100_000_000 })
            await backEnd.Peer.FailAsync(200008, Method, [.. At(BackEnd.Now + off), ("uid", 1)]);
        foreach (var ts in new[] { 0, -1, long.MinValue, long.MaxValue, BackEnd.Now * 1000 })
            await backEnd.Peer.FailAsync(200008, Method, [.. At(ts), ("uid", 1)]);
        // only who knows the secret hears of the time
        await backEnd.Peer.FailAsync(200002, Method, [.. At(0).With("sign", new string('0', 32)), ("uid", 1)]);

        (string Key, object? Value)[] At(long ts)
        {
            var salt = BackEnd.NewSalt();
            return [("pid", backEnd.Pid), ("salt", salt), ("ts", ts), ("sign", BackEnd.Sign(backEnd.Pid, BackEnd.Secret, salt, Method, ts))];
        }
    }

    [Fact]
    public async Task A_repeated_sign_is_200006_with_a_time_and_fine_without()
    {
        await using var backEnd = await server.ConnectAsync();
        await using var attacker = await server.ConnectAsync();
        (string, object?)[] timed = [.. BackEnd.Common(backEnd.Pid, Method, SignForm.Timed), ("uid", 1)];
        await backEnd.Peer.OkAsync(Method, timed);
        await backEnd.Peer.FailAsync(200006, Method, timed);
        await attacker.Peer.FailAsync(200006, Method, timed);
        // also when the call itself failed
        var bad = BackEnd.Common(backEnd.Pid, Method, SignForm.Timed);
        await backEnd.Peer.FailAsync(10009, Method, bad);
        await backEnd.Peer.FailAsync(200006, Method, [.. bad, ("uid", 1)]);
        (string, object?)[] legacy = [.. BackEnd.Common(backEnd.Pid, Method, SignForm.Legacy), ("uid", 1)];
        await backEnd.Peer.OkAsync(Method, legacy);
        await backEnd.Peer.OkAsync(Method, legacy);
    }

    [Fact]
    public async Task A_project_may_remember_no_signs()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.Forgetful);
        (string, object?)[] timed = [.. BackEnd.Common(backEnd.Pid, Method, SignForm.Timed), ("uid", 1)];
        await backEnd.Peer.OkAsync(Method, timed);
        await backEnd.Peer.OkAsync(Method, timed);
    }

    [Fact]
    public async Task A_project_may_refuse_signs_without_a_time()
    {
        await using var legacy = await server.ConnectAsync(BackEndServer.NoLegacy);
        await legacy.FailAsync(200002, Method, ("uid", 1));
        await using var timed = await server.ConnectAsync(BackEndServer.NoLegacy, SignForm.Timed);
        await timed.OkAsync(Method, ("uid", 1));
    }

    [Fact]
    public async Task Calls_beyond_the_project_s_pace_are_200010()
    {
        await using var one = await server.ConnectAsync(BackEndServer.Paced);
        await using var two = await server.ConnectAsync(BackEndServer.Paced, SignForm.Timed);
        var asked = new List<Task<Package>>();
        foreach (var backEnd in Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? one : two))
            asked.Add(await backEnd.Peer.BeginAsync(Method, Pack.Map(backEnd.Signed(Method, ("uid", 1)))));
        var answers = await Wait.For(Task.WhenAll(asked), "the answers");
        var refused = answers.Where(answer => answer.IsError).ToArray();
        Assert.InRange(refused.Length, 1, 37);
        Assert.All(refused, answer => Assert.Equal(200010, answer.Body.Int("code")));
        // a wrong sign takes nothing out of the allowance and is told first
        await one.Peer.FailAsync(200002, Method, [.. BackEnd.Common(one.Pid, Method, SignForm.Legacy, "wrong"), ("uid", 1)]);
        await Wait.Until(async () => !(await one.Peer.AskAsync(Method, one.Signed(Method, ("uid", 1)))).IsError, "the allowance comes back");
        await using var other = await server.ConnectAsync();
        await other.OkAsync(Method, ("uid", 1));
    }

    [Fact]
    public async Task A_method_that_is_switched_off_is_200020_and_takes_nothing_out_of_the_allowance()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.Disabled);
        for (var i = 0; i < 10; i++)
            await backEnd.FailAsync(200020, Method, ("uid", 1));
        await backEnd.FailAsync(200020, Method); // before the parameters
        Assert.False(await backEnd.AskAsync("isfriend", ("uid", 1), ("fuid", 2)));
    }

    [Fact]
    public async Task One_connection_may_serve_several_projects_and_nothing_crosses_them()
    {
        await using var here = await server.ConnectAsync();
        var there = new BackEnd(here.Peer, BackEndServer.Other, SignForm.Timed);
        var uid = server.NewUser();
        await here.DoneAsync("addfriends", ("uid", uid), ("friends", new[] { uid + 1 }));
        await here.DoneAsync("setpushname", ("uid", uid), ("pushname", "here"));
        Assert.Empty((await there.OkAsync("getfriends", ("uid", uid))).List("uids"));
        Assert.Equal("", (await there.OkAsync("getpushname", ("uid", uid))).Text("pushname"));
        var token = (await here.OkAsync("gettoken", ("uid", uid))).Text("token");
        await using var client = await RtmPeer.ConnectAsync(server.ClientGate);
        Assert.False((await client.OkAsync("auth", ("pid", there.Pid), ("uid", uid), ("token", token))).Bool("ok"));
        Assert.True((await client.OkAsync("auth", ("pid", here.Pid), ("uid", uid), ("token", token))).Bool("ok"));
        Assert.Empty((await there.OkAsync("getonlineusers", ("uids", new[] { uid }))).List("uids"));
    }
}
