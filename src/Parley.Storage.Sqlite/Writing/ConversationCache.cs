using Parley.Core.Messaging;

namespace Parley.Storage.Sqlite.Writing;

/// <summary>What the writer remembers of a conversation.</summary>
internal struct ConversationSlot
{
    public ConversationKey Key;
    public long Id;
    public long Sequence;
    public long Time;
    internal int Newer;
    internal int Older;
}

/// <summary>The heads of the conversations used last, bounded. Owned by the writer's thread.</summary>
internal sealed class ConversationCache(int capacity)
{
    private const int None = -1;

    private readonly Dictionary<ConversationKey, int> _places = [];
    private ConversationSlot[] _slots = new ConversationSlot[16];
    private int _used;
    private int _free = None;
    private int _newest = None;
    private int _oldest = None;

    /// <summary>Conversations remembered.</summary>
    public int Count => _places.Count;

    /// <summary>The slot at a place. Valid until the next <see cref="Add"/>.</summary>
    public ref ConversationSlot this[int place] => ref _slots[place];

    /// <summary>Finds a conversation and makes it the one used last; -1 when it is not remembered.</summary>
    public int Find(in ConversationKey key)
    {
        if (!_places.TryGetValue(key, out var place))
            return None;
        if (place != _newest)
        {
            Unlink(place);
            Link(place);
        }
        return place;
    }

    /// <summary>Remembers a conversation that is not remembered, in place of the one not used for longest if need be.</summary>
    public int Add(in ConversationKey key, long id, long sequence, long time)
    {
        if (_places.Count >= capacity)
            Remove(_slots[_oldest].Key);
        var place = TakePlace();
        _slots[place] = new ConversationSlot { Key = key, Id = id, Sequence = sequence, Time = time };
        _places.Add(key, place);
        Link(place);
        return place;
    }

    /// <summary>Forgets a conversation; the next use reads it from the database.</summary>
    public void Remove(in ConversationKey key)
    {
        if (!_places.Remove(key, out var place))
            return;
        Unlink(place);
        _slots[place].Older = _free;
        _free = place;
    }

    private int TakePlace()
    {
        if (_free != None)
        {
            var place = _free;
            _free = _slots[place].Older;
            return place;
        }
        if (_used == _slots.Length)
            Array.Resize(ref _slots, (int)Math.Min(capacity, _slots.Length * 2L));
        return _used++;
    }

    private void Link(int place)
    {
        _slots[place].Older = _newest;
        _slots[place].Newer = None;
        if (_newest != None)
            _slots[_newest].Newer = place;
        else
            _oldest = place;
        _newest = place;
    }

    private void Unlink(int place)
    {
        var (newer, older) = (_slots[place].Newer, _slots[place].Older);
        if (newer != None)
            _slots[newer].Older = older;
        else
            _newest = older;
        if (older != None)
            _slots[older].Newer = newer;
        else
            _oldest = newer;
    }
}
