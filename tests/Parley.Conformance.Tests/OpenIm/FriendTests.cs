namespace Parley.Conformance.Tests.OpenIm;

/// <summary>openim.md §4.8, §4.9, and the friend routes of §8.8.</summary>
public sealed class FriendTests(OpenImApiServer server)
{
    [Theory]
    [CoversOpenIm(
        "/friend/import_friend", "import_friend.uidList", "import_friend.friendUserIDs", "import_friend.ownerUid", "import_friend.ownerUserID", "12.2.4")]
    [InlineData("fromUserID", "friendUserIDList")]
    [InlineData("ownerUid", "uidList")]
    [InlineData("ownerUserID", "friendUserIDs")]
    public async Task Friends_are_made_both_ways_without_asking(string owner, string list)
    {
        var (a, b) = (await server.RegisterAsync(nickname: "Ann"), await server.RegisterAsync(nickname: "Ben"));
        var body = $$"""{"{{owner}}":"{{a.Id}}","{{list}}":["{{b.Id}}","u_9999","{{a.Id}}"],"operationID":"op"}""";
        var answer = $$$"""{"errCode":0,"errMsg":"","data":[{"userID":"{{{b.Id}}}","result":0},{"userID":"u_9999","result":-1},{"userID":"{{{a.Id}}}","result":-1}]}""";
        var before = ForgedToken.Now;
        await server.ExpectAsync("/friend/import_friend", body, answer);
        Assert.Equal((1, 1), (await server.NewestAsync(a), await server.NewestAsync(b)));
        await server.ExpectAsync("/friend/import_friend", body, answer); // already friends: 0, and nobody is told
        Assert.Equal((1, 1), (await server.NewestAsync(a), await server.NewestAsync(b)));
        foreach (var (one, other) in new[] { (a, b), (b, a) })
        {
            var friend = Assert.Single((await FriendsAsync(one)).EnumerateArray());
            var created = friend.GetProperty("createTime").GetInt64();
            Assert.InRange(created, before, ForgedToken.Now);
            var user = friend.GetProperty("friendUser");
            OpenImApiServer.Same(
                $$$"""{"ownerUserID":"{{{one.Id}}}","remark":"","createTime":{{{created}}},"addSource":0,"operatorUserID":"{{{friend.GetProperty("operatorUserID").GetString()}}}","ex":"","friendUser":{"userID":"{{{other.Id}}}","nickname":"{{{(other == b ? "Ben" : "Ann")}}}","faceURL":"","gender":0,"phoneNumber":"","birth":0,"email":"","ex":"","createTime":{{{user.GetProperty("createTime").GetInt64()}}},"appMangerLevel":1}}""",
                friend);
        }
        var told = await server.LastAsync(b);
        Assert.Equal(
            (1204, 1, a.Id, b.Id),
            (told.GetProperty("contentType").GetInt32(), told.GetProperty("sessionType").GetInt32(), told.GetProperty("sendID").GetString(), told.GetProperty("recvID").GetString()));
        var tips = Tips.Of(told).Detail;
        Assert.Equal(b.Id, tips.GetProperty("friend").GetProperty("friendUser").GetProperty("userID").GetString());
        Assert.Equal(OpenImApiServer.Admin, tips.GetProperty("opUser").GetProperty("userID").GetString());
    }

    [Fact]
    [CoversOpenIm("/friend/import_friend", "801", "802")]
    public async Task Who_is_not_there_or_may_not_imports_nobody()
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        var unknown = await server.FailAsync(200, 802, "/friend/import_friend", $$"""{"fromUserID":"nobody","friendUserIDList":["{{a.Id}}"],"operationID":"op"}""");
        OpenImApiServer.Same("[]", unknown.Json.GetProperty("data"));
        await server.ExpectAsync(
            "/friend/import_friend", $$"""{"fromUserID":"{{a.Id}}","friendUserIDList":["{{b.Id}}"],"operationID":"op"}""",
            """{"errCode":801,"errMsg":"no permission","data":[]}""", a.Token);
        await server.ExpectAsync(
            "/friend/import_friend", $$"""{"fromUserID":"{{a.Id}}","friendUserIDList":[],"operationID":"op"}""", """{"errCode":0,"errMsg":"","data":[]}""");
        await server.FailAsync(400, 400, "/friend/import_friend", $$"""{"fromUserID":"{{a.Id}}","friendUserIDList":"{{b.Id}}","operationID":"op"}""");
        await server.FailAsync(400, 400, "/friend/import_friend", $$"""{"fromUserID":"{{a.Id}}","friendUserIDList":[1],"operationID":"op"}""");
        Assert.Empty((await FriendsAsync(a)).EnumerateArray());
    }

    [Theory]
    [CoversOpenIm(
        "/friend/add_blacklist", "/friend/add_black", "/friend/get_black_list", "add_blacklist.uid", "add_blacklist.blackUserID", "add_blacklist.ownerUid",
        "add_blacklist.ownerUserID")]
    [InlineData("/friend/add_blacklist", "ToUserID", "fromUserID")]
    [InlineData("/friend/add_blacklist", "toUserID", "ownerUid")]
    [InlineData("/friend/add_blacklist", "uid", "ownerUserID")]
    [InlineData("/friend/add_black", "blackUserID", "fromUserID")]
    [InlineData("/friend/add_black", "toUserID", "fromUserID")]
    public async Task Blocking_goes_by_any_name_and_is_told_once(string path, string blocked, string owner)
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync(nickname: "Ben"));
        await server.DataAsync("/friend/import_friend", $$"""{"fromUserID":"{{a.Id}}","friendUserIDList":["{{b.Id}}"],"operationID":"op"}""");
        var body = $$"""{"{{blocked}}":"{{b.Id}}","{{owner}}":"{{a.Id}}","operationID":"op-006"}""";
        await server.DoneAsync(path, body);
        await server.DoneAsync(path, body);
        await server.ExpectAsync(
            "/friend/get_black_list", $$"""{"fromUserID":"{{a.Id}}","operationID":"op"}""",
            $$$"""{"errCode":0,"errMsg":"","data":[{"userID":"{{{b.Id}}}","nickname":"Ben","faceURL":"","gender":0,"ex":""}]}""", a.Token);
        Assert.Single((await FriendsAsync(a)).EnumerateArray()); // the friendship stays
        Assert.Equal((2, 2), (await server.NewestAsync(a), await server.NewestAsync(b)));
        foreach (var user in new[] { a, b })
        {
            var told = await server.LastAsync(user);
            Assert.Equal(
                (1207, a.Id, b.Id, false),
                (told.GetProperty("contentType").GetInt32(), told.GetProperty("sendID").GetString(), told.GetProperty("recvID").GetString(),
                    told.GetProperty("options").GetProperty("conversationUpdate").GetBoolean()));
            OpenImApiServer.Same($$$"""{"fromToUserID":{"fromUserID":"{{{a.Id}}}","toUserID":"{{{b.Id}}}"}}""", Tips.Of(told).Detail);
        }
    }

    [Fact]
    [CoversOpenIm("/friend/add_blacklist", "400", "801", "802")]
    public async Task Whose_list_it_is()
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        await server.DoneAsync("/friend/add_blacklist", $$"""{"toUserID":"{{b.Id}}","operationID":"op"}""", a.Token); // its own
        Assert.Single((await BlockedAsync(a)).EnumerateArray());
        await server.FailAsync(400, 400, "/friend/add_blacklist", $$"""{"toUserID":"{{b.Id}}","operationID":"op"}"""); // a manager must say whose
        await server.ExpectAsync(
            "/friend/add_blacklist", $$"""{"toUserID":"{{a.Id}}","fromUserID":"{{b.Id}}","operationID":"op"}""",
            """{"errCode":801,"errMsg":"no permission"}""", a.Token);
        foreach (var (from, to) in new[] { ("nobody", b.Id), (a.Id, "nobody") })
        {
            await server.ExpectAsync(
                "/friend/add_blacklist", $$"""{"toUserID":"{{to}}","fromUserID":"{{from}}","operationID":"op"}""",
                """{"errCode":802,"errMsg":"db failed"}""");
        }
        Assert.Empty((await BlockedAsync(b)).EnumerateArray());
    }

    [Theory]
    [CoversOpenIm(
        "/friend/get_friend_list", "/friend/get_black_list", "/friend/get_friend_apply_list", "/friend/get_self_friend_apply_list",
        "/conversation/get_all_conversation_message_opt", "/conversation/get_all_conversations")]
    [InlineData("/friend/get_friend_list", "fromUserID")]
    [InlineData("/friend/get_black_list", "fromUserID")]
    [InlineData("/friend/get_friend_apply_list", "fromUserID")]
    [InlineData("/friend/get_self_friend_apply_list", "fromUserID")]
    [InlineData("/conversation/get_all_conversation_message_opt", "fromUserID")]
    [InlineData("/conversation/get_all_conversations", "ownerUserID")]
    public async Task Lists_of_a_new_user_are_empty_and_for_itself_and_managers(string path, string key)
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        var body = $$"""{"{{key}}":"{{a.Id}}","operationID":"op"}""";
        foreach (var token in new[] { a.Token, server.AdminToken })
            await server.ExpectAsync(path, body, """{"errCode":0,"errMsg":"","data":[]}""", token);
        await server.ExpectAsync(path, body, """{"errCode":801,"errMsg":"no permission","data":[]}""", b.Token);
        await server.ExpectAsync(path, $$"""{"{{key}}":"nobody","operationID":"op"}""", """{"errCode":0,"errMsg":"","data":[]}""");
    }

    private Task<System.Text.Json.JsonElement> FriendsAsync(OpenImUser user) =>
        server.DataAsync("/friend/get_friend_list", $$"""{"fromUserID":"{{user.Id}}","operationID":"op"}""", user.Token);

    private Task<System.Text.Json.JsonElement> BlockedAsync(OpenImUser user) =>
        server.DataAsync("/friend/get_black_list", $$"""{"fromUserID":"{{user.Id}}","operationID":"op"}""", user.Token);
}
