using System.Globalization;
using SQLitePCL;

namespace Parley.Conformance.Tests.Beehive;

/// <summary>3.1 to 3.4, 4.1 and 4.2 (beehive.md §3.3, §3.4, §11).</summary>
public sealed class HttpStatusTests(BeehiveHttpServer server)
{
    [Fact]
    [CoversBeehive("3.1", "3.2", "3.3", "3.4")]
    public async Task Lengths_are_added_changed_listed_and_deleted()
    {
        // a server of its own: the list is the project's
        var own = await BeehiveHttpServer.StartAsync();
        try
        {
            var http = own.Endpoints["BeehiveHttp"];
            await ExpectAsync("action=list", """{"len":0,"list":[],"code":0,"errmsg":"Ok"}""");
            await ExpectAsync("action=add&prec=600s&num=5", """{"code":0,"errmsg":"Ok"}""");
            await ExpectAsync("action=add&prec=300&num=7", """{"code":0,"errmsg":"Ok"}""");
            await ExpectAsync("action=add&prec=600&num=6", """{"code":0,"errmsg":"Ok"}""");
            await ExpectAsync(
                "action=list",
                """{"len":2,"list":[{"idx":0,"prec":300,"num":7},{"idx":1,"prec":600,"num":6}],"code":0,"errmsg":"Ok"}""");

            var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var answer = await GetAsync("action=get&prec=600s&num=3");
            var after = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var time = answer.Json.GetProperty("list")[0].GetProperty("time").GetInt64();
            Assert.InRange(time, before / 600 * 600, after / 600 * 600);
            var local = DateTimeOffset.FromUnixTimeSeconds(time).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            Assert.Equal(
                $$"""{"prec":600,"num":1,"list":[{"idx":0,"time":{{time}},"time-str":"{{local}}","num":0}],"code":0,"errmsg":"Ok"}""", answer.Text);

            await ExpectAsync("action=del&prec=600", """{"code":0,"errmsg":"Ok"}""");
            await ExpectAsync("action=del&prec=600", """{"code":0,"errmsg":"Ok"}""");
            await ExpectAsync("action=get&prec=600&num=3", """{"prec":600,"num":0,"list":[],"code":0,"errmsg":"Ok"}""");
            await ExpectAsync("action=list", """{"len":1,"list":[{"idx":0,"prec":300,"num":7}],"code":0,"errmsg":"Ok"}""");

            Task<Support.HttpAnswer> GetAsync(string query) => Support.HttpPeer.GetAsync(http, "/im/config?option=user-statis&" + query);
            async Task ExpectAsync(string query, string text) => Assert.Equal(text, (await GetAsync(query)).Text);
        }
        finally
        {
            await Support.RtmServer.EndAsync(own);
        }
    }

    [Fact]
    [CoversBeehive("3.4")]
    public async Task A_year_of_five_minutes_can_be_read_at_once_or_as_much_of_it_as_is_asked_for()
    {
        const int Year = 365 * 288;
        const int Page = 1000; // what the server reads at once
        var own = await BeehiveHttpServer.StartAsync();
        try
        {
            var first = Fill(own, Year);
            foreach (var (wanted, rows) in new[]
            {
                (1, 1), (Page - 1, Page - 1), (Page, Page), (Page + 1, Page + 1), (10_001, 10_001), (Year - 1, Year - 1), (Year, Year), (Year + 1, Year),
                (int.MaxValue, Year), (long.MaxValue, Year),
            })
            {
                var json = (await GetAsync(own, wanted)).Json;
                Assert.Equal((300, rows, 0), (json.GetProperty("prec").GetInt32(), json.GetProperty("num").GetInt32(), json.GetProperty("code").GetInt32()));
                var list = json.GetProperty("list");
                Assert.Equal(rows, list.GetArrayLength());
                var index = 0;
                foreach (var row in list.EnumerateArray())
                {
                    Assert.Equal(
                        (index, first - (index * 300L), index % 1000),
                        (row.GetProperty("idx").GetInt32(), row.GetProperty("time").GetInt64(), row.GetProperty("num").GetInt32()));
                    index++;
                }
            }
        }
        finally
        {
            await Support.RtmServer.EndAsync(own);
        }
    }

    [Theory]
    [CoversBeehive("3.1", "3.2", "3.4", "20007")]
    [InlineData("action=add&num=1", "prec")]
    [InlineData("action=add&prec=0&num=1", "prec")]
    [InlineData("action=add&prec=s&num=1", "prec")]
    [InlineData("action=add&prec=1m&num=1", "prec")]
    [InlineData("action=add&prec=300ss&num=1", "prec")]
    [InlineData("action=add&prec=-300&num=1", "prec")]
    [InlineData("action=add&prec=2147483648&num=1", "prec")]
    [InlineData("action=add&prec=300", "num")]
    [InlineData("action=add&prec=300&num=0", "num")]
    [InlineData("action=add&prec=300&num=x", "num")]
    [InlineData("action=add&prec=300&num=2147483648", "num")]
    [InlineData("action=del", "prec")]
    [InlineData("action=get&num=1", "prec")]
    [InlineData("action=get&prec=300", "num")]
    [InlineData("action=get&prec=300&num=0", "num")]
    public Task Bad_parameters_of_statistics_are_named(string query, string name) =>
        server.FailAsync("/im/config?option=user-statis&" + query, 20007, $"Paramter [{name}] is invalid!");

    [Fact]
    [CoversBeehive("4.1")]
    public async Task A_users_status_tells_the_rooms_each_once()
    {
        var (uid, low) = (BeehiveHttpServer.NewId(), BeehiveHttpServer.NewId());
        var high = BeehiveHttpServer.NewId();
        await server.ExpectAsync($"/im/query?option=user-status&uid={uid}", Offline(uid));
        await using var one = await server.OnlineAsync(uid);
        await server.ExpectAsync(
            $"/im/query?option=user-status&uid={uid}", $$"""{"uid":{{uid}},"status":1,"len":0,"list":[],"code":0,"errmsg":"Ok"}""");
        await using var other = await server.OnlineAsync(uid);
        await one.JoinRoomAsync(high);
        await other.JoinRoomAsync(high);
        await other.JoinRoomAsync(low);
        await server.ExpectAsync(
            $"/im/query?option=user-status&uid={uid}",
            $$"""{"uid":{{uid}},"status":1,"len":2,"list":[{"idx":0,"rid":{{low}}},{"idx":1,"rid":{{high}}}],"code":0,"errmsg":"Ok"}""");
    }

    [Fact]
    [CoversBeehive("4.1")]
    public async Task A_session_of_another_protocol_counts_too()
    {
        const long User = Support.RtmWorld.FirstUser + 3;
        await server.ExpectAsync($"/im/query?option=user-status&uid={User}", Offline(User));
        await using var peer = await Support.RtmPeer.ConnectAsync(server.Process.Endpoints["RtmClient"]);
        await Support.RtmServer.AuthAsync(peer, Support.Profile.G1, User);
        await peer.DoneAsync("enterroom", ("rid", 77_000L));
        await server.ExpectAsync(
            $"/im/query?option=user-status&uid={User}",
            $$"""{"uid":{{User}},"status":1,"len":1,"list":[{"idx":0,"rid":77000}],"code":0,"errmsg":"Ok"}""");
        await server.ExpectAsync($"/im/query?option=sid-list&uid={User}", $$"""{"uid":{{User}},"len":0,"list":[],"code":0,"errmsg":"Ok"}""");
    }

    [Fact]
    [CoversBeehive("4.2")]
    public async Task The_sid_list_has_those_that_are_logged_in_in_order()
    {
        var uid = BeehiveHttpServer.NewId();
        await server.ExpectAsync($"/im/query?option=sid-list&uid={uid}", Empty());
        var low = await server.RegisterAsync(uid);
        await using var high = await server.OnlineAsync(uid);
        await using var first = await OnlinePeer.LoginAsync(server.Tcp, uid, low, await server.TokenAsync(uid, low), "app", "1");
        await server.ExpectAsync(
            $"/im/query?option=sid-list&uid={uid}",
            $$"""{"uid":{{uid}},"len":2,"list":[{"idx":0,"sid":{{low}}},{"idx":1,"sid":{{high.SessionId}}}],"code":0,"errmsg":"Ok"}""");
        await first.SendAsync(0x0103, []);
        await first.ExpectClosedAsync();
        await server.ExpectAsync(
            $"/im/query?option=sid-list&uid={uid}",
            $$"""{"uid":{{uid}},"len":1,"list":[{"idx":0,"sid":{{high.SessionId}}}],"code":0,"errmsg":"Ok"}""");

        string Empty() => $$"""{"uid":{{uid}},"len":0,"list":[],"code":0,"errmsg":"Ok"}""";
    }

    [Theory]
    [CoversBeehive("4.1", "4.2", "20007")]
    [InlineData("user-status", "")]
    [InlineData("user-status", "&uid=0")]
    [InlineData("sid-list", "&uid=x")]
    [InlineData("sid-list", "&sid=1")]
    public Task Without_a_uid_a_query_is_refused(string option, string query) =>
        server.FailAsync($"/im/query?option={option}{query}", 20007, "Paramter [uid] is invalied!");

    private static Task<Support.HttpAnswer> GetAsync(Testing.ParleyServerProcess server, long num) =>
        Support.HttpPeer.GetAsync(server.Endpoints["BeehiveHttp"], $"/im/config?option=user-statis&action=get&prec=300&num={num}");

    /// <summary>Stores so many records of five minutes each, in a time to come, so that none is added meanwhile. The newest comes back.</summary>
    private static long Fill(Testing.ParleyServerProcess server, int records)
    {
        var first = ((TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 300) + records + 1000) * 300;
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(Path.Combine(server.DataDirectory, "parley.db"), out var database));
        using (database)
        {
            raw.sqlite3_busy_timeout(database, 10_000);
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(database, $"""
                WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {records - 1})
                INSERT INTO online_period (project_id, seconds, start, most, least)
                SELECT {Support.RtmWorld.Pid}, 300, {first} - i * 300, i % 1000, 0 FROM n
                """));
        }
        return first;
    }

    private static string Offline(long uid) => $$"""{"uid":{{uid}},"status":0,"len":0,"list":[],"code":0,"errmsg":"Ok"}""";
}
