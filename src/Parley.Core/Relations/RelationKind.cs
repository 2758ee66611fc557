namespace Parley.Core.Relations;

/// <summary>What an edge between two users means. The numbers are kept on disk.</summary>
public enum RelationKind : byte
{
    /// <summary>The peer is on the user's friend list.</summary>
    Friend = 1,

    /// <summary>The peer is on the user's personal blacklist: its messages to the user are refused.</summary>
    Block = 2,

    /// <summary>The user does not want to hear the peer: its messages to the user are dropped, and it is not told so.</summary>
    Mute = 3,
}
