namespace Parley.Core.Messaging.Inboxes;

/// <summary>Something that is stored for a user and belongs to no conversation, such as word of a change.</summary>
/// <param name="Number">Its number in the user's inbox; 0 when the user has none and nothing was stored.</param>
/// <param name="Note">Bytes that only the protocol that wrote them understands.</param>
public readonly record struct InboxNote(long Number, ReadOnlyMemory<byte> Note);
