using System.Text;

namespace Parley.Conformance.Tests.Beehive;

/// <summary>2.1 to 2.6 (beehive.md §3.2).</summary>
public sealed class HttpPushTests(BeehiveHttpServer server)
{
    private const uint Broadcast = 0x0501;
    private const uint P2P = 0x0503;
    private const uint GroupChat = 0x030B;
    private const uint RoomBroadcast = 0x040D;

    /// <summary>Bytes that are no text.</summary>
    private static readonly byte[] Raw = [0, 255, 10, 13, 0x80, 1];

    [Fact]
    [CoversBeehive("2.1")]
    public async Task Broadcast_reaches_every_session_unchanged()
    {
        // a server of its own: nobody else is to hear it
        var own = await BeehiveHttpServer.StartAsync();
        try
        {
            var http = own.Endpoints["BeehiveHttp"];
            await using var ann = await LoginAsync(own, 1);
            await using var ben = await LoginAsync(own, 2);
            await using var two = await LoginAsync(own, 2);
            Assert.Equal("""{"code":0,"errmsg":"OK"}""", (await Support.HttpPeer.PostAsync(http, "/im/push?dim=broadcast", Raw)).Text);
            foreach (var peer in new[] { ann, ben, two })
                Assert.Equal(Raw, (await peer.ExpectAsync(Broadcast)).Body);
        }
        finally
        {
            await Support.RtmServer.EndAsync(own);
        }
    }

    [Fact]
    [CoversBeehive("2.2")]
    public async Task A_push_to_a_group_reaches_all_its_members_as_a_message_of_nobody()
    {
        await using var owner = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await using var member = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await using var stranger = await server.OnlineAsync(BeehiveHttpServer.NewId());
        var gid = await owner.CreateGroupAsync();
        Assert.Equal(0ul, await member.AboutGroupAsync(0x0305, member.UserId, gid));
        await ExpectPushAsync($"dim=group&gid={gid}", Raw, $$"""{"gid":{{gid}},"code":0,"errmsg":"OK"}""");
        foreach (var peer in new[] { owner, member })
        {
            var chat = (await peer.ExpectAsync(GroupChat)).Body;
            Assert.Equal(0ul, OnlinePeer.Field(chat, 1));
            Assert.Equal((ulong)gid, OnlinePeer.Field(chat, 2));
            Assert.Equal(0ul, OnlinePeer.Field(chat, 3));
            Assert.InRange((long)OnlinePeer.Field(chat, 4), 1_500_000_000, long.MaxValue);
            Assert.Equal("", Encoding.UTF8.GetString(OnlinePeer.Bytes(chat, 5)));
            Assert.Equal(Raw, OnlinePeer.Bytes(chat, 6));
        }
        Assert.Empty(await stranger.DrainAsync());
    }

    [Fact]
    [CoversBeehive("2.3")]
    public async Task A_push_to_a_room_reaches_those_inside_with_a_rising_number()
    {
        var rid = BeehiveHttpServer.NewId();
        await using var inside = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await using var outside = await server.OnlineAsync(BeehiveHttpServer.NewId());
        Assert.Equal(0ul, (await inside.JoinRoomAsync(rid)).Code);
        await ExpectPushAsync($"dim=room&rid={rid}&expire=0", Raw, $$"""{"rid":{{rid}},"code":0,"errmsg":"OK"}""");
        await ExpectPushAsync($"dim=room&rid={rid}", Raw, $$"""{"rid":{{rid}},"code":0,"errmsg":"OK"}""");
        foreach (var path in new[] { "/room/push", "/im/room/push" })
            Assert.Equal(0, (await server.PostAsync($"{path}?dim=room&rid={rid}&expire=4294967295", Raw)).Code);
        for (var number = 1ul; number <= 4; number++)
        {
            var body = (await inside.ExpectAsync(RoomBroadcast)).Body;
            Assert.Equal((ulong)rid, OnlinePeer.Field(body, 1));
            Assert.Equal(number, OnlinePeer.Field(body, 2));
            Assert.Equal(0ul, OnlinePeer.Field(body, 3));
            Assert.Equal(number < 3 ? 0 : uint.MaxValue, OnlinePeer.Field(body, 5));
            Assert.Equal(Raw, OnlinePeer.Bytes(body, 6));
        }
        Assert.Empty(await outside.DrainAsync());
    }

    [Fact]
    [CoversBeehive("2.3")]
    public async Task Who_joins_before_a_push_expires_gets_it_once()
    {
        var rid = BeehiveHttpServer.NewId();
        await ExpectPushAsync($"dim=room&rid={rid}&expire=600", "first"u8.ToArray(), $$"""{"rid":{{rid}},"code":0,"errmsg":"OK"}""");
        await ExpectPushAsync($"dim=room&rid={rid}&expire=0", "only now"u8.ToArray(), $$"""{"rid":{{rid}},"code":0,"errmsg":"OK"}""");
        await ExpectPushAsync($"dim=room&rid={rid}&expire=600", "third"u8.ToArray(), $$"""{"rid":{{rid}},"code":0,"errmsg":"OK"}""");
        await using var late = await server.OnlineAsync(BeehiveHttpServer.NewId());
        Assert.Equal(0ul, (await late.JoinRoomAsync(rid)).Code);
        Assert.Equal("first"u8.ToArray(), OnlinePeer.Bytes((await late.ExpectAsync(RoomBroadcast)).Body, 6));
        Assert.Equal("third"u8.ToArray(), OnlinePeer.Bytes((await late.ExpectAsync(RoomBroadcast)).Body, 6));
        Assert.Equal(0ul, (await late.JoinRoomAsync(rid)).Code);
        Assert.DoesNotContain(await late.DrainAsync(), packet => packet.Command == RoomBroadcast);
    }

    [Fact]
    [CoversBeehive("2.4")]
    public async Task A_push_to_a_session_reaches_it_alone()
    {
        var uid = BeehiveHttpServer.NewId();
        await using var one = await server.OnlineAsync(uid);
        await using var other = await server.OnlineAsync(uid);
        await ExpectPushAsync($"dim=sid&sid={one.SessionId}", Raw, """{"code":0,"errmsg":"OK"}""");
        await ExpectPushAsync($"dim=sid&sid={one.SessionId}", [], """{"code":0,"errmsg":"OK"}""");
        Assert.Equal(Raw, (await one.ExpectAsync(P2P)).Body);
        Assert.Empty((await one.ExpectAsync(P2P)).Body);
        Assert.Empty(await other.DrainAsync());
        await ExpectPushAsync($"dim=sid&sid={other.SessionId}", Raw, """{"code":0,"errmsg":"OK"}""");
        Assert.Equal(Raw, (await other.ExpectAsync(P2P)).Body);
        Assert.Empty(await one.DrainAsync());
    }

    [Fact]
    [CoversBeehive("2.5")]
    public async Task A_push_to_a_user_reaches_all_the_sessions()
    {
        var uid = BeehiveHttpServer.NewId();
        await using var one = await server.OnlineAsync(uid);
        await using var other = await server.OnlineAsync(uid);
        await using var stranger = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await ExpectPushAsync($"dim=uid&uid={uid}&expire=x", Raw, $$"""{"uid":{{uid}},"code":0,"errmsg":"OK"}""");
        Assert.Equal(Raw, (await one.ExpectAsync(P2P)).Body);
        Assert.Equal(Raw, (await other.ExpectAsync(P2P)).Body);
        Assert.Empty(await stranger.DrainAsync());
    }

    [Fact]
    [CoversBeehive("2.6")]
    public async Task A_push_to_an_application_reaches_its_sessions_of_the_version_if_one_is_given()
    {
        var name = $"app {BeehiveHttpServer.NewId()} 中";
        var written = Uri.EscapeDataString(name);
        await using var first = await server.OnlineAsync(BeehiveHttpServer.NewId(), name, "1.0");
        await using var second = await server.OnlineAsync(BeehiveHttpServer.NewId(), name, "1.1");
        await using var other = await server.OnlineAsync(BeehiveHttpServer.NewId(), name + "x", "1.0");
        await ExpectPushAsync($"dim=appid&appid={written}", "all"u8.ToArray(), """{"code":0,"errmsg":"OK"}""");
        await ExpectPushAsync($"dim=appid&appid={written}&version=1.1", "new"u8.ToArray(), """{"code":0,"errmsg":"OK"}""");
        Assert.Equal("all"u8.ToArray(), (await first.ExpectAsync(Broadcast)).Body);
        Assert.Equal("all"u8.ToArray(), (await second.ExpectAsync(Broadcast)).Body);
        Assert.Equal("new"u8.ToArray(), (await second.ExpectAsync(Broadcast)).Body);
        Assert.Empty(await first.DrainAsync());
        Assert.Empty(await other.DrainAsync());
    }

    [Theory]
    [CoversBeehive("2.2", "2.3", "2.4", "2.5", "2.6", "20005")]
    [InlineData("dim=group")]
    [InlineData("dim=group&gid=0")]
    [InlineData("dim=group&gid=9000000000999999")]
    [InlineData("dim=room&expire=1")]
    [InlineData("dim=room&rid=0&expire=1")]
    [InlineData("dim=room&rid=1&expire=4294967296")]
    [InlineData("dim=room&rid=1&expire=-1")]
    [InlineData("dim=sid")]
    [InlineData("dim=sid&sid=x")]
    [InlineData("dim=uid")]
    [InlineData("dim=uid&uid=-5")]
    [InlineData("dim=appid")]
    [InlineData("dim=appid&appid=&version=1")]
    public Task Without_a_target_a_push_is_refused(string query) =>
        ExpectPushAsync(query, Raw, """{"code":20005,"errmsg":"Paramter is invalid!"}""");

    [Theory]
    [CoversBeehive("2.2", "2.3", "2.4", "2.5", "2.6")]
    [InlineData("dim=group&gid=123456789", """{"gid":123456789,""")]
    [InlineData("dim=room&rid=123456789&expire=0", """{"rid":123456789,""")]
    [InlineData("dim=sid&sid=123456789", "{")]
    [InlineData("dim=uid&uid=9223372036854775807", """{"uid":9223372036854775807,""")]
    [InlineData("dim=appid&appid=nobody-has-this", "{")]
    public Task A_target_that_is_unknown_or_away_is_no_error(string query, string start) =>
        ExpectPushAsync(query, Raw, start + "\"code\":0,\"errmsg\":\"OK\"}");

    private static async Task<OnlinePeer> LoginAsync(Testing.ParleyServerProcess process, long uid)
    {
        var http = process.Endpoints["BeehiveHttp"];
        var sid = (await Support.HttpPeer.GetAsync(http, $"/im/register?uid={uid}&nation=1")).Json.GetProperty("sid").GetInt64();
        var list = await Support.HttpPeer.GetAsync(http, $"/im/iplist?type=1&uid={uid}&sid={sid}&clientip=1.2.3.4");
        return await OnlinePeer.LoginAsync(
            process.Endpoints["BeehiveTcp"], uid, sid, list.Json.GetProperty("token").GetString()!, "app", "1");
    }

    private async Task ExpectPushAsync(string query, byte[] body, string answer)
    {
        var got = await server.PostAsync("/im/push?" + query, body);
        Assert.Equal(200, got.Status);
        Assert.Equal(answer, got.Text);
    }
}
