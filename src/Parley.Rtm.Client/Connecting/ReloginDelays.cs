namespace Parley.Rtm.Client.Connecting;

/// <summary>
/// When to try to log in again: at once three times, then after about 1, 2, 4 and 8 s, and every 8 s from then on (rtm-client.md §9.5).
/// Each delay is shortened by chance by up to half, so that the users of a gate that went down do not come back in one wave.
/// </summary>
internal sealed class ReloginDelays(Func<double> chance)
{
    private const int ImmediateTries = 3;
    private const int LongestSeconds = 8;

    private int _tries;

    public TimeSpan Next()
    {
        var grown = _tries - ImmediateTries;
        _tries++;
        if (grown < 0)
            return TimeSpan.Zero;
        var seconds = Math.Min(LongestSeconds, 1 << Math.Min(grown, 10));
        return TimeSpan.FromSeconds(seconds * (1 - (chance() / 2)));
    }

    public void Reset() => _tries = 0;
}
