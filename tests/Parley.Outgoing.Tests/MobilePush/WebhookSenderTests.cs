using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Core.Messaging;
using Parley.Core.MobilePush;
using Parley.Outgoing.MobilePush;
using Parley.Testing;

namespace Parley.Outgoing.Tests.MobilePush;

public sealed class WebhookSenderTests : IAsyncLifetime
{
    private const string Secret = "0123456789abcdef";

    private readonly Credentials _keys = new();
    private LocalService _service = null!;
    private Func<ServiceRequest, CancellationToken, Task<ServiceAnswer>> _answer = static (_, _) => Task.FromResult(new ServiceAnswer(204));

    public async ValueTask InitializeAsync() => _service = await LocalService.StartAsync((request, aborted) => _answer(request, aborted));

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _keys.Dispose();
    }

    [Fact]
    public async Task A_notification_is_posted_as_signed_json()
    {
        var time = new ManualTimeProvider();
        using var sender = Sending.Make(Settings(), time);
        Assert.Equal(new(PushStatus.Sent), await sender.SendAsync());
        var post = Assert.Single(_service.Requests);
        Assert.Equal(("POST", "/hook", "application/json"), (post.Method, post.Path, post.Headers["Content-Type"]));
        var timestamp = post.Headers["Parley-Timestamp"];
        Assert.Equal(time.GetUtcNow().ToUnixTimeSeconds(), long.Parse(timestamp, CultureInfo.InvariantCulture));
        var signed = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{timestamp}.{post.Text}"));
        Assert.Equal($"v1={Convert.ToHexStringLower(signed)}", post.Headers["Parley-Signature"]);
        Assert.Equal(
            """
            {"pid":1000,"uid":"7","token":"device-1","platform":"android","dtype":"phone","title":"Ann","body":"hello ☕ \"you\"","kind":"group","from":"101","gid":"50","mid":"1556446799123001","mtype":"30","mtime":1556446799140}
            """,
            post.Text);
        await sender.SendAsync(note: Sending.Note with { Kind = ConversationKind.PeerToPeer, GroupId = 0 });
        var body = JsonElement.Parse(_service.Requests.Last().Body);
        Assert.Equal("p2p", body.GetProperty("kind").GetString());
        Assert.False(body.TryGetProperty("gid", out _));
    }

    [Theory]
    [InlineData("{\"invalidTokens\":[\"a\",\"b\"]}", "a,b")]
    [InlineData("{\"invalidTokens\":[\"a\",5,null]}", "a")]
    [InlineData("{\"invalidTokens\":\"a\"}", "")]
    [InlineData("{\"invalidTokens\":[\"\\ud800\"]}", "")]
    [InlineData("[]", "")]
    [InlineData("ok", "")]
    [InlineData("", "")]
    public async Task The_answer_may_name_tokens_to_forget(string body, string tokens)
    {
        _answer = (_, _) => Task.FromResult(new ServiceAnswer(200, body));
        using var sender = Sending.Make(Settings());
        var result = await sender.SendAsync();
        Assert.Equal((PushStatus.Sent, tokens), (result.Status, string.Join(',', result.InvalidTokens ?? [])));
    }

    [Theory]
    [InlineData(400, 1)]
    [InlineData(404, 1)]
    [InlineData(410, 1)]
    [InlineData(302, 1)]
    [InlineData(429, 3)]
    [InlineData(503, 3)]
    public async Task Another_status_is_a_failure_and_tried_again_only_when_it_may_pass(int status, int attempts)
    {
        _answer = (_, _) => Task.FromResult(new ServiceAnswer(status, "{\"invalidTokens\":[\"a\"]}"));
        using var sender = Sending.Make(Settings());
        Assert.Equal(new(PushStatus.Failed), await sender.SendAsync());
        Assert.Equal(attempts, _service.Requests.Count);
    }

    [Fact]
    public async Task A_hook_that_hangs_is_given_up()
    {
        _answer = static async (_, aborted) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, aborted);
            return new(200);
        };
        using var sender = Sending.Make(Settings(), retries: 0, timeoutSeconds: 1);
        Assert.Equal(PushStatus.Failed, (await sender.SendAsync()).Status);
    }

    [Fact]
    public async Task A_hook_that_goes_away_fails_and_works_again_when_it_is_back()
    {
        using var sender = Sending.Make(Settings(), retries: 1);
        Assert.Equal(PushStatus.Sent, (await sender.SendAsync()).Status);
        var port = _service.Port;
        await _service.DisposeAsync();
        Assert.Equal(PushStatus.Failed, (await sender.SendAsync()).Status);
        _service = await LocalService.StartAsync((request, aborted) => _answer(request, aborted), port: port);
        Assert.Equal(PushStatus.Sent, (await sender.SendAsync()).Status);
    }

    [Fact]
    public void It_is_for_all_platforms_unless_told_otherwise()
    {
        using var sender = Sending.Make(Settings());
        Assert.True(sender.Takes(1, "watch") && sender.Takes(2, ""));
        using var one = Sending.Make(Settings() with { Platforms = ["watch"], ProjectId = 1 });
        Assert.True(one.Takes(1, "WATCH"));
        Assert.False(one.Takes(2, "watch") || one.Takes(1, "ios"));
    }

    [Fact]
    public void Wrong_settings_are_told_in_one_line()
    {
        Assert.Contains(":Url ", Sending.Wrong(Settings() with { Url = "" }), StringComparison.Ordinal);
        Assert.Contains(":Url ", Sending.Wrong(Settings() with { Url = "http://hook.example" }), StringComparison.Ordinal);
        Assert.Contains(":KeyFile ", Sending.Wrong(Settings() with { KeyFile = "" }), StringComparison.Ordinal);
        Assert.DoesNotContain("short", Sending.Wrong(Settings() with { KeyFile = _keys.Write("s", "short") }).Split('\'')[0], StringComparison.Ordinal);
        using var exact = Sending.Make(Settings() with { Url = "https://hook.example", KeyFile = _keys.Write("s", Secret + "\n") });
        using var local = Sending.Make(Settings() with { Url = "http://localhost:1/x" });
    }

    private PushSenderSettings Settings() => new()
    {
        Kind = PushSenderKind.Webhook,
        Url = $"{_service.Address}/hook",
        KeyFile = _keys.Write("secret", Secret),
    };
}
