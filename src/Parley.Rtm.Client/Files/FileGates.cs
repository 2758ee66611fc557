using Parley.Rtm.Client.Connecting;
using Parley.Rtm.Transport;

namespace Parley.Rtm.Client.Files;

/// <summary>
/// Connections to file gates, one for each address, kept for the next upload (rtm-client.md §9.8). File gates close theirs after 150 s
/// without traffic; ours go before that.
/// </summary>
internal sealed class FileGates : IAsyncDisposable
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan CheckTime = TimeSpan.FromSeconds(30);

    // file gates have few addresses; a server that names ever new ones must not fill our memory
    private const int MostGates = 8;

    private readonly ConnectionSetup _setup;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<FpnnAddress, Gate> _gates = [];
    private readonly ITimer _timer;
    private bool _disposed;

    public FileGates(ConnectionSetup setup, TimeProvider time)
    {
        _setup = setup;
        _time = time;
        _timer = time.CreateTimer(
            static state => _ = ((FileGates)state!).SweepAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Asks a file gate, over the connection that there is or a new one.</summary>
    /// <exception cref="FpnnException">The file gate refused, or there is no connection.</exception>
    public async Task<FpnnAnswer> AskAsync(
        FpnnAddress address, string method, Action<FpnnMapWriter> write, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var gate = await GetAsync(address, cancellationToken);
        Interlocked.Increment(ref gate.Uploads);
        try
        {
            return await gate.Connection.AskAsync(method, write, timeout, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref gate.LastUse, _time.GetTimestamp());
            Interlocked.Decrement(ref gate.Uploads);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        try
        {
            _disposed = true;
            await _timer.DisposeAsync();
            foreach (var gate in _gates.Values)
                await gate.Connection.DisposeAsync();
            _gates.Clear();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<Gate> GetAsync(FpnnAddress address, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_gates.TryGetValue(address, out var gate) && gate.Connection.IsOpen && !IsOld(gate))
                return gate;
            await CloseAsync(address);
            if (_gates.Count == MostGates)
                await CloseAsync(_gates.MinBy(static pair => Volatile.Read(ref pair.Value.LastUse)).Key);
            gate = new(await FpnnConnection.ConnectAsync(address, _setup.Make(), cancellationToken), _time.GetTimestamp());
            _gates[address] = gate;
            _timer.Change(CheckTime, CheckTime);
            return gate;
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool IsOld(Gate gate) =>
        Volatile.Read(ref gate.Uploads) == 0 && _time.GetElapsedTime(Volatile.Read(ref gate.LastUse)) >= IdleTime;

    private async Task SweepAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (_disposed)
                return;
            foreach (var (address, gate) in _gates.ToArray())
            {
                if (!gate.Connection.IsOpen || IsOld(gate))
                    await CloseAsync(address);
            }
            if (_gates.Count == 0)
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task CloseAsync(FpnnAddress address)
    {
        if (_gates.Remove(address, out var gate))
            await gate.Connection.DisposeAsync();
    }

    private sealed class Gate(FpnnConnection connection, long lastUse)
    {
        public long LastUse = lastUse;
        public int Uploads;

        public FpnnConnection Connection { get; } = connection;
    }
}
