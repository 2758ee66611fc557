using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive;

/// <summary>6.1 to 6.10 (beehive.md §3.6).</summary>
public sealed class HttpRoomTests(BeehiveHttpServer server)
{
    private const uint RoomKick = 0x0409;

    [Theory]
    [CoversBeehive("6.1", "6.2")]
    [InlineData("/im/room/config")]
    [InlineData("/room/config")]
    public async Task Who_is_on_the_blacklist_is_out_at_once_and_stays_out(string path)
    {
        var rid = BeehiveHttpServer.NewId();
        await using var peer = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await peer.JoinRoomAsync(rid);
        await server.DoneAsync($"{path}?option=blacklist&action=add&rid={rid}&uid={peer.UserId}");
        var kick = (await peer.ExpectAsync(RoomKick)).Body;
        Assert.Equal((ulong)peer.UserId, OnlinePeer.Field(kick, 1));
        Assert.Equal((ulong)rid, OnlinePeer.Field(kick, 2));
        Assert.Equal(10005ul, (await peer.JoinRoomAsync(rid)).Code);
        await server.ExpectAsync(
            $"{path}?option=blacklist&action=get&rid={rid}",
            $$"""{"len":1,"list":[{"idx":0,"uid":{{peer.UserId}}}],"code":0,"errmsg":"Ok"}""");
        await server.DoneAsync($"{path}?option=blacklist&action=del&rid={rid}&uid={peer.UserId}");
        await server.DoneAsync($"{path}?option=blacklist&action=del&rid={rid}&uid={peer.UserId}");
        Assert.Equal(0ul, (await peer.JoinRoomAsync(rid)).Code);
    }

    [Theory]
    [CoversBeehive("6.3", "6.4")]
    [InlineData("")]
    [InlineData("&uid=0")]
    public async Task Gags_of_one_and_of_everyone_hold_until_they_are_lifted(string everyone)
    {
        var rid = BeehiveHttpServer.NewId();
        await using var one = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await using var other = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await one.JoinRoomAsync(rid);
        await other.JoinRoomAsync(rid);
        await server.DoneAsync($"/im/room/config?option=gag&action=add&rid={rid}&uid={one.UserId}");
        Assert.Equal(10005ul, await one.SayInRoomAsync(rid));
        Assert.Equal(0ul, await other.SayInRoomAsync(rid));
        await server.DoneAsync($"/room/config?option=gag&action=add&rid={rid}{everyone}");
        Assert.Equal(10005ul, await other.SayInRoomAsync(rid));
        await server.ExpectAsync(
            $"/im/room/config?option=gag&action=get&rid={rid}",
            $$"""{"len":2,"list":[{"idx":0,"uid":0},{"idx":1,"uid":{{one.UserId}}}],"code":0,"errmsg":"Ok"}""");
        await server.DoneAsync($"/im/room/config?option=gag&action=del&rid={rid}{everyone}");
        Assert.Equal(0ul, await one.SayInRoomAsync(rid));
        Assert.Equal(0ul, await other.SayInRoomAsync(rid));
        await server.DoneAsync($"/im/room/config?option=gag&action=add&rid={rid}&uid={one.UserId}");
        await server.DoneAsync($"/im/room/config?option=gag&action=del&rid={rid}&uid={one.UserId}");
        Assert.Equal(0ul, await one.SayInRoomAsync(rid));
    }

    [Fact]
    [CoversBeehive("6.5", "6.6")]
    public async Task A_closed_room_is_empty_and_lets_nobody_in_until_it_is_opened()
    {
        var rid = BeehiveHttpServer.NewId();
        await using var peer = await server.OnlineAsync(BeehiveHttpServer.NewId());
        await peer.JoinRoomAsync(rid);
        await server.DoneAsync($"/im/room/config?option=room&action=close&rid={rid}");
        Assert.Equal((ulong)peer.UserId, OnlinePeer.Field((await peer.ExpectAsync(RoomKick)).Body, 1));
        Assert.Equal(10005ul, (await peer.JoinRoomAsync(rid)).Code);
        await server.ExpectAsync($"/im/room/config?option=blacklist&action=get&rid={rid}", """{"len":0,"list":[],"code":0,"errmsg":"Ok"}""");
        await server.DoneAsync($"/room/config?option=room&action=open&rid={rid}");
        Assert.Equal(0ul, (await peer.JoinRoomAsync(rid)).Code);
    }

    [Theory]
    [CoversBeehive("6.7", "6.8", "6.10")]
    [InlineData("cap")]
    [InlineData("capacity")]
    public async Task Sub_groups_hold_as_many_sessions_as_the_capacity_says(string option)
    {
        var rid = BeehiveHttpServer.NewId();
        await server.ExpectAsync($"/im/room/config?option={option}&action=get&rid={rid}", $$"""{"rid":{{rid}},"cap":10000,"code":0,"errmsg":"Ok"}""");
        await server.ExpectAsync($"/room/config?option={option}&action=set&rid={rid}&cap=2", $$"""{"rid":{{rid}},"cap":2,"code":0,"errmsg":"Ok"}""");
        await server.ExpectAsync($"/im/room/config?option={option}&action=get&rid={rid}", $$"""{"rid":{{rid}},"cap":2,"code":0,"errmsg":"Ok"}""");
        await server.ExpectAsync(
            $"/im/room/query?option=group-list&rid={rid}", $$"""{"rid":{{rid}},"len":0,"list":[],"code":0,"errmsg":"Ok"}""");
        var peers = new List<OnlinePeer>();
        try
        {
            for (var i = 0; i < 3; i++)
            {
                peers.Add(await server.OnlineAsync(BeehiveHttpServer.NewId()));
                Assert.Equal((0ul, i < 2 ? 0ul : 1), await peers[i].JoinRoomAsync(rid));
            }
            await server.ExpectAsync(
                $"/room/query?option=group-list&rid={rid}",
                $$"""{"rid":{{rid}},"len":2,"list":[{"idx":0,"gid":0,"total":2},{"idx":1,"gid":1,"total":1}],"code":0,"errmsg":"Ok"}""");
        }
        finally
        {
            foreach (var peer in peers)
                await peer.DisposeAsync();
        }
    }

    [Fact]
    [CoversBeehive("6.7", "6.8", "6.9")]
    public async Task The_default_capacity_and_the_top_list_are_the_projects()
    {
        var own = await BeehiveHttpServer.StartAsync();
        try
        {
            var http = own.Endpoints["BeehiveHttp"];
            await ExpectAsync("/im/room/config?option=cap&action=get", """{"cap":10000,"code":0,"errmsg":"Ok"}""");
            await ExpectAsync("/im/room/config?option=capacity&action=set&cap=3&rid=0", """{"cap":3,"code":0,"errmsg":"Ok"}""");
            await ExpectAsync("/im/room/config?option=cap&action=get", """{"cap":3,"code":0,"errmsg":"Ok"}""");
            await ExpectAsync("/im/room/config?option=cap&action=get&rid=5", """{"rid":5,"cap":3,"code":0,"errmsg":"Ok"}""");
            await ExpectAsync("/im/room/query?option=top-list", """{"len":0,"list":[],"code":0,"errmsg":"Ok"}""");
            await using var one = await LoginAsync(1);
            await using var two = await LoginAsync(1);
            await one.JoinRoomAsync(9);
            await two.JoinRoomAsync(9);
            foreach (var rid in new long[] { 8, 7, 6 })
                await one.JoinRoomAsync(rid);
            await ExpectAsync(
                "/room/query?option=top-list&num=3",
                """{"len":3,"list":[{"idx":0,"rid":9,"total":2},{"idx":1,"rid":6,"total":1},{"idx":2,"rid":7,"total":1}],"code":0,"errmsg":"Ok"}""");
            await ExpectAsync("/im/room/query?option=top-list&num=-1", """{"code":20007,"errmsg":"Paramter [num] is invalid!"}""");

            async Task ExpectAsync(string target, string text) => Assert.Equal(text, (await HttpPeer.GetAsync(http, target)).Text);
            async Task<OnlinePeer> LoginAsync(long uid)
            {
                var sid = (await HttpPeer.GetAsync(http, $"/im/register?uid={uid}&nation=1")).Json.GetProperty("sid").GetInt64();
                var list = await HttpPeer.GetAsync(http, $"/im/iplist?uid={uid}&sid={sid}&clientip=1.2.3.4");
                return await OnlinePeer.LoginAsync(own.Endpoints["BeehiveTcp"], uid, sid, list.Json.GetProperty("token").GetString()!, "app", "1");
            }
        }
        finally
        {
            await RtmServer.EndAsync(own);
        }
    }

    [Theory]
    [CoversBeehive("6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "6.7", "6.8", "20007")]
    [InlineData("blacklist&action=add&uid=1", "rid")]
    [InlineData("blacklist&action=add&rid=1", "uid")]
    [InlineData("blacklist&action=add&rid=1&uid=9000000000999999", "uid")]
    [InlineData("blacklist&action=del&rid=0&uid=1", "rid")]
    [InlineData("blacklist&action=del&rid=1&uid=0", "uid")]
    [InlineData("blacklist&action=get", "rid")]
    [InlineData("gag&action=add", "rid")]
    [InlineData("gag&action=add&rid=1&uid=all", "uid")] // garbage is not everyone
    [InlineData("gag&action=del&rid=1&uid=-1", "uid")]
    [InlineData("gag&action=get&rid=x", "rid")]
    [InlineData("room&action=close", "rid")]
    [InlineData("room&action=open&rid=-1", "rid")]
    [InlineData("cap&action=set&rid=1", "cap")]
    [InlineData("cap&action=set", "cap")]
    [InlineData("cap&action=set&rid=1&cap=0", "cap")]
    [InlineData("cap&action=set&rid=1&cap=2147483648", "cap")]
    [InlineData("cap&action=set&rid=x&cap=1", "rid")] // garbage is not the default
    [InlineData("cap&action=get&rid=x", "rid")]
    public Task Bad_parameters_of_rooms_are_named(string query, string name) =>
        server.FailAsync("/im/room/config?option=" + query, 20007, $"Paramter [{name}] is invalid!");

    [Theory]
    [CoversBeehive("6.10", "20007")]
    [InlineData("")]
    [InlineData("&rid=0")]
    public Task A_group_list_is_of_a_room(string query) => server.FailAsync("/im/room/query?option=group-list" + query, 20007, "Rid is invalid!");
}
