using Parley.Conformance.Tests.Support;
using SQLitePCL;

namespace Parley.Conformance.Tests.Beehive;

/// <summary>What settings change: who is an operator, who gets a token, how numbers look, how fast calls may come.</summary>
public sealed class HttpSettingTests(StrictBeehiveServer strict)
{
    private const long User = RtmWorld.FirstUser + 5;

    [Theory]
    [CoversBeehive("10004")]
    [InlineData("GET", "/im/config?option=listend&action=list")]
    [InlineData("GET", "/im/config?option=nothing")]
    [InlineData("GET", "/im/query?option=sid-list&uid=1")]
    [InlineData("GET", "/im/group/config?option=gag&action=get&gid=1")]
    [InlineData("GET", "/im/group/query?option=top-list")]
    [InlineData("GET", "/im/room/config?option=gag&action=get&rid=1")]
    [InlineData("GET", "/room/query?option=top-list")]
    [InlineData("POST", "/im/push?dim=broadcast")]
    [InlineData("POST", "/room/push?dim=room&rid=1")]
    public async Task Only_operators_push_configure_and_query(string method, string target)
    {
        var body = method == "POST" ? new byte[100_000] : null;
        (string, string)[] none = [];
        foreach (var headers in new[] { none, [("X-Parley-Operator", "guess")], [("X-Forwarded-For", "192.0.2.1")], [("X-Parley-Operator", "")] })
        {
            var answer = await HttpPeer.CallAsync(strict.Http, method, target, body is null ? null : body.AsMemory(), headers);
            Assert.Equal(200, answer.Status);
            Assert.Equal("""{"code":10004,"errmsg":"Ip isn't allowed!"}""", answer.Text);
        }
        var allowed = await HttpPeer.CallAsync(
            strict.Http, method, target, method == "POST" ? "x"u8.ToArray().AsMemory() : null, ("x-parley-operator", StrictBeehiveServer.Secret));
        Assert.NotEqual(10004, allowed.Code);
    }

    [Fact]
    [CoversBeehive("1.1")]
    public async Task Everybody_registers() => Assert.True(await RegisterAsync() >= 1000);

    [Theory]
    [CoversBeehive("1.2", "20008")]
    [InlineData("", 20008)]
    [InlineData("&auth=", 20008)]
    [InlineData("&auth=wrong", 20008)]
    [InlineData("&auth=000000000000000000000000000186A6", 20008)] // somebody else's
    [InlineData("&auth=000000000000000000000000000186A5", 0)]
    public async Task With_the_setting_iplist_asks_for_the_users_login_token(string query, int code)
    {
        var sid = await RegisterAsync();
        var answer = await strict.GetAsync($"/im/iplist?type=1&uid={User}&sid={sid}&clientip=1.2.3.4{query}");
        Assert.Equal(code, answer.Code);
        if (code != 0)
            Assert.Equal("""{"code":20008,"errmsg":"Auth failed!"}""", answer.Text);
    }

    [Fact]
    [CoversBeehive("1.2", "20009")]
    public async Task With_the_setting_a_sid_of_the_clients_own_choice_is_refused()
    {
        var answer = await strict.GetAsync($"/im/iplist?type=1&uid={User}&sid=987654321&clientip=1.2.3.4&auth={Seed.TokenOf(User)}");
        Assert.Equal("""{"code":20009,"errmsg":"Sid is collision!"}""", answer.Text);
    }

    [Fact]
    [CoversBeehive("1.1", "3.4", "4.1", "4.2", "7.1", "7.4")]
    public async Task With_the_setting_exactly_the_documents_fields_are_quoted()
    {
        var registered = await strict.GetAsync($"/im/register?uid={User}&nation=86&city=10&town=1");
        var sid = registered.Json.GetProperty("sid").GetString();
        Assert.Equal($$"""{"uid":"{{User}}","sid":"{{sid}}","nation":"86","city":"10","town":"1","code":0,"errmsg":"OK"}""", registered.Text);
        Assert.Equal(
            """{"prec":"777","num":0,"list":[],"code":0,"errmsg":"Ok"}""",
            (await strict.OperateAsync("/im/config?option=user-statis&action=get&prec=777&num=1")).Text);
        Assert.Equal(
            """{"uid":"5","status":0,"len":0,"list":[],"code":0,"errmsg":"Ok"}""", (await strict.OperateAsync("/im/query?option=user-status&uid=5")).Text);
        Assert.Equal("""{"uid":"5","len":0,"list":[],"code":0,"errmsg":"Ok"}""", (await strict.OperateAsync("/im/query?option=sid-list&uid=5")).Text);
        var node = (await strict.OperateAsync("/im/config?option=listend&action=list")).Json.GetProperty("list")[0];
        Assert.Equal("20001", node.GetProperty("nid").GetRawText());
        Assert.Equal("1", node.GetProperty("status").GetRawText());
        Assert.Matches("^\"[0-9]+\"$", node.GetProperty("total").GetRawText());
        var forwarder = (await strict.OperateAsync("/im/config?option=frwder&action=list")).Json.GetProperty("list")[0];
        Assert.Equal("\"1\"", forwarder.GetProperty("status").GetRawText());
        Assert.Equal("20003", forwarder.GetProperty("nid").GetRawText());
        var list = await strict.GetAsync($"/im/iplist?type=2&uid={User}&sid={sid}&clientip=1.2.3.4&auth={Seed.TokenOf(User)}");
        Assert.StartsWith($$"""{"uid":{{User}},"sid":{{sid}},"type":2,"len":1,"iplist":["203.0.113.7:{{strict.WebSocket.Port}}"],""", list.Text);
    }

    [Fact]
    [CoversBeehive("7.1")]
    public async Task A_node_with_as_many_connections_as_the_setting_says_is_too_busy_and_handed_out_for_want_of_others()
    {
        var sid = await RegisterAsync();
        await using var raw = await RawPeer.ConnectAsync(strict.Tcp);
        await Wait.Until(
            async () => (await strict.OperateAsync("/im/config?option=listend&action=list")).Json.GetProperty("list")[0].GetProperty("status").GetInt32() == 2,
            "the node is too busy");
        var list = await strict.GetAsync($"/im/iplist?type=1&uid={User}&sid={sid}&clientip=1.2.3.4&auth={Seed.TokenOf(User)}");
        Assert.Equal(1, list.Json.GetProperty("len").GetInt32());
    }

    [Fact]
    public async Task With_the_setting_pages_of_that_origin_may_read_answers()
    {
        foreach (var target in new[] { "/im/register?uid=1&nation=1", "/nothing" })
            Assert.Equal("https://chat.example", (await strict.GetAsync(target)).Header("Access-Control-Allow-Origin"));
        var preflight = await HttpPeer.CallAsync(
            strict.Http, "OPTIONS", "/im/register", null, ("Origin", "https://chat.example"), ("Access-Control-Request-Method", "GET"));
        Assert.Equal(204, preflight.Status);
        Assert.Equal("GET", preflight.Header("Access-Control-Allow-Methods"));
        Assert.Equal("https://chat.example", preflight.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    [CoversBeehive("10022")]
    public async Task An_address_that_calls_too_often_is_refused_for_a_while_and_operators_calls_are_not_counted()
    {
        var own = await BeehiveHttpServer.StartAsync(("Beehive:PublicCallsPerSecond", "1"), ("Beehive:PublicCallBurst", "4"));
        try
        {
            var http = own.Endpoints["BeehiveHttp"];
            for (var i = 0; i < 6; i++)
                Assert.Equal(0, (await HttpPeer.GetAsync(http, "/im/query?option=sid-list&uid=1")).Code);
            var codes = new List<int>();
            for (var i = 0; i < 8; i++)
            {
                var target = i % 2 == 0 ? "/im/register?uid=1&nation=1" : "/im/iplist?type=1&uid=1&sid=5&clientip=1.2.3.4";
                codes.Add((await HttpPeer.GetAsync(http, target)).Code);
            }
            Assert.Equal([0, 0, 0, 0], codes.Take(4));
            Assert.Contains(10022, codes);
            await Wait.Until(async () => (await HttpPeer.GetAsync(http, "/im/register?uid=1&nation=1")).Code == 0, "the address may call again");
        }
        finally
        {
            await RtmServer.EndAsync(own);
        }
    }

    [Fact]
    [CoversBeehive("10011", "10024")]
    public async Task While_the_store_takes_nothing_answers_say_so_and_calls_go_on_afterwards()
    {
        var own = await BeehiveHttpServer.StartAsync();
        try
        {
            var http = own.Endpoints["BeehiveHttp"];
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(Path.Combine(own.DataDirectory, "parley.db"), out var held));
            using (held)
            {
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(held, "BEGIN IMMEDIATE"));
                await Task.WhenAll(
                    ExpectAsync("/im/register?uid=1&nation=1", """{"code":10011,"errmsg":"Alloc sid failed!"}"""),
                    ExpectAsync("/im/iplist?type=1&uid=1&sid=5&clientip=1.2.3.4", Failed),
                    ExpectAsync("/im/config?option=user-statis&action=add&prec=60&num=1", Failed),
                    ExpectAsync("/im/group/config?option=gag&action=add&gid=1", Failed),
                    ExpectAsync("/im/room/config?option=room&action=close&rid=1", Failed),
                    ExpectAsync("/im/config?option=listend&action=add&nid=1&ipaddr=192.0.2.1&port=1", Failed));
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(held, "ROLLBACK"));
            }
            Assert.Equal(0, (await HttpPeer.GetAsync(http, "/im/register?uid=1&nation=1")).Code);
            Assert.Equal(0, (await HttpPeer.GetAsync(http, "/im/room/config?option=room&action=close&rid=1")).Code);

            async Task ExpectAsync(string target, string text) => Assert.Equal(text, (await HttpPeer.GetAsync(http, target)).Text);
        }
        finally
        {
            await RtmServer.EndAsync(own);
        }
    }

    private const string Failed = """{"code":10024,"errmsg":"System error!"}""";

    private async Task<long> RegisterAsync()
    {
        var answer = await strict.GetAsync($"/im/register?uid={User}&nation=86");
        return long.Parse(answer.Json.GetProperty("sid").GetString()!);
    }
}
