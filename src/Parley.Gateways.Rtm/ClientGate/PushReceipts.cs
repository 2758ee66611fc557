using System.Buffers.Binary;
using Parley.Core.Messaging;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate;

/// <summary>
/// The pushes of one session whose receipts are awaited, in the order of pushing. What is acknowledged moves the user's read position;
/// what is not is pushed once more and then stays unread (rtm-client.md §1.7, §1.8).
/// </summary>
/// <remarks>
/// Invariant: a position moves past a message only when that message and all earlier ones of its conversation in this session were
/// acknowledged, and only when all before it was read already: what was never pushed stays unread. A conversation with a lost push
/// is stuck until its history is read. Holds room for eight pushes while nothing is awaited.
/// </remarks>
internal sealed class PushReceipts(ReadPositions positions, long userId, int window)
{
    private const int Smallest = 8;
    private const int Kept = Smallest;

    private readonly Lock _gate = new();
    private Entry[] _ring = [];
    private int _head;
    private int _count;
    private HashSet<ConversationKey>? _stuck;

    /// <summary>Awaits the receipt of a frame that is about to be sent.</summary>
    public void Track(ReadOnlyMemory<byte> frame, Message message, long now)
    {
        lock (_gate)
        {
            if (_count == window)
                Lose();
            if (_count == _ring.Length)
                Grow();
            _ring[(_head + _count) % _ring.Length] = new Entry
            {
                Number = BinaryPrimitives.ReadUInt32LittleEndian(frame.Span[FpnnFraming.HeaderLength..]),
                Conversation = message.Conversation,
                Sequence = message.Sequence,
                SentAt = now,
                Frame = frame,
            };
            _count++;
        }
    }

    /// <summary>The client answered. Unknown numbers are passed over; an error is no receipt.</summary>
    public void Acknowledge(uint number, bool isError)
    {
        lock (_gate)
        {
            for (var i = 0; i < _count; i++)
            {
                ref var entry = ref _ring[(_head + i) % _ring.Length];
                if (entry.Number != number)
                    continue;
                entry.State = isError ? State.Lost : State.Acknowledged;
                entry.Frame = default;
                break;
            }
            Settle();
        }
    }

    /// <summary>
    /// Gives the frames to push again: those that have waited too long for the first time. Those that have waited as long again since
    /// then are lost.
    /// </summary>
    public void TakeOverdue(long now, long patience, List<ReadOnlyMemory<byte>> again)
    {
        lock (_gate)
        {
            for (var i = 0; i < _count; i++)
            {
                ref var entry = ref _ring[(_head + i) % _ring.Length];
                if (now - entry.SentAt < patience)
                    break;
                if (entry.State == State.Sent)
                {
                    entry.State = State.SentAgain;
                    entry.SentAgainAt = now;
                    again.Add(entry.Frame);
                }
                else if (entry.State == State.SentAgain && now - entry.SentAgainAt >= patience)
                {
                    entry.State = State.Lost;
                    entry.Frame = default;
                }
            }
            Settle();
        }
    }

    /// <summary>The user has read the conversation: it is no longer stuck.</summary>
    public void Forgive(ConversationKey conversation)
    {
        lock (_gate)
            _stuck?.Remove(conversation);
    }

    /// <summary>Removes settled entries from the head on.</summary>
    private void Settle()
    {
        while (_count > 0)
        {
            ref var entry = ref _ring[_head];
            if (entry.State == State.Lost)
                (_stuck ??= []).Add(entry.Conversation);
            else if (entry.State != State.Acknowledged)
                return;
            else if (_stuck is null || !_stuck.Contains(entry.Conversation))
                positions.Advance(entry.Conversation, userId, entry.Sequence, entry.Sequence);
            entry = default;
            _head = (_head + 1) % _ring.Length;
            _count--;
        }
        if (_ring.Length > Kept)
            _ring = [];
        _head = 0;
    }

    private void Lose()
    {
        _ring[_head].State = State.Lost;
        Settle();
    }

    private void Grow()
    {
        var larger = new Entry[Math.Min(Math.Max(Smallest, _ring.Length * 2), Math.Max(window, Smallest))];
        for (var i = 0; i < _count; i++)
            larger[i] = _ring[(_head + i) % _ring.Length];
        _ring = larger;
        _head = 0;
    }

    private enum State : byte
    {
        Sent,
        SentAgain,
        Acknowledged,
        Lost,
    }

    private struct Entry
    {
        public uint Number;
        public State State;
        public ConversationKey Conversation;
        public long Sequence;
        public long SentAt;
        public long SentAgainAt;
        public ReadOnlyMemory<byte> Frame;
    }
}
