using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Parley.Core.Messaging;

namespace Parley.Gateways.Connections;

/// <summary>A connection that wants to be asked, usually once a second, whether something is due.</summary>
public interface IHeartbeatItem
{
    /// <summary>Looks at the clock and acts. Must not block or throw.</summary>
    /// <param name="now"><see cref="Heartbeat.Awake"/>, in milliseconds.</param>
    void OnHeartbeat(long now);
}

/// <summary>One timer for all connections of a gateway, and the clock that they read instead of the system's.</summary>
public sealed class Heartbeat : IAsyncDisposable
{
    private const long MostLate = 1000; // milliseconds that a beat may be late and still count in full

    private readonly ConcurrentDictionary<IHeartbeatItem, byte> _items = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeSpan _period;
    private readonly long _origin;
    private readonly Task _loop;
    private LastBeat _last = new(0, 0);

    /// <summary>Starts beating once a second.</summary>
    public Heartbeat(TimeProvider time, ILogger logger)
        : this(time, logger, TimeSpan.FromSeconds(1))
    {
    }

    /// <summary>Starts beating.</summary>
    public Heartbeat(TimeProvider time, ILogger logger, TimeSpan period)
    {
        _period = period;
        _time = time;
        _logger = logger;
        _origin = time.GetTimestamp();
        _loop = Task.Run(RunAsync);
    }

    /// <summary>A monotonic clock in milliseconds.</summary>
    public long Now => (long)_time.GetElapsedTime(_origin).TotalMilliseconds;

    /// <summary>
    /// The same clock, less the times in which the process stood still: what a peer sent meanwhile was not read, so how long a peer
    /// was silent is told by this clock. Monotonic, in milliseconds.
    /// </summary>
    public long Awake => AwakeAt(Now, Volatile.Read(ref _last));

    /// <summary>Adds an item.</summary>
    public void Add(IHeartbeatItem item) => _items.TryAdd(item, 0);

    /// <summary>Removes an item. An absent one is no error.</summary>
    public void Remove(IHeartbeatItem item) => _items.TryRemove(item, out _);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(_period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
                Beat();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private void Beat()
    {
        var clock = Now;
        var now = AwakeAt(clock, _last);
        Volatile.Write(ref _last, new(now, clock - now));
        var isOwner = Burst.TryBegin();
        foreach (var (item, _) in _items)
        {
            try
            {
                item.OnHeartbeat(now);
            }
            catch (Exception exception)
            {
                _logger.HeartbeatFailed(exception);
            }
        }
        if (isOwner)
            Burst.End();
    }

    private long AwakeAt(long clock, LastBeat last) =>
        Math.Min(clock - last.Slept, last.Awake + (long)_period.TotalMilliseconds + MostLate);

    private sealed record LastBeat(long Awake, long Slept);
}
