using System.Net;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Parley.Gateways.OpenIm.Http.OpenApi;

namespace Parley.Server.Tests.Docs;

/// <summary>The page at /docs, and the description that it shows: it is good OpenAPI, it is whole, and the server does what it says.</summary>
public sealed class ApiDocsTests(DocsServer server) : IClassFixture<DocsServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_runs_scripts_of_its_own_only_and_may_reach_the_API()
    {
        using var response = await server.Web.GetAsync("/docs", Cancellation);
        var page = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?! src=\"/docs/)", page);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; ", policy, StringComparison.Ordinal);
        Assert.Contains($"connect-src 'self' http://{server.Server.Endpoints["OpenImApi"]};", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Theory]
    [InlineData("/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8", "SwaggerUIBundle")]
    [InlineData("/docs/swagger-ui.css", "text/css; charset=utf-8", ".swagger-ui")]
    [InlineData("/docs/docs.js", "text/javascript; charset=utf-8", "/openapi/openim.json")]
    public async Task What_the_page_needs_is_here_packed_or_not(string path, string type, string part)
    {
        using var plain = await server.Web.GetAsync(path, Cancellation);
        Assert.Equal(type, plain.Content.Headers.ContentType!.ToString());
        var text = await plain.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        using var unpacking = new HttpClient(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.GZip }) { BaseAddress = server.Web.BaseAddress };
        Assert.Equal(text, await unpacking.GetStringAsync(path, Cancellation));
    }

    [Theory]
    [InlineData("POST", "/docs", HttpStatusCode.MethodNotAllowed)]
    [InlineData("HEAD", "/docs", HttpStatusCode.OK)]
    [InlineData("GET", "/docs/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/docs/index.html", HttpStatusCode.NotFound)]
    [InlineData("GET", "/openapi/other.json", HttpStatusCode.NotFound)]
    public async Task Nothing_else_is_there(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await server.Web.SendAsync(request, Cancellation);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public void The_description_is_good_OpenAPI_and_names_the_door()
    {
        Assert.Empty(server.Read.Diagnostic!.Errors);
        Assert.Empty(server.Read.Diagnostic.Warnings);
        Assert.Equal($"http://{server.Server.Endpoints["OpenImApi"]}", Assert.Single(server.Document.Servers!).Url);
        var scheme = server.Document.Components!.SecuritySchemes!["token"];
        Assert.Equal((SecuritySchemeType.ApiKey, ParameterLocation.Header, "token"), (scheme.Type, scheme.In, scheme.Name));
    }

    [Fact]
    public async Task It_has_exactly_the_paths_that_are_served()
    {
        Assert.Equal(ApiNotes.All.Keys.Order(StringComparer.Ordinal), server.Document.Paths.Keys.Order(StringComparer.Ordinal));
        foreach (var path in server.Document.Paths.Keys)
        {
            var (status, answer) = await server.CallAsync(path, isV3: false, []);
            Assert.NotEqual(404, status);
            Assert.True(answer.ContainsKey("errCode"), path);
        }
    }

    [Fact]
    public void Every_call_tells_what_it_is_for_what_it_takes_and_what_it_answers()
    {
        foreach (var (path, operation) in Operations())
        {
            Assert.True(operation.Summary is { Length: > 5 }, path);
            Assert.NotEmpty(Bodies(operation));
            foreach (var body in Bodies(operation))
                CheckMembers(path, body);
            Assert.True(operation.Responses!.ContainsKey("200"), path);
            foreach (var answer in Answers(operation))
                Assert.Superset(new HashSet<string> { "errCode", "errMsg" }, answer.Required!.ToHashSet());
            var hasV2 = Bodies(operation).Any(static body => body.Title == "v2");
            Assert.Equal(hasV2, operation.Responses.ContainsKey("400") && operation.Responses.ContainsKey("500"));
            Assert.All(operation.Responses.Values, static response => Assert.NotEmpty(response.Description!));
        }
    }

    [Theory]
    [InlineData("/auth/user_token", "v2", "userID", "Also taken as `uid`")]
    [InlineData("/group/kick_group", "v2", "kickedUserIDList", "Also taken as `uidListInfo`, `kickedUserIDs`")]
    [InlineData("/user/update_user_info", "v2", "nickname", "Also taken as `name`")]
    [InlineData("/manager/account_check", "v2", "userIDList", "Also taken as `checkUserIDList`, `checkUserIDs`")]
    public void Aliases_are_told(string path, string version, string member, string text) =>
        Assert.EndsWith(text, Body(path, version).Properties![member].Description!, StringComparison.Ordinal);

    [Theory]
    [InlineData("/auth/user_token", false)]
    [InlineData("/auth/user_register", false)]
    [InlineData("/auth/get_admin_token", false)]
    [InlineData("/auth/parse_token", true)]
    [InlineData("/group/create_group", true)]
    [InlineData("/manager/send_msg", true)]
    [InlineData("/msg/newest_seq", true)]
    public void The_token_header_is_asked_where_it_is_needed(string path, bool isNeeded) =>
        Assert.Equal(isNeeded, server.Document.Paths[path].Operations![HttpMethod.Post].Security is { Count: > 0 });

    [Fact]
    public void Limits_come_from_the_code()
    {
        Assert.Equal(64, Body("/auth/user_token", "v2").Properties!["userID"].MaxLength);
        Assert.Equal("8", Body("/auth/user_token", "v2").Properties!["platform"].Maximum);
        Assert.Equal("7", Body("/auth/user_register", "v2").Properties!["platform"].Maximum);
        Assert.Equal(200, Body("/manager/get_users_online_status", "v2").Properties!["userIDList"].MaxItems);
        Assert.Equal(100, Body("/manager/account_check", "v2").Properties!["userIDList"].MaxItems);
        Assert.DoesNotContain("operationID", Body("/auth/user_token", "v2").Required!);
        Assert.Contains("operationID", Body("/auth/user_register", "v2").Required!);
        Assert.Equal(14, Body("/manager/send_msg", "v2").Properties!["content"].AnyOf!.Count);
    }

    [Fact]
    public async Task The_examples_are_taken_and_what_is_required_is_required()
    {
        var checks = 0;
        foreach (var (path, operation) in Operations())
        {
            foreach (var body in Bodies(operation))
            {
                var isV3 = body.Title == "v3";
                var example = operation.RequestBody!.Content!["application/json"].Examples![body.Title!].Value!;
                var isTwin = path.StartsWith("/msg/", StringComparison.Ordinal) && !isV3; // a manager is not their sender
                var (_, good) = await server.CallAsync(path, isV3, Copy(example));
                Assert.True(isTwin || (int)good["errCode"]! is not (400 or 1001), $"{path} {body.Title}: {example} {good}");
                foreach (var member in body.Required!)
                {
                    var lacking = Copy(example);
                    Assert.True(lacking.Remove(member), $"{path}: the example lacks {member}");
                    var (status, bad) = await server.CallAsync(path, isV3, lacking, hasOperation: false);
                    Assert.Equal((isV3 ? 200 : 400, isV3 ? 1001 : 400), (status, (int)bad["errCode"]!));
                    checks++;
                }
            }
        }
        Assert.InRange(checks, 90, 1000);
    }

    private static JsonObject Copy(JsonNode node) => node.DeepClone().AsObject();

    private static void CheckMembers(string path, IOpenApiSchema body)
    {
        Assert.Equal(JsonSchemaType.Object, body.Type);
        Assert.All(body.Required ?? new HashSet<string>(), name => Assert.True(body.Properties!.ContainsKey(name), $"{path}: {name}"));
        foreach (var (name, member) in body.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            Assert.True(member.Type is not null || member.AnyOf is { Count: > 0 }, $"{path}: {name} has no type");
            Assert.True(member.Description is { Length: > 2 }, $"{path}: {name} is not described");
            if (member is { Type: JsonSchemaType.Object, AdditionalProperties: null })
                CheckMembers(path, member);
            if (member is { Type: JsonSchemaType.Array, Items: { Type: JsonSchemaType.Object } item })
                CheckMembers(path, item);
        }
    }

    private IEnumerable<(string Path, OpenApiOperation Operation)> Operations() =>
        server.Document.Paths.Select(static path => (path.Key, path.Value.Operations![HttpMethod.Post]));

    private IOpenApiSchema Body(string path, string version) =>
        Bodies(server.Document.Paths[path].Operations![HttpMethod.Post]).Single(body => body.Title == version);

    private static IReadOnlyList<IOpenApiSchema> Bodies(OpenApiOperation operation) => Each(operation.RequestBody!.Content!["application/json"].Schema!);

    private static IEnumerable<IOpenApiSchema> Answers(OpenApiOperation operation) =>
        Each(operation.Responses!["200"].Content!["application/json"].Schema!).Where(static schema => schema.Title is "v2" or "v3");

    private static IReadOnlyList<IOpenApiSchema> Each(IOpenApiSchema schema) => schema.AnyOf is { Count: > 0 } several ? [.. several] : [schema];
}
