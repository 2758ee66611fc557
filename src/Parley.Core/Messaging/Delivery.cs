using Parley.Core.Groups;
using Parley.Core.Listening;
using Parley.Core.MobilePush;
using Parley.Core.Rooms;
using Parley.Core.Sessions;
using Parley.Core.Translation;

namespace Parley.Core.Messaging;

/// <summary>Brings a committed message to the sessions of its receivers on this node, and then to those who listen.</summary>
internal sealed class Delivery(
    SessionRegistry sessions, GroupDirectory groups, RoomDirectory rooms, ListenerRegistry listeners, TranslationService translation,
    CoreMetrics metrics)
{
    /// <summary>Tells devices of users who are away; null = off. Set at start.</summary>
    public MobilePushService? MobilePush { get; set; }

    /// <summary>
    /// The group that a message was said in, with the members as of now or of any time since it was stored; null for other conversations.
    /// Nearly always at hand.
    /// </summary>
    public ValueTask<Group?> FindGroupAsync(Submission submission)
    {
        var conversation = submission.Message.Conversation;
        return conversation.Kind == ConversationKind.Group ? groups.GetAsync(conversation.ProjectId, conversation.First) : default;
    }

    /// <summary>Delivers a stored message.</summary>
    /// <param name="submission">The message.</param>
    /// <param name="heard">What <see cref="FindGroupAsync"/> said.</param>
    public void Deliver(Submission submission, Group? heard)
    {
        var message = submission.Message;
        var delivery = new MessageDelivery(message)
        {
            IsTranslated = translation.IsWanted && TranslationService.IsText(message),
            InboxNumbers = submission.InboxNumbers,
        };
        var group = heard ?? submission.Group; // of one that was dissolved since, who was in it hears the last words
        Push(delivery, submission, group);
        metrics.OnDelivered(delivery.Pushes);
        if (delivery.Translations is { } translations)
            translation.Add(translations);
        if (!submission.NoMobilePush)
            MobilePush?.OnDelivered(message, group, submission.PushedAnyway);
        Tell(delivery, submission.Connection);
    }

    /// <summary>
    /// Brings a message that is not stored to those sessions of its receivers on this node that take such messages; in a group to those who
    /// were members when it was accepted.
    /// </summary>
    public void DeliverTransient(Submission submission)
    {
        var delivery = new MessageDelivery(submission.Message) { IsTransient = true };
        Push(delivery, submission, submission.Group);
        metrics.OnDelivered(delivery.Pushes);
    }

    /// <summary>Pushes to the sessions of the receivers and the sender.</summary>
    private void Push(MessageDelivery delivery, Submission submission, Group? group)
    {
        var message = delivery.Message;
        var conversation = message.Conversation;
        switch (conversation.Kind)
        {
            case ConversationKind.PeerToPeer:
                Push(delivery, sessions.Find(conversation.ProjectId, conversation.PeerOf(message.Sender)), submission.Origin);
                if (conversation.First != conversation.Second)
                    Push(delivery, sessions.Find(conversation.ProjectId, message.Sender), submission.Origin);
                break;
            case ConversationKind.Group:
                if (group is not null)
                    PushToMembers(delivery, group, submission.Origin);
                PushToFormerMembers(delivery, group, submission.Origin);
                break;
            case ConversationKind.Room:
                if (rooms.Find(conversation.ProjectId, conversation.First) is { } room)
                    PushToRoom(delivery, room, submission);
                break;
            case ConversationKind.Broadcast:
                foreach (var presence in sessions.OnlineUsers(conversation.ProjectId))
                    Push(delivery, presence, submission.Origin);
                break;
            default:
                throw new InvalidOperationException($"Unknown kind of conversation: {conversation.Kind}.");
        }
    }

    /// <summary>Pushes to those who were members when the message was stored, and still are.</summary>
    private void PushToMembers(MessageDelivery delivery, Group group, Session? origin)
    {
        var message = delivery.Message;
        var doAllHear = delivery.IsTransient || group.AllHear(message.Sequence);
        var members = group.MemberIds;
        for (var i = 0; i < members.Length; i++)
        {
            if (doAllHear || group.HearsAt(i, message.Sequence))
                Push(delivery, sessions.Find(message.Conversation.ProjectId, members[i]), origin);
        }
    }

    /// <summary>
    /// Pushes to who left since the message was stored, and so has it in the inbox: whoever waits for its number would wait in vain.
    /// </summary>
    private void PushToFormerMembers(MessageDelivery delivery, Group? group, Session? origin)
    {
        if (delivery.InboxNumbers is not { } numbers)
            return;
        foreach (var (userId, _) in numbers)
        {
            if (group?.Hears(userId, delivery.Message.Sequence) == true || sessions.Find(delivery.Message.Conversation.ProjectId, userId) is not { } presence)
                continue;
            foreach (var session in presence.Sessions)
            {
                if (session.AwaitsInboxNumbers)
                    Push(delivery, presence, session, origin);
            }
        }
    }

    /// <summary>Tells those who listen; not the connection that the message came by.</summary>
    private void Tell(MessageDelivery delivery, object? connection)
    {
        foreach (var listener in listeners.Of(delivery.Message.Conversation.ProjectId))
        {
            if (ReferenceEquals(listener.Connection, connection) || !listener.Filter.Wants(delivery.Message))
                continue;
            listener.OnMessage(delivery);
            metrics.OnListened();
        }
    }

    /// <summary>Pushes to those inside as users, and to the seats of the wanted sub-group or of all.</summary>
    private static void PushToRoom(MessageDelivery delivery, Room room, Submission submission)
    {
        var members = room.Members;
        foreach (var presence in members)
        {
            var sessions = presence.Sessions; // before the look at loners: one that is among them is seen there
            var hasLoners = presence.HasLoners;
            foreach (var session in sessions)
            {
                if (!hasLoners || !session.SitsAlone)
                    Push(delivery, presence, session, submission.Origin);
            }
        }
        if (!room.HasSeats)
            return;
        foreach (var subGroup in room.SubGroups)
        {
            if (submission.SubGroup is { } wanted && subGroup.Number != wanted)
                continue;
            delivery.SubGroup = subGroup.Number;
            foreach (var session in subGroup.Sessions)
            {
                if (session?.Presence is { } presence && Room.HearsBySeat(session, members))
                    Push(delivery, presence, session, submission.Origin);
            }
        }
    }

    /// <summary>Pushes to all sessions of a user; of the sender's only to others than the origin that want to hear it.</summary>
    private static void Push(MessageDelivery delivery, Presence? presence, Session? origin)
    {
        if (presence is null)
            return;
        foreach (var session in presence.Sessions)
            Push(delivery, presence, session, origin);
    }

    private static void Push(MessageDelivery delivery, Presence presence, Session session, Session? origin)
    {
        if (delivery.IsTransient && !session.TakesTransient)
            return;
        var isSender = presence.User.UserId == delivery.Message.Sender;
        if (isSender && !session.HearsOwn(delivery.Message, ReferenceEquals(session, origin)))
            return;
        session.Push(delivery);
        delivery.Pushes++;
        if (delivery.IsTranslated && !isSender && session.TakesTranslations)
            delivery.Translate(presence.Language, session);
    }
}
