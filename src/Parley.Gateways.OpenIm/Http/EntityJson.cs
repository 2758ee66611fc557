using System.Text.Json;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>Users, groups, members, friends and messages as JSON: all members always, 64-bit integers as numbers (openim.md §1.4).</summary>
internal static class EntityJson
{
    public static void Write(this Utf8JsonWriter json, UserInfo user)
    {
        json.WriteStartObject();
        json.WriteString("userID"u8, user.UserID);
        json.WriteString("nickname"u8, user.Nickname);
        json.WriteString("faceURL"u8, user.FaceURL);
        json.WriteNumber("gender"u8, user.Gender);
        json.WriteString("phoneNumber"u8, user.PhoneNumber);
        json.WriteNumber("birth"u8, user.Birth);
        json.WriteString("email"u8, user.Email);
        json.WriteString("ex"u8, user.Ex);
        json.WriteNumber("createTime"u8, user.CreateTime);
        json.WriteNumber("appMangerLevel"u8, user.AppMangerLevel);
        json.WriteEndObject();
    }

    public static void Write(this Utf8JsonWriter json, PublicUserInfo user)
    {
        json.WriteStartObject();
        json.WriteString("userID"u8, user.UserID);
        json.WriteString("nickname"u8, user.Nickname);
        json.WriteString("faceURL"u8, user.FaceURL);
        json.WriteNumber("gender"u8, user.Gender);
        json.WriteString("ex"u8, user.Ex);
        json.WriteEndObject();
    }

    public static void Write(this Utf8JsonWriter json, GroupInfo group)
    {
        json.WriteStartObject();
        json.WriteString("groupID"u8, group.GroupID);
        json.WriteString("groupName"u8, group.GroupName);
        json.WriteString("notification"u8, group.Notification);
        json.WriteString("introduction"u8, group.Introduction);
        json.WriteString("faceURL"u8, group.FaceURL);
        json.WriteString("ownerUserID"u8, group.OwnerUserID);
        json.WriteNumber("createTime"u8, group.CreateTime);
        json.WriteNumber("memberCount"u8, group.MemberCount);
        json.WriteString("ex"u8, group.Ex);
        json.WriteNumber("status"u8, group.Status);
        json.WriteString("creatorUserID"u8, group.CreatorUserID);
        json.WriteNumber("groupType"u8, group.GroupType);
        json.WriteEndObject();
    }

    public static void Write(this Utf8JsonWriter json, GroupMemberFullInfo member)
    {
        json.WriteStartObject();
        json.WriteString("groupID"u8, member.GroupID);
        json.WriteString("userID"u8, member.UserID);
        json.WriteNumber("roleLevel"u8, member.RoleLevel);
        json.WriteNumber("joinTime"u8, member.JoinTime);
        json.WriteString("nickname"u8, member.Nickname);
        json.WriteString("faceURL"u8, member.FaceURL);
        json.WriteNumber("appMangerLevel"u8, member.AppMangerLevel);
        json.WriteNumber("joinSource"u8, member.JoinSource);
        json.WriteString("operatorUserID"u8, member.OperatorUserID);
        json.WriteString("ex"u8, member.Ex);
        json.WriteEndObject();
    }

    public static void Write(this Utf8JsonWriter json, FriendInfo friend)
    {
        json.WriteStartObject();
        json.WriteString("ownerUserID"u8, friend.OwnerUserID);
        json.WriteString("remark"u8, friend.Remark);
        json.WriteNumber("createTime"u8, friend.CreateTime);
        json.WriteNumber("addSource"u8, friend.AddSource);
        json.WriteString("operatorUserID"u8, friend.OperatorUserID);
        json.WriteString("ex"u8, friend.Ex);
        json.WritePropertyName("friendUser"u8);
        json.Write(friend.FriendUser);
        json.WriteEndObject();
    }

    public static void Write(this Utf8JsonWriter json, MsgData data)
    {
        json.WriteStartObject();
        json.WriteString("sendID"u8, data.SendID);
        json.WriteString("recvID"u8, data.RecvID);
        json.WriteString("groupID"u8, data.GroupID);
        json.WriteString("clientMsgID"u8, data.ClientMsgID);
        json.WriteString("serverMsgID"u8, data.ServerMsgID);
        json.WriteNumber("senderPlatformID"u8, data.SenderPlatformID);
        json.WriteString("senderNickname"u8, data.SenderNickname);
        json.WriteString("senderFaceURL"u8, data.SenderFaceURL);
        json.WriteNumber("sessionType"u8, data.SessionType);
        json.WriteNumber("msgFrom"u8, data.MsgFrom);
        json.WriteNumber("contentType"u8, data.ContentType);
        json.WriteBase64String("content"u8, data.Content.Span);
        json.WriteNumber("seq"u8, data.Seq);
        json.WriteNumber("sendTime"u8, data.SendTime);
        json.WriteNumber("createTime"u8, data.CreateTime);
        json.WriteNumber("status"u8, data.Status);
        json.WriteStartObject("options"u8);
        foreach (var (name, value) in data.Options)
            json.WriteBoolean(name, value);
        json.WriteEndObject();
        if (data.OfflinePushInfo is { } push)
            Write(json, push);
        json.WriteStartArray("atUserIDList"u8);
        foreach (var user in data.AtUserIDList)
            json.WriteStringValue(user);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes a list under a name.</summary>
    public static void WriteList<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            write(json, item);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, OfflinePushInfo push)
    {
        json.WriteStartObject("offlinePushInfo"u8);
        json.WriteString("title"u8, push.Title);
        json.WriteString("desc"u8, push.Desc);
        json.WriteString("ex"u8, push.Ex);
        json.WriteString("iOSPushSound"u8, push.IOSPushSound);
        json.WriteBoolean("iOSBadgeCount"u8, push.IOSBadgeCount);
        json.WriteEndObject();
    }
}
