using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>Sessions against each other, going, subscriptions (beehive.md §9.3 to §9.8).</summary>
public sealed class SessionTests(ListendServer server)
{
    private const string Collision = "Session's nid is collision!";

    [Theory]
    [CoversBeehive("0110", "0111", "0112", "20009")]
    [InlineData(Speech.Tcp, Speech.Tcp, false)]
    [InlineData(Speech.Tcp, Speech.WebSocket, false)]
    [InlineData(Speech.WebSocket, Speech.Tcp, true)]
    [InlineData(Speech.TcpSeed, Speech.Tcp, false)]
    [InlineData(Speech.WebSocketSeed, Speech.TcpSeed, true)]
    public async Task The_same_sid_again_kicks_the_old_connection_which_is_deaf_and_the_new_one_is_undisturbed(
        Speech before, Speech after, bool isOtherUser)
    {
        await using var friend = await server.LoginAsync();
        await using var old = await server.LoginAsync(before);
        var uid = isOtherUser ? BeehiveHttpServer.NewId() : old.UserId;
        var began = TimeProvider.System.GetTimestamp();
        // a sid that was given to one user is given to another by ONLINE only; its token is made when nobody owns it any more
        await using var next = isOtherUser ? await TakeOverAsync(old, uid, after) : await server.LoginAsync(after, old.UserId, old.SessionId);
        await old.SendAsync(old.Next(0x0201, Proto.Of(ListendWorld.Chat(old.UserId, friend.UserId, "deaf"))));
        await old.SendAsync(new Packet(old.IsSeed ? 0x0113u : 0x0111u, [], old.SessionId)); // KICK-ACK
        await old.ExpectKickedAsync(20009, Collision);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds, ListendServer.KickMilliseconds - 50, 60_000);
        await friend.ExpectNoPushAsync();
        await next.AskAsync(0x0201, ListendWorld.Chat(uid, friend.UserId, "alive"));
        Assert.Equal("alive", (await friend.NextPushAsync(0x0201)).Text(5));
        await friend.AskAsync(0x0201, ListendWorld.Chat(friend.UserId, uid, "back"));
        Assert.Equal("back", (await next.NextPushAsync(0x0201)).Text(5));
        await next.ExpectNoPushAsync();
        var list = await server.GetAsync($"/im/query?option=sid-list&uid={uid}");
        Assert.Equal($$"""{"uid":{{uid}},"len":1,"list":[{"idx":0,"sid":{{next.SessionId}}}],"code":0,"errmsg":"Ok"}""", list.Text);
    }

    [Fact]
    [CoversBeehive("0101", "0201")]
    public async Task Several_sids_of_a_user_stand_side_by_side_and_all_hear()
    {
        await using var friend = await server.LoginAsync();
        await using var one = await server.LoginAsync();
        await using var two = await server.LoginAsync(Speech.WebSocket, one.UserId);
        await using var three = await server.LoginAsync(Speech.TcpSeed, one.UserId);
        var fields = ListendWorld.Chat(friend.UserId, one.UserId);
        await friend.AskAsync(0x0201, fields);
        foreach (var peer in new[] { one, two, three })
            (await peer.NextPushAsync(0x0201)).Is(fields);
        fields = ListendWorld.Chat(two.UserId, friend.UserId);
        await two.AskAsync(0x0201, fields);
        foreach (var peer in new[] { one, three, friend })
            (await peer.NextPushAsync(0x0201)).Is(fields);
        await two.ExpectNoPushAsync();
    }

    [Theory]
    [CoversBeehive("0103", "0104", "4.2")]
    [InlineData(Speech.Tcp, true)]
    [InlineData(Speech.WebSocket, true)]
    [InlineData(Speech.TcpSeed, true)]
    [InlineData(Speech.Tcp, false)]
    [InlineData(Speech.WebSocket, false)]
    public async Task OFFLINE_and_a_cut_take_the_session_out_of_its_rooms_and_of_the_list(Speech speech, bool isPolite)
    {
        await using var stays = await server.LoginAsync();
        await using var goes = await server.LoginAsync(speech);
        var rooms = new[] { BeehiveHttpServer.NewId(), BeehiveHttpServer.NewId() };
        foreach (var room in rooms)
        {
            await goes.AskAsync(0x0405, (1, goes.UserId), (2, room));
            await stays.AskAsync(0x0405, (1, stays.UserId), (2, room));
            await stays.NextPushAsync(0x0450);
        }
        if (isPolite)
        {
            Assert.Empty((await goes.AskAsync(0x0103)).Body);
            await goes.ExpectClosedAsync();
        }
        else
        {
            goes.Reset();
        }
        var left = new List<long>();
        while (left.Count < rooms.Length)
        {
            var push = await stays.NextPushAsync();
            if (push.Command == 0x0450)
                continue; // notices come after the ack of who joins, so the first one may have been told to the second too
            Assert.Equal(0x0452u, push.Command);
            left.Add(push.Is((1, goes.UserId), (2, push.Int(2))).Int(2));
        }
        Assert.Equal(rooms, left.Order());
        await stays.ExpectNoPushAsync();
        var list = await server.GetAsync($"/im/query?option=sid-list&uid={goes.UserId}");
        Assert.Equal($$"""{"uid":{{goes.UserId}},"len":0,"list":[],"code":0,"errmsg":"Ok"}""", list.Text);
    }

    [Fact]
    [CoversBeehive("0105", "0106")]
    public async Task PING_with_a_body_is_answered_without_one()
    {
        await using var peer = await server.LoginAsync();
        Assert.Empty((await peer.AskBodyAsync(0x0105, [1, 2, 3])).Body);
    }

    [Theory]
    [CoversBeehive("0107", "0108", "0109", "010A", "0410", "0411")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocket)]
    [InlineData(Speech.WebSocketSeed)]
    public async Task Numbers_of_rooms_come_after_SUB_until_UNSUB(Speech speech)
    {
        await using var peer = await server.LoginAsync(speech);
        await using var clock = await server.LoginAsync(); // subscribed all the time: it tells that numbers were sent
        var room = BeehiveHttpServer.NewId();
        await clock.AskAsync(0x0107, (1, 0x0410));
        await peer.AskAsync(0x0405, (1, peer.UserId), (2, room));
        await clock.AskAsync(0x0405, (1, clock.UserId), (2, room));
        (await peer.AskAsync(0x0107, (1, 0x0999))).Is((1, 0x0999), (2, 0), (3, "Ok"));
        (await peer.AskAsync(0x0107)).Is((1, 0), (2, 0), (3, "Ok"));
        await ExpectNumberAsync(clock, room, 2, times: 3);
        Assert.DoesNotContain(await peer.DrainAsync(), push => push.Command == 0x0410);
        (await peer.AskAsync(0x0107, (1, 0x0410))).Is((1, 0x0410), (2, 0), (3, "Ok"));
        await peer.SendAsync(peer.Next(0x0411));
        await ExpectNumberAsync(peer, room, 2);
        await ExpectQuietAfterUnsubAsync(peer, clock, room);
        await peer.AskAsync(0x0407, (1, peer.UserId), (2, room));
        await ExpectNumberAsync(clock, room, 1);
    }

    [Fact]
    [CoversBeehive("0410")]
    public async Task The_seed_generation_over_TCP_is_subscribed_by_itself()
    {
        await using var peer = await server.LoginAsync(Speech.TcpSeed);
        await using var clock = await server.LoginAsync();
        var room = BeehiveHttpServer.NewId();
        await clock.AskAsync(0x0107, (1, 0x0410));
        await peer.AskAsync(0x0405, (1, peer.UserId), (2, room));
        await clock.AskAsync(0x0405, (1, clock.UserId), (2, room));
        await ExpectNumberAsync(peer, room, 2);
        await ExpectQuietAfterUnsubAsync(peer, clock, room);
    }

    [Fact]
    [CoversBeehive("0110", "0111", "20007", "20009")]
    public async Task ALLOC_SEQ_gives_blocks_that_never_overlap()
    {
        await using var peer = await server.LoginAsync(Speech.TcpSeed);
        long next = 0;
        foreach (var count in new[] { 1, 10, 999, 5000, 100_000, 1 })
        {
            var ack = await peer.AskAsync(0x0110, (1, peer.UserId), (2, count));
            ack.Is((1, peer.UserId), (2, ack.Int(2)), (3, count), (4, 0), (5, "Ok"));
            Assert.InRange(ack.Int(2), Math.Max(1, next), long.MaxValue);
            next = ack.Int(2) + count;
        }
        (await peer.AskAsync(0x0110, (1, peer.UserId), (2, 0))).Is((1, peer.UserId), (2, 0), (3, 0), (4, 20007), (5, "Paramter [num] is invalid!"));
        Assert.Equal(20007, (await peer.AskAsync(0x0110, (1, peer.UserId), (2, 100_001))).Int(4));
        (await peer.AskAsync(0x0110, (1, peer.UserId + 1), (2, 1))).Is((1, peer.UserId + 1), (2, 0), (3, 0), (4, 20009), (5, "Uid is collision!"));
        await using var again = await server.LoginAsync(Speech.TcpSeed, peer.UserId, peer.SessionId);
        Assert.InRange((await again.AskAsync(0x0110, (1, peer.UserId), (2, 1))).Int(2), next, long.MaxValue);
    }

    private static async Task ExpectQuietAfterUnsubAsync(BeehivePeer peer, BeehivePeer clock, long room)
    {
        (await peer.AskAsync(0x0109, (1, 0x0410))).Is((1, 0x0410), (2, 0), (3, "Ok"));
        await clock.DrainAsync();
        await ExpectNumberAsync(clock, room, 2); // a round that had begun before is over
        await peer.DrainAsync();
        await ExpectNumberAsync(clock, room, 2, times: 3);
        Assert.Empty(await peer.DrainAsync());
    }

    /// <summary>The number of a room, so many times; other pushes are passed over.</summary>
    private static async Task ExpectNumberAsync(BeehivePeer peer, long room, int number, int times = 1)
    {
        for (var i = 0; i < 100 && times > 0; i++)
        {
            var push = await peer.NextPushAsync();
            if (push.Command != 0x0410)
                continue;
            push.Is((1, room), (2, push.Int(2)));
            Assert.Equal(0ul, push.Seq);
            if (push.Int(2) == number)
                times--;
        }
        Assert.True(times == 0, $"There were not {number} in the room.");
    }

    /// <summary>The token that iplist does not give while the sid is another user's (§3.1) is one of the reference's encoding.</summary>
    private async Task<BeehivePeer> TakeOverAsync(BeehivePeer old, long uid, Speech speech)
    {
        var refused = await server.GetAsync($"/im/iplist?type=1&uid={uid}&sid={old.SessionId}&clientip=127.0.0.1");
        Assert.Equal(20009, refused.Code);
        var peer = await server.ConnectAsync(speech);
        await peer.LoginAsync(uid, old.SessionId, ReferenceToken.Make(uid, old.SessionId));
        return peer;
    }
}
