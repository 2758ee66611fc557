using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>Small data and options of users (rtm-client.md §10.1).</summary>
public sealed class DataTests(RtmServer server)
{
    [Theory]
    [InlineData("dbget", "dbset")]
    [InlineData("dataget", "dataset")]
    [Covers("dbget", "dbset", "dataget", "dataset", "datadel")]
    public async Task Values_are_kept_by_key_and_absent_when_unknown(string get, string set)
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await ann.DoneAsync(get, ("key", "k"));
        await ann.DoneAsync(set, ("key", "k"), ("val", "v1"));
        await ann.DoneAsync(set, ("key", "k"), ("val", "v2"));
        var value = await ann.OkAsync(get, ("key", "k"));
        Assert.Equal(["val"], value.Keys);
        Assert.Equal("v2", value.Text("val"));
        await ben.DoneAsync(get, ("key", "k"));
        // the two kinds do not see each other
        await ann.DoneAsync(get == "dbget" ? "dataget" : "dbget", ("key", "k"));
        await ann.DoneAsync("datadel", ("key", "k"));
        Assert.Equal(get == "dbget" ? 1 : 0, (await ann.OkAsync(get, ("key", "k"))).Count);
        await ann.DoneAsync("datadel", ("key", "k"));
        await ann.DoneAsync(set, ("key", "k"), ("val", ""));
        Assert.Equal("", (await ann.OkAsync(get, ("key", "k"))).Text("val"));
    }

    [Theory]
    [InlineData("dbget")]
    [InlineData("dbset")]
    [InlineData("dataget")]
    [InlineData("dataset")]
    [InlineData("datadel")]
    [Covers("dbget", "dbset", "dataget", "dataset", "datadel")]
    public async Task A_key_has_1_to_128_bytes_and_a_value_at_most_65535(string method)
    {
        await using var ann = await server.LoginAsync();
        (string Key, object? Value)[] good = [("key", new string('k', 128)), ("val", new string('v', 65_535))];
        if (!method.EndsWith("set", StringComparison.Ordinal))
            good = good.Without("val");
        await ann.DoneAsync(method, good);
        foreach (var (key, _) in good)
        {
            await ann.FailAsync(10009, method, good.Without(key));
            await ann.FailAsync(10010, method, good.With(key, 5));
        }
        await ann.FailAsync(200033, method, good.With("key", ""));
        await ann.FailAsync(200030, method, good.With("key", new string('k', 129)));
        await ann.FailAsync(200030, method, good.With("key", new string('中', 43)));
        if (good.Length > 1)
            await ann.FailAsync(200030, method, good.With("val", new string('v', 65_536)));
    }

    [Fact]
    [Covers("addoption", "removeoption", "getoption")]
    public async Task Options_are_kept_by_kind_and_id_with_their_types()
    {
        await using var ann = await server.LoginAsync();
        var empty = await ann.OkAsync("getoption");
        Assert.Equal(["p2p", "group"], empty.Keys);
        Assert.Equal((0, 0), (empty.Nested("p2p").Count, empty.Nested("group").Count));
        await ann.DoneAsync("addoption", ("type", 0), ("xid", 5), ("mtypes", new[] { 30, 40 }));
        await ann.DoneAsync("addoption", ("type", 1), ("xid", 6));
        var options = await ann.OkAsync("getoption");
        Assert.Equal([30L, 40], options.Nested("p2p").Ints("5"));
        Assert.Empty(options.Nested("group").List("6"));
        await ann.DoneAsync("removeoption", ("type", 0), ("xid", 5), ("mtypes", new[] { 30 }));
        Assert.Equal((long[])[40], (await ann.OkAsync("getoption")).Nested("p2p").Ints("5"));
        await ann.DoneAsync("removeoption", ("type", 1), ("xid", 6));
        await ann.DoneAsync("removeoption", ("type", 1), ("xid", 7));
        Assert.Equal(0, (await ann.OkAsync("getoption")).Nested("group").Count);
    }

    [Theory]
    [InlineData("addoption")]
    [InlineData("removeoption")]
    [Covers("addoption", "removeoption")]
    public async Task Options_check_their_parameters(string method)
    {
        await using var ann = await server.LoginAsync();
        (string Key, object? Value)[] good = [("type", 0), ("xid", 5), ("mtypes", new[] { 1, 127 })];
        await ann.DoneAsync(method, good);
        foreach (var key in new[] { "type", "xid" })
            await ann.FailAsync(10009, method, good.Without(key));
        foreach (var (key, _) in good)
            await ann.FailAsync(10010, method, good.With(key, "x"));
        await ann.FailAsync(200034, method, good.With("type", 2));
        await ann.FailAsync(200034, method, good.With("type", -1));
        await ann.FailAsync(200034, method, good.With("mtypes", new[] { 0 }));
        await ann.FailAsync(200034, method, good.With("mtypes", new[] { 128 }));
        await ann.FailAsync(200001, method, good.With("xid", 0));
    }
}
