namespace Parley.Core.Messaging.Inboxes;

/// <summary>What lies in an inbox at a number.</summary>
/// <param name="Number">The number.</param>
/// <param name="Message">The message; null for a note.</param>
/// <param name="Note">The note; empty for a message.</param>
public readonly record struct InboxItem(long Number, Message? Message, ReadOnlyMemory<byte> Note);
