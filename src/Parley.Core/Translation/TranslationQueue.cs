using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Core.Messaging;
using Parley.Core.Sessions;

namespace Parley.Core.Translation;

/// <summary>One message to be translated into one language for all sessions that read it.</summary>
internal sealed class TranslationJob(Message message, string language)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The message.</summary>
    public Message Message { get; } = message;

    /// <summary>The language as the users have set it.</summary>
    public string Language { get; } = language;

    /// <summary>Who was pushed the message and reads this language.</summary>
    public List<Session> Sessions { get; } = [];

    /// <summary>Completes when the translation was pushed or given up.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The translation was pushed or given up.</summary>
    public void End() => _ended.TrySetResult();
}

/// <summary>
/// Translates messages away from the lanes. Several at once, but pushed in the order of their conversation: a translation waits for
/// those of the same conversation and language that were begun before it.
/// </summary>
/// <remarks>
/// Bounded: beyond the queue's length the oldest translation is dropped and counted. A user has one language, so what is in order for
/// a conversation and a language is in order for each session.
/// </remarks>
internal sealed class TranslationQueue : IAsyncDisposable
{
    private readonly Func<TranslationJob, CancellationToken, ValueTask<string?>> _translate;
    private readonly TranslationMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Channel<TranslationJob> _waiting;
    private readonly Lock _gate = new();
    private readonly Dictionary<(ConversationKey Conversation, string Language), TranslationJob> _newest = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task[] _workers;
    private long _lastId;

    /// <param name="translate">Gives the translated text, or null when nothing is to be pushed; counts its own results but pushes.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public TranslationQueue(
        Func<TranslationJob, CancellationToken, ValueTask<string?>> translate, TranslationOptions options, TimeProvider time, ILogger logger)
    {
        _translate = translate;
        _time = time;
        _logger = logger;
        _waiting = Channel.CreateBounded<TranslationJob>(
            new BoundedChannelOptions(options.QueueLength) { FullMode = BoundedChannelFullMode.DropOldest }, OnDropped);
        _metrics = new(() => _waiting.Reader.Count);
        _workers = [.. Enumerable.Range(0, options.Parallel).Select(_ => Task.Run(RunAsync))];
    }

    /// <summary>The figures.</summary>
    public TranslationMetrics Metrics => _metrics;

    /// <summary>Adds the translations of one message. Called in the message's lane, after its pushes.</summary>
    public void Add(List<TranslationJob> jobs)
    {
        foreach (var job in jobs)
            _waiting.Writer.TryWrite(job);
    }

    /// <summary>Stops; what waits is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync();
        await Task.WhenAll(_workers);
        _stopping.Dispose();
        _metrics.Dispose();
    }

    private void OnDropped(TranslationJob job) => _metrics.On(TranslationResult.Dropped);

    private async Task RunAsync()
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_stopping.Token))
            {
                if (TryTake(out var job, out var earlier))
                    await WorkAsync(job, earlier);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    /// <summary>Takes the oldest job, and finds the one that must be pushed before it; both in one step, so that the order is kept.</summary>
    private bool TryTake(out TranslationJob job, out TranslationJob? earlier)
    {
        lock (_gate)
        {
            earlier = null;
            if (!_waiting.Reader.TryRead(out job!))
                return false;
            var key = (job.Message.Conversation, job.Language);
            _newest.TryGetValue(key, out earlier);
            _newest[key] = job;
            return true;
        }
    }

    private async Task WorkAsync(TranslationJob job, TranslationJob? earlier)
    {
        try
        {
            var text = await _translate(job, _stopping.Token);
            if (earlier is not null)
                await earlier.Ended;
            if (text is not null)
                Push(job, text);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !_stopping.IsCancellationRequested)
        {
            _metrics.On(TranslationResult.Failed);
            _logger.TranslationFaulted(exception);
        }
        finally
        {
            lock (_gate)
            {
                var key = (job.Message.Conversation, job.Language);
                if (_newest.TryGetValue(key, out var newest) && ReferenceEquals(newest, job))
                    _newest.Remove(key);
            }
            job.End();
        }
    }

    private void Push(TranslationJob job, string text)
    {
        var delivery = new TranslationDelivery(job.Message, NewId(job.Message.MessageId), text);
        var isOwner = Burst.TryBegin();
        try
        {
            foreach (var session in job.Sessions)
                session.PushTranslation(delivery);
        }
        finally
        {
            if (isOwner)
                Burst.End();
        }
        _metrics.On(TranslationResult.Pushed);
    }

    /// <summary>
    /// Clients drop what has a sender and <c>mid</c> that they have seen, so the number must be far from what senders give: the second
    /// highest bit, then the time in milliseconds, then a count.
    /// </summary>
    private long NewId(long original)
    {
        var now = (1L << 62) | ((_time.GetUtcNow().ToUnixTimeMilliseconds() & ((1L << 42) - 1)) << 20);
        lock (_gate)
        {
            _lastId = Math.Max(_lastId + 1, now);
            if (_lastId == original)
                _lastId++;
            return _lastId;
        }
    }
}
