using System.Diagnostics.Metrics;
using Parley.Server.Telemetry;
using Parley.Testing;

namespace Parley.Server.Tests.Telemetry;

public sealed class PrometheusExporterTests : IDisposable
{
    // every test has its own meter name: exporters hear all meters of the process
    private readonly string _name = "Test" + Guid.NewGuid().ToString("N");
    private readonly Meter _meter;
    private readonly PrometheusExporter _exporter;

    public PrometheusExporterTests()
    {
        _exporter = new(_name);
        _meter = new(_name + ".Part");
    }

    public void Dispose()
    {
        _meter.Dispose();
        _exporter.Dispose();
    }

    [Fact]
    public void Counters_add_up_by_their_labels_and_end_in_total()
    {
        var counter = _meter.CreateCounter<long>("parley.things.done", "{thing}", "Things\\done\nhere.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "a"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "a"));
        counter.Add(1, new KeyValuePair<string, object?>("kind", "b"));
        counter.Add(7);
        var text = _exporter.Scrape();
        Assert.Contains("# HELP parley_things_done_total Things\\\\done\\nhere.\n# TYPE parley_things_done_total counter\n", text, StringComparison.Ordinal);
        Assert.Equal(
            ["parley_things_done_total{kind=\"a\"} 5", "parley_things_done_total{kind=\"b\"} 1", "parley_things_done_total 7"],
            PrometheusText.Parse(text).Select(static s => $"{s.Name}{s.Labels} {s.Value}"));
    }

    [Fact]
    public void Units_become_suffixes_once()
    {
        _meter.CreateCounter<long>("a.io", "By").Add(1);
        _meter.CreateUpDownCounter<int>("b.seconds", "s").Add(-4);
        _meter.CreateCounter<double>("c.total", "ms").Add(0.5);
        _meter.CreateGauge<double>("d-x", "1").Record(1.5);
        _meter.CreateGauge<double>("9e").Record(double.NegativeInfinity);
        Assert.Equal(
            ["_9e -Infinity", "a_io_bytes_total 1", "b_seconds -4", "c_total_milliseconds_total 0.5", "d_x 1.5"],
            PrometheusText.Parse(_exporter.Scrape()).Select(static s => $"{s.Name} {s.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)}"));
    }

    [Fact]
    public void Label_values_are_escaped_and_label_names_cleaned()
    {
        _meter.CreateCounter<long>("x").Add(1, new("a.b", "quote\" back\\ line\nend"), new("c", true), new("d", null), new("e", 5));
        var sample = Assert.Single(PrometheusText.Parse(_exporter.Scrape()));
        Assert.Equal("{a_b=\"quote\\\" back\\\\ line\\nend\",c=\"true\",d=\"\",e=\"5\"}", sample.Labels);
    }

    [Fact]
    public void Histograms_have_cumulative_buckets_sum_and_count()
    {
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] };
        var histogram = _meter.CreateHistogram("h.duration", "s", null, null, advice);
        foreach (var value in (double[])[0.5, 1, 1.5, 3, double.NaN])
            histogram.Record(value, new KeyValuePair<string, object?>("m", "x"));
        Assert.Equal(
            [
                "h_duration_seconds_bucket{m=\"x\",le=\"1\"} 2", "h_duration_seconds_bucket{m=\"x\",le=\"2\"} 3",
                "h_duration_seconds_bucket{m=\"x\",le=\"+Inf\"} 4", "h_duration_seconds_sum{m=\"x\"} 6", "h_duration_seconds_count{m=\"x\"} 4",
            ],
            PrometheusText.Parse(_exporter.Scrape()).Select(static s => $"{s.Name}{s.Labels} {s.Value}"));
    }

    [Theory]
    [InlineData("s", "0.0001")]
    [InlineData("ms", "0.1")]
    [InlineData("By", "64")]
    [InlineData("{frame}", "1")]
    public void Histograms_without_advice_have_buckets_that_suit_their_unit(string unit, string first)
    {
        _meter.CreateHistogram<long>("h", unit).Record(1);
        Assert.Equal($"{{le=\"{first}\"}}", PrometheusText.Parse(_exporter.Scrape())[0].Labels);
    }

    [Fact]
    public void Observed_values_are_those_of_the_scrape_and_what_is_not_observed_any_more_is_gone()
    {
        var doors = new List<string> { "a", "b" };
        long total = 10;
        _meter.CreateObservableGauge("g", () => doors.Select(static d => new Measurement<int>(1, new KeyValuePair<string, object?>("door", d))));
        _meter.CreateObservableCounter("t", () => total);
        Assert.Equal(["g{door=\"a\"} 1", "g{door=\"b\"} 1", "t_total 10"], Lines());
        doors.Remove("a");
        total = 12;
        Assert.Equal(["g{door=\"b\"} 1", "t_total 12"], Lines());

        IEnumerable<string> Lines() => PrometheusText.Parse(_exporter.Scrape()).Select(static s => $"{s.Name}{s.Labels} {s.Value}");
    }

    [Fact]
    public void A_failing_callback_does_not_hide_the_other_figures()
    {
        _meter.CreateObservableGauge<int>("bad", FailingCallback);
        _meter.CreateObservableGauge("good", static () => 1);
        Assert.Contains(PrometheusText.Parse(_exporter.Scrape()), static s => s.Name == "good");
    }

    [Fact]
    public void Series_are_bounded_and_the_rest_is_told_as_one()
    {
        var counter = _meter.CreateCounter<long>("many");
        for (var i = 0; i < 1000; i++)
            counter.Add(1, new KeyValuePair<string, object?>("i", i));
        var samples = PrometheusText.Parse(_exporter.Scrape());
        Assert.Equal(MetricFamily.MaxSeries + 1, samples.Count);
        Assert.Equal(1000 - MetricFamily.MaxSeries, Assert.Single(samples, static s => s.Labels == "{otel_metric_overflow=\"true\"}").Value);
    }

    [Fact]
    public void Two_meters_of_the_same_name_are_one_family()
    {
        using var second = new Meter(_name);
        _meter.CreateCounter<long>("same").Add(1);
        second.CreateCounter<long>("same").Add(2);
        Assert.Equal(3, Assert.Single(PrometheusText.Parse(_exporter.Scrape())).Value);
    }

    [Fact]
    public void Meters_that_were_not_asked_for_are_not_told()
    {
        using var other = new Meter(_name + "Other");
        other.CreateCounter<long>("secret").Add(1);
        Assert.Empty(_exporter.Scrape());
    }

    [Fact]
    public void Concurrent_recording_loses_nothing()
    {
        var whole = _meter.CreateCounter<long>("whole");
        var parts = _meter.CreateCounter<double>("parts");
        var sizes = _meter.CreateHistogram<int>("sizes");
        Parallel.For(0, 20_000, i =>
        {
            var tag = new KeyValuePair<string, object?>("t", i % 3);
            whole.Add(1, tag);
            parts.Add(0.5, tag);
            sizes.Record(1, tag);
        });
        var samples = PrometheusText.Parse(_exporter.Scrape());
        Assert.Equal(20_000, samples.Where(static s => s.Name == "whole_total").Sum(static s => s.Value));
        Assert.Equal(10_000, samples.Where(static s => s.Name == "parts_total").Sum(static s => s.Value));
        Assert.Equal(20_000, samples.Where(static s => s.Name == "sizes_count").Sum(static s => s.Value));
    }

    [Fact]
    public void Recording_into_a_known_series_allocates_nothing()
    {
        var counter = _meter.CreateCounter<long>("hot");
        var tag = new KeyValuePair<string, object?>("door", "RtmClient");
        Assert.Equal(0, Allocations.Least(1000, _ => counter.Add(1, tag)));
    }

    private static int FailingCallback() => throw new InvalidOperationException("no");
}
