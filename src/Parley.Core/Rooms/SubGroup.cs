using Parley.Core.Sessions;

namespace Parley.Core.Rooms;

/// <summary>
/// Sessions of a room that hear each other. Readers loop over an array without a lock: coming fills the next place, going empties one,
/// and only when places run out or most are empty the sessions move to another array. So coming and going cost the same however many
/// sit, and a message needs no copy.
/// </summary>
internal sealed class SubGroup(int number)
{
    private const int Smallest = 4;

    private Block _block = Block.Empty;
    private Seat?[] _seats = [];

    public int Number { get; } = number;

    /// <summary>How many sessions. Use inside the room's gate.</summary>
    public int Count { get; private set; }

    /// <summary>The sessions in the order of coming; null = an empty place.</summary>
    public ReadOnlySpan<Session?> Sessions
    {
        get
        {
            var block = Volatile.Read(ref _block);
            return block.Places.AsSpan(0, Volatile.Read(ref block.Used));
        }
    }

    /// <summary>Call inside the room's gate.</summary>
    public void Add(Seat seat)
    {
        if (_block.Used == _block.Places.Length)
            Move();
        Put(_block, seat);
        Count++;
    }

    /// <summary>Call inside the room's gate, once for a seat.</summary>
    public void Remove(Seat seat)
    {
        Volatile.Write(ref _block.Places[seat.Index], null);
        _seats[seat.Index] = null;
        Count--;
        if (Count == 0)
        {
            Volatile.Write(ref _block, Block.Empty);
            _seats = [];
        }
        else if (_block.Places.Length > 4 * Smallest && Count < _block.Places.Length / 4)
        {
            Move();
        }
    }

    private void Move()
    {
        var old = _seats;
        var block = new Block(Math.Max(Smallest, Count * 2));
        _seats = new Seat?[block.Places.Length];
        foreach (var seat in old)
        {
            if (seat is not null)
                Put(block, seat);
        }
        Volatile.Write(ref _block, block);
    }

    private void Put(Block block, Seat seat)
    {
        seat.Index = block.Used;
        _seats[seat.Index] = seat;
        block.Places[seat.Index] = seat.Session;
        Volatile.Write(ref block.Used, block.Used + 1);
    }

    private sealed class Block(int capacity)
    {
        public static readonly Block Empty = new(0);

        public readonly Session?[] Places = new Session?[capacity];

        public int Used;
    }
}
