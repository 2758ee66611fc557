using Parley.Core.Messaging;

namespace Parley.Gateways.Beehive.Sessions;

/// <summary>
/// Chats that a session was sent, by sender and sequence (beehive.md §10.2): so the message that an ack means is known without the store,
/// also when the ack names no session of the sender. Holds the newest ones only.
/// </summary>
internal sealed class SentChats
{
    private const int Most = 256;

    private readonly Lock _gate = new();
    private Dictionary<(long Sender, ulong Sequence), SentChat>? _chats;
    private Queue<(long Sender, ulong Sequence)>? _order;

    /// <summary>A chat was sent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sequence">seq that it had.</param>
    /// <param name="senderSessionId">dsid that it had.</param>
    public void Add(Message message, ulong sequence, ulong senderSessionId)
    {
        lock (_gate)
        {
            _chats ??= [];
            _order ??= new();
            if (_chats.TryAdd((message.Sender, sequence), new(senderSessionId, message.Conversation, message.Sequence)))
                _order.Enqueue((message.Sender, sequence));
            while (_order.Count > Most)
                _chats.Remove(_order.Dequeue());
        }
    }

    /// <summary>A chat that was sent; null when it is not known.</summary>
    public SentChat? Find(long sender, ulong sequence)
    {
        lock (_gate)
            return _chats is { } chats && chats.TryGetValue((sender, sequence), out var chat) ? chat : null;
    }
}

/// <summary>A chat that a session was sent.</summary>
/// <param name="SenderSessionId">dsid that it had: the sender's session; 0 for messages of other protocols.</param>
/// <param name="Conversation">Its conversation.</param>
/// <param name="Sequence">Its number in the conversation.</param>
internal readonly record struct SentChat(ulong SenderSessionId, ConversationKey Conversation, long Sequence);
