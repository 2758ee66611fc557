using Parley.Gateways.Beehive.Commands;
using Parley.Gateways.Doors;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive.Connections;

/// <summary>A door of long connections: its connections, and the commands that they speak (beehive.md §7 to §10).</summary>
internal abstract class ListendDoor : Door
{
    private readonly DoorConnections<BeehiveConnection> _connections;

    protected ListendDoor(BeehiveHost host)
    {
        Host = host;
        _connections = new(host.Heartbeat, host.Settings.ConnectionsPerAddress, host.Time);
        Table = new CommandTable(host);
        host.Register(this);
    }

    public BeehiveHost Host { get; }

    /// <summary>The commands of the protocol.</summary>
    public CommandTable Table { get; }

    /// <summary>nid (§1).</summary>
    public abstract uint NodeId { get; }

    /// <summary>Whether its clients come by WebSocket, which <c>iplist</c> calls type 2; otherwise TCP, type 1 (§1).</summary>
    public abstract bool IsWebSocket { get; }

    /// <summary>How many clients are connected.</summary>
    public int Count => _connections.Count;

    /// <summary>Whether the server stops: clients are not sent here any more.</summary>
    public bool IsDraining => _connections.IsDraining;

    /// <summary>Takes one packet; completes when the next one of the connection may be taken.</summary>
    public ValueTask Take(BeehiveConnection connection, in BeehivePacket packet) => Table.Take(connection, packet);

    /// <summary>The connection takes nothing more; at its end it may be told so twice.</summary>
    public static void OnEnded(BeehiveConnection connection) => connection.Session?.Close();

    /// <inheritdoc/>
    public override Task DrainAsync(CancellationToken deadline) => _connections.DrainAsync(deadline);

    /// <summary>Serves a connection until it ends.</summary>
    protected async Task RunAsync(BeehiveConnection connection)
    {
        if (!_connections.TryAdd(connection))
            return;
        try
        {
            await connection.RunAsync();
        }
        finally
        {
            _connections.Remove(connection);
            OnEnded(connection);
        }
    }
}
