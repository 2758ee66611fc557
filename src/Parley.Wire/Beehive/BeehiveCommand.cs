namespace Parley.Wire.Beehive;

/// <summary>
/// The commands of the long connection (beehive §9.7). The values are the numbers of the head generation on the wire; the seed generation
/// uses some other numbers for the same commands (§12.2), see <see cref="BeehiveCommands"/>.
/// </summary>
public enum BeehiveCommand : uint
{
    /// <summary>A number that is no command in its generation: answer ERROR 10012 (§8.3).</summary>
    Unknown = 0,

    /// <summary>Login (C→S).</summary>
    Online = 0x0101,

    /// <summary>Answer to a login (S→C).</summary>
    OnlineAck = 0x0102,

    /// <summary>The client leaves (C→S, no body).</summary>
    Offline = 0x0103,

    /// <summary>Answer to a leave (S→C, no body).</summary>
    OfflineAck = 0x0104,

    /// <summary>Ping (no body).</summary>
    Ping = 0x0105,

    /// <summary>Answer to a ping, with the ping's sid and seq (no body).</summary>
    Pong = 0x0106,

    /// <summary>Subscription to a command (C→S).</summary>
    Sub = 0x0107,

    /// <summary>Answer to a subscription (S→C).</summary>
    SubAck = 0x0108,

    /// <summary>End of a subscription (C→S).</summary>
    Unsub = 0x0109,

    /// <summary>Answer to the end of a subscription (S→C).</summary>
    UnsubAck = 0x010A,

    /// <summary>Refusal of a packet (both directions).</summary>
    Error = 0x010B,

    /// <summary>Acknowledges a refusal (no body).</summary>
    ErrorAck = 0x010C,

    /// <summary>Request for stored messages (C→S).</summary>
    Sync = 0x010D,

    /// <summary>End of the stored messages (S→C).</summary>
    SyncAck = 0x010E,

    /// <summary>The server ends the session (S→C).</summary>
    Kick = 0x0110,

    /// <summary>Acknowledges a kick (C→S, no body).</summary>
    KickAck = 0x0111,

    /// <summary>Reserved (S→C).</summary>
    OnlineNotification = 0x0151,

    /// <summary>Reserved (C→S).</summary>
    OnlineNotificationAck = 0x0152,

    /// <summary>Reserved (S→C).</summary>
    OfflineNotification = 0x0153,

    /// <summary>Reserved (C→S).</summary>
    OfflineNotificationAck = 0x0154,

    /// <summary>Private message (both directions).</summary>
    Chat = 0x0201,

    /// <summary>Acknowledges a private message (both directions).</summary>
    ChatAck = 0x0202,

    /// <summary>Friend request (both directions).</summary>
    FriendAdd = 0x0203,

    /// <summary>Answer to a friend request (S→C).</summary>
    FriendAddAck = 0x0204,

    /// <summary>End of a friendship (both directions).</summary>
    FriendDel = 0x0205,

    /// <summary>Answer to the end of a friendship (S→C).</summary>
    FriendDelAck = 0x0206,

    /// <summary>Puts a user on the personal blacklist (C→S).</summary>
    BlacklistAdd = 0x0207,

    /// <summary>Answer (S→C).</summary>
    BlacklistAddAck = 0x0208,

    /// <summary>Takes a user off the personal blacklist (C→S).</summary>
    BlacklistDel = 0x0209,

    /// <summary>Answer (S→C).</summary>
    BlacklistDelAck = 0x020A,

    /// <summary>Mutes a user for oneself (C→S).</summary>
    GagAdd = 0x020B,

    /// <summary>Answer (S→C).</summary>
    GagAddAck = 0x020C,

    /// <summary>Ends a mute (C→S).</summary>
    GagDel = 0x020D,

    /// <summary>Answer (S→C).</summary>
    GagDelAck = 0x020E,

    /// <summary>Sets a remark on a user (C→S).</summary>
    MarkAdd = 0x0210,

    /// <summary>Answer (S→C).</summary>
    MarkAddAck = 0x0211,

    /// <summary>Removes a remark (C→S).</summary>
    MarkDel = 0x0212,

    /// <summary>Answer (S→C).</summary>
    MarkDelAck = 0x0213,

    /// <summary>New group (C→S).</summary>
    GroupCreat = 0x0301,

    /// <summary>Answer (S→C).</summary>
    GroupCreatAck = 0x0302,

    /// <summary>Dissolves a group (C→S).</summary>
    GroupDismiss = 0x0303,

    /// <summary>Answer (S→C).</summary>
    GroupDismissAck = 0x0304,

    /// <summary>Joins a group (C→S).</summary>
    GroupJoin = 0x0305,

    /// <summary>Answer (S→C).</summary>
    GroupJoinAck = 0x0306,

    /// <summary>Leaves a group (C→S).</summary>
    GroupQuit = 0x0307,

    /// <summary>Answer (S→C).</summary>
    GroupQuitAck = 0x0308,

    /// <summary>Invites into a group (both directions).</summary>
    GroupInvite = 0x0309,

    /// <summary>Answer (S→C).</summary>
    GroupInviteAck = 0x030A,

    /// <summary>Group message (both directions).</summary>
    GroupChat = 0x030B,

    /// <summary>Acknowledges a group message (both directions).</summary>
    GroupChatAck = 0x030C,

    /// <summary>Removes a member (C→S).</summary>
    GroupKick = 0x030D,

    /// <summary>Answer (S→C).</summary>
    GroupKickAck = 0x030E,

    /// <summary>Gags a member (C→S).</summary>
    GroupGagAdd = 0x0310,

    /// <summary>Answer (S→C).</summary>
    GroupGagAddAck = 0x0311,

    /// <summary>Ends a gag (C→S).</summary>
    GroupGagDel = 0x0312,

    /// <summary>Answer (S→C).</summary>
    GroupGagDelAck = 0x0313,

    /// <summary>Puts a user on the group's blacklist (C→S).</summary>
    GroupBlacklistAdd = 0x0314,

    /// <summary>Answer (S→C).</summary>
    GroupBlacklistAddAck = 0x0315,

    /// <summary>Takes a user off the group's blacklist (C→S).</summary>
    GroupBlacklistDel = 0x0316,

    /// <summary>Answer (S→C).</summary>
    GroupBlacklistDelAck = 0x0317,

    /// <summary>Makes a member a manager (C→S).</summary>
    GroupManagerAdd = 0x0318,

    /// <summary>Answer (S→C).</summary>
    GroupManagerAddAck = 0x0319,

    /// <summary>Makes a manager a member (C→S).</summary>
    GroupManagerDel = 0x031A,

    /// <summary>Answer (S→C).</summary>
    GroupManagerDelAck = 0x031B,

    /// <summary>Request for the members (C→S).</summary>
    GroupUserList = 0x031C,

    /// <summary>The members (S→C).</summary>
    GroupUserListAck = 0x031D,

    /// <summary>A user joined (S→C).</summary>
    GroupJoinNotification = 0x0350,

    /// <summary>Acknowledges (C→S, no body).</summary>
    GroupJoinNotificationAck = 0x0351,

    /// <summary>A user left, or the group was dissolved (S→C).</summary>
    GroupQuitNotification = 0x0352,

    /// <summary>Acknowledges (C→S, no body).</summary>
    GroupQuitNotificationAck = 0x0353,

    /// <summary>A member was removed (S→C).</summary>
    GroupKickNotification = 0x0354,

    /// <summary>Acknowledges (C→S, no body).</summary>
    GroupKickNotificationAck = 0x0355,

    /// <summary>A member was gagged (S→C).</summary>
    GroupGagAddNotification = 0x0356,

    /// <summary>Acknowledges (C→S, no body).</summary>
    GroupGagAddNotificationAck = 0x0357,

    /// <summary>A gag ended (S→C).</summary>
    GroupGagDelNotification = 0x0358,

    /// <summary>Acknowledges (C→S, no body).</summary>
    GroupGagDelNotificationAck = 0x0359,

    /// <summary>A user came on the blacklist (S→C); the numbers jump here.</summary>
    GroupBlacklistAddNotification = 0x0360,

    /// <summary>Acknowledges (C→S, no body).</summary>
    GroupBlacklistAddNotificationAck = 0x0361,

    /// <summary>A user came off the blacklist (S→C).</summary>
    GroupBlacklistDelNotification = 0x0362,

    /// <summary>Acknowledges (C→S, no body).</summary>
    GroupBlacklistDelNotificationAck = 0x0363,

    /// <summary>A member became manager (S→C).</summary>
    GroupManagerAddNotification = 0x0364,

    /// <summary>Acknowledges (C→S, no body).</summary>
    GroupManagerAddNotificationAck = 0x0365,

    /// <summary>A manager became member (S→C).</summary>
    GroupManagerDelNotification = 0x0366,

    /// <summary>Acknowledges (C→S, no body).</summary>
    GroupManagerDelNotificationAck = 0x0367,

    /// <summary>New room (C→S).</summary>
    RoomCreat = 0x0401,

    /// <summary>Answer (S→C).</summary>
    RoomCreatAck = 0x0402,

    /// <summary>Dissolves a room (C→S).</summary>
    RoomDismiss = 0x0403,

    /// <summary>Answer (S→C).</summary>
    RoomDismissAck = 0x0404,

    /// <summary>Joins a room (C→S).</summary>
    RoomJoin = 0x0405,

    /// <summary>Answer with the sub-group (S→C).</summary>
    RoomJoinAck = 0x0406,

    /// <summary>Leaves a room (C→S).</summary>
    RoomQuit = 0x0407,

    /// <summary>Answer (S→C).</summary>
    RoomQuitAck = 0x0408,

    /// <summary>Throws a user out (C→S), or tells him (S→C).</summary>
    RoomKick = 0x0409,

    /// <summary>Answer (both directions).</summary>
    RoomKickAck = 0x040A,

    /// <summary>Room message (both directions).</summary>
    RoomChat = 0x040B,

    /// <summary>Acknowledges a room message (both directions).</summary>
    RoomChatAck = 0x040C,

    /// <summary>Broadcast of an operator to a room (S→C).</summary>
    RoomBroadcast = 0x040D,

    /// <summary>Acknowledges a broadcast (C→S).</summary>
    RoomBroadcastAck = 0x040E,

    /// <summary>Number of sessions in a room, to subscribers (S→C).</summary>
    RoomUserNumber = 0x0410,

    /// <summary>Acknowledges (C→S, no body).</summary>
    RoomUserNumberAck = 0x0411,

    /// <summary>Internal; no client may send it.</summary>
    RoomListendStatus = 0x0412,

    /// <summary>Internal; no client may send it.</summary>
    RoomListendStatusAck = 0x0413,

    /// <summary>A user joined (S→C).</summary>
    RoomJoinNotification = 0x0450,

    /// <summary>Acknowledges (C→S, no body).</summary>
    RoomJoinNotificationAck = 0x0451,

    /// <summary>A user left (S→C).</summary>
    RoomQuitNotification = 0x0452,

    /// <summary>Acknowledges (C→S, no body).</summary>
    RoomQuitNotificationAck = 0x0453,

    /// <summary>A user was thrown out (S→C).</summary>
    RoomKickNotification = 0x0454,

    /// <summary>Acknowledges (C→S, no body).</summary>
    RoomKickNotificationAck = 0x0455,

    /// <summary>Push to everybody or to an application, raw body (S→C).</summary>
    Broadcast = 0x0501,

    /// <summary>Acknowledges (C→S, no body).</summary>
    BroadcastAck = 0x0502,

    /// <summary>Push to a session or a user, raw body (S→C).</summary>
    P2P = 0x0503,

    /// <summary>Acknowledges (C→S, no body).</summary>
    P2PAck = 0x0504,

    /// <summary>Internal; no client may send it.</summary>
    ListendInfo = 0x0601,

    /// <summary>Internal; no client may send it.</summary>
    ListendInfoAck = 0x0602,

    /// <summary>Internal; no client may send it.</summary>
    ForwarderInfo = 0x0603,

    /// <summary>Internal; no client may send it.</summary>
    ForwarderInfoAck = 0x0604,

    /// <summary>Request for a block of sequence numbers: 0110 of the seed generation; it has no number in the head generation (C→S).</summary>
    AllocSequence = 0x1_0110,

    /// <summary>A block of sequence numbers: 0111 of the seed generation; it has no number in the head generation (S→C).</summary>
    AllocSequenceAck = 0x1_0111,
}
