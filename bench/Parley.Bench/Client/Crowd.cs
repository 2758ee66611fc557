using System.Net;
using System.Net.Sockets;
using Parley.Bench.Serving;

namespace Parley.Bench.Client;

/// <summary>Many connections, each logged in as a user.</summary>
internal sealed class Crowd<T> : IDisposable
    where T : LoadSocket
{
    private const int AtOnce = 64;
    private const int PerSourceAddress = 5000; // well below the ephemeral ports of one address

    private readonly T[] _connections;

    private Crowd(int count) => _connections = new T[count];

    /// <summary>The connections in the order of their numbers.</summary>
    public IReadOnlyList<T> Connections => _connections;

    /// <summary>Connects and logs in.</summary>
    /// <param name="target">The server.</param>
    /// <param name="count">How many connections.</param>
    /// <param name="make">Makes a connection of its number.</param>
    /// <param name="userOf">The user of a number.</param>
    /// <param name="connected">Told of the number of connections that are up so far.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Crowd<T>> GatherAsync(
        ServerTarget target, int count, Func<int, T> make, Func<int, long> userOf, Action<int> connected, CancellationToken cancellationToken)
    {
        OpenFiles.Check(count);
        var crowd = new Crowd<T>(count);
        var up = 0;
        try
        {
            var work = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, count, work, async (i, cancellation) =>
            {
                var connection = crowd._connections[i] = make(i);
                // every further 5,000 connections come from an address of their own: 127.0.0.2, 127.0.0.3 …
                var door = connection.DoorOf(target);
                var source = i < PerSourceAddress || !IPAddress.IsLoopback(door.Address)
                    ? null : new IPAddress([127, 0, 0, (byte)(1 + (i / PerSourceAddress))]);
                await connection.ConnectAsync(door, source, cancellation);
                await connection.LogInAsync(target, userOf(i), cancellation);
                connected(Interlocked.Increment(ref up));
            });
            return crowd;
        }
        catch (SocketException e)
        {
            crowd.Dispose();
            throw new BenchException($"connection {up + 1} of {count} failed: {e.Message}", e);
        }
        catch
        {
            crowd.Dispose();
            throw;
        }
    }

    /// <summary>Lets every connection do a thing, many at once.</summary>
    public Task ForEachAsync(Func<T, CancellationToken, Task> action, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        _connections,
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (connection, cancellation) => await action(connection, cancellation));

    /// <summary>Throws when connections were lost.</summary>
    public void ThrowIfBroken()
    {
        var broken = _connections.Where(static c => c.Fault is not null).ToList();
        if (broken.Count > 0)
            throw new BenchException($"{broken.Count} of {_connections.Length} connections were lost, the first with: {broken[0].Fault}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in _connections)
            connection?.Dispose();
    }
}
