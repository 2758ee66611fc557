using Google.Protobuf;
using Google.Protobuf.Reflection;
using Parley.Wire.OpenIm;
using Parley.Wire.OpenIm.Messages;
using Parley.Wire.Tests.Gob;

namespace Parley.Wire.Tests.OpenIm;

/// <summary>openim §6.1, §7.4, §8.6 and the bodies of §9, examples 11 to 13.</summary>
public sealed class OpenImMessagesTests
{
    private static MsgData Pushed => new()
    {
        SendID = "svc_bot",
        RecvID = "u_1001",
        ClientMsgID = "9f1c",
        ServerMsgID = "77aa",
        SenderNickname = "Bot",
        SessionType = 1,
        MsgFrom = 200,
        ContentType = 101,
        Content = ByteString.CopyFromUtf8("hi"),
        Seq = 6,
        SendTime = 1_650_000_000_123,
        CreateTime = 1_650_000_000_120,
    };

    [Fact]
    public void Example_11_the_newest_number()
    {
        Assert.Equal("0805", Hex.Text(new GetMaxAndMinSeqResp { MaxSeq = 5 }.ToByteArray()));
        Assert.Equal(5u, Read("0805", GetMaxAndMinSeqResp.Parser).MaxSeq);
        Assert.Equal(3u, Read("08051003", GetMaxAndMinSeqResp.Parser).MinSeq);
        Assert.Empty(new GetMaxAndMinSeqReq().ToByteArray());
        Assert.NotNull(Read("", GetMaxAndMinSeqReq.Parser));
        // Fields of v2.3: a list of groups, a user, an operation.
        Assert.NotNull(Read("0a02673112067531303031311a046f702d31", GetMaxAndMinSeqReq.Parser));
    }

    [Fact]
    public void Example_12_a_message()
    {
        Assert.Equal(Hex.Plain(GobVectors.PushedMessage), Hex.Text(Pushed.ToByteArray()));
        Assert.Equal(Pushed, Read(GobVectors.PushedMessage, MsgData.Parser));
    }

    [Theory]
    [InlineData(GobVectors.PullData)]
    [InlineData("0a06755f3130303112046f702d32180118021803")]
    [InlineData("18010a06755f3130303112046f702d321a020203")]
    public void Example_13_a_pull_with_its_numbers_packed_or_not(string hex)
    {
        var request = Read(hex, PullMessageBySeqListReq.Parser);
        Assert.Equal("u_1001", request.UserID);
        Assert.Equal("op-2", request.OperationID);
        Assert.Equal([1u, 2u, 3u], request.SeqList);
        Assert.Equal(GobVectors.PullData, Hex.Text(request.ToByteArray()));
    }

    [Fact]
    public void Example_13_the_messages_and_a_placeholder()
    {
        var answer = new PullMessageBySeqListResp { List = { Pushed, new MsgData { Seq = 2 } } };
        var hex = "1a3e" + Hex.Plain(GobVectors.PushedMessage) + "1a027002";
        Assert.Equal(hex, Hex.Text(answer.ToByteArray()));
        Assert.Equal(answer, Read(hex, PullMessageBySeqListResp.Parser));
    }

    [Fact]
    public void Example_13_the_answer_to_a_message()
    {
        const string Body = "0a043737616112043966316318fbe8a7dd8230";
        var answer = new UserSendMsgResp { ServerMsgID = "77aa", ClientMsgID = "9f1c", SendTime = 1_650_000_000_123 };
        Assert.Equal(Body, Hex.Text(answer.ToByteArray()));
        Assert.Equal(answer, Read(Body, UserSendMsgResp.Parser));
    }

    [Theory]
    [InlineData("92010b0a07686973746f72791000 92010f0a0b756e72656164436f756e741001")]
    [InlineData("9201090a07686973746f7279 92010f0a0b756e72656164436f756e741001")]
    public void Example_13_options_with_and_without_the_false_value(string hex)
    {
        var message = Read(hex, MsgData.Parser);
        Assert.Equal(2, message.Options.Count);
        Assert.False(message.Options["history"]);
        Assert.True(message.Options["unreadCount"]);
        Assert.Contains(Hex.Text(message.ToByteArray()), new[]
        {
            "92010b0a07686973746f7279100092010f0a0b756e72656164436f756e741001",
            "9201090a07686973746f727992010f0a0b756e72656164436f756e741001",
        });
    }

    [Theory]
    [InlineData(nameof(MsgData), "1 sendID string; 2 recvID string; 3 groupID string; 4 clientMsgID string; 5 serverMsgID string; "
        + "6 senderPlatformID int32; 7 senderNickname string; 8 senderFaceURL string; 9 sessionType int32; 10 msgFrom int32; "
        + "11 contentType int32; 12 content bytes; 14 seq uint32; 15 sendTime int64; 16 createTime int64; 17 status int32; "
        + "18 options map; 19 offlinePushInfo OfflinePushInfo; 20 atUserIDList repeated string")]
    [InlineData(nameof(OfflinePushInfo), "1 title string; 2 desc string; 3 ex string; 4 iOSPushSound string; 5 iOSBadgeCount bool")]
    [InlineData(nameof(GetMaxAndMinSeqReq), "")]
    [InlineData(nameof(GetMaxAndMinSeqResp), "1 maxSeq uint32; 2 minSeq uint32")]
    [InlineData(nameof(PullMessageBySeqListReq), "1 userID string; 2 operationID string; 3 seqList repeated uint32")]
    [InlineData(nameof(PullMessageBySeqListResp), "1 errCode int32; 2 errMsg string; 3 list repeated MsgData")]
    [InlineData(nameof(UserSendMsgResp), "1 serverMsgID string; 2 clientMsgID string; 3 sendTime int64")]
    [InlineData(nameof(TipsComm), "1 detail bytes; 2 defaultTips string; 3 jsonDetail string")]
    [InlineData(nameof(GroupCreatedTips), "1 group GroupInfo; 2 opUser GroupMemberFullInfo; 3 memberList repeated GroupMemberFullInfo; "
        + "4 operationTime int64; 5 groupOwnerUser GroupMemberFullInfo")]
    [InlineData(nameof(MemberKickedTips), "1 group GroupInfo; 2 opUser GroupMemberFullInfo; "
        + "3 kickedUserList repeated GroupMemberFullInfo; 4 operationTime int64")]
    [InlineData(nameof(MemberInvitedTips), "1 group GroupInfo; 2 opUser GroupMemberFullInfo; "
        + "3 invitedUserList repeated GroupMemberFullInfo; 4 operationTime int64")]
    [InlineData(nameof(FriendAddedTips), "1 friend FriendInfo; 2 operationTime int64; 3 opUser PublicUserInfo")]
    [InlineData(nameof(FromToUserID), "1 fromUserID string; 2 toUserID string")]
    [InlineData(nameof(BlackAddedTips), "1 fromToUserID FromToUserID")]
    [InlineData(nameof(BlackDeletedTips), "1 fromToUserID FromToUserID")]
    [InlineData(nameof(FriendDeletedTips), "1 fromToUserID FromToUserID")]
    [InlineData(nameof(FriendInfoChangedTips), "1 fromToUserID FromToUserID")]
    [InlineData(nameof(FriendApplicationTips), "1 fromToUserID FromToUserID")]
    [InlineData(nameof(FriendApplicationApprovedTips), "1 fromToUserID FromToUserID; 2 handleMsg string")]
    [InlineData(nameof(FriendApplicationRejectedTips), "1 fromToUserID FromToUserID; 2 handleMsg string")]
    [InlineData(nameof(UserInfoUpdatedTips), "1 userID string")]
    [InlineData(nameof(ConversationUpdateTips), "1 UserID string")]
    [InlineData(nameof(GroupInfo), "1 groupID string; 2 groupName string; 3 notification string; 4 introduction string; 5 faceURL string; "
        + "6 ownerUserID string; 7 createTime uint32; 8 memberCount uint32; 9 ex string; 10 status int32; 11 creatorUserID string; "
        + "12 groupType int32")]
    [InlineData(nameof(GroupMemberFullInfo), "1 groupID string; 2 userID string; 3 roleLevel int32; 4 joinTime int64; 5 nickname string; "
        + "6 faceURL string; 7 appMangerLevel int32; 8 joinSource int32; 9 operatorUserID string; 10 ex string; 11 muteEndTime uint32")]
    [InlineData(nameof(PublicUserInfo), "1 userID string; 2 nickname string; 3 faceURL string; 4 gender int32; 5 ex string")]
    [InlineData(nameof(UserInfo), "1 userID string; 2 nickname string; 3 faceURL string; 4 gender int32; 5 phoneNumber string; "
        + "6 birth uint32; 7 email string; 8 ex string; 9 createTime uint32; 10 appMangerLevel int32")]
    [InlineData(nameof(FriendInfo), "1 ownerUserID string; 2 remark string; 3 createTime uint32; 4 friendUser UserInfo; 5 addSource int32; "
        + "6 operatorUserID string; 7 ex string")]
    public void Messages_have_the_fields_of_the_protocol_and_the_same_names_in_JSON(string name, string fields)
    {
        var type = typeof(MsgData).Assembly.GetType($"{typeof(MsgData).Namespace}.{name}")!;
        var descriptor = ((IMessage)Activator.CreateInstance(type)!).Descriptor;
        Assert.Equal(fields, string.Join("; ", descriptor.Fields.InFieldNumberOrder().Select(Describe)));
        Assert.All(descriptor.Fields.InDeclarationOrder(), field => Assert.Equal(field.Name, field.JsonName));
        Assert.False(descriptor.File.ToProto().Syntax is "proto2" or "");
    }

    [Fact]
    public void A_notification_holds_its_tips_as_protobuf_and_as_JSON()
    {
        var tips = new MemberKickedTips
        {
            Group = new GroupInfo { GroupID = "g1", GroupName = "Ops <1> 你好", MemberCount = 2, CreateTime = 1_650_000_000 },
            OpUser = new GroupMemberFullInfo { GroupID = "g1", UserID = "im_admin", AppMangerLevel = 2, JoinTime = 1_650_000_000 },
            KickedUserList = { new GroupMemberFullInfo { UserID = "u_1003", FaceURL = "f" } },
            OperationTime = 1_650_000_000_123,
        };
        var content = OpenImBodies.Tips(tips, "Ann was removed");
        Assert.Equal("Ann was removed", content.DefaultTips);
        Assert.Equal(tips, MemberKickedTips.Parser.ParseFrom(content.Detail));
        using var json = System.Text.Json.JsonDocument.Parse(content.JsonDetail);
        using var expected = System.Text.Json.JsonDocument.Parse(
            """
            {"group":{"groupID":"g1","groupName":"Ops <1> 你好","createTime":1650000000,"memberCount":2},
             "opUser":{"groupID":"g1","userID":"im_admin","joinTime":"1650000000","appMangerLevel":2},
             "kickedUserList":[{"userID":"u_1003","faceURL":"f"}],"operationTime":"1650000000123"}
            """);
        Assert.True(System.Text.Json.JsonElement.DeepEquals(expected.RootElement, json.RootElement), content.JsonDetail);
    }

    [Theory]
    [InlineData("FriendAddedTips", """{"operationTime":"5","friend":{"friendUser":{"userID":"b","birth":1}},"opUser":{"userID":"a"}}""")]
    [InlineData("BlackAddedTips", """{"fromToUserID":{"fromUserID":"a","toUserID":"b"}}""")]
    [InlineData("UserInfoUpdatedTips", """{"userID":"a"}""")]
    [InlineData("ConversationUpdateTips", """{"UserID":"a"}""")]
    public void The_JSON_of_tips_has_the_names_of_the_protocol(string name, string json)
    {
        IMessage tips = name switch
        {
            "FriendAddedTips" => new FriendAddedTips
            {
                OperationTime = 5,
                Friend = new FriendInfo { FriendUser = new UserInfo { UserID = "b", Birth = 1 } },
                OpUser = new PublicUserInfo { UserID = "a" },
            },
            "BlackAddedTips" => new BlackAddedTips { FromToUserID = new FromToUserID { FromUserID = "a", ToUserID = "b" } },
            "UserInfoUpdatedTips" => new UserInfoUpdatedTips { UserID = "a" },
            _ => new ConversationUpdateTips { UserID = "a" },
        };
        using var expected = System.Text.Json.JsonDocument.Parse(json);
        using var actual = System.Text.Json.JsonDocument.Parse(OpenImBodies.JsonOf(tips));
        Assert.True(System.Text.Json.JsonElement.DeepEquals(expected.RootElement, actual.RootElement), OpenImBodies.JsonOf(tips));
    }

    [Theory]
    [InlineData("0a")]
    [InlineData("0a05aa")]
    [InlineData("00")]
    [InlineData("0b")]
    [InlineData("0affffffffffffffffff01")]
    [InlineData("78ffffffffffffffffffff")]
    [InlineData("92010b0a07")]
    public void What_is_no_message_is_refused(string hex)
    {
        Assert.False(OpenImBodies.TryParse(Hex.Bytes(hex), MsgData.Parser, out var message));
        Assert.Null(message);
    }

    [Fact]
    public void Any_bytes_are_survived_and_every_cut()
    {
        var random = new Random(11);
        var whole = Pushed;
        whole.Options["history"] = false;
        whole.OfflinePushInfo = new OfflinePushInfo { Title = "t", IOSBadgeCount = true };
        whole.AtUserIDList.Add("u_1002");
        var bytes = whole.ToByteArray();
        Assert.Equal(whole, MsgData.Parser.ParseFrom(bytes));
        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(OpenImBodies.TryParse(bytes.AsSpan(0, length), MsgData.Parser, out var message), message is not null);
        for (var round = 0; round < 50_000; round++)
        {
            var damaged = bytes.ToArray();
            for (var i = random.Next(1, 6); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            Assert.Equal(OpenImBodies.TryParse(damaged, MsgData.Parser, out var message), message is not null);
            Assert.Equal(OpenImBodies.TryParse(damaged, PullMessageBySeqListReq.Parser, out var request), request is not null);
        }
    }

    private static T Read<T>(string hex, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        Assert.True(OpenImBodies.TryParse(Hex.Bytes(hex), parser, out var message));
        return message;
    }

    private static string Describe(FieldDescriptor field)
    {
        var type = field.IsMap ? "map"
            : field.FieldType == FieldType.Message ? field.MessageType.Name
            : field.FieldType.ToString().ToLowerInvariant();
        return $"{field.FieldNumber} {field.Name} {(field.IsRepeated && !field.IsMap ? "repeated " : "")}{type}";
    }
}
