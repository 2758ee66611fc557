using System.Net.Sockets;
using Parley.Conformance.Tests.Fpnn;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>Stopping and starting again (DESIGN §10; rtm-client.md §2, §3.2).</summary>
public sealed class RestartTests
{
    private const long Ann = RtmWorld.FirstUser;
    private const long Ben = RtmWorld.FirstUser + 1;
    private const long Group = 30_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Covers("auth", "getp2pmsg", "getgroupmsg", "getfriends", "getusergroups", "pushunread", "dbget", "getoption", "getblacks")]
    public async Task After_a_restart_everything_is_found_again(bool isOrderly)
    {
        var server = await StartAsync();
        try
        {
            await using (var ann = await LoginAsync(server, Ann))
            {
                await ann.OkAsync("sendmsg", Say.To(Ben, 1));
                await ann.OkAsync("sendgroupmsg", Say.ToGroup(Group, 2));
                await ann.DoneAsync("enterroom", ("rid", 5));
                await ann.OkAsync("sendroommsg", Say.ToRoom(5, 3));
                await ann.DoneAsync("addfriends", ("friends", new[] { 40, 41 }));
                await ann.DoneAsync("addblacks", ("blacks", new[] { 42 }));
                await ann.DoneAsync("addgroupmembers", ("gid", Group), ("uids", new[] { 43 }));
                await ann.DoneAsync("setgroupinfo", ("gid", Group), ("oinfo", "open"));
                await ann.DoneAsync("setroominfo", ("rid", 5), ("oinfo", "room"));
                await ann.DoneAsync("setpushname", ("pushname", "Ann"));
                await ann.DoneAsync("setgeo", ("lat", 1.5), ("lng", 2.5));
                await ann.DoneAsync("setuserinfo", ("oinfo", "o"), ("pinfo", "p"));
                await ann.DoneAsync("dbset", ("key", "k"), ("val", "v"));
                await ann.DoneAsync("addoption", ("type", 0), ("xid", 44));
                if (isOrderly)
                    Assert.Equal(0, await server.TerminateAsync());
                else
                    server.Kill();
            }
            await server.RestartAsync();
            await using (var ann = await LoginAsync(server, Ann))
            {
                await ann.FailAsync(200053, "sendmsg", Say.To(Ben, 1)); // still within the window
                Assert.Equal(1L, Assert.Single((await ann.OkAsync("getp2pmsg", ("ouid", Ben), ("num", 9), ("desc", true))).Rows("msgs"))[3]);
                Assert.Equal(2L, Assert.Single((await ann.OkAsync("getgroupmsg", ("gid", Group), ("num", 9), ("desc", true))).Rows("msgs"))[3]);
                Assert.Empty((await ann.OkAsync("getuserrooms")).List("rooms")); // rooms end with being online
                await ann.DoneAsync("enterroom", ("rid", 5));
                Assert.Equal(3L, Assert.Single((await ann.OkAsync("getroommsg", ("rid", 5), ("num", 9), ("desc", true))).Rows("msgs"))[3]);
                Assert.Equal((long[])[40L, 41], (await ann.OkAsync("getfriends")).Ints("uids"));
                Assert.Equal((long[])[42L], (await ann.OkAsync("getblacks")).Ints("uids"));
                Assert.Equal((long[])[Group], (await ann.OkAsync("getusergroups")).Ints("gids"));
                Assert.Equal((long[])[43L, Ann, Ben], (await ann.OkAsync("getgroupmembers", ("gid", Group))).Ints("uids"));
                Assert.Equal("open", (await ann.OkAsync("getgroupinfo", ("gid", Group))).Text("oinfo"));
                Assert.Equal("room", (await ann.OkAsync("getroominfo", ("rid", 5))).Text("oinfo"));
                Assert.Equal("Ann", (await ann.OkAsync("getpushname")).Text("pushname"));
                Assert.Equal(2.5, (await ann.OkAsync("getgeo")).Double("lng"));
                Assert.Equal("p", (await ann.OkAsync("getuserinfo")).Text("pinfo"));
                Assert.Equal("v", (await ann.OkAsync("dbget", ("key", "k"))).Text("val"));
                Assert.True((await ann.OkAsync("getoption")).Nested("p2p").Has("44"));
            }
            await using var ben = await LoginAsync(server, Ben);
            var status = await ben.OkAsync("pushunread");
            Assert.Equal([Ann], status.Ints("p2p"));
            Assert.Equal([Group], status.Ints("group"));
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    [Covers("sendmsg")]
    public async Task Sigterm_answers_what_was_taken_closes_everybody_and_ends_with_0_within_10_seconds()
    {
        var server = await StartAsync();
        try
        {
            await using var ann = await LoginAsync(server, Ann);
            await using var ben = await LoginAsync(server, Ben);
            await using var web = await WebSocketPeer.ConnectAsync(server.Endpoints["RtmClient"]);
            await using var half = await RawPeer.ConnectAsync(server.Endpoints["RtmClient"]);
            await half.SendAsync("46504e4e 01 80");
            var sends = new List<Task<Package>>();
            try
            {
                for (var mid = 1; mid <= 2000 && !ann.Closed.IsCompleted; mid++)
                {
                    sends.Add(await ann.BeginAsync("sendmsg", Pack.Map(Say.To(Ben, mid))));
                    if (mid != 1000)
                        continue;
                    await Wait.For(sends[99], "the hundredth answer"); // the server is at work
                    server.SendTerminate();
                }
            }
            catch (IOException)
            {
                // the server has closed
            }
            var started = TimeProvider.System.GetTimestamp();
            Assert.Equal(0, await server.WaitForExitAsync());
            Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
            await ann.ExpectClosedAsync();
            await Wait.For(ben.Closed, "ben's end");
            await web.ExpectClosedAsync();
            await half.ExpectClosedAsync();
            Assert.False(File.Exists(Path.Combine(server.DataDirectory, "endpoints.json")));
            await Assert.ThrowsAnyAsync<SocketException>(() => RawPeer.ConnectAsync(server.Endpoints["RtmClient"]));
            Assert.DoesNotContain(server.Output, static line => line.Contains("fail:", StringComparison.Ordinal));

            var told = new List<long>();
            for (var i = 0; i < sends.Count; i++)
            {
                // what was read is answered, well or with 20014; what was not read is lost with the connection
                if (sends[i].IsCompletedSuccessfully && !(await sends[i]).IsError)
                    told.Add(i + 1);
                else if (sends[i].IsCompletedSuccessfully)
                    Assert.Equal(20014, (await sends[i]).Body.Int("code"));
            }
            await server.RestartAsync();
            await using var reader = await LoginAsync(server, Ann);
            var stored = new HashSet<long>();
            object? lastId = 0;
            while (true)
            {
                var page = await reader.OkAsync("getp2pmsg", ("ouid", Ben), ("num", 20), ("desc", false), ("lastid", lastId));
                if (page.Int("num") == 0)
                    break;
                stored.UnionWith(page.Rows("msgs").Select(row => (long)row[3]!));
                lastId = page["lastid"];
            }
            Assert.NotEmpty(told);
            Assert.Empty(told.Except(stored));
            Assert.Empty(stored.Except(told)); // nothing was taken and then left without an answer
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    private static Task<ParleyServerProcess> StartAsync() => RtmServer.StartAsync(async seed =>
    {
        await seed.ProjectAsync(RtmWorld.Pid, new() { UserCallsPerSecond = 0 });
        await seed.TokensAsync(RtmWorld.Pid, Ann, 2);
        await seed.GroupAsync(RtmWorld.Pid, Group, Ann, Ben);
    });

    private static async Task<RtmPeer> LoginAsync(ParleyServerProcess server, long uid)
    {
        var peer = await RtmPeer.ConnectAsync(server.Endpoints["RtmClient"]);
        await RtmServer.AuthAsync(peer, Profile.G1, uid);
        return peer;
    }
}
