using System.Diagnostics.Metrics;

namespace Parley.Core.MobilePush;

/// <summary>The figures of mobile push (meter <c>Parley.MobilePush</c>).</summary>
internal sealed class MobilePushMetrics : IDisposable
{
    private const string Prefix = "parley.mobile.push.";

    private readonly Meter _meter = new("Parley.MobilePush");
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _removed;
    private readonly Counter<long> _dropped;
    private long _droppedCount;

    public MobilePushMetrics()
    {
        _sent = _meter.CreateCounter<long>($"{Prefix}sent", "{notification}", "Notifications that a service took.");
        _failed = _meter.CreateCounter<long>($"{Prefix}failed", "{notification}", "Notifications that a service refused or did not answer.");
        _removed = _meter.CreateCounter<long>($"{Prefix}removed", "{device}", "Devices forgotten because a service said that they are gone.");
        _dropped = _meter.CreateCounter<long>(
            $"{Prefix}dropped", "{item}", "Messages (kind None) and notifications given up because a queue was full.");
    }

    /// <summary>What was dropped so far.</summary>
    public long Dropped => Volatile.Read(ref _droppedCount);

    public void OnSent(string kind) => _sent.Add(1, Of(kind));

    public void OnFailed(string kind) => _failed.Add(1, Of(kind));

    public void OnRemoved(string kind) => _removed.Add(1, Of(kind));

    public void OnDropped(string kind)
    {
        Interlocked.Increment(ref _droppedCount);
        _dropped.Add(1, Of(kind));
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Of(string kind) => new("sender", kind);
}
