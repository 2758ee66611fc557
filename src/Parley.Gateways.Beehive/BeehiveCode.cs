using Parley.Core;

namespace Parley.Gateways.Beehive;

/// <summary>The error numbers that this server uses, in HTTP answers and in the acks of long connections alike (beehive.md §4).</summary>
internal enum BeehiveCode : uint
{
    Ok = 0,
    SystemError = 10001,
    AddressNotAllowed = 10004,
    PermissionDenied = 10005,
    TooBusy = 10009,
    AllocationFailed = 10011,
    IllegalRequest = 10012,
    BodyTooLong = 10018,
    UnknownInterface = 10020,
    MethodNotSupported = 10021,
    TooManyFromAddress = 10022,
    TooManyOfUser = 10023,
    DatabaseError = 10024,
    BadJoin = 20003,
    BadParameter = 20005,
    InvalidParameter = 20007,
    NotAuthenticated = 20008,
    Collision = 20009,
    BadBody = 20011,
    CheckFailed = 20012,
    SequenceExhausted = 20013,
}

/// <summary>What refusals of the core are called here.</summary>
internal static class BeehiveCodes
{
    /// <summary>The number of a refusal.</summary>
    public static BeehiveCode Of(CoreError error) => error switch
    {
        CoreError.None or CoreError.Duplicate => BeehiveCode.Ok,
        CoreError.NotFound or CoreError.InvalidId or CoreError.EmptyGroup or CoreError.InvalidType => BeehiveCode.InvalidParameter,
        CoreError.TooLarge => BeehiveCode.BodyTooLong,
        CoreError.NotInRoom => BeehiveCode.BadJoin,
        CoreError.RateLimited or CoreError.Flooding => BeehiveCode.TooManyOfUser,
        CoreError.Busy => BeehiveCode.TooBusy,
        CoreError.StoreFailed => BeehiveCode.DatabaseError,
        _ => BeehiveCode.PermissionDenied,
    };

    /// <summary>A word for people; clients look at the number only.</summary>
    public static string TextOf(CoreError error) => error switch
    {
        CoreError.None or CoreError.Duplicate => "Ok",
        CoreError.NotFound or CoreError.EmptyGroup => "Not found!",
        CoreError.InvalidId => "Id is invalid!",
        CoreError.TooLarge => "Body is too long!",
        CoreError.ToSelf => "Receiver is the sender!",
        CoreError.NotFriend => "User isn't a friend!",
        CoreError.Blocked => "User is in blacklist!",
        CoreError.NotGroupMember => "User isn't in group!",
        CoreError.NotInRoom => "User isn't in room!",
        CoreError.BannedInGroup or CoreError.BannedInRoom or CoreError.BannedInProject => "User is in blacklist or gagged!",
        CoreError.GroupClosed => "Group is closed!",
        CoreError.RoomClosed => "Room is closed!",
        CoreError.NotAllowed or CoreError.AdminOnly => "Permission denied!",
        CoreError.TooManyMembers => "Group is full!",
        CoreError.TooManyRooms => "Too many rooms!",
        CoreError.RateLimited or CoreError.Flooding => "Too many requests!",
        CoreError.SensitiveWord => "Text is refused!",
        CoreError.Busy => "Too busy!",
        CoreError.StoreFailed => "System error!",
        _ => "Refused!",
    };
}
