namespace Parley.Core.Messaging;

/// <summary>
/// What was said. <see cref="Sequence"/>, <see cref="Position"/> and <see cref="Time"/> are zero until the journal has taken the message;
/// after that the object never changes.
/// </summary>
public sealed class Message
{
    /// <summary>Where it was said.</summary>
    public required ConversationKey Conversation { get; init; }

    /// <summary>Who said it.</summary>
    public required long Sender { get; init; }

    /// <summary>The number that the sender gave it (<c>mid</c>); with sender and conversation it recognises a retry.</summary>
    public required long MessageId { get; init; }

    /// <summary>The type as sent, 1 to 127.</summary>
    public required byte Type { get; init; }

    /// <summary>Whether <see cref="Body"/> is the address of a file.</summary>
    public FileKind File { get; init; }

    /// <summary>True when the sender marked the body as bytes rather than text.</summary>
    public bool IsBinary { get; init; }

    /// <summary>The text in UTF-8, the bytes, or the address of the file. Empty once deleted.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Free text of the sender in UTF-8. Empty once deleted.</summary>
    public ReadOnlyMemory<byte> Attributes { get; init; }

    /// <summary>
    /// What only the protocol that the message came through has words for, in a form of that protocol's choice. Other protocols and the
    /// core never look inside. Empty = nothing, and once deleted.
    /// </summary>
    public ReadOnlyMemory<byte> Envelope { get; init; }

    /// <summary>Size of the file in bytes, 0 when it is none.</summary>
    public long FileSize { get; init; }

    /// <summary>Address of a thumbnail, if there is one.</summary>
    public string? ThumbnailUrl { get; init; }

    /// <summary>True when the message was deleted: it keeps its place and says nothing.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Place in the conversation: 1, 2, 3 … without gaps.</summary>
    public long Sequence { get; set; }

    /// <summary>Place in the log of all messages of the store: unique, never given again, growing with the sequence of a conversation.</summary>
    public long Position { get; set; }

    /// <summary>When it was accepted, in unix milliseconds. Never goes back within a conversation.</summary>
    public long Time { get; set; }
}
