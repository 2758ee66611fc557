using System.Collections.Concurrent;
using Parley.Rtm.Backend;

namespace Parley.Rtm.Sdk.Tests.Backend;

/// <summary>Remembers what it was told.</summary>
internal sealed class RecordingMonitor : IRtmMonitor
{
    public ConcurrentQueue<RtmEvent> Seen { get; } = new();

    /// <summary>Awaited before each event is recorded.</summary>
    public Func<RtmEvent, Task> Before { get; set; } = _ => Task.CompletedTask;

    public ValueTask OnP2PMessageAsync(RtmMessageEvent message, CancellationToken cancellationToken) => RecordAsync(message);

    public ValueTask OnGroupMessageAsync(RtmMessageEvent message, CancellationToken cancellationToken) => RecordAsync(message);

    public ValueTask OnRoomMessageAsync(RtmMessageEvent message, CancellationToken cancellationToken) => RecordAsync(message);

    public ValueTask OnUserEventAsync(RtmUserEvent userEvent, CancellationToken cancellationToken) => RecordAsync(userEvent);

    private async ValueTask RecordAsync(RtmEvent happened)
    {
        await Before(happened);
        Seen.Enqueue(happened);
    }
}
