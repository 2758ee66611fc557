using Parley.Core.Messaging;

namespace Parley.Core.Pending;

/// <summary>A conversation in which a user has not acknowledged everything.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Floor">Everything up to this sequence was acknowledged, or is not for this user.</param>
/// <param name="Head">The newest message.</param>
/// <param name="Ahead">What was acknowledged beyond the floor, ascending and without overlap.</param>
public sealed record PendingConversation(ConversationKey Conversation, long Floor, long Head, IReadOnlyList<SequenceRange> Ahead);

/// <summary>Messages with <paramref name="From"/> ≤ sequence ≤ <paramref name="To"/>.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
public readonly record struct SequenceRange(long From, long To);

/// <summary>A user acknowledged messages of a conversation.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="UserId">The user.</param>
/// <param name="From">The first sequence; lower than the acknowledged message when what lies between is not for this user.</param>
/// <param name="To">The last sequence.</param>
public readonly record struct Acknowledgement(ConversationKey Conversation, long UserId, long From, long To);
