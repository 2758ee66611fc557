namespace Parley.Storage.Sqlite.Writing;

/// <summary>
/// The messages by which a retry is recognised: the newest ones, bounded by number and age. Exact: nothing is taken for a retry by
/// its hash alone. A ring in the order of acceptance with hash chains through it. Owned by the writer's thread.
/// </summary>
/// <remarks>What a batch adds is kept apart until <see cref="Commit"/>, so that <see cref="Rollback"/> leaves no trace of it.</remarks>
internal sealed class DuplicateWindow(int capacity, long longest)
{
    private const int None = -1;

    private Slot[] _slots = new Slot[16];
    private int[] _chains = NewChains(16);
    private long _start;
    private long _committed;
    private long _end;

    /// <summary>Messages remembered.</summary>
    public int Count => (int)(_end - _start);

    /// <summary>Finds an earlier message that was accepted at most <paramref name="window"/> milliseconds ago.</summary>
    public bool TryFind(long conversation, long sender, long mid, long now, int window, out long sequence, out long time)
    {
        for (var place = _chains[ChainOf(conversation, sender, mid)]; place != None; place = _slots[place].Next)
        {
            ref readonly var slot = ref _slots[place];
            if (slot.Mid != mid || slot.Sender != sender || slot.Conversation != conversation)
                continue;
            sequence = slot.Sequence;
            time = slot.Time;
            return now - (slot.Time - slot.Ahead) <= window;
        }
        (sequence, time) = (0, 0);
        return false;
    }

    /// <summary>Remembers a message.</summary>
    public void Add(long conversation, long sender, long mid, long sequence, long time, long accepted)
    {
        if (capacity == 0)
            return;
        if (Count == _slots.Length)
            Grow();
        var place = PlaceOf(_end++);
        var chain = ChainOf(conversation, sender, mid);
        _slots[place] = new Slot
        {
            Conversation = conversation,
            Sender = sender,
            Mid = mid,
            Sequence = sequence,
            Time = time,
            Ahead = (int)Math.Clamp(time - accepted, int.MinValue, int.MaxValue),
            Next = _chains[chain],
        };
        _chains[chain] = place;
    }

    /// <summary>Keeps what was added since the last commit, and forgets what is too old or too much.</summary>
    public void Commit(long now)
    {
        _committed = _end;
        while (_start < _end)
        {
            ref readonly var oldest = ref _slots[PlaceOf(_start)];
            if (Count <= capacity && now - (oldest.Time - oldest.Ahead) <= longest)
                return;
            Unchain(PlaceOf(_start));
            _start++;
        }
    }

    /// <summary>Forgets what was added since the last commit.</summary>
    public void Rollback()
    {
        while (_end > _committed)
            Unchain(PlaceOf(--_end));
    }

    private static int[] NewChains(int length)
    {
        var chains = new int[length];
        Array.Fill(chains, None);
        return chains;
    }

    private int PlaceOf(long number) => (int)(number & (_slots.Length - 1));

    private int ChainOf(long conversation, long sender, long mid)
    {
        var mixed = (ulong)mid * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 32) ^ (ulong)sender) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 29) ^ (ulong)conversation) * 0x94D049BB133111EB;
        return (int)(mixed >> 33) & (_chains.Length - 1);
    }

    private void Unchain(int place)
    {
        ref readonly var slot = ref _slots[place];
        ref var link = ref _chains[ChainOf(slot.Conversation, slot.Sender, slot.Mid)];
        while (link != place)
            link = ref _slots[link].Next;
        link = slot.Next;
    }

    /// <summary>Twice the room. Lengths are powers of two; a batch may go beyond the capacity until it is committed.</summary>
    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        _chains = NewChains(_slots.Length);
        for (var number = _start; number < _end; number++)
        {
            ref readonly var slot = ref old[(int)(number & (old.Length - 1))];
            var place = PlaceOf(number);
            _slots[place] = slot;
            var chain = ChainOf(slot.Conversation, slot.Sender, slot.Mid);
            _slots[place].Next = _chains[chain];
            _chains[chain] = place;
        }
    }

    private struct Slot
    {
        public long Conversation;
        public long Sender;
        public long Mid;
        public long Sequence;
        public long Time;

        /// <summary>How far <see cref="Time"/> lies after the moment of acceptance, in milliseconds.</summary>
        public int Ahead;

        /// <summary>The next older place of the chain.</summary>
        public int Next;
    }
}
