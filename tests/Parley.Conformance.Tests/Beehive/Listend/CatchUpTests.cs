using Parley.Conformance.Tests.Fpnn;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>SYNC when it is disturbed: by clients that go or do not read, by what is said meanwhile, by the end of the server (beehive.md §9.9, §10.3).</summary>
public sealed class CatchUpTests(ListendServer server)
{
    private const int Many = 250;
    private const int Long = 40_000;

    [Theory]
    [CoversBeehive("010D")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocket)]
    public async Task A_SYNC_that_breaks_off_does_not_count(Speech speech)
    {
        await using var ann = await server.LoginAsync();
        var away = BeehiveHttpServer.NewId();
        var sid = await ListendWorld.RegisterAsync(server.Process, away);
        await SayManyAsync(ann, away);
        for (var i = 0; i < 4; i++)
        {
            await using var broken = await SyncWithoutReadingAsync(server.Process, away, sid, speech);
            await broken.ReadAsync(50_000);
            broken.Reset();
            await Wait.Until(() => IsGoneAsync(server.Process, away), "the session has ended");
        }
        await ExpectAllAsync(server.Process, away, sid);
    }

    [Theory]
    [CoversBeehive("010D")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocket)]
    public async Task Who_does_not_read_during_SYNC_is_closed_as_a_slow_reader_and_all_comes_again(Speech speech)
    {
        await using var own = await BeehiveHttpServer.StartAsync(("Beehive:StallSeconds", "1"));
        await using (var ann = await ListendWorld.LoginAsync(own, 1))
        {
            await SayManyAsync(ann, 2);
            await using var slow = await SyncWithoutReadingAsync(own, 2, 555, speech);
            await Wait.Until(
                () => own.Output.Any(line => line.Contains($"{slow.LocalEndpoint} ") && line.Contains("slow", StringComparison.OrdinalIgnoreCase)),
                "the reason is in the log");
            await Wait.Until(() => IsGoneAsync(own, 2), "the session has ended");
        }
        await ExpectAllAsync(own, 2, 555);
        await RtmServer.EndAsync(own);
    }

    [Theory]
    [CoversBeehive("010D", "0201", "030B")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocketSeed)]
    public async Task What_is_said_during_SYNC_comes_after_what_was_missed_and_nothing_is_lost(Speech speech)
    {
        // on a busy machine the catching up may be over before anything is said
        for (var attempt = 1; !await SpeakDuringSyncAsync(speech); attempt++)
            Assert.NotEqual(10, attempt);
    }

    /// <summary>False when nothing was said before the catching up had ended; otherwise everything was looked at too.</summary>
    private async Task<bool> SpeakDuringSyncAsync(Speech speech)
    {
        await using var world = await GroupWorld.OfAsync(server, Speech.Tcp, 1);
        var ann = world.Owner;
        var (uid, sid) = await AwayMemberAsync(world);
        for (var i = 0; i < 60; i++)
        {
            await ann.DoneAsync(0x030B, GroupChat(ann, world.Gid, i));
            await SayAsync(ann, uid, i);
        }
        await using var ben = await server.LoginAsync(speech, uid, sid);
        await using var second = await server.LoginAsync(uid: uid);
        var syncing = ben.AskAsync(0x010D, (1, uid));
        var pushes = new List<Packet> { await ben.NextPushAsync() };
        var said = 60;
        for (; said < 75 || (!syncing.IsCompleted && said < 400); said++)
        {
            await ann.DoneAsync(0x030B, GroupChat(ann, world.Gid, said));
            await SayAsync(ann, uid, said);
            await second.AskAsync(0x0201, ListendWorld.Chat(uid, ann.UserId, $"{said}"));
        }
        var ack = await syncing;
        pushes.AddRange(await ben.DrainAsync());
        foreach (var command in new[] { 0x0201u, 0x030Bu })
        {
            Assert.Equal(
                Enumerable.Range(0, said), pushes.Where(push => push.Command == command && push.Int(1) == ann.UserId).Select(NumberOf));
        }
        Assert.Equal(Enumerable.Range(60, said - 60), pushes.Where(push => push.Int(1) == uid).Select(NumberOf)); // of the other device
        return pushes.Exists(push => push.Number < ack.Number && NumberOf(push) >= 60);
    }

    [Theory]
    [CoversBeehive("010D", "030B")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_group_said_since_the_last_SYNC_is_not_lost_by_sessions_without_one(bool saysGoodbye)
    {
        await using var world = await GroupWorld.OfAsync(server, Speech.Tcp, 1);
        var (uid, sid) = await AwayMemberAsync(world);
        for (var i = 0; i < 3; i++)
        {
            await world.Owner.DoneAsync(0x030B, GroupChat(world.Owner, world.Gid, 2 * i));
            await using var ben = await server.LoginAsync(uid: uid, sid: sid); // hears what is said now, and nothing of before
            await world.Owner.DoneAsync(0x030B, GroupChat(world.Owner, world.Gid, (2 * i) + 1));
            Assert.Equal((2 * i) + 1, NumberOf(await ben.NextPushAsync(0x030B)));
            if (saysGoodbye)
            {
                await ben.AskAsync(0x0103);
                await ben.ExpectClosedAsync();
            }
            else
            {
                ben.Reset();
                await Wait.Until(() => IsGoneAsync(server.Process, uid), "the session has ended");
            }
        }
        await using var back = await server.LoginAsync(uid: uid, sid: sid);
        await world.Owner.DoneAsync(0x030B, GroupChat(world.Owner, world.Gid, 6));
        Assert.Equal(6, NumberOf(await back.NextPushAsync(0x030B)));
        await back.AskAsync(0x010D, (1, uid));
        Assert.Equal(Enumerable.Range(0, 6), (await back.DrainAsync()).Select(NumberOf));
        await back.AskAsync(0x010D, (1, uid));
        await back.ExpectNoPushAsync();
    }

    [Theory]
    [CoversBeehive("010D", "030B")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_group_said_is_not_lost_when_the_server_is_killed(bool hasSynced)
    {
        await using var own = await BeehiveHttpServer.StartAsync(("Sqlite:Synchronous", "Full"));
        long gid;
        await using (var ann = await ListendWorld.LoginAsync(own, 1))
        {
            gid = (await ann.AskAsync(0x0301, (1, 1), (2, 0), (3, "n"), (4, "d"))).Int(3);
            await using var ben = await ListendWorld.LoginAsync(own, 2, 555);
            await ben.DoneAsync(0x0305, (1, 2), (2, gid));
            if (hasSynced)
                await ben.AskAsync(0x010D, (1, 2));
            await ann.DoneAsync(0x030B, GroupChat(ann, gid, 0));
            own.Kill();
        }
        await own.RestartAsync();
        await using (var ann = await ListendWorld.LoginAsync(own, 1))
        {
            await ann.DoneAsync(0x030B, GroupChat(ann, gid, 1));
            await using var ben = await ListendWorld.LoginAsync(own, 2, 555);
            await ben.AskAsync(0x010D, (1, 2));
            Assert.Equal([0, 1], (await ben.DrainAsync()).Where(push => push.Command == 0x030B).Select(NumberOf));
        }
        await RtmServer.EndAsync(own);
    }

    [Theory]
    [CoversBeehive("010D", "0201", "030B")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocket)]
    public async Task A_SYNC_counts_when_the_client_says_something_after_it(Speech speech)
    {
        await using var world = await GroupWorld.OfAsync(server, Speech.Tcp, 1);
        var (uid, sid) = await AwayMemberAsync(world);
        await SayAsync(world.Owner, uid, Many);
        await world.Owner.DoneAsync(0x030B, GroupChat(world.Owner, world.Gid, Many + 1));
        for (var i = 0; i < 4; i++)
        {
            // whether the client has read anything of it nobody knows
            await using var gone = await server.LoginAsync(speech, uid, sid);
            await gone.AskAsync(0x010D, (1, uid));
            gone.Reset();
            await Wait.Until(() => IsGoneAsync(server.Process, uid), "the session has ended");
        }
        for (var i = 0; i < 4; i++)
        {
            await using var back = await server.LoginAsync(speech, uid, sid);
            await back.AskAsync(0x010D, (1, uid));
            int[] expected = i switch { 0 => [Many, Many + 1], < 3 => [Many], _ => [] }; // chats three times (§10.2)
            Assert.Equal(expected, (await back.DrainAsync()).Select(NumberOf));
            back.Reset();
            await Wait.Until(() => IsGoneAsync(server.Process, uid), "the session has ended");
        }
    }

    [Fact]
    [CoversBeehive("010D")]
    public async Task A_SYNC_that_the_end_of_the_server_cuts_short_is_not_said_to_be_done()
    {
        await using var own = await BeehiveHttpServer.StartAsync();
        byte[] bytes;
        await using (var ann = await ListendWorld.LoginAsync(own, 1))
        {
            await SayManyAsync(ann, 2);
            await using var slow = await SyncWithoutReadingAsync(own, 2, 555, Speech.Tcp);
            var first = await slow.ReadAsync(50_000);
            own.SendTerminate();
            bytes = [.. first, .. await slow.ReadToEndAsync()];
        }
        var packets = new List<Packet>();
        for (var at = 0; at < bytes.Length;)
        {
            var header = bytes[at..(at += Packet.HeadLength)];
            packets.Add(Packet.Read(header, bytes[at..(at += Packet.BodyLength(header))], isSeed: false));
        }
        Assert.InRange(packets.Count(packet => packet.Command == 0x0201), 1, Many - 1); // or nothing is tested
        Assert.DoesNotContain(packets, packet => packet.Command == 0x010E && packet.Int(2) == 0);
        Assert.Equal(0, await own.WaitForExitAsync());
        await RtmServer.EndAsync(own);
    }

    [Fact]
    [CoversBeehive("0203", "010D")]
    public async Task Words_about_friendship_that_were_heard_live_do_not_come_on_SYNC_of_that_session()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await ann.DoneAsync(0x0203, (1, ann.UserId), (2, ben.UserId), (3, "hello"));
        await ben.NextPushAsync(0x0203);
        for (var i = 0; i < 2; i++)
        {
            await ben.AskAsync(0x010D, (1, ben.UserId));
            await ben.ExpectNoPushAsync();
        }
        await using var other = await server.LoginAsync(uid: ben.UserId);
        for (var i = 0; i < 5; i++)
        {
            await other.AskAsync(0x010D, (1, ben.UserId));
            Assert.Equal(i < 3 ? ["hello"] : [], (await other.DrainAsync()).Select(push => push.Text(3))); // three times to a session
        }
    }

    private async Task<(long UserId, long SessionId)> AwayMemberAsync(GroupWorld world)
    {
        var uid = BeehiveHttpServer.NewId();
        await using var ben = await server.LoginAsync(uid: uid);
        await world.JoinAsync(ben);
        await ben.AskAsync(0x010D, (1, uid));
        await ben.AskAsync(0x0103);
        await ben.ExpectClosedAsync();
        return (uid, ben.SessionId);
    }

    private static async Task SayAsync(BeehivePeer from, long to, int number) =>
        Assert.Equal(0, (await from.AskAsync(0x0201, ListendWorld.Chat(from.UserId, to, TextOf(number)))).Int(3));

    /// <summary>More than fits into the buffers between the server and a client that does not read.</summary>
    private static async Task SayManyAsync(BeehivePeer from, long to)
    {
        for (var i = 0; i < Many; i++)
            await SayAsync(from, to, i);
    }

    private static async Task ExpectAllAsync(ParleyServerProcess process, long uid, long sid)
    {
        await using var back = await ListendWorld.LoginAsync(process, uid, sid);
        await back.AskAsync(0x010D, (1, uid));
        Assert.Equal(Enumerable.Range(0, Many), (await back.DrainAsync()).Select(NumberOf));
    }

    private static async Task<RawPeer> SyncWithoutReadingAsync(ParleyServerProcess process, long uid, long sid, Speech speech)
    {
        var token = await ListendWorld.TokenAsync(process, uid, sid, speech);
        var raw = await RawPeer.ConnectAsync(process.Endpoints[speech == Speech.Tcp ? "BeehiveTcp" : "BeehiveWebSocket"], receiveBuffer: 8192);
        if (speech == Speech.WebSocket)
        {
            await raw.SendTextAsync(BeehivePeer.Handshake("/im"));
            await raw.ReadHeadAsync();
        }
        byte[][] packets =
        [
            new Packet(0x0101, Proto.Of((1, uid), (2, sid), (3, token), (4, "a"), (5, "v")), sid, 1).ToBytes(isSeed: false),
            new Packet(0x010D, Proto.Of((1, uid)), sid, 1_000_000).ToBytes(isSeed: false),
        ];
        foreach (var packet in packets)
            await raw.SendAsync(speech == Speech.Tcp ? packet : WebSocketPeer.Masked(WebSocketPeer.Binary, packet));
        return raw;
    }

    private static async Task<bool> IsGoneAsync(ParleyServerProcess process, long uid) =>
        (await HttpPeer.GetAsync(process.Endpoints["BeehiveHttp"], $"/im/query?option=sid-list&uid={uid}")).Json.GetProperty("len").GetInt32() == 0;

    private static (int, object)[] GroupChat(BeehivePeer peer, long gid, int number) =>
        [(1, peer.UserId), (2, gid), (3, 2), (4, 1_500_000_000), (5, TextOf(number))];

    private static string TextOf(int number) => $"{number} {new string('x', number < Many ? Long : 10)}";

    private static int NumberOf(Packet push) => int.Parse(push.Text(5).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
