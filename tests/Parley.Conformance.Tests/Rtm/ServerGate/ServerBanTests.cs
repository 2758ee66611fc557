using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>Bans and the project's blacklist (rtm-server.md §4.4).</summary>
public sealed class ServerBanTests(BackEndServer server)
{
    [Theory]
    [CoversServer("addgroupban", "removegroupban", "isbanofgroup", "addroomban", "removeroomban", "isbanofroom")]
    [InlineData("group", "gid", "sendgroupmsg", 200044)]
    [InlineData("room", "rid", "sendroommsg", 200045)]
    public async Task A_ban_stops_speaking_until_it_ends_or_is_lifted(string place, string key, string send, int code)
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        await using var ben = await server.LoginAsync(backEnd);
        var id = server.NewPlace();
        await backEnd.DoneAsync("addgroupmembers", ("gid", id), ("uids", new[] { ann.UserId, ben.UserId }));
        await ann.DoneAsync("enterroom", ("rid", id));
        await ben.DoneAsync("enterroom", ("rid", id));
        (string Key, object? Value)[] who = [(key, id), ("uid", ann.UserId)];

        Assert.False(await backEnd.AskAsync($"isbanof{place}", who));
        await backEnd.DoneAsync($"add{place}ban", [.. who, ("btime", 300)]);
        Assert.True(await backEnd.AskAsync($"isbanof{place}", who));
        Assert.False(await backEnd.AskAsync($"isbanof{place}", (key, id + 1_000_000), ("uid", ann.UserId)));
        await ann.FailAsync(code, send, Message(id));
        // the banned hear (S-14)
        var mid = server.NewMid();
        await ben.OkAsync(send, Message(id).With("mid", mid));
        await ann.ExpectMidAsync($"push{place}msg", mid);

        await backEnd.DoneAsync($"remove{place}ban", who);
        await backEnd.DoneAsync($"remove{place}ban", who);
        Assert.False(await backEnd.AskAsync($"isbanof{place}", who));
        await ann.OkAsync(send, Message(id));

        // a later call replaces the end: for ever, then for a second
        await backEnd.DoneAsync($"add{place}ban", [.. who, ("btime", -1)]);
        Assert.True(await backEnd.AskAsync($"isbanof{place}", who));
        await backEnd.DoneAsync($"add{place}ban", [.. who, ("btime", 1)]);
        await Wait.Until(async () => !await backEnd.AskAsync($"isbanof{place}", who), "the ban has ended");
        await ann.OkAsync(send, Message(id));

        (string Key, object? Value)[] Message(long target) =>
            [(key, target), ("mid", server.NewMid()), ("mtype", 8), ("msg", "x"), ("attrs", "")];
    }

    [Theory]
    [CoversServer("addgroupban", "removegroupban", "isbanofgroup", "addroomban", "removeroomban", "isbanofroom")]
    [InlineData("group", "gid", "sendgroupmsg", 200044)]
    [InlineData("room", "rid", "sendroommsg", 200045)]
    public async Task Without_a_positive_id_the_ban_holds_everywhere(string place, string key, string send, int code)
    {
        await using var backEnd = await server.ConnectAsync();
        await using var ann = await server.LoginAsync(backEnd);
        var id = server.NewPlace();
        await backEnd.DoneAsync("addgroupmembers", ("gid", id), ("uids", new[] { ann.UserId }));
        await ann.DoneAsync("enterroom", ("rid", id));
        foreach (var everywhere in new (string, object?)[][] { [], [(key, 0)], [(key, -7)], [(key, null)] })
        {
            await backEnd.DoneAsync($"add{place}ban", [.. everywhere, ("uid", ann.UserId), ("btime", 0)]);
            Assert.True(await backEnd.AskAsync($"isbanof{place}", (key, id), ("uid", ann.UserId)));
            Assert.True(await backEnd.AskAsync($"isbanof{place}", [.. everywhere, ("uid", ann.UserId)]));
            await ann.FailAsync(code, send, (key, id), ("mid", server.NewMid()), ("mtype", 8), ("msg", "x"), ("attrs", ""));
            // lifting the ban of one place does not lift that of all
            await backEnd.DoneAsync($"remove{place}ban", (key, id), ("uid", ann.UserId));
            Assert.True(await backEnd.AskAsync($"isbanof{place}", (key, id), ("uid", ann.UserId)));
            await backEnd.DoneAsync($"remove{place}ban", [.. everywhere, ("uid", ann.UserId)]);
            Assert.False(await backEnd.AskAsync($"isbanof{place}", (key, id), ("uid", ann.UserId)));
            await ann.OkAsync(send, (key, id), ("mid", server.NewMid()), ("mtype", 8), ("msg", "x"), ("attrs", ""));
        }
        // the other kind of place is not concerned, nor is another user
        await backEnd.DoneAsync($"add{place}ban", ("uid", ann.UserId), ("btime", 0));
        Assert.False(await backEnd.AskAsync(place == "group" ? "isbanofroom" : "isbanofgroup", ("uid", ann.UserId)));
        Assert.False(await backEnd.AskAsync($"isbanof{place}", (key, id), ("uid", ann.UserId + 1_000_000)));
    }

    [Fact]
    [CoversServer("addprojectblack", "removeprojectblack", "isprojectblack", "kickout")]
    public async Task Who_is_put_on_the_blacklist_is_thrown_out_at_once_and_cannot_come_back_until_taken_off()
    {
        await using var backEnd = await server.ConnectAsync(BackEndServer.MultiLogin);
        await using var ann = await server.LoginAsync(backEnd);
        await using var second = await server.LoginAsync(backEnd, ann.UserId);
        await using var ben = await server.LoginAsync(backEnd);
        Assert.False(await backEnd.AskAsync("isprojectblack", ("uid", ann.UserId)));
        await backEnd.DoneAsync("addprojectblack", ("uid", ann.UserId), ("btime", 0));
        foreach (var peer in new[] { ann, second })
        {
            var push = await peer.NextAsync("kickout");
            Assert.Equal((Frame.OneWay, 0), (push.Type, push.Body.Count));
            await peer.ExpectClosedAsync();
        }
        Assert.True(await backEnd.AskAsync("isprojectblack", ("uid", ann.UserId)));
        await ben.DoneAsync("setpushname", ("pushname", "still here"));

        await using var again = await RtmPeer.ConnectAsync(server.ClientGate);
        var token = (await backEnd.OkAsync("gettoken", ("uid", ann.UserId))).Text("token");
        var auth = RtmServer.AuthOf(Profile.G1, ann.UserId, backEnd.Pid).With("token", token);
        await again.FailAsync(200024, "auth", auth);
        await backEnd.DoneAsync("removeprojectblack", ("uid", ann.UserId));
        await backEnd.DoneAsync("removeprojectblack", ("uid", ann.UserId));
        Assert.False(await backEnd.AskAsync("isprojectblack", ("uid", ann.UserId)));
        Assert.True((await again.OkAsync("auth", auth)).Bool("ok"));
        // for a time
        await backEnd.DoneAsync("addprojectblack", ("uid", ann.UserId), ("btime", 1));
        await again.NextAsync("kickout");
        await Wait.Until(async () => !await backEnd.AskAsync("isprojectblack", ("uid", ann.UserId)), "the time is over");
        await using var free = await server.LoginAsync(backEnd, ann.UserId);
    }

    [Theory]
    [CoversServer("addgroupban", "removegroupban", "isbanofgroup", "addroomban", "removeroomban", "isbanofroom",
        "addprojectblack", "removeprojectblack", "isprojectblack")]
    [InlineData("addgroupban", true, "gid")]
    [InlineData("removegroupban", false, "gid")]
    [InlineData("isbanofgroup", false, "gid")]
    [InlineData("addroomban", true, "rid")]
    [InlineData("removeroomban", false, "rid")]
    [InlineData("isbanofroom", false, "rid")]
    [InlineData("addprojectblack", true, "")]
    [InlineData("removeprojectblack", false, "")]
    [InlineData("isprojectblack", false, "")]
    public async Task Parameters_of_bans_are_checked(string method, bool hasTime, string place)
    {
        await using var backEnd = await server.ConnectAsync();
        (string Key, object? Value)[] needed = hasTime ? [("uid", 5), ("btime", 1)] : [("uid", 5)];
        (string Key, object? Value)[] optional = place.Length > 0 ? [(place, 3)] : [];
        await backEnd.NeedsAsync(method, needed);
        // uid 0 is nobody, and by no means everybody
        await backEnd.FailAsync(200001, method, [.. needed.With("uid", 0), .. optional]);
        await backEnd.FailAsync(200001, method, [.. needed.With("uid", -1), .. optional]);
        if (place.Length > 0)
            await backEnd.FailAsync(10010, method, [.. needed, (place, "x")]);
    }
}
