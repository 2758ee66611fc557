using Parley.Core.Projects;
using Parley.Core.Sessions;

namespace Parley.Core.Messaging;

/// <summary>With whose right a message is sent.</summary>
public enum SendAuthority : byte
{
    /// <summary>A user speaks for itself: every check applies.</summary>
    User,

    /// <summary>A back end speaks for a user: friends-only, flood control, words and the user's pace do not apply.</summary>
    BackEnd,

    /// <summary>Whoever runs the server speaks, and no user: the sender is 0, and nothing is checked but the shape.</summary>
    Operator,
}

/// <summary>A message to be sent.</summary>
public sealed record SendRequest
{
    /// <summary>The project.</summary>
    public required Project Project { get; init; }

    /// <summary>Where to.</summary>
    public required ConversationKind Kind { get; init; }

    /// <summary>Who speaks.</summary>
    public required long Sender { get; init; }

    /// <summary>The receiver, gid or rid; 0 for broadcast.</summary>
    public required long Target { get; init; }

    /// <summary>The sender's number for the message.</summary>
    public required long MessageId { get; init; }

    /// <summary>The type; 1 to 127 are valid.</summary>
    public required long Type { get; init; }

    /// <summary>Whether the body is the address of a file.</summary>
    public FileKind File { get; init; }

    /// <summary>Whether the body is bytes rather than text.</summary>
    public bool IsBinary { get; init; }

    /// <summary>The body; owned by the request from now on.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What people read of the body, where that does not stand in it word for word; looked through for words too. "" = nothing.</summary>
    public string ReadableText { get; init; } = "";

    /// <summary>The attributes; owned by the request from now on.</summary>
    public ReadOnlyMemory<byte> Attributes { get; init; }

    /// <summary>See <see cref="Message.Envelope"/>; owned by the request from now on.</summary>
    public ReadOnlyMemory<byte> Envelope { get; init; }

    /// <summary>Size of the file in bytes.</summary>
    public long FileSize { get; init; }

    /// <summary>The session that spoke; it is not told of its own message.</summary>
    public Session? Origin { get; init; }

    /// <summary>Longest body in bytes, where the protocol has a limit of its own; 0 = what the project allows.</summary>
    public int BodyLimit { get; init; }

    /// <summary>Longest attributes in bytes, where the protocol has a limit of its own; 0 = what the project allows.</summary>
    public int AttributeLimit { get; init; }

    /// <summary>Whether the sender may be the receiver too.</summary>
    public bool AllowSelf { get; init; }

    /// <summary>The connection that the message came by, if a listener may sit on it: that one is not told of the message.</summary>
    public object? Connection { get; init; }

    /// <summary>The sub-group of a room that is to hear it, beside those who are in no sub-group; null = everyone inside.</summary>
    public int? SubGroup { get; init; }

    /// <summary>With whose right.</summary>
    public SendAuthority Authority { get; init; }

    /// <summary>Checks that the message is spared.</summary>
    public SendExemptions Exemptions { get; init; }

    /// <summary>Whether the message stays out of inboxes.</summary>
    public bool NoInbox { get; init; }

    /// <summary>Whether nobody's devices are told of the message.</summary>
    public bool NoMobilePush { get; init; }

    /// <summary>Members of a group whose devices are told of the message although they want none; null = nobody's.</summary>
    public IReadOnlyCollection<long>? PushedAnyway { get; init; }

    /// <summary>The time to store in unix milliseconds, so that one call to many receivers has one time; 0 = the time of storing.</summary>
    public long Time { get; init; }
}

/// <summary>What became of a message.</summary>
/// <param name="Error">Why it was refused; <see cref="CoreError.Duplicate"/> when an earlier one stands.</param>
/// <param name="Sequence">Its sequence, also of the earlier one.</param>
/// <param name="Time">Its time in unix milliseconds, also of the earlier one.</param>
/// <param name="Position">Its place in the log; 0 when nothing was stored.</param>
public readonly record struct SendOutcome(CoreError Error, long Sequence, long Time, long Position = 0)
{
    /// <summary>A refusal.</summary>
    public static SendOutcome Refused(CoreError error) => new(error, 0, 0);
}
