using System.Text;
using System.Text.Json;
using Parley.Conformance.Tests.GoIm;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>One person, one group, one message in OpenIM's API and in other protocols (DESIGN §2, §6).</summary>
public sealed class OpenImAcrossTests(OpenImApiServer server)
{
    private static long _users = RtmWorld.FirstUser + 10;
    private static long _groups = 31_000;
    private static long _mids = 1_700_000;

    public static long NewGroupNumber() => Interlocked.Increment(ref _groups);

    /// <summary>101 and the files, to RTM, and what RTM says, to OpenIM.</summary>
    public static TheoryData<int, string, long, string> Outgoing => new()
    {
        { 101, """{"text":"hi \"you\""}""", 30, "hi \"you\"" },
        { 102, """{"sourcePicture":{"url":"http://x/p.jpg","size":7}}""", 40, "http://x/p.jpg" },
        { 103, """{"sourceUrl":"http://x/v.amr","dataSize":7,"duration":2}""", 41, "http://x/v.amr" },
        { 104, """{"videoUrl":"http://x/v.mp4","videoSize":7}""", 42, "http://x/v.mp4" },
        { 105, """{"sourceUrl":"http://x/f.zip","fileSize":7,"fileName":"f.zip"}""", 50, "http://x/f.zip" },
        { 106, """{"text":"@you","atUserList":["you"]}""", 106, """{"text":"@you","atUserList":["you"]}""" },
        { 107, """{"title":"t","abstractList":["a"],"multiMessage":[]}""", 107, """{"title":"t","abstractList":["a"],"multiMessage":[]}""" },
        { 108, """{"userID":"x"}""", 108, """{"userID":"x"}""" },
        { 109, """{"description":"d","longitude":1.5,"latitude":2}""", 109, """{"description":"d","longitude":1.5,"latitude":2}""" },
        { 110, """{"data":"d","description":"","extension":""}""", 110, """{"data":"d","description":"","extension":""}""" },
        { 111, """{"revokeMsgClientID":"abc"}""", 111, "abc" },
        { 112, """{"msgIDList":["a","b"]}""", 112, """["a","b"]""" },
        { 114, """{"text":"t","quoteMessage":{"content":"c"}}""", 114, """{"text":"t","quoteMessage":{"content":"c"}}""" },
    };

    [Theory]
    [MemberData(nameof(Outgoing))]
    [CoversOpenIm("/manager/send_msg")]
    public async Task What_a_manager_sends_reaches_a_user_of_RTM(int type, string content, long mtype, string text)
    {
        var sender = await server.RegisterAsync();
        await using var rtm = await RtmAsync();
        await server.DataAsync("/manager/send_msg", Send(sender.Id, $"{rtm.UserId}", type, content));
        var push = await rtm.NextAsync("pushmsg");
        Assert.Equal((mtype, text), (push.Body.Int("mtype"), TextOf(push.Body, mtype)));
    }

    [Theory]
    [CoversOpenIm("/msg/pull_msg_by_seq")]
    [InlineData(30, "hello", 101, "hello")]
    [InlineData(51, "hello", 101, "hello")]
    [InlineData(127, "{\"a\":1}", 101, "{\"a\":1}")]
    [InlineData(106, "{\"text\":\"@you\"}", 106, "{\"text\":\"@you\"}")]
    [InlineData(107, "{\"title\":\"t\"}", 107, "{\"title\":\"t\"}")]
    [InlineData(108, "{}", 108, "{}")]
    [InlineData(109, "{\"longitude\":1}", 109, "{\"longitude\":1}")]
    [InlineData(110, "{\"data\":\"d\"}", 110, "{\"data\":\"d\"}")]
    [InlineData(110, "no JSON", 101, "no JSON")]
    [InlineData(114, "{\"text\":\"t\"}", 114, "{\"text\":\"t\"}")]
    public async Task What_a_user_of_RTM_says_lies_in_the_inbox(int mtype, string text, int contentType, string content)
    {
        var user = await server.RegisterAsync(NewNumber());
        await using var rtm = await RtmAsync();
        await rtm.OkAsync("sendmsg", Say.To(long.Parse(user.Id, System.Globalization.CultureInfo.InvariantCulture), Interlocked.Increment(ref _mids), mtype, text));
        var told = await server.LastAsync(user);
        Assert.Equal(
            (contentType, content, $"{rtm.UserId}", user.Id, 1, 1, 100),
            (told.GetProperty("contentType").GetInt32(), OpenImApiServer.TextOf(told), told.GetProperty("sendID").GetString(),
                told.GetProperty("recvID").GetString(), told.GetProperty("sessionType").GetInt32(), told.GetProperty("seq").GetInt32(),
                told.GetProperty("msgFrom").GetInt32()));
        Assert.Matches("^[0-9a-f]{32}$", told.GetProperty("clientMsgID").GetString());
        Assert.Equal(told.GetRawText(), (await server.LastAsync(user)).GetRawText()); // the same whenever it is asked for
    }

    [Fact]
    [CoversOpenIm("/manager/account_check", "/auth/user_register")]
    public async Task Who_came_through_RTM_is_registered_and_has_a_profile_to_fill()
    {
        await using var rtm = await RtmAsync();
        var id = $"{rtm.UserId}";
        Assert.Contains("\"registered\"", (await server.ManageAsync("/manager/account_check", $$"""{"userIDList":["{{id}}"],"operationID":"op"}""")).Text, StringComparison.Ordinal);
        OpenImApiServer.Refused(500, 500, await server.CallAsync(
            "/auth/user_register", $$"""{"secret":"s3cret-demo","platform":2,"userID":"{{id}}","operationID":"op"}"""));
        await server.DoneAsync("/user/update_user_info", $$"""{"uid":"{{id}}","name":"Rita","operationID":"op"}""");
        var user = new OpenImUser(id, await server.TokenAsync(id));
        Assert.Equal("Rita", (await server.DataAsync("/user/get_self_user_info", """{"operationID":"op"}""", user.Token)).GetProperty("nickname").GetString());
        Assert.Contains("\"online\"", (await server.ManageAsync("/manager/get_users_online_status", $$"""{"userIDList":["{{id}}"],"operationID":"op"}""")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [CoversOpenIm("/friend/import_friend", "/friend/get_friend_list", "/friend/add_blacklist", "/friend/get_black_list")]
    public async Task Friends_and_blocks_are_the_same_in_RTM()
    {
        await using var rtm = await RtmAsync();
        var (me, other, third) = ($"{rtm.UserId}", await server.RegisterAsync(NewNumber()), await server.RegisterAsync(NewNumber()));
        var (otherId, thirdId) = (NumberOf(other), NumberOf(third));
        await server.DataAsync("/friend/import_friend", $$"""{"fromUserID":"{{me}}","friendUserIDList":["{{other.Id}}"],"operationID":"op"}""");
        Assert.Equal([otherId], (await rtm.OkAsync("getfriends")).Ints("uids"));
        await rtm.OkAsync("addfriends", ("friends", new[] { thirdId }));
        var friends = await server.DataAsync("/friend/get_friend_list", $$"""{"fromUserID":"{{me}}","operationID":"op"}""");
        Assert.Equal(
            new[] { other.Id, third.Id }.Order(StringComparer.Ordinal),
            friends.EnumerateArray().Select(friend => friend.GetProperty("friendUser").GetProperty("userID").GetString()!).Order(StringComparer.Ordinal));
        await rtm.OkAsync("addblacks", ("blacks", new[] { otherId }));
        Assert.Equal(other.Id, (await server.DataAsync("/friend/get_black_list", $$"""{"fromUserID":"{{me}}","operationID":"op"}"""))[0].GetProperty("userID").GetString());
        await server.FailAsync(200, 600, "/manager/send_msg", Send(other.Id, me, 101, """{"text":"x"}"""));
        await server.DoneAsync("/friend/add_blacklist", $$"""{"fromUserID":"{{third.Id}}","toUserID":"{{me}}","operationID":"op"}""");
        await rtm.FailAsync(200049, "sendmsg", Say.To(thirdId, Interlocked.Increment(ref _mids)));
    }

    [Fact]
    [CoversOpenIm("/group/create_group", "/group/get_group_all_member_list")]
    public async Task Groups_are_the_same_in_RTM_and_GoIM()
    {
        await using var rtm = await RtmAsync();
        var user = await server.RegisterAsync(NewNumber());
        var id = await server.GroupAsync(user.Id, $"{rtm.UserId}");
        var gid = Assert.Single((await rtm.OkAsync("getusergroups")).Ints("gids"));
        Assert.Equal(
            new[] { rtm.UserId, NumberOf(user) }.Order(), (await rtm.OkAsync("getgroupmembers", ("gid", gid))).Ints("uids").Order());
        await server.DataAsync("/manager/send_msg", $$$"""{"operationID":"op","sendID":"{{{user.Id}}}","groupID":"{{{id}}}","content":{"text":"all"},"contentType":101,"sessionType":2}""");
        var push = (await rtm.NextAsync("pushgroupmsg")).Body;
        Assert.Equal((gid, "all", 30L), (push.Int("gid"), push.Text("msg"), push.Int("mtype")));
        await rtm.OkAsync("sendgroupmsg", Say.ToGroup(gid, Interlocked.Increment(ref _mids), msg: "back"));
        var told = await server.LastAsync(user);
        Assert.Equal(
            (101, 2, "back", id, $"{rtm.UserId}"),
            (told.GetProperty("contentType").GetInt32(), told.GetProperty("sessionType").GetInt32(), OpenImApiServer.TextOf(told),
                told.GetProperty("groupID").GetString(), told.GetProperty("sendID").GetString()));

        var goimId = OpenImApiServer.NewId("goim");
        await using var goim = await GoImPeer.LoginAsync(server.Process.Endpoints["GoImMessage"], goimId, acknowledges: true);
        await server.DataAsync("/group/invite_user_to_group", $$"""{"groupID":"{{id}}","invitedUserIDList":["{{goimId}}"],"operationID":"op"}""");
        await rtm.OkAsync("sendgroupmsg", Say.ToGroup(gid, Interlocked.Increment(ref _mids), msg: "three"));
        await goim.NextPushAsync("receive_message_topic", "three", id, $"{rtm.UserId}");
        Assert.Equal(3, (await server.DataAsync("/group/get_group_all_member_list", $$"""{"groupID":"{{id}}","operationID":"op"}""")).GetArrayLength());
        await goim.OkAsync("send_message_p2p", "by name", user.Id);
        Assert.Equal("by name", OpenImApiServer.TextOf(await server.LastAsync(user)));
        Assert.Equal(goimId, (await server.LastAsync(user)).GetProperty("sendID").GetString());
        await server.DataAsync("/manager/send_msg", Send(user.Id, goimId, 110, """{"data":"d"}"""));
        await goim.NextPushAsync("receive_message_p2p", """{"data":"d"}""", user.Id);
    }

    [Fact]
    [CoversOpenIm("/msg/pull_msg_by_seq")]
    public async Task A_broadcast_and_the_file_of_a_back_end_lie_in_the_inbox()
    {
        var user = await server.RegisterAsync(NewNumber());
        await using var backEnd = await BackEnd.ConnectAsync(server.Process.Endpoints["RtmServer"], RtmWorld.Pid);
        await backEnd.OkAsync("sendmsg", ("mtype", 40), ("from", RtmWorld.Admin), ("to", NumberOf(user)), ("mid", Interlocked.Increment(ref _mids)), ("msg", "http://x/p.jpg"), ("attrs", ""));
        var told = await server.LastAsync(user);
        Assert.Equal($"{RtmWorld.Admin}", told.GetProperty("sendID").GetString());
        Assert.Equal(1, told.GetProperty("sessionType").GetInt32());
    }

    private static string Send(string from, string to, int type, string content) =>
        $$"""{"operationID":"op","sendID":"{{from}}","recvID":"{{to}}","content":{{content}},"contentType":{{type}},"sessionType":1}""";

    private static string TextOf(Map push, long mtype) => push["msg"] switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        string text when mtype is >= 40 and <= 50 && text.StartsWith('{') => JsonDocument.Parse(text).RootElement.GetProperty("url").GetString()!,
        var text => (string)text!,
    };

    private static string NewNumber() => $"{Interlocked.Increment(ref _users)}";

    private static long NumberOf(OpenImUser user) => long.Parse(user.Id, System.Globalization.CultureInfo.InvariantCulture);

    private async Task<RtmPeer> RtmAsync()
    {
        var peer = await RtmPeer.ConnectAsync(server.Process.Endpoints["RtmClient"]);
        await RtmServer.AuthAsync(peer, Profile.G1, Interlocked.Increment(ref _users));
        return peer;
    }
}
