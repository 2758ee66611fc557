using System.Runtime.InteropServices;
using Parley.Core.Users;

namespace Parley.Storage.Sqlite.Writing;

/// <summary>
/// What was put into inboxes and is not in a run yet: it is on the disk only with its messages. Filled by the writer after each commit
/// and read by all. A reader looks here before its first look at the database: what is gone from here is in the runs that it finds there.
/// </summary>
internal sealed class InboxTail
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UserKey, List<InboxEntry>> _items = []; // ascending, not without gaps

    /// <summary>How much it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Puts in what was committed.</summary>
    public void Add(ReadOnlySpan<InboxEntry> entries)
    {
        lock (_gate)
        {
            foreach (var entry in entries)
            {
                ref var items = ref CollectionsMarshal.GetValueRefOrAddDefault(_items, entry.User, out _);
                (items ??= new(4)).Add(entry);
            }
            Count += entries.Length;
        }
    }

    /// <summary>Everything is in runs now.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _items.Clear();
            Count = 0;
        }
    }

    /// <summary>The newest number of a user that is here; 0 = none.</summary>
    public long NewestOf(UserKey user)
    {
        lock (_gate)
            return _items.TryGetValue(user, out var items) ? items[^1].Number : 0;
    }

    /// <summary>The places of those of the numbers that are here.</summary>
    public Dictionary<long, long> Find(UserKey user, IReadOnlyList<long> numbers)
    {
        var places = new Dictionary<long, long>();
        lock (_gate)
        {
            if (!_items.TryGetValue(user, out var items))
                return places;
            for (var i = 0; i < numbers.Count; i++)
            {
                var index = items.BinarySearch(new(user, 0, numbers[i], 0), InboxEntry.ByNumber);
                if (index >= 0)
                    places[numbers[i]] = items[index].Place;
            }
        }
        return places;
    }

    /// <summary>All of it, by inbox and number.</summary>
    public List<InboxEntry> ToList()
    {
        lock (_gate)
        {
            var all = new List<InboxEntry>(Count);
            foreach (var items in _items.Values.OrderBy(static items => items[0].Inbox))
                all.AddRange(items);
            return all;
        }
    }
}

/// <summary>What lies at a number of the inbox of a user.</summary>
internal readonly record struct InboxEntry(UserKey User, long Inbox, long Number, long Place)
{
    /// <summary>Compares numbers.</summary>
    public static readonly IComparer<InboxEntry> ByNumber =
        Comparer<InboxEntry>.Create(static (one, other) => one.Number.CompareTo(other.Number));
}
