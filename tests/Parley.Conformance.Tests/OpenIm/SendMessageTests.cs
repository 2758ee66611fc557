using System.Text.Json;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>POST /manager/send_msg (openim.md §4.16, §6).</summary>
public sealed class SendMessageTests(OpenImApiServer server, StrictOpenImApiServer strict)
{
    private const string Path = "/manager/send_msg";
    private const string NoIds = "\"sendTime\":0,\"MsgID\":\"\"";

    /// <summary>Type, content as a back end gives it, the bytes that clients get.</summary>
    public static TheoryData<int, string, string> Contents => new()
    {
        { 101, """{"text":"hi 安 \"q\" <b>"}""", "hi 安 \"q\" <b>" },
        { 101, """{"TEXT":7}""", "7" },
        { 102, """{"sourcePicture":{}}""", """{"sourcePicture":{}}""" },
        {
            102,
            """{"sourcePath":"p","sourcePicture":{"uuid":"u","type":"png","size":1,"width":2,"height":3,"url":"http://x/a"},"bigPicture":{"size":"5"},"snapshotPicture":{"width":"6"}}""",
            """{"sourcePath":"p","sourcePicture":{"uuid":"u","type":"png","size":1,"width":2,"height":3,"url":"http://x/a"},"bigPicture":{"size":5},"snapshotPicture":{"width":6}}"""
        },
        {
            103, """{"uuid":"u","soundPath":"p","sourceUrl":"http://x/s","dataSize":9007199254740993,"duration":4}""",
            """{"uuid":"u","soundPath":"p","sourceUrl":"http://x/s","dataSize":9007199254740993,"duration":4}"""
        },
        { 103, "{}", "{}" },
        {
            104,
            """{"videoPath":"p","videoUUID":"u","videoUrl":"http://x/v","videoType":"mp4","videoSize":1,"duration":2,"snapshotPath":"s","snapshotUUID":"w","snapshotSize":3,"snapshotUrl":"t","snapshotWidth":4,"snapshotHeight":5}""",
            """{"videoPath":"p","videoUUID":"u","videoUrl":"http://x/v","videoType":"mp4","videoSize":1,"duration":2,"snapshotPath":"s","snapshotUUID":"w","snapshotSize":3,"snapshotUrl":"t","snapshotWidth":4,"snapshotHeight":5}"""
        },
        {
            105, """{"filePath":"p","uuid":"u","sourceUrl":"http://x/f","fileName":"f","fileSize":"12","more":[1,{"a":null}]}""",
            """{"filePath":"p","uuid":"u","sourceUrl":"http://x/f","fileName":"f","fileSize":12,"more":[1,{"a":null}]}"""
        },
        { 106, """{"text":"@x","atUserList":["x",5],"isAtSelf":"true"}""", """{"text":"@x","atUserList":["x","5"],"isAtSelf":true}""" },
        {
            107, """{"title":"t","abstractList":["a"],"multiMessage":[{"clientMsgID":"c","content":"x"}]}""",
            """{"title":"t","abstractList":["a"],"multiMessage":[{"clientMsgID":"c","content":"x"}]}"""
        },
        { 108, """{"userID":"u","any":{"thing":[1.5]}}""", """{"userID":"u","any":{"thing":[1.5]}}""" },
        { 109, """{"description":"d","longitude":"1.25","latitude":-3}""", """{"description":"d","longitude":1.25,"latitude":-3}""" },
        { 110, """{"data":"{\"k\":1}","description":"","extension":""}""", """{"data":"{\"k\":1}","description":"","extension":""}""" },
        { 111, """{"revokeMsgClientID":"abc"}""", "abc" },
        { 112, """{"msgIDList":["a","b"]}""", """["a","b"]""" },
        { 114, """{"text":"t","quoteMessage":{"content":"c"}}""", """{"text":"t","quoteMessage":{"content":"c"}}""" },
    };

    [Fact]
    [CoversOpenIm(Path, "0")]
    public async Task Example_9()
    {
        var user = await server.RegisterAsync();
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var answer = await server.ManageAsync(
            Path,
            $$"""{"operationID":"op-009","sendID":"svc_bot","recvID":"{{user.Id}}","senderNickName":"Bot","content":{"text":"hi"},"contentType":101,"sessionType":1}""");
        var data = answer.Json.GetProperty("data");
        var time = data.GetProperty("sendTime").GetInt64();
        var (client, its) = (data.GetProperty("clientMsgID").GetString()!, data.GetProperty("serverMsgID").GetString()!);
        Assert.InRange(time, before, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Equal(time, answer.Json.GetProperty("sendTime").GetInt64() / 1_000_000);
        Assert.Matches("^[0-9a-f]{32}$", client);
        Assert.Matches("^[0-9a-f]{32}$", its);
        OpenImApiServer.Same(
            $$$"""{"errCode":0,"errMsg":"","sendTime":{{{answer.Json.GetProperty("sendTime").GetRawText()}}},"msgID":"{{{client}}}","data":{"serverMsgID":"{{{its}}}","clientMsgID":"{{{client}}}","sendTime":{{{time}}}}}""",
            answer);
        var told = await server.LastAsync(user);
        OpenImApiServer.Same(
            $$$"""{"sendID":"svc_bot","recvID":"{{{user.Id}}}","groupID":"","clientMsgID":"{{{client}}}","serverMsgID":"{{{its}}}","senderPlatformID":0,"senderNickname":"Bot","senderFaceURL":"","sessionType":1,"msgFrom":200,"contentType":101,"content":"aGk=","seq":1,"sendTime":{{{time}}},"createTime":{{{told.GetProperty("createTime").GetRawText()}}},"status":0,"options":{"conversationUpdate":true,"unreadCount":true,"senderSync":true},"atUserIDList":[]}""",
            told);
    }

    [Theory]
    [MemberData(nameof(Contents))]
    [CoversOpenIm(Path)]
    public async Task Each_type_has_its_content(int type, string content, string bytes)
    {
        var (a, b) = (await server.RegisterAsync(nickname: "Ann"), await server.RegisterAsync());
        var group = await server.GroupAsync(a.Id, b.Id);
        await server.DataAsync(Path, Single(a.Id, b.Id, content, type));
        var told = await server.LastAsync(b);
        Assert.Equal((type, bytes, "Ann"), (told.GetProperty("contentType").GetInt32(), OpenImApiServer.TextOf(told), told.GetProperty("senderNickname").GetString()));
        var own = await server.LastAsync(a);
        Assert.Equal((type, b.Id), (own.GetProperty("contentType").GetInt32(), own.GetProperty("recvID").GetString()));
        await server.DataAsync(Path, Group(a.Id, group, content, type));
        foreach (var user in new[] { a, b })
        {
            told = await server.LastAsync(user);
            Assert.Equal(
                (type, bytes, group, user.Id, 2),
                (told.GetProperty("contentType").GetInt32(), OpenImApiServer.TextOf(told), told.GetProperty("groupID").GetString(),
                    told.GetProperty("recvID").GetString(), told.GetProperty("sessionType").GetInt32()));
        }
    }

    [Theory]
    [CoversOpenIm(Path)]
    [InlineData(111, """{"revokeMsgClientID":"abc"}""", "unreadCount", "offlinePush")]
    [InlineData(112, """{"msgIDList":[]}""", "unreadCount", "offlinePush", "conversationUpdate")]
    [InlineData(114, """{"text":"t"}""")]
    [InlineData(110, """{"data":"d"}""")]
    public async Task Options_are_those_of_the_type(int type, string content, params string[] off)
    {
        var user = await server.RegisterAsync();
        await server.DataAsync(Path, Single("svc_bot", user.Id, content, type));
        var options = (await server.LastAsync(user)).GetProperty("options").EnumerateObject();
        Assert.Equal(off.Order(StringComparer.Ordinal), options.Where(option => !option.Value.GetBoolean()).Select(option => option.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [CoversOpenIm(Path, "12.2.10")]
    [InlineData(101, """{"text":"x"}""", true)]
    [InlineData(110, """{"data":"x"}""", true)]
    [InlineData(113, """{"text":"typing"}""", false)]
    [InlineData(113, """{"text":"typing"}""", true)]
    public async Task What_is_for_those_online_is_stored_for_nobody(int type, string content, bool isOnlineOnly)
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        var group = await server.GroupAsync(a.Id, b.Id);
        var flag = isOnlineOnly ? ",\"isOnlineOnly\":true}" : "}";
        foreach (var body in new[] { Single(a.Id, b.Id, content, type), Group(a.Id, group, content, type) })
        {
            var data = await server.DataAsync(Path, body[..^1] + flag);
            Assert.True(data.GetProperty("sendTime").GetInt64() > 0);
            Assert.Matches("^[0-9a-f]{32}$", data.GetProperty("clientMsgID").GetString());
        }
        Assert.Equal((1, 1), (await server.NewestAsync(a), await server.NewestAsync(b))); // the group's making
    }

    [Fact]
    [CoversOpenIm(Path, "send_msg.senderNickName", "send_msg.recvID")]
    public async Task The_sender_is_as_it_is_told_or_else_as_it_is_known()
    {
        var (a, b) = (await server.RegisterAsync(nickname: "Ann"), await server.RegisterAsync());
        await server.DoneAsync("/user/update_user_info", $$"""{"uid":"{{a.Id}}","icon":"face","operationID":"op"}""");
        await server.DataAsync(Path, Single(a.Id, b.Id, """{"text":"x"}""", 101)[..^1] + ""","senderNickname":"Other","senderFaceURL":"mask","senderPlatformID":7}""");
        await SenderAsync("Other", "mask", 7);
        await server.DataAsync(Path, Single(a.Id, b.Id, """{"text":"x"}""", 101)[..^1] + ""","senderNickName":"Third"}""");
        await SenderAsync("Third", "face", 0);
        await server.DataAsync(Path, Single(a.Id, b.Id, """{"text":"x"}""", 101));
        await SenderAsync("Ann", "face", 0);

        async Task SenderAsync(string name, string face, int platform)
        {
            var told = await server.LastAsync(b);
            Assert.Equal(
                (name, face, platform),
                (told.GetProperty("senderNickname").GetString(), told.GetProperty("senderFaceURL").GetString(), told.GetProperty("senderPlatformID").GetInt32()));
        }
    }

    [Fact]
    [CoversOpenIm(Path, "send_msg.recvID")]
    public async Task The_group_goes_by_groupID_or_recvID_and_the_forced_are_named()
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        var (one, other) = (await server.GroupAsync(a.Id, b.Id), await server.GroupAsync(a.Id));
        await server.DataAsync(Path, Group("svc_bot", one, """{"text":"1"}""", 101).Replace("groupID", "recvID"));
        Assert.Equal("1", OpenImApiServer.TextOf(await server.LastAsync(b))); // and who speaks is no member
        await server.DataAsync(
            Path, Group("svc_bot", one, """{"text":"2"}""", 101)[..^1] + $$""","recvID":"{{other}}","forceList":["{{b.Id}}","nobody"]}""");
        var told = await server.LastAsync(b);
        Assert.Equal(("2", one), (OpenImApiServer.TextOf(told), told.GetProperty("groupID").GetString()));
        OpenImApiServer.Same($$"""["{{b.Id}}","nobody"]""", told.GetProperty("atUserIDList"));
        await server.DataAsync(Path, Single("svc_bot", b.Id, """{"text":"3"}""", 101)[..^1] + $$""","groupID":"{{other}}","forceList":["{{b.Id}}"]}""");
        told = await server.LastAsync(b);
        Assert.Equal(("3", "", 0), (OpenImApiServer.TextOf(told), told.GetProperty("groupID").GetString(), told.GetProperty("atUserIDList").GetArrayLength()));
    }

    [Fact]
    [CoversOpenIm(Path)]
    public async Task Push_info_is_passed_on_and_who_is_not_registered_finds_the_message_later()
    {
        var id = OpenImApiServer.NewId("later");
        await server.DataAsync(
            Path,
            Single("svc_bot", id, """{"text":"early"}""", 101)[..^1] + ""","offlinePushInfo":{"title":"t","desc":"d","ex":"x","iOSPushSound":"s","iOSBadgeCount":true}}""");
        var user = await server.RegisterAsync(id);
        var told = await server.PullAsync(user, 1);
        Assert.Equal("early", OpenImApiServer.TextOf(told));
        OpenImApiServer.Same("""{"title":"t","desc":"d","ex":"x","iOSPushSound":"s","iOSBadgeCount":true}""", told.GetProperty("offlinePushInfo"));
    }

    [Theory]
    [CoversOpenIm(Path, "401", "403", "404")]
    [InlineData(100, "{}", 404)]
    [InlineData(115, "{}", 404)]
    [InlineData(999, "{}", 404)]
    [InlineData(-1, "{}", 404)]
    [InlineData(1501, "{}", 404)]
    [InlineData(101, "{}", 403)]
    [InlineData(101, """{"text":""}""", 403)]
    [InlineData(101, """{"text":null}""", 403)]
    [InlineData(101, """{"text":{}}""", 401)]
    [InlineData(101, """{"text":["x"]}""", 401)]
    [InlineData(102, "{}", 403)]
    [InlineData(102, """{"sourcePicture":"x"}""", 401)]
    [InlineData(102, """{"sourcePicture":{"size":"big"}}""", 401)]
    [InlineData(102, """{"sourcePicture":{},"bigPicture":7}""", 401)]
    [InlineData(103, """{"dataSize":{}}""", 401)]
    [InlineData(103, """{"duration":"1e30"}""", 401)]
    [InlineData(104, """{"videoSize":"x"}""", 401)]
    [InlineData(105, """{"fileName":{}}""", 401)]
    [InlineData(106, """{"atUserList":[]}""", 403)]
    [InlineData(106, """{"text":"x","atUserList":[{}]}""", 401)]
    [InlineData(106, """{"text":"x","isAtSelf":"perhaps"}""", 401)]
    [InlineData(107, """{"abstractList":{}}""", 401)]
    [InlineData(109, """{"longitude":"east"}""", 401)]
    [InlineData(110, """{"description":"d"}""", 403)]
    [InlineData(110, """{"data":{}}""", 401)]
    [InlineData(111, "{}", 403)]
    [InlineData(112, "{}", 403)]
    [InlineData(113, "{}", 403)]
    [InlineData(114, """{"quoteMessage":{}}""", 403)]
    [InlineData(110, """{"data":"x","a":"\ud800"}""", 401)]
    [InlineData(110, """{"data":"x","\udc00":1}""", 401)]
    [InlineData(108, """{"a":{"b":"\ud800"}}""", 401)]
    public async Task Content_that_is_no_good_has_its_code_after_the_token_was_looked_at(int type, string content, int code)
    {
        var user = await server.RegisterAsync();
        var answer = await server.FailAsync(400, code, Path, Single("svc_bot", user.Id, content, type));
        if (code == 404)
            OpenImApiServer.Same("""{"errCode":404,"errMsg":"contentType err"}""", answer, 400);
        OpenImApiServer.Same(
            $$"""{"errCode":400,"errMsg":"not authorized",{{NoIds}}}""", await server.CallAsync(Path, Single("svc_bot", user.Id, content, type), user.Token), 400);
        Assert.Equal(0, await server.NewestAsync(user));
    }

    [Fact]
    [CoversOpenIm(Path, "405", "203", "802", "400")]
    public async Task Receivers_and_session_types_that_are_no_good()
    {
        const string Text = """{"text":"x"}""";
        OpenImApiServer.Same(
            $$"""{"errCode":405,"errMsg":"recvID is a null string",{{NoIds}}}""", await server.ManageAsync(Path, Single("a", "", Text, 101)), 400);
        OpenImApiServer.Same(
            $$"""{"errCode":405,"errMsg":"groupID is a null string",{{NoIds}}}""", await server.ManageAsync(Path, Group("a", "", Text, 101)), 400);
        await server.FailAsync(400, 403, Path, Single("a", "", "{}", 101)); // the content comes before
        foreach (var type in new[] { 3, 4, -1, 99 })
        {
            var answer = await server.FailAsync(200, 203, Path, Single("a", "b", Text, 101).Replace("\"sessionType\":1", $"\"sessionType\":{type}"));
            Refused(answer);
        }
        Refused(await server.FailAsync(200, 802, Path, Group("a", "00000000000000000000000000000000", Text, 101)));
        foreach (var content in new[] { "\"x\"", "[]", "1", "null" })
            await server.FailAsync(400, 400, Path, Single("a", "b", content, 101));
    }

    [Fact]
    [CoversOpenIm(Path, "600", "12.2.11")]
    public async Task Who_is_blocked_is_refused_in_single_chat_only()
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        var group = await server.GroupAsync(a.Id, b.Id);
        await server.DoneAsync("/friend/add_blacklist", $$"""{"ToUserID":"{{b.Id}}","fromUserID":"{{a.Id}}","operationID":"op-006"}""");
        var newest = (await server.NewestAsync(a), await server.NewestAsync(b));
        var answer = await server.FailAsync(200, 600, Path, Single(b.Id, a.Id, """{"text":"x"}""", 101));
        Assert.Equal("in black list", OpenImApiServer.MessageOf(answer));
        Refused(answer);
        Assert.Equal(newest, (await server.NewestAsync(a), await server.NewestAsync(b)));
        await server.DataAsync(Path, Single(a.Id, b.Id, """{"text":"x"}""", 101));
        await server.DataAsync(Path, Group(b.Id, group, """{"text":"x"}""", 101));
        await server.DoneAsync("/friend/add_blacklist", $$"""{"toUserID":"im_admin","fromUserID":"{{a.Id}}","operationID":"op"}""");
        await server.DataAsync(Path, Single("im_admin", a.Id, """{"text":"x"}""", 101)); // a manager is exempt
        await server.FailAsync(200, 600, Path, Single(b.Id, a.Id, """{"text":"typing"}""", 113)); // also what is not stored
    }

    [Fact]
    [CoversOpenIm(Path, "601")]
    public async Task With_the_friend_check_on_only_friends_of_the_receiver_get_through()
    {
        var (a, b) = (await strict.RegisterAsync(), await strict.RegisterAsync());
        var answer = await strict.FailAsync(200, 601, Path, Single(a.Id, b.Id, """{"text":"x"}""", 101));
        Assert.Equal("not friend", OpenImApiServer.MessageOf(answer));
        Refused(answer);
        await strict.DataAsync(Path, Single("im_admin", b.Id, """{"text":"x"}""", 101));
        await strict.DataAsync(Path, Single(a.Id, a.Id, """{"text":"x"}""", 101));
        await strict.DataAsync(Path, Group(a.Id, await strict.GroupAsync(b.Id), """{"text":"x"}""", 101));
        await strict.DataAsync("/friend/import_friend", $$"""{"fromUserID":"{{a.Id}}","friendUserIDList":["{{b.Id}}"],"operationID":"op"}""");
        await strict.DataAsync(Path, Single(a.Id, b.Id, """{"text":"x"}""", 101));
    }

    [Fact]
    [CoversOpenIm("/msg/send_msg", "/msg/newest_seq", "/msg/pull_msg_by_seq", "400", "600", "809")]
    public async Task A_client_sends_by_HTTP_as_itself()
    {
        var (a, b) = (await server.RegisterAsync(nickname: "Ann"), await server.RegisterAsync());
        string Body(string sender, string text, string id, int type = 101) =>
            $$$$"""{"operationID":"op","sendID":"{{{{sender}}}}","senderPlatformID":2,"data":{"sessionType":1,"msgFrom":100,"contentType":{{{{type}}}},"recvID":"{{{{b.Id}}}}","groupID":"","content":"{{{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text))}}}}","options":{"unreadCount":false},"clientMsgID":"{{{{id}}}}","createTime":5,"offlineInfo":{"title":"t"}}}""";
        var answer = await server.CallAsync("/msg/send_msg", Body(a.Id, "hi", "c1"), a.Token);
        var data = answer.Json.GetProperty("data");
        OpenImApiServer.Same(
            $$$"""{"errCode":0,"errMsg":"","data":{"clientMsgID":"c1","serverMsgID":"{{{data.GetProperty("serverMsgID").GetString()}}}","sendTime":{{{data.GetProperty("sendTime").GetInt64()}}}}}""",
            answer);
        var again = await server.DataAsync("/msg/send_msg", Body(a.Id, "hi", "c1"), a.Token); // a retry stores nothing new
        Assert.Equal(data.GetRawText(), again.GetRawText());
        Assert.Equal((1, 1), (await server.NewestAsync(a), await server.NewestAsync(b)));
        var told = await server.LastAsync(b);
        Assert.Equal(
            ("hi", 100, 5, 2, "t"),
            (OpenImApiServer.TextOf(told), told.GetProperty("msgFrom").GetInt32(), told.GetProperty("createTime").GetInt32(),
                told.GetProperty("senderPlatformID").GetInt32(), told.GetProperty("offlinePushInfo").GetProperty("title").GetString()));
        await server.FailAsync(400, 400, "/msg/send_msg", Body(b.Id, "hi", "c2"), a.Token);
        await server.FailAsync(400, 404, "/msg/send_msg", Body(a.Id, "hi", "c3", 1501), a.Token);
        await server.FailAsync(200, 809, "/msg/send_msg", Body(a.Id, "rumpelstilz", "c4"), a.Token);
        await server.DoneAsync("/friend/add_blacklist", $$"""{"toUserID":"{{a.Id}}","operationID":"op"}""", b.Token);
        await server.FailAsync(200, 600, "/msg/send_msg", Body(a.Id, "hi", "c5"), a.Token);
        foreach (var path in new[] { "/msg/newest_seq", "/msg/pull_msg_by_seq" })
            await server.FailAsync(400, 400, path, $$"""{"sendID":"{{b.Id}}","seqList":[1],"operationID":"op"}""", a.Token);
        await server.FailAsync(400, 400, "/msg/send_msg", Body(a.Id, "hi", "c6").Replace("\"content\":\"", "\"content\":\"*"), a.Token);
    }

    [Fact]
    [CoversOpenIm("/msg/newest_seq", "/msg/pull_msg_by_seq")]
    public async Task Numbers_are_pulled_ascending_once_each_with_placeholders()
    {
        var user = await server.RegisterAsync();
        await server.ExpectAsync(
            "/msg/newest_seq", $$"""{"sendID":"{{user.Id}}","reqIdentifier":1001,"msgIncr":1,"operationID":"op"}""",
            """{"errCode":0,"errMsg":"","data":{"maxSeq":0,"minSeq":0}}""", user.Token);
        await server.DataAsync(Path, Single("svc_bot", user.Id, """{"text":"1"}""", 101));
        await server.DataAsync(Path, Single("svc_bot", user.Id, """{"text":"2"}""", 101));
        var pulled = await server.DataAsync("/msg/pull_msg_by_seq", $$"""{"sendID":"{{user.Id}}","seqList":[9,2,1,2,4294967295],"operationID":"op"}""", user.Token);
        Assert.Equal(
            [(1, "1"), (2, "2"), (9, ""), (4294967295, "")],
            pulled.EnumerateArray().Select(message => (message.GetProperty("seq").GetInt64(), OpenImApiServer.TextOf(message))));
        Assert.All(pulled.EnumerateArray().Skip(2), message => Assert.Equal("", message.GetProperty("clientMsgID").GetString()));
        foreach (var wrong in new[] { "-1", "1.5", "\"1\"", "4294967296", "null" })
            await server.FailAsync(400, 400, "/msg/pull_msg_by_seq", $$"""{"sendID":"{{user.Id}}","seqList":[{{wrong}}],"operationID":"op"}""", user.Token);
    }

    private static string Single(string from, string to, string content, int type) =>
        $$"""{"operationID":"op","sendID":"{{from}}","recvID":"{{to}}","content":{{content}},"contentType":{{type}},"sessionType":1}""";

    private static string Group(string from, string group, string content, int type) =>
        $$"""{"operationID":"op","sendID":"{{from}}","groupID":"{{group}}","content":{{content}},"contentType":{{type}},"sessionType":2}""";

    /// <summary>The client's id is there, and no time.</summary>
    private static void Refused(HttpAnswer answer)
    {
        var data = answer.Json.GetProperty("data");
        Assert.Matches("^[0-9a-f]{32}$", data.GetProperty("clientMsgID").GetString());
        Assert.Equal(0, data.GetProperty("sendTime").GetInt64());
        Assert.Equal(0, answer.Json.GetProperty("sendTime").GetInt64());
    }
}
