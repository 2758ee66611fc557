namespace Parley.Core.Rooms;

/// <summary>What happened to a user in a room.</summary>
public enum RoomNoticeKind : byte
{
    /// <summary>The user came in with a session.</summary>
    Joined,

    /// <summary>The user went with a session, or was taken out without being kicked.</summary>
    Left,

    /// <summary>The user was kicked and is on the blacklist.</summary>
    Kicked,
}

/// <summary>
/// Tells the sessions in a room who comes and goes. Only rooms in which somebody has a seat are told, and none with more sessions than
/// <see cref="CoreSettings.RoomNoticeSessions"/>.
/// </summary>
/// <param name="RoomId">The room.</param>
/// <param name="Kind">What happened.</param>
/// <param name="UserId">To whom.</param>
public readonly record struct RoomNotice(long RoomId, RoomNoticeKind Kind, long UserId);
