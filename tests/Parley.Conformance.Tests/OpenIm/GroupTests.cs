using System.Text.Json;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>openim.md §4.5 to §4.7, and the group routes of §8.8.</summary>
public sealed class GroupTests(OpenImApiServer server)
{
    private const string Unknown = "00000000000000000000000000000000";

    [Fact]
    [CoversOpenIm("/group/create_group", "/group/invite_user_to_group", "/group/kick_group", "12.2.4", "12.2.6")]
    public async Task Examples_3_to_5()
    {
        var (a, b, c) = (await server.RegisterAsync(), await server.RegisterAsync(), await server.RegisterAsync());
        var answer = await server.ManageAsync(
            "/group/create_group",
            $$"""{"ownerUserID":"{{a.Id}}","groupType":0,"groupName":"Ops","memberList":[{"userID":"{{b.Id}}","roleLevel":1},{"userID":"u_9999","roleLevel":1}],"operationID":"op-003"}""");
        var data = answer.Json.GetProperty("data");
        var id = data.GetProperty("groupID").GetString()!;
        Assert.Matches("^[0-9a-f]{32}$", id);
        OpenImApiServer.Same(
            $$$"""{"errCode":0,"errMsg":"","data":{"creatorUserID":"im_admin","groupID":"{{{id}}}","groupName":"Ops","memberCount":2,"ownerUserID":"{{{a.Id}}}","notification":"","introduction":"","faceURL":"","createTime":{{{data.GetProperty("createTime").GetInt64()}}},"ex":"","status":0,"groupType":0}}""",
            answer);
        await server.ExpectAsync(
            "/group/invite_user_to_group",
            $$"""{"groupID":"{{id}}","invitedUserIDList":["{{c.Id}}","{{b.Id}}","u_9999"],"reason":"shift start","operationID":"op-004"}""",
            $$$"""{"errCode":0,"errMsg":"","data":[{"userID":"{{{c.Id}}}","result":0},{"userID":"{{{b.Id}}}","result":-1},{"userID":"u_9999","result":-1}]}""");
        await server.ExpectAsync(
            "/group/kick_group",
            $$"""{"groupID":"{{id}}","uidListInfo":["{{c.Id}}","{{a.Id}}"],"operationID":"op-005"}""",
            $$$"""{"errCode":0,"errMsg":"","data":[{"userID":"{{{c.Id}}}","result":0},{"userID":"{{{a.Id}}}","result":-1}]}""");
        Assert.Equal([(a.Id, 2), (b.Id, 1)], await MembersAsync(id));
    }

    [Fact]
    [CoversOpenIm("/group/create_group", "create_group.uid", "create_group.setRole", "create_group.faceUrl")]
    public async Task Unknown_users_further_owners_and_repeated_ones_are_passed_over()
    {
        var (a, b, c, d, e) = (await server.RegisterAsync(), await server.RegisterAsync(), await server.RegisterAsync(), await server.RegisterAsync(), await server.RegisterAsync());
        var data = await server.DataAsync(
            "/group/create_group",
            $$"""
            {"ownerUserID":"{{a.Id}}","faceUrl":"face","groupType":7,"notification":"note","introduction":"intro","ex":"extra","operationID":"op","memberList":[
            {"userID":"{{a.Id}}","roleLevel":1},{"userID":"{{b.Id}}","roleLevel":3},{"userID":"{{b.Id}}","roleLevel":1},{"uid":"{{c.Id}}","setRole":2},
            {"uid":"{{d.Id}}","setRole":0},{"userID":"{{e.Id}}","roleLevel":2},{"uid":"{{e.Id}}","setRole":1},{"userID":""},{},{"userID":null}]}
            """);
        Assert.Equal(4, data.GetProperty("memberCount").GetInt32());
        Assert.Equal("Group Chat", data.GetProperty("groupName").GetString());
        Assert.Equal(
            ("face", 7, "note", "intro", "extra"),
            (data.GetProperty("faceURL").GetString(), data.GetProperty("groupType").GetInt32(), data.GetProperty("notification").GetString(),
                data.GetProperty("introduction").GetString(), data.GetProperty("ex").GetString()));
        Assert.Equal([(a.Id, 2), (b.Id, 3), (c.Id, 3), (d.Id, 1)], await MembersAsync(data.GetProperty("groupID").GetString()!));
    }

    [Fact]
    [CoversOpenIm("/group/create_group", "802", "801", "400")]
    public async Task A_group_that_cannot_be_made_is_null()
    {
        var user = await server.RegisterAsync();
        await server.ExpectAsync(
            "/group/create_group", """{"ownerUserID":"nobody","memberList":[],"operationID":"op"}""",
            """{"errCode":802,"errMsg":"db failed","data":null}""");
        await server.ExpectAsync(
            "/group/create_group", """{"ownerUserID":"im_admin","memberList":[],"operationID":"op"}""",
            """{"errCode":801,"errMsg":"no permission","data":null}""", user.Token);
        Assert.Equal(JsonValueKind.Null, (await server.FailAsync(400, 400, "/group/create_group", """{"operationID":"op"}""")).Json.GetProperty("data").ValueKind);
        await server.FailAsync(400, 400, "/group/create_group", $$"""{"ownerUserID":"{{user.Id}}","memberList":["x"],"operationID":"op"}""");
        await server.FailAsync(400, 400, "/group/create_group", $$"""{"ownerUserID":"{{user.Id}}","memberList":[{"userID":1}],"operationID":"op"}""");
        await server.FailAsync(400, 400, "/group/create_group", $$"""{"ownerUserID":"{{user.Id}}","memberList":[{"userID":"x","roleLevel":"1"}],"operationID":"op"}""");
        Assert.Empty((await server.DataAsync("/group/get_joined_group_list", $$"""{"fromUserID":"{{user.Id}}","operationID":"op"}""")).EnumerateArray());
    }

    [Fact]
    [CoversOpenIm("/group/create_group", "/group/invite_user_to_group", "/group/kick_group", "801")]
    public async Task An_ordinary_user_founds_for_itself_a_member_invites_and_owner_and_admins_remove()
    {
        var (a, b, c, d) = (await server.RegisterAsync(), await server.RegisterAsync(), await server.RegisterAsync(), await server.RegisterAsync());
        var data = await server.DataAsync(
            "/group/create_group",
            $$"""{"ownerUserID":"{{a.Id}}","memberList":[{"userID":"{{b.Id}}","roleLevel":3},{"userID":"{{c.Id}}"}],"operationID":"op"}""", a.Token);
        var id = data.GetProperty("groupID").GetString()!;
        Assert.Equal(a.Id, data.GetProperty("creatorUserID").GetString());
        var invite = $$"""{"groupID":"{{id}}","invitedUserIDList":["{{d.Id}}"],"operationID":"op"}""";
        await server.ExpectAsync("/group/invite_user_to_group", invite, """{"errCode":801,"errMsg":"no permission","data":[]}""", d.Token);
        await server.DataAsync("/group/invite_user_to_group", invite, c.Token);
        var kick = $$"""{"groupID":"{{id}}","kickedUserIDList":["{{d.Id}}"],"operationID":"op"}""";
        await server.ExpectAsync("/group/kick_group", kick, """{"errCode":801,"errMsg":"no permission","data":[]}""", c.Token);
        await server.DataAsync("/group/kick_group", kick, b.Token);
        Assert.Equal([(a.Id, 2), (b.Id, 3), (c.Id, 1)], await MembersAsync(id));
        await server.DataAsync("/group/kick_group", $$"""{"groupID":"{{id}}","kickedUserIDList":["{{b.Id}}"],"operationID":"op"}""", a.Token);
        Assert.Equal([(a.Id, 2), (c.Id, 1)], await MembersAsync(id));
    }

    [Theory]
    [CoversOpenIm("/group/invite_user_to_group", "invite_user_to_group.uidList", "invite_user_to_group.invitedUserIDs")]
    [InlineData("invitedUserIDList")]
    [InlineData("uidList")]
    [InlineData("invitedUserIDs")]
    [InlineData("INVITEDuseridlist")]
    public async Task The_invited_go_by_any_name(string key)
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        var id = await server.GroupAsync(a.Id);
        await server.ExpectAsync(
            "/group/invite_user_to_group", $$"""{"groupID":"{{id}}","{{key}}":["{{b.Id}}","{{b.Id}}",null],"operationID":"op"}""",
            $$$"""{"errCode":0,"errMsg":"","data":[{"userID":"{{{b.Id}}}","result":0},{"userID":"{{{b.Id}}}","result":-1},{"userID":"","result":-1}]}""");
        await server.ExpectAsync(
            "/group/invite_user_to_group", $$"""{"groupID":"{{id}}","{{key}}":[],"operationID":"op"}""", """{"errCode":0,"errMsg":"","data":[]}""");
    }

    [Theory]
    [CoversOpenIm("/group/kick_group", "kick_group.uidListInfo", "kick_group.kickedUserIDs")]
    [InlineData("kickedUserIDList", "\"{0}\"")]
    [InlineData("kickedUserIDs", "\"{0}\"")]
    [InlineData("uidListInfo", "\"{0}\"")]
    [InlineData("uidListInfo", "{{\"userID\":\"{0}\"}}")]
    [InlineData("uidListInfo", "{{\"userId\":\"{0}\"}}")]
    [InlineData("uidListInfo", "{{\"uid\":\"{0}\",\"nickName\":\"x\"}}")]
    public async Task The_removed_go_by_any_name(string key, string item)
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        var id = await server.GroupAsync(a.Id, b.Id);
        var one = string.Format(System.Globalization.CultureInfo.InvariantCulture, item, b.Id);
        await server.ExpectAsync(
            "/group/kick_group", $$"""{"groupID":"{{id}}","{{key}}":[{{one}},"a stranger"],"operationID":"op"}""",
            $$$"""{"errCode":0,"errMsg":"","data":[{"userID":"{{{b.Id}}}","result":0},{"userID":"a stranger","result":0}]}""");
        Assert.Equal([(a.Id, 2)], await MembersAsync(id));
    }

    [Fact]
    [CoversOpenIm("/group/invite_user_to_group", "/group/kick_group", "802", "803", "804")]
    public async Task Unknown_groups_dissolved_ones_and_empty_lists()
    {
        var user = await server.RegisterAsync();
        var invite = $$"""{"groupID":"{{Unknown}}","invitedUserIDList":["{{user.Id}}"],"operationID":"op"}""";
        var kick = $$"""{"groupID":"{{Unknown}}","kickedUserIDList":["{{user.Id}}"],"operationID":"op"}""";
        foreach (var token in new[] { server.AdminToken, user.Token })
        {
            await server.ExpectAsync("/group/invite_user_to_group", invite, """{"errCode":802,"errMsg":"db failed","data":[]}""", token);
            await server.ExpectAsync("/group/kick_group", kick, """{"errCode":802,"errMsg":"db failed","data":[]}""", token);
        }
        var id = await server.GroupAsync(user.Id);
        await server.ExpectAsync(
            "/group/kick_group", $$"""{"groupID":"{{id}}","kickedUserIDList":[],"operationID":"op"}""", """{"errCode":803,"errMsg":"args failed","data":[]}""");

        // the core dissolves groups for other protocols; here by a back end of RTM
        await using var rtm = await Rtm.ServerGate.BackEnd.ConnectAsync(server.Process.Endpoints["RtmServer"], Support.RtmWorld.Pid);
        var number = OpenImAcrossTests.NewGroupNumber();
        await rtm.DoneAsync("addgroupmembers", ("gid", number), ("uids", new[] { Support.RtmWorld.FirstUser }));
        await rtm.DoneAsync("delgroup", ("gid", number));
        await server.ExpectAsync(
            "/group/invite_user_to_group", $$"""{"groupID":"{{number}}","invitedUserIDList":["{{user.Id}}"],"operationID":"op"}""",
            """{"errCode":804,"errMsg":"status is abnormal","data":[]}""");
    }

    [Fact]
    [CoversOpenIm("12.2.12", "/group/create_group", "/group/invite_user_to_group", "/group/kick_group", "/msg/pull_msg_by_seq")]
    public async Task Each_change_grows_the_inbox_of_every_member_by_one_also_of_who_is_removed()
    {
        var (a, b, c) = (await server.RegisterAsync(nickname: "Ann"), await server.RegisterAsync(nickname: "Ben"), await server.RegisterAsync(nickname: "Cid"));
        var id = await server.GroupAsync(a.Id, b.Id);
        Assert.Equal((1, 1, 0), (await server.NewestAsync(a), await server.NewestAsync(b), await server.NewestAsync(c)));
        await server.DataAsync("/group/invite_user_to_group", $$"""{"groupID":"{{id}}","invitedUserIDList":["{{c.Id}}","u_9999"],"operationID":"op"}""");
        Assert.Equal((2, 2, 1), (await server.NewestAsync(a), await server.NewestAsync(b), await server.NewestAsync(c)));
        await server.DataAsync("/group/invite_user_to_group", $$"""{"groupID":"{{id}}","invitedUserIDList":["{{c.Id}}"],"operationID":"op"}""");
        await server.DataAsync("/group/kick_group", $$"""{"groupID":"{{id}}","kickedUserIDList":["u_9999","{{a.Id}}"],"operationID":"op"}""");
        Assert.Equal((2, 2, 1), (await server.NewestAsync(a), await server.NewestAsync(b), await server.NewestAsync(c))); // nobody came or went
        await server.DataAsync("/group/kick_group", $$"""{"groupID":"{{id}}","kickedUserIDList":["{{c.Id}}"],"operationID":"op"}""");
        Assert.Equal((3, 3, 2), (await server.NewestAsync(a), await server.NewestAsync(b), await server.NewestAsync(c)));
        foreach (var (number, type, unread, push) in new[] { (1, 1501, true, true), (2, 1509, true, false), (3, 1508, true, false) })
        {
            var told = await server.PullAsync(b, number);
            Assert.Equal(
                (type, 2, 200, id, b.Id, OpenImApiServer.Admin, number),
                (told.GetProperty("contentType").GetInt32(), told.GetProperty("sessionType").GetInt32(), told.GetProperty("msgFrom").GetInt32(),
                    told.GetProperty("groupID").GetString(), told.GetProperty("recvID").GetString(), told.GetProperty("sendID").GetString(),
                    told.GetProperty("seq").GetInt32()));
            Assert.NotEqual("", told.GetProperty("clientMsgID").GetString());
            var options = told.GetProperty("options");
            Assert.Equal(
                (unread, push, true),
                (options.GetProperty("unreadCount").GetBoolean(), options.GetProperty("offlinePush").GetBoolean(), options.GetProperty("conversationUpdate").GetBoolean()));
        }
        var kicked = Tips.Of(await server.LastAsync(c));
        Assert.Contains("Cid", kicked.Sentence, StringComparison.Ordinal);
        var list = Assert.Single(kicked.Detail.GetProperty("kickedUserList").EnumerateArray());
        Assert.Equal((c.Id, "Cid", id), (list.GetProperty("userID").GetString(), list.GetProperty("nickname").GetString(), list.GetProperty("groupID").GetString()));
        Assert.Equal((OpenImApiServer.Admin, id), (
            kicked.Detail.GetProperty("opUser").GetProperty("userID").GetString(), kicked.Detail.GetProperty("opUser").GetProperty("groupID").GetString()));
        var created = Tips.Of(await server.PullAsync(a, 1)).Detail;
        Assert.Equal(2, created.GetProperty("memberList").GetArrayLength());
        Assert.Equal(a.Id, created.GetProperty("groupOwnerUser").GetProperty("userID").GetString());
        Assert.Equal("Cid", Assert.Single(Tips.Of(await server.PullAsync(a, 2)).Detail.GetProperty("invitedUserList").EnumerateArray()).GetProperty("nickname").GetString());
    }

    [Fact]
    [CoversOpenIm(
        "/group/get_joined_group_list", "/group/get_groups_info", "/group/get_group_all_member_list", "/group/get_group_members_info",
        "/group/get_recv_group_applicationList", "/group/get_user_req_group_applicationList")]
    public async Task What_clients_ask_about_groups()
    {
        var (a, b, c) = (await server.RegisterAsync(nickname: "Ann"), await server.RegisterAsync(nickname: "Ben"), await server.RegisterAsync());
        var id = await server.GroupAsync(a.Id, b.Id);
        var joined = await server.CallAsync("/group/get_joined_group_list", $$"""{"fromUserID":"{{b.Id}}","operationID":"op"}""", b.Token);
        var created = joined.Json.GetProperty("data")[0].GetProperty("createTime").GetInt64();
        var group = $$"""{"groupID":"{{id}}","groupName":"g","notification":"","introduction":"","faceURL":"","ownerUserID":"{{a.Id}}","createTime":{{created}},"memberCount":2,"ex":"","status":0,"creatorUserID":"im_admin","groupType":0}""";
        OpenImApiServer.Same($$"""{"errCode":0,"errMsg":"","data":[{{group}}]}""", joined);
        await server.ExpectAsync("/group/get_groups_info", $$"""{"groupIDList":["{{Unknown}}","{{id}}"],"operationID":"op"}""", $$"""{"errCode":0,"errMsg":"","data":[{{group}}]}""", c.Token);
        var members = await server.CallAsync("/group/get_group_all_member_list", $$"""{"groupID":"{{id}}","operationID":"op"}""", b.Token);
        var times = members.Json.GetProperty("data").EnumerateArray().Select(member => member.GetProperty("joinTime").GetInt64()).ToArray();
        string Member(OpenImUser user, string name, int role, long time) =>
            $$"""{"groupID":"{{id}}","userID":"{{user.Id}}","roleLevel":{{role}},"joinTime":{{time}},"nickname":"{{name}}","faceURL":"","appMangerLevel":1,"joinSource":0,"operatorUserID":"im_admin","ex":""}""";
        var expected = Member(b, "Ben", 1, times[1]);
        OpenImApiServer.Same($$"""{"errCode":0,"errMsg":"","data":[{{Member(a, "Ann", 2, times[0])}},{{expected}}]}""", members);
        await server.ExpectAsync(
            "/group/get_group_members_info", $$"""{"groupID":"{{id}}","memberList":["{{b.Id}}","{{c.Id}}","nobody"],"operationID":"op"}""",
            $$"""{"errCode":0,"errMsg":"","data":[{{expected}}]}""", a.Token);
        foreach (var path in new[] { "/group/get_group_all_member_list", "/group/get_group_members_info" })
        {
            var body = $$"""{"groupID":"{{id}}","memberList":[],"operationID":"op"}""";
            await server.ExpectAsync(path, body, """{"errCode":801,"errMsg":"no permission","data":[]}""", c.Token);
            await server.DataAsync(path, body);
            await server.ExpectAsync(path, body.Replace(id, Unknown), """{"errCode":802,"errMsg":"db failed","data":[]}""");
        }
        foreach (var (path, key) in new[] { ("/group/get_recv_group_applicationList", "fromUserID"), ("/group/get_user_req_group_applicationList", "userID") })
        {
            await server.ExpectAsync(path, $$"""{"{{key}}":"{{a.Id}}","operationID":"op"}""", """{"errCode":0,"errMsg":"","data":[]}""", a.Token);
            await server.ExpectAsync(path, $$"""{"{{key}}":"{{a.Id}}","operationID":"op"}""", """{"errCode":801,"errMsg":"no permission","data":[]}""", b.Token);
        }
    }

    private async Task<(string Id, int Role)[]> MembersAsync(string group)
    {
        var data = await server.DataAsync("/group/get_group_all_member_list", $$"""{"groupID":"{{group}}","operationID":"op"}""");
        return [.. data.EnumerateArray().Select(member => (member.GetProperty("userID").GetString()!, member.GetProperty("roleLevel").GetInt32()))];
    }
}
