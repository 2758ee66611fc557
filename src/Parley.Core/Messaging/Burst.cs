namespace Parley.Core.Messaging;

/// <summary>Something to do once at the end of a burst of work, such as flushing a connection.</summary>
public interface IBurstItem
{
    /// <summary>Does it.</summary>
    void OnBurstEnd();
}

/// <summary>
/// Collects, for the thread that runs a burst of work (one drain of a lane, one turn of a read loop), what is to be done once at
/// its end. So a connection that got many frames is flushed once.
/// </summary>
public static class Burst
{
    [ThreadStatic]
    private static List<IBurstItem>? _items;

    [ThreadStatic]
    private static bool _isOpen;

    /// <summary>Begins a burst on this thread; false when one is open already, whose owner will end it.</summary>
    public static bool TryBegin()
    {
        if (_isOpen)
            return false;
        _items ??= [];
        _isOpen = true;
        return true;
    }

    /// <summary>Puts an item off to the end of the open burst; false when none is open and the caller should act at once.</summary>
    public static bool TryDefer(IBurstItem item)
    {
        if (!_isOpen)
            return false;
        _items!.Add(item);
        return true;
    }

    /// <summary>Ends the burst: everything put off is done in order. Items must not throw.</summary>
    public static void End()
    {
        _isOpen = false;
        var items = _items!;
        try
        {
            for (var i = 0; i < items.Count; i++)
                items[i].OnBurstEnd();
        }
        finally
        {
            items.Clear();
        }
    }
}
