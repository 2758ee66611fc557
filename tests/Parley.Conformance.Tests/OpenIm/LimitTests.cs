using System.Text;
using System.Text.Json.Nodes;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>Both sides of every limit of openim.md §3 and §4, and bodies that nobody should send.</summary>
public sealed class LimitTests(OpenImApiServer server, StrictOpenImApiServer strict)
{
    public static TheoryData<string, string, int> Texts => new()
    {
        { "/auth/user_register", "userID", 64 }, { "/auth/user_register", "nickname", 64 }, { "/auth/user_register", "faceURL", 1024 },
        { "/auth/user_register", "phoneNumber", 32 }, { "/auth/user_register", "email", 64 }, { "/auth/user_register", "ex", 1024 },
        { "/user/update_user_info", "name", 64 }, { "/user/update_user_info", "icon", 1024 }, { "/user/update_user_info", "mobile", 32 },
        { "/user/update_user_info", "email", 64 }, { "/user/update_user_info", "ex", 1024 },
        { "/group/create_group", "groupName", 255 }, { "/group/create_group", "notification", 255 }, { "/group/create_group", "introduction", 255 },
        { "/group/create_group", "faceURL", 255 }, { "/group/create_group", "ex", 1024 },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    [CoversOpenIm("400")]
    public async Task A_text_has_so_many_characters_and_no_more(string path, string key, int most)
    {
        var unique = OpenImApiServer.NewId();
        foreach (var filler in new[] { "x", "安", "😀" }) // one outside the basic plane is one
        {
            var text = unique + string.Concat(Enumerable.Repeat(filler, most - unique.Length));
            unique = OpenImApiServer.NewId();
            Assert.Equal((200, 0), await CallAsync(path, key, JsonValue.Create(text)));
            Assert.Equal((400, 400), await CallAsync(path, key, JsonValue.Create(text + filler)));
        }
    }

    [Theory]
    [CoversOpenIm("400")]
    [InlineData("/auth/user_register", "platform", 1, 7)]
    [InlineData("/auth/user_token", "platform", 1, 8)]
    [InlineData("/auth/force_logout", "platform", 1, 8)]
    [InlineData("/auth/user_register", "gender", 0, 2)]
    [InlineData("/auth/user_register", "birth", 0, 4_294_967_295)]
    [InlineData("/user/update_user_info", "gender", 0, 2)]
    [InlineData("/user/update_user_info", "birth", 0, 4_294_967_295)]
    [InlineData("/manager/send_msg", "senderPlatformID", 0, 7)]
    [InlineData("/group/create_group", "groupType", -2_147_483_648, 2_147_483_647)]
    public async Task A_number_lies_within_its_bounds(string path, string key, long least, long most)
    {
        Assert.Equal((200, 0), await CallAsync(path, key, JsonValue.Create(least)));
        Assert.Equal((200, 0), await CallAsync(path, key, JsonValue.Create(most)));
        Assert.Equal((400, 400), await CallAsync(path, key, JsonValue.Create(least - 1)));
        Assert.Equal((400, 400), await CallAsync(path, key, JsonValue.Create(most + 1)));
    }

    [Theory]
    [CoversOpenIm("400", "12.2.3")]
    [InlineData("/manager/get_users_online_status", "userIDList", 200)]
    [InlineData("/manager/account_check", "userIDList", 100)]
    [InlineData("/user/get_user_info", "uidList", 1000)]
    [InlineData("/user/get_users_info", "userIDList", 1000)]
    public async Task A_list_has_so_many_items_and_no_more(string path, string key, int most)
    {
        JsonArray List(int count) => [.. Enumerable.Range(0, count).Select(i => JsonValue.Create($"x{i}"))];
        Assert.Equal((200, 0), await CallAsync(path, key, List(most)));
        Assert.Equal((400, 400), await CallAsync(path, key, List(most + 1)));
    }

    [Fact]
    [CoversOpenIm("400", "401")]
    public async Task The_secret_is_not_longer_than_32()
    {
        Assert.Equal((400, 401), await CallAsync("/auth/user_token", "secret", JsonValue.Create(new string('s', 32))));
        Assert.Equal((400, 400), await CallAsync("/auth/user_token", "secret", JsonValue.Create(new string('s', 33))));
    }

    [Theory]
    [CoversOpenIm("400")]
    [InlineData("/group/invite_user_to_group", "invitedUserIDList")]
    [InlineData("/group/kick_group", "kickedUserIDList")]
    [InlineData("/friend/import_friend", "friendUserIDList")]
    [InlineData("/manager/delete_user", "deleteUidList")]
    [InlineData("/group/get_groups_info", "groupIDList")]
    public async Task Lists_and_bodies_have_the_limits_of_the_settings(string path, string key)
    {
        var (a, b) = (await strict.RegisterAsync(), await strict.RegisterAsync());
        var body = SampleCall.Of(path).BodyOf(a.Id, b.Id, await strict.GroupAsync(a.Id));
        body[key] = new JsonArray([.. Enumerable.Range(0, StrictOpenImApiServer.ListItems).Select(i => JsonValue.Create($"x{i}"))]);
        var answer = await strict.ManageAsync(path, body.ToJsonString());
        Assert.True(answer.Status == 200, answer.Text);
        body[key]!.AsArray().Add("y");
        await strict.FailAsync(400, 400, path, body.ToJsonString());
    }

    [Fact]
    [CoversOpenIm("400")]
    public async Task A_body_is_as_long_as_the_setting_says_whether_its_length_is_told_or_not()
    {
        byte[] Body(int length) => Encoding.UTF8.GetBytes("""{"operationID":"op"}""".PadRight(length));
        var good = await strict.PostAsync("/auth/parse_token", Body(StrictOpenImApiServer.BodyBytes), ("token", strict.AdminToken));
        Assert.Equal(0, OpenImApiServer.CodeOf(good));
        OpenImApiServer.Refused(400, 400, await strict.PostAsync("/auth/parse_token", Body(StrictOpenImApiServer.BodyBytes + 1), ("token", strict.AdminToken)));
        foreach (var (length, status) in new[] { (StrictOpenImApiServer.BodyBytes, 200), (StrictOpenImApiServer.BodyBytes + 1, 400) })
        {
            await using var peer = await RawPeer.ConnectAsync(strict.Door);
            await peer.SendTextAsync(
                $"POST /auth/parse_token HTTP/1.1\r\nHost: x\r\ntoken: {strict.AdminToken}\r\nTransfer-Encoding: chunked\r\n\r\n"
                + $"5\r\n{"""{"ope"""[..5]}\r\n{length - 5:x}\r\n{Encoding.UTF8.GetString(Body(length))[5..]}\r\n0\r\n\r\n");
            var answer = await HttpPeer.ReadAsync(peer);
            Assert.Equal(status, answer.Status);
        }
    }

    [Fact]
    [CoversOpenIm("400")]
    public async Task A_byte_order_mark_before_the_body_is_passed_over_and_stands_nowhere_else()
    {
        (string, string)[] token = [("token", server.AdminToken)];
        var good = await server.PostAsync("/auth/parse_token", Encoding.UTF8.GetBytes("\uFEFF{\"operationID\":\"op\"}"), token);
        Assert.Equal((200, 0), (good.Status, OpenImApiServer.CodeOf(good)));
        foreach (var text in new[] { "\uFEFF", "\uFEFF\uFEFF{\"operationID\":\"op\"}", "{\"operationID\":\uFEFF\"op\"}", "{\"operationID\":\"op\"}\uFEFF" })
            OpenImApiServer.Refused(400, 400, await server.PostAsync("/auth/parse_token", Encoding.UTF8.GetBytes(text), token));
    }

    [Theory]
    [CoversOpenIm("400")]
    [InlineData("a\u0000b", false)]
    [InlineData("a\nb", false)]
    [InlineData("\u007f", false)]
    [InlineData("a\u0085", false)]
    [InlineData(" ", false)]
    [InlineData("\u3000\u00a0 ", false)]
    [InlineData("a b", true)]
    [InlineData(" 安 ", true)]
    public async Task An_id_holds_no_control_characters_and_not_only_white_space(string text, bool isGood)
    {
        var id = isGood ? text + OpenImApiServer.NewId() : text;
        Assert.Equal(isGood ? (200, 0) : (400, 400), await CallAsync("/auth/user_register", "userID", JsonValue.Create(id)));
        var user = JsonValue.Create(isGood ? text + OpenImApiServer.NewId() : text).ToJsonString();
        var answer = await server.CallV3Async("/user/user_register", $$"""{"users":[{"userID":{{user}} }]}""");
        Assert.Equal(isGood ? 0 : 1001, OpenImApiServer.CodeOf(answer));
        var owner = await server.RegisterAsync();
        var group = JsonValue.Create(isGood ? text + OpenImApiServer.NewId() : text).ToJsonString();
        answer = await server.CallV3Async("/group/create_group", $$"""{"ownerUserID":"{{owner.Id}}","groupInfo":{"groupName":"g","groupID":{{group}} } }""");
        Assert.Equal(isGood ? 0 : 1001, OpenImApiServer.CodeOf(answer));
        Assert.Equal(isGood ? 0 : 802, OpenImApiServer.CodeOf(await server.CallAsync(
            "/auth/user_token", $$"""{"secret":"{{OpenImApiServer.Secret}}","platform":2,"userID":{{JsonValue.Create(id).ToJsonString()}},"operationID":"op"}""")));
    }

    [Fact]
    public async Task A_token_lives_as_long_as_the_setting_says()
    {
        var claims = ForgedToken.Read((await strict.RegisterAsync()).Token);
        Assert.Equal(30 * 86_400, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
    }

    [Fact]
    [CoversOpenIm("400")]
    public async Task Any_bytes_are_400_and_leave_no_trace_in_the_log()
    {
        var random = new Random(4711);
        var sample = Encoding.UTF8.GetBytes(SampleCall.Of("/manager/send_msg").BodyOf("a", "b", "c").ToJsonString());
        for (var i = 0; i < 300; i++)
        {
            var path = SampleCall.All[i % SampleCall.All.Count].Path;
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            OpenImApiServer.Refused(400, 400, await server.PostAsync(path, bytes, ("token", server.AdminToken)));
            var spoiled = (byte[])sample.Clone();
            for (var j = 0; j < 3; j++)
                spoiled[random.Next(spoiled.Length)] = (byte)random.Next(256);
            var answer = await server.PostAsync("/manager/send_msg", spoiled, ("token", server.AdminToken));
            Assert.True(answer.Status is 200 or 400, answer.Text); // a change within a text may be harmless
        }
        foreach (var deep in new[] { new string('[', 5000), string.Concat(Enumerable.Repeat("{\"a\":", 5000)), "{\"operationID\":" + new string('9', 5000) + "}" })
            OpenImApiServer.Refused(400, 400, await server.ManageAsync("/manager/send_msg", deep));
        var output = Log();
        Assert.DoesNotContain("failed.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
        Assert.DoesNotContain(server.AdminToken, output, StringComparison.Ordinal);
        Assert.DoesNotContain(OpenImApiServer.Secret, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_goes_away_in_the_middle_of_a_body_is_nobodys_trouble()
    {
        foreach (var text in new[] { "Content-Length: 100\r\n\r\n{\"a\"", "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a" })
        {
            await using (var peer = await RawPeer.ConnectAsync(server.Door))
            {
                await peer.SendTextAsync($"POST /manager/send_msg HTTP/1.1\r\nHost: x\r\ntoken: {server.AdminToken}\r\n{text}");
                peer.HalfClose();
                await peer.ReadToEndAsync();
            }
            await server.DataAsync("/auth/parse_token", """{"operationID":"op"}""");
        }
        Assert.DoesNotContain("Exception", Log(), StringComparison.Ordinal);
    }

    private string Log() => string.Join('\n', server.Process.Output.Concat(server.Process.Errors));

    private async Task<(int Status, int Code)> CallAsync(string path, string key, JsonNode? value)
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        var body = SampleCall.Of(path).BodyOf(a.Id, b.Id, await server.GroupAsync(a.Id, b.Id));
        body[key] = value;
        var answer = await server.ManageAsync(path, body.ToJsonString());
        return (answer.Status, OpenImApiServer.CodeOf(answer));
    }
}
