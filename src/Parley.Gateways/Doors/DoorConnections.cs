using System.Collections.Concurrent;
using System.Net;
using Parley.Gateways.Connections;

namespace Parley.Gateways.Doors;

/// <summary>A connection behind a door.</summary>
public interface IDoorConnection : IHeartbeatItem
{
    /// <summary>The peer's address.</summary>
    IPAddress Address { get; }

    /// <summary>Takes nothing more, and ends when what is to be answered was flushed.</summary>
    void CloseAfterFlush(CloseReason reason);

    /// <summary>Ends at once.</summary>
    void Break(CloseReason reason);
}

/// <summary>The connections behind one door: they are counted by address, take part in the heartbeat, and are drained at the end.</summary>
/// <param name="heartbeat">The gateway's heartbeat.</param>
/// <param name="perAddress">Connections from one address; 0 = no limit.</param>
/// <param name="time">The clock.</param>
public sealed class DoorConnections<T>(Heartbeat heartbeat, int perAddress, TimeProvider time)
    where T : class, IDoorConnection
{
    private readonly ConcurrentDictionary<T, byte> _connections = new();
    private readonly ConcurrentDictionary<IPAddress, int> _addresses = new();

    /// <summary>How many there are.</summary>
    public int Count => _connections.Count;

    /// <summary>Whether the server stops.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Takes a connection in; false when there are too many from its address.</summary>
    public bool TryAdd(T connection)
    {
        if (perAddress > 0 && _addresses.AddOrUpdate(connection.Address, 1, static (_, count) => count + 1) > perAddress)
        {
            LeaveAddress(connection.Address);
            return false;
        }
        _connections.TryAdd(connection, 0);
        heartbeat.Add(connection);
        if (IsDraining)
            connection.CloseAfterFlush(CloseReason.Stopping);
        return true;
    }

    /// <summary>The connection has ended.</summary>
    public void Remove(T connection)
    {
        if (!_connections.TryRemove(connection, out _))
            return;
        heartbeat.Remove(connection);
        if (perAddress > 0)
            LeaveAddress(connection.Address);
    }

    /// <summary>Has all connections end, and cuts those that are left at the deadline.</summary>
    public async Task DrainAsync(CancellationToken deadline)
    {
        IsDraining = true;
        foreach (var (connection, _) in _connections)
            connection.CloseAfterFlush(CloseReason.Stopping);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), time);
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

    private void LeaveAddress(IPAddress address)
    {
        while (_addresses.TryGetValue(address, out var count))
        {
            if (count <= 1 ? _addresses.TryRemove(new(address, count)) : _addresses.TryUpdate(address, count - 1, count))
                return;
        }
    }
}
