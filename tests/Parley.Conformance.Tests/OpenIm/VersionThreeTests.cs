using System.Text.Json;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>The calls of v3 (openim.md §11): the operationID in the header, status 200 always, errDlt beside errMsg.</summary>
public sealed class VersionThreeTests(OpenImApiServer server, StrictOpenImApiServer strict)
{
    private const string Ok = """{"errCode":0,"errMsg":"","errDlt":""}""";

    [Fact]
    [CoversOpenIm("/auth/get_admin_token", "/auth/get_user_token", "/auth/parse_token", "/auth/force_logout", "v3", "1101", "1002", "1506")]
    public async Task Tokens()
    {
        var admin = await DataAsync("/auth/get_admin_token", """{"secret":"s3cret-demo","userID":"im_admin"}""", "");
        Assert.Equal(604_800, admin.GetProperty("expireTimeSeconds").GetInt64()); // a duration
        Assert.Equal(["expireTimeSeconds", "token"], admin.EnumerateObject().Select(member => member.Name).Order());
        var user = await server.RegisterAsync();
        await FailAsync(1002, "/auth/get_admin_token", $$"""{"secret":"s3cret-demo","userID":"{{user.Id}}"}""", "");
        await FailAsync(1002, "/auth/get_admin_token", """{"secret":"wrong","userID":"im_admin"}""", "");
        var token = (await DataAsync("/auth/get_user_token", $$"""{"platformID":2,"userID":"{{user.Id}}"}""", admin.GetProperty("token").GetString())).GetProperty("token").GetString()!;
        await FailAsync(1101, "/auth/get_user_token", """{"platformID":2,"userID":"nobody"}""");
        foreach (var platform in new[] { 0, 10, 12 })
            await FailAsync(1001, "/auth/get_user_token", $$"""{"platformID":{{platform}},"userID":"{{user.Id}}"}""");
        await FailAsync(1002, "/auth/get_user_token", $$"""{"platformID":2,"userID":"{{user.Id}}"}""", user.Token);
        var expires = ForgedToken.Read(token).GetProperty("exp").GetInt64();
        OpenImApiServer.Same(
            $$$"""{"errCode":0,"errMsg":"","errDlt":"","data":{"userID":"{{{user.Id}}}","platformID":2,"expireTimeSeconds":{{{expires}}}}}""",
            await server.CallV3Async("/auth/parse_token", $$"""{"token":"{{token}}"}""", ""));
        await DoneAsync("/auth/force_logout", $$"""{"platformID":2,"userID":"{{user.Id}}"}""");
        await FailAsync(1506, "/auth/parse_token", $$"""{"token":"{{token}}"}""", "");
        await FailAsync(1002, "/auth/force_logout", $$"""{"platformID":2,"userID":"{{user.Id}}"}""", await server.TokenAsync(user.Id));
    }

    [Fact]
    [CoversOpenIm("1501", "1502", "1503", "1504", "1505", "1507")]
    public async Task Tokens_that_are_no_good_have_codes_of_their_own()
    {
        var user = await server.RegisterAsync();
        var gone = await server.RegisterAsync();
        await server.DataAsync("/manager/delete_user", $$"""{"deleteUidList":["{{gone.Id}}"],"operationID":"op"}""");
        foreach (var (token, code) in new[]
        {
            ("", 1507), ("x", 1503), (ForgedToken.Of(ForgedToken.Claims(user.Id, expires: -1)), 1501), (gone.Token, 1502),
            (ForgedToken.Of(ForgedToken.Claims(user.Id, notBefore: 600)), 1504), (ForgedToken.Of(ForgedToken.Claims(user.Id)), 1505),
        })
        {
            foreach (var (path, body) in new[]
            {
                ("/user/get_users_info", """{"userIDs":["im_admin"]}"""),
                ("/msg/send_msg", """{"sendID":"a","recvID":"b","content":{"content":"x"},"contentType":101,"sessionType":1}"""),
                ("/user/account_check", """{"checkUserIDs":[]}"""),
            })
                await FailAsync(code, path, body, token);
        }
    }

    [Fact]
    [CoversOpenIm("/user/user_register", "/user/account_check", "/user/get_all_users_uid", "/user/get_users_info", "/user/update_user_info", "1102", "1001")]
    public async Task Users()
    {
        var (a, b) = (OpenImApiServer.NewId(), OpenImApiServer.NewId());
        await DoneAsync("/user/user_register", $$"""{"users":[{"userID":"{{a}}","nickname":"Ann","faceURL":"f","ex":"x"},{"userID":"{{b}}","nickname":"Ben"}]}""");
        var third = OpenImApiServer.NewId();
        await FailAsync(1102, "/user/user_register", $$"""{"users":[{"userID":"{{third}}"},{"userID":"{{a}}"}]}""");
        await FailAsync(1001, "/user/user_register", $$"""{"users":[{"userID":"{{third}}"},{"userID":"{{third}}"}]}""");
        await FailAsync(1001, "/user/user_register", """{"users":[]}""");
        OpenImApiServer.Same(
            $$$"""{"errCode":0,"errMsg":"","errDlt":"","data":{"results":[{"userID":"{{{a}}}","accountStatus":1},{"userID":"{{{third}}}","accountStatus":0}]}}""",
            await server.CallV3Async("/user/account_check", $$"""{"checkUserIDs":["{{a}}","{{third}}"]}"""));
        await DoneAsync("/user/update_user_info", $$$"""{"userInfo":{"userID":"{{{a}}}","nickname":"Anna"}}""");
        await FailAsync(1101, "/user/update_user_info", """{"userInfo":{"userID":"nobody","nickname":"x"}}""");
        var info = Assert.Single((await DataAsync("/user/get_users_info", $$"""{"userIDs":["{{a}}","nobody"]}""")).GetProperty("usersInfo").EnumerateArray());
        Assert.Equal(("Anna", "f", "x"), (info.GetProperty("nickname").GetString(), info.GetProperty("faceURL").GetString(), info.GetProperty("ex").GetString()));
        var page = await DataAsync("/user/get_all_users_uid", """{"pagination":{"pageNumber":1,"showNumber":2}}""");
        Assert.Equal([OpenImApiServer.Admin, OpenImApiServer.SecondAdmin], page.GetProperty("userIDs").EnumerateArray().Select(id => id.GetString()));
        Assert.True(page.GetProperty("total").GetInt64() >= 4);
        await FailAsync(1001, "/user/get_all_users_uid", """{"pagination":{"pageNumber":0,"showNumber":2}}""");
        Assert.Empty((await DataAsync("/user/get_all_users_uid", """{"pagination":{"pageNumber":2000000000,"showNumber":1000}}""")).GetProperty("userIDs").EnumerateArray());
    }

    [Fact]
    [CoversOpenIm("/user/get_users_online_status")]
    public async Task Who_is_online()
    {
        var user = await server.RegisterAsync(platform: 5);
        await using var browser = await WebSocketLogin.OpenAsync(server, user, 5);
        OpenImApiServer.Same(
            $$$"""{"errCode":0,"errMsg":"","errDlt":"","data":[{"userID":"{{{user.Id}}}","status":1,"detailPlatformStatus":[{"platformID":5}]},{"userID":"nobody","status":0}]}""",
            await server.CallV3Async("/user/get_users_online_status", $$"""{"userIDs":["{{user.Id}}","nobody"]}"""));
    }

    [Fact]
    [CoversOpenIm("/group/create_group", "/group/invite_user_to_group", "/group/kick_group", "1003", "1004", "1101", "1201", "1002")]
    public async Task Groups_change_wholly_or_not_at_all()
    {
        var (a, b, c, d) = (await server.RegisterAsync(), await server.RegisterAsync(), await server.RegisterAsync(), await server.RegisterAsync());
        var wished = OpenImApiServer.NewId("group");
        var body = $$$"""{"ownerUserID":"{{{a.Id}}}","memberUserIDs":["{{{b.Id}}}"],"adminUserIDs":["{{{c.Id}}}"],"groupInfo":{"groupID":"{{{wished}}}","groupName":"n","groupType":2}}""";
        var group = (await DataAsync("/group/create_group", body)).GetProperty("groupInfo");
        Assert.Equal((wished, 3, 2, a.Id), (group.GetProperty("groupID").GetString(), group.GetProperty("memberCount").GetInt32(), group.GetProperty("groupType").GetInt32(), group.GetProperty("ownerUserID").GetString()));
        await FailAsync(1003, "/group/create_group", body);
        await FailAsync(1101, "/group/create_group", $$$"""{"ownerUserID":"{{{a.Id}}}","memberUserIDs":["nobody"],"groupInfo":{}}""");
        await FailAsync(1101, "/group/create_group", """{"ownerUserID":"nobody","groupInfo":{}}""");
        string Invite(params string[] ids) => $$"""{"groupID":"{{wished}}","invitedUserIDs":["{{string.Join("\",\"", ids)}}"]}""";
        await FailAsync(1101, "/group/invite_user_to_group", Invite(d.Id, "nobody"));
        await FailAsync(1003, "/group/invite_user_to_group", Invite(d.Id, b.Id));
        await FailAsync(1201, "/group/invite_user_to_group", Invite(d.Id).Replace(wished, "no such group"));
        await FailAsync(1002, "/group/invite_user_to_group", Invite(d.Id), d.Token);
        await DoneAsync("/group/invite_user_to_group", Invite(d.Id));
        string Kick(params string[] ids) => Invite(ids).Replace("invited", "kicked");
        await FailAsync(1004, "/group/kick_group", Kick(d.Id, "nobody"));
        await FailAsync(1002, "/group/kick_group", Kick(d.Id, a.Id));
        await FailAsync(1201, "/group/kick_group", Kick(d.Id).Replace(wished, "no such group"));
        await FailAsync(1002, "/group/kick_group", Kick(d.Id), b.Token);
        await DoneAsync("/group/kick_group", Kick(d.Id, b.Id));
        Assert.Equal(2, (await server.DataAsync("/group/get_group_all_member_list", $$"""{"groupID":"{{wished}}","operationID":"op"}""")).GetArrayLength());
    }

    [Fact]
    [CoversOpenIm("/friend/import_friend", "/friend/add_black", "/msg/send_msg", "1302", "1303", "1002")]
    public async Task Friends_blocks_and_messages()
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        await DoneAsync("/friend/import_friend", $$"""{"ownerUserID":"{{a.Id}}","friendUserIDs":["{{b.Id}}"]}""");
        await FailAsync(1101, "/friend/import_friend", $$"""{"ownerUserID":"{{a.Id}}","friendUserIDs":["nobody"]}""");
        await FailAsync(1001, "/friend/import_friend", $$"""{"ownerUserID":"{{a.Id}}","friendUserIDs":["{{a.Id}}"]}""");
        await FailAsync(1002, "/friend/import_friend", $$"""{"ownerUserID":"{{a.Id}}","friendUserIDs":["{{b.Id}}"]}""", a.Token);
        string Send(string from, string to, int session = 1) =>
            $$$"""{"sendID":"{{{from}}}","recvID":"{{{(session == 1 ? to : "")}}}","groupID":"{{{(session == 1 ? "" : to)}}}","content":{"content":"hi"},"contentType":101,"sessionType":{{{session}}},"notOfflinePush":true,"sendTime":1650000000123,"ex":"x"}""";
        var answer = await server.CallV3Async("/msg/send_msg", Send(a.Id, b.Id));
        Assert.Equal(["data", "errCode", "errDlt", "errMsg"], answer.Json.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(["clientMsgID", "sendTime", "serverMsgID"], answer.Json.GetProperty("data").EnumerateObject().Select(member => member.Name).Order());
        var told = await server.LastAsync(b);
        Assert.Equal(
            ("hi", 1_650_000_000_123, false),
            (OpenImApiServer.TextOf(told), told.GetProperty("createTime").GetInt64(), told.GetProperty("options").GetProperty("offlinePush").GetBoolean()));
        Assert.Equal(answer.Json.GetProperty("data").GetProperty("sendTime").GetInt64(), told.GetProperty("sendTime").GetInt64());
        await DataAsync("/msg/send_msg", Send(a.Id, await server.GroupAsync(b.Id), 3)); // groups are 3 in v3
        Assert.Equal(2, (await server.LastAsync(b)).GetProperty("sessionType").GetInt32());
        await FailAsync(1001, "/msg/send_msg", Send(a.Id, b.Id).Replace("\"content\":\"hi\"", "\"text\":\"hi\""));
        await FailAsync(1001, "/msg/send_msg", Send(a.Id, b.Id).Replace("1650000000123", "\"now\""));
        await FailAsync(1002, "/msg/send_msg", Send(a.Id, b.Id), a.Token);
        await DoneAsync("/friend/add_black", $$"""{"ownerUserID":"{{b.Id}}","blackUserID":"{{a.Id}}","ex":""}""", b.Token);
        await FailAsync(1002, "/friend/add_black", $$"""{"ownerUserID":"{{b.Id}}","blackUserID":"{{a.Id}}"}""", a.Token);
        await FailAsync(1101, "/friend/add_black", $$"""{"ownerUserID":"{{b.Id}}","blackUserID":"nobody"}""");
        Assert.Equal(1302, OpenImApiServer.CodeOf(await server.CallV3Async("/msg/send_msg", Send(a.Id, b.Id))));
        var (c, d) = (await strict.RegisterAsync(), await strict.RegisterAsync());
        Assert.Equal(1303, OpenImApiServer.CodeOf(await strict.CallV3Async("/msg/send_msg", Send(c.Id, d.Id))));
    }

    [Theory]
    [CoversOpenIm("v3", "1001")]
    [InlineData("/user/user_register")]
    [InlineData("/auth/get_admin_token")]
    [InlineData("/user/account_check")]
    public async Task A_path_of_v3_alone_needs_the_header_and_good_JSON(string path)
    {
        foreach (var body in new[] { "", "[]", "{", "\0", "{}" })
        {
            await FailAsync(1001, path, body);
            var answer = await server.ManageAsync(path, body);
            Assert.Equal((200, 1001), (answer.Status, OpenImApiServer.CodeOf(answer)));
        }
    }

    private async Task<JsonElement> DataAsync(string path, string body, string? token = null)
    {
        var answer = await server.CallV3Async(path, body, token);
        Assert.True(answer.Status == 200 && OpenImApiServer.CodeOf(answer) == 0, $"{path} {body}: {answer.Status} {answer.Text}");
        return answer.Json.GetProperty("data");
    }

    private async Task DoneAsync(string path, string body, string? token = null) =>
        OpenImApiServer.Same(Ok, await server.CallV3Async(path, body, token));

    private async Task FailAsync(int code, string path, string body, string? token = null)
    {
        var answer = await server.CallV3Async(path, body, token);
        Assert.True(answer.Status == 200 && OpenImApiServer.CodeOf(answer) == code, $"{path} {body} should be {code}: {answer.Status} {answer.Text}");
        Assert.Equal(JsonValueKind.String, answer.Json.GetProperty("errDlt").ValueKind);
        Assert.NotEqual("", OpenImApiServer.MessageOf(answer));
    }
}
