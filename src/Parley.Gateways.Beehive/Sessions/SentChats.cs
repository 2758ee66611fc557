using Parley.Core.Messaging;

namespace Parley.Gateways.Beehive.Sessions;

/// <summary>
/// Chats that a session was sent and did not acknowledge, by sender and sequence (beehive.md §10.2): so the message that an ack means is
/// known without the store, also when the ack names no session of the sender. Two devices of a sender may use one sequence: then the one
/// that was sent first is meant. Holds the newest ones only.
/// </summary>
internal sealed class SentChats
{
    private const int Most = 256;

    private readonly Lock _gate = new();
    private Dictionary<(long Sender, ulong Sequence), SentChat>? _first;
    private Queue<SentChat>? _order;

    /// <summary>A chat was sent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sequence">seq that it had.</param>
    /// <param name="senderSessionId">dsid that it had.</param>
    public void Add(Message message, ulong sequence, ulong senderSessionId)
    {
        var chat = new SentChat(message.Sender, sequence, senderSessionId, message.Conversation, message.Sequence);
        lock (_gate)
        {
            _first ??= [];
            _order ??= new();
            if (!_first.TryAdd(chat.Name, chat) && !TryAppend(_first[chat.Name], chat))
                return;
            _order.Enqueue(chat);
            if (_order.Count > Most)
                Unlink(_order.Dequeue());
        }
    }

    /// <summary>
    /// The first chat of this name, or, with a sender's session, the one of that session; null when it is not known.
    /// </summary>
    public SentChat? Find(long sender, ulong sequence, ulong senderSessionId)
    {
        lock (_gate)
        {
            var chat = _first?.GetValueOrDefault((sender, sequence));
            while (chat is not null && senderSessionId != 0 && chat.SenderSessionId != senderSessionId)
                chat = chat.Next;
            return chat;
        }
    }

    /// <summary>The chat was acknowledged.</summary>
    public void Remove(SentChat chat)
    {
        lock (_gate)
            Unlink(chat); // the queue lets go of it when its turn comes
    }

    /// <summary>False when the chat was sent before.</summary>
    private static bool TryAppend(SentChat last, SentChat chat)
    {
        while (!last.IsSame(chat))
        {
            if (last.Next is null)
            {
                last.Next = chat;
                return true;
            }
            last = last.Next;
        }
        return false;
    }

    private void Unlink(SentChat chat)
    {
        if (_first is null || !_first.TryGetValue(chat.Name, out var before))
            return;
        if (ReferenceEquals(before, chat))
        {
            if (chat.Next is null)
                _first.Remove(chat.Name);
            else
                _first[chat.Name] = chat.Next;
            return;
        }
        while (before.Next is { } next)
        {
            if (ReferenceEquals(next, chat))
            {
                before.Next = chat.Next;
                return;
            }
            before = next;
        }
    }
}

/// <summary>A chat that a session was sent.</summary>
/// <param name="sender">Who said it.</param>
/// <param name="headerSequence">seq that it had.</param>
/// <param name="senderSessionId">dsid that it had: the sender's session; 0 for messages of other protocols.</param>
/// <param name="conversation">Its conversation.</param>
/// <param name="sequence">Its number in the conversation.</param>
internal sealed class SentChat(long sender, ulong headerSequence, ulong senderSessionId, ConversationKey conversation, long sequence)
{
    public (long Sender, ulong Sequence) Name => (sender, headerSequence);

    public ulong SenderSessionId => senderSessionId;

    public ConversationKey Conversation => conversation;

    public long Sequence => sequence;

    /// <summary>The next one of the same name. Used by its owner only.</summary>
    public SentChat? Next { get; set; }

    public bool IsSame(SentChat other) => Sequence == other.Sequence && Conversation == other.Conversation;
}
