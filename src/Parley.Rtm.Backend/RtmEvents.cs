namespace Parley.Rtm.Backend;

/// <summary>What a listening back end is told: an <see cref="RtmMessageEvent"/> or an <see cref="RtmUserEvent"/>.</summary>
public abstract record RtmEvent;

/// <summary>A message that was sent to a user, a group or a room (<c>pushmsg</c>, <c>pushgroupmsg</c>, <c>pushroommsg</c>).</summary>
/// <param name="Conversation">P2P, group or room.</param>
/// <param name="From">The sender.</param>
/// <param name="Target">The receiver's uid, the gid or the rid.</param>
/// <param name="Mid">The sender's message id.</param>
/// <param name="MessageType">1 to 127; files have 40 to 50.</param>
/// <param name="Content">What it says; of a file, where it is.</param>
/// <param name="Attributes">The sender's attrs, may be empty.</param>
/// <param name="Time">When the server took it, to the millisecond.</param>
public sealed record RtmMessageEvent(
    RtmConversationType Conversation,
    long From,
    long Target,
    long Mid,
    byte MessageType,
    RtmContent Content,
    string Attributes,
    DateTimeOffset Time) : RtmEvent
{
    /// <summary>The content as text.</summary>
    public string Text => Content.Text;

    /// <summary>Whether this is a file.</summary>
    public bool IsFile => RtmMessageType.IsFile(MessageType);
}

/// <summary>Something a user did (<c>pushevent</c>).</summary>
/// <param name="Name"><c>login</c>, <c>logout</c>, or a later one.</param>
/// <param name="UserId">The user.</param>
/// <param name="Time">When, to the second.</param>
/// <param name="Endpoint">The client gate that has or had the connection.</param>
/// <param name="Data">Reserved, mostly empty.</param>
public sealed record RtmUserEvent(string Name, long UserId, DateTimeOffset Time, string Endpoint, string Data) : RtmEvent;

/// <summary>
/// Is told of what the back end listens to, one thing after the other, in the order the server sent it. What it throws is logged and goes
/// no further. A message is told once, although the server may send it twice.
/// </summary>
public interface IRtmMonitor
{
    /// <summary>A message between two users (<c>pushmsg</c>).</summary>
    ValueTask OnP2PMessageAsync(RtmMessageEvent message, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A message in a group (<c>pushgroupmsg</c>).</summary>
    ValueTask OnGroupMessageAsync(RtmMessageEvent message, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A message in a room (<c>pushroommsg</c>).</summary>
    ValueTask OnRoomMessageAsync(RtmMessageEvent message, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Something a user did (<c>pushevent</c>).</summary>
    ValueTask OnUserEventAsync(RtmUserEvent userEvent, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
