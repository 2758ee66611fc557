namespace Parley.Rtm.Backend;

/// <summary>
/// Remembers which messages were told (rtm-server §6.4): those older than 5 minutes are forgotten once there are more than 1000, and the
/// oldest ones once there are more than 65536.
/// </summary>
internal sealed class DuplicateFilter(TimeProvider time)
{
    internal const int KeepAtLeast = 1000;
    internal const int KeepAtMost = 65_536;
    internal static readonly TimeSpan KeepFor = TimeSpan.FromMinutes(5);

    private readonly HashSet<Key> _seen = [];
    private readonly Queue<(Key Key, long Time)> _order = new();
    private readonly Lock _lock = new();

    public int Count
    {
        get
        {
            lock (_lock)
                return _seen.Count;
        }
    }

    /// <summary>Whether this message was not told before; from now on it was.</summary>
    public bool IsNew(RtmConversationType kind, long from, long target, long mid)
    {
        var key = new Key(kind, from, target, mid);
        lock (_lock)
        {
            if (!_seen.Add(key))
                return false;
            _order.Enqueue((key, time.GetTimestamp()));
            while (_seen.Count > KeepAtMost || (_seen.Count > KeepAtLeast && time.GetElapsedTime(_order.Peek().Time) > KeepFor))
                _seen.Remove(_order.Dequeue().Key);
            return true;
        }
    }

    private readonly record struct Key(RtmConversationType Kind, long From, long Target, long Mid);
}
