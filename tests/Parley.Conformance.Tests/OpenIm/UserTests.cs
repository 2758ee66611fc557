namespace Parley.Conformance.Tests.OpenIm;

/// <summary>openim.md §4.10, §4.11, and the user routes of §8.8.</summary>
public sealed class UserTests(OpenImApiServer server)
{
    [Fact]
    [CoversOpenIm("/user/get_user_info")]
    public async Task Example_7()
    {
        var id = OpenImApiServer.NewId();
        await server.DataAsync(
            "/auth/user_register", $$"""{"secret":"s3cret-demo","platform":2,"userID":"{{id}}","nickname":"Ann","gender":2,"operationID":"op-002"}""");
        await server.ExpectAsync(
            "/user/get_user_info", $$"""{"uidList":["{{id}}","u_9999"],"operationID":"op-007"}""",
            $$$"""{"errCode":0,"errMsg":"","data":[{"uid":"{{{id}}}","name":"Ann","icon":"","gender":2,"mobile":"","birth":"","email":"","ex":"","userID":"{{{id}}}","nickname":"Ann","faceURL":"","phoneNumber":""}]}""");
    }

    [Theory]
    [CoversOpenIm(
        "/user/update_user_info", "/user/get_user_info", "/user/get_users_info", "update_user_info.userID", "update_user_info.nickname",
        "update_user_info.faceURL", "update_user_info.phoneNumber")]
    [InlineData("uid", "name", "icon", "mobile")]
    [InlineData("userID", "nickname", "faceURL", "phoneNumber")]
    public async Task What_is_private_is_seen_by_managers_and_oneself(string uid, string name, string icon, string mobile)
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        await server.DoneAsync(
            "/user/update_user_info",
            $$"""{"{{uid}}":"{{a.Id}}","{{name}}":"Anna","{{icon}}":"face","gender":2,"{{mobile}}":"123","birth":"1990-01-02","email":"e@x","ex":"more","operationID":"op"}""",
            a.Token);
        string Details(bool all) =>
            $$$"""{"errCode":0,"errMsg":"","data":[{"uid":"{{{a.Id}}}","name":"Anna","icon":"face","gender":2,"mobile":"{{{(all ? "123" : "")}}}","birth":"{{{(all ? "1990-01-02" : "")}}}","email":"{{{(all ? "e@x" : "")}}}","ex":"more","userID":"{{{a.Id}}}","nickname":"Anna","faceURL":"face","phoneNumber":"{{{(all ? "123" : "")}}}"}]}""";
        var body = $$"""{"uidList":["{{a.Id}}"],"operationID":"op"}""";
        await server.ExpectAsync("/user/get_user_info", body, Details(all: true));
        await server.ExpectAsync("/user/get_user_info", body, Details(all: true), a.Token);
        await server.ExpectAsync("/user/get_user_info", body, Details(all: false), b.Token);
        await server.ExpectAsync(
            "/user/get_users_info", $$"""{"userIDList":["u_9999","{{a.Id}}"],"operationID":"op"}""",
            $$$"""{"errCode":0,"errMsg":"","data":[{"userID":"{{{a.Id}}}","nickname":"Anna","faceURL":"face","gender":2,"ex":"more"}]}""", b.Token);
    }

    [Theory]
    [CoversOpenIm("/user/get_user_info", "/user/get_users_info", "get_user_info.userIDList", "get_user_info.userIDs", "803")]
    [InlineData("uidList")]
    [InlineData("userIDList")]
    [InlineData("userIDs")]
    public async Task Users_are_asked_for_by_any_name_in_their_order(string key)
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        foreach (var path in new[] { "/user/get_user_info", "/user/get_users_info" })
        {
            var data = await server.DataAsync(path, $$"""{"{{key}}":["{{b.Id}}",null,"","u_9999","{{a.Id}}"],"operationID":"op"}""", a.Token);
            Assert.Equal([b.Id, a.Id], data.EnumerateArray().Select(user => user.GetProperty("userID").GetString()));
            await server.ExpectAsync(path, $$"""{"{{key}}":[],"operationID":"op"}""", """{"errCode":803,"errMsg":"args failed","data":[]}""", a.Token);
        }
    }

    [Theory]
    [CoversOpenIm("/user/update_user_info")]
    [InlineData("631152000", "631152000", 631_152_000)]
    [InlineData("\"631152000\"", "631152000", 631_152_000)]
    [InlineData("\"1990-01-01\"", "1990-01-01", 631_152_000)]
    [InlineData("\"1990-02-30\"", "1990-02-30", 0)]
    [InlineData("\"in spring\"", "in spring", 0)]
    [InlineData("4294967295", "4294967295", 4_294_967_295)]
    public async Task A_birth_is_a_text_and_a_number(string birth, string text, long seconds)
    {
        var user = await server.RegisterAsync();
        await server.DoneAsync("/user/update_user_info", $$"""{"uid":"{{user.Id}}","birth":{{birth}},"operationID":"op"}""");
        var details = (await server.DataAsync("/user/get_user_info", $$"""{"uidList":["{{user.Id}}"],"operationID":"op"}"""))[0];
        Assert.Equal(text, details.GetProperty("birth").GetString());
        var self = await server.DataAsync("/user/get_self_user_info", """{"operationID":"op"}""", user.Token);
        Assert.Equal(seconds, self.GetProperty("birth").GetInt64());
    }

    [Fact]
    [CoversOpenIm("/user/update_user_info")]
    public async Task Blanks_change_nothing()
    {
        var user = await server.RegisterAsync(nickname: "Ann");
        await server.DoneAsync(
            "/user/update_user_info", $$"""{"uid":"{{user.Id}}","icon":"f","gender":1,"mobile":"1","birth":5,"email":"e","ex":"x","operationID":"op"}""");
        var body = $$"""{"uidList":["{{user.Id}}"],"operationID":"op"}""";
        var before = (await server.DataAsync("/user/get_user_info", body)).GetRawText();
        await server.DoneAsync(
            "/user/update_user_info",
            $$"""{"uid":"{{user.Id}}","name":"","icon":"","gender":0,"mobile":"","birth":0,"email":"","ex":"","operationID":"op"}""");
        await server.DoneAsync("/user/update_user_info", $$"""{"uid":"{{user.Id}}","birth":"","operationID":"op"}""");
        Assert.Equal(before, (await server.DataAsync("/user/get_user_info", body)).GetRawText());
    }

    [Fact]
    [CoversOpenIm("/user/update_user_info", "802")]
    public async Task An_unknown_user_is_802() => await server.ExpectAsync(
        "/user/update_user_info", """{"uid":"nobody","name":"x","operationID":"op"}""", """{"errCode":802,"errMsg":"db failed"}""");

    [Fact]
    [CoversOpenIm("/user/update_user_info")]
    public async Task Friends_the_user_and_the_caller_are_told_once_each()
    {
        var (a, b, c) = (await server.RegisterAsync(), await server.RegisterAsync(), await server.RegisterAsync());
        var caller = new OpenImUser(OpenImApiServer.SecondAdmin, await server.TokenAsync(OpenImApiServer.SecondAdmin, 8));
        await server.DataAsync("/friend/import_friend", $$"""{"fromUserID":"{{a.Id}}","friendUserIDList":["{{b.Id}}"],"operationID":"op"}""");
        await server.DoneAsync("/user/update_user_info", $$"""{"uid":"{{a.Id}}","name":"Anna","operationID":"op"}""", caller.Token);
        Assert.Equal((2, 2, 0), (await server.NewestAsync(a), await server.NewestAsync(b), await server.NewestAsync(c)));
        foreach (var user in new[] { a, b, caller })
        {
            var told = await server.LastAsync(user);
            Assert.Equal(
                (1303, a.Id, user.Id, "Anna"),
                (told.GetProperty("contentType").GetInt32(), told.GetProperty("sendID").GetString(), told.GetProperty("recvID").GetString(),
                    told.GetProperty("senderNickname").GetString()));
            OpenImApiServer.Same($$"""{"userID":"{{a.Id}}"}""", Tips.Of(told).Detail);
        }
        await server.DoneAsync("/user/update_user_info", $$"""{"uid":"{{a.Id}}","name":"Ann","operationID":"op"}""", a.Token);
        Assert.Equal((3, 3), (await server.NewestAsync(a), await server.NewestAsync(b)));
    }

    [Fact]
    [CoversOpenIm("/user/get_self_user_info")]
    public async Task Oneself_is_the_tokens_user_whatever_the_body_says()
    {
        var (a, b) = (await server.RegisterAsync(nickname: "Ann"), await server.RegisterAsync());
        var data = await server.DataAsync("/user/get_self_user_info", $$"""{"userID":"{{b.Id}}","operationID":"op"}""", a.Token);
        OpenImApiServer.Same(
            $$"""{"userID":"{{a.Id}}","nickname":"Ann","faceURL":"","gender":0,"phoneNumber":"","birth":0,"email":"","ex":"","createTime":{{data.GetProperty("createTime").GetInt64()}},"appMangerLevel":1}""",
            data);
    }
}
