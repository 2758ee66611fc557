using System.Buffers.Binary;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate;

/// <summary>
/// The pushes of one connection that were not answered yet: each is sent once more when its answer does not come in time, and then given
/// up (rtm-server.md §6.4). Any answer will do. Bounded by number and bytes: beyond that the oldest are given up at once.
/// </summary>
internal sealed class UnansweredPushes(int mostPushes, int mostBytes)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, Push> _pushes = [];
    private readonly Queue<(uint Number, long SentAt)> _order = new(); // may name pushes that were answered meanwhile
    private long _bytes;

    /// <summary>How many pushes are waited for.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _pushes.Count;
        }
    }

    /// <summary>Waits for the answer to a frame that is about to be sent.</summary>
    public void Track(ReadOnlyMemory<byte> frame, long now)
    {
        var number = BinaryPrimitives.ReadUInt32LittleEndian(frame.Span[FpnnFraming.HeaderLength..]);
        lock (_gate)
        {
            while (_order.Count > 0 && (_pushes.Count >= mostPushes || _bytes + frame.Length > mostBytes))
                GiveUp(_order.Dequeue().Number);
            if (_order.Count > 2 * mostPushes)
                Tidy();
            _pushes[number] = new(frame, IsRepeated: false);
            _order.Enqueue((number, now));
            _bytes += frame.Length;
        }
    }

    /// <summary>The peer answered, whatever. Unknown numbers are passed over.</summary>
    public void OnAnswer(uint number)
    {
        lock (_gate)
        {
            GiveUp(number);
            if (_pushes.Count == 0)
                _order.Clear();
        }
    }

    /// <summary>Gives the frames to send once more; forgets those that were.</summary>
    public void TakeOverdue(long now, long patience, List<ReadOnlyMemory<byte>> again)
    {
        lock (_gate)
        {
            while (_order.TryPeek(out var first) && now - first.SentAt >= patience)
            {
                _order.Dequeue();
                if (!_pushes.TryGetValue(first.Number, out var push))
                    continue;
                if (push.IsRepeated)
                {
                    GiveUp(first.Number);
                    continue;
                }
                again.Add(push.Frame);
                _pushes[first.Number] = push with { IsRepeated = true };
                _order.Enqueue((first.Number, now));
            }
        }
    }

    private void GiveUp(uint number)
    {
        if (_pushes.Remove(number, out var push))
            _bytes -= push.Frame.Length;
    }

    /// <summary>Forgets the places of pushes that were answered while an older one still waits.</summary>
    private void Tidy()
    {
        for (var i = _order.Count; i > 0; i--)
        {
            var entry = _order.Dequeue();
            if (_pushes.ContainsKey(entry.Number))
                _order.Enqueue(entry);
        }
    }

    private readonly record struct Push(ReadOnlyMemory<byte> Frame, bool IsRepeated);
}
