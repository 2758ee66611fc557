namespace Parley.Rtm.Backend;

/// <summary>The kinds of conversation, with the numbers of the wire (rtm-client §1.1).</summary>
public enum RtmConversationType
{
    /// <summary>No conversation.</summary>
    None = 0,

    /// <summary>Between two users.</summary>
    P2P = 1,

    /// <summary>In a group.</summary>
    Group = 2,

    /// <summary>In a room.</summary>
    Room = 3,

    /// <summary>To everybody in the project.</summary>
    Broadcast = 4,
}
