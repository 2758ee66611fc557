using Parley.Bench.Measuring;
using Parley.Testing;

namespace Parley.Bench.Tests;

public sealed class LatencyHistogramTests
{
    private static readonly double[] Percents = [0.001, 1, 25, 50, 90, 99, 99.9, 100];

    [Fact]
    public void Without_values_everything_is_zero()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal((0L, 0L, 0.0, 0L), (histogram.Count, histogram.Max, histogram.Mean, histogram.Percentile(99)));
    }

    [Theory]
    [InlineData(1_500)]
    [InlineData(5_000_000)]
    [InlineData(LatencyHistogram.Highest)]
    public void Percentiles_are_within_one_part_in_a_thousand_of_the_sorted_values(long highest)
    {
        var random = new Random(7);
        var histogram = new LatencyHistogram();
        var values = new long[20_000];
        for (var i = 0; i < values.Length; i++)
        {
            // spread over all magnitudes
            values[i] = (long)Math.Pow(highest, random.NextDouble());
            histogram.Record(values[i]);
        }
        Array.Sort(values);

        Assert.Equal(values.Length, histogram.Count);
        Assert.Equal(values[^1], histogram.Max);
        Assert.Equal(values.Average(), histogram.Mean, values.Average() * 1e-9);
        foreach (var percent in Percents)
        {
            var exact = values[Math.Max(0, (int)Math.Ceiling(percent / 100 * values.Length) - 1)];
            Assert.InRange(histogram.Percentile(percent), exact, exact + (exact / 1000));
        }
    }

    [Fact]
    public void Every_value_falls_into_a_bucket_that_holds_it()
    {
        for (var bit = 0; bit < 42; bit++)
        {
            foreach (var value in new[] { (1L << bit) - 1, 1L << bit, (1L << bit) + 1 })
            {
                var histogram = new LatencyHistogram();
                histogram.Record(value);
                histogram.Record(LatencyHistogram.Highest); // so that the largest value does not cut the bucket short
                Assert.InRange(histogram.Percentile(50), value, value + (value / 1000));
            }
        }
    }

    [Fact]
    public void Values_out_of_range_count_as_the_nearest_in_range()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(-5);
        histogram.Record(long.MaxValue);
        Assert.Equal(0, histogram.Percentile(50));
        Assert.Equal(LatencyHistogram.Highest, histogram.Percentile(100));
    }

    [Fact]
    public void Adding_up_two_histograms_gives_that_of_all_values()
    {
        var (one, other, all) = (new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram());
        for (var i = 1; i <= 10_000; i++)
        {
            (i % 3 == 0 ? one : other).Record(i * 977L);
            all.Record(i * 977L);
        }
        one.Add(other);
        Assert.Equal((all.Count, all.Max, all.Mean), (one.Count, one.Max, one.Mean));
        Assert.All(Percents, percent => Assert.Equal(all.Percentile(percent), one.Percentile(percent)));
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(0, Allocations.Least(10_000, i => histogram.Record((long)i * i)));
    }
}
