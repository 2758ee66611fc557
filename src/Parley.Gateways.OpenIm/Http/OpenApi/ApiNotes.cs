using System.Text.Json;
using Google.Protobuf;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Http.OpenApi;

/// <summary>A note for every path of <see cref="ApiTable"/>; a test compares the two, and the answers with those of a server.</summary>
internal static class ApiNotes
{
    private const string Ann = "u_1001";
    private const string Ben = "u_1002";
    private const string GroupId = "aa55d33e219c8467f5ccce50de202a17";
    private const string MessageId = "0f343b0931126a20f133d67c2b018a3b";
    private const string ServerMessageId = "5e0b7c2d9a1f4e6388b0c1d2e3f40516";
    private const string Token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJVSUQi…";
    private const long Expiry = 1_650_604_800;
    private const long Lifetime = 604_800;
    private const long SentAt = 1_650_000_000_123;
    private const uint Created = 1_650_000_000;

    private const string ManagersOnly = "For managers.";
    private const string SelfOrManager = "For the user itself and for managers.";
    private const string MembersOnly = "For members of the group and for managers.";
    private const string AlwaysEmpty = "Clients ask for it when they log in. This server keeps nothing of the kind: the list is empty.";

    private static readonly UserInfo User = new() { UserID = Ann, Nickname = "Ann", Gender = 2, CreateTime = Created, AppMangerLevel = 1 };
    private static readonly PublicUserInfo Public = new() { UserID = Ann, Nickname = "Ann", Gender = 2 };
    private static readonly GroupInfo Group = new()
    {
        GroupID = GroupId,
        GroupName = "Ops",
        OwnerUserID = Ann,
        CreatorUserID = "im_admin",
        CreateTime = Created,
        MemberCount = 2,
    };

    private static readonly GroupMemberFullInfo Member = new()
    {
        GroupID = GroupId,
        UserID = Ben,
        Nickname = "Ben",
        RoleLevel = 1,
        JoinTime = (int)Created,
        AppMangerLevel = 1,
        OperatorUserID = "im_admin",
    };

    private static readonly FriendInfo Friend = new() { OwnerUserID = Ben, CreateTime = Created, FriendUser = User };

    private static readonly MsgData Message = new()
    {
        SendID = "svc_bot",
        RecvID = Ann,
        ClientMsgID = MessageId,
        ServerMsgID = ServerMessageId,
        SenderNickname = "Bot",
        SessionType = 1,
        MsgFrom = 200,
        ContentType = 101,
        Content = ByteString.CopyFromUtf8("hi"),
        Seq = 6,
        SendTime = SentAt,
        CreateTime = SentAt - 3,
        OfflinePushInfo = new(),
    };

    /// <summary>The notes by path.</summary>
    public static IReadOnlyDictionary<string, ApiNote> All { get; } = new Dictionary<string, ApiNote>(StringComparer.Ordinal)
    {
        ["/auth/user_register"] = new("Registers a user, and gives it a token", WriteToken),
        ["/auth/user_token"] = new("Gives a registered user a token", WriteToken)
        {
            More = "Any registered user, not managers only: so a back end gets the token that it hands to a client. A new token leaves older ones good.",
        },
        ["/auth/parse_token"] = new("Tells when a token expires", WriteExpiry, static json => json.Data(static data =>
        {
            data.WriteString("userID", Ann);
            data.WriteNumber("platformID", 2);
            data.WriteNumber("expireTimeSeconds", Expiry);
        }))
        {
            More = "v2 tells of the token in the header, v3 of the one in the body.",
        },
        ["/auth/force_logout"] = new("Ends the connections and tokens of a user on a platform"),
        ["/auth/get_admin_token"] = new("Gives a manager a token", V3: WriteDuration),
        ["/auth/get_user_token"] = new("Gives a user a token", V3: WriteDuration),
        ["/group/create_group"] = new(
            "Makes a group",
            static json => { json.WritePropertyName("data"); json.Write(Group); },
            static json => json.Data(static data => { data.WritePropertyName("groupInfo"); data.Write(Group); }))
        {
            More = "Managers name any owner, others themselves. v2 passes over members who are not registered; v3 refuses. `data` is null when v2 refuses.",
        },
        ["/group/invite_user_to_group"] = new("Brings users into a group", WriteResults)
        {
            More = MembersOnly + " v2 tells for each user whether it came in (0) or not (-1); in v3 all come in or none.",
        },
        ["/group/kick_group"] = new("Removes users from a group", WriteResults)
        {
            More = "For the owner, for admins of the group and for managers. The owner cannot be removed (-1); who is no member counts as removed (0).",
        },
        ["/group/get_joined_group_list"] = new("Lists the groups of a user", static json => json.WriteList("data", [Group], EntityJson.Write)) { More = SelfOrManager },
        ["/group/get_groups_info"] = new("Describes groups", static json => json.WriteList("data", [Group], EntityJson.Write)) { More = "Unknown ones are left out." },
        ["/group/get_group_all_member_list"] = new("Lists the members of a group", static json => json.WriteList("data", [Member], EntityJson.Write)) { More = MembersOnly },
        ["/group/get_group_members_info"] = new("Describes members of a group", static json => json.WriteList("data", [Member], EntityJson.Write))
        {
            More = MembersOnly + " Who is no member is left out.",
        },
        ["/group/get_recv_group_applicationList"] = new("Lists requests to join one's groups", WriteNothing) { More = AlwaysEmpty },
        ["/group/get_user_req_group_applicationList"] = new("Lists a user's requests to join groups", WriteNothing) { More = AlwaysEmpty },
        ["/friend/import_friend"] = new("Makes users friends without asking them", WriteResults) { More = "v3 makes all of them friends or none." },
        ["/friend/add_blacklist"] = new("Puts a user on a blacklist") { More = SelfOrManager + " A manager must name the owner of the list." },
        ["/friend/add_black"] = new("Puts a user on a blacklist") { More = SelfOrManager + " A manager must name the owner of the list." },
        ["/friend/get_friend_list"] = new("Lists the friends of a user", static json => json.WriteList("data", [Friend], EntityJson.Write)) { More = SelfOrManager },
        ["/friend/get_black_list"] = new("Lists whom a user has blacklisted", static json => json.WriteList("data", [Public], EntityJson.Write)) { More = SelfOrManager },
        ["/friend/get_friend_apply_list"] = new("Lists friend requests to a user", WriteNothing) { More = AlwaysEmpty },
        ["/friend/get_self_friend_apply_list"] = new("Lists friend requests of a user", WriteNothing) { More = AlwaysEmpty },
        ["/user/update_user_info"] = new("Changes a profile")
        {
            More = SelfOrManager + " What is empty, 0 or not there changes nothing: a field cannot be emptied.",
        },
        ["/user/get_user_info"] = new("Tells profiles, in the names of both versions", WriteDetails)
        {
            More = "Unknown users are left out. mobile, birth and email are empty but for managers and oneself.",
        },
        ["/user/get_users_info"] = new(
            "Tells what everybody may see of users",
            static json => json.WriteList("data", [Public], EntityJson.Write),
            static json => json.Data(static data => data.WriteList("usersInfo", [User], WriteUser3)))
        {
            More = "Unknown users are left out.",
        },
        ["/user/get_self_user_info"] = new("Tells the token's user its own profile", static json => { json.WritePropertyName("data"); json.Write(User); }),
        ["/user/user_register"] = new("Registers users, all or none"),
        ["/manager/delete_user"] = new("Deletes users with everything but their messages", static json => WriteTwice(json, "failedUidList", ["u_9999"]))
        {
            More = "The lists name those who could not be deleted: who is not registered, and managers.",
        },
        ["/manager/get_users_online_status"] = new("Tells who is online, and on which platforms", static json =>
        {
            json.WriteList("successResult", [Ann], WriteStatus);
            json.WriteList("data", [Ann], WriteStatus);
        })
        {
            More = "detailPlatformStatus is there for those who are online.",
        },
        ["/manager/get_all_users_uid"] = new("Lists all users in the order of creation", static json => WriteTwice(json, "uidList", [Ann, Ben])),
        ["/manager/account_check"] = new("Tells who is registered", static json =>
        {
            json.WriteList("result", [Ann], WriteAccount);
            json.WriteList("data", [Ann], WriteAccount);
        }),
        ["/user/get_users_online_status"] = new("Tells who is online, and on which platforms", V3: static json => json.WriteList("data", [Ann], WriteStatus3))
        {
            More = "detailPlatformStatus is there for those who are online.",
        },
        ["/user/get_all_users_uid"] = new("Lists a page of all users", V3: static json => json.Data(static data =>
        {
            data.WriteNumber("total", 2);
            data.WriteList("userIDs", [Ann, Ben], static (inner, id) => inner.WriteStringValue(id));
        })),
        ["/user/account_check"] = new(
            "Tells who is registered", V3: static json => json.Data(static data => data.WriteList("results", [Ann], WriteAccount3))),
        ["/manager/send_msg"] = new("Sends a message as any user", static json =>
        {
            json.WriteNumber("sendTime", SentAt * 1_000_000);
            json.WriteString("msgID", MessageId);
            WriteSent(json);
        })
        {
            RefusesWith400 = true,
            More = ManagersOnly + " `sendTime` is in nanoseconds at the top and in milliseconds in `data`. A refusal without a message has the members sendTime 0 and MsgID \"\".",
        },
        ["/msg/send_msg"] = new("Sends a message", WriteSent, WriteSent)
        {
            RefusesWith400 = true,
            More = "v2: a client sends as itself, what is sent over the message gateway else. v3: a manager sends as any user, groups have the sessionType 3.",
        },
        ["/msg/newest_seq"] = new("Tells how far the inbox of the token's user goes", static json => json.Data(static data =>
        {
            data.WriteNumber("maxSeq", 6);
            data.WriteNumber("minSeq", 0);
        }))
        { RefusesWith400 = true },
        ["/msg/pull_msg_by_seq"] = new("Reads messages out of the inbox of the token's user", static json => json.WriteList("data", [Message], EntityJson.Write))
        {
            RefusesWith400 = true,
            More = "One entry for each number. Of a message that is not there everything but seq is empty. `content` is base64.",
        },
        ["/conversation/get_all_conversation_message_opt"] = new("Lists receive options of conversations", WriteNothing) { More = AlwaysEmpty },
        ["/conversation/get_all_conversations"] = new("Lists settings of conversations", WriteNothing) { More = AlwaysEmpty },
    };

    private static void Data(this Utf8JsonWriter json, Action<Utf8JsonWriter> write)
    {
        json.WriteStartObject("data");
        write(json);
        json.WriteEndObject();
    }

    private static void WriteToken(Utf8JsonWriter json) => json.Data(static data =>
    {
        data.WriteString("userID", Ann);
        data.WriteString("token", Token);
        data.WriteNumber("expiredTime", Expiry);
    });

    private static void WriteExpiry(Utf8JsonWriter json) => json.Data(static data =>
    {
        data.WriteNumber("ExpireTimeSeconds", Expiry);
        data.WriteNumber("expireTimeSeconds", Expiry);
    });

    private static void WriteDuration(Utf8JsonWriter json) => json.Data(static data =>
    {
        data.WriteString("token", Token);
        data.WriteNumber("expireTimeSeconds", Lifetime);
    });

    private static void WriteNothing(Utf8JsonWriter json) => json.WriteList("data", Array.Empty<string>(), static (_, _) => { });

    private static void WriteResults(Utf8JsonWriter json) => json.WriteList("data", [Ben], static (inner, id) =>
    {
        inner.WriteStartObject();
        inner.WriteString("userID", id);
        inner.WriteNumber("result", 0);
        inner.WriteEndObject();
    });

    private static void WriteTwice(Utf8JsonWriter json, string name, IReadOnlyList<string> ids)
    {
        json.WriteList(name, ids, static (inner, id) => inner.WriteStringValue(id));
        json.WriteList("data", ids, static (inner, id) => inner.WriteStringValue(id));
    }

    private static void WriteSent(Utf8JsonWriter json) => json.Data(static data =>
    {
        data.WriteString("serverMsgID", ServerMessageId);
        data.WriteString("clientMsgID", MessageId);
        data.WriteNumber("sendTime", SentAt);
    });

    private static void WriteDetails(Utf8JsonWriter json) => json.WriteList("data", [User], static (inner, user) =>
    {
        inner.WriteStartObject();
        inner.WriteString("uid", user.UserID);
        inner.WriteString("name", user.Nickname);
        inner.WriteString("icon", "");
        inner.WriteNumber("gender", user.Gender);
        inner.WriteString("mobile", "");
        inner.WriteString("birth", "");
        inner.WriteString("email", "");
        inner.WriteString("ex", "");
        inner.WriteString("userID", user.UserID);
        inner.WriteString("nickname", user.Nickname);
        inner.WriteString("faceURL", "");
        inner.WriteString("phoneNumber", "");
        inner.WriteEndObject();
    });

    private static void WriteUser3(Utf8JsonWriter json, UserInfo user)
    {
        json.WriteStartObject();
        json.WriteString("userID", user.UserID);
        json.WriteString("nickname", user.Nickname);
        json.WriteString("faceURL", "");
        json.WriteString("ex", "");
        json.WriteNumber("createTime", user.CreateTime * 1000L);
        json.WriteNumber("appMangerLevel", user.AppMangerLevel);
        json.WriteEndObject();
    }

    private static void WriteStatus(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("userID", id);
        json.WriteString("status", "online");
        json.WriteList("detailPlatformStatus", ["Android"], static (inner, platform) =>
        {
            inner.WriteStartObject();
            inner.WriteString("platform", platform);
            inner.WriteString("status", "online");
            inner.WriteEndObject();
        });
        json.WriteEndObject();
    }

    private static void WriteStatus3(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("userID", id);
        json.WriteNumber("status", 1);
        json.WriteList("detailPlatformStatus", [2], static (inner, platform) =>
        {
            inner.WriteStartObject();
            inner.WriteNumber("platformID", platform);
            inner.WriteEndObject();
        });
        json.WriteEndObject();
    }

    private static void WriteAccount(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("userID", id);
        json.WriteString("accountStatus", "registered");
        json.WriteEndObject();
    }

    private static void WriteAccount3(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("userID", id);
        json.WriteNumber("accountStatus", 1);
        json.WriteEndObject();
    }
}
