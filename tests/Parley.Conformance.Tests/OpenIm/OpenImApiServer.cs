using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Conformance.Tests.OpenIm;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

[assembly: AssemblyFixture(typeof(OpenImApiServer))]
[assembly: AssemblyFixture(typeof(StrictOpenImApiServer))]

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>A user and one of its tokens.</summary>
public sealed record OpenImUser(string Id, string Token);

/// <summary>
/// A running server with the secret, the managers and the signing key of the worked examples (openim.md §9): each test takes users that
/// nobody else has. All calls are bytes over a socket.
/// </summary>
public class OpenImApiServer : IAsyncLifetime
{
    public const string Secret = "s3cret-demo";
    public const string SigningKey = "open_im_server";
    public const string Admin = "im_admin";
    public const string SecondAdmin = "im_second";
    public const string Ok = """{"errCode":0,"errMsg":""}""";

    private static long _ids;

    private ParleyServerProcess? _process;

    public ParleyServerProcess Process => _process ?? throw new InvalidOperationException("The server does not run.");

    public IPEndPoint Door => Process.Endpoints["OpenImApi"];

    /// <summary>A token of <see cref="Admin"/>.</summary>
    public string AdminToken { get; private set; } = "";

    /// <summary>Settings beside those that all such servers have.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    public static string NewId(string name = "u") => $"{name}_{Interlocked.Increment(ref _ids)}";

    /// <summary>A server of a test's own.</summary>
    public static Task<ParleyServerProcess> StartAsync(IReadOnlyDictionary<string, string> settings, string? directory = null)
    {
        var all = new Dictionary<string, string>
        {
            ["OpenIm:Secret"] = Secret,
            ["OpenIm:SigningKey"] = SigningKey,
            ["OpenIm:AdminUserIds:0"] = Admin,
            ["OpenIm:AdminUserIds:1"] = SecondAdmin,
        };
        foreach (var (key, value) in settings)
            all[key] = value;
        return RtmServer.StartAsync(SeedAsync, all, directory);
    }

    public static async Task SeedAsync(Seed seed)
    {
        await seed.ProjectAsync(RtmWorld.Pid, new() { SensitiveWords = ["rumpelstilz"] }, RtmWorld.Admin);
        await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, 100);
    }

    public async ValueTask InitializeAsync()
    {
        _process = await StartAsync(Settings);
        AdminToken = await TokenAsync(Admin, platform: 8);
    }

    /// <summary>Any call, with the body as it is.</summary>
    public Task<HttpAnswer> PostAsync(string path, ReadOnlyMemory<byte> body, params (string Name, string Value)[] headers) =>
        HttpPeer.PostAsync(Door, path, body, headers);

    /// <summary>A call with a token.</summary>
    public Task<HttpAnswer> CallAsync(string path, string body, string? token = null) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), token is null ? [] : [("token", token)]);

    /// <summary>A call of the manager.</summary>
    public Task<HttpAnswer> ManageAsync(string path, string body) => CallAsync(path, body, AdminToken);

    /// <summary>A call of v3, by the manager unless another token is told ("" = none).</summary>
    public Task<HttpAnswer> CallV3Async(string path, string body, string? token = null)
    {
        token ??= AdminToken;
        (string, string)[] headers = token.Length == 0 ? [("operationID", "op")] : [("operationID", "op"), ("token", token)];
        return PostAsync(path, Encoding.UTF8.GetBytes(body), headers);
    }

    /// <summary>Calls as the manager; the answer is exactly this.</summary>
    public async Task ExpectAsync(string path, string body, string answer, string? token = null) =>
        Same(answer, await CallAsync(path, body, token ?? AdminToken));

    /// <summary>Calls as the manager, with nothing but success.</summary>
    public Task DoneAsync(string path, string body, string? token = null) => ExpectAsync(path, body, Ok, token);

    /// <summary>Calls as the manager; gives <c>data</c> of the successful answer.</summary>
    public async Task<JsonElement> DataAsync(string path, string body, string? token = null)
    {
        var answer = await CallAsync(path, body, token ?? AdminToken);
        Assert.True(answer.Status == 200 && CodeOf(answer) == 0, $"{path} {body}: {answer.Status} {answer.Text}");
        return answer.Json.GetProperty("data");
    }

    /// <summary>Calls as the manager, and is refused.</summary>
    public async Task<HttpAnswer> FailAsync(int status, int code, string path, string body, string? token = null) =>
        Refused(status, code, await CallAsync(path, body, token ?? AdminToken));

    public async Task<string> TokenAsync(string user, int platform = 2)
    {
        var answer = await CallAsync(
            "/auth/user_token", $$"""{"secret":"{{Secret}}","platform":{{platform}},"userID":"{{user}}","operationID":"op"}""");
        Assert.True(CodeOf(answer) == 0, answer.Text);
        return answer.Json.GetProperty("data").GetProperty("token").GetString()!;
    }

    /// <summary>Registers a user that no other test has, unless it is told which.</summary>
    public async Task<OpenImUser> RegisterAsync(string? id = null, string nickname = "", int platform = 2)
    {
        id ??= NewId();
        var answer = await CallAsync(
            "/auth/user_register",
            $$"""{"secret":"{{Secret}}","platform":{{platform}},"userID":"{{id}}","nickname":"{{nickname}}","operationID":"op"}""");
        Assert.True(CodeOf(answer) == 0, answer.Text);
        return new(id, answer.Json.GetProperty("data").GetProperty("token").GetString()!);
    }

    /// <summary>A group of the manager's making.</summary>
    public async Task<string> GroupAsync(string owner, params string[] members)
    {
        var list = string.Join(',', members.Select(member => $$"""{"userID":"{{member}}","roleLevel":1}"""));
        var data = await DataAsync(
            "/group/create_group", $$"""{"ownerUserID":"{{owner}}","groupName":"g","memberList":[{{list}}],"operationID":"op"}""");
        return data.GetProperty("groupID").GetString()!;
    }

    /// <summary>The newest number of a user's inbox.</summary>
    public async Task<long> NewestAsync(OpenImUser user)
    {
        var data = await DataAsync(
            "/msg/newest_seq", $$"""{"sendID":"{{user.Id}}","reqIdentifier":1001,"msgIncr":1,"operationID":"op"}""", user.Token);
        return data.GetProperty("maxSeq").GetInt64();
    }

    /// <summary>What lies at a number of a user's inbox.</summary>
    public async Task<JsonElement> PullAsync(OpenImUser user, long number)
    {
        var data = await DataAsync(
            "/msg/pull_msg_by_seq", $$"""{"sendID":"{{user.Id}}","reqIdentifier":1002,"seqList":[{{number}}],"operationID":"op"}""", user.Token);
        return Assert.Single(data.EnumerateArray());
    }

    /// <summary>What a user was told last.</summary>
    public async Task<JsonElement> LastAsync(OpenImUser user) => await PullAsync(user, await NewestAsync(user));

    public static byte[] ContentOf(JsonElement message) => message.GetProperty("content").GetBytesFromBase64();

    public static string TextOf(JsonElement message) => Encoding.UTF8.GetString(ContentOf(message));

    public static int CodeOf(HttpAnswer answer) => answer.Json.GetProperty("errCode").GetInt32();

    /// <summary>Status 200 and exactly these members, of these types, in any order.</summary>
    public static void Same(string expected, HttpAnswer answer, int status = 200)
    {
        Assert.Equal(status, answer.Status);
        Same(expected, answer.Json);
    }

    public static void Same(string expected, JsonElement actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual.GetRawText())), $"expected {expected}\nbut it is {actual.GetRawText()}");

    /// <summary>Refused with a text, as JSON.</summary>
    public static HttpAnswer Refused(int status, int code, HttpAnswer answer)
    {
        Assert.True(status == answer.Status && code == CodeOf(answer), $"expected {status}/{code}, but it is {answer.Status} {answer.Text}");
        Assert.NotEqual("", answer.Json.GetProperty("errMsg").GetString());
        Assert.Equal("application/json", answer.Header("Content-Type"));
        return answer;
    }

    public static string MessageOf(HttpAnswer answer) => answer.Json.GetProperty("errMsg").GetString()!;

    public async ValueTask DisposeAsync()
    {
        await RtmServer.EndAsync(_process);
        GC.SuppressFinalize(this);
    }
}

/// <summary>A server that takes messages from friends only, tells of users that could not be deleted, and has small limits.</summary>
public sealed class StrictOpenImApiServer : OpenImApiServer
{
    public const int BodyBytes = 4096;
    public const int ListItems = 5;

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["OpenIm:FriendCheck"] = "true",
        ["OpenIm:PartialDeleteError"] = "true",
        ["OpenIm:BodyBytes"] = $"{BodyBytes}",
        ["OpenIm:ListItems"] = $"{ListItems}",
        ["OpenIm:PullNumbers"] = "3",
        ["OpenIm:TokenDays"] = "30",
    };
}
