using Parley.Conformance.Tests.Beehive.Listend;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Beehive;

/// <summary>How long pushes may be: what is accepted arrives, and what would not is refused (beehive.md §3.2, §7.1).</summary>
public sealed class HttpPushSizeTests(ListendServer server)
{
    private const int Limit = 60 * 1024;
    private const int SmallLimit = 1024;
    private const long Biggest = long.MaxValue;

    [Fact]
    [CoversBeehive("2.2", "10018")]
    public async Task A_push_to_a_group_may_be_as_long_as_its_fields_leave_room()
    {
        await using var head = await server.LoginAsync();
        await using var seed = await server.LoginAsync(Speech.TcpSeed);
        var gid = Biggest - BeehiveHttpServer.NewId(); // the longest there is
        var created = await head.AskAsync(0x0301, (1, head.UserId), (2, gid), (3, "name"), (4, "desc"));
        Assert.Equal(gid, created.Int(3));
        await seed.DoneAsync(0x0305, (1, seed.UserId), (2, gid));
        // uid 2, gid 10, level 2, time 6, text 2, data 1 and a length of 3
        const int Most = Limit - 26;
        await RefusedAsync(server.Process, $"dim=group&gid={gid}", Most + 1);
        await RefusedAsync(server.Process, $"dim=group&gid={gid}", Limit);
        var body = await PushAsync(server.Process, $"dim=group&gid={gid}", Most);
        foreach (var peer in new[] { head, seed })
        {
            var chat = await NextAsync(peer, 0x030B);
            Assert.Equal(Limit, chat.Body.Length);
            Assert.Equal(body, chat.Bytes(6));
        }
    }

    [Fact]
    [CoversBeehive("2.3", "10018")]
    public async Task A_push_to_a_room_may_be_as_long_as_the_fields_of_the_longer_generation_leave_room()
    {
        await using var head = await server.LoginAsync(Speech.WebSocket);
        await using var seed = await server.LoginAsync(Speech.TcpSeed);
        var rid = BeehiveHttpServer.NewId(); // three bytes
        foreach (var peer in new[] { head, seed })
            Assert.Equal(0, (await peer.AskAsync(0x0405, (1, peer.UserId), (2, rid))).Int(4));
        // rid 4, msgid 2, level 2, time 6, expire 2, data 1 and a length of 3
        const int Most = Limit - 20;
        var number = 0;
        for (var expire = 0; expire < 2; expire++)
        {
            var query = $"dim=room&rid={rid}&expire={expire * 100}";
            await RefusedAsync(server.Process, query, Most + 1);
            await RefusedAsync(server.Process, query, Limit);
            var body = await PushAsync(server.Process, query, Most);
            var push = await NextAsync(head, 0x040D);
            Assert.Equal(Limit, push.Body.Length);
            Assert.Equal(++number, push.Int(2)); // what is refused has no number
            Assert.Equal(body, push.Bytes(6));
            Assert.Equal(body, (await NextAsync(seed, 0x040D)).Bytes(5));
        }
        // the kept one comes to who joins
        await using var late = await server.LoginAsync();
        await late.AskAsync(0x0405, (1, late.UserId), (2, rid));
        Assert.Equal(Limit, (await NextAsync(late, 0x040D)).Body.Length);
        // the number grows by a byte, and so does expire
        for (; number < 127; number++)
            await PushAsync(server.Process, $"dim=room&rid={rid}", 1);
        await RefusedAsync(server.Process, $"dim=room&rid={rid}&expire=127", Most);
        await RefusedAsync(server.Process, $"dim=room&rid={rid}&expire=128", Most - 1);
        await PushAsync(server.Process, $"dim=room&rid={rid}&expire=127", Most - 1);
        await PushAsync(server.Process, $"dim=room&rid={rid}&expire=128", Most - 2);
        for (var i = 2; i < 127; i++)
            await NextAsync(head, 0x040D);
        Assert.Equal(Limit, (await NextAsync(head, 0x040D)).Body.Length);
        Assert.Equal(Limit, (await NextAsync(head, 0x040D)).Body.Length);
    }

    [Fact]
    [CoversBeehive("2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "10018")]
    public async Task With_a_lower_setting_pushes_of_every_kind_are_refused_beyond_it_and_arrive_within_it()
    {
        var own = await BeehiveHttpServer.StartAsync(("Beehive:OutboundBytes", $"{SmallLimit}"), ("Beehive:PublicCallsPerSecond", "0"));
        try
        {
            await using var head = await ListendWorld.LoginAsync(own);
            await using var seed = await ListendWorld.LoginAsync(own, speech: Speech.TcpSeed);
            var gid = (await head.AskAsync(0x0301, (1, head.UserId), (2, 0), (3, "name"), (4, "desc"))).Int(3);
            await seed.DoneAsync(0x0305, (1, seed.UserId), (2, gid));
            await head.DrainAsync();
            const long Room = 5;
            foreach (var peer in new[] { head, seed })
                Assert.Equal(0, (await peer.AskAsync(0x0405, (1, peer.UserId), (2, Room))).Int(4));
            (string Query, uint Command, int Fields, BeehivePeer[] Receivers)[] cases =
            [
                ("dim=broadcast", 0x0501, 0, [head, seed]),
                ($"dim=sid&sid={head.SessionId}", 0x0503, 0, [head]),
                ($"dim=uid&uid={seed.UserId}", 0x0503, 0, [seed]),
                ("dim=appid&appid=app", 0x0501, 0, [head, seed]),
                ($"dim=group&gid={gid}", 0x030B, 2 + 6 + 2 + 6 + 2 + 3, [head, seed]),
                ($"dim=room&rid={Room}", 0x040D, 2 + 2 + 2 + 6 + 2 + 3, [head, seed]),
            ];
            foreach (var (query, command, fields, receivers) in cases)
            {
                await RefusedAsync(own, query, SmallLimit - fields + 1);
                await RefusedAsync(own, query, SmallLimit + 1);
                await PushAsync(own, query, SmallLimit - fields);
                var longest = new List<int>();
                foreach (var peer in receivers)
                    longest.Add((await NextAsync(peer, command)).Body.Length);
                Assert.Equal(SmallLimit, longest.Max());
            }
        }
        finally
        {
            await RtmServer.EndAsync(own);
        }
    }

    private static async Task RefusedAsync(ParleyServerProcess server, string query, int length)
    {
        var answer = await HttpPeer.PostAsync(server.Endpoints["BeehiveHttp"], "/im/push?" + query, new byte[length]);
        Assert.Equal((200, """{"code":10018,"errmsg":"Body is too long!"}"""), (answer.Status, answer.Text));
    }

    private static async Task<byte[]> PushAsync(ParleyServerProcess server, string query, int length)
    {
        var body = new byte[length];
        new Random(length).NextBytes(body);
        await ListendWorld.PushAsync(server, query, body);
        return body;
    }

    /// <summary>The next push that is no notice of coming and going, nor of how many are in a room: this one.</summary>
    private static async Task<Packet> NextAsync(BeehivePeer peer, uint command)
    {
        while (true)
        {
            var push = await peer.NextPushAsync();
            if (push.Command is 0x0350 or 0x0410 or 0x0450)
                continue;
            Assert.Equal(command, push.Command);
            return push;
        }
    }
}
