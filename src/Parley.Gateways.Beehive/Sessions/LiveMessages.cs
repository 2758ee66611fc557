using System.Runtime.InteropServices;
using Parley.Core.Messaging;

namespace Parley.Gateways.Beehive.Sessions;

/// <summary>
/// What is said to users and groups on its way to a session: live at once, except while the session catches up. Then only the place is
/// noted from where the conversation is to be read on, so that nothing overtakes what was missed and memory is bounded by the number of
/// conversations, not of messages (beehive.md §9.9).
/// </summary>
internal sealed class LiveMessages(BeehiveSession session)
{
    /// <summary>Conversations in which something may be held back; beyond it the connection is ended, and the store has what was held back.</summary>
    public const int MostHeld = 10_000;

    private const int MostReached = 10_000;

    private readonly Lock _gate = new();
    private Dictionary<ConversationKey, long>? _held; // not null while the session catches up: the first message that was held back
    private Dictionary<(ConversationKey Conversation, bool IsOwn), long>? _reached; // how far catching up came, until a later message is live
    private Dictionary<long, long>? _heard = []; // until the session has caught up: the first message of each group that came live

    /// <summary>
    /// Whether everything was sent to the session that its groups said since it was here last: what was missed by catching up, and the
    /// rest live.
    /// </summary>
    public bool IsUpToDate { get; private set; }

    /// <summary>Sends a message of a user or a group, or holds it back. False when it can neither be sent nor held back.</summary>
    public bool TryTake(MessageDelivery delivery)
    {
        var message = delivery.Message;
        lock (_gate)
        {
            if (IsReached(message))
                return true;
            if (_held is not null)
            {
                if (_held.Count >= MostHeld && !_held.ContainsKey(message.Conversation))
                    return false;
                _held.TryAdd(message.Conversation, message.Sequence);
                return true;
            }
            _reached?.Remove((message.Conversation, IsOwn(message)));
            if (message.Conversation.Kind == ConversationKind.Group)
                _heard?.TryAdd(message.Conversation.First, message.Sequence);
            session.SendNow(delivery);
            return true;
        }
    }

    /// <summary>The session missed nothing before it began.</summary>
    public void BeginUpToDate() => IsUpToDate = true;

    /// <summary>From now on messages are held back, until <see cref="TakeHeld"/> finds none.</summary>
    public void BeginCatchUp()
    {
        lock (_gate)
            _held = [];
    }

    /// <summary>Where to read on because messages were held back; null when there are none: from then on they are sent live.</summary>
    public Dictionary<ConversationKey, long>? TakeHeld()
    {
        lock (_gate)
        {
            if (_held is not { Count: > 0 } held)
            {
                _held = null;
                return null;
            }
            _held = [];
            return held;
        }
    }

    /// <summary>
    /// Messages are not held back any more. When the session has not caught up, the next catching up begins where this one did, and sends
    /// also what was held back.
    /// </summary>
    public void EndCatchUp(bool isDone)
    {
        lock (_gate)
        {
            _held = null;
            _heard = isDone ? null : [];
            IsUpToDate = isDone;
        }
    }

    /// <summary>Whether the session has caught up since it began, so that it missed nothing of its groups.</summary>
    public bool HasCaughtUp
    {
        get
        {
            lock (_gate)
                return _heard is null;
        }
    }

    /// <summary>The first message of a group that came live; null when none did.</summary>
    public long? FirstHeard(long groupId)
    {
        lock (_gate)
            return _heard is not null && _heard.TryGetValue(groupId, out var first) ? first : null;
    }

    /// <summary>A message was sent by catching up.</summary>
    public void Reach(Message message)
    {
        var key = (message.Conversation, IsOwn(message));
        lock (_gate)
        {
            _reached ??= [];
            if (_reached.Count >= MostReached && !_reached.ContainsKey(key))
                return; // it may come twice then
            ref var reached = ref CollectionsMarshal.GetValueRefOrAddDefault(_reached, key, out _);
            reached = Math.Max(reached, message.Sequence);
        }
    }

    /// <summary>Whether catching up has sent a message, or passed it over.</summary>
    public bool WasReached(Message message)
    {
        lock (_gate)
            return IsReached(message);
    }

    private bool IsReached(Message message) =>
        _reached is not null && _reached.TryGetValue((message.Conversation, IsOwn(message)), out var reached) && message.Sequence <= reached;

    /// <summary>Own messages are caught up on in another way than those of others, so they are counted apart.</summary>
    private bool IsOwn(Message message) => message.Sender == session.UserId;
}
