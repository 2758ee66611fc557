using Microsoft.AspNetCore.Http;
using Parley.Core;
using Parley.Gateways.OpenIm.Http;

namespace Parley.Gateways.OpenIm;

/// <summary>Every code and text of this protocol, and what refusals of the core are called here (openim.md §1.5, §1.6, §11).</summary>
internal static class OpenImFailures
{
    public const int QueueFailed = 201;
    public const int Unreadable = 203;
    public const int Unacceptable = 204;
    public const int NotSelf = 202;
    public const int Blocked = 600;
    public const int NotFriendCode = 601;
    public const int TokenExpired = 701;
    public const int TokenInvalid = 702;
    public const int TokenMalformed = 703;
    public const int TokenNotYet = 704;
    public const int TokenUnknown = 705;
    public const int TokenKicked = 706;
    public const int PermissionCode = 801;
    public const int StoreCode = 802;
    public const int ArgumentCode = 803;
    public const int StatusCode = 804;
    public const int CallbackCode = 809;

    public const string NotAuthorized = "not authorized";

    /// <summary>Wrong secret.</summary>
    public static readonly Outcome WrongSecret = new(StatusCodes.Status400BadRequest, 401, NotAuthorized);

    public static readonly Outcome NoPermission = new(StatusCodes.Status200OK, PermissionCode, "no permission");

    /// <summary>The store failed, or a row is not there.</summary>
    public static readonly Outcome StoreFailed = new(StatusCodes.Status200OK, StoreCode, "db failed");

    public static readonly Outcome BadArguments = new(StatusCodes.Status200OK, ArgumentCode, "args failed");

    /// <summary>The state does not allow it.</summary>
    public static readonly Outcome BadStatus = new(StatusCodes.Status200OK, StatusCode, "status is abnormal");

    /// <summary>user_register of a user who is there.</summary>
    public static readonly Outcome Registered = new(StatusCodes.Status500InternalServerError, 500, "db failed");

    public static readonly Outcome Fault = new(StatusCodes.Status500InternalServerError, 500, "internal error");

    public static readonly Outcome SomeNotDeleted = new(StatusCodes.Status200OK, QueueFailed, "some uid deleted failed");

    public static readonly Outcome NoSuchType = new(StatusCodes.Status400BadRequest, 404, "contentType err");

    public static readonly Outcome NoReceiver = new(StatusCodes.Status400BadRequest, 405, "recvID is a null string");

    public static readonly Outcome NoGroup = new(StatusCodes.Status400BadRequest, 405, "groupID is a null string");

    /// <summary>send_msg by who is no manager.</summary>
    public static readonly Outcome NotManager = new(StatusCodes.Status400BadRequest, 400, NotAuthorized);

    /// <summary>The v3 codes.</summary>
    public static readonly Outcome Arguments3 = V3(1001, "ArgsError");

    public static readonly Outcome NoPermission3 = V3(1002, "NoPermissionError");

    public static readonly Outcome Duplicate3 = V3(1003, "DuplicateKeyError");

    public static readonly Outcome NotFound3 = V3(1004, "RecordNotFoundError");

    public static readonly Outcome NoUser3 = V3(1101, "UserIDNotFoundError");

    public static readonly Outcome Registered3 = V3(1102, "RegisteredAlreadyError");

    public static readonly Outcome NoGroup3 = V3(1201, "GroupIDNotFoundError");

    /// <summary>A body that is no good.</summary>
    public static Outcome Invalid(string text) => new(StatusCodes.Status400BadRequest, 400, text);

    /// <summary>Content of a message that does not fit its type.</summary>
    public static Outcome BadContent(string text) => new(StatusCodes.Status400BadRequest, 401, text);

    /// <summary>Content of a message that lacks a field.</summary>
    public static Outcome MissingContent(string text) => new(StatusCodes.Status400BadRequest, 403, text);

    /// <summary>A token that is no good.</summary>
    public static Outcome BadToken(int code) =>
        new(StatusCodes.Status500InternalServerError, 500, $"GetUserIDFromToken failed {TextOf(code)}");

    /// <summary>A token that is no good, in v3; 0 = there was none.</summary>
    public static Outcome BadToken3(int code) => code switch
    {
        0 => V3(1507, "TokenNotExistError"),
        TokenExpired => V3(1501, "TokenExpiredError"),
        TokenInvalid => V3(1502, "TokenInvalidError"),
        TokenMalformed => V3(1503, "TokenMalformedError"),
        TokenNotYet => V3(1504, "TokenNotValidYetError"),
        TokenKicked => V3(1506, "TokenKickedError"),
        _ => V3(1505, "TokenUnknownError"),
    };

    /// <summary>The text of a code that stands alone: those of tokens, and of messages that are refused.</summary>
    public static string TextOf(int code) => code switch
    {
        Blocked => "in black list",
        NotFriendCode => "not friend",
        TokenExpired => "token is timed out, please log in again",
        TokenInvalid => "token has been invalidated",
        TokenMalformed => "that's not even a token",
        TokenNotYet => "token not active yet",
        TokenUnknown => "couldn't handle this token",
        TokenKicked => "user has been kicked",
        PermissionCode => "no permission",
        StoreCode => "db failed",
        ArgumentCode => "args failed",
        StatusCode => "status is abnormal",
        CallbackCode => "callback failed",
        QueueFailed => "message is not taken",
        Unreadable => "unknown sessionType",
        Unacceptable => "message is invalid",
        _ => "",
    };

    /// <summary>What the core's refusal of a message is called.</summary>
    public static int OfSending(CoreError error) => error switch
    {
        CoreError.None or CoreError.Duplicate => 0,
        CoreError.Blocked => Blocked,
        CoreError.NotFriend => NotFriendCode,
        CoreError.EmptyGroup or CoreError.InvalidId or CoreError.NotFound or CoreError.StoreFailed => StoreCode,
        CoreError.NotGroupMember or CoreError.AdminOnly or CoreError.NotAllowed or CoreError.BannedInProject => PermissionCode,
        CoreError.BannedInGroup or CoreError.GroupClosed => StatusCode,
        CoreError.SensitiveWord => CallbackCode,
        CoreError.RateLimited or CoreError.Flooding or CoreError.Busy => QueueFailed,
        _ => Unacceptable,
    };

    /// <summary>A refusal of v2 as v3 words it: the status is always 200 there (§11).</summary>
    public static Outcome ToV3(Outcome outcome) => outcome.Code switch
    {
        0 or >= 1000 => outcome with { Status = StatusCodes.Status200OK },
        400 or 403 or 404 or 405 or ArgumentCode or StatusCode or Unreadable or Unacceptable => Arguments3 with { Text = outcome.Text },
        401 or PermissionCode => NoPermission3 with { Text = outcome.Text },
        StoreCode => NotFound3,
        Blocked => V3(1302, "BlockedByPeer"),
        NotFriendCode => V3(1303, "NotPeersFriend"),
        _ => V3(500, "ServerInternalError"),
    };

    private static Outcome V3(int code, string text) => new(StatusCodes.Status200OK, code, text);
}
