using System.Diagnostics.Metrics;

namespace Parley.Core.Translation;

/// <summary>What became of the translation of a message.</summary>
internal enum TranslationResult : byte
{
    /// <summary>It was pushed.</summary>
    Pushed,

    /// <summary>The message is in the reader's language already.</summary>
    Same,

    /// <summary>The engine failed, or does not know the language.</summary>
    Failed,

    /// <summary>The queue was full.</summary>
    Dropped,
}

/// <summary>The figures of translation (meter <c>Parley.Translation</c>).</summary>
internal sealed class TranslationMetrics : IDisposable
{
    private static readonly TranslationResult[] Results = Enum.GetValues<TranslationResult>();

    private readonly Meter _meter = new("Parley.Translation");
    private readonly long[] _counts = new long[Results.Length];

    public TranslationMetrics(Func<int> waiting)
    {
        _meter.CreateObservableCounter("parley.translations", Read, "{translation}", "Translations of messages, by result.");
        _meter.CreateObservableGauge("parley.translations.waiting", waiting, "{translation}", "Translations of messages that wait.");
    }

    public void On(TranslationResult result) => Interlocked.Increment(ref _counts[(int)result]);

    public long Of(TranslationResult result) => Volatile.Read(ref _counts[(int)result]);

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Read() => Results.Select(result =>
        new Measurement<long>(Of(result), new KeyValuePair<string, object?>("result", result.ToString())));
}
