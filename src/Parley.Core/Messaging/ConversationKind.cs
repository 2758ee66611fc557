namespace Parley.Core.Messaging;

/// <summary>What kind of conversation a message belongs to. The numbers are kept on disk and may only grow.</summary>
public enum ConversationKind : byte
{
    /// <summary>Two users; the pair is unordered.</summary>
    PeerToPeer = 1,

    /// <summary>A group with persistent membership.</summary>
    Group = 2,

    /// <summary>A room, whose membership lives with being online.</summary>
    Room = 3,

    /// <summary>Everybody in a project; one per project.</summary>
    Broadcast = 4,
}
