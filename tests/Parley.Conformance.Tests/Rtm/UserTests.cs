using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>What is kept about users (rtm-client.md §4.7 to §4.9, §4.15, §10.1).</summary>
public sealed class UserTests(RtmServer server)
{
    [Fact]
    [Covers("setpushname", "getpushname")]
    public async Task A_push_name_has_at_most_256_bytes_and_is_empty_when_never_set()
    {
        await using var ann = await server.LoginAsync();
        var name = await ann.OkAsync("getpushname");
        Assert.Equal(["pushname"], name.Keys);
        Assert.Equal("", name.Text("pushname"));
        await ann.DoneAsync("setpushname", ("pushname", "Änn 中"));
        Assert.Equal("Änn 中", (await ann.OkAsync("getpushname")).Text("pushname"));
        await ann.DoneAsync("setpushname", ("pushname", new string('x', 256)));
        await ann.FailAsync(200030, "setpushname", ("pushname", new string('x', 257)));
        await ann.FailAsync(200030, "setpushname", ("pushname", new string('中', 86)));
        await ann.FailAsync(10009, "setpushname");
        await ann.FailAsync(10010, "setpushname", ("pushname", 5));
        Assert.Equal(256, (await ann.OkAsync("getpushname")).Text("pushname").Length);
        await ann.DoneAsync("setpushname", ("pushname", ""));
        Assert.Equal("", (await ann.OkAsync("getpushname")).Text("pushname"));
    }

    [Fact]
    [Covers("setgeo", "getgeo")]
    public async Task A_position_comes_back_as_two_float64_even_when_whole()
    {
        await using var ann = await server.LoginAsync();
        var none = await ann.AskAsync("getgeo");
        Assert.Equal("82a36c6174cb0000000000000000a36c6e67cb0000000000000000", Hex.Text(none.Payload));
        await ann.DoneAsync("setgeo", ("lat", 48), ("lng", -2.3522));
        var position = await ann.OkAsync("getgeo");
        Assert.Equal((48.0, -2.3522), (position.Double("lat"), position.Double("lng")));
        await ann.DoneAsync("setgeo", ("lat", Raw.Hex("ca3fc00000")), ("lng", 0)); // float32
        Assert.Equal(1.5, (await ann.OkAsync("getgeo")).Double("lat"));
        foreach (var key in new[] { "lat", "lng" })
        {
            (string Key, object? Value)[] good = [("lat", 1.0), ("lng", 2.0)];
            await ann.FailAsync(10009, "setgeo", good.Without(key));
            await ann.FailAsync(10010, "setgeo", good.With(key, "north"));
            await ann.FailAsync(200034, "setgeo", good.With(key, double.NaN));
            await ann.FailAsync(200034, "setgeo", good.With(key, double.PositiveInfinity));
        }
    }

    [Fact]
    [Covers("getgeos")]
    public async Task Positions_of_others_are_lists_of_three_texts_in_the_order_asked_for()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await ann.DoneAsync("setgeo", ("lat", 48.8566), ("lng", 2.3522));
        await ben.DoneAsync("setgeo", ("lat", -0.12345678), ("lng", 100));
        var answer = await ann.OkAsync("getgeos", ("uids", new[] { ben.UserId, server.NewUser(), ann.UserId }));
        Assert.Equal(["geos"], answer.Keys);
        Assert.Equal(
            [new object[] { $"{ben.UserId}", "-0.123457", "100" }, new object[] { $"{ann.UserId}", "48.8566", "2.3522" }], answer.Rows("geos"));
        Assert.Empty((await ann.OkAsync("getgeos", ("uids", Enumerable.Range(1, 10)))).List("geos"));
        await ann.FailAsync(200032, "getgeos", ("uids", Enumerable.Range(1, 11)));
        await ann.FailAsync(200033, "getgeos", ("uids", Array.Empty<long>()));
        await ann.FailAsync(10009, "getgeos");
        await ann.FailAsync(10010, "getgeos", ("uids", "x"));
    }

    [Fact]
    [Covers("getonlineusers")]
    public async Task Who_is_online_is_told_in_the_order_asked_for()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var answer = await ann.OkAsync("getonlineusers", ("uids", new[] { ben.UserId, server.NewUser(), ann.UserId }));
        Assert.Equal(["uids"], answer.Keys);
        Assert.Equal([ben.UserId, ann.UserId], answer.Ints("uids"));
        Assert.Empty((await ann.OkAsync("getonlineusers", ("uids", Enumerable.Range(1, 200)))).List("uids"));
        await ann.FailAsync(200032, "getonlineusers", ("uids", Enumerable.Range(1, 201)));
        await ann.FailAsync(200033, "getonlineusers", ("uids", Array.Empty<long>()));
        await ann.FailAsync(10009, "getonlineusers");
        await ann.FailAsync(10010, "getonlineusers", ("uids", 5));
        // a user of another project is not online here
        await using var other = await server.LoginAsync(pid: RtmWorld.MultiLogin, uid: RtmWorld.FirstUser + 51);
        await using var twin = await server.LoginAsync(pid: RtmWorld.Words);
        Assert.Empty((await twin.OkAsync("getonlineusers", ("uids", new[] { other.UserId }))).List("uids"));
    }

    [Fact]
    [Covers("setuserinfo", "getuserinfo", "getuseropeninfo")]
    public async Task The_open_info_is_for_all_and_the_private_one_for_oneself()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var info = await ann.OkAsync("getuserinfo");
        Assert.Equal(["oinfo", "pinfo"], info.Keys);
        Assert.Equal(("", ""), (info.Text("oinfo"), info.Text("pinfo")));
        await ann.DoneAsync("setuserinfo", ("oinfo", "open"), ("pinfo", "private"));
        await ann.DoneAsync("setuserinfo", ("oinfo", "opener"));
        await ann.DoneAsync("setuserinfo");
        info = await ann.OkAsync("getuserinfo");
        Assert.Equal(("opener", "private"), (info.Text("oinfo"), info.Text("pinfo")));
        var infos = (await ben.OkAsync("getuseropeninfo", ("uids", new[] { ann.UserId, ann.UserId }))).Nested("info");
        Assert.Equal([ann.UserId.ToString()], infos.Keys);
        Assert.Equal("opener", infos.Text(ann.UserId.ToString()));
        await ann.FailAsync(10010, "setuserinfo", ("oinfo", 5));
        await ann.FailAsync(200030, "setuserinfo", ("oinfo", new string('x', 65_536)));
        await ann.FailAsync(200030, "setuserinfo", ("pinfo", new string('中', 21_846)));
        await ann.FailAsync(10009, "getuseropeninfo");
        await ann.FailAsync(10010, "getuseropeninfo", ("uids", "x"));
        await ann.FailAsync(200033, "getuseropeninfo", ("uids", Array.Empty<long>()));
        await ann.FailAsync(200032, "getuseropeninfo", ("uids", Enumerable.Range(1, 101)));
    }

    [Fact]
    [Covers("adddevice", "removedevice")]
    public async Task A_device_is_registered_with_either_set_of_keys()
    {
        await using var ann = await server.LoginAsync();
        (string Key, object? Value)[] seed = [("ptype", "ios"), ("dtype", "phone"), ("token", "t1")];
        (string Key, object? Value)[] later = [("apptype", "ios"), ("devicetoken", "t2")];
        await ann.DoneAsync("adddevice", seed);
        await ann.DoneAsync("adddevice", seed);
        await ann.DoneAsync("adddevice", later);
        foreach (var (key, _) in seed)
        {
            await ann.FailAsync(10009, "adddevice", seed.Without(key));
            await ann.FailAsync(10010, "adddevice", seed.With(key, 5));
        }
        foreach (var (key, _) in later)
        {
            await ann.FailAsync(10009, "adddevice", later.Without(key));
            await ann.FailAsync(10010, "adddevice", later.With(key, 5));
        }
        await ann.FailAsync(200033, "adddevice", seed.With("token", ""));
        await ann.FailAsync(200033, "adddevice", later.With("devicetoken", ""));
        await ann.FailAsync(200030, "adddevice", seed.With("token", new string('x', 1025)));
        await ann.DoneAsync("removedevice", ("devicetoken", "t2"));
        await ann.DoneAsync("removedevice", ("devicetoken", "t2"));
        await ann.FailAsync(10009, "removedevice");
        await ann.FailAsync(10010, "removedevice", ("devicetoken", 5));
    }
}
