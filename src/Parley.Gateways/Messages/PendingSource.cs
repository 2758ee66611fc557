using Parley.Core;
using Parley.Core.Messaging;
using Parley.Core.Pending;

namespace Parley.Gateways.Messages;

/// <summary>
/// Reads what a user has not acknowledged of one conversation, in order and <c>chunk</c> messages at a time. With a chunk of 0 it keeps
/// none: a message is read once to learn its place, and again when its turn has come.
/// </summary>
/// <param name="core">The core.</param>
/// <param name="conversation">The conversation.</param>
/// <param name="after">Everything up to this sequence is passed over.</param>
/// <param name="until">The last sequence to read.</param>
/// <param name="done">What was acknowledged in between.</param>
/// <param name="isFor">Whether a message is for the user.</param>
/// <param name="chunk">How many messages to keep.</param>
public sealed class PendingSource(
    ParleyCore core, ConversationKey conversation, long after, long until, IReadOnlyList<SequenceRange> done, Func<Message, bool> isFor, int chunk)
{
    private readonly Queue<Message> _read = new();
    private Message? _current;
    private long _sequence;

    /// <summary>The conversation.</summary>
    public ConversationKey Conversation { get; } = conversation;

    /// <summary>Everything up to here was looked at.</summary>
    public long Through { get; private set; } = after;

    /// <summary>Whether the user has left the conversation meanwhile: what was said before is not delivered, not even to one who came back.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>The place in the log of the message that <see cref="MoveNextAsync"/> went to.</summary>
    public long Position { get; private set; }

    /// <summary>Goes to the next message that is for the user; false at the end.</summary>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        while (_read.Count == 0 && Through < until && !IsForgotten)
        {
            var messages = await core.Store.Messages.GetRangeAsync(Conversation, Through + 1, until, Math.Max(chunk, 1), cancellationToken);
            if (messages.Count == 0)
            {
                Through = until == long.MaxValue ? Through : until;
                break;
            }
            foreach (var message in messages)
            {
                if (isFor(message) && !IsDone(message.Sequence))
                    _read.Enqueue(message);
            }
            Through = messages[^1].Sequence;
        }
        _read.TryDequeue(out var next);
        _current = chunk > 0 ? next : null;
        if (next is null)
            return false;
        Position = next.Position;
        _sequence = next.Sequence;
        return true;
    }

    /// <summary>The message that <see cref="MoveNextAsync"/> went to; null when it was deleted since.</summary>
    public async ValueTask<Message?> GetCurrentAsync(CancellationToken cancellationToken)
    {
        if (_current is { } kept)
            return kept;
        var messages = await core.Store.Messages.GetRangeAsync(Conversation, _sequence, _sequence, 1, cancellationToken);
        return messages.Count > 0 && isFor(messages[0]) ? messages[0] : null;
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
