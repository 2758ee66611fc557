using Microsoft.Extensions.Logging;
using Parley.Core.Storage;

namespace Parley.Core.Webhooks;

/// <summary>
/// Tells one webhook, one batch at a time: events, dead letters that somebody asked to send again, and the log after the cursor. The
/// cursor moves when the receiver has taken a batch, or when the batch was given up and its messages are dead letters. So a message is
/// told at least once, and those of a conversation in their order.
/// </summary>
internal sealed class WebhookStream(
    Webhook webhook, IWebhookStore store, IWebhookSender sender, WebhookMetrics metrics, TimeProvider time, ILogger logger)
{
    /// <summary>How often the log is looked at without being woken. Nothing depends on it while all messages pass through this node.</summary>
    private static readonly TimeSpan PollTime = TimeSpan.FromMinutes(1);

    /// <summary>The wait after a fault of the store.</summary>
    private static readonly TimeSpan FaultTime = TimeSpan.FromSeconds(5);

    /// <summary>So many unwanted messages are passed over before that is written down; after a restart they are passed over again.</summary>
    private const long SkippedBetweenSaves = 10_000;

    private long _position;
    private long _saved;
    private long _end;
    private int _mayRetry = 1;
    private int _attempts; // of the batch that was given up last
    private volatile WebhookState _state;
    private volatile string _lastFailure = "";

    /// <summary>The webhook.</summary>
    public Webhook Webhook => webhook;

    /// <summary>By what it is woken and told of events.</summary>
    public WebhookListener Listener { get; } = new(webhook, metrics);

    /// <summary>What it does.</summary>
    public WebhookState State => _state;

    /// <summary>It is done with the log up to here.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>How many messages came after that, as far as is known.</summary>
    public long Lag => Math.Max(0, Volatile.Read(ref _end) - Position);

    /// <summary>Why the last failed attempt failed.</summary>
    public string LastFailure => _lastFailure;

    /// <summary>Finds out where to begin.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _saved = _position = _end = await store.OpenCursorAsync(webhook.Key, cancellationToken);
        _state = WebhookState.Idle;
    }

    /// <summary>Dead letters may be there to be sent again; a pause ends.</summary>
    public void Resume()
    {
        Volatile.Write(ref _mayRetry, 1);
        if (_state == WebhookState.Paused)
            _state = WebhookState.Idle;
        Listener.Wake();
    }

    /// <summary>Tells until cancelled. Throws nothing.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var poll = time.CreateTimer(static listener => ((WebhookListener)listener!).Wake(), Listener, PollTime, PollTime);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                while (_state != WebhookState.Paused && await RoundAsync(cancellationToken))
                {
                }
                await Listener.WaitAsync(cancellationToken);
                if (_state == WebhookState.Paused)
                    await LookAtEndAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                logger.WebhookFault(exception, webhook.Name, FaultTime.TotalSeconds);
                Volatile.Write(ref _mayRetry, 1);
                await Task.Delay(FaultTime, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Listener.Wake();
            }
        }
    }

    /// <summary>One batch of each sort at the most; true when there may be more.</summary>
    private async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var more = await TellEventsAsync(cancellationToken);
        if (_state != WebhookState.Paused)
            more |= await TellDeadLettersAsync(cancellationToken);
        if (_state != WebhookState.Paused)
            more |= await TellMessagesAsync(cancellationToken);
        return more;
    }

    private async Task<bool> TellEventsAsync(CancellationToken cancellationToken)
    {
        var events = Listener.TakeEvents(webhook.BatchSize);
        if (events.Count == 0)
            return false;
        if (await DeliverAsync(new(webhook, events, [], IsRedelivery: false), cancellationToken) != Verdict.Accepted)
            metrics.OnEventsDropped(webhook, events.Count);
        return true;
    }

    private async Task<bool> TellDeadLettersAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _mayRetry, 0) == 0)
            return false;
        var page = await store.ReadRetriesAsync(webhook.Key, webhook.BatchSize, webhook.BatchBytes, cancellationToken);
        if (page.Missing.Count > 0)
            await store.RemoveDeadLettersAsync(webhook.Key, page.Missing, cancellationToken);
        if (page.Entries.Count > 0)
        {
            var batch = new WebhookBatch(webhook, [], page.Entries, IsRedelivery: true);
            var verdict = await DeliverAsync(batch, cancellationToken);
            if (verdict == Verdict.Accepted)
                await store.RemoveDeadLettersAsync(webhook.Key, [.. page.Entries.Select(entry => entry.Position)], cancellationToken);
            else if (verdict == Verdict.GivenUp)
                await BuryAsync(batch, Position, cancellationToken);
        }
        if (page.Entries.Count + page.Missing.Count == 0)
            return false;
        Volatile.Write(ref _mayRetry, 1);
        return true;
    }

    private async Task<bool> TellMessagesAsync(CancellationToken cancellationToken)
    {
        var query = new LogQuery(webhook.ProjectId, Position, webhook.BatchSize, webhook.BatchBytes);
        var page = await store.ReadLogAsync(query, cancellationToken);
        Volatile.Write(ref _end, page.End);
        var wanted = page.Entries.Where(entry => webhook.Filter.Wants(entry.Message)).ToArray();
        if (wanted.Length > 0)
        {
            var batch = new WebhookBatch(webhook, [], wanted, IsRedelivery: false);
            var verdict = await DeliverAsync(batch, cancellationToken);
            if (verdict == Verdict.Paused)
                return false;
            if (verdict == Verdict.Accepted)
                await store.SaveCursorAsync(webhook.Key, page.Through, cancellationToken);
            else
                await BuryAsync(batch, page.Through, cancellationToken);
            _saved = page.Through;
        }
        else if (page.Through - _saved >= SkippedBetweenSaves)
        {
            await store.SaveCursorAsync(webhook.Key, page.Through, cancellationToken);
            _saved = page.Through;
        }
        Volatile.Write(ref _position, page.Through);
        return page.Through < page.End;
    }

    /// <summary>Sends a batch until it is taken, given up, or unwanted.</summary>
    private async Task<Verdict> DeliverAsync(WebhookBatch batch, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        _state = WebhookState.Sending;
        for (var attempt = 1; ; attempt++)
        {
            var reply = await sender.SendAsync(batch, attempt, cancellationToken);
            switch (reply.Outcome)
            {
                case WebhookOutcome.Accepted:
                    if (attempt > 1)
                        logger.WebhookRecovered(webhook.Name, attempt);
                    metrics.OnDelivered(webhook, batch.Count);
                    _state = WebhookState.Idle;
                    return Verdict.Accepted;
                case WebhookOutcome.Gone:
                    Note(reply.Reason);
                    logger.WebhookPaused(webhook.Name);
                    _state = WebhookState.Paused;
                    return Verdict.Paused;
                case WebhookOutcome.Failed:
                    Note(reply.Reason);
                    break;
                default:
                    throw new InvalidOperationException($"Unknown outcome: {reply.Outcome}.");
            }
            if (attempt == 1)
                logger.WebhookRefused(webhook.Name, reply.Reason);
            if (attempt >= webhook.MaxAttempts || time.GetElapsedTime(started) >= webhook.GiveUpAfter)
            {
                logger.WebhookGaveUp(webhook.Name, batch.Count, attempt, reply.Reason);
                _attempts = attempt;
                _state = WebhookState.Idle;
                return Verdict.GivenUp;
            }
            _state = WebhookState.Retrying;
            await Task.Delay(WaitAfter(attempt), time, cancellationToken);
            await LookAtEndAsync(cancellationToken);
        }
    }

    /// <summary>Nothing is read while a batch is not taken: the lag is found out apart.</summary>
    private async Task LookAtEndAsync(CancellationToken cancellationToken) =>
        Volatile.Write(ref _end, await store.GetLogEndAsync(cancellationToken));

    private async Task BuryAsync(WebhookBatch batch, long cursor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        DeadLetter[] letters = [.. batch.Messages.Select(entry => new DeadLetter(entry.Position, _attempts, now, LastFailure))];
        var forgotten = await store.BuryAsync(webhook.Key, letters, cursor, webhook.DeadLetters, cancellationToken);
        metrics.OnGivenUp(webhook, letters.Length, forgotten);
        if (forgotten > 0)
            logger.WebhookForgot(webhook.Name, forgotten, webhook.DeadLetters);
    }

    /// <summary>Doubles with every attempt, up to the longest wait, and is up to a quarter shorter by chance.</summary>
    private TimeSpan WaitAfter(int attempt)
    {
        var wait = webhook.FirstRetry * Math.Pow(2, Math.Min(attempt - 1, 30));
        return (wait < webhook.LongestRetry ? wait : webhook.LongestRetry) * (1 - (Random.Shared.NextDouble() / 4));
    }

    private void Note(string reason)
    {
        _lastFailure = reason;
        metrics.OnFailed(webhook);
    }

    private enum Verdict
    {
        Accepted,
        GivenUp,
        Paused,
    }
}
