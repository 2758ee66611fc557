using Parley.Core.Messaging;

namespace Parley.Gateways.Connections;

/// <summary>Turns a frame into the bytes that go out, such as by encrypting it. Called in the order of sending, never twice at once.</summary>
public interface IFrameSealer
{
    /// <summary>Writes the sealed frame.</summary>
    void Seal(ReadOnlySpan<byte> frame, System.Buffers.IBufferWriter<byte> output);
}

/// <summary>
/// What waits to be sent to one peer: bounded, in order, flushed once per burst of work. Any thread may send; nobody ever waits.
/// Overflow breaks the connection (through <see cref="OnOverflow"/>): history has what the peer missed.
/// </summary>
public abstract class OutboundQueue(ConnectionSettings settings) : IBurstItem
{
    private readonly List<ReadOnlyMemory<byte>> _waiting = [];
    private long _waitingBytes;
    private bool _isDeferred;

    /// <summary>Guards the queue.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>Whether a flush is under way; frames wait until it ends. Inside <see cref="Gate"/>.</summary>
    protected bool IsFlushing { get; set; }

    /// <summary>Whether nothing can be sent any more. Inside <see cref="Gate"/>.</summary>
    protected bool IsClosed { get; private set; }

    /// <summary>Called once, on the sender's thread and outside the gate, when the bound is exceeded.</summary>
    public Action? OnOverflow { get; set; }

    /// <summary>Called when sending fails: the peer is gone.</summary>
    public Action? OnBroken { get; set; }

    /// <summary>Completes when everything was flushed after <see cref="Finish"/>, or when the queue was closed.</summary>
    public Task Finished => _finished.Task;

    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _room;
    private bool _isFinishing;
    private ReadOnlyMemory<byte> _long;
    private TaskCompletionSource? _longTaken; // while a long frame waits

    /// <summary>Sends a frame whose bytes are shared and never change. False when the queue is closed.</summary>
    public bool Send(ReadOnlyMemory<byte> frame) => Enqueue(frame.Span, frame);

    /// <summary>Sends a frame; the bytes are copied before this returns. False when the queue is closed.</summary>
    public bool Send(ReadOnlySpan<byte> frame) => Enqueue(frame, default);

    /// <summary>
    /// Sends a frame that begins with the receiver's own bytes, which are copied, and goes on with bytes that are shared and never change.
    /// False when the queue is closed.
    /// </summary>
    public bool Send(ReadOnlySpan<byte> head, ReadOnlyMemory<byte> body)
    {
        if (!JoinsFrames)
            return Enqueue(head, default, body);
        var frame = new byte[head.Length + body.Length];
        head.CopyTo(frame);
        body.Span.CopyTo(frame.AsSpan(head.Length));
        return Enqueue(frame, frame);
    }

    /// <summary>Completes when nothing waits any more: for whoever has much to send and should not fill the queue.</summary>
    public Task WaitForRoomAsync()
    {
        lock (Gate)
        {
            if (_waiting.Count == 0 || IsClosed)
                return Task.CompletedTask;
            return (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>
    /// Sends a frame that may be longer than what may wait: it goes out when everything before it has, and then counts for nothing.
    /// Completes when its turn has come, or when the queue was closed; until then the next one must not be sent.
    /// </summary>
    /// <param name="frame">The bytes; they are shared and never change.</param>
    public Task SendLongAsync(ReadOnlyMemory<byte> frame)
    {
        lock (Gate)
        {
            if (IsClosed || _isFinishing)
                return Task.CompletedTask;
            if (IsFlushing || !TryWrite(frame.Span, frame))
            {
                if (_longTaken is not null)
                    throw new InvalidOperationException("A long frame waits already.");
                _long = frame;
                _longTaken = new(TaskCreationOptions.RunContinuationsAsynchronously);
                return _longTaken.Task;
            }
            if (!MustFlush())
                return Task.CompletedTask;
        }
        Flush();
        return Task.CompletedTask;
    }

    /// <summary>Takes nothing more and completes <see cref="Finished"/> when all is flushed.</summary>
    public void Finish()
    {
        lock (Gate)
            _isFinishing = true;
        Flush();
    }

    /// <summary>Drops everything.</summary>
    public void Close()
    {
        lock (Gate)
            CloseInsideGate();
    }

    void IBurstItem.OnBurstEnd() => Flush();

    /// <summary>Puts a frame into the transport's buffer without flushing. False when frames cannot be written now. Inside the gate.</summary>
    /// <param name="frame">The bytes.</param>
    /// <param name="shared">The same bytes when they may be kept, otherwise empty.</param>
    protected abstract bool TryWrite(ReadOnlySpan<byte> frame, ReadOnlyMemory<byte> shared);

    /// <summary>Whether the transport keeps frames apart, so that each must be handed to it whole.</summary>
    protected abstract bool JoinsFrames { get; }

    /// <summary>Whether the transport's buffer holds so much that it should be flushed before the burst ends. Inside the gate.</summary>
    protected abstract bool ShouldFlushEarly { get; }

    /// <summary>Whether the transport's buffer holds something to flush. Inside the gate.</summary>
    protected abstract bool HasUnflushed { get; }

    /// <summary>Flushes until nothing waits; sets <see cref="IsFlushing"/> to false through <see cref="TakeWaiting"/>. Outside the gate.</summary>
    protected abstract ValueTask FlushAsync();

    /// <summary>Moves waiting frames to the transport after a flush; false, and the flush is over, when there are none.</summary>
    protected bool TakeWaiting()
    {
        lock (Gate)
        {
            if (!IsClosed && _waiting.Count > 0)
            {
                foreach (var frame in _waiting)
                    TryWrite(frame.Span, frame);
                _waiting.Clear();
                if (_waiting.Capacity > 1024)
                    _waiting.TrimExcess();
                _waitingBytes = 0;
                TellRoom();
                return true;
            }
            if (!IsClosed && HasUnflushed)
                return true;
            if (!IsClosed && _longTaken is not null)
            {
                TryWrite(_long.Span, _long);
                TellLong();
                return true;
            }
            IsFlushing = false;
            if (_isFinishing || IsClosed)
                _finished.TrySetResult();
            return false;
        }
    }

    /// <summary>The peer is gone.</summary>
    protected void Fail()
    {
        Close();
        OnBroken?.Invoke();
    }

    private bool Enqueue(ReadOnlySpan<byte> frame, ReadOnlyMemory<byte> shared, ReadOnlyMemory<byte> rest = default)
    {
        var isOverflowing = false;
        var mustFlush = false;
        lock (Gate)
        {
            if (IsClosed || _isFinishing)
                return false;
            if (IsFlushing || !TryWrite(frame, shared))
            {
                _waiting.Add(shared.IsEmpty ? frame.ToArray() : shared);
                if (!rest.IsEmpty)
                    _waiting.Add(rest);
                _waitingBytes += frame.Length + rest.Length;
                isOverflowing = _waitingBytes > settings.OutboundBytes || _waiting.Count > settings.OutboundFrames;
                if (isOverflowing)
                    CloseInsideGate();
            }
            else
            {
                if (!rest.IsEmpty)
                    TryWrite(rest.Span, rest);
                mustFlush = MustFlush();
            }
        }
        if (isOverflowing)
            OnOverflow?.Invoke();
        else if (mustFlush)
            Flush();
        return !isOverflowing;
    }

    /// <summary>Whether to flush now, because much was written or no burst is open whose end does it. Inside the gate.</summary>
    private bool MustFlush()
    {
        if (ShouldFlushEarly)
            return true;
        if (!_isDeferred)
            _isDeferred = Burst.TryDefer(this);
        return !_isDeferred;
    }

    private void Flush()
    {
        lock (Gate)
        {
            _isDeferred = false;
            if (IsFlushing)
                return;
            if (IsClosed || !HasUnflushed)
            {
                if (_isFinishing || IsClosed)
                    _finished.TrySetResult();
                return;
            }
            IsFlushing = true;
        }
        var flush = FlushAsync();
        if (!flush.IsCompletedSuccessfully)
            _ = ObserveAsync(flush);
    }

    private async Task ObserveAsync(ValueTask flush)
    {
        try
        {
            await flush;
        }
        catch (Exception)
        {
            // whatever the transport throws means the same: the peer cannot be reached any more
            Fail();
        }
    }

    private void CloseInsideGate()
    {
        IsClosed = true;
        _waiting.Clear();
        _waiting.TrimExcess();
        _waitingBytes = 0;
        TellRoom();
        TellLong();
        _finished.TrySetResult();
    }

    private void TellLong()
    {
        _longTaken?.TrySetResult();
        _longTaken = null;
        _long = default;
    }

    private void TellRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }
}
