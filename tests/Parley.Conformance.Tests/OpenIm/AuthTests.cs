using System.Text.Json;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>openim.md §4.1 to §4.4, §2.2, §2.3.</summary>
public sealed class AuthTests(OpenImApiServer server)
{
    private const long SevenDays = 604_800;

    [Fact]
    [CoversOpenIm("/auth/user_token")]
    public async Task A_manager_gets_a_token_as_in_example_1()
    {
        var before = ForgedToken.Now;
        var answer = await server.CallAsync(
            "/auth/user_token", """{"secret":"s3cret-demo","platform":8,"userID":"im_admin","operationID":"op-001"}""");
        var data = answer.Json.GetProperty("data");
        var (token, expires) = (data.GetProperty("token").GetString()!, data.GetProperty("expiredTime").GetInt64());
        OpenImApiServer.Same(
            $$$"""{"errCode":0,"errMsg":"","data":{"userID":"im_admin","expiredTime":{{{expires}}},"token":"{{{token}}}"}}""", answer);
        var claims = ForgedToken.Read(token);
        Assert.Equal(["UID", "Platform", "exp", "nbf", "iat"], claims.EnumerateObject().Select(claim => claim.Name));
        Assert.Equal("im_admin", claims.GetProperty("UID").GetString());
        Assert.Equal("", claims.GetProperty("Platform").GetString());
        Assert.Equal(expires, claims.GetProperty("exp").GetInt64());
        Assert.Equal(claims.GetProperty("nbf").GetInt64(), claims.GetProperty("iat").GetInt64());
        Assert.Equal(SevenDays, expires - claims.GetProperty("iat").GetInt64());
        Assert.InRange(claims.GetProperty("iat").GetInt64(), before - 20, ForgedToken.Now);
    }

    [Theory]
    [CoversOpenIm("/auth/user_token")]
    [InlineData(1, "IOS")]
    [InlineData(2, "Android")]
    [InlineData(3, "Windows")]
    [InlineData(4, "OSX")]
    [InlineData(5, "Web")]
    [InlineData(6, "MiniWeb")]
    [InlineData(7, "Linux")]
    [InlineData(8, "")]
    public async Task Every_platform_has_its_name_in_the_token(int platform, string name)
    {
        var user = await server.RegisterAsync();
        var token = await server.TokenAsync(user.Id, platform);
        Assert.Equal(name, ForgedToken.Read(token).GetProperty("Platform").GetString());
        await GoodAsync(token);
    }

    [Fact]
    [CoversOpenIm("/auth/user_token", "user_token.uid", "user_token.platformID")]
    public async Task The_older_and_newer_names_and_a_missing_operationID_are_taken()
    {
        var user = await server.RegisterAsync();
        await server.DataAsync("/auth/user_token", $$"""{"secret":"s3cret-demo","platformID":1,"uid":"{{user.Id}}"}""");
        var both = await server.DataAsync(
            "/auth/user_token", $$"""{"secret":"s3cret-demo","platformID":1,"platform":2,"uid":"nobody","userID":"{{user.Id}}"}""");
        Assert.Equal(user.Id, both.GetProperty("userID").GetString());
        Assert.Equal("Android", ForgedToken.Read(both.GetProperty("token").GetString()!).GetProperty("Platform").GetString());
        await server.DataAsync("/auth/user_token", $$"""{"secret":"s3cret-demo","platform":1,"userID":null,"uid":"{{user.Id}}"}""");
    }

    [Fact]
    [CoversOpenIm("/auth/user_token", "/auth/user_register", "401")]
    public async Task A_wrong_secret_is_401()
    {
        foreach (var secret in new[] { "x", "s3cret-dem", "S3CRET-DEMO", new string('s', 32) })
        {
            foreach (var path in new[] { "/auth/user_token", "/auth/user_register" })
            {
                OpenImApiServer.Same(
                    """{"errCode":401,"errMsg":"not authorized"}""",
                    await server.CallAsync(path, $$"""{"secret":"{{secret}}","platform":2,"userID":"im_admin","operationID":"op"}"""), 400);
            }
        }
    }

    [Fact]
    [CoversOpenIm("/auth/user_token", "802")]
    public async Task An_unregistered_user_gets_no_token() =>
        OpenImApiServer.Same(
            """{"errCode":802,"errMsg":"db failed","data":{"userID":"nobody at all","token":"","expiredTime":0}}""",
            await server.CallAsync("/auth/user_token", """{"secret":"s3cret-demo","platform":2,"userID":"nobody at all","operationID":"op"}"""));

    [Fact]
    [CoversOpenIm("/auth/user_register", "500")]
    public async Task Registering_as_in_example_2_and_again()
    {
        var id = OpenImApiServer.NewId("u_1001");
        var body = $$"""{"secret":"s3cret-demo","platform":2,"userID":"{{id}}","nickname":"Ann","gender":2,"operationID":"op-002"}""";
        var answer = await server.CallAsync("/auth/user_register", body);
        var data = answer.Json.GetProperty("data");
        Assert.Equal(["data", "errCode", "errMsg"], answer.Json.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(["expiredTime", "token", "userID"], data.EnumerateObject().Select(member => member.Name).Order());
        var claims = ForgedToken.Read(data.GetProperty("token").GetString()!);
        Assert.Equal(id, claims.GetProperty("UID").GetString());
        Assert.Equal("Android", claims.GetProperty("Platform").GetString());
        Assert.Equal(data.GetProperty("expiredTime").GetInt64(), claims.GetProperty("exp").GetInt64());
        OpenImApiServer.Same("""{"errCode":500,"errMsg":"db failed"}""", await server.CallAsync("/auth/user_register", body), 500);
    }

    [Fact]
    [CoversOpenIm(
        "/auth/user_register", "user_register.uid", "user_register.name", "user_register.icon", "user_register.mobile", "user_register.platformID")]
    public async Task A_profile_is_kept_under_the_names_of_any_version()
    {
        var (one, other) = (OpenImApiServer.NewId(), OpenImApiServer.NewId());
        var before = ForgedToken.Now;
        await server.DataAsync("/auth/user_register",
            $$"""{"secret":"s3cret-demo","platform":1,"userID":"{{one}}","nickname":"Ann 安","faceURL":"f","gender":2,"phoneNumber":"123","birth":631152000,"email":"e@x","ex":"{\"k\":1}","operationID":"op"}""");
        await server.DataAsync("/auth/user_register",
            $$"""{"secret":"s3cret-demo","platformID":1,"uid":"{{other}}","name":"Ann 安","icon":"f","gender":2,"mobile":"123","birth":"631152000","email":"e@x","ex":"{\"k\":1}","operationID":"op"}""");
        foreach (var id in new[] { one, other })
        {
            var data = await server.DataAsync("/user/get_self_user_info", """{"operationID":"op"}""", await server.TokenAsync(id));
            var created = data.GetProperty("createTime").GetInt64();
            Assert.InRange(created, before, ForgedToken.Now);
            OpenImApiServer.Same(
                $$"""{"userID":"{{id}}","nickname":"Ann 安","faceURL":"f","gender":2,"phoneNumber":"123","birth":631152000,"email":"e@x","ex":"{\"k\":1}","createTime":{{created}},"appMangerLevel":1}""",
                data);
        }
    }

    [Fact]
    [CoversOpenIm("/auth/parse_token")]
    public async Task Parse_token_tells_the_expiry_under_both_spellings()
    {
        var user = await server.RegisterAsync();
        var expires = ForgedToken.Read(user.Token).GetProperty("exp").GetInt64();
        await server.ExpectAsync(
            "/auth/parse_token", """{"operationID":"op"}""",
            $$$"""{"errCode":0,"errMsg":"","data":{"ExpireTimeSeconds":{{{expires}}},"expireTimeSeconds":{{{expires}}}}}""", user.Token);
    }

    [Fact]
    [CoversOpenIm("/auth/force_logout", "706")]
    public async Task Force_logout_ends_all_tokens_of_the_platform_and_leaves_the_others()
    {
        var user = await server.RegisterAsync(platform: 2);
        var second = await server.TokenAsync(user.Id, 2);
        var elsewhere = await server.TokenAsync(user.Id, 1);
        await server.DoneAsync("/auth/force_logout", $$"""{"platform":2,"fromUserID":"{{user.Id}}","operationID":"op"}""");
        await KickedAsync(user.Token);
        await KickedAsync(second);
        await GoodAsync(elsewhere);
        var fresh = await server.TokenAsync(user.Id, 2);
        await GoodAsync(fresh);
        Assert.NotEqual("", (await BadAsync(user.Token)).Text); // what was kicked stays so
    }

    [Fact]
    [CoversOpenIm("/auth/force_logout", "force_logout.userID", "force_logout.platformID")]
    public async Task Force_logout_takes_the_names_of_v3_and_whoever_never_was()
    {
        var user = await server.RegisterAsync(platform: 5);
        await server.DoneAsync("/auth/force_logout", $$"""{"platformID":5,"userID":"{{user.Id}}","operationID":"op"}""");
        await KickedAsync(user.Token);
        await server.DoneAsync("/auth/force_logout", """{"platform":5,"fromUserID":"never was here","operationID":"op"}""");
    }

    [Fact]
    [CoversOpenIm("/auth/user_token")]
    public async Task Tokens_of_one_moment_differ_and_are_good_together_and_a_kick_in_that_moment_holds()
    {
        var user = await server.RegisterAsync();
        var tokens = new List<string> { user.Token };
        for (var i = 0; i < 4; i++)
            tokens.Add(await server.TokenAsync(user.Id));
        Assert.Equal(5, tokens.Distinct().Count());
        foreach (var token in tokens)
        {
            await GoodAsync(token);
            var claims = ForgedToken.Read(token);
            Assert.Equal(SevenDays, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        }
        await server.DoneAsync("/auth/force_logout", $$"""{"platform":2,"fromUserID":"{{user.Id}}","operationID":"op"}""");
        await GoodAsync(await server.TokenAsync(user.Id));
        foreach (var token in tokens)
            await BadAsync(token);
    }

    [Fact]
    [CoversOpenIm("12.2.1")]
    public async Task The_token_of_example_1_is_signed_with_the_key_and_refused()
    {
        const string Example =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJVSUQiOiJpbV9hZG1pbiIsIlBsYXRmb3JtIjoiIiwiZXhwIjoxNjUwNjA0ODAwLCJuYmYiOjE2NTAwMDAwMDAsImlhdCI6MTY1MDAwMDAwMH0.3NBII1h9qNmx7LZGSko7DOa_wQ-VUdX6S37C72oJ7Tk";
        Assert.Equal("im_admin", ForgedToken.Read(Example).GetProperty("UID").GetString());
        await BadAsync(Example);
        // the same claims, but not expired: refused by the store alone
        await BadAsync(ForgedToken.Of(ForgedToken.Claims(OpenImApiServer.Admin, "")));
    }

    [Fact]
    [CoversOpenIm("/manager/get_all_users_uid")]
    public async Task Managers_are_there_from_the_start_and_named_by_their_places()
    {
        var all = await server.DataAsync("/manager/get_all_users_uid", """{"operationID":"op"}""");
        Assert.Equal([OpenImApiServer.Admin, OpenImApiServer.SecondAdmin], all.EnumerateArray().Take(2).Select(id => id.GetString()));
        foreach (var (id, name) in new[] { (OpenImApiServer.Admin, "AppManager1"), (OpenImApiServer.SecondAdmin, "AppManager2") })
        {
            var data = await server.DataAsync("/user/get_self_user_info", """{"operationID":"op"}""", await server.TokenAsync(id, 8));
            Assert.Equal(2, data.GetProperty("appMangerLevel").GetInt32());
            Assert.Equal(name, data.GetProperty("nickname").GetString());
        }
    }

    private async Task GoodAsync(string token) =>
        Assert.Equal(JsonValueKind.Object, (await server.DataAsync("/auth/parse_token", """{"operationID":"op"}""", token)).ValueKind);

    private async Task<Support.HttpAnswer> BadAsync(string token) =>
        OpenImApiServer.Refused(500, 500, await server.CallAsync("/auth/parse_token", """{"operationID":"op"}""", token));

    private async Task KickedAsync(string token) => OpenImApiServer.Same(
        """{"errCode":500,"errMsg":"GetUserIDFromToken failed user has been kicked"}""",
        await server.CallAsync("/auth/parse_token", """{"operationID":"op"}""", token), 500);
}
