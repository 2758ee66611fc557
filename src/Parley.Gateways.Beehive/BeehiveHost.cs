using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Parley.Core;
using Parley.Core.Projects;
using Parley.Gateways.Beehive.Connections;
using Parley.Gateways.Beehive.Http;
using Parley.Gateways.Beehive.Messages;
using Parley.Gateways.Beehive.Nodes;
using Parley.Gateways.Beehive.Sessions;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;
using Parley.Gateways.Messages;

namespace Parley.Gateways.Beehive;

/// <summary>What all doors share: settings, core, clock, sessions, figures.</summary>
internal sealed class BeehiveHost : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);

    private readonly Meter _meter = new("Parley.Gateways.Beehive");
    private readonly List<ListendDoor> _doors = [];
    private readonly ClosedConnections _closed = new();
    private readonly RoomNumbers _roomNumbers;
    private readonly ServedProject _project;
    private long _lastConnectionId;

    public BeehiveHost(
        ParleyCore core, BeehiveSettings settings, ConnectionSettings connections, IDoorDirectory doors, TimeProvider time, ILoggerFactory loggers)
    {
        Core = core;
        _project = new ServedProject(core.Projects, settings.Project);
        Settings = settings;
        Connections = connections;
        Time = time;
        Logger = loggers.CreateLogger("Parley.Gateways.Beehive");
        Heartbeat = new Heartbeat(time, Logger, Beat);
        Encoders = new BeehiveEncoders(settings, Logger);
        Numbers = new MessageNumbers(time);
        Tokens = new LoginTokens(this);
        Nodes = new NodeDirectory(this, doors);
        _roomNumbers = new RoomNumbers(this);
        _meter.CreateObservableCounter("parley.beehive.commands", ReadCommands, "{command}", "Commands of long connections, by command and result.");
        _meter.CreateObservableGauge("parley.beehive.connections", ReadConnections, "{connection}", "Long connections, by door.");
        _meter.CreateObservableCounter("parley.beehive.connections.closed", _closed.Read, "{connection}", "Long connections ended, by reason.");
    }

    public ParleyCore Core { get; }

    public BeehiveSettings Settings { get; }

    public ConnectionSettings Connections { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public Heartbeat Heartbeat { get; }

    public BeehiveEncoders Encoders { get; }

    public MessageNumbers Numbers { get; }

    /// <summary>The tokens that <c>iplist</c> gives and ONLINE shows.</summary>
    public LoginTokens Tokens { get; }

    /// <summary>Where clients are sent.</summary>
    public NodeDirectory Nodes { get; }

    /// <summary>Who is logged in, by session id.</summary>
    public SessionIndex Sessions { get; } = new();

    /// <summary>The doors of long connections.</summary>
    public IReadOnlyList<ListendDoor> ListendDoors => _doors;

    /// <summary>Unix seconds.</summary>
    public long UnixSeconds => Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The project that all clients belong to, as it is now.</summary>
    public Project Project => _project.Current;

    /// <summary>A number for a connection, unique in this process.</summary>
    public long NextConnectionId() => Interlocked.Increment(ref _lastConnectionId);

    public void Register(ListendDoor door) => _doors.Add(door);

    public void Register(HttpDoor door) =>
        _meter.CreateObservableCounter("parley.beehive.calls", () => ReadCalls(door), "{call}", "Calls of the HTTP interface, by interface and result.");

    public void OnClosed(BeehiveConnection connection, CloseReason reason)
    {
        _closed.Add(reason);
        if (reason == CloseReason.SlowReader)
            Logger.SlowReaderClosed(connection.Door.Name, connection.Endpoint);
        else
            Logger.ConnectionClosed(connection.Door.Name, connection.Endpoint, reason);
    }

    public async ValueTask DisposeAsync()
    {
        await _roomNumbers.DisposeAsync();
        await Heartbeat.DisposeAsync();
        _meter.Dispose();
    }

    private IEnumerable<Measurement<long>> ReadCommands()
    {
        foreach (var door in _doors)
        {
            foreach (var row in door.Table.Rows)
            {
                yield return new(row.Succeeded, new("door", door.Name), new("command", row.Name), new("result", "ok"));
                yield return new(row.Failed, new("door", door.Name), new("command", row.Name), new("result", "error"));
            }
        }
    }

    private static IEnumerable<Measurement<long>> ReadCalls(HttpDoor door)
    {
        foreach (var rows in door.Rows.GroupBy(static row => row.Section, StringComparer.Ordinal)) // aliases count as what they stand for
        {
            yield return new(rows.Sum(static row => row.Succeeded), new("interface", rows.Key), new("result", "ok"));
            yield return new(rows.Sum(static row => row.Failed), new("interface", rows.Key), new("result", "error"));
        }
    }

    private IEnumerable<Measurement<int>> ReadConnections() =>
        _doors.Select(door => new Measurement<int>(door.Count, new KeyValuePair<string, object?>("door", door.Name)));
}
