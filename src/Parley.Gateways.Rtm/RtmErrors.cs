using Parley.Core;

namespace Parley.Gateways.Rtm;

/// <summary>The error codes of RTM (rtm-client.md §8.2), and what the core's refusals are called here.</summary>
internal static class RtmErrors
{
    public const int InvalidPidOrUid = 200001;
    public const int InvalidPidOrSign = 200002;
    public const int InvalidFileOrSignOrToken = 200003;
    public const int AttrsWithoutSignOrExt = 200004;
    public const int InvalidMtype = 200005;
    public const int SameSign = 200006;
    public const int InvalidServerTime = 200008;
    public const int FrequencyLimited = 200010;
    public const int RefreshScreenLimited = 200011;
    public const int KickoutSelf = 200012;
    public const int ForbiddenMethod = 200020;
    public const int PermissionDenied = 200021;
    public const int Unauthorized = 200022;
    public const int DuplicatedAuth = 200023;
    public const int AuthDenied = 200024;
    public const int AdminLogin = 200025;
    public const int AdminOnly = 200026;
    public const int LargeMessageOrAttrs = 200030;
    public const int LargeFileOrAttrs = 200031;
    public const int TooManyItems = 200032;
    public const int EmptyParameter = 200033;
    public const int InvalidParameter = 200034;
    public const int NotInRoom = 200040;
    public const int NotGroupMember = 200041;
    public const int MaxGroupMemberCount = 200042;
    public const int NotFriend = 200043;
    public const int BannedInGroup = 200044;
    public const int BannedInRoom = 200045;
    public const int EmptyGroup = 200046;
    public const int MaxRoomCount = 200047;
    public const int MaxFriendCount = 200048;
    public const int BlockedUser = 200049;
    public const int UnsupportedLanguage = 200050;
    public const int EmptyTranslation = 200051;
    public const int SendToSelf = 200052;
    public const int DuplicatedMid = 200053;
    public const int SensitiveWords = 200054;
    public const int NotOnline = 200055;
    public const int TranslationError = 200056;
    public const int NoConfigInConsole = 200060;
    public const int MessageNotFound = 200070;
    public const int UnknownError = 200999;

    /// <summary>The code and a short text for a refusal of the core.</summary>
    public static (int Code, string Text) Of(CoreError error) => error switch
    {
        CoreError.InvalidId => (InvalidPidOrUid, "invalid pid or uid"),
        CoreError.InvalidType => (InvalidMtype, "invalid mtype"),
        CoreError.TooLarge => (LargeMessageOrAttrs, "large message or attrs"),
        CoreError.Empty => (EmptyParameter, "empty parameter"),
        CoreError.TooManyItems => (TooManyItems, "too many items"),
        CoreError.ToSelf => (SendToSelf, "send to self"),
        CoreError.NotFriend => (NotFriend, "not friend"),
        CoreError.Blocked => (BlockedUser, "blocked user"),
        CoreError.NotGroupMember => (NotGroupMember, "not group member"),
        CoreError.NotInRoom => (NotInRoom, "not in room"),
        CoreError.EmptyGroup => (EmptyGroup, "empty group"),
        // there is no code for what is closed to everyone
        CoreError.BannedInGroup or CoreError.GroupClosed => (BannedInGroup, "banned in group"),
        CoreError.BannedInRoom or CoreError.RoomClosed => (BannedInRoom, "banned in room"),
        CoreError.NotAllowed => (PermissionDenied, "permission denied"),
        CoreError.NotFound => (InvalidParameter, "invalid parameter"),
        CoreError.BannedInProject => (AuthDenied, "auth denied"),
        CoreError.AdminOnly => (AdminOnly, "admin only"),
        CoreError.AdminUser => (AdminLogin, "admin login"),
        CoreError.RateLimited => (FrequencyLimited, "frequency limited"),
        CoreError.Flooding => (RefreshScreenLimited, "refresh screen limited"),
        CoreError.SensitiveWord => (SensitiveWords, "sensitive words"),
        CoreError.Duplicate => (DuplicatedMid, "duplicated mid"),
        CoreError.TooManyFriends => (MaxFriendCount, "max friend count"),
        CoreError.TooManyMembers => (MaxGroupMemberCount, "max group member count"),
        CoreError.TooManyRooms => (MaxRoomCount, "max room count"),
        CoreError.NotAllowed => (PermissionDenied, "permission denied"),
        CoreError.NotOnline => (NotOnline, "not online"),
        CoreError.MessageNotFound => (MessageNotFound, "message not found"),
        CoreError.TranslationOff => (NoConfigInConsole, "no config in console"),
        CoreError.UnknownLanguage => (UnsupportedLanguage, "unsupported language"),
        CoreError.EmptyText => (EmptyTranslation, "empty translation"),
        CoreError.TranslationFailed => (TranslationError, "translation error"),
        CoreError.Busy => (Wire.Fpnn.FpnnErrorCode.QueueFull, "Server queue is full!"),
        CoreError.BadToken or CoreError.StoreFailed or CoreError.NotFound => (UnknownError, "unknown error"),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, null),
    };
}
