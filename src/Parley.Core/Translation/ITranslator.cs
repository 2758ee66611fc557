namespace Parley.Core.Translation;

/// <summary>A translated text.</summary>
/// <param name="Source">The language of the original: as given, or as the engine found out.</param>
/// <param name="Text">The translation.</param>
public readonly record struct TranslatedText(string Source, string Text);

/// <summary>The port to a translation engine. Calls may be made at the same time.</summary>
public interface ITranslator
{
    /// <summary>The codes of the languages that the engine knows, in its own spelling.</summary>
    /// <exception cref="TranslationException">The engine does not answer, or not as it should.</exception>
    ValueTask<IReadOnlyList<string>> GetLanguagesAsync(CancellationToken cancellationToken);

    /// <summary>Translates a text. Languages are in the engine's spelling; a null source is found out by the engine.</summary>
    /// <exception cref="TranslationException">The engine does not answer, or not as it should.</exception>
    ValueTask<TranslatedText> TranslateAsync(string text, string? source, string target, CancellationToken cancellationToken);
}

/// <summary>The engine failed; the message is for the log and holds no text of a user.</summary>
public sealed class TranslationException : Exception
{
    /// <summary>Makes the exception.</summary>
    public TranslationException(string message) : base(message)
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    public TranslationException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Makes the exception.</summary>
    public TranslationException()
    {
    }
}

/// <summary>Bounds of translation.</summary>
public sealed record TranslationOptions
{
    /// <summary>Translations of messages that may wait; beyond it the oldest is dropped.</summary>
    public int QueueLength { get; init; } = 10_000;

    /// <summary>Translations of messages at once.</summary>
    public int Parallel { get; init; } = 8;

    /// <summary>How long the engine's list of languages is good.</summary>
    public TimeSpan LanguagesLife { get; init; } = TimeSpan.FromHours(1);
}
