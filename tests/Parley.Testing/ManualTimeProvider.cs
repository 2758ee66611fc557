namespace Parley.Testing;

/// <summary>
/// A clock that stands still until told otherwise. <see cref="Advance"/> moves it and fires the timers that fall due, in the order
/// of their times, on the caller's thread; <see cref="SetClock"/> steps the wall clock alone, as an administrator or NTP would.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly object _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _utcNow;
    private long _timestamp;

    /// <summary>A clock that stands at the given moment.</summary>
    public ManualTimeProvider(DateTimeOffset start) => _utcNow = start;

    /// <summary>A clock that stands at the beginning of 2026.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Unix milliseconds of the wall clock.</summary>
    public long UnixMilliseconds => GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Timers that are set and have not been disposed.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_gate)
                return _timers.Count;
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _utcNow;
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate)
            return _timestamp;
    }

    /// <summary>Steps the wall clock, back or forward. Timers and timestamps, which are monotonic, do not notice.</summary>
    public void SetClock(DateTimeOffset now)
    {
        lock (_gate)
            _utcNow = now;
    }

    /// <summary>Lets time pass. Timers that fall due fire, each at its own moment.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        long end;
        lock (_gate)
            end = _timestamp + time.Ticks;
        while (TryMoveToNext(end, out var timer))
            timer.Fire();
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer that is due until <paramref name="end"/>, or to the end when there is none.</summary>
    private bool TryMoveToNext(long end, out ManualTimer timer)
    {
        lock (_gate)
        {
            ManualTimer? next = null;
            foreach (var candidate in _timers)
            {
                if (candidate.Due <= end && (next is null || candidate.Due < next.Due))
                    next = candidate;
            }
            MoveTo(next is null ? end : Math.Max(next.Due, _timestamp));
            timer = next!;
            if (next is null)
                return false;
            if (next.Period > 0)
                next.Due = _timestamp + next.Period;
            else
                _timers.Remove(next);
            return true;
        }
    }

    private void MoveTo(long timestamp)
    {
        _utcNow = _utcNow.AddTicks(timestamp - _timestamp);
        _timestamp = timestamp;
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public long Due { get; set; }

        public long Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_disposed)
                    return false;
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = clock._timestamp + dueTime.Ticks;
                Period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
                clock._timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
