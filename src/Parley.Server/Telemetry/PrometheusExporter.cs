using System.Diagnostics.Metrics;
using System.Text;

namespace Parley.Server.Telemetry;

/// <summary>Listens to meters and tells their figures in Prometheus' text format.</summary>
internal sealed class PrometheusExporter : IDisposable
{
    /// <summary>The content type of a scrape.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly string[] _meters;
    private int _generation;

    /// <summary>Listens to the meters with these names, and to those whose names go on with a dot after one of them.</summary>
    public PrometheusExporter(params string[] meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = OnPublished;
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Family(state).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Family(state).Record((long)value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Family(state).Record((long)value, tags));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Family(state).Record((long)value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Family(state).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Family(state).Record((double)value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Family(state).Record((double)value, tags));
        _listener.Start();
    }

    /// <summary>All figures as they are now.</summary>
    public string Scrape()
    {
        var text = new StringBuilder(16 * 1024);
        lock (_lock)
        {
            _generation++;
            foreach (var family in _families.Values)
                family.Generation = _generation;
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (Exception e) when (e is AggregateException or InvalidOperationException or ObjectDisposedException)
            {
                // an instrument whose owner is going away fails alone: the others are told
            }
            foreach (var family in _families.Values)
                family.Write(text);
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static MetricFamily Family(object? state) => (MetricFamily)state!;

    private void OnPublished(Instrument instrument, MeterListener listener)
    {
        if (!_meters.Any(meter => Covers(meter, instrument.Meter.Name)))
            return;
        var name = PrometheusName.Of(instrument);
        lock (_lock)
        {
            // instruments of the same name, of meters that were made twice, are one family
            if (!_families.TryGetValue(name, out var family))
                _families.Add(name, family = new(name, instrument));
            if (family.Takes(instrument))
                listener.EnableMeasurementEvents(instrument, family);
        }
    }

    private static bool Covers(string meter, string name) =>
        name.StartsWith(meter, StringComparison.Ordinal) && (name.Length == meter.Length || name[meter.Length] == '.');
}
