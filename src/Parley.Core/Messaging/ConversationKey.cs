namespace Parley.Core.Messaging;

/// <summary>Names one conversation of one project. Messages are ordered within it.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Kind">The kind of conversation.</param>
/// <param name="First">The lower uid of a pair, the gid, the rid, or 0 for broadcast.</param>
/// <param name="Second">The higher uid of a pair, otherwise 0.</param>
public readonly record struct ConversationKey(long ProjectId, ConversationKind Kind, long First, long Second)
{
    /// <summary>The conversation of two users, in either order.</summary>
    public static ConversationKey PeerToPeer(long projectId, long one, long other) =>
        one <= other ? new(projectId, ConversationKind.PeerToPeer, one, other) : new(projectId, ConversationKind.PeerToPeer, other, one);

    /// <summary>The conversation of a group.</summary>
    public static ConversationKey Group(long projectId, long groupId) => new(projectId, ConversationKind.Group, groupId, 0);

    /// <summary>The conversation of a room.</summary>
    public static ConversationKey Room(long projectId, long roomId) => new(projectId, ConversationKind.Room, roomId, 0);

    /// <summary>The broadcast conversation of a project.</summary>
    public static ConversationKey Broadcast(long projectId) => new(projectId, ConversationKind.Broadcast, 0, 0);

    /// <summary>The other end of a peer-to-peer conversation, seen from <paramref name="userId"/>.</summary>
    public long PeerOf(long userId) => First == userId ? Second : First;

    /// <summary>The hash must spread well: lanes and caches are chosen by it.</summary>
    public override int GetHashCode()
    {
        var mixed = (ulong)ProjectId * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (ulong)First) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 31) ^ (ulong)Second ^ ((ulong)Kind << 56)) * 0x94D049BB133111EB;
        return (int)(mixed >> 32);
    }
}
