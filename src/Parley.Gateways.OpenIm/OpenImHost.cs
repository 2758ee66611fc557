using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Parley.Core;
using Parley.Core.Projects;
using Parley.Gateways.Connections;
using Parley.Gateways.Messages;
using Parley.Gateways.OpenIm.Http;
using Parley.Gateways.OpenIm.Messages;
using Parley.Gateways.OpenIm.Notifications;
using Parley.Gateways.OpenIm.Tokens;
using Parley.Gateways.OpenIm.Users;

namespace Parley.Gateways.OpenIm;

/// <summary>What all doors share: settings, core, clock, tokens, messages, figures.</summary>
internal sealed class OpenImHost : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);

    private readonly ClosedConnections _closed = new();
    private readonly ServedProject _project;
    private volatile Keys _keys = new("", []);

    public OpenImHost(ParleyCore core, OpenImSettings settings, ConnectionSettings connections, TimeProvider time, ILoggerFactory loggers)
    {
        Core = core;
        _project = new ServedProject(core.Projects, settings.Project);
        Settings = settings;
        Connections = connections;
        Time = time;
        Logger = loggers.CreateLogger("Parley.Gateways.OpenIm");
        Heartbeat = new Heartbeat(time, Logger, Beat);
        Numbers = new MessageNumbers(time);
        People = new People(this);
        Entities = new Entities(this);
        Tokens = new OpenImTokens(this);
        Mapper = new MessageMapper(this);
        Sending = new MessageSending(this);
        Inboxes = new InboxReading(this);
        Notifications = new Notifier(this);
        Changes = new ChangesElsewhere(this);
        Meter.CreateObservableCounter(
            "parley.openim.connections.closed", _closed.Read, "{connection}", "Connections of the message gateway that ended, by reason.");
    }

    public ParleyCore Core { get; }

    public OpenImSettings Settings { get; }

    public ConnectionSettings Connections { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public Heartbeat Heartbeat { get; }

    /// <summary>Where doors register their figures.</summary>
    public Meter Meter { get; } = new("Parley.Gateways.OpenIm");

    public MessageNumbers Numbers { get; }

    /// <summary>String ids, registered users, managers.</summary>
    public People People { get; }

    /// <summary>Users, groups, members and friends as the protocol shows them.</summary>
    public Entities Entities { get; }

    public OpenImTokens Tokens { get; }

    /// <summary>Between the core's messages and MsgData.</summary>
    public MessageMapper Mapper { get; }

    /// <summary>The way of every message that is sent through this protocol.</summary>
    public MessageSending Sending { get; }

    /// <summary>What a user has missed.</summary>
    public InboxReading Inboxes { get; }

    public Notifier Notifications { get; }

    /// <summary>Hears of what other protocols change; of what is changed here the notifications are told by who changes it.</summary>
    public ChangesElsewhere Changes { get; }

    /// <summary>Unix seconds.</summary>
    public long UnixSeconds => Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Unix milliseconds.</summary>
    public long UnixMilliseconds => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The project that all users belong to, as it is now.</summary>
    public Project Project => _project.Current;

    /// <summary>The secret that gives tokens; never empty.</summary>
    public string Secret => Settings.Secret.Length > 0 ? Settings.Secret : Project.Secret;

    /// <summary>The key that signs tokens; never empty.</summary>
    public ReadOnlySpan<byte> SigningKey
    {
        get
        {
            var source = Settings.SigningKey.Length > 0 ? Settings.SigningKey : Project.Secret;
            var keys = _keys;
            if (!ReferenceEquals(keys.Source, source) && keys.Source != source)
                _keys = keys = new(source, Settings.SigningKey.Length > 0 ? Encoding.UTF8.GetBytes(source) : Derive(source));
            return keys.Signing;
        }
    }

    public void Register(ApiDoor door) =>
        Meter.CreateObservableCounter("parley.openim.calls", () => ReadCalls(door), "{call}", "Calls of the API, by path and result.");

    /// <summary>A connection of the message gateway has ended.</summary>
    public void OnClosed(string door, string peer, CloseReason reason)
    {
        _closed.Add(reason);
        if (reason == CloseReason.SlowReader)
            Logger.SlowReaderClosed(door, peer);
        else
            Logger.ConnectionClosed(door, peer, reason);
    }

    public async ValueTask DisposeAsync()
    {
        await Heartbeat.DisposeAsync();
        Meter.Dispose();
    }

    /// <summary>A key of its own, so that a token says nothing about the project's secret.</summary>
    private static byte[] Derive(string secret) =>
        Encoding.UTF8.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "OpenIM signing key"u8)));

    private static IEnumerable<Measurement<long>> ReadCalls(ApiDoor door)
    {
        foreach (var row in door.Rows)
        {
            yield return new(row.Succeeded, new("path", row.Path), new("result", "ok"));
            yield return new(row.Failed, new("path", row.Path), new("result", "error"));
        }
    }

    private sealed record Keys(string Source, byte[] Signing);
}
