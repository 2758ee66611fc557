namespace Parley.Conformance.Tests.Beehive;

/// <summary>1.1 and 1.2 (beehive.md §3.1).</summary>
public sealed class HttpRegistrationTests(BeehiveHttpServer server)
{
    private const string Biggest = "9223372036854775807";

    [Fact]
    [CoversBeehive("1.1")]
    public async Task Registering_gives_a_new_sid_each_time_and_echoes_the_rest()
    {
        var uid = BeehiveHttpServer.NewId();
        var first = await server.GetAsync($"/im/register?uid={uid}&nation=86&city=10&town=1");
        Assert.Equal(200, first.Status);
        Assert.Equal("application/json; charset=utf-8", first.Header("Content-Type"));
        var sid = first.Json.GetProperty("sid").GetInt64();
        Assert.InRange(sid, 1000, 1L << 53);
        Assert.Equal($$"""{"uid":{{uid}},"sid":{{sid}},"nation":86,"city":10,"town":1,"code":0,"errmsg":"OK"}""", first.Text);
        Assert.True(await server.RegisterAsync(uid) > sid);
    }

    [Theory]
    [CoversBeehive("1.1")]
    [InlineData("nation=1", 0, 0)]
    [InlineData("nation=1&city=x&town=-3", 0, 0)]
    [InlineData("town=5&city=4&nation=1&unknown=9", 4, 5)]
    public async Task City_and_town_may_be_missing_and_the_order_is_free(string query, int city, int town)
    {
        var json = (await server.GetAsync($"/im/register?{query}&uid={Biggest}")).Json;
        Assert.Equal(Biggest, json.GetProperty("uid").GetRawText());
        Assert.Equal(city, json.GetProperty("city").GetInt32());
        Assert.Equal(town, json.GetProperty("town").GetInt32());
        Assert.Equal(0, json.GetProperty("code").GetInt32());
    }

    [Theory]
    [CoversBeehive("1.1", "20005")]
    [InlineData("nation=86")]
    [InlineData("uid=&nation=86")]
    [InlineData("uid=0&nation=86")]
    [InlineData("uid=-1&nation=86")]
    [InlineData("uid=abc&nation=86")]
    [InlineData("uid=9223372036854775808&nation=86")]
    [InlineData("UID=1&nation=86")]
    [InlineData("uid=1")]
    [InlineData("uid=1&nation=0")]
    [InlineData("uid=1&nation=china")]
    [InlineData("uid=9000000000999999&nation=86")] // a number of the band that no name has
    public Task Without_a_valid_uid_and_a_nation_registering_is_refused(string query) =>
        server.FailAsync("/im/register?" + query, 20005, "Register param invalid!");

    [Fact]
    [CoversBeehive("1.1")]
    public async Task Of_two_parameters_with_one_name_the_first_counts()
    {
        var uid = BeehiveHttpServer.NewId();
        Assert.Equal(uid, (await server.GetAsync($"/im/register?uid={uid}&uid=5&nation=1&nation=0")).Json.GetProperty("uid").GetInt64());
        await server.FailAsync($"/im/register?uid=x&uid={uid}&nation=1", 20005, "Register param invalid!");
    }

    [Theory]
    [CoversBeehive("1.2")]
    [InlineData("&type=1", 1)]
    [InlineData("&type=2", 2)]
    [InlineData("&type=0", 0)]
    [InlineData("", 0)]
    public async Task Iplist_gives_the_address_under_both_names_and_a_token(string query, int type)
    {
        var uid = BeehiveHttpServer.NewId();
        var sid = await server.RegisterAsync(uid);
        var answer = await server.GetAsync($"/im/iplist?uid={uid}&sid={sid}&clientip=203.0.113.9{query}");
        var address = (type == 2 ? server.WebSocket : server.Tcp).ToString();
        var token = answer.Json.GetProperty("token").GetString()!;
        Assert.Equal(token, Convert.ToBase64String(Convert.FromBase64String(token)));
        Assert.InRange(token.Length, 1, 127);
        Assert.Equal(
            $$"""{"uid":{{uid}},"sid":{{sid}},"type":{{type}},"len":1,"iplist":["{{address}}"],"list":["{{address}}"],"token":"{{token}}","expire":86400,"code":0,"errmsg":"OK"}""",
            answer.Text);
    }

    [Theory]
    [CoversBeehive("1.2", "20005")]
    [InlineData("type=3&uid=1&sid=1&clientip=1.2.3.4", "Type")]
    [InlineData("type=x&uid=1&sid=1&clientip=1.2.3.4", "Type")]
    [InlineData("type=-1&uid=1&sid=1&clientip=1.2.3.4", "Type")]
    [InlineData("type=1&sid=1&clientip=1.2.3.4", "Uid")]
    [InlineData("type=1&uid=0&sid=1&clientip=1.2.3.4", "Uid")]
    [InlineData("type=1&uid=9000000000999999&sid=1&clientip=1.2.3.4", "Uid")]
    [InlineData("type=1&uid=1&clientip=1.2.3.4", "Sid")]
    [InlineData("type=1&uid=1&sid=0&clientip=1.2.3.4", "Sid")]
    [InlineData("type=1&uid=1&sid=9223372036854775808&clientip=1.2.3.4", "Sid")]
    [InlineData("type=1&uid=1&sid=1", "Client ip")]
    [InlineData("type=1&uid=1&sid=1&clientip=", "Client ip")]
    public Task Bad_parameters_of_iplist_are_named(string query, string what) =>
        server.FailAsync("/im/iplist?" + query, 20005, what + " is invalid!");

    [Theory]
    [CoversBeehive("1.2")]
    [InlineData("2001:db8::1")]
    [InlineData("garbage")]
    [InlineData("%E4%B8%AD")]
    public async Task A_client_address_that_is_no_IPv4_is_only_unknown(string address)
    {
        var uid = BeehiveHttpServer.NewId();
        var sid = await server.RegisterAsync(uid);
        Assert.Equal(0, (await server.GetAsync($"/im/iplist?type=1&uid={uid}&sid={sid}&clientip={address}")).Code);
    }

    [Fact]
    [CoversBeehive("1.2", "20009")]
    public async Task A_sid_of_another_user_is_refused_and_a_free_one_becomes_the_users_who_comes_first()
    {
        var (one, other) = (BeehiveHttpServer.NewId(), BeehiveHttpServer.NewId());
        var sid = await server.RegisterAsync(one);
        await server.FailAsync($"/im/iplist?type=1&uid={other}&sid={sid}&clientip=1.2.3.4", 20009, "Sid is collision!");
        var chosen = 5_000_000 + BeehiveHttpServer.NewId();
        await server.TokenAsync(other, chosen);
        await server.TokenAsync(other, chosen);
        await server.FailAsync($"/im/iplist?type=1&uid={one}&sid={chosen}&clientip=1.2.3.4", 20009, "Sid is collision!");
    }

    [Fact]
    [CoversBeehive("1.2")]
    public async Task The_largest_ids_fit_into_the_buffers_of_the_clients_library()
    {
        var answer = await server.GetAsync($"/im/iplist?type=1&uid={Biggest}&sid={Biggest}&clientip=1.2.3.4");
        Assert.Equal(0, answer.Code);
        Assert.Equal(Biggest, answer.Json.GetProperty("sid").GetRawText());
        Assert.InRange(answer.Body.Length, 1, 1024);
        Assert.InRange(answer.Json.GetProperty("token").GetString()!.Length, 1, 127);
    }

    [Fact]
    [CoversBeehive("1.2")]
    public async Task The_token_opens_a_session()
    {
        var uid = BeehiveHttpServer.NewId();
        await using var peer = await server.OnlineAsync(uid);
        await server.ExpectAsync(
            $"/im/query?option=sid-list&uid={uid}",
            $$"""{"uid":{{uid}},"len":1,"list":[{"idx":0,"sid":{{peer.SessionId}}}],"code":0,"errmsg":"Ok"}""");
    }
}
