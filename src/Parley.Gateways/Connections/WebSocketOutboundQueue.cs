using System.Net.WebSockets;

namespace Parley.Gateways.Connections;

/// <summary>Sends over a WebSocket: one binary message per frame.</summary>
public sealed class WebSocketOutboundQueue(WebSocket socket, ConnectionSettings settings) : OutboundQueue(settings)
{
    private const int EarlyFlush = 256;

    private readonly Queue<ReadOnlyMemory<byte>> _next = new();

    /// <inheritdoc/>
    protected override bool ShouldFlushEarly => _next.Count >= EarlyFlush;

    /// <inheritdoc/>
    protected override bool JoinsFrames => true;

    /// <inheritdoc/>
    protected override bool HasUnflushed => _next.Count > 0;

    /// <inheritdoc/>
    protected override bool TryWrite(ReadOnlySpan<byte> frame, ReadOnlyMemory<byte> shared)
    {
        _next.Enqueue(shared.IsEmpty ? frame.ToArray() : shared);
        return true;
    }

    /// <inheritdoc/>
    protected override async ValueTask FlushAsync()
    {
        do
        {
            // only the flush under way takes from the queue, and frames that come now wait elsewhere
            while (_next.TryDequeue(out var frame))
                await socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        }
        while (TakeWaiting());
    }
}
