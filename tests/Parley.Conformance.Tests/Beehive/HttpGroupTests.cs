using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive;

/// <summary>5.1 to 5.11 (beehive.md §3.5).</summary>
public sealed class HttpGroupTests(BeehiveHttpServer server)
{
    private const string Config = "/im/group/config?option=";

    [Fact]
    [CoversBeehive("5.1", "5.2", "5.3")]
    public async Task Who_is_on_the_blacklist_is_removed_and_cannot_join()
    {
        await using var owner = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await using var member = await server.OnlineAsync(BeehiveHttpServer.NewId());
        var gid = await owner.CreateGroupAsync();
        Assert.Equal(0ul, await member.AboutGroupAsync(0x0305, member.UserId, gid));
        await server.DoneAsync($"{Config}blacklist&action=add&gid={gid}&uid={member.UserId}");
        var told = (await member.ExpectAsync(0x0360)).Body;
        Assert.Equal((ulong)member.UserId, OnlinePeer.Field(told, 1));
        Assert.Equal((ulong)gid, OnlinePeer.Field(told, 2));
        Assert.Equal(10005ul, await member.SayInGroupAsync(gid));
        Assert.Equal(10005ul, await member.AboutGroupAsync(0x0305, member.UserId, gid));
        await server.DoneAsync($"{Config}blacklist&action=add&gid={gid}&uid=5");
        await server.ExpectAsync(
            $"{Config}blacklist&action=get&gid={gid}",
            $$"""{"len":2,"list":[{"idx":0,"uid":5},{"idx":1,"uid":{{member.UserId}}}],"code":0,"errmsg":"Ok"}""");
        await server.DoneAsync($"{Config}blacklist&action=del&gid={gid}&uid={member.UserId}");
        await server.DoneAsync($"{Config}blacklist&action=del&gid={gid}&uid={member.UserId}");
        Assert.Equal(0ul, await member.AboutGroupAsync(0x0305, member.UserId, gid));
    }

    [Theory]
    [CoversBeehive("5.4", "5.5", "5.6")]
    [InlineData("")]
    [InlineData("&uid=0")]
    public async Task A_gag_of_everyone_spares_the_owner_and_lifting_it_lifts_all(string everyone)
    {
        await using var owner = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await using var member = await server.OnlineAsync(BeehiveHttpServer.NewId());
        var gid = await owner.CreateGroupAsync();
        Assert.Equal(0ul, await member.AboutGroupAsync(0x0305, member.UserId, gid));
        await server.DoneAsync($"{Config}gag&action=add&gid={gid}&uid={member.UserId}");
        Assert.Equal(10005ul, await member.SayInGroupAsync(gid));
        await server.DoneAsync($"{Config}gag&action=add&gid={gid}{everyone}");
        await server.ExpectAsync(
            $"{Config}gag&action=get&gid={gid}",
            $$"""{"len":2,"list":[{"idx":0,"uid":0},{"idx":1,"uid":{{member.UserId}}}],"code":0,"errmsg":"Ok"}""");
        Assert.Equal(0ul, await owner.SayInGroupAsync(gid));
        await server.DoneAsync($"{Config}gag&action=del&gid={gid}&uid={member.UserId}");
        Assert.Equal(10005ul, await member.SayInGroupAsync(gid));
        await server.DoneAsync($"{Config}gag&action=add&gid={gid}&uid={member.UserId}");
        await server.DoneAsync($"{Config}gag&action=del&gid={gid}{everyone}");
        await server.ExpectAsync($"{Config}gag&action=get&gid={gid}", """{"len":0,"list":[],"code":0,"errmsg":"Ok"}""");
        Assert.Equal(0ul, await member.SayInGroupAsync(gid));
    }

    [Theory]
    [CoversBeehive("5.7")]
    [InlineData("group&action=close")]
    [InlineData("close")]
    [InlineData("close&action=close")]
    public async Task A_group_is_dissolved(string option)
    {
        await using var owner = await server.OnlineAsync(BeehiveHttpServer.NewId());
        var gid = await owner.CreateGroupAsync();
        await server.DoneAsync($"{Config}{option}&gid={gid}");
        Assert.Equal((ulong)gid, OnlinePeer.Field((await owner.ExpectAsync(0x0352)).Body, 2));
        Assert.NotEqual(0ul, await owner.SayInGroupAsync(gid));
        Assert.Equal(20007ul, await owner.AboutGroupAsync(0x0305, owner.UserId, gid));
        await server.DoneAsync($"{Config}{option}&gid={gid}");
    }

    [Fact]
    [CoversBeehive("5.7")]
    public async Task A_group_is_switched_off_and_on_again()
    {
        await using var owner = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await using var other = await server.OnlineAsync(BeehiveHttpServer.NewId());
        var gid = await owner.CreateGroupAsync();
        await server.DoneAsync($"{Config}switch&action=off&gid={gid}");
        Assert.Equal(10005ul, await owner.SayInGroupAsync(gid));
        Assert.Equal(10005ul, await other.AboutGroupAsync(0x0305, other.UserId, gid));
        await server.DoneAsync($"{Config}switch&action=on&gid={gid}");
        Assert.Equal(0ul, await owner.SayInGroupAsync(gid));
        Assert.Equal(0ul, await other.AboutGroupAsync(0x0305, other.UserId, gid));
    }

    [Theory]
    [CoversBeehive("5.8", "5.9")]
    [InlineData("cap")]
    [InlineData("capacity")]
    [InlineData("group-cap")]
    public async Task The_capacity_is_set_read_and_held(string option)
    {
        await using var owner = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await using var second = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await using var third = await server.OnlineAsync(BeehiveHttpServer.NewId());
        var gid = await owner.CreateGroupAsync();
        await server.ExpectAsync($"{Config}{option}&action=get&gid={gid}", $$"""{"gid":{{gid}},"cap":500,"code":0,"errmsg":"Ok"}""");
        await server.ExpectAsync($"{Config}{option}&action=set&gid={gid}&cap=2", $$"""{"gid":{{gid}},"cap":2,"code":0,"errmsg":"Ok"}""");
        await server.ExpectAsync($"{Config}{option}&action=get&gid={gid}", $$"""{"gid":{{gid}},"cap":2,"code":0,"errmsg":"Ok"}""");
        Assert.Equal(0ul, await second.AboutGroupAsync(0x0305, second.UserId, gid));
        Assert.Equal(10005ul, await third.AboutGroupAsync(0x0305, third.UserId, gid));
        await server.ExpectAsync($"{Config}{option}&action=set&gid={gid}&cap=1", $$"""{"gid":{{gid}},"cap":1,"code":0,"errmsg":"Ok"}""");
        Assert.Equal(0ul, await second.SayInGroupAsync(gid));
    }

    [Fact]
    [CoversBeehive("5.1", "5.4", "5.7", "5.8", "5.9")]
    public async Task A_group_that_is_not_there_takes_rules_all_the_same()
    {
        var gid = BeehiveHttpServer.NewId();
        await server.DoneAsync($"{Config}blacklist&action=add&gid={gid}&uid=5");
        await server.DoneAsync($"{Config}gag&action=add&gid={gid}");
        await server.ExpectAsync($"{Config}cap&action=set&gid={gid}&cap=2147483647", $$"""{"gid":{{gid}},"cap":2147483647,"code":0,"errmsg":"Ok"}""");
        await server.ExpectAsync($"{Config}blacklist&action=get&gid={gid}", """{"len":1,"list":[{"idx":0,"uid":5}],"code":0,"errmsg":"Ok"}""");
        await server.ExpectAsync($"{Config}gag&action=get&gid={gid}", """{"len":1,"list":[{"idx":0,"uid":0}],"code":0,"errmsg":"Ok"}""");
        await server.DoneAsync($"{Config}group&action=close&gid={gid}");
    }

    [Theory]
    [CoversBeehive("5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "5.7", "5.8", "5.9", "20007")]
    [InlineData("blacklist&action=add&uid=1", "gid")]
    [InlineData("blacklist&action=add&gid=1", "uid")]
    [InlineData("blacklist&action=add&gid=1&uid=0", "uid")]
    [InlineData("blacklist&action=add&gid=1&uid=9000000000999999", "uid")]
    [InlineData("blacklist&action=add&gid=9000000000999999&uid=1", "gid")]
    [InlineData("blacklist&action=del&gid=0&uid=1", "gid")]
    [InlineData("blacklist&action=del&gid=1", "uid")]
    [InlineData("blacklist&action=get", "gid")]
    [InlineData("gag&action=add", "gid")]
    [InlineData("gag&action=add&gid=1&uid=abc", "uid")] // garbage is not everyone
    [InlineData("gag&action=add&gid=1&uid=-1", "uid")]
    [InlineData("gag&action=del&gid=x", "gid")]
    [InlineData("gag&action=del&gid=1&uid=1x", "uid")]
    [InlineData("gag&action=get&gid=-1", "gid")]
    [InlineData("group&action=close", "gid")]
    [InlineData("close", "gid")]
    [InlineData("switch&action=off", "gid")]
    [InlineData("switch&action=on&gid=0", "gid")]
    [InlineData("cap&action=set&cap=1", "gid")]
    [InlineData("cap&action=set&gid=1", "cap")]
    [InlineData("cap&action=set&gid=1&cap=0", "cap")]
    [InlineData("cap&action=set&gid=1&cap=2147483648", "cap")]
    [InlineData("cap&action=get", "gid")]
    public Task Bad_parameters_of_groups_are_named(string query, string name) =>
        server.FailAsync(Config + query, 20007, $"Paramter [{name}] is invalid!");

    [Fact]
    [CoversBeehive("5.10", "5.11")]
    public async Task The_largest_and_the_busiest_groups_come_first()
    {
        // a server of its own: the lists are the project's
        var own = await RtmServer.StartAsync(async seed =>
        {
            await BeehiveHttpServer.SeedAsync(seed);
            await seed.GroupAsync(RtmWorld.Pid, 31, 1, 2, 3);
            await seed.GroupAsync(RtmWorld.Pid, 32, 1, 2, 3, 4);
            for (var gid = 40; gid < 50; gid++)
                await seed.GroupAsync(RtmWorld.Pid, gid, 1);
        });
        try
        {
            var http = own.Endpoints["BeehiveHttp"];
            Assert.Equal(
                """{"len":3,"list":[{"idx":0,"gid":32,"total":4},{"idx":1,"gid":31,"total":3},{"idx":2,"gid":40,"total":1}],"code":0,"errmsg":"Ok"}""",
                await TextAsync("top-list&num=3"));
            Assert.Equal(10, (await GetAsync("top-list")).Json.GetProperty("len").GetInt32());
            Assert.Equal(10, (await GetAsync("top-list&num=0")).Json.GetProperty("list").GetArrayLength());
            Assert.Equal(12, (await GetAsync("top-list&num=9223372036854775807")).Json.GetProperty("len").GetInt32());
            for (var i = 0; i < 2; i++)
                Assert.Equal(0, (await HttpPeer.PostAsync(http, "/im/push?dim=group&gid=45", "x"u8.ToArray())).Code);
            Assert.Equal(0, (await HttpPeer.PostAsync(http, "/im/push?dim=group&gid=31", "x"u8.ToArray())).Code);
            Assert.Equal(
                """{"len":2,"list":[{"idx":0,"gid":45,"total":2},{"idx":1,"gid":31,"total":1}],"code":0,"errmsg":"Ok"}""",
                await TextAsync("mesg-top-list&num=2"));
            foreach (var option in new[] { "top-list", "mesg-top-list" })
                Assert.Equal("""{"code":20007,"errmsg":"Paramter [num] is invalid!"}""", await TextAsync(option + "&num=ten"));

            Task<HttpAnswer> GetAsync(string query) => HttpPeer.GetAsync(http, "/im/group/query?option=" + query);
            async Task<string> TextAsync(string query) => (await GetAsync(query)).Text;
        }
        finally
        {
            await RtmServer.EndAsync(own);
        }
    }
}
