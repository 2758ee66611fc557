namespace Parley.Rtm.Client;

/// <summary>
/// Makes message ids: unix milliseconds times 1000 plus a counter, always growing, so that they are unique across restarts as long as the
/// clock does not go back by more than the program was off (rtm-client.md §9.3).
/// </summary>
internal sealed class MessageIds(TimeProvider time)
{
    private long _last;

    public long Next()
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(last + 1, time.GetUtcNow().ToUnixTimeMilliseconds() * 1000);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return next;
        }
    }
}
