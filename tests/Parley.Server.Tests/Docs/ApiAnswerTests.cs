using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Parley.Server.Tests.Docs;

/// <summary>Every call that succeeds is answered as the description says: no member more, none less, each of its kind.</summary>
public sealed class ApiAnswerTests(DocsServer server) : IClassFixture<DocsServer>
{
    private const string Ann = "doc_ann";
    private const string Ben = "doc_ben";
    private const string Cat = "doc_cat";

    private readonly HashSet<string> _checked = new(StringComparer.Ordinal);

    [Fact]
    public async Task Answers_are_as_they_are_described()
    {
        var annToken = await RegisterAsync();
        await TokensAsync();
        await ProfilesAsync(annToken);
        await FriendsAsync();
        await GroupsAsync();
        await MessagesAsync(annToken);
        foreach (var (path, member) in new[]
        {
            ("/friend/get_friend_apply_list", "fromUserID"), ("/friend/get_self_friend_apply_list", "fromUserID"),
            ("/group/get_recv_group_applicationList", "fromUserID"), ("/group/get_user_req_group_applicationList", "userID"),
            ("/conversation/get_all_conversation_message_opt", "fromUserID"), ("/conversation/get_all_conversations", "ownerUserID"),
        })
        {
            await V2Async(path, new() { [member] = Ann });
        }
        await V2Async("/auth/force_logout", new() { ["platform"] = 2, ["fromUserID"] = Cat });
        await V3Async("/auth/force_logout", new() { ["platformID"] = 2, ["userID"] = Cat });
        await V2Async("/manager/delete_user", new() { ["deleteUidList"] = List(Cat, "doc_nobody") });
        Assert.Equal(server.Document.Paths.SelectMany(static path => VersionsOf(path.Key, path.Value)).Order(StringComparer.Ordinal), _checked.Order(StringComparer.Ordinal));
    }

    private async Task<string> RegisterAsync()
    {
        var token = "";
        foreach (var id in (string[])[Ann, Ben])
        {
            var body = new JsonObject { ["secret"] = DocsServer.Secret, ["platform"] = 2, ["userID"] = id, ["nickname"] = id, ["birth"] = 5 };
            token = (string)(await V2Async("/auth/user_register", body, token: ""))["data"]!["token"]!;
        }
        await V3Async("/user/user_register", new() { ["users"] = new JsonArray(new JsonObject { ["userID"] = Cat, ["nickname"] = "Cat" }) });
        return (string)(await V2Async("/auth/user_token", new() { ["secret"] = DocsServer.Secret, ["platform"] = 2, ["userID"] = Ann }, token: ""))["data"]!["token"]!;
    }

    private async Task TokensAsync()
    {
        await V2Async("/auth/parse_token", []);
        await V3Async("/auth/parse_token", new() { ["token"] = server.ManagerToken });
        await V3Async("/auth/get_admin_token", new() { ["secret"] = DocsServer.Secret, ["userID"] = DocsServer.Manager });
        await V3Async("/auth/get_user_token", new() { ["platformID"] = 2, ["userID"] = Ann });
    }

    private async Task ProfilesAsync(string annToken)
    {
        await V2Async("/user/update_user_info", new() { ["uid"] = Ann, ["name"] = "Ann" });
        await V3Async("/user/update_user_info", new() { ["userInfo"] = new JsonObject { ["userID"] = Ann, ["nickname"] = "Ann" } });
        await V2Async("/user/get_user_info", new() { ["uidList"] = List(Ann) });
        await V2Async("/user/get_users_info", new() { ["userIDList"] = List(Ann) });
        await V3Async("/user/get_users_info", new() { ["userIDs"] = List(Ann) });
        await V2Async("/user/get_self_user_info", new() { ["userID"] = Ann }, annToken);
        await V2Async("/manager/get_users_online_status", new() { ["userIDList"] = List(Ann) });
        await V3Async("/user/get_users_online_status", new() { ["userIDs"] = List(Ann) });
        await V2Async("/manager/get_all_users_uid", []);
        await V3Async("/user/get_all_users_uid", new() { ["pagination"] = new JsonObject { ["pageNumber"] = 1, ["showNumber"] = 10 } });
        await V2Async("/manager/account_check", new() { ["userIDList"] = List(Ann, "doc_nobody") });
        await V3Async("/user/account_check", new() { ["checkUserIDs"] = List(Ann, "doc_nobody") });
    }

    private async Task FriendsAsync()
    {
        await V2Async("/friend/import_friend", new() { ["fromUserID"] = Ann, ["friendUserIDList"] = List(Ben) });
        await V3Async("/friend/import_friend", new() { ["ownerUserID"] = Ann, ["friendUserIDs"] = List(Cat) });
        await V2Async("/friend/add_blacklist", new() { ["fromUserID"] = Ann, ["toUserID"] = Cat });
        await V2Async("/friend/add_black", new() { ["fromUserID"] = Ann, ["toUserID"] = Cat });
        await V3Async("/friend/add_black", new() { ["ownerUserID"] = Ann, ["blackUserID"] = Cat });
        await V2Async("/friend/get_friend_list", new() { ["fromUserID"] = Ann });
        await V2Async("/friend/get_black_list", new() { ["fromUserID"] = Ann });
    }

    private async Task GroupsAsync()
    {
        var made = await V2Async("/group/create_group", new() { ["ownerUserID"] = Ann, ["memberList"] = new JsonArray(new JsonObject { ["userID"] = Ben, ["roleLevel"] = 1 }) });
        var id = (string)made["data"]!["groupID"]!;
        await V3Async("/group/create_group", new() { ["ownerUserID"] = Ann, ["memberUserIDs"] = List(Ben), ["groupInfo"] = new JsonObject { ["groupName"] = "Ops", ["groupType"] = 2 } });
        await V2Async("/group/invite_user_to_group", new() { ["groupID"] = id, ["invitedUserIDList"] = List(Cat) });
        await V2Async("/group/kick_group", new() { ["groupID"] = id, ["kickedUserIDList"] = List(Cat) });
        await V3Async("/group/invite_user_to_group", new() { ["groupID"] = id, ["invitedUserIDs"] = List(Cat) });
        await V3Async("/group/kick_group", new() { ["groupID"] = id, ["kickedUserIDs"] = List(Cat) });
        await V2Async("/group/get_joined_group_list", new() { ["fromUserID"] = Ann });
        await V2Async("/group/get_groups_info", new() { ["groupIDList"] = List(id) });
        await V2Async("/group/get_group_all_member_list", new() { ["groupID"] = id });
        await V2Async("/group/get_group_members_info", new() { ["groupID"] = id, ["memberList"] = List(Ben) });
    }

    private async Task MessagesAsync(string annToken)
    {
        var text = new JsonObject { ["text"] = "hi" };
        await V2Async("/manager/send_msg", new() { ["sendID"] = Ben, ["recvID"] = Ann, ["contentType"] = 101, ["sessionType"] = 1, ["content"] = text, ["offlinePushInfo"] = new JsonObject { ["title"] = "t" } });
        await V3Async("/msg/send_msg", new() { ["sendID"] = Ben, ["recvID"] = Ann, ["contentType"] = 101, ["sessionType"] = 1, ["content"] = new JsonObject { ["content"] = "hi" } });
        var message = new JsonObject
        {
            ["recvID"] = Ben,
            ["clientMsgID"] = "c1",
            ["sessionType"] = 1,
            ["contentType"] = 101,
            ["msgFrom"] = 100,
            ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("hi")),
            ["createTime"] = 1,
        };
        await V2Async("/msg/send_msg", new() { ["sendID"] = Ann, ["senderPlatformID"] = 2, ["data"] = message }, annToken);
        var newest = await V2Async("/msg/newest_seq", new() { ["sendID"] = Ann }, annToken);
        var seqs = new JsonArray();
        for (var seq = 1L; seq <= (long)newest["data"]!["maxSeq"]!; seq++)
            seqs.Add(seq);
        var pulled = await V2Async("/msg/pull_msg_by_seq", new() { ["sendID"] = Ann, ["seqList"] = seqs }, annToken);
        Assert.Contains(pulled["data"]!.AsArray(), static one => one!["offlinePushInfo"] is not null);
    }

    private Task<JsonObject> V2Async(string path, JsonObject body, string? token = null) => CheckAsync(path, isV3: false, body, token);

    private Task<JsonObject> V3Async(string path, JsonObject body) => CheckAsync(path, isV3: true, body, token: null);

    private async Task<JsonObject> CheckAsync(string path, bool isV3, JsonObject body, string? token)
    {
        var (status, answer) = await server.CallAsync(path, isV3, body, token);
        Assert.True(status == 200 && (int)answer["errCode"]! == 0, $"{path}: {answer}");
        var version = isV3 ? "v3" : "v2";
        Compare($"{path} {version}", answer, SchemaOf(path, version));
        _checked.Add($"{path} {version}");
        return answer;
    }

    private IOpenApiSchema SchemaOf(string path, string version) =>
        Each(server.Document.Paths[path].Operations![HttpMethod.Post].Responses!["200"].Content!["application/json"].Schema!).Single(schema => schema.Title == version);

    private static void Compare(string where, JsonNode? node, IOpenApiSchema schema)
    {
        switch (node)
        {
            case JsonObject members:
                Assert.True(schema.Type == JsonSchemaType.Object, where);
                Assert.All(schema.Required ?? new HashSet<string>(), name => Assert.True(members.ContainsKey(name), $"{where}: no {name}"));
                foreach (var (name, member) in members)
                {
                    if (name is "atUserIDList" or "options")
                        continue; // of any length, and of any names
                    Assert.True(schema.Properties!.TryGetValue(name, out var inner), $"{where}: {name} is not described");
                    Compare($"{where}.{name}", member, inner!);
                }
                break;
            case JsonArray items:
                Assert.True(schema.Type == JsonSchemaType.Array, where);
                foreach (var item in items)
                    Compare($"{where}[]", item, schema.Items!);
                break;
            default:
                var kind = node?.GetValueKind() switch
                {
                    JsonValueKind.String => JsonSchemaType.String,
                    JsonValueKind.Number => JsonSchemaType.Integer,
                    JsonValueKind.True or JsonValueKind.False => JsonSchemaType.Boolean,
                    _ => JsonSchemaType.Null,
                };
                Assert.True(schema.Type == kind, $"{where}: {node} is no {schema.Type}");
                break;
        }
    }

    private static IEnumerable<string> VersionsOf(string path, IOpenApiPathItem item) =>
        Each(item.Operations![HttpMethod.Post].RequestBody!.Content!["application/json"].Schema!).Select(body => $"{path} {body.Title}");

    private static IReadOnlyList<IOpenApiSchema> Each(IOpenApiSchema schema) => schema.AnyOf is { Count: > 0 } several ? [.. several] : [schema];

    private static JsonArray List(params string[] ids) => [.. ids.Select(static id => (JsonNode)id)];
}
