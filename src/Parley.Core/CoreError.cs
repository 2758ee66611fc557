namespace Parley.Core;

/// <summary>Why the core refuses something. Each gateway maps these to its protocol's own codes in one place.</summary>
public enum CoreError : byte
{
    /// <summary>Not refused.</summary>
    None,

    /// <summary>The project is unknown, or a user, group or room id is not a valid one.</summary>
    InvalidId,

    /// <summary>The message type is outside 1 to 127.</summary>
    InvalidType,

    /// <summary>Body, attributes or another text is longer than the project allows.</summary>
    TooLarge,

    /// <summary>A list is empty, or a mandatory text is.</summary>
    Empty,

    /// <summary>A list is longer than allowed.</summary>
    TooManyItems,

    /// <summary>The only receiver is the sender.</summary>
    ToSelf,

    /// <summary>The project allows messages between friends only.</summary>
    NotFriend,

    /// <summary>The receiver has the sender on its personal blacklist.</summary>
    Blocked,

    /// <summary>Not a member of the group.</summary>
    NotGroupMember,

    /// <summary>Not in the room.</summary>
    NotInRoom,

    /// <summary>The group has no members.</summary>
    EmptyGroup,

    /// <summary>Must not speak in the group.</summary>
    BannedInGroup,

    /// <summary>Must not speak in, or enter, the room.</summary>
    BannedInRoom,

    /// <summary>Must not enter the project.</summary>
    BannedInProject,

    /// <summary>Only an admin id may do this.</summary>
    AdminOnly,

    /// <summary>An admin id cannot do this.</summary>
    AdminUser,

    /// <summary>The token is unknown, expired or somebody else's.</summary>
    BadToken,

    /// <summary>Too many calls.</summary>
    RateLimited,

    /// <summary>Too many messages to one conversation.</summary>
    Flooding,

    /// <summary>The text holds a word that the project refuses.</summary>
    SensitiveWord,

    /// <summary>The sender said this <c>mid</c> before; the first one counts.</summary>
    Duplicate,

    /// <summary>The user would have too many friends.</summary>
    TooManyFriends,

    /// <summary>The group would have too many members, or the project too many groups.</summary>
    TooManyMembers,

    /// <summary>The user would be in too many rooms.</summary>
    TooManyRooms,

    /// <summary>The user is not online.</summary>
    NotOnline,

    /// <summary>There is no such message.</summary>
    MessageNotFound,

    /// <summary>The server has more work than it can take.</summary>
    Busy,

    /// <summary>The server or the project has no translation.</summary>
    TranslationOff,

    /// <summary>The translation engine does not know the language.</summary>
    UnknownLanguage,

    /// <summary>The text to translate is empty.</summary>
    EmptyText,

    /// <summary>The translation engine failed.</summary>
    TranslationFailed,

    /// <summary>The store failed.</summary>
    StoreFailed,

    /// <summary>The group is closed: nobody speaks or joins.</summary>
    GroupClosed,

    /// <summary>The room is closed: nobody speaks or enters.</summary>
    RoomClosed,

    /// <summary>The role of the one who asks does not suffice.</summary>
    NotAllowed,

    /// <summary>There is no such thing.</summary>
    NotFound,
}
