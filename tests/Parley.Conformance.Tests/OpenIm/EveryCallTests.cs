using System.Text;
using System.Text.Json.Nodes;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>What holds for all calls of v2 alike (openim.md §1, §2.3).</summary>
public sealed class EveryCallTests(OpenImApiServer server)
{
    private static readonly (string Name, string Value)[] CorsHeaders =
    [
        ("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "*"), ("Access-Control-Allow-Headers", "*"),
        ("Access-Control-Max-Age", "172800"), ("Access-Control-Allow-Credentials", "false"),
    ];

    public static TheoryData<string> Paths => [.. SampleCall.All.Select(call => call.Path)];

    public static TheoryData<string> PathsWithToken => [.. SampleCall.All.Where(call => call.NeedsToken).Select(call => call.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    [CoversOpenIm("0")]
    public async Task It_is_served_by_POST_whatever_the_content_type_and_extra_keys_are(string path)
    {
        var body = await BodyAsync(path);
        body["zzz"] = new JsonObject { ["a"] = 1 };
        var answer = await server.PostAsync(
            path, Encoding.UTF8.GetBytes(body.ToJsonString()), ("ToKeN", server.AdminToken), ("Content-Type", "application/x-www-form-urlencoded"));
        Assert.True(answer.Status == 200 && OpenImApiServer.CodeOf(answer) == 0, answer.Text);
        Assert.Equal("", OpenImApiServer.MessageOf(answer));
        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.All(CorsHeaders, header => Assert.Equal(header.Value, answer.Header(header.Name)));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Other_methods_are_404_and_OPTIONS_is_answered(string path)
    {
        foreach (var method in new[] { "GET", "PUT", "DELETE", "PATCH" })
        {
            var refused = await HttpPeer.CallAsync(server.Door, method, path, null);
            Assert.Equal(404, refused.Status);
            Assert.StartsWith("text/plain", refused.Header("Content-Type"), StringComparison.Ordinal);
        }
        var answer = await HttpPeer.CallAsync(server.Door, "OPTIONS", path, null);
        Assert.Equal(200, answer.Status);
        Assert.Equal(System.Text.Json.JsonValueKind.String, answer.Json.ValueKind);
        Assert.All(CorsHeaders, header => Assert.Equal(header.Value, answer.Header(header.Name)));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/auth")]
    [InlineData("/auth/user_token/")]
    [InlineData("/AUTH/USER_TOKEN")]
    [InlineData("/manager/unknown")]
    public async Task An_unknown_path_is_404_and_OPTIONS_is_answered_there_too(string path)
    {
        Assert.Equal(404, (await server.CallAsync(path, "{}")).Status);
        Assert.Equal(200, (await HttpPeer.CallAsync(server.Door, "OPTIONS", path, null)).Status);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    [CoversOpenIm("400")]
    public async Task What_is_required_is_required_by_rule(string path)
    {
        var sample = SampleCall.Of(path);
        string[] required = path == "/auth/user_token" ? sample.Required : [.. sample.Required, "operationID"];
        foreach (var key in required)
        {
            var body = await BodyAsync(path);
            var value = body[key]!;
            body.Remove(key);
            await InvalidAsync(path, body);
            body[key] = null;
            await InvalidAsync(path, body);
            if (value.GetValueKind() == System.Text.Json.JsonValueKind.Array)
                continue; // an empty list passes (§1.2)
            body[key] = value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? JsonValue.Create(0) : JsonValue.Create("");
            await InvalidAsync(path, body);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    [CoversOpenIm("400")]
    public async Task Everything_else_may_be_null_or_missing(string path)
    {
        var sample = SampleCall.Of(path);
        var body = await BodyAsync(path);
        foreach (var key in body.Select(pair => pair.Key).ToArray())
        {
            if (sample.Required.Contains(key, StringComparer.Ordinal) || key is "operationID" or "recvID")
                continue;
            if (key == "fromUserID" && path.StartsWith("/friend/add_black", StringComparison.Ordinal))
                continue; // a manager must say it
            body[key] = null;
        }
        await GoodAsync(path, body);
        foreach (var key in body.Where(pair => pair.Value is null).Select(pair => pair.Key).ToArray())
            body.Remove(key);
        if (path != "/auth/user_register")
            await GoodAsync(path, body);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Keys_are_read_without_case(string path)
    {
        var body = await BodyAsync(path);
        foreach (var change in new Func<string, string>[] { key => key.ToUpperInvariant(), key => key.ToLowerInvariant() })
        {
            if (path == "/auth/user_register")
                body["userID"] = OpenImApiServer.NewId();
            var changed = new JsonObject();
            foreach (var (key, value) in body)
                changed[change(key)] = value?.DeepClone();
            await GoodAsync(path, changed);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    [CoversOpenIm("400")]
    public async Task A_wrong_type_is_400_for_every_key(string path)
    {
        var sample = await BodyAsync(path);
        foreach (var (key, value) in sample)
        {
            if (key is "birth" or "reason" or "msgIncr" or "reqIdentifier" || (key == "userID" && path == "/user/get_self_user_info"))
                continue; // of any type, or not looked at
            foreach (var wrong in WrongFor(value!))
            {
                var body = (JsonObject)sample.DeepClone();
                body[key] = JsonNode.Parse(wrong);
                await InvalidAsync(path, body);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    [CoversOpenIm("400")]
    public async Task What_is_no_JSON_object_is_400_and_looked_at_before_the_token(string path)
    {
        foreach (var body in new[] { "", " ", "x", "[]", "\"{}\"", "1", "null", "{", "{\"operationID\":\"op\"", "{}{}", "{'a':1}", "\0", "{\"operationID\":\"\\ud800\"}" })
            OpenImApiServer.Refused(400, 400, await server.CallAsync(path, body));
        OpenImApiServer.Refused(400, 400, await server.PostAsync(path, new byte[] { (byte)'{', (byte)'"', 0xFF, 0xC0, (byte)'"', (byte)':', (byte)'1', (byte)'}' }));
    }

    [Theory]
    [MemberData(nameof(PathsWithToken))]
    [CoversOpenIm("500", "701", "702", "703", "704", "705", "706", "12.2.1")]
    public async Task A_token_that_is_no_good_is_500_with_the_reason(string path)
    {
        var user = await server.RegisterAsync();
        var kicked = await server.RegisterAsync();
        await server.DoneAsync("/auth/force_logout", $$"""{"platform":2,"fromUserID":"{{kicked.Id}}","operationID":"op"}""");
        var gone = await server.RegisterAsync();
        await server.DataAsync("/manager/delete_user", $$"""{"deleteUidList":["{{gone.Id}}"],"operationID":"op"}""");
        (string? Token, string Reason)[] tokens =
        [
            (null, "that's not even a token"),
            ("", "that's not even a token"),
            ("not.a.token", "that's not even a token"),
            ("a.b", "that's not even a token"),
            (ForgedToken.Of(ForgedToken.Claims(user.Id, expires: 0)), "token is timed out, please log in again"),
            (ForgedToken.Of(ForgedToken.Claims(user.Id, notBefore: 600)), "token not active yet"),
            (ForgedToken.Of(ForgedToken.Claims(user.Id), key: "another"), "couldn't handle this token"),
            (ForgedToken.Of(ForgedToken.Claims(user.Id), """{"alg":"none","typ":"JWT"}"""), "couldn't handle this token"),
            (ForgedToken.Of(ForgedToken.Claims(user.Id), """{"alg":"HS512","typ":"JWT"}"""), "couldn't handle this token"),
            (ForgedToken.Of(ForgedToken.Claims(user.Id)), "couldn't handle this token"), // well made, but never handed out
            (ForgedToken.Of(ForgedToken.Claims(user.Id, notBefore: 30)), "couldn't handle this token"), // within the leeway
            (ForgedToken.Of(ForgedToken.Claims(OpenImApiServer.Admin, "")), "couldn't handle this token"),
            (kicked.Token, "user has been kicked"),
            (gone.Token, "token has been invalidated"),
        ];
        var body = (await BodyAsync(path)).ToJsonString();
        foreach (var (token, reason) in tokens)
        {
            var answer = await server.CallAsync(path, body, token);
            var isMessage = SampleCall.Of(path).IsMessage;
            OpenImApiServer.Refused(isMessage ? 400 : 500, isMessage ? 400 : 500, answer);
            Assert.Equal($"GetUserIDFromToken failed {reason}", OpenImApiServer.MessageOf(answer));
        }
    }

    [Theory]
    [MemberData(nameof(PathsWithToken))]
    [CoversOpenIm("801", "12.2.5")]
    public async Task Only_managers_may_where_that_is_said(string path)
    {
        var sample = SampleCall.Of(path);
        var (a, stranger) = (await server.RegisterAsync(), await server.RegisterAsync());
        var b = await server.RegisterAsync();
        var body = sample.BodyOf(a.Id, b.Id, await server.GroupAsync(a.Id, b.Id)).ToJsonString();
        var answer = await server.CallAsync(path, body, stranger.Token);
        switch (path)
        {
            case "/manager/send_msg":
                OpenImApiServer.Same("""{"errCode":400,"errMsg":"not authorized","sendTime":0,"MsgID":""}""", answer, 400);
                break;
            case "/auth/parse_token" or "/user/get_user_info" or "/user/get_users_info" or "/user/get_self_user_info" or "/group/get_groups_info":
                Assert.Equal(0, OpenImApiServer.CodeOf(answer));
                break;
            case var twin when twin.StartsWith("/msg/", StringComparison.Ordinal):
                OpenImApiServer.Refused(400, 400, answer); // sendID is another user
                break;
            default:
                OpenImApiServer.Refused(200, 801, answer);
                Assert.Equal("no permission", OpenImApiServer.MessageOf(answer));
                break;
        }
        if (sample.IsForManagers && path != "/manager/send_msg")
            OpenImApiServer.Refused(200, 801, await server.CallAsync(path, body, a.Token)); // also for oneself
    }

    private static IEnumerable<string> WrongFor(JsonNode value) => value.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.String => ["7", "true", "[]", "{}"],
        System.Text.Json.JsonValueKind.Number => ["\"1\"", "1.5", "true", "[]", "{}", "99999999999999999999", "1e400"],
        System.Text.Json.JsonValueKind.Array => ["\"x\"", "1", "{}", "true"],
        System.Text.Json.JsonValueKind.Object => ["\"x\"", "1", "[]", "true"],
        _ => ["\"true\"", "1", "[]", "{}"],
    };

    private async Task<JsonObject> BodyAsync(string path)
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        return SampleCall.Of(path).BodyOf(a.Id, b.Id, await server.GroupAsync(a.Id, b.Id));
    }

    private async Task InvalidAsync(string path, JsonObject body)
    {
        var answer = await server.CallAsync(path, body.ToJsonString(), server.AdminToken);
        Assert.True(answer.Status == 400 && OpenImApiServer.CodeOf(answer) == 400, $"{body.ToJsonString()} gives {answer.Status} {answer.Text}");
        if (!SampleCall.Of(path).NeedsToken)
            return;
        var before = await server.CallAsync(path, body.ToJsonString());
        Assert.Equal((400, 400), (before.Status, OpenImApiServer.CodeOf(before))); // before the token is looked at
        Assert.DoesNotContain("GetUserIDFromToken", before.Text, StringComparison.Ordinal);
    }

    private async Task GoodAsync(string path, JsonObject body)
    {
        var answer = await server.CallAsync(path, body.ToJsonString(), server.AdminToken);
        Assert.True(answer.Status == 200 && OpenImApiServer.CodeOf(answer) == 0, $"{body.ToJsonString()} gives {answer.Status} {answer.Text}");
    }
}
