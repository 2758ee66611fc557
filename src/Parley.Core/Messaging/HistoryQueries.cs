namespace Parley.Core.Messaging;

/// <summary>Which side of a peer-to-peer conversation a history page shows.</summary>
public enum PageDirection : byte
{
    /// <summary>Both sides.</summary>
    Both = 0,

    /// <summary>What the viewer sent.</summary>
    Sent = 1,

    /// <summary>What the viewer received.</summary>
    Received = 2,
}

/// <summary>A page of visible (not deleted) messages, counted from one end of the conversation.</summary>
public sealed record PageQuery
{
    /// <summary>The conversation.</summary>
    public required ConversationKey Conversation { get; init; }

    /// <summary>Who asks; only <see cref="Direction"/> looks at it.</summary>
    public long Viewer { get; init; }

    /// <summary>Which side to show.</summary>
    public PageDirection Direction { get; init; }

    /// <summary>Only messages with a greater sequence; 0 = all.</summary>
    public long AfterSequence { get; init; }

    /// <summary>Only messages after the newest one with this <c>mid</c>; ignored when there is none; 0 = all.</summary>
    public long AfterMessageId { get; init; }

    /// <summary>Only these types; null = all.</summary>
    public IReadOnlyList<byte>? Types { get; init; }

    /// <summary>Newest first.</summary>
    public bool Descending { get; init; }

    /// <summary>How many matching messages to pass over.</summary>
    public int Skip { get; init; }

    /// <summary>How many messages to return at the most.</summary>
    public required int Take { get; init; }
}

/// <summary>A window of messages by time, deleted ones included, continued by sequence.</summary>
public sealed record WindowQuery
{
    /// <summary>The conversation.</summary>
    public required ConversationKey Conversation { get; init; }

    /// <summary>Earliest time in unix milliseconds, inclusive; 0 = no lower bound.</summary>
    public long Begin { get; init; }

    /// <summary>Latest time in unix milliseconds, inclusive.</summary>
    public long End { get; init; } = long.MaxValue;

    /// <summary>Where the last call stopped: only later sequences (earlier ones when descending); 0 = first call.</summary>
    public long LastSequence { get; init; }

    /// <summary>From <see cref="End"/> backwards rather than from <see cref="Begin"/> forwards.</summary>
    public bool Descending { get; init; }

    /// <summary>Only these types; null = all.</summary>
    public IReadOnlyList<byte>? Types { get; init; }

    /// <summary>How many messages to return at the most.</summary>
    public required int Take { get; init; }
}

/// <summary>Narrows what counts as unread.</summary>
/// <param name="After">Only messages later than this time in unix milliseconds; 0 = all.</param>
/// <param name="Types">Only these types; null = all.</param>
public readonly record struct UnreadFilter(long After, IReadOnlyList<byte>? Types);

/// <summary>The newest message of a conversation.</summary>
/// <param name="Sequence">Its sequence; 0 when nothing was ever said.</param>
/// <param name="Time">Its time in unix milliseconds.</param>
public readonly record struct ConversationHead(long Sequence, long Time);

/// <summary>Where a user stands in a conversation.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Head">Its newest message.</param>
/// <param name="Read">The greatest sequence that the user has read, acknowledged or sent, or that lies below the user's floor.</param>
/// <param name="Unread">Visible messages after <paramref name="Read"/>.</param>
public readonly record struct ConversationState(ConversationKey Conversation, ConversationHead Head, long Read, long Unread);

/// <summary>How far a user has read a conversation. Positions only move forward.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="UserId">The reader.</param>
/// <param name="Sequence">The greatest sequence read.</param>
/// <param name="From">The position moves only when everything before this sequence is read; 0 = in any case.</param>
public readonly record struct ReadPosition(ConversationKey Conversation, long UserId, long Sequence, long From = 0);
