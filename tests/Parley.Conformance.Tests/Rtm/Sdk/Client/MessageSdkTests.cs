using System.Text;
using Parley.Rtm;
using Parley.Rtm.Client;

namespace Parley.Conformance.Tests.Rtm.Sdk.Client;

/// <summary>Saying and hearing through the SDK (rtm-client.md §4.1 to §4.4, §5.1).</summary>
public sealed class MessageSdkTests(SdkServer server)
{
    [Fact]
    [CoversBySdk("sendmsg", "pushmsg")]
    public async Task What_one_user_says_the_other_hears()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var sent = await ann.Client.SendToUserAsync(ben.Id, new RtmDraft("hëllo", 8, "{}"));
        var heard = await ben.NextMessageAsync();
        Assert.Equal(ann.Conversation, heard.Conversation);
        Assert.Equal((ann.Id, sent.MessageId, (byte)8, "hëllo", "{}"), (heard.From, heard.MessageId, heard.Type, heard.Text, heard.Attributes));
        Assert.Equal(sent.Time, heard.Time);
        Assert.Equal(RtmFileKind.None, heard.FileKind);
        await ben.Client.SendToUserAsync(ann.Id, "hi back");
        Assert.Equal(RtmMessageType.Text, (await ann.HearAsync("hi back")).Type);
    }

    [Fact]
    [CoversBySdk("sendmsg", "pushmsg")]
    public async Task Bytes_arrive_as_they_were()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        byte[] bytes = [.. Encoding.UTF8.GetBytes("ok"), 0, 1];
        await ann.Client.SendToUserAsync(ben.Id, new RtmDraft("", 60) { Bytes = bytes });
        Assert.Equal(bytes, (await ben.NextMessageAsync()).Bytes.ToArray());
    }

    [Fact]
    [CoversBySdk("sendmsg")]
    public async Task What_must_not_be_said_is_refused()
    {
        await using var ann = await server.LoginAsync();
        var other = server.NewUser();
        await Expect.CodeAsync(200052, () => ann.Client.SendToUserAsync(ann.Id, "x"));
        await Expect.CodeAsync(200005, () => ann.Client.SendToUserAsync(other, new RtmDraft("x", 0)));
        await Expect.CodeAsync(200005, () => ann.Client.SendToUserAsync(other, new RtmDraft("x", 128)));
        await Expect.CodeAsync(200030, () => ann.Client.SendToUserAsync(other, new string('x', 20_481)));
        await Expect.CodeAsync(200030, () => ann.Client.SendToUserAsync(other, new RtmDraft("x", 8, new('a', 2049))));
        var draft = new RtmDraft("x") { MessageId = 5 };
        await ann.Client.SendToUserAsync(other, draft);
        await Expect.CodeAsync(200053, () => ann.Client.SendToUserAsync(other, draft));
    }

    [Fact]
    [CoversBySdk("sendmsgs", "pushmsg")]
    public async Task Many_hear_each_in_its_own_conversation()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var cid = await server.LoginAsync();
        var sent = await ann.Client.SendToUsersAsync([ben.Id, cid.Id, ben.Id], "all");
        Assert.Equal(sent.MessageId, (await ben.HearAsync("all")).MessageId);
        Assert.Equal(ann.Conversation, (await cid.HearAsync("all")).Conversation);
        await Expect.CodeAsync(200033, () => ann.Client.SendToUsersAsync([], "x"));
        await Expect.CodeAsync(200052, () => ann.Client.SendToUsersAsync([ann.Id], "x"));
        await Expect.CodeAsync(200032, () => ann.Client.SendToUsersAsync([.. Enumerable.Range(1, 2001)], "x"));
    }

    [Fact]
    [CoversBySdk("sendgroupmsg", "pushgroupmsg")]
    public async Task A_group_hears_its_members()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.Id, ben.Id);
        await ann.Client.SendToGroupAsync(gid, "to the group");
        var heard = await ben.HearAsync("to the group");
        Assert.Equal((RtmConversation.OfGroup(gid), ann.Id), (heard.Conversation, heard.From));
        await using var stranger = await server.LoginAsync();
        await Expect.CodeAsync(200041, () => stranger.Client.SendToGroupAsync(gid, "x"));
    }

    [Fact]
    [CoversBySdk("sendroommsg", "pushroommsg", "enterroom")]
    public async Task A_room_hears_those_inside()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var rid = server.NewPlace();
        await ann.Client.EnterRoomAsync(rid);
        await Expect.CodeAsync(200040, () => ben.Client.SendToRoomAsync(rid, "x"));
        await ben.Client.EnterRoomAsync(rid);
        await ben.Client.SendToRoomAsync(rid, "to the room");
        Assert.Equal(RtmConversation.OfRoom(rid), (await ann.HearAsync("to the room")).Conversation);
    }

    [Fact]
    [CoversBySdk("pushbroadcastmsg", "getbroadcastmsg")]
    public async Task Everybody_hears_an_announcement_and_finds_it_again()
    {
        await using var ann = await server.LoginAsync(SdkServer.FirstUser + 1, SdkServer.Broadcasting);
        await using var ben = await server.LoginAsync(SdkServer.FirstUser + 2, SdkServer.Broadcasting);
        await using var backEnd = await server.BackEndAsync(SdkServer.Broadcasting);
        for (var i = 1; i <= 3; i++)
            await backEnd.OkAsync("broadcastmsg", ("from", SdkServer.Admin), ("mid", i), ("mtype", 8), ("msg", $"news {i}"), ("attrs", ""));
        foreach (var user in new[] { ann, ben })
        {
            for (var i = 1; i <= 3; i++)
                Assert.Equal((RtmConversation.Broadcast, SdkServer.Admin), Place(await user.HearAsync($"news {i}")));
        }
        var window = await ann.Client.GetWindowAsync(RtmConversation.Broadcast, new() { Count = 2 });
        Assert.Equal(["news 3", "news 2"], window.Messages.Select(message => message.Text));
        var page = await ann.Client.GetPageAsync(RtmConversation.Broadcast, new() { NewestFirst = false });
        Assert.Equal(["news 1", "news 2", "news 3"], page.Messages.Select(message => message.Text));
        Assert.All(page.Messages, message => Assert.Equal(SdkServer.Admin, message.From));

        static (RtmConversation, long) Place(RtmMessage message) => (message.Conversation, message.From);
    }

    [Fact]
    [CoversBySdk("pushgroupmsg", "pushroommsg", "pushmsg")]
    public async Task Every_conversation_keeps_its_order()
    {
        const int Count = 40;
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.Id, ben.Id);
        var rid = server.NewPlace();
        await ann.Client.EnterRoomAsync(rid);
        await ben.Client.EnterRoomAsync(rid);
        for (var i = 0; i < Count; i++)
        {
            await Task.WhenAll(
                ann.Client.SendToUserAsync(ben.Id, i.ToString()), ann.Client.SendToGroupAsync(gid, i.ToString()), ann.Client.SendToRoomAsync(rid, i.ToString()));
        }
        var heard = new List<RtmMessage>();
        while (heard.Count < 3 * Count)
            heard.Add(await ben.NextMessageAsync());
        foreach (var conversation in heard.GroupBy(message => message.Conversation))
            Assert.Equal(Enumerable.Range(0, Count).Select(i => i.ToString()), conversation.Select(message => message.Text));
    }
}
