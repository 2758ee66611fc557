using System.Collections.Concurrent;

namespace Parley.Core;

/// <summary>
/// Values loaded on demand and kept up to a bound, least recently used ones going first. Concurrent loads of one key are one load.
/// A value that is removed while it loads is handed to those who wait and not kept.
/// </summary>
/// <remarks>
/// A load that fails is not kept. A cached null or default is a value like any other: whoever changes the truth removes the key.
/// </remarks>
internal sealed class BoundedCache<TKey, TValue>(int capacity, Func<TKey, ValueTask<TValue>> load)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private readonly Lock _evicting = new();
    private long _clock;
    private int _count;

    /// <summary>How many values are kept.</summary>
    public int Count => _count;

    /// <summary>The value if it is here and loaded.</summary>
    public bool TryGet(TKey key, out TValue value)
    {
        if (_entries.TryGetValue(key, out var entry) && entry.Loaded.IsCompletedSuccessfully)
        {
            entry.LastUse = Volatile.Read(ref _clock);
            value = entry.Loaded.Result;
            return true;
        }
        value = default!;
        return false;
    }

    /// <summary>The value, loaded now if it is not here.</summary>
    public ValueTask<TValue> GetAsync(TKey key) => TryGet(key, out var value) ? new(value) : LoadAsync(key);

    /// <summary>Forgets a value.</summary>
    public void Remove(TKey key)
    {
        if (_entries.TryRemove(key, out _))
            Interlocked.Decrement(ref _count);
    }

    private async ValueTask<TValue> LoadAsync(TKey key)
    {
        var mine = new Entry { LastUse = Interlocked.Increment(ref _clock) };
        var entry = _entries.GetOrAdd(key, mine);
        if (!ReferenceEquals(entry, mine))
            return await entry.Loaded;
        Interlocked.Increment(ref _count);
        try
        {
            var value = await load(key);
            mine.Source.SetResult(value);
            if (_count > capacity)
                Evict();
            return value;
        }
        catch (Exception exception)
        {
            if (_entries.TryRemove(new KeyValuePair<TKey, Entry>(key, mine)))
                Interlocked.Decrement(ref _count);
            mine.Source.SetException(exception);
            _ = mine.Loaded.Exception; // observed here: perhaps nobody else waits
            throw;
        }
    }

    /// <summary>Drops the least recently used eighth, so that the cost of looking for it is paid seldom.</summary>
    private void Evict()
    {
        if (!_evicting.TryEnter())
            return;
        try
        {
            var snapshot = _entries.ToArray();
            Array.Sort(snapshot, static (a, b) => a.Value.LastUse.CompareTo(b.Value.LastUse));
            var surplus = snapshot.Length - capacity + (capacity / 8);
            for (var i = 0; i < surplus && i < snapshot.Length; i++)
            {
                if (snapshot[i].Value.Loaded.IsCompleted && _entries.TryRemove(snapshot[i]))
                    Interlocked.Decrement(ref _count);
            }
        }
        finally
        {
            _evicting.Exit();
        }
    }

    private sealed class Entry
    {
        public TaskCompletionSource<TValue> Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<TValue> Loaded => Source.Task;

        public long LastUse { get; set; }
    }
}
