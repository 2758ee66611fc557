namespace Parley.Core.Messaging.Inboxes;

/// <summary>The number that something got in the inbox of a user.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Number">The number, from 1.</param>
public readonly record struct InboxNumber(long UserId, long Number);
