using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Conformance.Tests.OpenIm.Gateway.Support;

/// <summary>What back ends do over the API so that clients of the message gateway have something to hear of.</summary>
internal static class OpenImGatewayApi
{
    public const string Secret = "s3cret-demo";
    public const string SigningKey = "open_im_server";
    public const string Manager = "im_admin";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Posts a body.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(IPEndPoint door, string path, JsonObject body, string? token = null)
    {
        body.TryAdd("operationID", "op-api");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{door}{path}"))
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if (token is not null)
            request.Headers.Add("token", token);
        using var response = await Http.SendAsync(request);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, json.RootElement.Clone());
    }

    /// <summary>Posts a body that is taken.</summary>
    public static async Task<JsonElement> OkAsync(IPEndPoint door, string path, JsonObject body, string? token = null)
    {
        var (status, json) = await PostAsync(door, path, body, token);
        Assert.True(status == HttpStatusCode.OK && json.GetProperty("errCode").GetInt32() == 0, $"{path}: {(int)status} {json}");
        return json;
    }

    /// <summary>Registers a user; gives a token for the platform.</summary>
    public static async Task<string> RegisterAsync(IPEndPoint door, string user, int platform = 2, string? nickname = null) =>
        TokenIn(await OkAsync(door, "/auth/user_register", new()
        {
            ["secret"] = Secret,
            ["platform"] = platform,
            ["userID"] = user,
            ["nickname"] = nickname ?? user,
        }));

    public static async Task<string> TokenAsync(IPEndPoint door, string user, int platform) =>
        TokenIn(await OkAsync(door, "/auth/user_token", new() { ["secret"] = Secret, ["platform"] = platform, ["userID"] = user }));

    /// <summary>Whether a token is good on the API; otherwise its refusal.</summary>
    public static async Task<string?> RefusalAsync(IPEndPoint door, string token)
    {
        var (status, json) = await PostAsync(door, "/auth/parse_token", [], token);
        if (status == HttpStatusCode.OK)
            return null;
        Assert.Equal((HttpStatusCode.InternalServerError, 500), (status, json.GetProperty("errCode").GetInt32()));
        return json.GetProperty("errMsg").GetString();
    }

    /// <summary>A token signed by hand (§2.2), which the server has not handed out.</summary>
    public static string Sign(string user, string platform, DateTimeOffset expires, DateTimeOffset notBefore, string key = SigningKey, string algorithm = "HS256")
    {
        string Json(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var claims = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"UID":"{{user}}","Platform":"{{platform}}","exp":{{expires.ToUnixTimeSeconds()}},"nbf":{{notBefore.ToUnixTimeSeconds()}},"iat":{{notBefore.ToUnixTimeSeconds()}}}""");
        var text = Json($$"""{"alg":"{{algorithm}}","typ":"JWT"}""") + "." + Json(claims);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(text));
        return text + "." + Convert.ToBase64String(signature).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static string TokenIn(JsonElement json) => json.GetProperty("data").GetProperty("token").GetString()!;
}
