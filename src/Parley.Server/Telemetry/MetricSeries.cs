using System.Globalization;
using System.Text;

namespace Parley.Server.Telemetry;

/// <summary>One line (or one histogram) of a metric: its labels and its value.</summary>
internal sealed class MetricSeries
{
    private readonly int _hash;
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly string _labelsInside;
    private readonly long[] _buckets;
    private long _whole;
    private double _fraction;

    /// <summary>Makes a series with a histogram's bounds, or none.</summary>
    public MetricSeries(int hash, KeyValuePair<string, object?>[] tags, int bounds)
    {
        _hash = hash;
        _tags = tags;
        _labelsInside = Inside(tags);
        _buckets = bounds == 0 ? [] : new long[bounds + 1];
        Labels = tags.Length == 0 ? "" : "{" + _labelsInside + "}";
    }

    /// <summary>The labels in braces; "" when there are none.</summary>
    public string Labels { get; }

    /// <summary>The scrape in which the value was last set.</summary>
    public int Generation { get; private set; }

    /// <summary>The value, or the sum of a histogram.</summary>
    public double Value => Volatile.Read(ref _whole) + Volatile.Read(ref _fraction);

    /// <summary>A hash of tags, by their order.</summary>
    public static int Hash(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = default(HashCode);
        foreach (var (key, value) in tags)
        {
            hash.Add(key);
            hash.Add(value);
        }
        return hash.ToHashCode();
    }

    /// <summary>Whether this is the series with these tags.</summary>
    public bool Is(int hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (hash != _hash || tags.Length != _tags.Length)
            return false;
        for (var i = 0; i < tags.Length; i++)
        {
            if (tags[i].Key != _tags[i].Key || !Equals(tags[i].Value, _tags[i].Value))
                return false;
        }
        return true;
    }

    /// <summary>Adds a whole number.</summary>
    public void Add(long value) => Interlocked.Add(ref _whole, value);

    /// <summary>Adds a number.</summary>
    public void Add(double value)
    {
        var before = Volatile.Read(ref _fraction);
        while (true)
        {
            var found = Interlocked.CompareExchange(ref _fraction, before + value, before);
            if (found.Equals(before))
                return;
            before = found;
        }
    }

    /// <summary>Replaces the value.</summary>
    public void Set(double value, int generation)
    {
        Volatile.Write(ref _fraction, value);
        Generation = generation;
    }

    /// <summary>Counts a value of a histogram.</summary>
    public void Observe(double value, double[] bounds)
    {
        if (double.IsNaN(value))
            return;
        var i = 0;
        while (i < bounds.Length && value > bounds[i])
            i++;
        Interlocked.Increment(ref _buckets[i]);
        Add(value);
    }

    /// <summary>How many values fell into a bucket of a histogram.</summary>
    public long Bucket(int i) => Volatile.Read(ref _buckets[i]);

    /// <summary>The labels and one more, in braces.</summary>
    public string LabelsWith(string name, string value) =>
        _tags.Length == 0 ? $"{{{name}=\"{value}\"}}" : $"{{{_labelsInside},{name}=\"{value}\"}}";

    private static string Inside(KeyValuePair<string, object?>[] tags)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(PrometheusName.Label(key)).Append("=\"");
            PrometheusName.AppendEscaped(text, Text(value));
            text.Append('"');
        }
        return text.ToString();
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
