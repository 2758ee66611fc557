using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Parley.Server.Telemetry;

/// <summary>What Prometheus calls the type of a metric.</summary>
internal enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts by size.</summary>
    Histogram,
}

/// <summary>All series of one name. Recording takes no lock and allocates nothing once the series is there.</summary>
internal sealed class MetricFamily
{
    /// <summary>Most series of a family; what comes beyond is told as one, with the label <c>otel_metric_overflow</c>.</summary>
    public const int MaxSeries = 256;

    private static readonly KeyValuePair<string, object?>[] OverflowTags = [new("otel.metric.overflow", true)];

    private readonly string _name;
    private readonly string _help;
    private readonly MetricKind _kind;
    private readonly double[] _bounds;
    private readonly Lock _growing = new();
    private volatile MetricSeries[] _series = [];
    private readonly bool _isAbsolute;
    private readonly bool _isObserved;
    private MetricSeries? _overflow;

    /// <summary>Makes the family of an instrument.</summary>
    public MetricFamily(string name, Instrument instrument)
    {
        _name = name;
        _help = instrument.Description ?? "";
        _kind = KindOf(instrument);
        _bounds = _kind == MetricKind.Histogram ? HistogramBounds.Of(instrument) : [];
        _isAbsolute = TellsAbsolutes(instrument);
        _isObserved = instrument.IsObservable;
    }

    /// <summary>The scrape that is under way: absolute series that are not told in it have gone.</summary>
    public int Generation { get; set; }

    /// <summary>The type by which an instrument is told.</summary>
    public static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        if (type == typeof(Counter<>) || type == typeof(ObservableCounter<>))
            return MetricKind.Counter;
        return type == typeof(Histogram<>) ? MetricKind.Histogram : MetricKind.Gauge;
    }

    /// <summary>Whether another instrument of the same name measures in the same way.</summary>
    public bool Takes(Instrument instrument) =>
        KindOf(instrument) == _kind && TellsAbsolutes(instrument) == _isAbsolute && instrument.IsObservable == _isObserved;

    /// <summary>Takes a whole number.</summary>
    public void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Find(tags);
        if (_kind == MetricKind.Histogram)
            series.Observe(value, _bounds);
        else if (_isAbsolute)
            series.Set(value, Generation);
        else
            series.Add(value);
    }

    /// <summary>Takes a number.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Find(tags);
        if (_kind == MetricKind.Histogram)
            series.Observe(value, _bounds);
        else if (_isAbsolute)
            series.Set(value, Generation);
        else
            series.Add(value);
    }

    /// <summary>Writes the family; nothing when it has no series.</summary>
    public void Write(StringBuilder text)
    {
        var begun = false;
        foreach (var series in _series)
        {
            if (_isObserved && series.Generation != Generation)
                continue;
            if (!begun)
                WriteHead(text);
            begun = true;
            WriteSeries(text, series);
        }
    }

    private static bool TellsAbsolutes(Instrument instrument) =>
        instrument.IsObservable || instrument.GetType().GetGenericTypeDefinition() == typeof(Gauge<>);

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = MetricSeries.Hash(tags);
        foreach (var series in _series)
        {
            if (series.Is(hash, tags))
                return series;
        }
        return Grow(hash, tags);
    }

    private MetricSeries Grow(int hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_growing)
        {
            foreach (var series in _series)
            {
                if (series.Is(hash, tags))
                    return series;
            }
            if (_series.Length < MaxSeries)
                return Append(new(hash, tags.ToArray(), _bounds.Length));
            return _overflow ??= Append(new(MetricSeries.Hash(OverflowTags), OverflowTags, _bounds.Length));
        }
    }

    private MetricSeries Append(MetricSeries series)
    {
        _series = [.. _series, series];
        return series;
    }

    private void WriteHead(StringBuilder text)
    {
        if (_help.Length > 0)
        {
            text.Append("# HELP ").Append(_name).Append(' ');
            PrometheusName.AppendEscaped(text, _help, quotes: false);
            text.Append('\n');
        }
        text.Append("# TYPE ").Append(_name).Append(' ').Append(_kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            MetricKind.Histogram => "histogram",
            _ => throw new InvalidOperationException($"kind {_kind}"),
        }).Append('\n');
    }

    private void WriteSeries(StringBuilder text, MetricSeries series)
    {
        if (_kind != MetricKind.Histogram)
        {
            text.Append(_name).Append(series.Labels).Append(' ').Append(Number(series.Value)).Append('\n');
            return;
        }
        long count = 0;
        for (var i = 0; i <= _bounds.Length; i++)
        {
            count += series.Bucket(i);
            var bound = i == _bounds.Length ? "+Inf" : Number(_bounds[i]);
            text.Append(_name).Append("_bucket").Append(series.LabelsWith("le", bound)).Append(' ').Append(count).Append('\n');
        }
        text.Append(_name).Append("_sum").Append(series.Labels).Append(' ').Append(Number(series.Value)).Append('\n');
        text.Append(_name).Append("_count").Append(series.Labels).Append(' ').Append(count).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
