using System.Diagnostics;

namespace Parley.Bench.Measuring;

/// <summary>
/// Latencies of one scenario in a few numbered series. Each thread records into histograms of its own; nothing is recorded outside
/// the measured time.
/// </summary>
internal sealed class LoadMeter(int series) : IDisposable
{
    private readonly ThreadLocal<LatencyHistogram[]> _local = new(() => Make(series), trackAllValues: true);
    private volatile bool _isMeasuring;
    private long _errors;
    private string? _firstError;

    /// <summary>Errors that were answered, in and out of the measured time.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>The first error.</summary>
    public string? FirstError => _firstError;

    /// <summary>Whether something was recorded in each of these series; null = in all.</summary>
    public bool HasEvery(IEnumerable<int>? wanted = null) =>
        (wanted ?? Enumerable.Range(0, series)).All(index => _local.Values.Any(histograms => histograms[index].Count > 0));

    /// <summary>Starts the measured time.</summary>
    public void Begin() => _isMeasuring = true;

    /// <summary>Ends the measured time.</summary>
    public void End() => _isMeasuring = false;

    /// <summary>Records the time between two timestamps of <see cref="Stopwatch"/>.</summary>
    public void Record(int index, long started, long ended)
    {
        if (_isMeasuring)
            _local.Value![index].Record(ended - started);
    }

    /// <summary>Counts an error.</summary>
    public void Fail(string error)
    {
        Interlocked.CompareExchange(ref _firstError, error, null);
        Interlocked.Increment(ref _errors);
    }

    /// <summary>Adds up a series. Only after <see cref="End"/>.</summary>
    public LatencyHistogram Total(int index)
    {
        var total = new LatencyHistogram();
        foreach (var histograms in _local.Values)
            total.Add(histograms[index]);
        return total;
    }

    /// <inheritdoc/>
    public void Dispose() => _local.Dispose();

    private static LatencyHistogram[] Make(int series)
    {
        var histograms = new LatencyHistogram[series];
        for (var i = 0; i < series; i++)
            histograms[i] = new();
        return histograms;
    }
}
