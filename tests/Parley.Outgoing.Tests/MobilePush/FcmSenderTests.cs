using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Web;
using Parley.Core.MobilePush;
using Parley.Outgoing.MobilePush;
using Parley.Testing;

namespace Parley.Outgoing.Tests.MobilePush;

/// <summary>The sender against a service that behaves as FCM HTTP v1 and Google's token endpoint document.</summary>
public sealed class FcmSenderTests : IAsyncLifetime
{
    private const string Send = "/v1/projects/chat-1/messages:send";
    private const string Unregistered = """
        {"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND","details":[
        {"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"UNREGISTERED"}]}}
        """;

    private const string BadToken = """
        {"error":{"code":400,"message":"The registration token is not a valid FCM registration token","status":"INVALID_ARGUMENT","details":[
        {"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"INVALID_ARGUMENT"}]}}
        """;

    private const string BadTokenNamed = """
        {"error":{"code":400,"status":"INVALID_ARGUMENT","details":[
        {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.token","description":"no"}]},
        {"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"INVALID_ARGUMENT"}]}}
        """;

    private const string BadData = """
        {"error":{"code":400,"status":"INVALID_ARGUMENT","details":[
        {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.data[0].value","description":"no"}]}]}}
        """;

    private const string BadDataAndCode = """
        {"error":{"code":400,"status":"INVALID_ARGUMENT","details":[
        {"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"INVALID_ARGUMENT"},
        {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.data[0].value","description":"no"}]}]}}
        """;

    private readonly Credentials _keys = new();
    private readonly ConcurrentQueue<string> _given = new();
    private readonly ManualTimeProvider _time = new();
    private LocalService _service = null!;
    private Func<ServiceRequest, ServiceAnswer> _answer = static _ => new(200, "{\"name\":\"projects/chat-1/messages/1\"}");
    private Func<ServiceAnswer>? _tokenAnswer;

    public async ValueTask InitializeAsync() => _service = await LocalService.StartAsync(request =>
    {
        if (request.Path != "/token")
            return _answer(request);
        if (_tokenAnswer is not null)
            return _tokenAnswer();
        var token = $"access-{_given.Count + 1}";
        _given.Enqueue(token);
        return new(200, $$"""{"access_token":"{{token}}","expires_in":3599,"token_type":"Bearer"}""");
    });

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _keys.Dispose();
    }

    [Fact]
    public async Task A_notification_is_posted_with_a_token_got_by_a_signed_assertion()
    {
        using var sender = Make();
        Assert.Equal(PushStatus.Sent, (await sender.SendAsync()).Status);
        Assert.Equal(["/token", Send], _service.Requests.Select(request => request.Path));

        var exchange = _service.Requests.First();
        Assert.Equal(("POST", "application/x-www-form-urlencoded"), (exchange.Method, exchange.Headers["Content-Type"]));
        var form = HttpUtility.ParseQueryString(exchange.Text);
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var (header, claims) = _keys.Read(form["assertion"]!, isRsa: true);
        Assert.Equal(("RS256", "key-7"), (Of(header, "alg"), Of(header, "kid")));
        Assert.Equal("push@chat-1.example", Of(claims, "iss"));
        Assert.Equal("https://www.googleapis.com/auth/firebase.messaging", Of(claims, "scope"));
        Assert.Equal($"{_service.Address}/token", Of(claims, "aud"));
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal((now, now + 3600), (claims.GetProperty("iat").GetInt64(), claims.GetProperty("exp").GetInt64()));

        var post = _service.Requests.Last();
        Assert.Equal(("POST", "Bearer access-1", "application/json"), (post.Method, post.Headers["Authorization"], post.Headers["Content-Type"]));
        var message = JsonElement.Parse(post.Body).GetProperty("message");
        Assert.Equal("device-1", Of(message, "token"));
        Assert.Equal(("Ann", "hello ☕ \"you\""), (Of(message.GetProperty("notification"), "title"), Of(message.GetProperty("notification"), "body")));
        Assert.Equal(
            [("kind", "group"), ("sender", "101"), ("gid", "50"), ("mid", "1556446799123001"), ("mtype", "30")],
            message.GetProperty("data").EnumerateObject().Select(property => (property.Name, property.Value.GetString()!)));
        Assert.Equal("HIGH", Of(message.GetProperty("android"), "priority"));
    }

    [Fact]
    public async Task A_token_is_used_until_shortly_before_it_expires()
    {
        using var sender = Make();
        for (var i = 0; i < 3; i++)
            await sender.SendAsync();
        _time.Advance(TimeSpan.FromSeconds(3530));
        await sender.SendAsync();
        Assert.Single(_given);
        _time.Advance(TimeSpan.FromSeconds(10));
        await sender.SendAsync();
        Assert.Equal(2, _given.Count);
        Assert.Equal("Bearer access-2", _service.Requests.Last().Headers["Authorization"]);
    }

    [Fact]
    public async Task Many_who_need_a_token_at_once_share_one()
    {
        using var sender = Make();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => sender.SendAsync($"d{i}")));
        Assert.Single(_given);
    }

    [Fact]
    public async Task A_refused_token_is_replaced_once()
    {
        _answer = request => request.Headers["Authorization"] == "Bearer access-1" ? new(401) : new(200, "{}");
        using var sender = Make();
        Assert.Equal(PushStatus.Sent, (await sender.SendAsync()).Status);
        Assert.Equal(["/token", Send, "/token", Send], _service.Requests.Select(request => request.Path));

        _service.Requests.Clear();
        _answer = static _ => new(401);
        Assert.Equal(PushStatus.Failed, (await sender.SendAsync()).Status);
        Assert.Equal([Send, "/token", Send], _service.Requests.Select(request => request.Path));
    }

    [Theory]
    [InlineData(404, Unregistered, PushStatus.Gone)]
    [InlineData(404, "{\"error\":{\"code\":404,\"status\":\"NOT_FOUND\"}}", PushStatus.Gone)]
    [InlineData(400, BadToken, PushStatus.Gone)]
    [InlineData(400, BadTokenNamed, PushStatus.Gone)]
    [InlineData(400, BadData, PushStatus.Failed)]
    [InlineData(400, BadDataAndCode, PushStatus.Failed)]
    [InlineData(400, "{\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\"}}", PushStatus.Failed)]
    [InlineData(400, "", PushStatus.Failed)]
    [InlineData(404, "<html>no such page</html>", PushStatus.Failed)]
    [InlineData(404, "[]", PushStatus.Failed)]
    [InlineData(404, "{\"error\":7}", PushStatus.Failed)]
    [InlineData(403, "{\"error\":{\"status\":\"PERMISSION_DENIED\",\"details\":[{\"@type\":\"x.FcmError\",\"errorCode\":\"SENDER_ID_MISMATCH\"}]}}", PushStatus.Failed)]
    public async Task Only_what_fcm_says_of_the_device_costs_the_device(int status, string body, PushStatus result)
    {
        _answer = _ => new(status, body);
        using var sender = Make();
        Assert.Equal(result, (await sender.SendAsync()).Status);
        Assert.Equal(2, _service.Requests.Count);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_busy_service_is_asked_again_and_then_given_up(int status)
    {
        var times = 0;
        _answer = _ => ++times <= 2 ? new(status) : new(200, "{}");
        using var sender = Make(TimeProvider.System);
        Assert.Equal(PushStatus.Sent, (await sender.SendAsync()).Status);
        Assert.Equal(3, times);
        _answer = _ => new(status, "", null);
        _service.Requests.Clear();
        Assert.Equal(PushStatus.Failed, (await sender.SendAsync()).Status);
        Assert.Equal(3, _service.Requests.Count);
    }

    [Fact]
    public async Task The_service_says_how_long_to_wait()
    {
        var times = 0;
        _answer = _ => ++times == 1 ? new(429, "", "1") : new(200, "{}");
        using var sender = Make(TimeProvider.System);
        var watch = Stopwatch.StartNew();
        Assert.Equal(PushStatus.Sent, (await sender.SendAsync()).Status);
        Assert.True(watch.Elapsed > TimeSpan.FromMilliseconds(900), $"waited {watch.Elapsed}");
    }

    [Theory]
    [InlineData(400, "{\"error\":\"invalid_grant\"}")]
    [InlineData(200, "{}")]
    [InlineData(200, "<html>")]
    public async Task Without_a_token_there_is_no_notification(int status, string body)
    {
        _tokenAnswer = () => new(status, body);
        using var sender = Make();
        Assert.Equal(PushStatus.Failed, (await sender.SendAsync()).Status);
        Assert.Equal(["/token"], _service.Requests.Select(request => request.Path));
    }

    [Fact]
    public void It_is_for_android_unless_told_otherwise()
    {
        using var sender = Make();
        Assert.True(sender.Takes(5, "Android"));
        Assert.False(sender.Takes(5, "ios"));
        using var other = Sending.Make(Settings() with { Platforms = ["ios", "web"], ProjectId = 5 });
        Assert.True(other.Takes(5, "web"));
        Assert.False(other.Takes(6, "web"));
        Assert.False(other.Takes(5, "android"));
    }

    [Fact]
    public void Wrong_settings_are_told_in_one_line()
    {
        Assert.Contains("KeyFile", Sending.Wrong(Settings() with { KeyFile = "" }), StringComparison.Ordinal);
        Assert.Contains("/none.json", Sending.Wrong(Settings() with { KeyFile = "/none.json" }), StringComparison.Ordinal);
        Sending.Wrong(Settings() with { KeyFile = _keys.Write("a", "{}") });
        Sending.Wrong(Settings() with { KeyFile = _keys.Write("a", "no json") });
        Sending.Wrong(Settings() with { KeyFile = _keys.Write("a", File.ReadAllText(Settings().KeyFile).Replace("PRIVATE", "PUBLIC", StringComparison.Ordinal)) });
        Sending.Wrong(Settings() with { KeyFile = _keys.Google("http://tokens.example/token") });
        Assert.Contains("Url", Sending.Wrong(Settings() with { Url = "http://fcm.example" }), StringComparison.Ordinal);
    }

    private static string Of(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private PushSenderSettings Settings() => new()
    {
        Kind = PushSenderKind.Fcm,
        KeyFile = _keys.Google($"{_service.Address}/token"),
        Url = _service.Address,
    };

    private IPushSender Make(TimeProvider? time = null) => Sending.Make(Settings(), time ?? _time);
}
