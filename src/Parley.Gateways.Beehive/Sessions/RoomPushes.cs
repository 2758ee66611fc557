using System.Runtime.InteropServices;
using Parley.Core.Messaging;
using Parley.Core.Rooms;

namespace Parley.Gateways.Beehive.Sessions;

/// <summary>
/// How far a session was sent the kept pushes of each room, so that each comes once, whether live or on joining (beehive.md §3.2). Told by
/// the place in the room's conversation: in that order pushes come live, whatever their numbers, and a room that is founded again goes on
/// with it. Rooms without kept pushes take no memory; of more than <see cref="MostRooms"/> some are forgotten, and their pushes come again
/// on joining.
/// </summary>
internal sealed class RoomPushes
{
    /// <summary>How many rooms are remembered.</summary>
    public const int MostRooms = 1000;

    private readonly Lock _gate = new();
    private Dictionary<long, Stay>? _rooms;

    /// <summary>The session is about to take a seat. <see cref="Arrive"/> must follow.</summary>
    public void Come(long roomId)
    {
        lock (_gate)
        {
            ref var stay = ref Find(roomId);
            stay.IsComing = true;
            (stay.First, stay.Last) = (0, 0);
        }
    }

    /// <summary>A kept push is delivered to the session; false when the session was sent it on joining.</summary>
    public bool TryPush(Message push)
    {
        lock (_gate)
        {
            ref var stay = ref Find(push.Conversation.First);
            if (push.Sequence <= stay.Through)
                return false;
            if (!stay.IsComing)
                stay.Through = push.Sequence;
            else if (stay.First == 0)
                stay.First = stay.Last = push.Sequence;
            else
                stay.Last = push.Sequence;
            return true;
        }
    }

    /// <summary>
    /// The session has its seat, and these were kept before it asked: gives those that it is to be sent, oldest first. The others were
    /// delivered to it in an earlier stay, or are since it has the seat: from the first that was, all are.
    /// </summary>
    public IReadOnlyList<Message> Arrive(long roomId, IReadOnlyList<KeptBroadcast> kept)
    {
        var due = new List<Message>(kept.Count);
        lock (_gate)
        {
            ref var stay = ref Find(roomId);
            var through = Math.Max(stay.Through, stay.Last);
            foreach (var broadcast in kept)
            {
                var sequence = broadcast.Message.Sequence;
                if (sequence <= stay.Through || (stay.First != 0 && sequence >= stay.First))
                    continue;
                due.Add(broadcast.Message);
                through = Math.Max(through, sequence);
            }
            stay = new Stay { Through = through };
            if (through == 0)
                _rooms!.Remove(roomId);
        }
        due.Sort(static (one, other) => one.Sequence.CompareTo(other.Sequence));
        return due;
    }

    /// <summary>Inside the gate.</summary>
    private ref Stay Find(long roomId)
    {
        _rooms ??= [];
        if (_rooms.Count >= MostRooms && !_rooms.ContainsKey(roomId))
        {
            foreach (var (other, stay) in _rooms)
            {
                if (stay.IsComing)
                    continue;
                _rooms.Remove(other);
                break;
            }
        }
        return ref CollectionsMarshal.GetValueRefOrAddDefault(_rooms, roomId, out _);
    }

    private struct Stay
    {
        public long Through; // everything kept up to here was sent
        public bool IsComing; // has or takes a seat, and what was kept before is still to be looked at
        public long First; // the first that was delivered meanwhile
        public long Last;
    }
}
