using System.Text.Json.Nodes;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>Saying something to one user: 1003 and 2001 (openim.md §6).</summary>
public sealed class SendTests(OpenImGatewayServer server, SmallOpenImGatewayServer small)
{
    [Fact]
    [CoversOpenImGateway("1003", "2001")]
    public async Task A_message_goes_to_all_connections_of_both_also_to_the_one_that_sent_it()
    {
        await using var ann = await server.LoginAsync();
        await using var annAtHome = await server.ReturnAsync(ann.UserId, 3);
        await using var ben = await server.LoginAsync();
        await using var benAtHome = await server.ReturnAsync(ben.UserId, 5);
        var data = OpenImGatewayMessage.To(ann.UserId, ben.UserId, "hello ü");
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var answer = new ProtoMessage((await ann.AskAsync(OpenImGatewayPeer.Send, ProtoMessage.Of(data), "op-77")).Data);
        Assert.Equal(data.ClientId(), answer.Text(2));
        Assert.Matches("^[0-9a-f]{32}$", answer.Text(1));
        Assert.InRange(answer.Int(3), before - 1000, before + 60_000);
        foreach (var peer in new[] { ann, annAtHome, ben, benAtHome })
        {
            var frame = await peer.NextFrameAsync(OpenImGatewayPeer.Push);
            Assert.Equal("op-77", frame.OperationId);
            var push = new ProtoMessage(frame.Data);
            Assert.Equal(
                (ann.UserId, ben.UserId, data.ClientId(), answer.Text(1), "hello ü"),
                (push.SendId, push.RecvId, push.ClientId, push.ServerId, push.Content));
            Assert.Equal((2, "Nick", "http://face", 1, 100, 101), (push.Int(6), push.Text(7), push.Text(8), push.Int(9), push.Int(10), push.ContentType));
            Assert.Equal((1, answer.Int(3), 1_650_000_000_120), (push.Seq, push.SendTime, push.Int(16)));
        }
    }

    [Fact]
    [CoversOpenImGateway("1003")]
    public async Task To_oneself_it_is_one_copy()
    {
        await using var ann = await server.LoginAsync();
        await using var other = await server.ReturnAsync(ann.UserId, 1);
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ann.UserId, "note").WithOptions(("senderSync", false)));
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ann.UserId, "second"));
        foreach (var peer in new[] { ann, other })
        {
            Assert.Equal(1, (await peer.NextAsync("note")).Seq);
            Assert.Equal(2, (await peer.NextAsync("second")).Seq);
        }
        Assert.Equal(2, await ann.NewestAsync());
    }

    [Fact]
    [CoversOpenImGateway("1003")]
    public async Task The_same_clientMsgID_again_is_one_message_with_one_answer()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var data = OpenImGatewayMessage.To(ann.UserId, ben.UserId, "once");
        var first = await ann.SayAsync(data);
        Assert.Equal(first, await ann.SayAsync(data));
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "next"));
        await ben.NextAsync("once");
        Assert.Equal(2, (await ben.NextAsync("next")).Seq);
        Assert.Equal(2, await ann.NewestAsync());
        // without one the server gives one, since clients take none for no message
        var (_, given, _) = await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "unnamed").Without(4));
        Assert.Matches("^[0-9a-f]{32}$", given);
        Assert.Equal(given, (await ben.NextAsync("unnamed")).ClientId);
    }

    [Fact]
    [CoversOpenImGateway("1003")]
    public async Task What_the_server_sets_does_not_come_from_the_client_and_all_else_does()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var push = ProtoMessage.Of((1, "title"), (2, "desc"), (3, "ex"), (4, "sound"), (5, 1));
        await ann.SayAsync(
        [
            .. OpenImGatewayMessage.To(ann.UserId, ben.UserId, "all").With(5, "server").With(14, 77).With(15, 5).With(17, 2)
                .WithOptions(("ownOption", false)),
            (19, push), (20, "x"), (20, "y"), (23, "of later versions"),
        ]);
        var got = await ben.NextAsync("all");
        Assert.NotEqual("server", got.ServerId);
        Assert.Equal(1, got.Seq);
        Assert.InRange(got.SendTime, 1_650_000_000_000, long.MaxValue);
        Assert.Equal(2, got.Int(17));
        Assert.False(got.Options["ownOption"]);
        Assert.Equal(["title", "desc", "ex", "sound"], new[] { 1, 2, 3, 4 }.Select(got.Inner(19).Text));
        Assert.Equal(1, got.Inner(19).Int(5));
        Assert.Equal(["x", "y"], got.All(20).Select(System.Text.Encoding.UTF8.GetString));
        Assert.Equal("of later versions", got.Text(23));
        Assert.Equal(got.Bytes, (await ben.PullAsync(1))[0].Bytes);
    }

    [Theory]
    [CoversOpenImGateway(
        "101", "102", "103", "104", "105", "106", "107", "108", "109", "110", "111", "112", "114", "115", "unreadCount", "conversationUpdate",
        "offlinePush")]
    [InlineData(101, "raw text", "")]
    [InlineData(102, """{"sourcePicture":{"uuid":"u","url":"http://p/1.png","size":7},"x":1}""", "")]
    [InlineData(103, """{"uuid":"u","sourceUrl":"http://v/1.mp3","dataSize":9,"duration":3}""", "")]
    [InlineData(104, """{"videoUrl":"http://v/1.mp4","videoSize":10}""", "")]
    [InlineData(105, """{"sourceUrl":"http://f/1.zip","fileName":"1.zip","fileSize":11}""", "")]
    [InlineData(106, """{"text":"@ben","atUserList":["ben"]}""", "")]
    [InlineData(107, """{"title":"t","abstractList":[],"multiMessage":[]}""", "")]
    [InlineData(108, """{"userID":"u"}""", "")]
    [InlineData(109, """{"description":"d","longitude":1.5,"latitude":2.5}""", "")]
    [InlineData(110, """{"data":"d","description":"","extension":""}""", "")]
    [InlineData(111, "client-id-of-another", "unreadCount offlinePush")]
    [InlineData(112, """["a","b"]""", "conversationUpdate unreadCount offlinePush")]
    [InlineData(114, """{"text":"t"}""", "")]
    [InlineData(115, """{"index":1,"data":"d"}""", "")]
    [InlineData(200, "anything", "")]
    [InlineData(102, "not json at all", "")]
    [InlineData(105, """{"sourceUrl":5}""", "")]
    public async Task Every_type_is_stored_and_comes_as_it_went_with_the_options_of_its_type(int type, string content, string isFalse)
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, content, type));
        var push = await ben.NextAsync(content);
        Assert.Equal((type, 1), (push.ContentType, push.Seq));
        Assert.Equal(isFalse.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), FalseOf(push));
        Assert.Equal(push.Bytes, (await ben.PullAsync(1))[0].Bytes);
    }

    [Fact]
    [CoversOpenImGateway("110")]
    public async Task Content_that_is_no_text_comes_byte_for_byte()
    {
        byte[] bytes = [0, 0xC3, 0x28, 0xFF, .. new byte[300]];
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        foreach (var type in new[] { 101, 106, 113, 117 }) // which are texts
            await ann.RefusedAsync(204, OpenImGatewayMessage.To(ann.UserId, ben.UserId, "", type).With(12, bytes));
        foreach (var type in new[] { 102, 110, 115 })
        {
            await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "", type).With(12, bytes));
            Assert.Equal(bytes, (await ben.NextAsync()).Data(12));
        }
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "").Without(12)); // nothing is a text too
        await ben.NextAsync("");
    }

    [Fact]
    [CoversOpenImGateway("113", "history", "persistent")]
    public async Task Typing_and_what_has_no_history_is_told_to_who_is_there_and_stored_nowhere()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "…", 113));
        var push = await ben.NextAsync("…");
        Assert.Equal(0, push.Seq);
        Assert.Equal(["conversationUpdate", "history", "offlinePush", "persistent", "senderSync", "unreadCount"], FalseOf(push));
        var (server1, client, time) = await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "for now").WithOptions(("history", false)));
        Assert.True(server1.Length == 32 && client.Length > 0 && time > 0);
        Assert.Equal((0, time), await TakeAsync(ben, "for now"));
        Assert.Equal((0, time), await TakeAsync(ann, "for now")); // senderSync holds for a text; typing was hidden from ann
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "stored").WithOptions(("persistent", false), ("offlinePush", false)));
        Assert.Equal(["offlinePush", "persistent"], FalseOf(await ben.NextAsync("stored")));
        Assert.Equal(1, await ben.NewestAsync());
        Assert.Equal(1, await ann.NewestAsync());
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, "nobody-is-here", "lost", 113));
    }

    [Fact]
    [CoversOpenImGateway("senderSync")]
    public async Task Without_senderSync_the_sender_is_not_told_but_the_copy_is_stored()
    {
        await using var ann = await server.LoginAsync();
        await using var other = await server.ReturnAsync(ann.UserId, 5);
        await using var ben = await server.LoginAsync();
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "x", 115).WithOptions(("senderSync", false)));
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "y").WithOptions(("senderSync", false))); // a text: the type says true
        Assert.Equal(1, (await ben.NextAsync("x")).Seq);
        foreach (var peer in new[] { ann, other })
            Assert.Equal(2, (await peer.NextAsync("y")).Seq);
        Assert.Equal(["x", "y"], (await ann.PullAllAsync()).Select(one => one.Content));
    }

    [Fact]
    [CoversOpenImGateway("203", "204", "802")]
    public async Task What_is_no_message_is_refused_and_leaves_nothing()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var good = OpenImGatewayMessage.To(ann.UserId, ben.UserId);
        await ann.RefusedAsync(203, good.Without(9));
        await ann.RefusedAsync(203, good.With(9, 3));
        await ann.RefusedAsync(203, good.With(9, 4));
        await ann.RefusedAsync(204, good.Without(2));
        await ann.RefusedAsync(204, good.With(2, new string('u', 65)));
        await ann.RefusedAsync(204, good.Without(11));
        await ann.RefusedAsync(204, good.With(9, 2)); // a group without groupID
        await ann.RefusedAsync(802, OpenImGatewayMessage.ToGroup(ann.UserId, "no-such-group"));
        foreach (var type in new[] { 1000, 1204, 1400, 1501, 2000 }) // only the server says those
            await ann.RefusedAsync(204, good.With(11, type));
        await ann.SayAsync(good.With(2, OpenImGatewayServer.NewName("never-registered"))); // a receiver need not be
        Assert.Equal(1, await ann.NewestAsync());
        Assert.Equal(0, await ben.NewestAsync());
    }

    [Fact]
    [CoversOpenImGateway("600", "check 11")]
    public async Task Who_is_blocked_is_refused_but_not_the_other_way_nor_in_a_group()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var group = await server.NewGroupAsync(ann.UserId, ben.UserId);
        await server.ManageAsync("/friend/add_blacklist", new() { ["fromUserID"] = ann.UserId, ["toUserID"] = ben.UserId });
        foreach (var peer in new[] { ann, ben })
        {
            Assert.Equal(1501, (await peer.NextAsync()).ContentType);
            Assert.Equal(1207, (await peer.NextAsync()).ContentType);
        }
        var answer = await ben.FailAsync(600, OpenImGatewayPeer.Send, ProtoMessage.Of(OpenImGatewayMessage.To(ben.UserId, ann.UserId, "no")));
        Assert.Equal("in black list", answer.Text);
        Assert.Empty(answer.Data);
        await ben.RefusedAsync(600, OpenImGatewayMessage.To(ben.UserId, ann.UserId, "…", 113));
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "the other way"));
        await ben.SayAsync(OpenImGatewayMessage.ToGroup(ben.UserId, group, "in the group"));
        foreach (var peer in new[] { ann, ben })
        {
            await peer.NextAsync("the other way");
            Assert.Equal(4, (await peer.NextAsync("in the group")).Seq);
        }
    }

    [Fact]
    [CoversOpenImGateway("601")]
    public async Task With_the_friend_check_strangers_are_refused()
    {
        await using var ann = await small.LoginAsync();
        await using var ben = await small.LoginAsync();
        var answer = await ann.FailAsync(601, OpenImGatewayPeer.Send, ProtoMessage.Of(OpenImGatewayMessage.To(ann.UserId, ben.UserId)));
        Assert.Equal("not friend", answer.Text);
        await small.ManageAsync("/friend/import_friend", new() { ["fromUserID"] = ann.UserId, ["friendUserIDList"] = new JsonArray(ben.UserId) });
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "friends"));
        Assert.Equal(1204, (await ben.NextAsync()).ContentType);
        await ben.NextAsync("friends");
    }

    private static async Task<(long Seq, long Time)> TakeAsync(OpenImGatewayPeer peer, string content)
    {
        var push = await peer.NextAsync(content);
        return (push.Seq, push.SendTime);
    }

    private static IEnumerable<string> FalseOf(ProtoMessage data) => data.Options.Where(option => !option.Value).Select(option => option.Key).Order();
}
