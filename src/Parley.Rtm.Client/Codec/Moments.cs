namespace Parley.Rtm.Client.Codec;

/// <summary>Times of the wire.</summary>
internal static class Moments
{
    // Seconds reach this in the year 5138, milliseconds did in March 1973.
    private const long LeastMilliseconds = 100_000_000_000;

    private static readonly long Most = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>A time in unix milliseconds; null when it is 0 or no time that there is.</summary>
    public static DateTimeOffset? FromMilliseconds(long? milliseconds) =>
        milliseconds is { } time and > 0 && time <= Most ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;

    /// <summary>A time in unix seconds as pages have it, or in milliseconds, whichever is meant.</summary>
    public static DateTimeOffset? FromSeconds(long? seconds) =>
        FromMilliseconds(seconds < LeastMilliseconds ? seconds * 1000 : seconds);
}
