using System.Text.Json;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>Groups (beehive.md §10.3).</summary>
public sealed class GroupTests(ListendServer server, SmallListendServer small)
{
    private const uint Joined = 0x0350;
    private const uint Left = 0x0352;
    private const uint Kicked = 0x0354;
    private const uint Gagged = 0x0356;
    private const uint Ungagged = 0x0358;
    private const uint Listed = 0x0360;
    private const uint Unlisted = 0x0362;
    private const uint ManagerAdded = 0x0364;
    private const uint ManagerRemoved = 0x0366;

    [Fact]
    [CoversBeehive("0301", "0302", "20009")]
    public async Task CREAT_honours_a_free_gid_and_gives_another_for_one_that_is_taken_or_0()
    {
        await using var ann = await server.LoginAsync();
        var wish = 5_000_000 + BeehiveHttpServer.NewId();
        (await ann.AskAsync(0x0301, (1, ann.UserId), (2, wish), (3, "name"), (4, ""))).Is((1, 0), (2, "Ok"), (3, wish));
        foreach (var gid in new[] { wish, 0 })
        {
            var ack = await ann.AskAsync(0x0301, (1, ann.UserId), (2, gid), (3, ""), (4, "desc"));
            Assert.InRange(ack.Is((1, 0), (2, "Ok"), (3, ack.Int(3))).Int(3), 1_000_000_000, 1L << 53);
        }
        await ann.FailAsync(20009, 0x0301, (1, ann.UserId + 1), (2, 0), (3, "n"), (4, "d"));
        await ann.FailAsync(10018, 0x0301, (1, ann.UserId), (2, 0), (3, new string('n', 256)), (4, "d"));
        Assert.Equal([(ann.UserId, 1)], await ListAsync(ann, wish));
        await ann.ExpectNoPushAsync();
    }

    [Theory]
    [CoversBeehive("0305", "0306", "0350", "0307", "0308", "0352", "20007", "20009", "20011")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    [InlineData(Speech.WebSocket)]
    public async Task JOIN_and_QUIT_are_told_to_all_members(Speech speech)
    {
        await using var world = await GroupWorld.OfAsync(server, speech, 1);
        await using var ben = await server.LoginAsync(speech);
        await world.JoinAsync(ben);
        await ben.DoneAsync(0x0305, (1, ben.UserId), (2, world.Gid)); // a member already
        await world.Owner.ExpectNoPushAsync();
        await ben.DoneAsync(0x0307, (1, ben.UserId), (2, world.Gid));
        await world.ExpectAsync(Left, ben.UserId, [world.Owner, ben]);
        await ben.DoneAsync(0x0307, (1, ben.UserId), (2, world.Gid)); // no member
        await world.Owner.ExpectNoPushAsync();
        foreach (var command in new uint[] { 0x0305, 0x0307 })
        {
            await ben.FailAsync(20007, command, (1, ben.UserId), (2, BeehiveHttpServer.NewId()));
            await ben.FailAsync(20009, command, (1, world.Owner.UserId), (2, world.Gid));
            await ben.FailAsync(20011, command, (1, ben.UserId), (2, 0));
        }
    }

    [Fact]
    [CoversBeehive("0307", "0352", "0318")]
    public async Task When_the_owner_quits_the_oldest_manager_follows_else_the_oldest_member_and_the_last_one_ends_the_group()
    {
        await using var world = await GroupWorld.OfAsync(server, Speech.Tcp, 4);
        await world.Owner.DoneAsync(0x0318, (1, world.Members[3].UserId), (2, world.Gid));
        await world.ExpectAsync(ManagerAdded, world.Members[3].UserId, world.Members);
        long[] owners = [world.Owner.UserId, world.Members[3].UserId, world.Members[1].UserId, world.Members[2].UserId];
        foreach (var owner in owners)
        {
            var peer = world.Members.Single(member => member.UserId == owner);
            Assert.Equal(1, (await ListAsync(peer, world.Gid)).Single(member => member.Uid == owner).Role);
            await peer.DoneAsync(0x0307, (1, owner), (2, world.Gid));
        }
        await world.Members[2].FailAsync(20007, 0x0305, (1, world.Members[2].UserId), (2, world.Gid)); // there is no such group any more
    }

    [Fact]
    [CoversBeehive("0303", "0304", "0352", "10005", "20007", "20009")]
    public async Task DISMISS_is_the_owners_and_everybody_is_told()
    {
        await using var world = await GroupWorld.OfAsync(server, Speech.Tcp, 3);
        await world.Owner.DoneAsync(0x0318, (1, world.Members[1].UserId), (2, world.Gid));
        await world.ExpectAsync(ManagerAdded, world.Members[1].UserId, world.Members);
        foreach (var peer in world.Members.Skip(1))
            await peer.FailAsync(10005, 0x0303, (1, peer.UserId), (2, world.Gid));
        await world.Owner.FailAsync(20009, 0x0303, (1, world.Members[1].UserId), (2, world.Gid));
        await world.Owner.DoneAsync(0x0303, (1, world.Owner.UserId), (2, world.Gid));
        await world.ExpectAsync(Left, world.Owner.UserId, world.Members);
        await world.Owner.FailAsync(20007, 0x0303, (1, world.Owner.UserId), (2, world.Gid));
        await world.Members[2].FailAsync(20007, 0x030B, Chat(world.Members[2], world.Gid));
    }

    [Theory]
    [CoversBeehive("0309", "030A", "0350", "10005", "20007", "20009", "20011")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocketSeed)]
    public async Task INVITE_takes_the_invited_in_at_once_and_tells_him_and_all(Speech speech)
    {
        await using var world = await GroupWorld.OfAsync(server, speech, 2);
        await using var ben = await server.LoginAsync(speech);
        await using var eve = await server.LoginAsync(speech);
        await eve.FailAsync(10005, 0x0309, (1, eve.UserId), (2, world.Gid), (3, ben.UserId));
        await eve.FailAsync(20007, 0x0309, (1, eve.UserId), (2, BeehiveHttpServer.NewId()), (3, ben.UserId));
        await eve.FailAsync(20009, 0x0309, (1, world.Owner.UserId), (2, world.Gid), (3, eve.UserId));
        await eve.FailAsync(20011, 0x0309, (1, eve.UserId), (2, world.Gid), (3, 0));
        var member = world.Members[1];
        await member.DoneAsync(0x0309, (1, member.UserId), (2, world.Gid), (3, ben.UserId));
        var pushes = await ben.DrainAsync();
        pushes.Single(push => push.Command == 0x0309).Is((1, member.UserId), (2, world.Gid), (3, ben.UserId));
        Assert.Equal(2, pushes.Count);
        await world.ExpectAsync(Joined, ben.UserId, world.Members);
        await member.DoneAsync(0x0309, (1, member.UserId), (2, world.Gid), (3, ben.UserId)); // a member already
        await world.Owner.ExpectNoPushAsync();
        Assert.Contains((ben.UserId, 0), await ListAsync(ben, world.Gid));
    }

    [Theory]
    [CoversBeehive("030B", "030C", "10005", "20005", "20007", "20009")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    [InlineData(Speech.WebSocket)]
    public async Task GROUP_CHAT_reaches_all_sessions_but_the_one_that_said_it(Speech speech)
    {
        await using var world = await GroupWorld.OfAsync(server, speech, 3);
        await using var own = await server.LoginAsync(uid: world.Owner.UserId);
        await using var eve = await server.LoginAsync(speech);
        (int, object)[][] bodies =
        [
            Chat(world.Owner, world.Gid), [.. Chat(world.Owner, world.Gid, ""), (6, new byte[] { 0, 255 }), (99, "unknown")],
        ];
        foreach (var body in bodies)
        {
            await world.Owner.DoneAsync(0x030B, body);
            foreach (var peer in new[] { own, world.Members[1], world.Members[2] })
            {
                var push = (await peer.NextPushAsync(0x030B)).Is(body);
                Assert.Equal(world.Owner.Sequence, push.Seq);
                Assert.Equal(peer.IsSeed ? (0, 0ul) : (world.Owner.SessionId, world.Owner.Sequence), (push.Dsid, push.Dseq));
            }
        }
        await world.Owner.ExpectNoPushAsync();
        await eve.FailAsync(10005, 0x030B, Chat(eve, world.Gid)); // no member
        await eve.FailAsync(20007, 0x030B, Chat(eve, BeehiveHttpServer.NewId()));
        await eve.FailAsync(20007, 0x030B, Chat(eve, 0));
        await eve.FailAsync(20009, 0x030B, Chat(world.Owner, world.Gid));
        (await eve.AskBodyAsync(0x030B, [0xFF])).Is((1, 20005), (2, "Body is invalid!"));
    }

    [Fact]
    [CoversBeehive("030D", "030E", "0354", "10005", "20007", "20011")]
    public async Task KICK_is_for_owner_and_managers_and_never_of_the_owner()
    {
        await using var world = await GroupWorld.OfAsync(server, Speech.Tcp, 4);
        var (owner, manager, member, other) = (world.Owner, world.Members[1], world.Members[2], world.Members[3]);
        await owner.DoneAsync(0x0318, (1, manager.UserId), (2, world.Gid));
        await world.ExpectAsync(ManagerAdded, manager.UserId, world.Members);
        await member.FailAsync(10005, 0x030D, (1, other.UserId), (2, world.Gid));
        await manager.FailAsync(10005, 0x030D, (1, owner.UserId), (2, world.Gid));
        await owner.FailAsync(10005, 0x030D, (1, owner.UserId), (2, world.Gid));
        await owner.FailAsync(20007, 0x030D, (1, member.UserId), (2, BeehiveHttpServer.NewId()));
        await owner.FailAsync(20011, 0x030D, (1, 0), (2, world.Gid));
        await manager.DoneAsync(0x030D, (1, member.UserId), (2, world.Gid));
        await world.ExpectAsync(Kicked, member.UserId, world.Members); // the kicked one too
        await owner.DoneAsync(0x030D, (1, member.UserId), (2, world.Gid)); // is none any more
        await owner.ExpectNoPushAsync();
        await member.FailAsync(10005, 0x030B, Chat(member, world.Gid));
        await owner.DoneAsync(0x030D, (1, manager.UserId), (2, world.Gid));
        Assert.Equal([(owner.UserId, 1), (other.UserId, 0)], (await ListAsync(owner, world.Gid)).Order());
        await world.SettleAsync();
        await world.JoinAsync(member, [owner, other]); // no blacklist
    }

    [Fact]
    [CoversBeehive("0310", "0311", "0312", "0313", "0356", "0358", "10005")]
    public async Task A_gag_silences_a_member_who_still_hears_and_that_of_everyone_spares_owner_and_managers()
    {
        await using var world = await GroupWorld.OfAsync(server, Speech.Tcp, 3);
        var (owner, manager, member) = (world.Owner, world.Members[1], world.Members[2]);
        await owner.DoneAsync(0x0318, (1, manager.UserId), (2, world.Gid));
        await world.ExpectAsync(ManagerAdded, manager.UserId, world.Members);
        await member.FailAsync(10005, 0x0310, (1, manager.UserId), (2, world.Gid));
        await member.FailAsync(10005, 0x0312, (1, member.UserId), (2, world.Gid));
        foreach (var uid in new[] { member.UserId, 0 })
        {
            await manager.DoneAsync(0x0310, (1, uid), (2, world.Gid));
            await world.ExpectAsync(Gagged, uid, world.Members);
            await member.FailAsync(10005, 0x030B, Chat(member, world.Gid));
            foreach (var speaker in new[] { owner, manager })
            {
                await speaker.DoneAsync(0x030B, Chat(speaker, world.Gid));
                await member.NextPushAsync(0x030B);
            }
            await owner.NextPushAsync(0x030B);
            await manager.NextPushAsync(0x030B);
            await owner.DoneAsync(0x0312, (1, uid), (2, world.Gid));
            await world.ExpectAsync(Ungagged, uid, world.Members);
            await member.DoneAsync(0x030B, Chat(member, world.Gid));
            await owner.NextPushAsync(0x030B);
            await manager.NextPushAsync(0x030B);
        }
        await owner.DoneAsync(0x0310, (1, manager.UserId), (2, world.Gid)); // one by himself, manager or not
        await world.ExpectAsync(Gagged, manager.UserId, world.Members);
        await manager.FailAsync(10005, 0x030B, Chat(manager, world.Gid));
        await owner.DoneAsync(0x0312, (1, 0), (2, world.Gid)); // lifts all
        await manager.DoneAsync(0x030B, Chat(manager, world.Gid));
    }

    [Fact]
    [CoversBeehive("0314", "0315", "0316", "0317", "0360", "0362", "10005")]
    public async Task The_blacklist_throws_a_member_out_who_cannot_come_back_by_any_way()
    {
        await using var world = await GroupWorld.OfAsync(server, Speech.Tcp, 3);
        var (owner, manager, member) = (world.Owner, world.Members[1], world.Members[2]);
        await owner.DoneAsync(0x0318, (1, manager.UserId), (2, world.Gid));
        await world.ExpectAsync(ManagerAdded, manager.UserId, world.Members);
        await member.FailAsync(10005, 0x0314, (1, manager.UserId), (2, world.Gid));
        await member.FailAsync(10005, 0x0316, (1, manager.UserId), (2, world.Gid));
        await manager.FailAsync(10005, 0x0314, (1, owner.UserId), (2, world.Gid));
        await manager.DoneAsync(0x0314, (1, member.UserId), (2, world.Gid));
        await world.ExpectAsync(Listed, member.UserId, world.Members);
        (await member.AskAsync(0x0305, (1, member.UserId), (2, world.Gid))).Is((1, 10005), (2, "User is in blacklist!"));
        await owner.FailAsync(10005, 0x0309, (1, owner.UserId), (2, world.Gid), (3, member.UserId));
        await member.FailAsync(10005, 0x030B, Chat(member, world.Gid));
        Assert.Equal([(owner.UserId, 1), (manager.UserId, 2)], (await ListAsync(owner, world.Gid)).Order());
        await owner.DoneAsync(0x0316, (1, member.UserId), (2, world.Gid));
        await world.ExpectAsync(Unlisted, member.UserId, [owner, manager]);
        await world.JoinAsync(member, [owner, manager]);
    }

    [Fact]
    [CoversBeehive("0318", "0319", "031A", "031B", "0364", "0366", "10005")]
    public async Task Managers_are_the_owners_affair()
    {
        await using var world = await GroupWorld.OfAsync(server, Speech.Tcp, 3);
        var (owner, manager, member) = (world.Owner, world.Members[1], world.Members[2]);
        await using var stranger = await server.LoginAsync();
        await owner.DoneAsync(0x0318, (1, manager.UserId), (2, world.Gid));
        await world.ExpectAsync(ManagerAdded, manager.UserId, world.Members);
        await owner.DoneAsync(0x0318, (1, manager.UserId), (2, world.Gid));
        foreach (var peer in new[] { manager, member, stranger })
        {
            await peer.FailAsync(10005, 0x0318, (1, member.UserId), (2, world.Gid));
            await peer.FailAsync(10005, 0x031A, (1, manager.UserId), (2, world.Gid));
        }
        await owner.FailAsync(10005, 0x0318, (1, stranger.UserId), (2, world.Gid));
        await owner.FailAsync(10005, 0x0318, (1, owner.UserId), (2, world.Gid));
        await owner.FailAsync(20007, 0x0318, (1, member.UserId), (2, BeehiveHttpServer.NewId()));
        await owner.DoneAsync(0x031A, (1, manager.UserId), (2, world.Gid));
        await world.ExpectAsync(ManagerRemoved, manager.UserId, world.Members);
        await manager.FailAsync(10005, 0x030D, (1, member.UserId), (2, world.Gid));
    }

    [Fact]
    [CoversBeehive("031C", "031D", "10005", "20007")]
    public async Task USR_LIST_is_for_members_and_as_long_as_asked()
    {
        await using var world = await GroupWorld.OfAsync(server, Speech.Tcp, 3);
        await world.Owner.DoneAsync(0x0318, (1, world.Members[1].UserId), (2, world.Gid));
        await world.ExpectAsync(ManagerAdded, world.Members[1].UserId, world.Members);
        (long, int)[] all = [(world.Owner.UserId, 1), (world.Members[1].UserId, 2), (world.Members[2].UserId, 0)];
        foreach (var num in new[] { 0, 3, 4_000_000_000L })
            Assert.Equal(all, (await ListAsync(world.Members[2], world.Gid, num)).Order());
        Assert.Equal(2, (await ListAsync(world.Members[2], world.Gid, 2)).Count);
        await using var eve = await server.LoginAsync();
        foreach (var (gid, code) in new[] { (world.Gid, 10005), (BeehiveHttpServer.NewId(), 20007), (0L, 20007) })
        {
            var seq = await eve.SendAsync(0x031C, (1, gid), (2, 0));
            Assert.Equal(code, (await eve.ExpectAnswerAsync(0x010B, seq)).Int(1)); // its ack has no code
        }
    }

    [Fact]
    [CoversBeehive("0305", "0309", "10005", "5.8")]
    public async Task A_full_group_takes_nobody_in()
    {
        await using var world = await GroupWorld.OfAsync(small, Speech.Tcp, SmallListendServer.GroupMembers);
        await using var late = await small.LoginAsync();
        await late.FailAsync(10005, 0x0305, (1, late.UserId), (2, world.Gid));
        await world.Owner.FailAsync(10005, 0x0309, (1, world.Owner.UserId), (2, world.Gid), (3, late.UserId));
        await ListendWorld.ConfigureAsync(small.Process, $"/im/group/config?action=set&option=cap&gid={world.Gid}&cap={SmallListendServer.GroupMembers + 1}");
        await world.JoinAsync(late);
        await ListendWorld.ConfigureAsync(small.Process, $"/im/group/config?action=set&option=cap&gid={world.Gid}&cap=1");
        Assert.Equal(SmallListendServer.GroupMembers + 1, (await ListAsync(late, world.Gid)).Count); // nobody is removed
    }

    [Fact]
    [CoversBeehive("0305", "030B", "10005")]
    public async Task A_closed_group_is_silent_and_takes_nobody_in()
    {
        await using var world = await GroupWorld.OfAsync(server, Speech.Tcp, 2);
        await using var late = await server.LoginAsync();
        await ListendWorld.ConfigureAsync(server.Process, $"/im/group/config?action=off&option=switch&gid={world.Gid}");
        foreach (var peer in world.Members)
            await peer.FailAsync(10005, 0x030B, Chat(peer, world.Gid));
        await late.FailAsync(10005, 0x0305, (1, late.UserId), (2, world.Gid));
        await ListendWorld.ConfigureAsync(server.Process, $"/im/group/config?action=on&option=switch&gid={world.Gid}");
        await world.Owner.DoneAsync(0x030B, Chat(world.Owner, world.Gid));
        await world.SettleAsync();
        await world.JoinAsync(late);
    }

    [Fact]
    [CoversBeehive("010D", "030B")]
    public async Task What_was_said_while_a_member_was_away_comes_on_SYNC_once_and_nothing_from_before()
    {
        await using var world = await GroupWorld.OfAsync(server, Speech.Tcp, 1);
        await world.Owner.DoneAsync(0x030B, Chat(world.Owner, world.Gid, "before joining"));
        var (uid, sid) = (BeehiveHttpServer.NewId(), 0L);
        await using (var ben = await server.LoginAsync(uid: uid))
        {
            sid = ben.SessionId;
            await world.JoinAsync(ben);
            await ben.AskAsync(0x010D, (1, uid));
            await world.Owner.DoneAsync(0x030B, Chat(world.Owner, world.Gid, "heard"));
            await ben.NextPushAsync(0x030B);
            await ben.AskAsync(0x0103);
            await ben.ExpectClosedAsync();
        }
        (int, object)[][] missed = [Chat(world.Owner, world.Gid, "one"), [.. Chat(world.Owner, world.Gid, "two"), (6, "data"), (77, 1)]];
        foreach (var body in missed)
            await world.Owner.DoneAsync(0x030B, body);
        await using (var back = await server.LoginAsync(uid: uid, sid: sid))
        {
            await back.AskAsync(0x010D, (1, uid));
            var pushes = await back.DrainAsync();
            Assert.Equal(missed.Length, pushes.Count);
            for (var i = 0; i < missed.Length; i++)
                Assert.Equal(0x030Bu, pushes[i].Is(missed[i]).Command);
            await back.AskAsync(0x010D, (1, uid));
            await back.ExpectNoPushAsync();
        }
    }

    [Fact]
    [CoversBeehive("010D", "030B")]
    public async Task Of_many_missed_messages_of_a_group_the_newest_ones_come()
    {
        await using var world = await GroupWorld.OfAsync(small, Speech.Tcp, 1);
        var uid = BeehiveHttpServer.NewId();
        long sid;
        await using (var ben = await small.LoginAsync(uid: uid))
        {
            sid = ben.SessionId;
            await world.JoinAsync(ben);
            await ben.AskAsync(0x0103);
            await ben.ExpectClosedAsync();
        }
        for (var i = 0; i <= SmallListendServer.PendingGroupMessages; i++)
            await world.Owner.DoneAsync(0x030B, Chat(world.Owner, world.Gid, $"m{i}"));
        await using var back = await small.LoginAsync(uid: uid, sid: sid);
        await back.AskAsync(0x010D, (1, uid));
        Assert.Equal(
            Enumerable.Range(1, SmallListendServer.PendingGroupMessages).Select(i => $"m{i}"), (await back.DrainAsync()).Select(push => push.Text(5)));
    }

    private static (int, object)[] Chat(BeehivePeer peer, long gid, string text = "hi") =>
        [(1, peer.UserId), (2, gid), (3, 2), (4, 1_500_000_000), (5, text)];

    private static async Task<List<(long Uid, int Role)>> ListAsync(BeehivePeer peer, long gid, long num = 0)
    {
        var ack = await peer.AskAsync(0x031C, (1, gid), (2, num));
        ack.Is((1, gid), (2, ack.Text(2)));
        return [.. JsonDocument.Parse(ack.Text(2)).RootElement.EnumerateArray().Select(
            one => (one.GetProperty("uid").GetInt64(), one.GetProperty("role").GetInt32()))];
    }
}
