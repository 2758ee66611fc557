using System.Threading.Channels;
using Parley.Core.Listening;
using Parley.Core.Messaging;

namespace Parley.Core.Webhooks;

/// <summary>Wakes a webhook when there is something for it, and keeps events until it takes them.</summary>
internal sealed class WebhookListener(Webhook webhook, WebhookMetrics metrics) : Listener(webhook.ProjectId, webhook)
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly Lock _gate = new();
    private readonly Queue<WebhookEvent> _events = new();
    private long _lastNumber;

    /// <summary>Whether events wait.</summary>
    public bool HasEvents
    {
        get
        {
            lock (_gate)
                return _events.Count > 0;
        }
    }

    /// <inheritdoc/>
    public override void OnMessage(MessageDelivery delivery) => Wake();

    /// <inheritdoc/>
    public override void OnEvent(ListenerEvent told)
    {
        lock (_gate)
        {
            _lastNumber = Math.Max(_lastNumber + 1, told.Time * 1000);
            if (_events.Count >= webhook.PendingEvents)
            {
                _events.Dequeue();
                metrics.OnEventsDropped(webhook, 1);
            }
            _events.Enqueue(new(_lastNumber, told));
        }
        Wake();
    }

    /// <summary>Makes the webhook look whether there is something to do.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Waits until somebody calls <see cref="Wake"/>; one call since the last wait is enough.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _wake.Reader.ReadAsync(cancellationToken);

    /// <summary>Takes the oldest events.</summary>
    public IReadOnlyList<WebhookEvent> TakeEvents(int most)
    {
        lock (_gate)
        {
            if (_events.Count == 0)
                return [];
            var taken = new WebhookEvent[Math.Min(most, _events.Count)];
            for (var i = 0; i < taken.Length; i++)
                taken[i] = _events.Dequeue();
            return taken;
        }
    }
}
