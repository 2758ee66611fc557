using System.ComponentModel.DataAnnotations;

namespace Parley.Outgoing.Translation;

/// <summary>The translation engine: one that speaks the LibreTranslate API.</summary>
public sealed record TranslationSettings
{
    /// <summary>Base address of the engine, such as <c>http://127.0.0.1:5000</c>; "" = no translation.</summary>
    [MaxLength(1000)]
    public string Url { get; init; } = "";

    /// <summary>The engine's API key; "" = none.</summary>
    [MaxLength(1000)]
    public string ApiKey { get; init; } = "";

    /// <summary>How long one attempt may take, in seconds, 1 to 300. Default 5.</summary>
    [Range(1, 300)]
    public int TimeoutSeconds { get; init; } = 5;

    /// <summary>Attempts after the first one, when the engine fails or is busy, 0 to 10. Default 2.</summary>
    [Range(0, 10)]
    public int Retries { get; init; } = 2;

    /// <summary>Wait before the first retry in milliseconds, 1 to 60,000; doubled for each further one. Default 300.</summary>
    [Range(1, 60_000)]
    public int RetryMilliseconds { get; init; } = 300;

    /// <summary>Translations at once, 1 to 256. Default 8.</summary>
    [Range(1, 256)]
    public int Parallel { get; init; } = 8;

    /// <summary>Translations of messages that may wait, 1 to 1,000,000; beyond it the oldest is dropped. Default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int QueueLength { get; init; } = 10_000;

    /// <summary>Attempts within 30 s after which, when half of them failed, the engine is left alone, 2 to 10,000. Default 10.</summary>
    [Range(2, 10_000)]
    public int BreakAfter { get; init; } = 10;

    /// <summary>How long a failing engine is left alone, in seconds, 1 to 3,600. Default 15.</summary>
    [Range(1, 3600)]
    public int BreakSeconds { get; init; } = 15;

    /// <summary>How long the engine's list of languages is good, in seconds, 1 to 86,400. Default 3,600.</summary>
    [Range(1, 86_400)]
    public int LanguagesSeconds { get; init; } = 3600;

    /// <inheritdoc/>
    public override string ToString() => $"TranslationSettings {(Url.Length > 0 ? "on" : "off")}";
}
