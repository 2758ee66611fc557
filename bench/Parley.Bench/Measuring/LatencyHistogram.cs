using System.Numerics;

namespace Parley.Bench.Measuring;

/// <summary>
/// Counts values in buckets whose width grows with the value: exact below 2,048, above within one part in 1,024 (three significant
/// digits). Recording allocates nothing; histograms of several threads are added up at the end. Not thread-safe.
/// </summary>
public sealed class LatencyHistogram
{
    /// <summary>The largest value that is told apart from larger ones.</summary>
    public const long Highest = (1L << MaxBits) - 1;

    private const int MaxBits = 42;
    private const int ExactBits = 11;
    private const int Exact = 1 << ExactBits;
    private const int Half = Exact / 2;

    private readonly long[] _counts = new long[Exact + ((MaxBits - ExactBits) * Half)];
    private long _sum;

    /// <summary>How many values were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The largest value recorded, exactly; 0 when there is none.</summary>
    public long Max { get; private set; }

    /// <summary>The mean of the values; 0 when there is none.</summary>
    public double Mean => Count == 0 ? 0 : (double)_sum / Count;

    /// <summary>Records a value. Negative ones count as 0, those over <see cref="Highest"/> as that.</summary>
    public void Record(long value)
    {
        value = Math.Clamp(value, 0, Highest);
        _counts[IndexOf(value)]++;
        Count++;
        _sum += value;
        if (value > Max)
            Max = value;
    }

    /// <summary>Adds what another histogram counted.</summary>
    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
        _sum += other._sum;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>The smallest value that at least this share of the values do not exceed; 0 when nothing was recorded.</summary>
    /// <param name="percent">More than 0, at most 100.</param>
    public long Percentile(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        var rank = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count));
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
                return Math.Min(UpperEnd(i), Max);
        }
        return Max;
    }

    private static int IndexOf(long value)
    {
        if (value < Exact)
            return (int)value;
        var shift = BitOperations.Log2((ulong)value) - ExactBits + 1;
        return Exact + ((shift - 1) * Half) + (int)(value >> shift) - Half;
    }

    private static long UpperEnd(int index)
    {
        if (index < Exact)
            return index;
        var shift = ((index - Exact) / Half) + 1;
        var place = ((index - Exact) % Half) + Half;
        return ((place + 1L) << shift) - 1;
    }
}
