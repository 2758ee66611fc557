namespace Parley.Core.Messaging.Inboxes;

/// <summary>What an inbox spans.</summary>
/// <param name="Oldest">The lowest number that may still be there; 0 = nothing was cleared.</param>
/// <param name="Newest">The highest number given; 0 = none, or the user has no inbox.</param>
public readonly record struct InboxBounds(long Oldest, long Newest);
