namespace Parley.Core.Rooms;

/// <summary>The sub-groups of a room. Changed inside the room's gate, read without.</summary>
internal sealed class Seating
{
    private readonly SortedSet<(int Sessions, int Number)> _occupied = [];
    private readonly SortedSet<int> _empty = [];
    private readonly Dictionary<long, int> _users = [];
    private SubGroup[] _subGroups = new SubGroup[1];
    private int _made;

    /// <summary>How many sessions sit.</summary>
    public int Count { get; private set; }

    /// <summary>The sub-groups in the order of their numbers, empty ones among them.</summary>
    public ReadOnlySpan<SubGroup> SubGroups
    {
        get
        {
            var made = Volatile.Read(ref _made); // first: the array is never shorter than a number read before it
            return Volatile.Read(ref _subGroups).AsSpan(0, made);
        }
    }

    public bool Contains(long userId) => _users.ContainsKey(userId);

    /// <summary>
    /// Where the next session goes: sub-group 0 while it has a place, then the occupied one with the fewest sessions if it has a place,
    /// else an empty one or a new one.
    /// </summary>
    public SubGroup Choose(int capacity)
    {
        if (_made > 0 && _subGroups[0].Count < capacity)
            return _subGroups[0];
        if (_occupied.Count > 0 && _occupied.Min is var (sessions, number) && sessions < capacity)
            return _subGroups[number];
        return _empty.Count > 0 ? _subGroups[_empty.Min] : Make();
    }

    public void Add(Seat seat)
    {
        var subGroup = seat.SubGroup;
        Unlist(subGroup);
        subGroup.Add(seat);
        List(subGroup);
        Count++;
        _users[seat.Session.UserId] = _users.GetValueOrDefault(seat.Session.UserId) + 1;
    }

    public void Remove(Seat seat)
    {
        var subGroup = seat.SubGroup;
        Unlist(subGroup);
        subGroup.Remove(seat);
        List(subGroup);
        Count--;
        var left = _users[seat.Session.UserId] - 1;
        if (left == 0)
            _users.Remove(seat.Session.UserId);
        else
            _users[seat.Session.UserId] = left;
    }

    private SubGroup Make()
    {
        if (_made == _subGroups.Length)
        {
            var longer = new SubGroup[_made * 2];
            _subGroups.CopyTo(longer, 0);
            Volatile.Write(ref _subGroups, longer);
        }
        var subGroup = new SubGroup(_made);
        _subGroups[_made] = subGroup;
        _empty.Add(_made);
        Volatile.Write(ref _made, _made + 1);
        return subGroup;
    }

    private void Unlist(SubGroup subGroup)
    {
        if (subGroup.Count > 0)
            _occupied.Remove((subGroup.Count, subGroup.Number));
        else
            _empty.Remove(subGroup.Number);
    }

    private void List(SubGroup subGroup)
    {
        if (subGroup.Count > 0)
            _occupied.Add((subGroup.Count, subGroup.Number));
        else
            _empty.Add(subGroup.Number);
    }
}
