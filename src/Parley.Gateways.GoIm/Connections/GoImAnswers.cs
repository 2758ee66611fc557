namespace Parley.Gateways.GoIm.Connections;

/// <summary>
/// Answers in the order of the requests, whenever each is known (goim-json §4). Bounded by the requests that the connection takes.
/// </summary>
internal sealed class GoImAnswers(GoImConnection connection)
{
    private readonly Lock _gate = new();
    private readonly Queue<Slot> _slots = new();
    private TaskCompletionSource? _room;
    private int _lowWater;
    private bool _isSealed;

    /// <summary>How many requests wait for their answer.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _slots.Count;
        }
    }

    /// <summary>Keeps the place of a request's answer.</summary>
    public Slot Begin()
    {
        var slot = new Slot();
        lock (_gate)
        {
            if (!_isSealed)
                _slots.Enqueue(slot);
        }
        return slot;
    }

    /// <summary>The last answer of the connection: behind those that are still to come, and nothing is answered after it.</summary>
    public void EndAll(ReadOnlySpan<byte> frame)
    {
        var last = Begin();
        lock (_gate)
            _isSealed = true;
        End(last, frame);
    }

    /// <summary>The answer is known; no bytes when there is none. What waited only for it is sent too.</summary>
    public void End(Slot slot, ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            if (!_slots.TryPeek(out var first) || !ReferenceEquals(first, slot))
            {
                slot.Frame = frame.ToArray();
                return;
            }
            _slots.Dequeue();
            if (!frame.IsEmpty)
                connection.Send(frame);
            while (_slots.TryPeek(out first) && first.Frame is { } waiting)
            {
                _slots.Dequeue();
                if (waiting.Length > 0)
                    connection.Send(waiting.AsSpan());
            }
            if (_room is not null && _slots.Count <= _lowWater)
            {
                _room.TrySetResult();
                _room = null;
            }
        }
    }

    /// <summary>Completes when no more than so many requests wait for their answers.</summary>
    public Task WaitForAsync(int most)
    {
        lock (_gate)
        {
            if (_slots.Count <= most)
                return Task.CompletedTask;
            _lowWater = most;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>The place of one answer.</summary>
    internal sealed class Slot
    {
        /// <summary>The answer, when one before it is still missing.</summary>
        public byte[]? Frame { get; set; }
    }
}
