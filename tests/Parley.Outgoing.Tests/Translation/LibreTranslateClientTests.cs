using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core.Translation;
using Parley.Outgoing.Translation;
using Parley.Testing;

namespace Parley.Outgoing.Tests.Translation;

/// <summary>The client against an engine that behaves as LibreTranslate documents.</summary>
public sealed class LibreTranslateClientTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TranslationEngine _engine = new() { ApiKey = "key-1" };

    public async ValueTask InitializeAsync() => await _engine.StartAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task The_source_is_detected()
    {
        using var client = Client();
        Assert.Equal(new("en", "fr:hello ☕"), await client.TranslateAsync("hello ☕", source: null, "fr", None));
        Assert.Equal(new("de", "fr:de|hallo"), await client.TranslateAsync("de|hallo", source: null, "fr", None));
        Assert.Equal(new TranslationAsked("hello ☕", "auto", "fr"), _engine.Asked.First());
    }

    [Fact]
    public async Task A_given_source_is_passed_on()
    {
        using var client = Client();
        Assert.Equal(new("de", "fr:hello"), await client.TranslateAsync("hello", "de", "fr", None));
    }

    [Fact]
    public async Task The_request_is_as_documented()
    {
        using var client = Client();
        await client.TranslateAsync("a \"b\" \n <c>", source: null, "fr", None);
        var request = Assert.Single(_engine.Service.Requests);
        Assert.Equal(("POST", "/translate", "application/json"), (request.Method, request.Path, request.Headers["Content-Type"]));
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal(
            [("q", "a \"b\" \n <c>"), ("source", "auto"), ("target", "fr"), ("format", "text"), ("api_key", "key-1")],
            body.RootElement.EnumerateObject().Select(property => (property.Name, property.Value.GetString()!)));
    }

    [Fact]
    public async Task Languages_are_listed()
    {
        using var client = Client();
        Assert.Equal(_engine.Languages, await client.GetLanguagesAsync(None));
    }

    [Fact]
    public async Task An_address_may_have_a_path_and_a_slash_at_its_end()
    {
        await using var service = await LocalService.StartAsync(static _ => new(200, "[{\"code\":\"en\"}]"));
        using var client = Client(new() { Url = $"{service.Address}/engine/" });
        Assert.Equal(["en"], await client.GetLanguagesAsync(None));
        Assert.Equal("/engine/languages", Assert.Single(service.Requests).Path);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task A_refusal_is_not_tried_again(int status)
    {
        _engine.Before = (_, _) => Answer(status);
        using var client = Client();
        var failure = await FailsAsync(client);
        Assert.Contains($"{status}", failure.Message, StringComparison.Ordinal);
        Assert.Single(_engine.Asked);
    }

    [Fact]
    public async Task A_wrong_key_or_language_is_a_failure_and_its_words_stay_out_of_the_message()
    {
        using var wrong = Client(new() { ApiKey = "other" });
        await FailsAsync(wrong);
        using var client = Client();
        var failure = await Assert.ThrowsAsync<TranslationException>(async () => await client.TranslateAsync("secret words", null, "xx", None));
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_busy_or_failing_engine_is_asked_again(int status)
    {
        var times = 0;
        _engine.Before = (_, _) => ++times <= 2 ? Answer(status) : NoAnswer;
        using var client = Client(new() { Retries = 2 });
        Assert.Equal("fr:a", (await client.TranslateAsync("a", null, "fr", None)).Text);
        Assert.Equal(3, _engine.Asked.Count);
    }

    [Fact]
    public async Task Retries_come_to_an_end()
    {
        _engine.Before = (_, _) => Answer(503);
        using var client = Client(new() { Retries = 2 });
        await FailsAsync(client);
        Assert.Equal(3, _engine.Asked.Count);
    }

    [Fact]
    public async Task The_engine_says_how_long_to_wait()
    {
        var times = 0;
        _engine.Before = (_, _) => ++times == 1 ? Answer(429, "1") : NoAnswer;
        using var client = Client(new() { Retries = 1 });
        var watch = Stopwatch.StartNew();
        Assert.Equal("fr:a", (await client.TranslateAsync("a", null, "fr", None)).Text);
        Assert.True(watch.Elapsed > TimeSpan.FromMilliseconds(900), $"waited {watch.Elapsed}");
    }

    [Fact]
    public async Task A_cut_connection_is_tried_again()
    {
        var times = 0;
        _engine.Before = (_, _) => ++times == 1 ? throw new IOException("cut") : NoAnswer;
        using var client = Client(new() { Retries = 1 });
        Assert.Equal("fr:a", (await client.TranslateAsync("a", null, "fr", None)).Text);
    }

    [Fact]
    public async Task A_hanging_engine_is_given_up()
    {
        _engine.Before = static async (_, aborted) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, aborted);
            return null;
        };
        using var client = Client(new() { TimeoutSeconds = 1, Retries = 1 });
        var failure = await FailsAsync(client);
        Assert.Contains("in time", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, _engine.Asked.Count);
    }

    [Fact]
    public async Task Nobody_there_is_a_failure()
    {
        var engine = await new TranslationEngine().StartAsync();
        var address = engine.Address;
        await engine.DisposeAsync();
        using var client = Client(new() { Url = address });
        await FailsAsync(client);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"translatedText\":\"x\"}")]
    [InlineData("{\"detectedLanguage\":{\"language\":\"en\"}}")]
    [InlineData("{\"translatedText\":5,\"detectedLanguage\":{\"language\":\"en\"}}")]
    public async Task An_answer_in_another_form_is_a_failure(string body)
    {
        _engine.Before = (_, _) => Task.FromResult<ServiceAnswer?>(new(200, body));
        using var client = Client();
        await FailsAsync(client);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_a_failure_and_not_tried_again()
    {
        _engine.Before = (_, _) => Task.FromResult<ServiceAnswer?>(new(200, new string(' ', 2 * 1024 * 1024)));
        using var client = Client(new() { Retries = 3 });
        var failure = await FailsAsync(client);
        Assert.Contains("too long", failure.Message, StringComparison.Ordinal);
        Assert.Single(_engine.Asked);
    }

    [Fact]
    public async Task After_failures_the_engine_is_left_alone_and_then_tried_again()
    {
        _engine.Before = (_, _) => Answer(500);
        using var client = Client(new() { BreakAfter = 3, BreakSeconds = 1 });
        for (var i = 0; i < 3; i++)
            await FailsAsync(client);
        var failure = await FailsAsync(client);
        Assert.Contains("left alone", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, _engine.Asked.Count);
        _engine.Before = null;
        using var deadline = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                Assert.Equal("fr:a", (await client.TranslateAsync("a", null, "fr", None)).Text);
                break;
            }
            catch (TranslationException)
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
        }
        Assert.Equal(4, _engine.Asked.Count);
    }

    [Fact]
    public async Task Only_so_many_calls_are_made_at_once()
    {
        var inside = 0;
        var most = 0;
        var reached = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        _engine.Before = async (_, _) =>
        {
            var now = Interlocked.Increment(ref inside);
            if (now > most)
                most = now;
            if (now == 2)
                reached.TrySetResult();
            await release.Task;
            Interlocked.Decrement(ref inside);
            return null;
        };
        using var client = Client(new() { Parallel = 2 });
        var calls = Enumerable.Range(0, 6).Select(i => client.TranslateAsync($"{i}", null, "fr", None).AsTask()).ToArray();
        await reached.Task.WaitAsync(Patience);
        Assert.Equal(2, _engine.Asked.Count);
        release.SetResult();
        await Task.WhenAll(calls).WaitAsync(Patience);
        Assert.Equal((2, 6), (most, _engine.Asked.Count));
    }

    [Fact]
    public async Task A_caller_may_give_up()
    {
        var asked = new TaskCompletionSource();
        _engine.Before = async (_, aborted) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, aborted);
            return null;
        };
        using var client = Client();
        using var cancellation = new CancellationTokenSource();
        var call = client.TranslateAsync("a", null, "fr", cancellation.Token).AsTask();
        await asked.Task.WaitAsync(Patience);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Patience));
    }

    [Theory]
    [InlineData("engine")]
    [InlineData("ftp://engine")]
    [InlineData("http://user@engine")]
    [InlineData("http://engine/?a=b")]
    public void An_address_that_is_none_is_a_wrong_setting(string url) =>
        Assert.Contains(
            "Parley:Translation:Url", Assert.Throws<OutgoingSettingsException>(() => Client(new() { Url = url })).Message, StringComparison.Ordinal);

    private static Task<ServiceAnswer?> NoAnswer => Task.FromResult<ServiceAnswer?>(null);

    private static Task<ServiceAnswer?> Answer(int status, string? retryAfter = null) =>
        Task.FromResult<ServiceAnswer?>(new(status, "{\"error\":\"no\"}", retryAfter));

    private static Task<TranslationException> FailsAsync(LibreTranslateClient client) =>
        Assert.ThrowsAsync<TranslationException>(async () => await client.TranslateAsync("a", null, "fr", None));

    private LibreTranslateClient Client(TranslationSettings? settings = null)
    {
        settings ??= new() { Retries = 0 };
        settings = settings with
        {
            Url = settings.Url.Length > 0 ? settings.Url : _engine.Address,
            ApiKey = settings.ApiKey.Length > 0 ? settings.ApiKey : "key-1",
            RetryMilliseconds = 1,
            Retries = settings.BreakAfter == 3 ? 0 : settings.Retries,
        };
        return new(settings, TimeProvider.System, NullLoggerFactory.Instance);
    }
}
