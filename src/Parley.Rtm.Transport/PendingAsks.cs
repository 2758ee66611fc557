using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Parley.Rtm.Transport;

/// <summary>
/// The quests of one connection that wait for answers. One timer serves them all; it runs only while there are any, so a timeout comes up
/// to one tick late.
/// </summary>
internal sealed class PendingAsks : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<uint, PendingAsk> _asks = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private bool _running;
    private bool _closed;
    private uint _last;

    public PendingAsks(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static state => ((PendingAsks)state!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes a sequence number that no waiting quest has. False when the connection has ended.</summary>
    public bool TryAdd(string method, TimeSpan timeout, out uint sequenceNumber, [NotNullWhen(true)] out PendingAsk? ask)
    {
        var span = timeout == Timeout.InfiniteTimeSpan ? TimeSpan.FromDays(36500) : timeout;
        var deadline = _time.GetTimestamp() + (long)(span.TotalSeconds * _time.TimestampFrequency);
        ask = new PendingAsk(method, timeout, deadline);
        do
        {
            sequenceNumber = Interlocked.Increment(ref _last);
        }
        while (sequenceNumber == 0 || !_asks.TryAdd(sequenceNumber, ask));

        lock (_lock)
        {
            if (!_closed)
            {
                if (!_running)
                {
                    _running = true;
                    _timer.Change(Tick, Tick);
                }

                return true;
            }
        }

        _asks.TryRemove(sequenceNumber, out _);
        ask = null;
        return false;
    }

    /// <summary>Takes a quest out, because its answer came or nobody waits any more.</summary>
    public bool TryRemove(uint sequenceNumber, [NotNullWhen(true)] out PendingAsk? ask) => _asks.TryRemove(sequenceNumber, out ask);

    /// <summary>Ends all quests with one exception; later ones are refused.</summary>
    public void Close(Func<Exception> error)
    {
        lock (_lock)
        {
            _closed = true;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        foreach (var (sequenceNumber, _) in _asks)
        {
            if (_asks.TryRemove(sequenceNumber, out var ask))
                ask.TrySetException(error());
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Expire()
    {
        var now = _time.GetTimestamp();
        foreach (var (sequenceNumber, waiting) in _asks)
        {
            if (waiting.Deadline <= now && _asks.TryRemove(sequenceNumber, out var ask))
                ask.TrySetException(new FpnnTimeoutException(ask.Method, ask.Timeout));
        }

        lock (_lock)
        {
            if (_asks.IsEmpty && !_closed)
            {
                _running = false;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
