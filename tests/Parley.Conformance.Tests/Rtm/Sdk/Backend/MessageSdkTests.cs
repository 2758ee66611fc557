using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Rtm;
using Parley.Rtm.Backend;

namespace Parley.Conformance.Tests.Rtm.Sdk.Backend;

/// <summary>Sending, recalling and history through the SDK (rtm-server.md §2, §3).</summary>
public sealed class MessageSdkTests(BackEndServer server)
{
    [Fact]
    [CoversBySdk("sendmsg", "sendmsgs")]
    public async Task Messages_reach_users_with_all_they_carry()
    {
        await using var backEnd = new SdkBackEnd(server);
        await using var ann = await backEnd.LoginAsync();
        await using var ben = await backEnd.LoginAsync();
        var from = server.NewUser();
        var sent = await backEnd.Client.SendMessageAsync(from, ann.UserId, 66, "hellö", "{}");
        var body = await ann.NextBodyAsync("pushmsg");
        Assert.Equal((from, sent.Mid, 66, "hellö", "{}"), (body.Int("from"), body.Int("mid"), body.Int("mtype"), body.Text("msg"), body.Text("attrs")));
        Assert.Equal(body.Int("mtime"), sent.Time.ToUnixTimeMilliseconds());

        sent = await backEnd.Client.SendMessagesAsync(from, [ann.UserId, ben.UserId], RtmMessageType.Text, "to you");
        await ann.ExpectMidAsync("pushmsg", sent.Mid);
        await ben.ExpectMidAsync("pushmsg", sent.Mid);

        // a repetition with the same mid says that the first one was taken
        await SdkBackEnd.FailAsync(RtmErrorCode.DuplicatedMid, backEnd.Client.SendMessageAsync(from, ann.UserId, 30, "again", mid: sent.Mid));
        await SdkBackEnd.FailAsync(RtmErrorCode.SendToSelf, backEnd.Client.SendMessageAsync(from, from, 30, "me"));
        await SdkBackEnd.FailAsync(RtmErrorCode.InvalidMessageType, backEnd.Client.SendMessageAsync(from, ann.UserId, 0, "x"));
        await SdkBackEnd.FailAsync(RtmErrorCode.LargeMessageOrAttrs, backEnd.Client.SendMessageAsync(from, ann.UserId, 30, new string('x', 20_481)));
        await SdkBackEnd.FailAsync(RtmErrorCode.EmptyParameter, backEnd.Client.SendMessagesAsync(from, [], 30, "x"));
    }

    [Fact]
    [CoversBySdk("sendgroupmsg", "sendroommsg", "addroommember", "delroommember", "kickoutroom")]
    public async Task Groups_and_rooms_hear_their_members()
    {
        await using var backEnd = new SdkBackEnd(server);
        await using var ann = await backEnd.LoginAsync();
        await using var ben = await backEnd.LoginAsync();
        var group = await backEnd.NewGroupAsync(ann.UserId, ben.UserId);
        var sent = await backEnd.Client.SendGroupMessageAsync(ann.UserId, group, 30, "group");
        await ben.ExpectMidAsync("pushgroupmsg", sent.Mid);
        await SdkBackEnd.FailAsync(RtmErrorCode.NotGroupMember, backEnd.Client.SendGroupMessageAsync(server.NewUser(), group, 30, "x"));

        var room = server.NewPlace();
        await backEnd.Client.AddRoomMemberAsync(room, ann.UserId);
        await backEnd.Client.AddRoomMemberAsync(room, ben.UserId);
        sent = await backEnd.Client.SendRoomMessageAsync(ann.UserId, room, 30, "room");
        await ben.ExpectMidAsync("pushroommsg", sent.Mid);
        await backEnd.Client.DeleteRoomMemberAsync(room, ben.UserId);
        Assert.Equal(room, (await ben.NextBodyAsync("kickoutroom")).Int("rid"));
        await SdkBackEnd.FailAsync(RtmErrorCode.NotInRoom, backEnd.Client.SendRoomMessageAsync(ben.UserId, room, 30, "x"));
        await SdkBackEnd.FailAsync(RtmErrorCode.NotOnline, backEnd.Client.AddRoomMemberAsync(room, server.NewUser()));
    }

    [Fact]
    [CoversBySdk("broadcastmsg", "pushbroadcastmsg", "getbroadcastmsg")]
    public async Task A_broadcast_reaches_everybody_and_is_in_history()
    {
        await using var backEnd = new SdkBackEnd(server, BackEndServer.Loud);
        await using var ann = await backEnd.LoginAsync();
        var sent = await backEnd.Client.SendBroadcastMessageAsync(BackEndServer.Admin, 30, "news");
        Map body;
        do
            body = await ann.NextBodyAsync("pushbroadcastmsg");
        while (body.Int("mid") != sent.Mid);
        Assert.Equal("news", body.Text("msg"));
        var page = await backEnd.Client.GetBroadcastMessagesAsync(new RtmHistoryQuery { Count = 20 });
        Assert.Equal("news", page.Messages.Single(message => message.Mid == sent.Mid).Text);
        await SdkBackEnd.FailAsync(RtmErrorCode.AdminOnly, backEnd.Client.SendBroadcastMessageAsync(ann.UserId, 30, "x"));
    }

    [Fact]
    [CoversBySdk("getgroupmsg", "getroommsg", "getp2pmsg", "delmsg")]
    public async Task History_is_read_to_its_end_and_shows_what_was_recalled()
    {
        await using var backEnd = new SdkBackEnd(server);
        var client = backEnd.Client;
        await using var ann = await backEnd.LoginAsync();
        var ben = server.NewUser();
        var place = await backEnd.NewGroupAsync(ann.UserId);
        await client.AddRoomMemberAsync(place, ann.UserId);
        var mids = new List<long>();
        for (var i = 0; i < 25; i++)
        {
            mids.Add((await client.SendGroupMessageAsync(ann.UserId, place, 30, $"{i}")).Mid);
            await client.SendRoomMessageAsync(ann.UserId, place, 30, $"{i}", mid: mids[i]);
            await (i % 2 == 0
                ? client.SendMessageAsync(ann.UserId, ben, 30, $"{i}", mid: mids[i])
                : client.SendMessageAsync(ben, ann.UserId, 31, $"{i}", mid: mids[i]));
        }

        Func<RtmHistoryQuery, Task<RtmHistoryPage>>[] ways =
        [
            query => client.GetGroupMessagesAsync(place, query),
            query => client.GetRoomMessagesAsync(place, query),
            query => client.GetP2PMessagesAsync(ben, ann.UserId, query),
        ];
        foreach (var way in ways)
        {
            Assert.Equal(mids, (await ReadAllAsync(way, new RtmHistoryQuery { Descending = false, Count = 7 })).Select(message => message.Mid));
            var down = await ReadAllAsync(way, new RtmHistoryQuery { Count = 20 });
            Assert.Equal(mids.AsEnumerable().Reverse(), down.Select(message => message.Mid));
        }

        var pair = await ReadAllAsync(ways[2], new RtmHistoryQuery { Descending = false });
        Assert.Equal(Enumerable.Range(0, 25).Select(i => i % 2 == 0 ? ann.UserId : ben), pair.Select(message => message.From));
        var typed = await ReadAllAsync(ways[2], new RtmHistoryQuery { MessageTypes = [31] });
        Assert.Equal(12, typed.Count);
        await SdkBackEnd.FailAsync(RtmErrorCode.NotGroupMember, client.GetGroupMessagesAsync(place, new() { UserId = ben }));

        await client.DeleteMessageAsync(mids[3], ann.UserId, place, RtmConversationType.Group);
        await client.DeleteMessageAsync(mids[4], ann.UserId, ben, RtmConversationType.P2P);
        await client.DeleteMessageAsync(12_345, ann.UserId, place, RtmConversationType.Room);
        var recalled = (await ReadAllAsync(ways[0], new RtmHistoryQuery())).Single(message => message.IsDeleted);
        Assert.Equal((mids[3], ""), (recalled.Mid, recalled.Text));
        Assert.Equal(mids[4], (await ReadAllAsync(ways[2], new RtmHistoryQuery())).Single(message => message.IsDeleted).Mid);
        await SdkBackEnd.FailAsync(RtmErrorCode.InvalidParameter, client.DeleteMessageAsync(1, 2, 3, RtmConversationType.None));
    }

    [Theory]
    [InlineData(BackEndServer.Urls)]
    [InlineData(BackEndServer.Jsons)]
    public async Task A_file_in_history_tells_its_address_in_both_forms(long pid)
    {
        await using var backEnd = new SdkBackEnd(server, pid);
        var page = await backEnd.Client.GetGroupMessagesAsync(BackEndServer.FileGroup, new() { Descending = false });
        var files = page.Messages.Where(message => message.IsFile).Select(message => message.Content.ToFileInfo().Url);
        Assert.Equal(BackEndServer.Files.Select(file => file.Url), files);
    }

    private static async Task<List<RtmHistoryMessage>> ReadAllAsync(Func<RtmHistoryQuery, Task<RtmHistoryPage>> read, RtmHistoryQuery first)
    {
        var all = new List<RtmHistoryMessage>();
        for (RtmHistoryQuery? query = first; query is not null;)
        {
            var page = await read(query);
            all.AddRange(page.Messages);
            query = page.Next;
        }

        return all;
    }
}
