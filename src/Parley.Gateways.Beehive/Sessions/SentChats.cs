namespace Parley.Gateways.Beehive.Sessions;

/// <summary>
/// Chats that a session was sent, by sender and sequence, so that an ack that names no session of the sender finds its message (beehive.md
/// §10.2). Holds the newest ones only.
/// </summary>
internal sealed class SentChats
{
    private const int Most = 256;

    private readonly Lock _gate = new();
    private Dictionary<(long Sender, ulong Sequence), long>? _positions;
    private Queue<(long Sender, ulong Sequence)>? _order;

    /// <summary>A chat was sent.</summary>
    public void Add(long sender, ulong sequence, long position)
    {
        lock (_gate)
        {
            _positions ??= [];
            _order ??= new();
            if (_positions.TryAdd((sender, sequence), position))
                _order.Enqueue((sender, sequence));
            while (_order.Count > Most)
                _positions.Remove(_order.Dequeue());
        }
    }

    /// <summary>The place in the log of a chat that was sent; 0 when it is not known.</summary>
    public long Find(long sender, ulong sequence)
    {
        lock (_gate)
            return _positions?.GetValueOrDefault((sender, sequence)) ?? 0;
    }
}
