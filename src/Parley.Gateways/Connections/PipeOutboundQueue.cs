using System.Buffers;
using System.IO.Pipelines;

namespace Parley.Gateways.Connections;

/// <summary>Sends over a pipe: frames go straight into its buffer and are flushed together.</summary>
public sealed class PipeOutboundQueue(PipeWriter writer, ConnectionSettings settings) : OutboundQueue(settings)
{
    private const int EarlyFlush = 64 * 1024;

    private IFrameSealer? _sealer;
    private int _unflushed;

    /// <summary>From now on every frame goes through the sealer.</summary>
    public void SetSealer(IFrameSealer sealer)
    {
        lock (Gate)
            _sealer = sealer;
    }

    /// <inheritdoc/>
    protected override bool ShouldFlushEarly => _unflushed >= EarlyFlush;

    /// <inheritdoc/>
    protected override bool HasUnflushed => _unflushed > 0;

    /// <inheritdoc/>
    protected override bool TryWrite(ReadOnlySpan<byte> frame, ReadOnlyMemory<byte> shared)
    {
        if (_sealer is { } sealer)
            sealer.Seal(frame, writer);
        else
            writer.Write(frame);
        _unflushed += frame.Length;
        return true;
    }

    /// <inheritdoc/>
    protected override async ValueTask FlushAsync()
    {
        do
        {
            _unflushed = 0; // frames wait while the flush is under way, so nobody else counts now
            var result = await writer.FlushAsync();
            if (result.IsCompleted || result.IsCanceled)
            {
                Fail();
                return;
            }
        }
        while (TakeWaiting());
    }
}
