using Parley.Core;
using Parley.Core.Messaging;
using Parley.Core.Pending;

namespace Parley.Gateways.GoIm.Messages;

/// <summary>Reads what a user has not acknowledged of one conversation, in order and a little at a time.</summary>
internal sealed class PendingSource(
    ParleyCore core, ConversationKey conversation, long after, long until, IReadOnlyList<SequenceRange> done, GoImSession session, int chunk)
{
    private readonly Queue<Message> _read = new();

    public ConversationKey Conversation { get; } = conversation;

    /// <summary>Everything up to here was looked at.</summary>
    public long Through { get; private set; } = after;

    /// <summary>The next message; null before <see cref="MoveNextAsync"/> and at the end.</summary>
    public Message? Current { get; private set; }

    /// <summary>Goes to the next message that is for the user; false at the end.</summary>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        while (_read.Count == 0 && Through < until)
        {
            var messages = await core.Store.Messages.GetRangeAsync(Conversation, Through + 1, until, chunk, cancellationToken);
            if (messages.Count == 0)
            {
                Through = until == long.MaxValue ? Through : until;
                break;
            }
            foreach (var message in messages)
            {
                if (session.IsFor(message) && !IsDone(message.Sequence))
                    _read.Enqueue(message);
            }
            Through = messages[^1].Sequence;
        }
        Current = _read.TryDequeue(out var next) ? next : null;
        return Current is not null;
    }

    private bool IsDone(long sequence)
    {
        foreach (var range in done)
        {
            if (range.From <= sequence && sequence <= range.To)
                return true;
        }
        return false;
    }
}
