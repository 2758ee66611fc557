using System.Text;
using System.Text.Json.Nodes;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>Answers and notifications that could be long: what they cost, and that clients get them (openim.md §7.4, §8.6 to §8.8).</summary>
public sealed class LongAnswerTests(OpenImApiServer server, ITestOutputHelper output)
{
    private const int LongestNotification = 32 * 1024;

    [Fact]
    [CoversOpenIm("/msg/pull_msg_by_seq", "/group/get_groups_info")]
    public async Task Who_does_not_read_a_long_answer_costs_little_memory_and_who_reads_it_gets_it_whole()
    {
        const int Sockets = 60;
        await using var own = await OpenImGatewayServer.StartAsync(
            async seed => await seed.ProjectAsync(RtmWorld.Pid, new() { UserCallsPerSecond = 0 }), ("OpenIm:RequestsPerSecond", "0"));
        var api = own.Endpoints["OpenImApi"];
        var token = await OpenImGatewayApi.RegisterAsync(api, "ann");
        await using var ann = await OpenImGatewayPeer.ConnectAsync(own.Endpoints["OpenImGateway"], "ann", token);
        for (var i = 1; i <= 100; i++)
            await ann.SayAsync(OpenImGatewayMessage.To("ann", "ann", $"{i} {new string('m', 50_000)}"));
        var body = $$"""{"sendID":"ann","reqIdentifier":1002,"seqList":[{{string.Join(',', OpenImGatewayPeer.Range(1, 100).Reverse())}},7,7],"operationID":"op"}""";
        var before = own.ResidentBytes;
        var peak = before;
        var sockets = new List<RawPeer>();
        for (var i = 0; i < Sockets; i++)
        {
            var peer = await RawPeer.ConnectAsync(api, receiveBuffer: 8192);
            sockets.Add(peer);
            await peer.SendTextAsync($"POST /msg/pull_msg_by_seq HTTP/1.1\r\nHost: x\r\ntoken: {token}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            Assert.StartsWith("HTTP/1.1 200 ", await peer.ReadHeadAsync(), StringComparison.Ordinal); // the rest is left unread
        }
        for (var i = 0; i < 200; i++)
        {
            await ann.NewestAsync();
            peak = Math.Max(peak, own.ResidentBytes);
        }
        output.WriteLine($"memory before {before >> 20} MB, peak {peak >> 20} MB");
        Assert.InRange(peak - before, 0, 150 * 1024 * 1024);
        var answer = await HttpPeer.PostAsync(api, "/msg/pull_msg_by_seq", Encoding.UTF8.GetBytes(body), ("token", token));
        Assert.Equal((200, 0), (answer.Status, OpenImApiServer.CodeOf(answer)));
        Assert.Equal(("chunked", "application/json", "no-store"), (answer.Header("Transfer-Encoding"), answer.Header("Content-Type"), answer.Header("Cache-Control")));
        Assert.Equal(
            Enumerable.Range(1, 100).Select(i => $"{i} {new string('m', 50_000)}"), answer.Json.GetProperty("data").EnumerateArray().Select(OpenImApiServer.TextOf));
        var one = await HttpPeer.PostAsync(
            api, "/msg/pull_msg_by_seq", """{"sendID":"ann","reqIdentifier":1002,"seqList":[1001],"operationID":"op"}"""u8.ToArray(), ("token", token));
        Assert.Equal((200, $"{one.Body.Length}"), (one.Status, one.Header("Content-Length")));
        foreach (var peer in sockets)
            await peer.DisposeAsync();
        await RtmServer.EndAsync(own);
    }

    [Fact]
    [CoversOpenIm("/group/get_group_members_info", "/group/get_groups_info", "/user/get_users_info", "/user/get_user_info")]
    public async Task Who_is_asked_for_twice_is_told_once_at_the_first_place()
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        var (group, other) = (await server.GroupAsync(a.Id, b.Id), await server.GroupAsync(a.Id));
        string List(params IEnumerable<string> ids) => new JsonArray([.. ids.Select(id => JsonValue.Create(id))]).ToJsonString();
        async Task<string[]> NamesAsync(string path, string key, string list) =>
            [.. (await server.DataAsync(path, $$"""{"groupID":"{{group}}",{{list}},"operationID":"op"}""")).EnumerateArray().Select(one => one.GetProperty(key).GetString()!)];

        Assert.Equal([b.Id, a.Id], await NamesAsync("/group/get_group_members_info", "userID", $"\"memberList\":{List([b.Id, "x", b.Id, a.Id, b.Id, .. Enumerable.Repeat(a.Id, 9995)])}"));
        Assert.Equal([other, group], await NamesAsync("/group/get_groups_info", "groupID", $"\"groupIDList\":{List([other, group, "x", group, other])}"));
        Assert.Equal([b.Id, a.Id], await NamesAsync("/user/get_users_info", "userID", $"\"userIDList\":{List([b.Id, a.Id, b.Id])}"));
        Assert.Equal([b.Id, a.Id], await NamesAsync("/user/get_user_info", "uid", $"\"uidList\":{List([b.Id, a.Id, b.Id])}"));
    }

    [Fact]
    [CoversOpenIm("/group/create_group", "/group/invite_user_to_group", "/group/kick_group", "/group/get_group_all_member_list")]
    public async Task A_notification_names_as_many_as_fit_and_each_concerned_finds_itself()
    {
        var face = new string('f', 1000);
        var ids = Enumerable.Range(0, 80).Select(_ => OpenImApiServer.NewId()).ToArray();
        var users = string.Join(',', ids.Select(id => $$"""{"userID":"{{id}}","nickname":"{{id}}","faceURL":"{{face}}"}"""));
        Assert.Equal(0, OpenImApiServer.CodeOf(await server.CallV3Async("/user/user_register", $$"""{"users":[{{users}}]}""")));
        var tokens = await Task.WhenAll(ids.Select(async id => new OpenImUser(id, await server.TokenAsync(id))));
        var (first, second) = (ids[..40], ids[40..]);
        var owner = tokens[30];
        var group = await server.GroupAsync(owner.Id, first);
        var listed = Listed(await server.LastAsync(tokens[0]), "memberList");
        Assert.Equal(owner.Id, listed[0]);
        Assert.InRange(listed.Length, 5, 20);

        string List(string[] some) => new JsonArray([.. some.Select(id => JsonValue.Create(id))]).ToJsonString();
        await server.DataAsync("/group/invite_user_to_group", $$"""{"groupID":"{{group}}","invitedUserIDList":{{List(second)}},"operationID":"op"}""");
        foreach (var user in tokens)
        {
            Assert.Equal(first.Contains(user.Id) ? 2 : 1, await server.NewestAsync(user));
            listed = Listed(await server.LastAsync(user), "invitedUserList");
            Assert.True(first.Contains(user.Id) || listed.Contains(user.Id), user.Id);
        }
        var members = await server.DataAsync("/group/get_group_all_member_list", $$"""{"groupID":"{{group}}","operationID":"op"}""");
        Assert.Equal(80, members.GetArrayLength()); // more than is sent at once
        await server.DataAsync("/group/kick_group", $$"""{"groupID":"{{group}}","kickedUserIDList":{{List(second)}},"operationID":"op"}""");
        foreach (var user in tokens)
        {
            Assert.Equal(first.Contains(user.Id) ? 3 : 2, await server.NewestAsync(user));
            listed = Listed(await server.LastAsync(user), "kickedUserList");
            Assert.True(first.Contains(user.Id) || listed.Contains(user.Id), user.Id);
        }
    }

    private static string[] Listed(System.Text.Json.JsonElement message, string name)
    {
        var tips = Tips.Of(message);
        Assert.InRange(OpenImApiServer.ContentOf(message).Length, 1, LongestNotification);
        return [.. tips.Detail.GetProperty(name).EnumerateArray().Select(member => member.GetProperty("userID").GetString()!)];
    }
}
