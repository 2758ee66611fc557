using Google.Protobuf;
using Parley.Wire.Beehive.Messages;

namespace Parley.Wire.Beehive;

/// <content>One factory for each message, with the name of the message; the fields are told in the protobuf files.</content>
public static partial class BeehiveBodies
{
    /// <summary>Acknowledgement of every command without a table of its own.</summary>
    public static CodeErrmsg CodeErrmsg(uint code, string errmsg) => new() { Code = code, Errmsg = errmsg };

    /// <summary>An acting user and a target.</summary>
    public static TwoUid TwoUid(ulong suid, ulong duid) => new() { Suid = suid, Duid = duid };

    /// <summary>A user and a group.</summary>
    public static UidGid UidGid(ulong uid, ulong gid) => new() { Uid = uid, Gid = gid };

    /// <summary>A user and a room.</summary>
    public static UidRid UidRid(ulong uid, ulong rid) => new() { Uid = uid, Rid = rid };

    /// <summary>Acknowledgement of room quit and room kick.</summary>
    public static UidRidAck UidRidAck(ulong uid, ulong rid, uint code, string errmsg) =>
        new() { Uid = uid, Rid = rid, Code = code, Errmsg = errmsg };

    /// <summary>Login, 0101.</summary>
    public static Online Online(ulong uid, ulong sid, string token, string app, string version, uint? terminal = null)
    {
        var message = new Online { Uid = uid, Sid = sid, Token = token, App = app, Version = version };
        if (terminal is { } terminalValue)
            message.Terminal = terminalValue;
        return message;
    }

    /// <summary>Answer to a login, 0102.</summary>
    public static OnlineAck OnlineAck(
        ulong uid, ulong sid, ulong seq, string app, string version, uint code, string errmsg, uint? terminal = null)
    {
        var message = new OnlineAck { Uid = uid, Sid = sid, Seq = seq, App = app, Version = version, Code = code, Errmsg = errmsg };
        if (terminal is { } terminalValue)
            message.Terminal = terminalValue;
        return message;
    }

    /// <summary>Subscription, 0107.</summary>
    public static Sub Sub(uint? cmd = null)
    {
        var message = new Sub();
        if (cmd is { } cmdValue)
            message.Cmd = cmdValue;
        return message;
    }

    /// <summary>Answer to a subscription and to its end, 0108 and 010A.</summary>
    public static SubAck SubAck(uint cmd, uint code, string errmsg) => new() { Cmd = cmd, Code = code, Errmsg = errmsg };

    /// <summary>End of a subscription, 0109.</summary>
    public static Unsub Unsub(uint cmd) => new() { Cmd = cmd };

    /// <summary>Refusal of a packet, 010B.</summary>
    public static Error Error(uint code, string errmsg) => new() { Code = code, Errmsg = errmsg };

    /// <summary>Request for stored messages, 010D.</summary>
    public static Sync Sync(ulong uid) => new() { Uid = uid };

    /// <summary>End of the stored messages, 010E.</summary>
    public static SyncAck SyncAck(ulong uid, uint code, string errmsg) => new() { Uid = uid, Code = code, Errmsg = errmsg };

    /// <summary>The server ends the session, 0110.</summary>
    public static Kick Kick(uint code, string errmsg) => new() { Code = code, Errmsg = errmsg };

    /// <summary>Private message, 0201.</summary>
    public static Chat Chat(ulong suid, ulong duid, uint level, ulong time, string text, ByteString? data = null)
    {
        var message = new Chat { Suid = suid, Duid = duid, Level = level, Time = time, Text = text };
        if (data is not null)
            message.Data = data;
        return message;
    }

    /// <summary>Acknowledgement of a private message, 0202.</summary>
    public static ChatAck ChatAck(ulong suid, ulong duid, uint code, string errmsg) =>
        new() { Suid = suid, Duid = duid, Code = code, Errmsg = errmsg };

    /// <summary>Friend request, 0203.</summary>
    public static FriendAdd FriendAdd(ulong suid, ulong duid, string mark) => new() { Suid = suid, Duid = duid, Mark = mark };

    /// <summary>Remark on a user, 0210, with the mark as a number.</summary>
    public static MarkAdd MarkAdd(ulong suid, ulong duid, ulong mark) => new() { Suid = suid, Duid = duid, Mark = mark };

    /// <summary>Remark on a user, 0210, with the mark as a text.</summary>
    public static MarkAddText MarkAddText(ulong suid, ulong duid, string mark) => new() { Suid = suid, Duid = duid, Mark = mark };

    /// <summary>New group, 0301.</summary>
    public static GroupCreat GroupCreat(ulong uid, ulong gid, string name, string desc) =>
        new() { Uid = uid, Gid = gid, Name = name, Desc = desc };

    /// <summary>Answer to a new group, 0302. Old clients ignore the gid.</summary>
    public static GroupCreatAck GroupCreatAck(uint code, string errmsg, ulong? gid = null)
    {
        var message = new GroupCreatAck { Code = code, Errmsg = errmsg };
        if (gid is { } gidValue)
            message.Gid = gidValue;
        return message;
    }

    /// <summary>Invitation, 0309.</summary>
    public static GroupInvite GroupInvite(ulong uid, ulong gid, ulong to) => new() { Uid = uid, Gid = gid, To = to };

    /// <summary>Group message, 030B.</summary>
    public static GroupChat GroupChat(ulong uid, ulong gid, uint level, ulong time, string text, ByteString? data = null)
    {
        var message = new GroupChat { Uid = uid, Gid = gid, Level = level, Time = time, Text = text };
        if (data is not null)
            message.Data = data;
        return message;
    }

    /// <summary>Request for the members, 031C.</summary>
    public static GroupUsrList GroupUsrList(ulong gid, uint num) => new() { Gid = gid, Num = num };

    /// <summary>Members, 031D.</summary>
    public static GroupUsrListAck GroupUsrListAck(ulong gid, string list) => new() { Gid = gid, List = list };

    /// <summary>New room, 0401.</summary>
    public static RoomCreat RoomCreat(ulong uid, string name, string desc) => new() { Uid = uid, Name = name, Desc = desc };

    /// <summary>Answer to a new room, 0402.</summary>
    public static RoomCreatAck RoomCreatAck(ulong uid, ulong rid, uint code, string errmsg) =>
        new() { Uid = uid, Rid = rid, Code = code, Errmsg = errmsg };

    /// <summary>Answer to a join, 0406.</summary>
    public static RoomJoinAck RoomJoinAck(ulong uid, ulong rid, uint gid, uint code, string errmsg) =>
        new() { Uid = uid, Rid = rid, Gid = gid, Code = code, Errmsg = errmsg };

    /// <summary>Room message, 040B.</summary>
    public static RoomChat RoomChat(ulong uid, ulong rid, uint gid, uint level, ulong time, string text, ByteString? data = null)
    {
        var message = new RoomChat { Uid = uid, Rid = rid, Gid = gid, Level = level, Time = time, Text = text };
        if (data is not null)
            message.Data = data;
        return message;
    }

    /// <summary>Acknowledgement of a room message, 040C.</summary>
    public static RoomChatAck RoomChatAck(ulong uid, ulong rid, uint gid, uint code, string errmsg) =>
        new() { Uid = uid, Rid = rid, Gid = gid, Code = code, Errmsg = errmsg };

    /// <summary>Broadcast of an operator to a room, 040D.</summary>
    public static RoomBc RoomBc(ulong rid, ulong msgid, uint level, ulong time, uint expire, ByteString data) =>
        new() { Rid = rid, Msgid = msgid, Level = level, Time = time, Expire = expire, Data = data };

    /// <summary>Acknowledgement of a broadcast, 040E.</summary>
    public static RoomBcAck RoomBcAck(ulong rid, ulong msgid, uint code, string errmsg) =>
        new() { Rid = rid, Msgid = msgid, Code = code, Errmsg = errmsg };

    /// <summary>Number of sessions in a room, 0410.</summary>
    public static RoomUsrNum RoomUsrNum(ulong rid, uint num) => new() { Rid = rid, Num = num };

    /// <summary>Answer to a login, 0102: no sequence.</summary>
    public static OnlineAckG1 OnlineAckG1(ulong uid, ulong sid, string app, string version, uint code, string errmsg, uint? terminal = null)
    {
        var message = new OnlineAckG1 { Uid = uid, Sid = sid, App = app, Version = version, Code = code, Errmsg = errmsg };
        if (terminal is { } terminalValue)
            message.Terminal = terminalValue;
        return message;
    }

    /// <summary>Request for a block of sequence numbers, 0110.</summary>
    public static AllocSeqG1 AllocSeqG1(ulong uid, uint num) => new() { Uid = uid, Num = num };

    /// <summary>A block of sequence numbers, 0111.</summary>
    public static AllocSeqAckG1 AllocSeqAckG1(ulong uid, ulong seq, uint num, uint code, string errmsg) =>
        new() { Uid = uid, Seq = seq, Num = num, Code = code, Errmsg = errmsg };

    /// <summary>New room, 0401: with a wished room.</summary>
    public static RoomCreatG1 RoomCreatG1(ulong uid, ulong rid, string name, string desc) =>
        new() { Uid = uid, Rid = rid, Name = name, Desc = desc };

    /// <summary>Broadcast of an operator to a room, 040D: no message id.</summary>
    public static RoomBcG1 RoomBcG1(ulong rid, uint level, ulong time, uint expire, ByteString data) =>
        new() { Rid = rid, Level = level, Time = time, Expire = expire, Data = data };

    /// <summary>Acknowledgement of a broadcast, 040E: no message id.</summary>
    public static RoomBcAckG1 RoomBcAckG1(ulong rid, uint code, string errmsg) => new() { Rid = rid, Code = code, Errmsg = errmsg };

    /// <summary>Room notification, 0450 to 0452: the user only.</summary>
    public static RoomNotificationG1 RoomNotificationG1(ulong uid) => new() { Uid = uid };
}
