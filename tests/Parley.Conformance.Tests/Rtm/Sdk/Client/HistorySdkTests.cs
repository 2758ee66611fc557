using Parley.Rtm.Client;

namespace Parley.Conformance.Tests.Rtm.Sdk.Client;

/// <summary>History through the SDK, in both styles (rtm-client.md §6, §10.1).</summary>
public sealed class HistorySdkTests(SdkServer server)
{
    [Fact]
    [CoversBySdk("getp2pmsg")]
    public async Task A_pair_is_read_in_both_styles_from_either_side()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        for (var i = 0; i < 30; i++)
        {
            var (from, to) = i % 3 == 0 ? (ben, ann) : (ann, ben);
            await from.Client.SendToUserAsync(to.Id, new RtmDraft(i.ToString(), (byte)(51 + (i % 2)), $"a{i}") { MessageId = 1000 + i });
        }
        var texts = Enumerable.Range(0, 30).Select(i => i.ToString()).ToArray();

        // windows, forward and backward
        var forward = await AllAsync(ben.Client.ReadHistoryAsync(ann.Conversation, new() { NewestFirst = false, Count = 7 }));
        Assert.Equal(texts, forward.Select(message => message.Text));
        Assert.Equal(Enumerable.Range(1, 30).Select(i => (long)i), forward.Select(message => message.Id));
        Assert.All(forward, message => Assert.Equal(int.Parse(message.Text) % 3 == 0 ? ben.Id : ann.Id, message.From));
        Assert.All(forward, message => Assert.Equal(($"a{message.Text}", ann.Conversation), (message.Attributes, message.Conversation)));
        var backward = await AllAsync(ben.Client.ReadHistoryAsync(ann.Conversation));
        Assert.Equal(texts.Reverse(), backward.Select(message => message.Text));
        Assert.Equal(forward.Select(message => message.Time), backward.Select(message => message.Time).Reverse());

        // pages, with the ends that they offer
        var pages = await AllAsync(ann.Client.ReadPagesAsync(ben.Conversation, new() { Count = 7 }));
        Assert.Equal(texts.Reverse(), pages.Select(message => message.Text));
        var sent = await AllAsync(ann.Client.ReadPagesAsync(ben.Conversation, new() { Direction = RtmDirection.Sent, NewestFirst = false }));
        Assert.Equal(20, sent.Count);
        Assert.All(sent, message => Assert.Equal(ann.Id, message.From));
        var received = await AllAsync(ann.Client.ReadPagesAsync(ben.Conversation, new() { Direction = RtmDirection.Received }));
        Assert.Equal(10, received.Count);
        Assert.All(received, message => Assert.Equal(ben.Id, message.From));
        var page = await ann.Client.GetPageAsync(ben.Conversation, new() { LocalId = 25, NewestFirst = false });
        Assert.Equal((30, 5), (page.MaxId, page.Messages.Count));
        page = await ann.Client.GetPageAsync(ben.Conversation, new() { LocalMessageId = 1027 });
        Assert.Equal(["29", "28"], page.Messages.Select(message => message.Text));

        // types
        var typed = await AllAsync(ann.Client.ReadHistoryAsync(ben.Conversation, new() { Types = [51] }));
        Assert.Equal(15, typed.Count);
        Assert.All(typed, message => Assert.Equal(51, message.Type));
    }

    [Fact]
    [CoversBySdk("getgroupmsg", "getroommsg")]
    public async Task Groups_and_rooms_are_read_by_those_who_belong()
    {
        await using var ann = await server.LoginAsync();
        await using var stranger = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.Id, server.NewUser());
        var rid = server.NewPlace();
        await ann.Client.EnterRoomAsync(rid);
        foreach (var text in new[] { "a", "b" })
        {
            await ann.Client.SendToGroupAsync(gid, text);
            await ann.Client.SendToRoomAsync(rid, text);
        }
        foreach (var (conversation, code) in new[] { (RtmConversation.OfGroup(gid), 200041), (RtmConversation.OfRoom(rid), 200040) })
        {
            Assert.Equal(["b", "a"], (await ann.Client.GetWindowAsync(conversation)).Messages.Select(message => message.Text));
            var page = await ann.Client.GetPageAsync(conversation);
            Assert.Equal(["b", "a"], page.Messages.Select(message => message.Text));
            Assert.All(page.Messages, message => Assert.Equal(ann.Id, message.From));
            await Expect.CodeAsync(code, () => stranger.Client.GetWindowAsync(conversation));
            await Expect.CodeAsync(code, () => stranger.Client.GetPageAsync(conversation));
        }
    }

    [Fact]
    [CoversBySdk("getmsg", "delmsg")]
    public async Task A_message_is_found_and_deleted_in_every_kind_of_conversation()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.Id, ben.Id);
        var rid = server.NewPlace();
        await ann.Client.EnterRoomAsync(rid);
        await ben.Client.EnterRoomAsync(rid);
        (RtmConversation OfAnn, RtmConversation OfBen, Task<RtmSent> Sent)[] all =
        [
            (ben.Conversation, ann.Conversation, ann.Client.SendToUserAsync(ben.Id, new RtmDraft("x", 8, "y"))),
            (RtmConversation.OfGroup(gid), RtmConversation.OfGroup(gid), ann.Client.SendToGroupAsync(gid, new RtmDraft("x", 8, "y"))),
            (RtmConversation.OfRoom(rid), RtmConversation.OfRoom(rid), ann.Client.SendToRoomAsync(rid, new RtmDraft("x", 8, "y"))),
        ];
        foreach (var (ofAnn, ofBen, sending) in all)
        {
            var sent = await sending;
            foreach (var message in new[]
            {
                await ann.Client.GetMessageAsync(ofAnn, ann.Id, sent.MessageId), await ben.Client.GetMessageAsync(ofBen, ann.Id, sent.MessageId),
            })
                Assert.Equal((1L, "x", "y", (byte)8, sent.Time), (message.Id, message.Text, message.Attributes, message.Type, message.Time));
            await ben.Client.DeleteMessageAsync(ofBen, sent.MessageId); // not his: nothing happens
            Assert.Equal("x", (await ben.Client.GetMessageAsync(ofBen, ann.Id, sent.MessageId)).Text);
            await ann.Client.DeleteMessageAsync(ofAnn, sent.MessageId);
            await Expect.CodeAsync(200070, () => ben.Client.GetMessageAsync(ofBen, ann.Id, sent.MessageId));
            var deleted = Assert.Single((await ben.Client.GetWindowAsync(ofBen)).Messages);
            Assert.Equal((true, ""), (deleted.IsDeleted, deleted.Text));
            Assert.Empty((await ben.Client.GetPageAsync(ofBen)).Messages);
        }
    }

    private static async Task<List<RtmMessage>> AllAsync(IAsyncEnumerable<RtmMessage> messages)
    {
        var all = new List<RtmMessage>();
        await foreach (var message in messages)
            all.Add(message);
        return all;
    }
}
