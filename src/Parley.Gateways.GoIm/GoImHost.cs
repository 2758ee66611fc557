using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Parley.Core;
using Parley.Core.Projects;
using Parley.Gateways.Connections;
using Parley.Gateways.GoIm.Connections;
using Parley.Gateways.GoIm.Messages;
using Parley.Gateways.Messages;

namespace Parley.Gateways.GoIm;

/// <summary>What both doors share: settings, core, clock, figures.</summary>
internal sealed class GoImHost : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);

    private readonly Meter _meter = new("Parley.Gateways.GoIm");
    private readonly List<GoImDoor> _doors = [];
    private readonly ClosedConnections _closed = new();
    private readonly ServedProject _project;

    public GoImHost(
        ParleyCore core, GoImSettings settings, ConnectionSettings connections, bool isOpenToAll, TimeProvider time, ILoggerFactory loggers)
    {
        Core = core;
        _project = new ServedProject(core.Projects, settings.Project);
        Settings = settings;
        Connections = connections;
        Time = time;
        Logger = loggers.CreateLogger("Parley.Gateways.GoIm");
        Authentication = settings.Authentication != GoImAuthentication.Auto ? settings.Authentication
            : isOpenToAll ? GoImAuthentication.Required : GoImAuthentication.Off;
        Heartbeat = new Heartbeat(time, Logger, Beat);
        Encoder = new GoImPushEncoder(core, settings, time);
        Numbers = new MessageNumbers(time);
        _meter.CreateObservableCounter("parley.goim.commands", ReadCommands, "{command}", "Commands, by door, command and result.");
        _meter.CreateObservableGauge("parley.goim.connections", ReadConnections, "{connection}", "Connections, by door.");
        _meter.CreateObservableCounter("parley.goim.connections.closed", _closed.Read, "{connection}", "Connections ended, by reason.");
    }

    public ParleyCore Core { get; }

    public GoImSettings Settings { get; }

    public ConnectionSettings Connections { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public Heartbeat Heartbeat { get; }

    /// <summary>Whether tokens are asked for; never Auto.</summary>
    public GoImAuthentication Authentication { get; }

    public GoImPushEncoder Encoder { get; }

    public MessageNumbers Numbers { get; }

    /// <summary>The project that all clients belong to, as it is now.</summary>
    public Project Project => _project.Current;

    /// <summary>Unix seconds for the last member of a message; null when it is left out.</summary>
    public long? TimeMember => Settings.TimeMember ? Time.GetUtcNow().ToUnixTimeSeconds() : null;

    public void Register(GoImDoor door) => _doors.Add(door);

    public void OnClosed(GoImConnection connection, CloseReason reason)
    {
        _closed.Add(reason);
        if (reason == CloseReason.SlowReader)
            Logger.SlowReaderClosed(connection.Door.Name, connection.Endpoint);
        else
            Logger.ConnectionClosed(connection.Door.Name, connection.Endpoint, reason);
    }

    public async ValueTask DisposeAsync()
    {
        await Heartbeat.DisposeAsync();
        _meter.Dispose();
    }

    private IEnumerable<Measurement<long>> ReadCommands()
    {
        foreach (var door in _doors)
        {
            foreach (var command in door.Table)
            {
                yield return new(command.Succeeded, new("door", door.Name), new("command", command.Name), new("result", "ok"));
                yield return new(command.Failed, new("door", door.Name), new("command", command.Name), new("result", "error"));
            }
        }
    }

    private IEnumerable<Measurement<int>> ReadConnections() =>
        _doors.Select(door => new Measurement<int>(door.Count, new KeyValuePair<string, object?>("door", door.Name)));
}
