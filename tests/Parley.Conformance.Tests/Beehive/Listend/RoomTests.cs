using System.Text;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>Rooms (beehive.md §10.4).</summary>
public sealed class RoomTests(ListendServer server)
{
    private const uint Joined = 0x0450;

    private static uint Left(BeehivePeer peer) => peer.IsSeed ? 0x0451u : 0x0452u;

    private static uint Kicked(BeehivePeer peer) => peer.IsSeed ? 0x0452u : 0x0454u;

    [Theory]
    [CoversBeehive("0401", "0402", "20009", "20011", "10018")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    public async Task CREAT_gives_a_new_rid_and_its_creator_is_not_inside(Speech speech)
    {
        await using var ann = await server.LoginAsync(speech);
        long before = 0;
        for (var i = 0; i < 2; i++)
        {
            var ack = await CreateAsync(ann);
            ack.Is((1, ann.UserId), (2, ack.Int(2)), (3, 0), (4, "Ok"));
            Assert.InRange(ack.Int(2), Math.Max(1_000_000_000, before + 1), 1L << 53);
            before = ack.Int(2);
        }
        Assert.Equal(20003, (await SayAsync(ann, before)).Int(4));
        (await CreateAsync(ann, uid: ann.UserId + 1)).Is((1, ann.UserId + 1), (2, 0), (3, 20009), (4, "Uid is collision!"));
        Assert.Equal(10018, (await CreateAsync(ann, name: new string('n', 256))).Int(3));
        if (ann.IsSeed)
            (await ann.AskAsync(0x0401, (1, ann.UserId), (3, "no rid"), (4, ""))).Is((1, 0), (2, 0), (3, 20011), (4, "Unmarshal body failed!"));
    }

    [Fact]
    [CoversBeehive("0405", "0406", "0407", "0408", "0450", "0452", "20009", "20011", "20012")]
    public async Task Any_rid_may_be_joined_again_and_again_and_quit_and_all_are_told_once()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync(Speech.WebSocketSeed);
        var rid = BeehiveHttpServer.NewId();
        var join = await ann.AskAsync(0x0405, (1, ann.UserId), (2, rid));
        join.Is((1, ann.UserId), (2, rid), (3, 0), (4, 0), (5, "Ok"));
        var notice = (await ann.NextPushAsync(0x0450)).Is((1, ann.UserId), (2, rid)); // the newcomer too
        Assert.True(notice.Number > join.Number);
        (await ann.AskAsync(0x0405, (1, ann.UserId), (2, rid))).Is((1, ann.UserId), (2, rid), (3, 0), (4, 0), (5, "Ok"));
        await ann.ExpectNoPushAsync();
        await ben.AskAsync(0x0405, (1, ben.UserId), (2, rid));
        (await ann.NextPushAsync(Joined)).Is((1, ben.UserId), (2, rid));
        (await ben.NextPushAsync(Joined)).Is((1, ben.UserId));
        for (var i = 0; i < 2; i++)
            (await ann.AskAsync(0x0407, (1, ann.UserId), (2, rid))).Is((1, ann.UserId), (2, rid), (3, 0), (4, "Ok"));
        (await ben.NextPushAsync(Left(ben))).Is((1, ann.UserId));
        await ben.ExpectNoPushAsync();
        await ann.ExpectNoPushAsync();
        (await ann.AskAsync(0x0405, (1, ben.UserId), (2, rid))).Is((1, ben.UserId), (2, rid), (3, 0), (4, 20009), (5, "Uid is collision!"));
        Assert.Equal(20011, (await ann.AskAsync(0x0405, (1, ann.UserId), (2, 0))).Int(4));
        (await ann.AskAsync(0x0407, (1, ben.UserId), (2, rid))).Is((1, ben.UserId), (2, rid), (3, 20009), (4, "Uid is collision!"));
        foreach (var (uid, room) in new[] { (0L, rid), (ann.UserId, 0L), (0L, 0L) })
            (await ann.AskAsync(0x0407, (1, uid), (2, room))).Is((1, uid), (2, room), (3, 20012), (4, "Check request failed!"));
    }

    [Theory]
    [CoversBeehive("040B", "040C", "0405", "6.7", "6.10")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    [InlineData(Speech.WebSocket)]
    public async Task With_room_for_two_the_third_sits_in_the_next_sub_group_and_hears_nothing_of_the_first(Speech speech)
    {
        var rid = BeehiveHttpServer.NewId();
        await ListendWorld.ConfigureAsync(server.Process, $"/im/room/config?action=set&option=cap&rid={rid}&cap=2");
        var peers = new List<BeehivePeer>();
        foreach (var gid in new[] { 0, 0, 1, 1, 2 })
        {
            var peer = await server.LoginAsync(speech);
            (await peer.AskAsync(0x0405, (1, peer.UserId), (2, rid))).Is((1, peer.UserId), (2, rid), (3, gid), (4, 0), (5, "Ok"));
            peers.Add(peer);
        }
        await SettleAsync(peers);
        foreach (var (speaker, gid, hearers) in new[] { (0, 0, new[] { 0, 1 }), (2, 1, [2, 3]), (4, 2, [4]) })
        {
            var from = peers[speaker];
            // clients always say 0; others fields keep their places, also unknown ones
            foreach (var said in new[] { 0, 77, gid })
            {
                (int, object)[] Body(int group) =>
                    [(1, from.UserId), (2, rid), (3, group), (4, 3), (5, 1_500_000_000), (6, "hi"), (7, new byte[] { 0, 255 }), (50, "unknown")];
                (await from.AskAsync(0x040B, Body(said))).Is((1, from.UserId), (2, rid), (3, gid), (4, 0), (5, "Ok"));
                foreach (var hearer in hearers)
                {
                    var push = (await NextAsync(peers[hearer], 0x040B)).Is(Body(gid)); // the speaker hears it too
                    Assert.Equal(from.Sequence, push.Seq);
                }
            }
        }
        foreach (var peer in peers)
            Assert.DoesNotContain(await peer.DrainAsync(), push => push.Command == 0x040B);

        // who quits frees the place
        await peers[0].AskAsync(0x0407, (1, peers[0].UserId), (2, rid));
        (await peers[0].AskAsync(0x0405, (1, peers[0].UserId), (2, rid))).Is((1, peers[0].UserId), (2, rid), (3, 0), (4, 0), (5, "Ok"));

        // a push reaches them all, with rising numbers
        await SettleAsync(peers);
        for (var number = 1; number <= 2; number++)
        {
            await server.PushAsync($"dim=room&rid={rid}&expire=0", [0, 1, 255]);
            foreach (var peer in peers)
                ExpectBroadcast(await NextAsync(peer, 0x040D), peer, rid, number, 0, [0, 1, 255]);
        }
        foreach (var peer in peers)
            await peer.DisposeAsync();
    }

    [Fact]
    [CoversBeehive("040B", "20003", "20009", "20011")]
    public async Task ROOM_CHAT_needs_a_seat_and_the_true_sender()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync(uid: ann.UserId);
        var rid = BeehiveHttpServer.NewId();
        await ben.AskAsync(0x0405, (1, ben.UserId), (2, rid)); // the seat is the session's, not the user's
        (await SayAsync(ann, rid)).Is((1, ann.UserId), (2, rid), (3, 0), (4, 20003), (5, "User isn't in room!"));
        (await ben.AskAsync(0x040B, ListendWorld.RoomChat(ben.UserId + 1, rid))).Is((1, ben.UserId + 1), (2, rid), (3, 0), (4, 20009), (5, "Uid is collision!"));
        Assert.Equal(20003, (await SayAsync(ben, 0)).Int(4));
        Assert.Equal(0, (await SayAsync(ben, rid)).Int(4));
        await ann.ExpectNoPushAsync();
    }

    [Fact]
    [CoversBeehive("0409", "040A", "0454", "10005", "20011", "20012")]
    public async Task KICK_is_the_owners_and_throws_all_sessions_of_the_user_out_for_good()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var second = await server.LoginAsync(Speech.WebSocket, ben.UserId);
        await using var eve = await server.LoginAsync(Speech.TcpSeed);
        var rid = (await CreateAsync(ann)).Int(2);
        foreach (var peer in new[] { ann, ben, second, eve })
            await peer.AskAsync(0x0405, (1, peer.UserId), (2, rid));
        await SettleAsync([ann, ben, second, eve]);
        foreach (var peer in new[] { ben, eve })
            (await peer.AskAsync(0x0409, (1, ann.UserId), (2, rid))).Is((1, ann.UserId), (2, rid), (3, 10005), (4, "You're not room owner!"));
        (await ann.AskAsync(0x0409, (1, ann.UserId), (2, rid))).Is((1, ann.UserId), (2, rid), (3, 10005), (4, "You're not room owner!"));
        (await ann.AskAsync(0x0409, (1, ben.UserId), (2, BeehiveHttpServer.NewId()))).Int(3);
        Assert.Equal(20012, (await ann.AskAsync(0x0409, (1, 0), (2, rid))).Int(3));

        (await ann.AskAsync(0x0409, (1, ben.UserId), (2, rid))).Is((1, ben.UserId), (2, rid), (3, 0), (4, "Ok"));
        foreach (var peer in new[] { ben, second })
        {
            (await peer.NextPushAsync(0x0409)).Is((1, ben.UserId), (2, rid));
            await peer.ExpectNoPushAsync();
            (await peer.AskAsync(0x0405, (1, peer.UserId), (2, rid))).Is((1, peer.UserId), (2, rid), (3, 0), (4, 10005), (5, "User is in blacklist!"));
            Assert.Equal(20003, (await SayAsync(peer, rid)).Int(4));
        }
        (await ann.NextPushAsync(Kicked(ann))).Is((1, ben.UserId), (2, rid));
        (await NextAsync(eve, Kicked(eve))).Is((1, ben.UserId));
        await ann.ExpectNoPushAsync();
    }

    [Fact]
    [CoversBeehive("0403", "0404", "0409", "10005", "20009")]
    public async Task DISMISS_is_the_owners_and_everybody_is_out()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var rid = (await CreateAsync(ann)).Int(2);
        await ben.AskAsync(0x0405, (1, ben.UserId), (2, rid));
        await ann.AskAsync(0x0405, (1, ann.UserId), (2, rid));
        await SettleAsync([ann, ben]);
        await ben.FailAsync(10005, 0x0403, (1, ben.UserId), (2, rid));
        await ben.FailAsync(20009, 0x0403, (1, ann.UserId), (2, rid));
        await ann.FailAsync(10005, 0x0403, (1, ann.UserId), (2, BeehiveHttpServer.NewId())); // nobody's room
        await ann.DoneAsync(0x0403, (1, ann.UserId), (2, rid));
        foreach (var peer in new[] { ann, ben })
        {
            (await peer.NextPushAsync(0x0409)).Is((1, peer.UserId), (2, rid));
            await peer.ExpectNoPushAsync();
        }
        await ann.FailAsync(10005, 0x0403, (1, ann.UserId), (2, rid)); // its owner is forgotten
    }

    [Fact]
    [CoversBeehive("0405", "0409", "10005", "6.5", "6.6")]
    public async Task A_closed_room_throws_all_out_and_takes_nobody_in_until_it_is_opened()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync(Speech.WebSocketSeed);
        var rid = BeehiveHttpServer.NewId();
        foreach (var peer in new[] { ann, ben })
            await peer.AskAsync(0x0405, (1, peer.UserId), (2, rid));
        await SettleAsync([ann, ben]);
        await ListendWorld.ConfigureAsync(server.Process, $"/im/room/config?action=close&option=room&rid={rid}");
        foreach (var peer in new[] { ann, ben })
        {
            (await peer.NextPushAsync(0x0409)).Is((1, peer.UserId), (2, rid));
            (await peer.AskAsync(0x0405, (1, peer.UserId), (2, rid))).Is((1, peer.UserId), (2, rid), (3, 0), (4, 10005), (5, "Room is closed!"));
        }
        await ListendWorld.ConfigureAsync(server.Process, $"/im/room/config?action=open&option=room&rid={rid}");
        foreach (var peer in new[] { ann, ben })
            Assert.Equal(0, (await peer.AskAsync(0x0405, (1, peer.UserId), (2, rid))).Int(4));
    }

    [Fact]
    [CoversBeehive("040B", "0405", "10005", "6.1", "6.3", "6.4")]
    public async Task Gags_and_the_blacklist_of_the_operator_hold_and_the_owner_is_spared_that_of_everyone()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var rid = (await CreateAsync(ann)).Int(2);
        foreach (var peer in new[] { ann, ben })
            await peer.AskAsync(0x0405, (1, peer.UserId), (2, rid));
        foreach (var uid in new[] { 0, ben.UserId })
        {
            await ListendWorld.ConfigureAsync(server.Process, $"/im/room/config?action=add&option=gag&rid={rid}&uid={uid}");
            Assert.Equal((10005L, 0L), ((await SayAsync(ben, rid)).Int(4), (await SayAsync(ann, rid)).Int(4)));
            await ListendWorld.ConfigureAsync(server.Process, $"/im/room/config?action=del&option=gag&rid={rid}&uid={uid}");
            Assert.Equal(0, (await SayAsync(ben, rid)).Int(4));
        }
        await SettleAsync([ann, ben]);
        await ListendWorld.ConfigureAsync(server.Process, $"/im/room/config?action=add&option=blacklist&rid={rid}&uid={ben.UserId}");
        (await ben.NextPushAsync(0x0409)).Is((1, ben.UserId), (2, rid));
        (await ann.NextPushAsync(Kicked(ann))).Is((1, ben.UserId), (2, rid));
        (await ben.AskAsync(0x0405, (1, ben.UserId), (2, rid))).Is((1, ben.UserId), (2, rid), (3, 0), (4, 10005), (5, "User is in blacklist!"));
    }

    [Theory]
    [CoversBeehive("040D", "040E", "2.3")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocketSeed)]
    public async Task Kept_pushes_come_once_to_who_comes_later_oldest_first_after_the_ack(Speech speech)
    {
        await using var early = await server.LoginAsync(speech);
        var rid = BeehiveHttpServer.NewId();
        await early.AskAsync(0x0405, (1, early.UserId), (2, rid));
        await early.DrainAsync();
        for (var i = 1; i <= 4; i++)
        {
            await server.PushAsync($"dim=room&rid={rid}&expire={(i == 2 ? 0 : 3600)}", Encoding.UTF8.GetBytes($"push {i}"));
            ExpectBroadcast(await NextAsync(early, 0x040D), early, rid, i, i == 2 ? 0 : 3600, Encoding.UTF8.GetBytes($"push {i}"));
        }
        await using var late = await server.LoginAsync(speech);
        for (var round = 0; round < 2; round++)
        {
            var ack = await late.AskAsync(0x0405, (1, late.UserId), (2, rid));
            var pushes = (await late.DrainAsync()).Where(push => push.Command != 0x0410).ToList();
            var broadcasts = pushes.Where(push => push.Command == 0x040D).ToList();
            Assert.Equal(round == 0 ? ["push 1", "push 3", "push 4"] : [], broadcasts.Select(push => Encoding.UTF8.GetString(push.Bytes(late.IsSeed ? 5 : 6))));
            Assert.All(broadcasts, push => Assert.True(push.Number > ack.Number));
            Assert.Equal(Joined, pushes[^1].Command);
            await late.AskAsync(0x0407, (1, late.UserId), (2, rid));
        }
        await early.AskAsync(0x0407, (1, early.UserId), (2, rid));
        await early.AskAsync(0x0405, (1, early.UserId), (2, rid));
        Assert.DoesNotContain(await early.DrainAsync(), push => push.Command == 0x040D); // had them all
    }

    private static void ExpectBroadcast(Packet push, BeehivePeer peer, long rid, long number, int expire, byte[] data)
    {
        var time = push.Int(peer.IsSeed ? 3 : 4);
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - time, -1, 300);
        Assert.Equal(0ul, push.Seq);
        if (peer.IsSeed)
            push.Is((1, rid), (2, 0), (3, time), (4, expire), (5, data));
        else
            push.Is((1, rid), (2, number), (3, 0), (4, time), (5, expire), (6, data));
    }

    /// <summary>The next push of a command; numbers of rooms, which come by the clock, are passed over.</summary>
    private static async Task<Packet> NextAsync(BeehivePeer peer, uint command)
    {
        while (true)
        {
            var push = await peer.NextPushAsync();
            if (push.Command == 0x0410)
                continue;
            Assert.Equal(command, push.Command);
            return push;
        }
    }

    /// <summary>All notices have been sent, which come after the acks of those who do something; then they are forgotten.</summary>
    private static async Task SettleAsync(IReadOnlyCollection<BeehivePeer> peers)
    {
        foreach (var peer in peers)
            await peer.PingAsync();
        foreach (var peer in peers)
            await peer.DrainAsync();
    }

    private static Task<Packet> SayAsync(BeehivePeer peer, long rid) => peer.AskAsync(0x040B, ListendWorld.RoomChat(peer.UserId, rid));

    private static Task<Packet> CreateAsync(BeehivePeer peer, string name = "name", long uid = 0)
    {
        uid = uid == 0 ? peer.UserId : uid;
        return peer.IsSeed
            ? peer.AskAsync(0x0401, (1, uid), (2, 5), (3, name), (4, "desc")) : peer.AskAsync(0x0401, (1, uid), (2, name), (3, "desc"));
    }
}
