using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core.Messaging;
using Parley.Core.Pending;
using Parley.Core.Storage;
using Parley.Testing;

namespace Parley.Core.Tests.Pending;

public sealed class PendingMessagesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ManualTimeProvider _time = new();
    private readonly FakeStore _store = new();

    [Fact]
    public async Task What_is_acknowledged_in_order_is_written_as_one_range()
    {
        await using var pending = Make();
        await pending.AcknowledgeAsync(Of(1)); // its writing holds the rest together
        await _store.Entered.WaitAsync(Limit, CancellationToken.None);
        for (var seq = 2; seq <= 50; seq++)
            await pending.AcknowledgeAsync(Of(seq));
        await pending.AcknowledgeAsync(Of(60));
        await pending.AcknowledgeAsync(Of(61));
        await pending.AcknowledgeAsync(Of(3, user: 8));
        var flushed = pending.FlushAsync();
        Assert.False(flushed.IsCompleted);
        _store.Open();
        await flushed.WaitAsync(Limit, TimeProvider.System);
        Assert.Equal([Of(1)], _store.Written[0]);
        Assert.Equal([Of(2, to: 50), Of(60, to: 61), Of(3, user: 8)], _store.Written[1].OrderBy(one => one.UserId).ThenBy(one => one.From));
    }

    [Fact]
    public async Task A_store_that_fails_is_asked_again_and_nobody_is_told_that_it_is_committed()
    {
        _store.Open();
        _store.Failures = 25;
        await using var pending = Make();
        await pending.AcknowledgeAsync(Of(1));
        for (var attempt = 1; attempt <= 25; attempt++)
        {
            await _store.Entered.WaitAsync(Limit, CancellationToken.None);
            Assert.False(pending.FlushAsync().IsCompleted);
            await UntilAsync(() => _time.ActiveTimers == 1);
            if (attempt == 1)
                await pending.AcknowledgeAsync(Of(2)); // gathered meanwhile
            _time.Advance(TimeSpan.FromMilliseconds(999));
            Assert.Equal(0, _store.Entered.CurrentCount);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
        await pending.FlushAsync().WaitAsync(Limit, TimeProvider.System);
        Assert.Equal([[Of(1)], [Of(2)]], _store.Written);
    }

    [Fact]
    public async Task While_the_store_stands_still_so_much_is_gathered_and_then_callers_wait()
    {
        await using var pending = Make();
        await pending.AcknowledgeAsync(Of(1));
        await _store.Entered.WaitAsync(Limit, CancellationToken.None);
        var seq = 3;
        ValueTask last;
        do
        {
            last = pending.AcknowledgeAsync(Of(seq));
            seq += 2;
        }
        while (last.IsCompleted && seq < 1_000_000);
        Assert.Equal(200_003, seq); // 100,000 of them
        _store.Open();
        await last.AsTask().WaitAsync(Limit, TimeProvider.System);
    }

    [Fact]
    public async Task However_acknowledgements_and_flushes_fall_together_every_flush_ends()
    {
        _store.Open();
        await using var pending = Make();
        for (var seq = 1; seq <= 20_000; seq++)
        {
            await pending.AcknowledgeAsync(Of(seq));
            await pending.FlushAsync().WaitAsync(Limit, TimeProvider.System);
            Assert.Equal(seq, _store.Highest);
        }
    }

    [Fact]
    public async Task A_flush_does_not_wait_for_what_is_acknowledged_after_it()
    {
        await using var pending = Make();
        await pending.AcknowledgeAsync(Of(1));
        await _store.Entered.WaitAsync(Limit, CancellationToken.None);
        var flushed = pending.FlushAsync();
        _store.HoldNext();
        await pending.AcknowledgeAsync(Of(2));
        _store.Open();
        await _store.Entered.WaitAsync(Limit, CancellationToken.None); // the second is being written, and stays so
        await flushed.WaitAsync(Limit, TimeProvider.System);
        Assert.Equal(1, _store.Highest);
        _store.Open();
    }

    [Fact]
    public async Task The_end_does_not_wait_for_a_store_that_fails()
    {
        _store.Open();
        _store.Failures = int.MaxValue;
        var pending = Make();
        await pending.AcknowledgeAsync(Of(1));
        await _store.Entered.WaitAsync(Limit, CancellationToken.None);
        await pending.DisposeAsync().AsTask().WaitAsync(Limit, TimeProvider.System);
        Assert.Empty(_store.Written);
    }

    private static Acknowledgement Of(long from, long? to = null, long user = 7) =>
        new(ConversationKey.PeerToPeer(1000, user, 9), user, from, to ?? from);

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        using var deadline = new CancellationTokenSource(Limit, TimeProvider.System);
        while (!isSo())
            await timer.WaitForNextTickAsync(deadline.Token);
    }

    private PendingMessages Make() => new(_store, _time, NullLogger.Instance);

    private sealed class FakeStore : IPendingStore
    {
        private TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource? _next;

        public SemaphoreSlim Entered { get; } = new(0);

        public List<IReadOnlyList<Acknowledgement>> Written { get; } = [];

        public int Failures { get; set; }

        public long Highest { get; private set; }

        /// <summary>Lets what waits be written, and what comes, unless the next was to be held.</summary>
        public void Open()
        {
            var open = _open;
            _open = Interlocked.Exchange(ref _next, null) ?? _open;
            open.TrySetResult();
        }

        /// <summary>What comes after what waits now is held until the store is opened again.</summary>
        public void HoldNext() => _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask EnrolAsync(long projectId, long userId, CancellationToken cancellationToken) => default;

        public ValueTask<IReadOnlyList<PendingConversation>> GetAsync(long projectId, long userId, CancellationToken cancellationToken) =>
            new([]);

        public async ValueTask AcknowledgeAsync(IReadOnlyList<Acknowledgement> acknowledgements, CancellationToken cancellationToken)
        {
            Entered.Release();
            await _open.Task;
            if (Failures-- > 0)
                throw new IOException("The disk is full.");
            lock (Written)
            {
                Written.Add(acknowledgements);
                Highest = Math.Max(Highest, acknowledgements.Max(one => one.To));
            }
        }
    }
}
