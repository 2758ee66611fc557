using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Parley.Gateways.Connections;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>What all FPNN doors share: settings, key, clock, heartbeat, figures.</summary>
internal sealed class FpnnHost : IAsyncDisposable
{
    private readonly Meter _meter = new("Parley.Gateways.Rtm");
    private readonly List<FpnnDoor> _doors = [];
    private readonly ClosedConnections _closed = new();
    private long _unknown;

    public FpnnHost(RtmSettings settings, ConnectionSettings connections, TimeProvider time, ILoggerFactory loggers)
    {
        Settings = settings;
        Connections = connections;
        Time = time;
        Logger = loggers.CreateLogger("Parley.Gateways.Rtm");
        ClientDebug = loggers.CreateLogger("Parley.ClientDebug");
        StartedAt = time.GetUtcNow();
        if (settings.KeyFile.Length > 0)
            Key = FpnnServerKey.FromFile(settings.KeyFile, Enum.Parse<FpnnCurve>(settings.Curve, ignoreCase: true));
        Heartbeat = new Heartbeat(time, Logger);
        _meter.CreateObservableCounter("parley.rtm.quests", ReadQuests, "{quest}", "Quests, by door, method and result.");
        _meter.CreateObservableCounter(
            "parley.rtm.quests.unknown", () => Volatile.Read(ref _unknown), "{quest}", "Quests for methods that nobody has.");
        _meter.CreateObservableGauge("parley.rtm.connections", ReadConnections, "{connection}", "Connections, by door.");
        _meter.CreateObservableCounter("parley.rtm.connections.closed", _closed.Read, "{connection}", "Connections ended, by reason.");
    }

    public RtmSettings Settings { get; }

    public ConnectionSettings Connections { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    /// <summary>Where <c>adddebuglog</c> writes.</summary>
    public ILogger ClientDebug { get; }

    public DateTimeOffset StartedAt { get; }

    public FpnnServerKey? Key { get; }

    public Heartbeat Heartbeat { get; }

    public IReadOnlyList<FpnnDoor> Doors => _doors;

    public void Register(FpnnDoor door) => _doors.Add(door);

    public void CountUnknown() => Interlocked.Increment(ref _unknown);

    public void CountClosed(CloseReason reason) => _closed.Add(reason);

    public void LogClosed(FpnnPeer peer, CloseReason reason)
    {
        if (reason == CloseReason.SlowReader)
            Logger.SlowReaderClosed(peer.Door.Name, peer.Endpoint);
        else
            Logger.ConnectionClosed(peer.Door.Name, peer.Endpoint, reason);
    }

    public async ValueTask DisposeAsync()
    {
        await Heartbeat.DisposeAsync();
        Key?.Dispose();
        _meter.Dispose();
    }

    private IEnumerable<Measurement<long>> ReadQuests()
    {
        foreach (var door in _doors)
        {
            foreach (var method in door.Table.Concat(door.BuiltIn.Table))
            {
                yield return new(method.Answered, new("door", door.Name), new("method", method.Name), new("result", "ok"));
                yield return new(method.Failed, new("door", door.Name), new("method", method.Name), new("result", "error"));
            }
        }
    }

    private IEnumerable<Measurement<int>> ReadConnections() =>
        _doors.Select(door => new Measurement<int>(door.PeerCount, new KeyValuePair<string, object?>("door", door.Name)));
}
