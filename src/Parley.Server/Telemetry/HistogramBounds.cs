using System.Diagnostics.Metrics;
using System.Globalization;

namespace Parley.Server.Telemetry;

/// <summary>The upper bounds of a histogram's buckets: the instrument's own advice, else by its unit.</summary>
internal static class HistogramBounds
{
    private static readonly double[] Seconds =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly double[] Bytes = [64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];

    private static readonly double[] Counts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16_384];

    /// <summary>The bounds for an instrument, ascending.</summary>
    public static double[] Of(Instrument instrument)
    {
        if (Advised(instrument) is { Length: > 0 } advised)
            return advised;
        return instrument.Unit switch
        {
            "s" => Seconds,
            "ms" => [.. Seconds.Select(static s => s * 1000)],
            "By" => Bytes,
            _ => Counts,
        };
    }

    private static double[]? Advised(Instrument instrument) => instrument switch
    {
        Histogram<double> h => h.Advice?.HistogramBucketBoundaries?.ToArray(),
        Histogram<long> h => Convert(h.Advice),
        Histogram<int> h => Convert(h.Advice),
        _ => null,
    };

    private static double[]? Convert<T>(InstrumentAdvice<T>? advice) where T : struct =>
        advice?.HistogramBucketBoundaries?.Select(static bound => System.Convert.ToDouble(bound, CultureInfo.InvariantCulture)).ToArray();
}
