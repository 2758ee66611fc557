namespace Parley.Gateways.Rtm.ServerGate;

/// <summary>
/// The signs that were used, so that none is used twice (rule S-5). Two generations: a sign is remembered for at least the lifetime of
/// one, unless more come than are remembered; then the oldest are forgotten early.
/// </summary>
/// <param name="capacity">Signs in both generations.</param>
/// <param name="lifetime">Milliseconds after which a generation is old.</param>
internal sealed class SignMemory(int capacity, long lifetime)
{
    private readonly Lock _gate = new();
    private HashSet<UInt128> _young = [];
    private HashSet<UInt128> _old = [];
    private long _since;

    /// <summary>How many signs it remembers at the most.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>Remembers a sign; false when it was used before.</summary>
    public bool TryAdd(UInt128 sign, long now)
    {
        lock (_gate)
        {
            if (now - _since >= lifetime || _young.Count >= Math.Max(1, Capacity / 2))
            {
                (_young, _old) = (_old, _young);
                _young.Clear();
                if (now - _since >= 2 * lifetime)
                    _old.Clear();
                _since = now;
            }
            return !_old.Contains(sign) && _young.Add(sign);
        }
    }
}
