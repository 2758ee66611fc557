using System.Text.Json;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>openim.md §4.12 to §4.15.</summary>
public sealed class ManagerTests(OpenImApiServer server, StrictOpenImApiServer strict)
{
    [Theory]
    [CoversOpenIm("/manager/delete_user", "delete_user.deleteUserIDList", "12.2.4")]
    [InlineData("deleteUidList")]
    [InlineData("deleteUserIDList")]
    public async Task Users_go_with_all_they_had_and_unknown_ones_and_managers_are_listed(string key)
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        await server.DataAsync("/friend/import_friend", $$"""{"fromUserID":"{{a.Id}}","friendUserIDList":["{{b.Id}}"],"operationID":"op"}""");
        await server.DoneAsync("/friend/add_black", $$"""{"fromUserID":"{{b.Id}}","toUserID":"{{a.Id}}","operationID":"op"}""");
        var (owned, joined) = (await server.GroupAsync(a.Id, b.Id), await server.GroupAsync(b.Id, a.Id));
        await server.ExpectAsync(
            "/manager/delete_user", $$"""{"{{key}}":["{{a.Id}}","u_9999","im_admin","{{a.Id}}"],"operationID":"op"}""",
            $$"""{"errCode":0,"errMsg":"","failedUidList":["u_9999","im_admin","{{a.Id}}"],"data":["u_9999","im_admin","{{a.Id}}"]}""");
        OpenImApiServer.Refused(500, 500, await server.CallAsync("/auth/parse_token", """{"operationID":"op"}""", a.Token));
        Assert.Empty((await server.DataAsync("/friend/get_friend_list", $$"""{"fromUserID":"{{b.Id}}","operationID":"op"}""")).EnumerateArray());
        Assert.Empty((await server.DataAsync("/friend/get_black_list", $$"""{"fromUserID":"{{b.Id}}","operationID":"op"}""")).EnumerateArray());
        var groups = await server.DataAsync("/group/get_groups_info", $$"""{"groupIDList":["{{owned}}","{{joined}}"],"operationID":"op"}""");
        Assert.Equal(
            [("", 1), (b.Id, 1)],
            groups.EnumerateArray().Select(group => (group.GetProperty("ownerUserID").GetString()!, group.GetProperty("memberCount").GetInt32())));
        Assert.Equal("unregistered", await StatusAsync(a.Id));

        // a new user under the old id is another one: the old token stays worthless
        var again = await server.RegisterAsync(a.Id);
        OpenImApiServer.Refused(500, 500, await server.CallAsync("/auth/parse_token", """{"operationID":"op"}""", a.Token));
        Assert.Empty((await server.DataAsync("/group/get_joined_group_list", $$"""{"fromUserID":"{{a.Id}}","operationID":"op"}""", again.Token)).EnumerateArray());
    }

    [Fact]
    [CoversOpenIm("/manager/delete_user", "801", "201")]
    public async Task Who_may_not_fails_with_the_whole_list_and_a_setting_makes_201_of_a_part()
    {
        var user = await server.RegisterAsync();
        await server.ExpectAsync(
            "/manager/delete_user", $$"""{"deleteUidList":["{{user.Id}}","x"],"operationID":"op"}""",
            $$"""{"errCode":801,"errMsg":"no permission","failedUidList":["{{user.Id}}","x"],"data":["{{user.Id}}","x"]}""", user.Token);
        Assert.Equal("registered", await StatusAsync(user.Id));
        var other = await strict.RegisterAsync();
        await strict.ExpectAsync(
            "/manager/delete_user", $$"""{"deleteUidList":["{{other.Id}}","x"],"operationID":"op"}""",
            """{"errCode":201,"errMsg":"some uid deleted failed","failedUidList":["x"],"data":["x"]}""");
        await strict.ExpectAsync(
            "/manager/delete_user", """{"deleteUidList":[],"operationID":"op"}""", """{"errCode":0,"errMsg":"","failedUidList":[],"data":[]}""");
    }

    [Theory]
    [CoversOpenIm("/manager/get_users_online_status", "get_users_online_status.uidList", "get_users_online_status.userIDs")]
    [InlineData("userIDList")]
    [InlineData("uidList")]
    [InlineData("userIDs")]
    public async Task Example_8_who_is_online_and_where(string key)
    {
        var (a, b) = (await server.RegisterAsync(platform: 2), await server.RegisterAsync());
        await using var phone = await WebSocketLogin.OpenAsync(server, a, 2);
        var web = a with { Token = await server.TokenAsync(a.Id, 6) };
        await using var browser = await WebSocketLogin.OpenAsync(server, web, 6);
        const string Online = """{"userID":"{a}","status":"online","detailPlatformStatus":[{"platform":"Android","status":"online"},{"platform":"MiniWeb","status":"online"}]}""";
        var list = $$"""[{{Online.Replace("{a}", a.Id, StringComparison.Ordinal)}},{"userID":"{{b.Id}}","status":"offline"},{"userID":"u_9999","status":"offline"}]""";
        await server.ExpectAsync(
            "/manager/get_users_online_status", $$"""{"{{key}}":["{{a.Id}}","{{b.Id}}","u_9999"],"operationID":"op-008"}""",
            $$$"""{"errCode":0,"errMsg":"","successResult":{{{list}}},"data":{{{list}}}}""");
    }

    [Fact]
    [CoversOpenIm("/manager/get_users_online_status", "/manager/account_check", "/manager/get_all_users_uid", "801")]
    public async Task Who_is_no_manager_gets_empty_lists()
    {
        var user = await server.RegisterAsync();
        foreach (var (path, name) in new[]
        {
            ("/manager/get_users_online_status", "successResult"), ("/manager/account_check", "result"), ("/manager/get_all_users_uid", "uidList"),
        })
        {
            await server.ExpectAsync(
                path, $$"""{"userIDList":["{{user.Id}}"],"operationID":"op"}""",
                $$"""{"errCode":801,"errMsg":"no permission","{{name}}":[],"data":[]}""", user.Token);
        }
    }

    [Theory]
    [CoversOpenIm("/manager/account_check", "account_check.checkUserIDList", "account_check.checkUserIDs")]
    [InlineData("userIDList")]
    [InlineData("checkUserIDList")]
    [InlineData("checkUserIDs")]
    public async Task Accounts_are_registered_or_not(string key)
    {
        var user = await server.RegisterAsync();
        const string Rest = """{"userID":"u_9999","accountStatus":"unregistered"},{"userID":"im_admin","accountStatus":"registered"}""";
        var list = $$"""[{"userID":"{{user.Id}}","accountStatus":"registered"},{{Rest}}]""";
        await server.ExpectAsync(
            "/manager/account_check", $$"""{"{{key}}":["{{user.Id}}","u_9999","im_admin"],"operationID":"op"}""",
            $$$"""{"errCode":0,"errMsg":"","result":{{{list}}},"data":{{{list}}}}""");
    }

    [Fact]
    [CoversOpenIm("/manager/get_all_users_uid")]
    public async Task All_users_are_listed_twice_in_the_order_of_creation()
    {
        var users = new[] { await server.RegisterAsync(), await server.RegisterAsync(), await server.RegisterAsync() };
        var answer = await server.ManageAsync("/manager/get_all_users_uid", """{"operationID":"op"}""");
        Assert.Equal(["data", "errCode", "errMsg", "uidList"], answer.Json.EnumerateObject().Select(member => member.Name).Order());
        foreach (var name in new[] { "uidList", "data" })
        {
            var all = answer.Json.GetProperty(name).EnumerateArray().Select(id => id.GetString()).ToList();
            var places = users.Select(user => all.IndexOf(user.Id)).ToArray();
            Assert.True(places[0] > 0 && places[0] < places[1] && places[1] < places[2], string.Join(',', places));
        }
    }

    private async Task<string> StatusAsync(string id) =>
        (await server.DataAsync("/manager/account_check", $$"""{"userIDList":["{{id}}"],"operationID":"op"}"""))[0].GetProperty("accountStatus").GetString()!;
}
