using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>Who has a good token and is not let do things all the same (openim.md §1.5, DESIGN §6).</summary>
public sealed class AdmissionTests(OpenImApiServer server)
{
    private static long _users = 8_700_000;

    [Fact]
    [CoversOpenIm("/auth/user_token", "706")]
    public async Task What_was_kicked_is_never_handed_out_again()
    {
        var user = await server.RegisterAsync(platform: 2);
        var kicked = new HashSet<string>(StringComparer.Ordinal) { user.Token };
        for (var round = 0; round < 20; round++)
        {
            await server.DoneAsync("/auth/force_logout", $$"""{"platform":2,"fromUserID":"{{user.Id}}","operationID":"op"}""");
            var fresh = await server.TokenAsync(user.Id, 2);
            Assert.True(kicked.Add(fresh), $"the token of round {round} was handed out before");
            await server.DataAsync("/auth/parse_token", """{"operationID":"op"}""", fresh);
        }
        foreach (var token in kicked.SkipLast(1))
            await server.FailAsync(500, 500, "/auth/parse_token", """{"operationID":"op"}""", token);
    }

    [Fact]
    [CoversOpenIm("801")]
    public async Task Who_is_banned_from_the_project_may_call_nothing_until_the_ban_is_lifted()
    {
        var number = Interlocked.Increment(ref _users);
        var user = await server.RegisterAsync($"{number}");
        var other = await server.RegisterAsync();
        await using var backEnd = await BackEnd.ConnectAsync(server.Process.Endpoints["RtmServer"], RtmWorld.Pid);
        await backEnd.OkAsync("addprojectblack", ("uid", number), ("btime", 3600));
        await server.FailAsync(200, 801, "/user/get_users_info", $$"""{"userIDList":["{{other.Id}}"],"operationID":"op"}""", user.Token);
        await server.FailAsync(400, 400, "/msg/send_msg", Say(user, other), user.Token);
        await server.FailAsync(
            200, 801, "/group/create_group", $$"""{"ownerUserID":"{{user.Id}}","memberList":[],"operationID":"op"}""", user.Token);
        Assert.Equal(1002, OpenImApiServer.CodeOf(await server.CallV3Async("/user/get_users_info", $$"""{"userIDs":["{{other.Id}}"]}""", user.Token)));
        Assert.Equal(0, await server.NewestAsync(other));
        await backEnd.OkAsync("removeprojectblack", ("uid", number));
        await server.DataAsync("/msg/send_msg", Say(user, other), user.Token);
        Assert.Equal(1, await server.NewestAsync(other));
    }

    [Fact]
    [CoversOpenIm("801")]
    public async Task An_id_that_speaks_for_the_server_in_RTM_is_no_user_here()
    {
        var admin = await server.RegisterAsync($"{RtmWorld.Admin}");
        var other = await server.RegisterAsync();
        await server.FailAsync(400, 400, "/msg/send_msg", Say(admin, other), admin.Token);
        var door = server.Process.Endpoints["OpenImGateway"];
        await using var raw = await RawPeer.ConnectAsync(door);
        await raw.SendTextAsync(
            $"GET /?sendID={admin.Id}&token={admin.Token}&platformID=2 HTTP/1.1\r\nHost: {door}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 401 ", await raw.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [CoversOpenIm("/group/create_group", "1002")]
    public async Task Only_managers_choose_the_id_of_a_group()
    {
        var user = await server.RegisterAsync();
        var body = $$$"""{"ownerUserID":"{{{user.Id}}}","groupInfo":{"groupID":"{{{OpenImApiServer.NewId("group")}}}","groupName":"n","groupType":2}}""";
        Assert.Equal(1002, OpenImApiServer.CodeOf(await server.CallV3Async("/group/create_group", body, user.Token)));
        Assert.Equal(0, OpenImApiServer.CodeOf(await server.CallV3Async("/group/create_group", body)));
    }

    [Fact]
    [CoversOpenIm("/msg/send_msg")]
    public async Task A_client_does_not_pose_as_the_system()
    {
        var user = await server.RegisterAsync();
        var other = await server.RegisterAsync();
        await server.DataAsync("/msg/send_msg", Say(user, other, from: 200), user.Token);
        Assert.Equal(100, (await server.LastAsync(other)).GetProperty("msgFrom").GetInt32());
    }

    private static string Say(OpenImUser user, OpenImUser other, int from = 100) =>
        $$$"""
        {"operationID":"op","sendID":"{{{user.Id}}}","senderPlatformID":2,"data":{"sessionType":1,"msgFrom":{{{from}}},"contentType":101,
         "recvID":"{{{other.Id}}}","content":"{{{Convert.ToBase64String("hi"u8)}}}","clientMsgID":"{{{Guid.NewGuid():N}}}","createTime":1}}
        """;
}
