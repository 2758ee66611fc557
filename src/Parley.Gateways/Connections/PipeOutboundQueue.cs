using System.Buffers;
using System.IO.Pipelines;

namespace Parley.Gateways.Connections;

/// <summary>Sends over a pipe: frames go straight into its buffer and are flushed together.</summary>
public sealed class PipeOutboundQueue(PipeWriter writer, ConnectionSettings settings) : OutboundQueue(settings)
{
    private const int EarlyFlush = 64 * 1024;

    private IFrameSealer? _sealer;
    private Memory<byte> _room; // taken from the pipe and not yet advanced over
    private int _filled;
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
    protected override bool JoinsFrames => _sealer is not null;

    /// <inheritdoc/>
    protected override bool HasUnflushed => _unflushed > 0;

    /// <inheritdoc/>
    protected override bool TryWrite(ReadOnlySpan<byte> frame, ReadOnlyMemory<byte> shared)
    {
        _unflushed += frame.Length;
        if (_sealer is { } sealer)
        {
            Commit();
            sealer.Seal(frame, writer);
        }
        else if (TryFill(frame))
        {
            // the usual case: a copy, without a call into the pipe
        }
        else
        {
            Commit();
            _room = writer.GetMemory();
            if (!TryFill(frame))
            {
                _room = default;
                writer.Write(frame);
            }
        }
        return true;
    }

    /// <inheritdoc/>
    protected override async ValueTask FlushAsync()
    {
        do
        {
            Commit();
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

    private bool TryFill(ReadOnlySpan<byte> frame)
    {
        var free = _room.Span[_filled..];
        if (!frame.TryCopyTo(free))
            return false;
        _filled += frame.Length;
        return true;
    }

    private void Commit()
    {
        if (_filled > 0)
            writer.Advance(_filled);
        _filled = 0;
        _room = default;
    }
}
