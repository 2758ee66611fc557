using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Parley.Testing;

namespace Parley.Server.Tests.Docs;

/// <summary>A running server, its description of the OpenIM API, and a way to call that API.</summary>
public sealed class DocsServer : IAsyncLifetime
{
    public const string Secret = "s3cret-demo";
    public const string Manager = "im_admin";

    private ParleyServerProcess? _server;
    private int _operations;

    public ParleyServerProcess Server => _server ?? throw new InvalidOperationException("The server does not run.");

    public HttpClient Web { get; } = new();

    public HttpClient Api { get; } = new();

    /// <summary>The document as it is served.</summary>
    public string Json { get; private set; } = "";

    public ReadResult Read { get; private set; } = new();

    public OpenApiDocument Document => Read.Document!;

    public string ManagerToken { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string> { ["OpenIm:Secret"] = Secret, ["OpenIm:AdminUserIds:0"] = Manager };
        _server = await ParleyServerProcess.StartAsync(new() { Settings = settings }, TestContext.Current.CancellationToken);
        Web.BaseAddress = new($"http://{Server.Endpoints["Web"]}");
        Api.BaseAddress = new($"http://{Server.Endpoints["OpenImApi"]}");
        Json = await Web.GetStringAsync("/openapi/openim.json", TestContext.Current.CancellationToken);
        Read = OpenApiDocument.Parse(Json, "json");
        var (_, answer) = await CallAsync("/auth/user_token", isV3: false, new() { ["secret"] = Secret, ["platform"] = 8, ["userID"] = Manager }, token: "");
        ManagerToken = (string)answer["data"]!["token"]!;
    }

    /// <summary>Calls the API; the operationID is added, and the token is a manager's unless another one is given.</summary>
    public async Task<(int Status, JsonObject Answer)> CallAsync(string path, bool isV3, JsonObject body, string? token = null, bool hasOperation = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        var operation = $"op-{Interlocked.Increment(ref _operations)}";
        if (isV3)
            request.Headers.Add("operationID", operation);
        else if (hasOperation && !body.ContainsKey("operationID"))
            body["operationID"] = operation;
        if ((token ?? ManagerToken) is { Length: > 0 } header)
            request.Headers.Add("token", header);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await Api.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject());
    }

    public async ValueTask DisposeAsync()
    {
        Web.Dispose();
        Api.Dispose();
        await Server.DisposeAsync();
    }
}
