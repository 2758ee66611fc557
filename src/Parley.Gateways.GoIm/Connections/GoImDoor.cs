using Microsoft.AspNetCore.Connections;
using Parley.Gateways.Doors;
using Parley.Wire.GoIm;

namespace Parley.Gateways.GoIm.Connections;

/// <summary>A door behind which GoIM is spoken: its connections, and who takes their requests.</summary>
internal abstract class GoImDoor(GoImHost host) : Door
{
    private readonly DoorConnections<GoImConnection> _connections = new(host.Heartbeat, host.Settings.ConnectionsPerAddress, host.Time);

    public GoImHost Host { get; } = host;

    /// <summary>The door's commands.</summary>
    public abstract GoImTable Table { get; }

    /// <summary>How long a connection may wait before it has logged in, in milliseconds.</summary>
    public abstract long PatienceMilliseconds { get; }

    /// <summary>How many clients are connected.</summary>
    public int Count => _connections.Count;

    /// <summary>Takes one request; completes when the next one of the connection may be taken.</summary>
    public abstract ValueTask Take(GoImConnection connection, in GoImRequest request);

    /// <summary>The connection takes nothing more; at its end it may be told so twice.</summary>
    public virtual void OnEnded(GoImConnection connection)
    {
    }

    /// <inheritdoc/>
    public override async Task AcceptAsync(ConnectionContext connection, ConnectionDelegate http)
    {
        var client = new GoImConnection(this, connection);
        if (!_connections.TryAdd(client))
            return;
        try
        {
            await client.RunAsync();
        }
        finally
        {
            _connections.Remove(client);
            OnEnded(client);
        }
    }

    /// <inheritdoc/>
    public override Task DrainAsync(CancellationToken deadline) => _connections.DrainAsync(deadline);

    /// <summary>What a request is taken for whose command nobody has.</summary>
    protected static GoImCommand Unknown { get; } = new(
        "unknown", "resp_error", 0, needsLogin: false, static (call, _) => call.FailNow(GoImFailures.IllegalRequest));

    /// <summary>What the answer to a request echoes.</summary>
    protected static byte[] EchoOf(in GoImRequest request) =>
        request.Repo.SequenceEqual("null"u8) ? GoImCall.NullRepo : request.Repo.ToArray();
}
