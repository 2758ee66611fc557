using System.Text.Json.Serialization;

namespace Parley.Outgoing.Translation;

/// <summary>The body of <c>POST /translate</c>.</summary>
internal sealed record TranslateRequest(string Q, string Source, string Target, string Format)
{
    [JsonPropertyName("api_key")]
    public string? ApiKey { get; init; }
}

/// <summary>The good answer to <c>POST /translate</c>.</summary>
internal sealed record TranslateAnswer
{
    public string? TranslatedText { get; init; }

    public DetectedLanguage? DetectedLanguage { get; init; }
}

/// <summary>The language that the engine found out; only when it was asked to.</summary>
internal sealed record DetectedLanguage
{
    public string? Language { get; init; }
}

/// <summary>An element of the answer to <c>GET /languages</c>.</summary>
internal sealed record KnownLanguage
{
    public string? Code { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TranslateRequest))]
[JsonSerializable(typeof(TranslateAnswer))]
[JsonSerializable(typeof(KnownLanguage[]))]
internal sealed partial class LibreTranslateJson : JsonSerializerContext;
