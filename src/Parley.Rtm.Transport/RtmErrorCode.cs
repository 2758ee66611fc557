namespace Parley.Rtm;

/// <summary>The error codes of RTM servers (rtm-client.md §8.2). Framework codes are in <see cref="Wire.Fpnn.FpnnErrorCode"/>.</summary>
public static class RtmErrorCode
{
    /// <summary>Unknown project at login; or a uid, gid or rid that is not positive.</summary>
    public const int InvalidPidOrUid = 200001;

    /// <summary>Back end: unknown project or wrong signature, that is, a wrong secret.</summary>
    public const int InvalidPidOrSign = 200002;

    /// <summary>File gate: token or signature of the file is wrong.</summary>
    public const int InvalidFileOrSignOrToken = 200003;

    /// <summary>File gate: the attrs have no signature or extension.</summary>
    public const int AttrsWithoutSignOrExt = 200004;

    /// <summary>The message type is outside 1 to 127.</summary>
    public const int InvalidMessageType = 200005;

    /// <summary>Back end: the signature was used before.</summary>
    public const int SameSign = 200006;

    /// <summary>The message type is not allowed for files.</summary>
    public const int InvalidFileMessageType = 200007;

    /// <summary>Back end: the time in the quest is too far from the server's.</summary>
    public const int InvalidServerTime = 200008;

    /// <summary>Too many calls per second.</summary>
    public const int FrequencyLimited = 200010;

    /// <summary>Too many messages in a short time.</summary>
    public const int RefreshScreenLimited = 200011;

    /// <summary>A client wants to kick its own connection.</summary>
    public const int KickoutSelf = 200012;

    /// <summary>The method is switched off or not offered by this gate.</summary>
    public const int ForbiddenMethod = 200020;

    /// <summary>Access refused.</summary>
    public const int PermissionDenied = 200021;

    /// <summary>A quest before the login.</summary>
    public const int Unauthorized = 200022;

    /// <summary>A second login on one connection.</summary>
    public const int DuplicatedAuth = 200023;

    /// <summary>The user is on the project's blacklist.</summary>
    public const int AuthDenied = 200024;

    /// <summary>An admin id wants to log in as a client.</summary>
    public const int AdminLogin = 200025;

    /// <summary>Only admin ids may do this.</summary>
    public const int AdminOnly = 200026;

    /// <summary>Made by SDKs when a login is refused; servers never send it.</summary>
    public const int InvalidAuthToken = 200027;

    /// <summary>Message or attrs too long.</summary>
    public const int LargeMessageOrAttrs = 200030;

    /// <summary>File or its attrs too long.</summary>
    public const int LargeFileOrAttrs = 200031;

    /// <summary>A list has too many items.</summary>
    public const int TooManyItems = 200032;

    /// <summary>A list or a mandatory text is empty.</summary>
    public const int EmptyParameter = 200033;

    /// <summary>A value that is not allowed.</summary>
    public const int InvalidParameter = 200034;

    /// <summary>Stored data too long.</summary>
    public const int LargeData = 200035;

    /// <summary>The user is not in the room.</summary>
    public const int NotInRoom = 200040;

    /// <summary>The user is not a member of the group.</summary>
    public const int NotGroupMember = 200041;

    /// <summary>The group is full.</summary>
    public const int MaxGroupMemberCount = 200042;

    /// <summary>The project allows messages between friends only.</summary>
    public const int NotFriend = 200043;

    /// <summary>The user is gagged in the group.</summary>
    public const int BannedInGroup = 200044;

    /// <summary>The user is gagged in the room.</summary>
    public const int BannedInRoom = 200045;

    /// <summary>The group has no members.</summary>
    public const int EmptyGroup = 200046;

    /// <summary>The user is in too many rooms.</summary>
    public const int MaxRoomCount = 200047;

    /// <summary>The user has too many friends.</summary>
    public const int MaxFriendCount = 200048;

    /// <summary>The receiver blocks the sender.</summary>
    public const int BlockedUser = 200049;

    /// <summary>The language is not supported.</summary>
    public const int UnsupportedLanguage = 200050;

    /// <summary>The text to translate is empty.</summary>
    public const int EmptyTranslation = 200051;

    /// <summary>Sender and receiver are the same.</summary>
    public const int SendToSelf = 200052;

    /// <summary>The mid was used before in this conversation: the message has been accepted already.</summary>
    public const int DuplicatedMid = 200053;

    /// <summary>The text has sensitive words.</summary>
    public const int SensitiveWords = 200054;

    /// <summary>The user is offline.</summary>
    public const int NotOnline = 200055;

    /// <summary>The translation failed.</summary>
    public const int TranslationError = 200056;

    /// <summary>The text was stopped by the profanity filter.</summary>
    public const int ProfanityStop = 200057;

    /// <summary>The feature is not switched on for the project.</summary>
    public const int NotConfigured = 200060;

    /// <summary>The message does not exist.</summary>
    public const int MessageNotFound = 200070;

    /// <summary>Unknown error, in the number of the 2018 document.</summary>
    public const int UnknownError2018 = 200099;

    /// <summary>Unknown error.</summary>
    public const int UnknownError = 200999;
}
