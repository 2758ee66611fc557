namespace Parley.Rtm.Client.Pushes;

/// <summary>What makes two pushes the same one (rtm-client.md §9.1).</summary>
/// <param name="Kind">The kind of conversation.</param>
/// <param name="PlaceId">The gid or rid, else 0.</param>
/// <param name="From">The sender.</param>
/// <param name="MessageId">The sender's number.</param>
internal readonly record struct PushKey(RtmConversationKind Kind, long PlaceId, long From, long MessageId);

/// <summary>
/// Remembers pushes for a while. When it is full the oldest is forgotten, so that memory is bounded whatever the gate sends.
/// </summary>
internal sealed class DuplicateFilter(TimeProvider time, TimeSpan memory, int capacity)
{
    private readonly Lock _lock = new();
    private readonly HashSet<PushKey> _known = [];
    private readonly Queue<(PushKey Key, long Timestamp)> _order = new();

    public int Count
    {
        get
        {
            lock (_lock)
                return _known.Count;
        }
    }

    public bool Knows(PushKey key)
    {
        lock (_lock)
        {
            Forget(0);
            return _known.Contains(key);
        }
    }

    /// <summary>Remembers a push; false when it is known already.</summary>
    public bool TryAdd(PushKey key)
    {
        lock (_lock)
        {
            Forget(0);
            if (!_known.Add(key))
                return false;
            _order.Enqueue((key, time.GetTimestamp()));
            Forget(_known.Count - capacity);
            return true;
        }
    }

    private void Forget(int surplus)
    {
        while (_order.TryPeek(out var oldest) && (surplus-- > 0 || time.GetElapsedTime(oldest.Timestamp) >= memory))
        {
            _known.Remove(oldest.Key);
            _order.Dequeue();
        }
    }
}
