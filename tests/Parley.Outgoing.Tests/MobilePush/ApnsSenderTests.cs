using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Parley.Core.MobilePush;
using Parley.Outgoing.MobilePush;
using Parley.Testing;

namespace Parley.Outgoing.Tests.MobilePush;

/// <summary>The sender against a service that speaks HTTP/2 and behaves as APNs documents.</summary>
public sealed class ApnsSenderTests : IAsyncLifetime
{
    private readonly Credentials _keys = new();
    private readonly ManualTimeProvider _time = new();
    private LocalService _service = null!;
    private Func<ServiceRequest, ServiceAnswer> _answer = static _ => new(200);

    public async ValueTask InitializeAsync() => _service = await LocalService.StartAsync(request => _answer(request), isHttp2: true);

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _keys.Dispose();
    }

    [Fact]
    public async Task A_notification_is_posted_over_http_2_with_a_signed_token()
    {
        using var sender = Make();
        Assert.Equal(PushStatus.Sent, (await sender.SendAsync("00fc13adff785122")).Status);
        var post = Assert.Single(_service.Requests);
        Assert.Equal(("POST", "/3/device/00fc13adff785122", "HTTP/2"), (post.Method, post.Path, post.Protocol));
        Assert.Equal("com.example.chat", post.Headers["apns-topic"]);
        Assert.Equal("alert", post.Headers["apns-push-type"]);
        Assert.Equal("10", post.Headers["apns-priority"]);
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(now + 86_400, long.Parse(post.Headers["apns-expiration"], CultureInfo.InvariantCulture));
        Assert.True(Guid.TryParseExact(post.Headers["apns-id"], "D", out _));

        var (header, claims) = _keys.Read(TokenOf(post), isRsa: false);
        Assert.Equal(("ES256", "KEY0000001"), (Of(header, "alg"), Of(header, "kid")));
        Assert.Equal(("TEAM000001", now), (Of(claims, "iss"), claims.GetProperty("iat").GetInt64()));

        var body = JsonElement.Parse(post.Body);
        var alert = body.GetProperty("aps").GetProperty("alert");
        Assert.Equal(("Ann", "hello ☕ \"you\"", "default"), (Of(alert, "title"), Of(alert, "body"), Of(body.GetProperty("aps"), "sound")));
        Assert.Equal(
            [("kind", "group"), ("from", "101"), ("gid", "50"), ("mid", "1556446799123001"), ("mtype", "30")],
            body.EnumerateObject().Where(property => property.Name != "aps").Select(property => (property.Name, property.Value.GetString()!)));
    }

    [Fact]
    public async Task A_payload_never_exceeds_what_apple_takes()
    {
        using var sender = Make();
        var longest = Sending.Note with { Title = new string('\u0001', 100), Body = string.Concat(Enumerable.Repeat("😀", 150)) };
        await sender.SendAsync(note: longest);
        Assert.InRange(_service.Requests.Last().Body.Length, 1, 4096);
    }

    [Fact]
    public async Task A_provider_token_is_used_for_most_of_an_hour()
    {
        using var sender = Make();
        await sender.SendAsync();
        _time.Advance(TimeSpan.FromMinutes(49));
        await sender.SendAsync();
        _time.Advance(TimeSpan.FromMinutes(2));
        await sender.SendAsync();
        var tokens = _service.Requests.Select(TokenOf).ToArray();
        Assert.Equal(tokens[0], tokens[1]);
        Assert.NotEqual(tokens[0], tokens[2]);
    }

    [Fact]
    public async Task An_expired_provider_token_is_replaced_once()
    {
        var first = "";
        _answer = request =>
        {
            if (first.Length == 0)
                first = TokenOf(request);
            return TokenOf(request) == first ? new(403, "{\"reason\":\"ExpiredProviderToken\"}") : new(200);
        };
        using var sender = Make();
        Assert.Equal(PushStatus.Sent, (await sender.SendAsync()).Status);
        Assert.Equal(2, _service.Requests.Count);
        _answer = static _ => new(403, "{\"reason\":\"ExpiredProviderToken\"}");
        Assert.Equal(PushStatus.Failed, (await sender.SendAsync()).Status);
        Assert.Equal(4, _service.Requests.Count);
    }

    [Theory]
    [InlineData(410, "{\"reason\":\"Unregistered\",\"timestamp\":1556446799140}", PushStatus.Gone)]
    [InlineData(410, "{\"reason\":\"ExpiredToken\"}", PushStatus.Gone)]
    [InlineData(400, "{\"reason\":\"BadDeviceToken\"}", PushStatus.Gone)]
    [InlineData(400, "{\"reason\":\"DeviceTokenNotForTopic\"}", PushStatus.Failed)]
    [InlineData(400, "{\"reason\":\"BadTopic\"}", PushStatus.Failed)]
    [InlineData(403, "{\"reason\":\"InvalidProviderToken\"}", PushStatus.Failed)]
    [InlineData(404, "{\"reason\":\"BadPath\"}", PushStatus.Failed)]
    [InlineData(410, "", PushStatus.Failed)]
    [InlineData(410, "<html>", PushStatus.Failed)]
    [InlineData(410, "{\"reason\":5}", PushStatus.Failed)]
    public async Task Only_what_apple_says_of_the_device_costs_the_device(int status, string body, PushStatus result)
    {
        _answer = _ => new(status, body);
        using var sender = Make();
        Assert.Equal(result, (await sender.SendAsync()).Status);
        Assert.Single(_service.Requests);
    }

    [Theory]
    [InlineData(429, "TooManyRequests")]
    [InlineData(500, "InternalServerError")]
    [InlineData(503, "Shutdown")]
    public async Task A_busy_service_is_asked_again_with_the_same_id(int status, string reason)
    {
        var times = 0;
        _answer = _ => ++times <= 2 ? new(status, $$"""{"reason":"{{reason}}"}""") : new(200);
        using var sender = Make(TimeProvider.System);
        Assert.Equal(PushStatus.Sent, (await sender.SendAsync()).Status);
        Assert.Equal(3, _service.Requests.Count);
        Assert.Single(_service.Requests.Select(request => request.Headers["apns-id"]).Distinct());
    }

    [Fact]
    public async Task A_token_cannot_lead_elsewhere()
    {
        using var sender = Make();
        await sender.SendAsync("../../x?y=z#1");
        Assert.StartsWith("/3/device/", Assert.Single(_service.Requests).Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_settings_are_told_in_one_line()
    {
        foreach (var (key, settings) in new[]
        {
            ("KeyFile", Settings() with { KeyFile = "" }), ("KeyId", Settings() with { KeyId = "" }), ("TeamId", Settings() with { TeamId = "" }),
            ("Topic", Settings() with { Topic = "" }), ("Topic", Settings() with { Topic = "a\nb" }),
            ("Url", Settings() with { Url = "http://api.push.example" }), ("KeyFile", Settings() with { KeyFile = _keys.Write("a", "no key") }),
        })
        {
            Assert.Contains($":{key} ", Sending.Wrong(settings), StringComparison.Ordinal);
        }
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Sending.Wrong(Settings() with { KeyFile = _keys.Write("a", other.ExportPkcs8PrivateKeyPem()) });
        using var sender = Sending.Make(Settings() with { Url = "" });
        Assert.True(sender.Takes(1, "iOS"));
        Assert.False(sender.Takes(1, "android"));
    }

    private static string Of(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string TokenOf(ServiceRequest request)
    {
        var header = request.Headers["authorization"];
        Assert.StartsWith("bearer ", header, StringComparison.Ordinal);
        return header["bearer ".Length..];
    }

    private PushSenderSettings Settings() => new()
    {
        Kind = PushSenderKind.Apns,
        KeyFile = _keys.Apple(),
        KeyId = "KEY0000001",
        TeamId = "TEAM000001",
        Topic = "com.example.chat",
        Url = _service.Address,
    };

    private IPushSender Make(TimeProvider? time = null) => Sending.Make(Settings(), time ?? _time);
}
