namespace Parley.Gateways.Messages;

/// <summary>Numbers for the messages of protocols whose clients give none.</summary>
public sealed class MessageNumbers(TimeProvider time)
{
    private long _last;

    /// <summary>A number that is greater than all before it, also after a restart.</summary>
    public long Next()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() << 16;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(last + 1, now);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return next;
        }
    }
}
