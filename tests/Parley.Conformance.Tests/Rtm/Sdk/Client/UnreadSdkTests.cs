using Parley.Conformance.Tests.Support;
using Parley.Rtm.Client;

namespace Parley.Conformance.Tests.Rtm.Sdk.Client;

/// <summary>What is unread, through the SDK (rtm-client.md §1.8, §4.6, §5.5, §10.1).</summary>
public sealed class UnreadSdkTests(SdkServer server)
{
    [Fact]
    [CoversBySdk("pushunread", "checkunreadmsg", "getunread", "getunreadmsg", "getp2punread", "getgroupunread", "getsession")]
    public async Task Who_was_away_is_told_what_waits()
    {
        await using var ann = await server.LoginAsync();
        var ben = server.NewUser();
        var gid = await server.NewGroupAsync(ann.Id, ben);
        await ann.Client.SendToUserAsync(ben, new RtmDraft("1", 51));
        var second = await ann.Client.SendToUserAsync(ben, new RtmDraft("2", 52));
        var toGroup = await ann.Client.SendToGroupAsync(gid, "3");

        await using var back = await server.LoginAsync(ben, change: o => o with { WantsUnread = true });
        var pushed = (await back.NextAsync<RtmUnreadPush>()).Unread;
        foreach (var unread in new[]
        {
            pushed, await back.Client.CheckUnreadAsync(), await back.Client.CheckUnreadMessagesAsync(), await back.Client.GetUnreadAsync(),
        })
        {
            Assert.Equal([ann.Id], unread.Users);
            Assert.Equal([gid], unread.Groups);
            Assert.False(unread.Broadcast);
        }
        var counts = await back.Client.GetUnreadCountsAsync();
        Assert.Equal(new Dictionary<long, int> { [ann.Id] = 2 }, counts.Users);
        Assert.Equal(new Dictionary<long, int> { [gid] = 1 }, counts.Groups);
        var details = await back.Client.GetUserUnreadAsync([ann.Id], types: [52]);
        Assert.Equal(1, details.Counts[ann.Id]);
        Assert.Equal(second.Time!.Value.ToUnixTimeMilliseconds(), details.LastTimes[ann.Id]);
        details = await back.Client.GetGroupUnreadAsync([gid], since: toGroup.Time!.Value.ToUnixTimeMilliseconds() - 1);
        Assert.Equal(1, details.Counts[gid]);
        details = await back.Client.GetGroupUnreadAsync([gid], since: toGroup.Time!.Value.ToUnixTimeMilliseconds());
        Assert.Equal(0, details.Counts[gid]);
        await Expect.CodeAsync(200033, () => back.Client.GetUserUnreadAsync([]));
        await Expect.CodeAsync(200032, () => back.Client.GetGroupUnreadAsync([.. Enumerable.Range(1, 101)]));
        var sessions = await back.Client.GetSessionsAsync();
        Assert.Equal(second.Time!.Value.ToUnixTimeMilliseconds(), sessions.Users[ann.Id]);
        Assert.Equal(toGroup.Time!.Value.ToUnixTimeMilliseconds(), sessions.Groups[gid]);

        // reading one conversation clears it, and no other
        await back.Client.GetWindowAsync(ann.Conversation);
        var left = await back.Client.CheckUnreadAsync();
        Assert.Empty(left.Users);
        Assert.Equal([gid], left.Groups);
    }

    [Theory]
    [InlineData("cleanunread")]
    [InlineData("cleanunreadmsg")]
    [InlineData("getunread")]
    [CoversBySdk("cleanunread", "cleanunreadmsg", "getunread")]
    public async Task Everything_can_be_marked_as_read(string by)
    {
        await using var ann = await server.LoginAsync();
        var ben = server.NewUser();
        await ann.Client.SendToUserAsync(ben, "x");
        await using var back = await server.LoginAsync(ben);
        Assert.Equal([ann.Id], (await back.Client.CheckUnreadAsync()).Users);
        if (by == "cleanunread")
            await back.Client.ClearUnreadAsync();
        else if (by == "cleanunreadmsg")
            await back.Client.ClearUnreadMessagesAsync();
        else
            Assert.Equal([ann.Id], (await back.Client.GetUnreadAsync(clear: true)).Users);
        Assert.Empty((await back.Client.CheckUnreadAsync()).Users);
    }

    [Fact]
    [CoversBySdk("pushmsg", "pushunread")]
    public async Task What_the_application_has_no_room_for_stays_unread()
    {
        await using var ann = await server.LoginAsync();
        await using var deaf = new RtmClient(server.OptionsOf(server.NewUser()) with { PushQueueCapacity = 1 });
        await deaf.ConnectAsync();
        await ann.Client.SendToUserAsync(deaf.UserId, "taken");
        await Wait.Until(() => deaf.PushesWaiting == 1, "the first push");
        var gid = await server.NewGroupAsync(ann.Id, deaf.UserId);
        await ann.Client.SendToGroupAsync(gid, "refused");
        await Wait.Until(async () => (await deaf.CheckUnreadAsync()).Groups.Count == 1, "the refused push is unread");
        Assert.Equal([gid], (await deaf.CheckUnreadAsync()).Groups);
    }
}
