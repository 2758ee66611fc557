using Parley.Testing;

namespace Parley.Storage.Sqlite.Tests;

/// <summary>The clock that the tests of all projects stand on.</summary>
public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Time_stands_until_it_is_moved()
    {
        var (now, timestamp) = (_time.GetUtcNow(), _time.GetTimestamp());
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(now.AddSeconds(5), _time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(5), _time.GetElapsedTime(timestamp));
    }

    [Fact]
    public void Stepping_the_clock_moves_no_timer_and_no_timestamp()
    {
        var timestamp = _time.GetTimestamp();
        var fired = 0;
        using var timer = _time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        _time.SetClock(_time.GetUtcNow().AddHours(-3));
        _time.SetClock(_time.GetUtcNow().AddHours(9));

        Assert.Equal((0, TimeSpan.Zero), (fired, _time.GetElapsedTime(timestamp)));
    }

    [Fact]
    public void Timers_fire_in_the_order_of_their_times_each_at_its_moment()
    {
        var start = _time.GetUtcNow();
        var fired = new List<(string Name, double Seconds)>();
        void Note(object? name) => fired.Add(((string)name!, (_time.GetUtcNow() - start).TotalSeconds));
        using var late = _time.CreateTimer(Note, "late", TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var often = _time.CreateTimer(Note, "often", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        var gone = _time.CreateTimer(Note, "gone", TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        gone.Dispose();

        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal([("often", 2d), ("late", 3), ("often", 4)], fired);
        Assert.Equal(1, _time.ActiveTimers);
    }

    [Fact]
    public void A_timer_can_be_changed_and_can_change_itself()
    {
        var fired = 0;
        ITimer? timer = null;
        timer = _time.CreateTimer(
            _ =>
            {
                if (++fired < 3)
                    timer!.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            },
            null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, fired);

        timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(3, fired);
        timer.Dispose();
        Assert.False(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_delay_ends_when_its_time_has_passed()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(1), _time);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(delay.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await delay;
    }
}
