using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Parley.Core.Translation;
using Parley.Outgoing.Http;

namespace Parley.Outgoing.Translation;

/// <summary>A translation engine that speaks the LibreTranslate API: <c>POST /translate</c>, <c>GET /languages</c>.</summary>
public sealed class LibreTranslateClient : ITranslator, IDisposable
{
    private const string Detect = "auto";

    private readonly string _url;
    private readonly string? _key;
    private readonly OutgoingHttp _http;

    /// <summary>Makes a client; it connects when it is asked something.</summary>
    /// <exception cref="OutgoingSettingsException">The address is none.</exception>
    public LibreTranslateClient(TranslationSettings settings, TimeProvider time, ILoggerFactory loggers)
    {
        // an engine stands in one's own network as a rule, and has no secret but an API key that is optional: plain http is allowed
        if (!ServiceAddress.TryRead(settings.Url, isPlainAllowed: true, out var url))
            throw new OutgoingSettingsException("Parley:Translation:Url must be an http or https address without a query, or empty");
        _url = url;
        _key = settings.ApiKey.Length > 0 ? settings.ApiKey : null;
        _http = new(
            new()
            {
                Name = "the translation engine",
                Timeout = TimeSpan.FromSeconds(settings.TimeoutSeconds),
                Retries = settings.Retries,
                RetryDelay = TimeSpan.FromMilliseconds(settings.RetryMilliseconds),
                LongestRetryDelay = TimeSpan.FromSeconds(10),
                Parallel = settings.Parallel,
                BreakAfter = settings.BreakAfter,
                Break = TimeSpan.FromSeconds(settings.BreakSeconds),
            },
            time,
            loggers.CreateLogger("Parley.Outgoing"));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> GetLanguagesAsync(CancellationToken cancellationToken)
    {
        var body = await AskAsync(() => new(HttpMethod.Get, $"{_url}/languages"), cancellationToken);
        var known = Read(body, LibreTranslateJson.Default.KnownLanguageArray);
        return [.. known.Select(language => language?.Code).OfType<string>()];
    }

    /// <inheritdoc/>
    public async ValueTask<TranslatedText> TranslateAsync(string text, string? source, string target, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(
            new TranslateRequest(text, source ?? Detect, target, "text") { ApiKey = _key }, LibreTranslateJson.Default.TranslateRequest);
        var body = await AskAsync(() => Post(request), cancellationToken);
        var answer = Read(body, LibreTranslateJson.Default.TranslateAnswer);
        if (answer.TranslatedText is null || (source is null && answer.DetectedLanguage?.Language is null))
            throw new TranslationException("the translation engine left out a part of its answer");
        return new(source ?? answer.DetectedLanguage!.Language!, answer.TranslatedText);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Post(byte[] body) => new(HttpMethod.Post, $"{_url}/translate")
    {
        Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };

    private async ValueTask<byte[]> AskAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await _http.SendAsync(make, cancellationToken);
            // the engine's own words may quote the text, so only the status is told
            return reply.IsSuccess ? reply.Body : throw new TranslationException($"the translation engine answered with status {(int)reply.Status}");
        }
        catch (OutgoingException exception)
        {
            throw new TranslationException(exception.Message, exception);
        }
    }

    private static T Read<T>(byte[] body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new TranslationException("the translation engine answered null");
        }
        catch (JsonException exception)
        {
            throw new TranslationException("the translation engine did not answer with the JSON that it should", exception);
        }
    }
}
