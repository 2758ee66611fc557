using System.Text.Json.Nodes;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>What a call of v2 looks like that succeeds.</summary>
/// <param name="Path">The path.</param>
/// <param name="Body">The body, complete. <c>{a}</c> and <c>{b}</c> are users, <c>{g}</c> is a group of both, <c>{new}</c> is nobody.</param>
/// <param name="Required">The members that must be there.</param>
public sealed record SampleCall(string Path, string Body, params string[] Required)
{
    /// <summary>Whether a bad token makes it 400 instead of 500 (§4.16, §8.8).</summary>
    public bool IsMessage => Path is "/manager/send_msg" || Path.StartsWith("/msg/", StringComparison.Ordinal);

    public bool NeedsToken => Path is not ("/auth/user_token" or "/auth/user_register");

    /// <summary>Whether only managers may, whatever the body says.</summary>
    public bool IsForManagers =>
        Path.StartsWith("/manager/", StringComparison.Ordinal) || Path is "/auth/force_logout" or "/friend/import_friend";

    /// <summary>Every path of v2.</summary>
    public static IReadOnlyList<SampleCall> All { get; } =
    [
        new("/auth/user_register",
            """{"secret":"s3cret-demo","platform":2,"userID":"{new}","nickname":"N","faceURL":"f","gender":1,"phoneNumber":"1","birth":5,"email":"e","ex":"x"}""",
            "secret", "platform", "userID"),
        new("/auth/user_token", """{"secret":"s3cret-demo","platform":2,"userID":"{a}"}""", "secret", "platform", "userID"),
        new("/auth/parse_token", "{}"),
        new("/auth/force_logout", """{"platform":7,"fromUserID":"{a}"}""", "platform", "fromUserID"),
        new("/group/create_group",
            """{"ownerUserID":"{a}","memberList":[{"userID":"{b}","roleLevel":1}],"groupType":0,"groupName":"n","notification":"o","introduction":"i","faceURL":"f","ex":"x"}""",
            "ownerUserID", "memberList"),
        new("/group/invite_user_to_group", """{"groupID":"{g}","invitedUserIDList":["{b}"],"reason":"r"}""", "groupID", "invitedUserIDList"),
        new("/group/kick_group", """{"groupID":"{g}","kickedUserIDList":["{new}"],"reason":"r"}""", "groupID", "kickedUserIDList"),
        new("/friend/import_friend", """{"fromUserID":"{a}","friendUserIDList":["{b}"]}""", "fromUserID", "friendUserIDList"),
        new("/friend/add_blacklist", """{"toUserID":"{b}","fromUserID":"{a}"}""", "toUserID"),
        new("/friend/add_black", """{"toUserID":"{b}","fromUserID":"{a}"}""", "toUserID"),
        new("/user/update_user_info",
            """{"uid":"{a}","name":"N","icon":"i","gender":1,"mobile":"1","birth":"1990-01-01","email":"e","ex":"x"}""", "uid"),
        new("/user/get_user_info", """{"uidList":["{a}"]}""", "uidList"),
        new("/user/get_users_info", """{"userIDList":["{a}"]}""", "userIDList"),
        new("/user/get_self_user_info", """{"userID":"{a}"}"""),
        new("/manager/delete_user", """{"deleteUidList":["{new}"]}""", "deleteUidList"),
        new("/manager/get_users_online_status", """{"userIDList":["{a}"]}""", "userIDList"),
        new("/manager/get_all_users_uid", "{}"),
        new("/manager/account_check", """{"userIDList":["{a}"]}""", "userIDList"),
        new("/manager/send_msg",
            """{"sendID":"{a}","recvID":"{b}","senderNickName":"n","senderFaceURL":"f","senderPlatformID":1,"forceList":[],"content":{"text":"hi"},"contentType":101,"sessionType":1,"isOnlineOnly":false,"offlinePushInfo":{"title":"t","desc":"d","ex":"x","iOSPushSound":"s","iOSBadgeCount":true}}""",
            "sendID", "content", "contentType", "sessionType"),
        new("/friend/get_friend_list", """{"fromUserID":"{a}"}""", "fromUserID"),
        new("/friend/get_black_list", """{"fromUserID":"{a}"}""", "fromUserID"),
        new("/friend/get_friend_apply_list", """{"fromUserID":"{a}"}""", "fromUserID"),
        new("/friend/get_self_friend_apply_list", """{"fromUserID":"{a}"}""", "fromUserID"),
        new("/group/get_joined_group_list", """{"fromUserID":"{a}"}""", "fromUserID"),
        new("/group/get_groups_info", """{"groupIDList":["{g}"]}""", "groupIDList"),
        new("/group/get_group_all_member_list", """{"groupID":"{g}"}""", "groupID"),
        new("/group/get_group_members_info", """{"groupID":"{g}","memberList":["{a}"]}""", "groupID", "memberList"),
        new("/group/get_recv_group_applicationList", """{"fromUserID":"{a}"}""", "fromUserID"),
        new("/group/get_user_req_group_applicationList", """{"userID":"{a}"}""", "userID"),
        new("/conversation/get_all_conversation_message_opt", """{"fromUserID":"{a}"}""", "fromUserID"),
        new("/conversation/get_all_conversations", """{"ownerUserID":"{a}"}""", "ownerUserID"),
        new("/msg/newest_seq", """{"sendID":"im_admin","reqIdentifier":1001,"msgIncr":1}""", "sendID"),
        new("/msg/pull_msg_by_seq", """{"sendID":"im_admin","reqIdentifier":1002,"seqList":[1]}""", "sendID", "seqList"),
        new("/msg/send_msg",
            """{"sendID":"im_admin","senderPlatformID":1,"data":{"sessionType":1,"msgFrom":100,"contentType":101,"recvID":"{b}","groupID":"","content":"aGk=","options":{"history":true},"clientMsgID":"{new}","createTime":1,"offlineInfo":{"title":"t"}}}""",
            "sendID", "data"),
    ];

    public static SampleCall Of(string path) => All.Single(call => call.Path == path);

    /// <summary>The body for these users, with an operationID.</summary>
    public JsonObject BodyOf(string a, string b, string g)
    {
        var text = Body.Replace("{a}", a).Replace("{b}", b).Replace("{g}", g).Replace("{new}", OpenImApiServer.NewId("new"));
        var body = JsonNode.Parse(text)!.AsObject();
        body["operationID"] = "op";
        return body;
    }
}
