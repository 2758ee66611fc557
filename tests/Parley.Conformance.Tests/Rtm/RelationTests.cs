using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>Friends (rtm-client.md §4.12) and the personal blacklist (§10.1).</summary>
public sealed class RelationTests(RtmServer server)
{
    [Theory]
    [InlineData("addfriends", "delfriends", "getfriends", "friends")]
    [InlineData("addblacks", "delblacks", "getblacks", "blacks")]
    [Covers("addfriends", "delfriends", "getfriends", "addblacks", "delblacks", "getblacks")]
    public async Task Lists_of_users_are_added_to_and_removed_from(string add, string del, string get, string key)
    {
        await using var ann = await server.LoginAsync();
        Assert.Empty((await ann.OkAsync(get)).List("uids"));
        await ann.DoneAsync(add, (key, new[] { 30L, 10, 20, 10, ann.UserId }));
        await ann.DoneAsync(add, (key, new[] { 20 }));
        var answer = await ann.OkAsync(get);
        Assert.Equal(["uids"], answer.Keys);
        Assert.Equal([10L, 20, 30], answer.Ints("uids").Order());
        await ann.DoneAsync(del, (key, new[] { 20, 99 }));
        Assert.Equal([10L, 30], (await ann.OkAsync(get)).Ints("uids").Order());
        // the relation is directed
        await using var ten = await server.LoginAsync();
        await ann.DoneAsync(add, (key, new[] { ten.UserId }));
        Assert.Empty((await ten.OkAsync(get)).List("uids"));
    }

    [Theory]
    [InlineData("addfriends", "friends")]
    [InlineData("delfriends", "friends")]
    [InlineData("addblacks", "blacks")]
    [InlineData("delblacks", "blacks")]
    [Covers("addfriends", "delfriends", "addblacks", "delblacks")]
    public async Task A_call_takes_1_to_100_users(string method, string key)
    {
        await using var ann = await server.LoginAsync();
        await ann.FailAsync(10009, method);
        await ann.FailAsync(10009, method, (key, null));
        await ann.FailAsync(10010, method, (key, 5));
        await ann.FailAsync(10010, method, (key, new[] { "x" }));
        await ann.FailAsync(200033, method, (key, Array.Empty<long>()));
        await ann.FailAsync(200032, method, (key, Enumerable.Range(1, 101)));
        await ann.DoneAsync(method, (key, Enumerable.Range(1, 100)));
        if (method.StartsWith("add", StringComparison.Ordinal))
            await ann.FailAsync(200001, method, (key, new[] { 5, 0 }));
    }

    [Theory]
    [InlineData("addfriends", "friends", 4)]
    [InlineData("addblacks", "blacks", 2)]
    [Covers("addfriends", "addblacks")]
    public async Task Over_the_project_s_limit_is_200048_and_nothing_is_added(string method, string key, int most)
    {
        await using var ann = await server.LoginAsync(pid: RtmWorld.Small);
        await ann.DoneAsync(method, (key, Enumerable.Range(1, most)));
        await ann.FailAsync(200048, method, (key, new[] { 50 }));
        await ann.DoneAsync(method, (key, new[] { 1 }));
        Assert.Equal(most, (await ann.OkAsync("get" + key)).List("uids").Length);
    }

    [Fact]
    [Covers("addblacks", "delblacks")]
    public async Task Who_is_on_the_blacklist_cannot_send_to_its_owner()
    {
        await using var ann = await server.LoginAsync();
        await using var eve = await server.LoginAsync();
        await ann.DoneAsync("addblacks", ("blacks", new[] { eve.UserId }));
        await eve.FailAsync(200049, "sendmsg", Say.To(ann.UserId, 1));
        await ann.OkAsync("sendmsg", Say.To(eve.UserId, 2));
        await ann.DoneAsync("delblacks", ("blacks", new[] { eve.UserId }));
        await eve.OkAsync("sendmsg", Say.To(ann.UserId, 3));
        await ann.ExpectMidAsync("pushmsg", 3);
    }
}
