using Microsoft.Extensions.Logging;
using Parley.Core.Listening;
using Parley.Core.Storage;

namespace Parley.Core.Webhooks;

/// <summary>
/// Tells back ends that keep no connection of messages and events. What a webhook was told is remembered in the store, so that a restart
/// loses no message; events are told as long as the server runs and their queue is not full.
/// </summary>
public sealed class WebhookService : IAsyncDisposable
{
    private readonly WebhookMetrics _metrics = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<WebhookStream> _streams = [];
    private readonly IWebhookStore _store;
    private readonly ListenerRegistry _listeners;
    private readonly List<Task> _loops = [];

    /// <summary>Makes the service. Nothing is told before <see cref="StartAsync"/>.</summary>
    public WebhookService(IReadOnlyList<Webhook> webhooks, ParleyCore core, IWebhookSender sender, ILoggerFactory loggers)
    {
        _store = core.Store.Webhooks;
        _listeners = core.Listeners;
        var logger = loggers.CreateLogger("Parley.Core.Webhooks");
        foreach (var webhook in webhooks)
            _streams.Add(new(webhook, _store, sender, _metrics, core.Time, logger));
        _metrics.Watch(_streams);
    }

    /// <summary>Begins to tell. A webhook that is not known yet begins with what is said from now on.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var stream in _streams)
            await stream.OpenAsync(cancellationToken);
        foreach (var stream in _streams)
        {
            _listeners.Change(stream.Listener, _ => stream.Webhook.Filter);
            _loops.Add(Task.Run(() => stream.RunAsync(_stopping.Token), CancellationToken.None));
        }
    }

    /// <summary>How all webhooks are.</summary>
    public async Task<IReadOnlyList<WebhookStatus>> GetStatusAsync(CancellationToken cancellationToken)
    {
        var end = await _store.GetLogEndAsync(cancellationToken);
        var all = new List<WebhookStatus>();
        foreach (var stream in _streams)
        {
            var webhook = stream.Webhook;
            var isRunning = stream.State != WebhookState.Stopped;
            var position = isRunning ? stream.Position : await _store.FindCursorAsync(webhook.Key, cancellationToken);
            var lag = stream.State == WebhookState.Idle ? stream.Lag : Math.Max(0, end - (position ?? end));
            var letters = await _store.CountDeadLettersAsync(webhook.Key, cancellationToken);
            all.Add(new(webhook, stream.State, position, lag, letters, stream.LastFailure));
        }
        return all;
    }

    /// <summary>
    /// Dead letters of a webhook after a position, in the order of their positions; null when there is no webhook with this name.
    /// </summary>
    public async Task<IReadOnlyList<DeadLetter>?> GetDeadLettersAsync(
        string name, long after, int take, CancellationToken cancellationToken) =>
        Find(name) is { } stream ? await _store.GetDeadLettersAsync(stream.Webhook.Key, after, take, cancellationToken) : null;

    /// <summary>
    /// Sends all dead letters of a webhook again, and ends its pause. Returns how many are to be sent; null when there is no webhook
    /// with this name.
    /// </summary>
    public async Task<int?> RetryAsync(string name, CancellationToken cancellationToken)
    {
        if (Find(name) is not { } stream)
            return null;
        var count = await _store.RetryDeadLettersAsync(stream.Webhook.Key, cancellationToken);
        stream.Resume();
        return count;
    }

    /// <summary>Breaks off what is on its way; it is sent again after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _streams)
            _listeners.Remove(stream.Listener);
        await _stopping.CancelAsync();
        await Task.WhenAll(_loops);
        _stopping.Dispose();
        _metrics.Dispose();
    }

    private WebhookStream? Find(string name) =>
        _streams.Find(stream => stream.Webhook.Name.Equals(name, StringComparison.Ordinal));
}
