using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Parley.Core.Storage;
using Parley.Core.Users;

namespace Parley.Core.Messaging;

/// <summary>
/// How far users have read. Positions that move with every receipt are gathered in memory and written together; what a crash takes
/// with it is only delivered again.
/// </summary>
public sealed class ReadPositions : IAsyncDisposable
{
    private readonly IMessageStore _store;
    private readonly CoreSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<UserKey, Pending> _pending = new();
    private readonly SemaphoreSlim _flushing = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private int _count;
    private int _isFlushWanted;

    internal ReadPositions(IMessageStore store, CoreSettings settings, TimeProvider time, ILogger logger)
    {
        _store = store;
        _settings = settings;
        _time = time;
        _logger = logger;
    }

    internal void Start() => _loop = Task.Run(RunAsync);

    /// <summary>
    /// Moves a position to <paramref name="to"/> soon, if everything before <paramref name="from"/> is read then (0 = in any case).
    /// Never waits; a position behind the present one changes nothing.
    /// </summary>
    public void Advance(ConversationKey conversation, long userId, long from, long to)
    {
        var user = new UserKey(conversation.ProjectId, userId);
        while (true)
        {
            var pending = _pending.GetOrAdd(user, static _ => new Pending());
            lock (pending)
            {
                // a set that a flush has taken is gone from the map: what is added to it now would be lost
                if (!_pending.TryGetValue(user, out var present) || !ReferenceEquals(present, pending))
                    continue;
                Interlocked.Add(ref _count, pending.Add(conversation, userId, from, to));
            }
            break;
        }
        if (_count >= _settings.PendingReadPositions && Interlocked.Exchange(ref _isFlushWanted, 1) == 0)
            _ = Task.Run(FlushAllAsync);
    }

    /// <summary>Moves positions forward now.</summary>
    public ValueTask AdvanceNowAsync(IReadOnlyList<ReadPosition> positions, CancellationToken cancellationToken) =>
        positions.Count == 0 ? ValueTask.CompletedTask : _store.AdvanceReadPositionsAsync(positions, cancellationToken);

    /// <summary>Writes what is gathered for one user, so that the store tells the truth about it.</summary>
    public async ValueTask FlushAsync(UserKey user)
    {
        if (_pending.ContainsKey(user))
            await FlushPendingAsync(user);
        else if (_flushing.CurrentCount == 0)
            await WaitForRunningFlushAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        await FlushAllAsync();
        _stopping.Dispose();
        _flushing.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_settings.ReadPositionMilliseconds), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
                await FlushAllAsync();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private async Task WaitForRunningFlushAsync()
    {
        await _flushing.WaitAsync();
        _flushing.Release();
    }

    private Task FlushAllAsync()
    {
        Volatile.Write(ref _isFlushWanted, 0);
        return FlushPendingAsync(user: null);
    }

    private async Task FlushPendingAsync(UserKey? user)
    {
        await _flushing.WaitAsync();
        try
        {
            var positions = new List<ReadPosition>();
            if (user is { } one)
            {
                Take(one, positions);
            }
            else
            {
                foreach (var (key, _) in _pending)
                    Take(key, positions);
            }
            if (positions.Count == 0)
                return;
            try
            {
                await _store.AdvanceReadPositionsAsync(positions, CancellationToken.None);
            }
            catch (Exception exception)
            {
                _logger.ReadPositionsFailed(exception, positions.Count);
                foreach (var position in positions.Take(_settings.PendingReadPositions - 1))
                    Restore(position);
            }
        }
        finally
        {
            _flushing.Release();
        }
    }

    private void Take(UserKey user, List<ReadPosition> into)
    {
        if (!_pending.TryRemove(user, out var pending))
            return;
        lock (pending)
        {
            var before = into.Count;
            pending.MoveTo(into, user.UserId);
            Interlocked.Add(ref _count, before - into.Count);
        }
    }

    private void Restore(ReadPosition position)
    {
        if (!_stopping.IsCancellationRequested)
            Advance(position.Conversation, position.UserId, position.From, position.Sequence);
    }

    /// <summary>The positions of one user: per conversation the newest run of sequences, and older runs that it does not continue.</summary>
    private sealed class Pending
    {
        private static readonly Comparer<ReadPosition> BySequence = Comparer<ReadPosition>.Create(static (a, b) => a.From.CompareTo(b.From));

        private readonly Dictionary<ConversationKey, (long From, long To)> _newest = [];
        private List<ReadPosition>? _older;

        /// <summary>Returns by how many positions the set grew.</summary>
        public int Add(ConversationKey conversation, long userId, long from, long to)
        {
            ref var run = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_newest, conversation, out var exists);
            if (!exists)
            {
                run = (from, to);
                return 1;
            }
            if (from <= run.To + 1 && to >= run.From - 1)
            {
                run = (Math.Min(run.From, from), Math.Max(run.To, to));
                return 0;
            }
            // what lies between the two runs is not read by either
            (_older ??= []).Add(new(conversation, userId, run.To, run.From));
            run = (from, to);
            return 1;
        }

        /// <summary>In the order of the sequences: a run counts when it continues what is read, also when it came in before that.</summary>
        public void MoveTo(List<ReadPosition> into, long userId)
        {
            var first = into.Count;
            foreach (var (conversation, run) in _newest)
                into.Add(new(conversation, userId, run.To, run.From));
            if (_older is null)
                return;
            into.AddRange(_older);
            into.Sort(first, into.Count - first, BySequence);
        }
    }
}
