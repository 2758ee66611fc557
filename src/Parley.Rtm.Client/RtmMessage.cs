namespace Parley.Rtm.Client;

/// <summary>The kind of file behind a message (<c>ftype</c>, rtm-client.md §1.4).</summary>
public enum RtmFileKind
{
    /// <summary>No file.</summary>
    None = 0,

    /// <summary>A picture.</summary>
    Image = 10,

    /// <summary>Sound.</summary>
    Audio = 11,

    /// <summary>A film.</summary>
    Video = 12,

    /// <summary>Any other file.</summary>
    Other = 100,
}

/// <summary>A message as a push or a history answer carries it (rtm-client.md §5.1, §6).</summary>
public sealed record RtmMessage
{
    /// <summary>Where it was said. In a conversation with a user, <see cref="RtmConversation.Id"/> is the other one of the two.</summary>
    public required RtmConversation Conversation { get; init; }

    /// <summary>The server's number in the conversation, strictly growing; 0 in pushes, which have none.</summary>
    public long Id { get; init; }

    /// <summary>Who said it.</summary>
    public required long From { get; init; }

    /// <summary>The sender's number (<c>mid</c>), unique for this sender in this conversation.</summary>
    public required long MessageId { get; init; }

    /// <summary>The type, 1 to 127 (<see cref="RtmMessageType"/>).</summary>
    public required byte Type { get; init; }

    /// <summary>
    /// The kind of file. Pushes and pages say it; in windows, which do not, it is told from types 40 to 42 and 50.
    /// </summary>
    public RtmFileKind FileKind { get; init; }

    /// <summary>The text; for files the download URL; for <see cref="Bytes"/> that are not UTF-8 and for deleted messages "".</summary>
    public required string Text { get; init; }

    /// <summary>The content as the server sent it: the UTF-8 of <see cref="Text"/>, or any bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Free text of the sender, often JSON; "" when there is none.</summary>
    public required string Attributes { get; init; }

    /// <summary>When the server accepted it. Milliseconds, but whole seconds in pages; null when an old server does not tell.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Whether it was deleted; text and attributes are then empty.</summary>
    public bool IsDeleted { get; init; }
}

/// <summary>What to say. A string converts to a draft of type <see cref="RtmMessageType.Text"/>.</summary>
/// <param name="Text">At most 20480 bytes of UTF-8 (200030).</param>
/// <param name="Type">1 to 127 (200005).</param>
/// <param name="Attributes">Free text, at most 2048 bytes of UTF-8 (200030).</param>
public sealed record RtmDraft(string Text, byte Type = RtmMessageType.Text, string Attributes = "")
{
    /// <summary>Bytes to send in the place of <see cref="Text"/>, at most 20480; null = send the text.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; init; }

    /// <summary>The message id (<c>mid</c>); null = the client makes one that is unique across restarts.</summary>
    public long? MessageId { get; init; }

    /// <summary>A chat message.</summary>
    public static implicit operator RtmDraft(string text) => FromString(text);

    /// <summary>A chat message.</summary>
    public static RtmDraft FromString(string text) => new(text);
}

/// <summary>A message that the server has accepted.</summary>
/// <param name="MessageId">Its id (<c>mid</c>).</param>
/// <param name="Time">
/// When it was accepted; null when the first answer was lost and the retry was told that the message is there already.
/// </param>
public readonly record struct RtmSent(long MessageId, DateTimeOffset? Time);
