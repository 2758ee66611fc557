using System.Text.Json.Nodes;
using Parley.Conformance.Tests.Beehive.Listend;
using Parley.Conformance.Tests.GoIm;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Rtm.Backend;
using Parley.Rtm.Client;
using static Parley.Conformance.Tests.OpenIm.Gateway.Support.OpenImGatewayApi;
using static Parley.Conformance.Tests.OpenIm.Gateway.Support.OpenImNotice;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>Groups that other protocols change: an OpenIM client looks again only when it is told (openim.md §7, §8.7, §12).</summary>
public sealed class GroupsElsewhereTests(OpenImGatewayServer server)
{
    [Fact]
    [CoversOpenImGateway("1508", "1509")]
    public async Task What_an_RTM_back_end_does_comes_from_the_first_manager_online_and_by_pull()
    {
        await using var ann = await server.LoginAsync(nickname: "Ann");
        var (ben, group, other) = (OpenImGatewayServer.NewId(), OpenImGatewayServer.NewId(), OpenImGatewayServer.NewId());
        var token = await RegisterAsync(server.Api, ben, nickname: "Ben"); // away
        await using var backEnd = await BackEndAsync();
        await ChangeAsync(backEnd, "addgroupmembers", group, ann.UserId, ben, other);
        var notice = await OpenImNotice.NextAsync(ann, Invited, group, Manager, ann.UserId, ben, other);
        Assert.Equal((3, 2), (notice.Group.Int(8), notice.Tips.Inner(2).Int(7)));
        Assert.Equal($"Ann, Ben, {other} joined the group", notice.Sentence); // who has no nickname has its id
        Assert.Equal([group], await GroupsAsync(server, ann));
        await ChangeAsync(backEnd, "addgroupmembers", group, ann.UserId, ben); // members already
        await ChangeAsync(backEnd, "addgroupmembers", group, ben, RtmWorld.Admin.ToString());
        await OpenImNotice.NextAsync(ann, Invited, group, Manager, RtmWorld.Admin.ToString());
        await ChangeAsync(backEnd, "delgroupmembers", group, "5"); // no member
        await ChangeAsync(backEnd, "delgroupmembers", group, "5", ben);
        Assert.Equal("Ben was removed from the group", (await OpenImNotice.NextAsync(ann, Kicked, group, Manager, ben)).Sentence);
        for (var i = 0; i < 2; i++)
            await backEnd.DoneAsync("delgroup", ("gid", long.Parse(group)));
        notice = await OpenImNotice.NextAsync(ann, Kicked, group, Manager, ann.UserId); // itself: so it drops the group
        Assert.Equal((2, 0), (notice.Group.Int(10), notice.Group.Int(8)));
        Assert.Equal("the group was dissolved", notice.Sentence);
        Assert.Empty(await GroupsAsync(server, ann));
        Assert.Equal(4, await ann.NewestAsync());

        await using var back = await OpenImGatewayPeer.ConnectAsync(server.Gate, ben, token);
        var all = await back.PullAllAsync();
        Assert.Equal(3, all.Count);
        OfGroup(all[0], ben, Invited, group, Manager, ann.UserId, ben, other);
        OfGroup(all[1], ben, Invited, group, Manager, RtmWorld.Admin.ToString());
        OfGroup(all[2], ben, Kicked, group, Manager, ben);
        await using var late = await server.LoginAsync(other); // had no inbox: nothing was put anywhere
        Assert.Equal(0, await late.NewestAsync());
    }

    [Fact]
    [CoversOpenImGateway("1508", "1509")]
    public async Task What_members_do_over_RTM_comes_from_them_and_who_removes_itself_left()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var group = OpenImGatewayServer.NewId();
        await using var backEnd = await BackEndAsync();
        await using var rtm = await server.RtmAsync(OpenImGatewayServer.NewId());
        var me = $"{rtm.UserId}";
        await ChangeAsync(backEnd, "addgroupmembers", group, me, ann.UserId);
        await OpenImNotice.NextAsync(ann, Invited, group, Manager, me, ann.UserId);
        await rtm.OkAsync("addgroupmembers", ("gid", long.Parse(group)), ("uids", new[] { long.Parse(ben.UserId), rtm.UserId }));
        foreach (var peer in new[] { ann, ben })
            await OpenImNotice.NextAsync(peer, Invited, group, me, ben.UserId);
        Assert.Equal([group], await GroupsAsync(server, ben));
        await rtm.OkAsync("delgroupmembers", ("gid", long.Parse(group)), ("uids", new[] { long.Parse(ann.UserId), 5 }));
        foreach (var peer in new[] { ann, ben })
            await OpenImNotice.NextAsync(peer, Kicked, group, me, ann.UserId);
        Assert.Empty(await GroupsAsync(server, ann));
        await rtm.OkAsync("delgroupmembers", ("gid", long.Parse(group)), ("uids", new[] { rtm.UserId }));
        var notice = await OpenImNotice.NextAsync(ben, Kicked, group, me, me);
        Assert.Equal($"{me} left the group", notice.Sentence);
        Assert.Equal((3, 3), (await ann.NewestAsync(), await ben.NewestAsync()));
    }

    [Fact]
    [CoversOpenImGateway("1508", "1509")]
    public async Task The_SDKs_of_RTM_do_the_same()
    {
        await using var ann = await server.LoginAsync();
        var (group, me) = (OpenImGatewayServer.NewId(), OpenImGatewayServer.NewId());
        await using var backEnd = new RtmBackendClient(new RtmBackendOptions
        {
            Endpoint = server.Process.Endpoints["RtmServer"].ToString(),
            Pid = RtmWorld.Pid,
            Secret = BackEnd.Secret,
        });
        await backEnd.AddGroupMembersAsync(long.Parse(group), [long.Parse(me), 5]);
        await using var client = new RtmClient(new RtmClientOptions
        {
            Gate = server.Process.Endpoints["RtmClient"].ToString(),
            ProjectId = RtmWorld.Pid,
            UserId = long.Parse(me),
            Token = await backEnd.GetTokenAsync(long.Parse(me)),
        });
        await Wait.For(client.ConnectAsync(), "the login");
        await client.AddGroupMembersAsync(long.Parse(group), [long.Parse(ann.UserId)]);
        await OpenImNotice.NextAsync(ann, Invited, group, me, ann.UserId);
        await client.RemoveGroupMembersAsync(long.Parse(group), [5]);
        await OpenImNotice.NextAsync(ann, Kicked, group, me, "5");
        await backEnd.DeleteGroupMembersAsync(long.Parse(group), [long.Parse(me)]);
        await OpenImNotice.NextAsync(ann, Kicked, group, Manager, me);
        await backEnd.DeleteGroupAsync(long.Parse(group));
        await OpenImNotice.NextAsync(ann, Kicked, group, Manager, ann.UserId);
        Assert.Equal(4, await ann.NewestAsync());
    }

    [Fact]
    [CoversOpenImGateway("1509")]
    public async Task Of_a_hundred_who_come_at_once_there_is_one_notification()
    {
        await using var ann = await server.LoginAsync();
        var group = OpenImGatewayServer.NewId();
        await using var backEnd = await BackEndAsync();
        await ChangeAsync(backEnd, "addgroupmembers", group, ann.UserId);
        await OpenImNotice.NextAsync(ann, Invited, group, Manager, ann.UserId);
        for (var i = 0; i < 2; i++)
        {
            var many = Enumerable.Range(800_000 + (100 * i), 100).Select(uid => $"{uid}").ToArray();
            await ChangeAsync(backEnd, "addgroupmembers", group, many);
            var notice = OpenImNotice.Of(await ann.NextAsync());
            Assert.Equal(1 + (100 * (i + 1)), notice.Group.Int(8));
            Assert.Equal(many.Take(notice.Named.Length), notice.Named); // as many as fit
            Assert.InRange(notice.Named.Length, 50, 100);
        }
        Assert.Equal(3, await ann.NewestAsync());
    }

    [Fact]
    [CoversOpenImGateway("1508", "1509")]
    public async Task Topics_of_GoIM_are_groups_that_come_and_go()
    {
        var topic = GoImServer.NewId("topic");
        await using var ann = await server.LoginAsync(OpenImGatewayServer.NewName("ann"));
        await using var ben = await server.LoginAsync(OpenImGatewayServer.NewName("ben"));
        await using var annElsewhere = await server.GoImAsync(ann.UserId);
        await using var benElsewhere = await server.GoImAsync(ben.UserId);
        await annElsewhere.OkAsync("send_create_topic", topic);
        await annElsewhere.FailAsync("Topic already exists.", "send_create_topic", topic);
        await OpenImNotice.NextAsync(ann, Invited, topic, ann.UserId, ann.UserId);
        Assert.Equal([topic], await GroupsAsync(server, ann));
        await benElsewhere.OkAsync("send_join_topic", topic);
        await benElsewhere.FailAsync("You are already in the topic.", "send_join_topic", topic);
        foreach (var peer in new[] { ann, ben })
            await OpenImNotice.NextAsync(peer, Invited, topic, ben.UserId, ben.UserId);
        await annElsewhere.OkAsync("send_leave_topic", topic);
        foreach (var peer in new[] { ann, ben })
            Assert.Equal(1, (await OpenImNotice.NextAsync(peer, Kicked, topic, ann.UserId, ann.UserId)).Group.Int(8));
        Assert.Empty(await GroupsAsync(server, ann));
        await benElsewhere.OkAsync("send_leave_topic", topic); // the last one
        Assert.Equal(2, (await OpenImNotice.NextAsync(ben, Kicked, topic, ben.UserId, ben.UserId)).Group.Int(10));
        Assert.Empty(await GroupsAsync(server, ben));
        Assert.Equal((3, 3), (await ann.NewestAsync(), await ben.NewestAsync()));
    }

    [Fact]
    [CoversOpenImGateway("1508", "1509")]
    public async Task Groups_of_beehive_come_and_go_whether_members_or_an_operator_do_it()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var owner = await ListendWorld.LoginAsync(server.Process, long.Parse(ann.UserId));
        await using var guest = await ListendWorld.LoginAsync(server.Process, long.Parse(ben.UserId));
        var gid = (await owner.AskAsync(0x0301, (1, owner.UserId), (2, 0), (3, "Bees"), (4, "about"))).Int(3);
        var group = $"{gid}";
        var notice = await OpenImNotice.NextAsync(ann, Invited, group, ann.UserId, ann.UserId);
        Assert.Equal(("Bees", "about", ann.UserId), (notice.Group.Text(2), notice.Group.Text(4), notice.Group.Text(6)));
        Assert.Equal([group], await GroupsAsync(server, ann));
        for (var i = 0; i < 2; i++)
            await owner.DoneAsync(0x0309, (1, owner.UserId), (2, gid), (3, guest.UserId)); // INVITE; the second time a member already
        await BothAsync(Invited, ann.UserId, ben.UserId);
        for (var i = 0; i < 2; i++)
            await owner.DoneAsync(0x030D, (1, guest.UserId), (2, gid)); // KICK
        await BothAsync(Kicked, ann.UserId, ben.UserId);
        Assert.Empty(await GroupsAsync(server, ben));
        for (var i = 0; i < 2; i++)
            await guest.DoneAsync(0x0305, (1, guest.UserId), (2, gid)); // JOIN
        await BothAsync(Invited, ben.UserId, ben.UserId);
        await guest.DoneAsync(0x0307, (1, guest.UserId), (2, gid)); // QUIT
        await BothAsync(Kicked, ben.UserId, ben.UserId);
        await guest.DoneAsync(0x0305, (1, guest.UserId), (2, gid));
        await BothAsync(Invited, ben.UserId, ben.UserId);
        for (var i = 0; i < 2; i++)
            await ListendWorld.ConfigureAsync(server.Process, $"/im/group/config?option=blacklist&action=add&gid={gid}&uid={ben.UserId}");
        await BothAsync(Kicked, Manager, ben.UserId);
        await ListendWorld.ConfigureAsync(server.Process, $"/im/group/config?option=close&gid={gid}");
        notice = await OpenImNotice.NextAsync(ann, Kicked, group, Manager, ann.UserId);
        Assert.Equal(("Bees", 2), (notice.Group.Text(2), notice.Group.Int(10)));
        gid = (await owner.AskAsync(0x0301, (1, owner.UserId), (2, 0), (3, ""), (4, ""))).Int(3);
        await OpenImNotice.NextAsync(ann, Invited, $"{gid}", ann.UserId, ann.UserId);
        await owner.DoneAsync(0x0303, (1, owner.UserId), (2, gid)); // DISMISS
        await OpenImNotice.NextAsync(ann, Kicked, $"{gid}", ann.UserId, ann.UserId);
        Assert.Empty(await GroupsAsync(server, ann));
        Assert.Equal((10, 6), (await ann.NewestAsync(), await ben.NewestAsync()));

        async Task BothAsync(int type, string actor, string named)
        {
            foreach (var peer in new[] { ann, ben })
                await OpenImNotice.NextAsync(peer, type, group, actor, named);
        }
    }

    [Fact]
    [CoversOpenImGateway("1508", "1509")]
    public async Task What_the_API_does_to_a_group_made_elsewhere_comes_once()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var group = OpenImGatewayServer.NewId();
        await using var backEnd = await BackEndAsync();
        await ChangeAsync(backEnd, "addgroupmembers", group, ann.UserId);
        await OpenImNotice.NextAsync(ann, Invited, group, Manager, ann.UserId);
        await server.ManageAsync("/group/invite_user_to_group", new() { ["groupID"] = group, ["invitedUserIDList"] = new JsonArray(ben.UserId) });
        await server.ManageAsync("/group/kick_group", new() { ["groupID"] = group, ["kickedUserIDList"] = new JsonArray(ben.UserId) });
        foreach (var peer in new[] { ann, ben })
        {
            await OpenImNotice.NextAsync(peer, Invited, group, Manager, ben.UserId);
            await OpenImNotice.NextAsync(peer, Kicked, group, Manager, ben.UserId);
        }
        Assert.Equal((3, 2), (await ann.NewestAsync(), await ben.NewestAsync()));
    }

    [Fact]
    [CoversOpenImGateway("1509")]
    public async Task What_happens_in_another_project_is_of_no_concern()
    {
        const long Other = RtmWorld.Pid + 1;
        await using var own = await OpenImGatewayServer.StartAsync(async seed =>
        {
            await seed.ProjectAsync(RtmWorld.Pid, new(), RtmWorld.Admin);
            await seed.ProjectAsync(Other, new(), RtmWorld.Admin);
        });
        var (api, gate) = (own.Endpoints["OpenImApi"], own.Endpoints["OpenImGateway"]);
        await using (var ann = await OpenImGatewayPeer.ConnectAsync(gate, "100001", await RegisterAsync(api, "100001")))
        {
            await using var elsewhere = await BackEnd.ConnectAsync(own.Endpoints["RtmServer"], Other);
            await ChangeAsync(elsewhere, "addgroupmembers", "20001", ann.UserId);
            await elsewhere.DoneAsync("addfriends", ("uid", 100_001L), ("friends", new[] { 5L }));
            await using var backEnd = await BackEnd.ConnectAsync(own.Endpoints["RtmServer"], RtmWorld.Pid);
            await ChangeAsync(backEnd, "addgroupmembers", "20002", ann.UserId);
            await OpenImNotice.NextAsync(ann, Invited, "20002", Manager, ann.UserId);
            Assert.Equal(1, await ann.NewestAsync());
        }
        await RtmServer.EndAsync(own);
    }

    private static Task ChangeAsync(BackEnd backEnd, string method, string group, params string[] users) =>
        backEnd.DoneAsync(method, ("gid", long.Parse(group)), ("uids", users.Select(long.Parse).ToArray()));

    private Task<BackEnd> BackEndAsync() => BackEnd.ConnectAsync(server.Process.Endpoints["RtmServer"], RtmWorld.Pid);
}
