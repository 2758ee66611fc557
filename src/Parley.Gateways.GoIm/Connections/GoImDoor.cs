using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;
using Parley.Wire.GoIm;

namespace Parley.Gateways.GoIm.Connections;

/// <summary>A door behind which GoIM is spoken: its connections, and who takes their requests.</summary>
internal abstract class GoImDoor(GoImHost host) : Door
{
    private readonly ConcurrentDictionary<GoImConnection, byte> _connections = new();
    private readonly ConcurrentDictionary<IPAddress, int> _addresses = new();

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
        if (!TryEnter(client))
            return;
        try
        {
            await client.RunAsync();
        }
        finally
        {
            Leave(client);
        }
    }

    /// <inheritdoc/>
    public override async Task DrainAsync(CancellationToken deadline)
    {
        foreach (var (connection, _) in _connections)
            connection.CloseAfterFlush(CloseReason.Stopping);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), Host.Time);
        try
        {
            while (!_connections.IsEmpty && await timer.WaitForNextTickAsync(deadline))
            {
            }
        }
        catch (OperationCanceledException)
        {
            foreach (var (connection, _) in _connections)
                connection.Break(CloseReason.Stopping);
        }
    }

    /// <summary>What a request is taken for whose command nobody has.</summary>
    protected static GoImCommand Unknown { get; } = new(
        "unknown", "resp_error", 0, needsLogin: false, static (call, _) => call.FailNow(GoImFailures.IllegalRequest));

    /// <summary>What the answer to a request echoes.</summary>
    protected static byte[] EchoOf(in GoImRequest request) =>
        request.Repo.SequenceEqual("null"u8) ? GoImCall.NullRepo : request.Repo.ToArray();

    private bool TryEnter(GoImConnection connection)
    {
        var most = Host.Settings.ConnectionsPerAddress;
        if (most > 0 && _addresses.AddOrUpdate(connection.Address, 1, static (_, count) => count + 1) > most)
        {
            LeaveAddress(connection.Address);
            return false;
        }
        _connections.TryAdd(connection, 0);
        Host.Heartbeat.Add(connection);
        return true;
    }

    private void Leave(GoImConnection connection)
    {
        _connections.TryRemove(connection, out _);
        Host.Heartbeat.Remove(connection);
        if (Host.Settings.ConnectionsPerAddress > 0)
            LeaveAddress(connection.Address);
        OnEnded(connection);
    }

    private void LeaveAddress(IPAddress address)
    {
        while (_addresses.TryGetValue(address, out var count))
        {
            if (count <= 1 ? _addresses.TryRemove(new(address, count)) : _addresses.TryUpdate(address, count - 1, count))
                return;
        }
    }
}
