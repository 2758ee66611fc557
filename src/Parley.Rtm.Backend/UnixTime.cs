namespace Parley.Rtm.Backend;

/// <summary>Times of the wire.</summary>
internal static class UnixTime
{
    private static readonly long Max = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
    private static readonly long Min = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();

    /// <summary>Whatever the server sends; what no calendar holds is clamped.</summary>
    public static DateTimeOffset FromMilliseconds(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, Min, Max));

    public static DateTimeOffset FromSeconds(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, Min / 1000, Max / 1000));
}
