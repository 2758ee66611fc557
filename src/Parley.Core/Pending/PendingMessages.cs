using Microsoft.Extensions.Logging;
using Parley.Core.Messaging;
using Parley.Core.Storage;

namespace Parley.Core.Pending;

/// <summary>
/// Messages that stay pending until their receiver acknowledges each of them, for protocols that promise so. Acknowledgements are written
/// as soon as the store takes them, many at once.
/// </summary>
public sealed class PendingMessages : IAsyncDisposable
{
    private const int MostGathered = 100_000;
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly IPendingStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private Batch _gathering = new();
    private Batch? _beingWritten;
    private Task _writing = Task.CompletedTask;
    private bool _isWriting; // changes inside the gate, as the task's end does not

    internal PendingMessages(IPendingStore store, TimeProvider time, ILogger logger)
    {
        _store = store;
        _time = time;
        _logger = logger;
    }

    /// <summary>Begins to keep a user's messages until they are acknowledged; what is unread then is pending.</summary>
    public ValueTask EnrolAsync(long projectId, long userId, CancellationToken cancellationToken) =>
        _store.EnrolAsync(projectId, userId, cancellationToken);

    /// <summary>Where something is pending for a user.</summary>
    public async ValueTask<IReadOnlyList<PendingConversation>> GetAsync(long projectId, long userId, CancellationToken cancellationToken)
    {
        await FlushAsync();
        return await _store.GetAsync(projectId, userId, cancellationToken);
    }

    /// <summary>
    /// Remembers what a user acknowledged. Completes at once, unless so much waits to be written that the caller has to wait too.
    /// </summary>
    public ValueTask AcknowledgeAsync(Acknowledgement acknowledgement)
    {
        lock (_gate)
        {
            _gathering.Add(acknowledgement);
            if (!_isWriting)
            {
                _isWriting = true;
                _writing = Task.Run(WriteAsync);
            }
            return _gathering.Count < MostGathered ? ValueTask.CompletedTask : new(_gathering.Written.Task);
        }
    }

    /// <summary>
    /// Completes when everything that was acknowledged before is committed; not while the store does not take it.
    /// </summary>
    public Task FlushAsync()
    {
        lock (_gate)
            return _gathering.Count > 0 ? _gathering.Written.Task : _beingWritten?.Written.Task ?? Task.CompletedTask;
    }

    /// <summary>Writes what was acknowledged, with one attempt.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task writing;
        lock (_gate)
            writing = _writing;
        await writing;
        _stopping.Dispose();
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            Batch batch;
            lock (_gate)
            {
                _beingWritten = null;
                if (_gathering.Count == 0)
                {
                    _isWriting = false;
                    return;
                }
                _beingWritten = batch = _gathering;
                _gathering = new Batch();
            }
            await WriteAsync(batch);
            batch.Written.SetResult();
        }
    }

    /// <summary>
    /// Tries until the store takes it: what is forgotten here would be sent again to somebody who has it. Meanwhile more is gathered, up
    /// to a bound, and whoever asks whether it is committed waits.
    /// </summary>
    private async Task WriteAsync(Batch batch)
    {
        var all = batch.ToList();
        while (true)
        {
            try
            {
                await _store.AcknowledgeAsync(all, CancellationToken.None);
                return;
            }
            catch (Exception exception)
            {
                _logger.AcknowledgementsFailed(exception, all.Count);
            }
            if (_stopping.IsCancellationRequested)
                return;
            try
            {
                await Task.Delay(AfterFailure, _time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                // one attempt more
            }
        }
    }

    /// <summary>What is written together: one range for what is acknowledged in order.</summary>
    private sealed class Batch
    {
        private readonly Dictionary<(ConversationKey Conversation, long UserId), SequenceRange> _newest = [];
        private readonly List<Acknowledgement> _older = [];

        public int Count => _newest.Count + _older.Count;

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Add(Acknowledgement more)
        {
            var key = (more.Conversation, more.UserId);
            ref var range = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_newest, key, out var exists);
            if (exists && more.From == range.To + 1)
            {
                range = range with { To = more.To };
                return;
            }
            if (exists)
                _older.Add(new(more.Conversation, more.UserId, range.From, range.To));
            range = new(more.From, more.To);
        }

        public IReadOnlyList<Acknowledgement> ToList()
        {
            var all = new List<Acknowledgement>(_older);
            foreach (var ((conversation, userId), range) in _newest)
                all.Add(new(conversation, userId, range.From, range.To));
            return all;
        }
    }
}
