namespace Parley.Core.Sessions;

/// <summary>A token bucket in eight bytes: it keeps the time at which the bucket would be full again. Any thread may take from it.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Performance", "CA1815", Justification = "A mutable field of its owner, never compared.")]
public struct Throttle
{
    private long _fullAt; // in 1/1024 milliseconds, so that high rates keep their fractions

    /// <summary>Takes one token; false when there is none.</summary>
    /// <param name="interval">Milliseconds in which one token comes back.</param>
    /// <param name="burst">Tokens that the full bucket holds.</param>
    /// <param name="now">The time in milliseconds.</param>
    public bool TryTake(double interval, int burst, long now)
    {
        var step = (long)(interval * 1024);
        var clock = now << 10;
        while (true)
        {
            var seen = Volatile.Read(ref _fullAt);
            var next = Math.Max(seen, clock) + step;
            if (next - clock > step * Math.Max(burst, 1))
                return false;
            if (Interlocked.CompareExchange(ref _fullAt, next, seen) == seen)
                return true;
        }
    }
}
