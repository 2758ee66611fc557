using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Gateways.Connections;

namespace Parley.Gateways.Tests.Connections;

public sealed class HeartbeatTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly JumpingTime _time = new();

    [Fact]
    public async Task Beats_that_come_in_time_or_a_second_late_count_in_full()
    {
        await using var heartbeat = new Heartbeat(_time, NullLogger.Instance);
        var item = new Item();
        heartbeat.Add(item);
        Assert.Equal(1000, await BeatAfterAsync(item, 1000));
        Assert.Equal(3000, await BeatAfterAsync(item, 2000));
        Assert.Equal(3001, await BeatAfterAsync(item, 1));
        Assert.Equal((3001, 3001), (heartbeat.Now, heartbeat.Awake));
    }

    [Fact]
    public async Task A_time_in_which_the_process_stood_still_is_nobodys_silence()
    {
        await using var heartbeat = new Heartbeat(_time, NullLogger.Instance);
        var item = new Item();
        heartbeat.Add(item);
        await BeatAfterAsync(item, 1000);
        _time.Jump(60_000); // what reads the clock before the next beat sees no more than that beat will
        Assert.Equal((61_000, 3000), (heartbeat.Now, heartbeat.Awake));
        Assert.Equal(3000, await BeatAfterAsync(item, 0));
        Assert.Equal(3001, await BeatAfterAsync(item, 1));
        Assert.Equal(4001, await BeatAfterAsync(item, 1000));
        Assert.Equal((62_001, 4001), (heartbeat.Now, heartbeat.Awake));
    }

    private async Task<long> BeatAfterAsync(Item item, long milliseconds)
    {
        _time.Jump(milliseconds);
        _time.Tick();
        return await item.Beats.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    }

    private sealed class Item : IHeartbeatItem
    {
        public Channel<long> Beats { get; } = Channel.CreateUnbounded<long>();

        public void OnHeartbeat(long now) => Beats.Writer.TryWrite(now);
    }

    /// <summary>A clock that jumps without firing its timer on the way, as that of a process that stood still.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        private readonly TaskCompletionSource<Action> _timer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _milliseconds;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Volatile.Read(ref _milliseconds);

        public void Jump(long milliseconds) => Interlocked.Add(ref _milliseconds, milliseconds);

        /// <summary>Fires the timer once.</summary>
        public void Tick() => _timer.Task.WaitAsync(Patience).GetAwaiter().GetResult()();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timer.TrySetResult(() => callback(state));
            return new Timer();
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
