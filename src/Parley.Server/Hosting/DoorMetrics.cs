using System.Diagnostics.Metrics;

namespace Parley.Server.Hosting;

/// <summary>The host's own figures (meter <c>Parley.Server</c>): connections by door.</summary>
internal sealed class DoorMetrics : IDisposable
{
    private readonly Meter _meter = new("Parley.Server");
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _accepted;

    public DoorMetrics(ServerState state)
    {
        _connections = _meter.CreateUpDownCounter<long>("parley.connections", "{connection}", "Open connections, by door.");
        _accepted = _meter.CreateCounter<long>("parley.connections.accepted", "{connection}", "Connections accepted, by door.");
        _meter.CreateObservableGauge("parley.uptime", () => state.Uptime.TotalSeconds, "s", "Time since the server started.");
        _meter.CreateObservableGauge(
            "parley.build.info",
            () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", ProductVersion.Text)),
            description: "Always 1; the label tells the version.");
    }

    /// <summary>A connection came.</summary>
    public void OnOpened(string door)
    {
        var tag = new KeyValuePair<string, object?>("door", door);
        _accepted.Add(1, tag);
        _connections.Add(1, tag);
    }

    /// <summary>A connection went.</summary>
    public void OnClosed(string door) => _connections.Add(-1, new KeyValuePair<string, object?>("door", door));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
