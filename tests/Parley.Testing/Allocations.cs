namespace Parley.Testing;

/// <summary>Measures what code allocates.</summary>
public static class Allocations
{
    private const int Passes = 5;

    /// <summary>
    /// Bytes that so many calls allocate on this thread, in the best of some passes after one that warms up: a collection that falls into a
    /// pass counts the rest of the thread's buffer as allocated.
    /// </summary>
    /// <param name="count">Calls in a pass.</param>
    /// <param name="call">The call, with a number that never comes twice, from 0.</param>
    public static long Least(int count, Action<int> call)
    {
        var least = long.MaxValue;
        for (var pass = 0; pass <= Passes && least > 0; pass++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < count; i++)
                call((pass * count) + i);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (pass > 0)
                least = Math.Min(least, allocated);
        }
        return least;
    }
}
