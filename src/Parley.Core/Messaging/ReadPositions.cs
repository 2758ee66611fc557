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
    private readonly ConcurrentDictionary<UserKey, Dictionary<ConversationKey, long>> _pending = new();
    private readonly SemaphoreSlim _flushing = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private int _count;

    internal ReadPositions(IMessageStore store, CoreSettings settings, TimeProvider time, ILogger logger)
    {
        _store = store;
        _settings = settings;
        _time = time;
        _logger = logger;
    }

    internal void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Moves a position forward soon. Never waits; a position behind the present one changes nothing.</summary>
    public void Advance(ConversationKey conversation, long userId, long sequence)
    {
        var user = new UserKey(conversation.ProjectId, userId);
        while (true)
        {
            var positions = _pending.GetOrAdd(user, static _ => []);
            lock (positions)
            {
                // a set that a flush has taken is gone from the map: what is added to it now would be lost
                if (!_pending.TryGetValue(user, out var present) || !ReferenceEquals(present, positions))
                    continue;
                if (!positions.TryGetValue(conversation, out var known))
                    Interlocked.Increment(ref _count);
                if (sequence > known)
                    positions[conversation] = sequence;
            }
            break;
        }
        if (_count >= _settings.PendingReadPositions)
            _ = Task.Run(() => FlushAsync(user: null));
    }

    /// <summary>Moves positions forward now.</summary>
    public ValueTask AdvanceNowAsync(IReadOnlyList<ReadPosition> positions, CancellationToken cancellationToken) =>
        positions.Count == 0 ? ValueTask.CompletedTask : _store.AdvanceReadPositionsAsync(positions, cancellationToken);

    /// <summary>Writes what is gathered for one user, so that the store tells the truth about it.</summary>
    public async ValueTask FlushAsync(UserKey user)
    {
        if (_pending.ContainsKey(user))
            await FlushAsync((UserKey?)user);
        else if (_flushing.CurrentCount == 0)
            await WaitForRunningFlushAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        await FlushAsync((UserKey?)null);
        _stopping.Dispose();
        _flushing.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_settings.ReadPositionMilliseconds), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
                await FlushAsync((UserKey?)null);
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

    private async Task FlushAsync(UserKey? user)
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
        if (!_pending.TryRemove(user, out var positions))
            return;
        lock (positions)
        {
            foreach (var (conversation, sequence) in positions)
                into.Add(new(conversation, user.UserId, sequence));
            Interlocked.Add(ref _count, -positions.Count);
        }
    }

    private void Restore(ReadPosition position)
    {
        if (!_stopping.IsCancellationRequested)
            Advance(position.Conversation, position.UserId, position.Sequence);
    }
}
