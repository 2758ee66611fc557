namespace Parley.Rtm.Client;

/// <summary>What to read in window style: by time, continued by id (rtm-client.md §6.4).</summary>
public sealed record RtmWindowQuery
{
    /// <summary>The most messages that one call gives.</summary>
    public const int MostCount = 20;

    /// <summary>How many messages per call, 1 to 20.</summary>
    public int Count { get; init; } = 10;

    /// <summary>True: from <see cref="End"/> backward, newest first. False: from <see cref="Begin"/> forward, oldest first.</summary>
    public bool NewestFirst { get; init; } = true;

    /// <summary>Not before this moment, in unix milliseconds; 0 = no bound.</summary>
    public long Begin { get; init; }

    /// <summary>Not after this moment, in unix milliseconds; 0 = now.</summary>
    public long End { get; init; }

    /// <summary>Continue behind this id; 0 = first call.</summary>
    public long LastId { get; init; }

    /// <summary>Only these types; empty = all.</summary>
    public IReadOnlyList<byte> Types { get; init; } = [];
}

/// <summary>The answer to one call in window style (§6.5).</summary>
/// <param name="Messages">In the order asked for, deleted ones included.</param>
/// <param name="Next">The query that continues behind the last message.</param>
public sealed record RtmWindow(IReadOnlyList<RtmMessage> Messages, RtmWindowQuery Next);

/// <summary>Whose messages of a pair a page holds (§6.2).</summary>
public enum RtmDirection
{
    /// <summary>Both users' messages.</summary>
    Both = 0,

    /// <summary>Those that the caller sent.</summary>
    Sent = 1,

    /// <summary>Those that the caller received.</summary>
    Received = 2,
}

/// <summary>What to read in page style (rtm-client.md §6.2).</summary>
public sealed record RtmPageQuery
{
    /// <summary>The most messages that one call gives.</summary>
    public const int MostCount = 10;

    /// <summary>How many messages per page, 1 to 10.</summary>
    public int Count { get; init; } = 10;

    /// <summary>Whether the newest come first.</summary>
    public bool NewestFirst { get; init; } = true;

    /// <summary>Which page, from 0 on.</summary>
    public short Page { get; init; }

    /// <summary>Whose messages; only conversations with a user have a direction.</summary>
    public RtmDirection Direction { get; init; }

    /// <summary>The <c>mid</c> of the newest message that is here already; 0 = none. Keep it while turning pages.</summary>
    public long LocalMessageId { get; init; }

    /// <summary>The largest id that was read earlier; 0 = none. Keep it while turning pages.</summary>
    public long LocalId { get; init; }

    /// <summary>Only these types; empty = all.</summary>
    public IReadOnlyList<byte> Types { get; init; } = [];
}

/// <summary>The answer to one call in page style (§6.3).</summary>
/// <param name="Messages">In the order asked for, without deleted ones. Times are whole seconds.</param>
/// <param name="MaxId">The largest id among them; without any, the id asked with.</param>
public sealed record RtmPage(IReadOnlyList<RtmMessage> Messages, long MaxId);
