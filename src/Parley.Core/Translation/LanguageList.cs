namespace Parley.Core.Translation;

/// <summary>The languages that the engine knows, asked for once in a while. Who asks at the same time shares one answer.</summary>
internal sealed class LanguageList(ITranslator translator, TimeSpan life, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private volatile IReadOnlyList<string>? _known;
    private Task<IReadOnlyList<string>>? _asking;
    private long _goodUntil;

    private bool IsOld => time.GetTimestamp() >= Volatile.Read(ref _goodUntil);

    /// <summary>The list; an old one when the engine does not answer.</summary>
    /// <exception cref="TranslationException">The engine has never answered.</exception>
    public async ValueTask<IReadOnlyList<string>> GetAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && !IsOld)
            return known;
        Task<IReadOnlyList<string>> asking;
        lock (_gate)
        {
            if (_asking is null || _asking.IsCompleted)
                _asking = Task.Run(AskAsync, CancellationToken.None);
            asking = _asking;
        }
        return await asking.WaitAsync(cancellationToken);
    }

    /// <summary>False when it is no language, or none that the engine has told of; asks nobody.</summary>
    public bool MayKnow(string language)
    {
        if (language.Length == 0)
            return true;
        return LanguageCodes.IsWellFormed(language) && (_known is not { } known || LanguageCodes.Find(known, language) is not null);
    }

    private async Task<IReadOnlyList<string>> AskAsync()
    {
        if (_known is { } known && !IsOld)
            return known;
        try
        {
            var list = await translator.GetLanguagesAsync(CancellationToken.None);
            _known = list;
            KeepFor(life);
            return list;
        }
        catch (TranslationException) when (_known is not null)
        {
            KeepFor(Grace);
            return _known;
        }
    }

    private void KeepFor(TimeSpan span) =>
        Volatile.Write(ref _goodUntil, time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency));
}
