namespace Parley.Gateways.Beehive.Sessions;

/// <summary>
/// Chats that a session was sent and did not acknowledge, by sender and sequence, so that an ack that names no session of the sender finds
/// its message (beehive.md §10.2). Two devices of a sender may use one sequence: then the one that was sent first is meant. Holds the
/// newest ones only.
/// </summary>
internal sealed class SentChats
{
    private const int Most = 256;

    private readonly Lock _gate = new();
    private Dictionary<(long Sender, ulong Sequence), long>? _positions;
    private Dictionary<(long Sender, ulong Sequence), Queue<long>>? _others;
    private Queue<((long Sender, ulong Sequence) Key, long Position)>? _order;

    /// <summary>A chat was sent.</summary>
    public void Add(long sender, ulong sequence, long position)
    {
        lock (_gate)
        {
            _positions ??= [];
            _order ??= new();
            var key = (sender, sequence);
            if (!_positions.TryAdd(key, position) && !TryAddOther(key, position))
                return;
            _order.Enqueue((key, position));
            while (_order.Count > Most)
            {
                var oldest = _order.Dequeue();
                RemoveFirst(oldest.Key, oldest.Position);
            }
        }
    }

    /// <summary>The place in the log of the first chat of this name that was not acknowledged; 0 when it is not known.</summary>
    public long Find(long sender, ulong sequence)
    {
        lock (_gate)
            return _positions?.GetValueOrDefault((sender, sequence)) ?? 0;
    }

    /// <summary>The chat was acknowledged. Nothing happens when it is not the first one of its name.</summary>
    public void Remove(long sender, ulong sequence, long position)
    {
        lock (_gate)
            RemoveFirst((sender, sequence), position);
    }

    private bool TryAddOther((long Sender, ulong Sequence) key, long position)
    {
        if (_positions![key] == position)
            return false; // sent again
        _others ??= [];
        if (!_others.TryGetValue(key, out var others))
            _others.Add(key, others = new());
        if (others.Contains(position))
            return false;
        others.Enqueue(position);
        return true;
    }

    private void RemoveFirst((long Sender, ulong Sequence) key, long position)
    {
        if (_positions is null || !_positions.TryGetValue(key, out var first) || first != position)
            return;
        _positions.Remove(key);
        if (_others is null || !_others.TryGetValue(key, out var others))
            return;
        _positions.Add(key, others.Dequeue());
        if (others.Count == 0)
            _others.Remove(key);
    }
}
