namespace Parley.Storage.Sqlite;

/// <summary>A bounded queue between any threads and the owned threads that do the work. Order of arrival is kept.</summary>
internal sealed class WorkQueue<T>(int capacity)
    where T : class
{
    private readonly object _gate = new();
    private T?[] _items = new T?[Math.Min(capacity, 256)];
    private int _first;
    private int _count;
    private int _waiting;
    private bool _closed;

    /// <summary>Items that wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether the queue takes nothing more.</summary>
    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Adds an item; false when <paramref name="limit"/> items wait already or the queue is closed.</summary>
    public bool TryAdd(T item, int limit)
    {
        lock (_gate)
        {
            if (_closed || _count >= limit || (_count == _items.Length && !TryGrow()))
                return false;
            var at = _first + _count;
            _items[at >= _items.Length ? at - _items.Length : at] = item;
            _count++;
            if (_waiting > 0)
                Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Takes what fits into the buffer. Waits for the first item if told to; 0 then means closed and empty.</summary>
    public int Take(Span<T?> buffer, bool wait)
    {
        lock (_gate)
        {
            while (_count == 0)
            {
                if (!wait || _closed)
                    return 0;
                _waiting++;
                Monitor.Wait(_gate);
                _waiting--;
            }
            var taken = Math.Min(_count, buffer.Length);
            for (var i = 0; i < taken; i++)
            {
                buffer[i] = _items[_first];
                _items[_first] = null;
                _first = _first + 1 == _items.Length ? 0 : _first + 1;
            }
            _count -= taken;
            return taken;
        }
    }

    /// <summary>Takes nothing more; what waits is still handed out.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool TryGrow()
    {
        if (_items.Length >= capacity)
            return false;
        var grown = new T?[(int)Math.Min(capacity, _items.Length * 2L)];
        Array.Copy(_items, _first, grown, 0, _items.Length - _first);
        Array.Copy(_items, 0, grown, _items.Length - _first, _first);
        _items = grown;
        _first = 0;
        return true;
    }
}
