using System.Collections.Concurrent;
using Parley.Core.Translation;

namespace Parley.Core.Tests.Translation;

/// <summary>An engine that knows a few languages; a text "xx|…" is in xx, others in English. Texts can be held back.</summary>
internal sealed class FakeTranslator : ITranslator
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = new();

    public IReadOnlyList<string> Languages { get; set; } = ["en", "fr", "de", "zh", "zt"];

    public bool Fails { get; set; }

    public ConcurrentQueue<string> Asked { get; } = new();

    public int LanguagesAsked { get; private set; }

    public SemaphoreSlim Begun { get; } = new(0);

    public void Hold(string text) => _held[text] = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release(string text) => _held[text].TrySetResult();

    public ValueTask<IReadOnlyList<string>> GetLanguagesAsync(CancellationToken cancellationToken)
    {
        LanguagesAsked++;
        return Fails ? throw new TranslationException("down") : new(Languages);
    }

    public async ValueTask<TranslatedText> TranslateAsync(string text, string? source, string target, CancellationToken cancellationToken)
    {
        Asked.Enqueue($"{source ?? "auto"}>{target}:{text}");
        var fails = Fails; // before anybody hears of it, who may change it
        Begun.Release();
        if (_held.TryGetValue(text, out var held))
            await held.Task.WaitAsync(cancellationToken);
        if (fails || text.Contains("fail", StringComparison.Ordinal))
            throw new TranslationException("down");
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return new(source ?? (bar > 0 ? text[..bar] : "en"), $"{target}:{text}");
    }
}
