namespace Parley.Rtm.Client;

/// <summary>Something that the gate told without being asked (rtm-client.md §5).</summary>
public abstract record RtmPush
{
    private protected RtmPush()
    {
    }
}

/// <summary>A message: <c>pushmsg</c>, <c>pushgroupmsg</c>, <c>pushroommsg</c> or <c>pushbroadcastmsg</c> (§5.1).</summary>
/// <param name="Message">The message.</param>
public sealed record RtmMessagePush(RtmMessage Message) : RtmPush;

/// <summary>
/// The translation of a message that came before: <c>transmsg</c>, <c>transgroupmsg</c>, <c>transroommsg</c> or
/// <c>transbroadcastmsg</c> (§5.3).
/// </summary>
/// <param name="Conversation">Where the original was said.</param>
/// <param name="From">The sender of the original.</param>
/// <param name="MessageId">The number of this translation.</param>
/// <param name="OriginalMessageId">The <c>mid</c> of the original.</param>
/// <param name="Text">The translated text.</param>
public sealed record RtmTranslationPush(RtmConversation Conversation, long From, long MessageId, long OriginalMessageId, string Text) : RtmPush;

/// <summary>What is unread, told once after login (<c>pushunread</c>, §5.5).</summary>
/// <param name="Unread">What is unread.</param>
public sealed record RtmUnreadPush(RtmUnread Unread) : RtmPush;

/// <summary>The gate has ended this login for good (<c>kickout</c>, §5.2). The client does not log in again by itself.</summary>
public sealed record RtmKickedOutPush : RtmPush;

/// <summary>A back end has put the user out of a room (<c>kickoutroom</c>, §5.2).</summary>
/// <param name="RoomId">The room.</param>
public sealed record RtmKickedOutOfRoomPush(long RoomId) : RtmPush;

/// <summary>
/// Hears pushes, one after another in the order of their arrival, never two at once. Every push was acknowledged to the gate before it
/// comes here. A method that throws is logged; the next push comes all the same. While a method runs, later pushes wait in the queue of
/// <see cref="RtmClientOptions.PushQueueCapacity"/>.
/// </summary>
public interface IRtmPushHandler
{
    /// <summary>A message came.</summary>
    ValueTask OnMessageAsync(RtmMessage message, CancellationToken cancellationToken);

    /// <summary>A translation came.</summary>
    ValueTask OnTranslationAsync(RtmTranslationPush translation, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>The gate told what is unread.</summary>
    ValueTask OnUnreadAsync(RtmUnread unread, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>This login was ended for good.</summary>
    ValueTask OnKickedOutAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>The user was put out of a room.</summary>
    ValueTask OnKickedOutOfRoomAsync(long roomId, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
