using System.Diagnostics.Metrics;

namespace Parley.Core.Webhooks;

/// <summary>The figures of webhooks (meter <c>Parley.Webhooks</c>), by the webhook's name.</summary>
internal sealed class WebhookMetrics : IDisposable
{
    private readonly Meter _meter = new("Parley.Webhooks");
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _forgotten;
    private readonly Counter<long> _events;

    public WebhookMetrics()
    {
        _delivered = _meter.CreateCounter<long>("parley.webhook.delivered", "{delivery}", "Messages and events that receivers took.");
        _failures = _meter.CreateCounter<long>("parley.webhook.failures", "{attempt}", "Attempts that failed.");
        _deadLetters = _meter.CreateCounter<long>("parley.webhook.dead_letters", "{message}", "Messages that were given up.");
        _forgotten = _meter.CreateCounter<long>(
            "parley.webhook.dead_letters.forgotten", "{message}", "Dead letters forgotten because there were too many.");
        _events = _meter.CreateCounter<long>("parley.webhook.events.dropped", "{event}", "Events that were dropped or given up.");
    }

    /// <summary>Tells the lag of webhooks from now on.</summary>
    public void Watch(IReadOnlyList<WebhookStream> streams) => _meter.CreateObservableGauge(
        "parley.webhook.lag",
        () => streams.Select(stream => new Measurement<long>(stream.Lag, Tag(stream.Webhook))),
        "{message}",
        "Messages of the server, of all projects, that came after the one that the webhook is done with.");

    public void OnDelivered(Webhook webhook, int count) => _delivered.Add(count, Tag(webhook));

    public void OnFailed(Webhook webhook) => _failures.Add(1, Tag(webhook));

    public void OnGivenUp(Webhook webhook, int count, int forgotten)
    {
        _deadLetters.Add(count, Tag(webhook));
        if (forgotten > 0)
            _forgotten.Add(forgotten, Tag(webhook));
    }

    public void OnEventsDropped(Webhook webhook, int count) => _events.Add(count, Tag(webhook));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(Webhook webhook) => new("webhook", webhook.Name);
}
