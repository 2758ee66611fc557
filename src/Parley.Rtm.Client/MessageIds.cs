namespace Parley.Rtm.Client;

/// <summary>
/// Makes message ids: unix milliseconds times 1000 plus a number by chance below 1000, always growing (rtm-client.md §9.3). So they are
/// unique across restarts, unless the clock goes back by more than the program was off; those of two users who speak in the same
/// millisecond hardly ever meet, which matters because ids name messages in a conversation; and JavaScript keeps them exact.
/// </summary>
internal sealed class MessageIds(TimeProvider time)
{
    private const int Step = 1000;

    private long _last;

    public long Next()
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(last + 1, (time.GetUtcNow().ToUnixTimeMilliseconds() * Step) + Random.Shared.Next(Step));
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return next;
        }
    }
}
