using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Beehive;

/// <summary>7.1 to 7.6, and what iplist makes of the nodes (beehive.md §3.7, §6).</summary>
public sealed class HttpNodeTests
{
    [Fact]
    [CoversBeehive("7.1", "7.4")]
    public async Task The_doors_of_the_process_are_nodes()
    {
        await using var world = await World.StartAsync();
        await world.ExpectAsync(
            "option=listend&action=list",
            $$"""{"len":2,"list":[{"idx":1,"nid":20001,"type":1,"ipaddr":"{{world.Tcp}}","status":1,"total":0},{"idx":2,"nid":20002,"type":2,"ipaddr":"{{world.WebSocket}}","status":1,"total":0}],"code":0,"errmsg":"Ok"}""");
        var port = world.Process.Endpoints["BeehiveHttp"].Port;
        await world.ExpectAsync(
            "option=frwder&action=list",
            $$"""{"len":1,"list":[{"idx":1,"nid":20003,"ipaddr":"127.0.0.1","port":{{port}},"fwd-port":{{port}},"bc-port":{{port}},"status":1}],"code":0,"errmsg":"Ok"}""");
        await using var raw = await RawPeer.ConnectAsync(world.Process.Endpoints["BeehiveTcp"]);
        await Wait.Until(async () => (await world.GetAsync("option=listend&action=list")).Text.Contains("\"status\":1,\"total\":1}", StringComparison.Ordinal), "the connection is counted");
    }

    [Fact]
    [CoversBeehive("7.2", "7.3", "20009")]
    public async Task A_pinned_node_is_handed_out_until_it_is_deleted()
    {
        await using var world = await World.StartAsync();
        await world.DoneAsync("option=listend&action=add&nid=7&ipaddr=192.0.2.10&port=9002");
        await world.DoneAsync("option=listend&action=add&nid=7&ipaddr=192.0.2.10&port=9002"); // the same again
        await world.CollisionAsync("option=listend&action=add&nid=7&ipaddr=192.0.2.11&port=9002");
        await world.CollisionAsync("option=listend&action=add&nid=7&ipaddr=192.0.2.10&port=9003");
        await world.CollisionAsync("option=listend&action=add&nid=20001&ipaddr=192.0.2.10&port=9002");
        await world.CollisionAsync("option=frwder&action=add&nid=7&ipaddr=192.0.2.10&port=9002");
        var list = await world.GetAsync("option=listend&action=list");
        Assert.StartsWith("""{"len":3,"list":[{"idx":1,"nid":7,"type":1,"ipaddr":"192.0.2.10:9002","status":0,"total":0},{"idx":2,"nid":20001,""", list.Text);
        Assert.Equal([world.Tcp, "192.0.2.10:9002"], await world.AddressesAsync(1));
        Assert.Equal([world.WebSocket], await world.AddressesAsync(2));

        await world.CollisionAsync("option=listend&action=del&nid=7&ipaddr=192.0.2.10&port=9003");
        await world.CollisionAsync("option=listend&action=del&nid=8&ipaddr=192.0.2.10&port=9002");
        await world.DoneAsync("option=listend&action=del&nid=7&ipaddr=192.0.2.10&port=9002");
        await world.DoneAsync("option=listend&action=del&nid=7&ipaddr=192.0.2.10&port=9002"); // once more changes nothing
        Assert.Equal([world.Tcp], await world.AddressesAsync(1));
        Assert.DoesNotContain("192.0.2.10", (await world.GetAsync("option=listend&action=list")).Text, StringComparison.Ordinal);
        await world.DoneAsync("option=listend&action=add&nid=7&ipaddr=192.0.2.11&port=9002"); // the number is free
        Assert.Equal([world.Tcp, "192.0.2.11:9002"], await world.AddressesAsync(1));
    }

    [Fact]
    [CoversBeehive("7.2", "7.3", "1.2", "10001")]
    public async Task A_node_of_ours_that_is_deleted_is_handed_out_again_only_when_it_is_added()
    {
        await using var world = await World.StartAsync();
        var own = $"nid=20001&ipaddr=127.0.0.1&port={world.Process.Endpoints["BeehiveTcp"].Port}";
        await using var stays = await world.LoginAsync(1);
        await world.DoneAsync($"option=listend&action=del&{own}");
        await world.DoneAsync($"option=listend&action=del&{own}");
        Assert.Empty(await world.AddressesAsync(1));
        await stays.DrainAsync();
        Assert.Equal(1, (await world.GetAsync("option=listend&action=list")).Json.GetProperty("len").GetInt32());
        Assert.Equal(0, await world.Process.TerminateAsync());
        await world.Process.RestartAsync(samePorts: true);
        Assert.Empty(await world.AddressesAsync(1));
        await world.CollisionAsync("option=listend&action=add&nid=20001&ipaddr=127.0.0.2&port=1");
        await world.DoneAsync($"option=listend&action=add&{own}");
        Assert.Equal([world.Tcp], await world.AddressesAsync(1));
    }

    [Fact]
    [CoversBeehive("7.4", "7.5", "7.6", "20009")]
    public async Task Forwarders_are_pinned_and_deleted_and_never_handed_out()
    {
        await using var world = await World.StartAsync();
        await world.DoneAsync("option=frwder&action=add&nid=4294967295&ipaddr=192.0.2.20&port=65535");
        await world.DoneAsync("option=frwder&action=add&nid=4294967295&ipaddr=192.0.2.20&port=65535");
        await world.CollisionAsync("option=frwder&action=add&nid=4294967295&ipaddr=192.0.2.20&port=1");
        Assert.EndsWith(
            """,{"idx":2,"nid":4294967295,"ipaddr":"192.0.2.20","port":65535,"fwd-port":65535,"bc-port":65535,"status":0}],"code":0,"errmsg":"Ok"}""",
            (await world.GetAsync("option=frwder&action=list")).Text);
        Assert.Equal([world.Tcp], await world.AddressesAsync(1));
        await world.CollisionAsync("option=frwder&action=del&nid=4294967295&ipaddr=192.0.2.21&port=65535");
        await world.DoneAsync("option=frwder&action=del&nid=4294967295&ipaddr=192.0.2.20&port=65535");
        Assert.Equal(1, (await world.GetAsync("option=frwder&action=list")).Json.GetProperty("len").GetInt32());
    }

    [Fact]
    [CoversBeehive("7.2", "7.3", "7.5", "7.6", "20007")]
    public async Task Bad_parameters_of_nodes_are_named()
    {
        await using var world = await World.StartAsync();
        (string Query, string Name)[] cases =
        [
            ("ipaddr=192.0.2.1&port=1", "nid"),
            ("nid=0&ipaddr=192.0.2.1&port=1", "nid"),
            ("nid=4294967296&ipaddr=192.0.2.1&port=1", "nid"),
            ("nid=1&port=1", "ipaddr"),
            ("nid=1&ipaddr=localhost&port=1", "ipaddr"),
            ("nid=1&ipaddr=1&port=1", "ipaddr"),
            ("nid=1&ipaddr=2001:db8::1&port=1", "ipaddr"),
            ("nid=1&ipaddr=010.0.0.9&port=1", "ipaddr"), // octal to some, decimal to others
            ("nid=1&ipaddr=10.0.0.09&port=1", "ipaddr"),
            ("nid=1&ipaddr=10.0.0.00&port=1", "ipaddr"),
            ("nid=1&ipaddr=0xa.0.0.9&port=1", "ipaddr"),
            ("nid=1&ipaddr=10.9&port=1", "ipaddr"),
            ("nid=1&ipaddr=10.0.0.256&port=1", "ipaddr"),
            ("nid=1&ipaddr=%2010.0.0.9&port=1", "ipaddr"),
            ("nid=1&ipaddr=10.0.0.9.&port=1", "ipaddr"),
            ("nid=1&ipaddr=192.0.2.1", "port"),
            ("nid=1&ipaddr=192.0.2.1&port=0", "port"),
            ("nid=1&ipaddr=192.0.2.1&port=65536", "port"),
        ];
        foreach (var option in new[] { "listend", "frwder" })
        {
            foreach (var action in new[] { "add", "del" })
            {
                foreach (var (query, name) in cases)
                    await world.ExpectAsync($"option={option}&action={action}&{query}", $$"""{"code":20007,"errmsg":"Paramter [{{name}}] is invalid!"}""");
            }
        }
    }

    [Fact]
    [CoversBeehive("1.2", "10001")]
    public async Task Without_a_node_of_the_type_iplist_fails()
    {
        await using var world = await World.StartAsync(("Endpoints:BeehiveTcp", ""));
        Assert.Empty(await world.AddressesAsync(1));
        Assert.Equal([world.WebSocket], await world.AddressesAsync(2));
        Assert.Equal(1, (await world.GetAsync("option=listend&action=list")).Json.GetProperty("len").GetInt32());
    }

    [Theory]
    [CoversBeehive("1.2")]
    [InlineData(5, 4, 5)]
    [InlineData(5, 5, 5)]
    [InlineData(20, 19, 15)] // more would not fit into the clients' buffer
    public async Task Iplist_gives_as_many_addresses_as_the_setting_says_and_as_fit(int size, int pinned, int given)
    {
        await using var world = await World.StartAsync(("Beehive:IplistSize", $"{size}"), ("PublicHost", "203.0.113.100"));
        for (var i = 0; i < pinned; i++)
            await world.DoneAsync($"option=listend&action=add&nid={i + 1}&ipaddr=203.0.113.{i + 101}&port=65000");
        const long Biggest = long.MaxValue;
        var answer = await world.ListAsync(1, Biggest, Biggest);
        Assert.Equal(given, answer.Json.GetProperty("len").GetInt32());
        Assert.Equal(given, answer.Json.GetProperty("iplist").GetArrayLength());
        Assert.Equal(given, answer.Json.GetProperty("list").GetArrayLength());
        Assert.InRange(answer.Body.Length, 1, 1024);
        Assert.Equal(Biggest, answer.Json.GetProperty("uid").GetInt64());
    }

    [Fact]
    [CoversBeehive("1.2")]
    public async Task Clients_get_nodes_of_their_country_and_operator()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                file,
                "127.0.0.0,127.255.255.255,CN,,,,1,One\n192.0.2.0,192.0.2.255,DE,,,,2,Two\n198.51.100.0,198.51.100.127,DE,,,,2,Two\n198.51.100.128,198.51.100.255,DE,,,,3,Three\n");
            await using var world = await World.StartAsync(("Beehive:IpDictionary", file));
            await world.DoneAsync("option=listend&action=add&nid=1&ipaddr=192.0.2.10&port=9002");
            Assert.Equal(["192.0.2.10:9002"], await world.AddressesAsync(1, "198.51.100.127"));
            Assert.Equal([world.Tcp], await world.AddressesAsync(1, "198.51.100.128")); // the operator has none: the default country
            Assert.Equal([world.Tcp], await world.AddressesAsync(1, "203.0.113.1"));
            Assert.Equal([world.Tcp], await world.AddressesAsync(1, "garbage"));
            Assert.Equal([world.Tcp], await world.AddressesAsync(1, "198.051.100.1")); // no spelling of an address; 198.41.100.1 to some
            Assert.Equal([world.Tcp], await world.AddressesAsync(1, "0306.51.100.1")); // 198.51.100.1 to some
            await world.DoneAsync($"option=listend&action=del&nid=20001&ipaddr=127.0.0.1&port={world.Process.Endpoints["BeehiveTcp"].Port}");
            Assert.Equal(["192.0.2.10:9002"], await world.AddressesAsync(1, "203.0.113.1")); // any is better than none
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_bad_line_of_the_dictionary_keeps_the_server_from_starting_and_is_named()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "# comment\n192.0.2.0,192.0.2.255,CN\n");
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => World.StartAsync(("Beehive:IpDictionary", file)));
            Assert.Contains($"IpDictionary: '{file}', line 2: it has 3 columns; at least 5 are needed", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A server of a test's own: the nodes are the project's.</summary>
    private sealed class World : IAsyncDisposable
    {
        public required ParleyServerProcess Process { get; init; }

        public string Tcp => Process.Endpoints["BeehiveTcp"].ToString();

        public string WebSocket => Process.Endpoints["BeehiveWebSocket"].ToString();

        public static async Task<World> StartAsync(params (string Key, string Value)[] settings) =>
            new() { Process = await BeehiveHttpServer.StartAsync(settings) };

        public Task<HttpAnswer> GetAsync(string query) => HttpPeer.GetAsync(Process.Endpoints["BeehiveHttp"], "/im/config?" + query);

        public async Task ExpectAsync(string query, string text) => Assert.Equal(text, (await GetAsync(query)).Text);

        public Task DoneAsync(string query) => ExpectAsync(query, """{"code":0,"errmsg":"Ok"}""");

        public Task CollisionAsync(string query) => ExpectAsync(query, """{"code":20009,"errmsg":"Nid is collision!"}""");

        public Task<HttpAnswer> ListAsync(int type, long uid, long sid, string client = "203.0.113.9") =>
            HttpPeer.GetAsync(Process.Endpoints["BeehiveHttp"], $"/im/iplist?type={type}&uid={uid}&sid={sid}&clientip={client}");

        /// <summary>What iplist gives; nothing when it fails because there is no node.</summary>
        public async Task<string[]> AddressesAsync(int type, string client = "203.0.113.9")
        {
            var answer = await ListAsync(type, 1, 1, client);
            if (answer.Code == 0)
                return [.. answer.Json.GetProperty("iplist").EnumerateArray().Select(address => address.GetString()!)];
            Assert.Equal("""{"code":10001,"errmsg":"Get ip list failed!"}""", answer.Text);
            return [];
        }

        public async Task<OnlinePeer> LoginAsync(long uid)
        {
            var list = await ListAsync(1, uid, uid);
            return await OnlinePeer.LoginAsync(
                Process.Endpoints["BeehiveTcp"], uid, uid, list.Json.GetProperty("token").GetString()!, "app", "1");
        }

        public async ValueTask DisposeAsync() => await RtmServer.EndAsync(Process);
    }
}
