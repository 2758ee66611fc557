namespace Parley.Rtm.Client;

/// <summary>Where messages are ordered (rtm-client.md §1.1). The numbers are the <c>type</c> of <c>getmsg</c> and <c>delmsg</c>.</summary>
public enum RtmConversationKind
{
    /// <summary>Between the caller and one other user.</summary>
    User = 1,

    /// <summary>A group: its members are kept.</summary>
    Group = 2,

    /// <summary>A room: membership ends with being online.</summary>
    Room = 3,

    /// <summary>The project's announcements to everybody; only back ends speak there.</summary>
    Broadcast = 4,
}

/// <summary>One conversation, as its reader names it.</summary>
/// <param name="Kind">What kind of conversation.</param>
/// <param name="Id">The other user's uid, the gid or the rid; 0 for broadcasts.</param>
public readonly record struct RtmConversation(RtmConversationKind Kind, long Id)
{
    /// <summary>The announcements to the whole project.</summary>
    public static RtmConversation Broadcast { get; } = new(RtmConversationKind.Broadcast, 0);

    /// <summary>What the caller and this user say to each other.</summary>
    public static RtmConversation WithUser(long userId) => new(RtmConversationKind.User, userId);

    /// <summary>A group.</summary>
    public static RtmConversation OfGroup(long groupId) => new(RtmConversationKind.Group, groupId);

    /// <summary>A room.</summary>
    public static RtmConversation OfRoom(long roomId) => new(RtmConversationKind.Room, roomId);
}
