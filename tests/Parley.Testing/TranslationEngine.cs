using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Testing;

/// <summary>What a <see cref="TranslationEngine"/> was asked to translate.</summary>
public sealed record TranslationAsked(string Text, string Source, string Target);

/// <summary>
/// An engine that behaves as LibreTranslate documents. A text that begins with "xx|" is in the language xx, any other in English; its
/// translation into yy is "yy:" and the text.
/// </summary>
public sealed class TranslationEngine : IAsyncDisposable
{
    private LocalService? _service;

    /// <summary>The key that must be sent; "" = none.</summary>
    public string ApiKey { get; init; } = "";

    /// <summary>The languages, in the spelling of the engine.</summary>
    public IReadOnlyList<string> Languages { get; set; } = ["en", "fr", "de", "zh-Hans", "zh-Hant"];

    /// <summary>What it was asked to translate and did or refused, in the order of asking.</summary>
    public ConcurrentQueue<TranslationAsked> Asked { get; } = new();

    /// <summary>Called before each answer to a request for a translation; what it gives is answered instead.</summary>
    public Func<TranslationAsked, CancellationToken, Task<ServiceAnswer?>>? Before { get; set; }

    /// <summary>Answers to <c>GET /languages</c> instead of the list; null = the list.</summary>
    public ServiceAnswer? LanguagesAnswer { get; set; }

    /// <summary>The base address.</summary>
    public string Address => _service!.Address;

    /// <summary>The service that it runs on.</summary>
    public LocalService Service => _service!;

    /// <summary>Starts.</summary>
    public async Task<TranslationEngine> StartAsync(int port = 0)
    {
        _service = await LocalService.StartAsync(AnswerAsync, port: port);
        return this;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
    }

    private static ServiceAnswer Error(int status, string text) => new(status, new JsonObject { ["error"] = text }.ToJsonString());

    private async Task<ServiceAnswer> AnswerAsync(ServiceRequest request, CancellationToken aborted)
    {
        if (request is { Method: "GET", Path: "/languages" })
        {
            return LanguagesAnswer ?? new(200, new JsonArray([.. Languages.Select(code => (JsonNode)new JsonObject
            {
                ["code"] = code,
                ["name"] = code,
                ["targets"] = new JsonArray([.. Languages.Select(target => (JsonNode)target)]),
            })]).ToJsonString());
        }
        if (request is not { Method: "POST", Path: "/translate" })
            return new(404);
        using var body = JsonDocument.Parse(request.Body);
        string? Of(string name) => body.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
        if (ApiKey.Length > 0 && Of("api_key") != ApiKey)
            return Error(403, "Invalid API key");
        if (Of("q") is not { } text || Of("source") is not { } source || Of("target") is not { } target || Of("format") != "text")
            return Error(400, "Invalid request: missing parameter");
        var asked = new TranslationAsked(text, source, target);
        Asked.Enqueue(asked);
        if (Before is { } before && await before(asked, aborted) is { } instead)
            return instead;
        if (!Languages.Contains(target) || (source != "auto" && !Languages.Contains(source)))
            return Error(400, $"{target} is not supported");
        var detected = text.IndexOf('|', StringComparison.Ordinal) is > 0 and var bar ? text[..bar] : "en";
        var answer = new JsonObject { ["translatedText"] = $"{target}:{text}" };
        if (source == "auto")
            answer["detectedLanguage"] = new JsonObject { ["confidence"] = 90.0, ["language"] = detected };
        return new(200, answer.ToJsonString());
    }
}
