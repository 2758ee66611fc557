using System.Security.Cryptography;

namespace Parley.Rtm.Backend;

/// <summary>
/// Makes message ids: 41 bits of milliseconds since 2020, 10 bits of a counter, 12 random bits of this process. So they grow with time,
/// and two back ends that send for one user do not meet.
/// </summary>
internal sealed class MessageIds(TimeProvider time)
{
    private const long Epoch = 1_577_836_800_000;
    private const int CounterBits = 10;
    private const int ProcessBits = 12;

    private readonly long _process = RandomNumberGenerator.GetInt32(1 << ProcessBits);
    private long _last;

    /// <summary>The next id; more than 1024 in one millisecond borrow from the next.</summary>
    public long Next()
    {
        var now = (time.GetUtcNow().ToUnixTimeMilliseconds() - Epoch) << CounterBits;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return (next << ProcessBits) | _process;
        }
    }
}
