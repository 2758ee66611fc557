using Parley.Conformance.Tests.Support;
using Parley.Core.Messaging;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>What waits for a user, and how it is done with (beehive.md §9.9, §10.2, §10.3; DESIGN §5.4).</summary>
public sealed class SyncTests(ListendServer server, SmallListendServer small)
{
    [Fact]
    [CoversBeehive("010D", "010E", "20009")]
    public async Task SYNC_of_another_user_is_20009()
    {
        await using var peer = await server.LoginAsync();
        (await peer.AskAsync(0x010D, (1, peer.UserId + 1))).Is((1, peer.UserId + 1), (2, 20009), (3, "Uid is collision!"));
        (await peer.AskAsync(0x010D, (1, 0))).Is((1, 0), (2, 20009), (3, "Uid is collision!"));
    }

    [Theory]
    [CoversBeehive("010D", "010E", "0201", "0202")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    [InlineData(Speech.WebSocket)]
    public async Task Offline_chats_come_on_SYNC_oldest_first_before_the_ack_and_only_then(Speech speech)
    {
        await using var ann = await server.LoginAsync();
        await using var eve = await server.LoginAsync();
        var away = BeehiveHttpServer.NewId();
        var wanted = new List<(ulong Seq, string Text)>();
        for (var i = 0; i < 20; i++)
        {
            var from = i % 3 == 0 ? eve : ann;
            await from.AskAsync(0x0201, ListendWorld.Chat(from.UserId, away, $"m{i}"));
            wanted.Add((from.Sequence, $"m{i}"));
        }
        await using var ben = await server.LoginAsync(speech, away);
        await ben.ExpectNoPushAsync();
        var ack = await ben.AskAsync(0x010D, (1, away));
        ack.Is((1, away), (2, 0), (3, "Ok"));
        var pushes = await ben.DrainAsync();
        Assert.Equal(wanted, pushes.Select(push => (push.Seq, push.Text(5))));
        Assert.All(pushes, push => Assert.InRange(push.Number, 1, ack.Number - 1));
    }

    /// <summary>How a receiver acknowledges.</summary>
    public enum By
    {
        Dseq,
        DseqAndDsid,
        HeaderSeq,
    }

    [Theory]
    [CoversBeehive("0202")]
    [InlineData(By.Dseq, Speech.Tcp)]
    [InlineData(By.DseqAndDsid, Speech.Tcp)]
    [InlineData(By.DseqAndDsid, Speech.WebSocket)]
    [InlineData(By.HeaderSeq, Speech.Tcp)]
    [InlineData(By.HeaderSeq, Speech.TcpSeed)]
    public async Task What_is_acknowledged_is_gone_for_all_devices_and_the_rest_stays(By by, Speech speech)
    {
        await using var ann = await server.LoginAsync();
        var away = BeehiveHttpServer.NewId();
        for (var i = 0; i < 6; i++)
            await ann.AskAsync(0x0201, ListendWorld.Chat(ann.UserId, away, $"m{i}"));
        await using (var ben = await server.LoginAsync(speech, away))
        {
            await ben.AskAsync(0x010D, (1, away));
            var pushes = await ben.DrainAsync();
            Assert.Equal(6, pushes.Count);
            foreach (var at in new[] { 4, 0, 2, 2 })
                await AcknowledgeAsync(ben, pushes[at], by);
            await AcknowledgeAsync(ben, pushes[1], by, code: 1);
            await AcknowledgeAsync(ben, pushes[3] with { Seq = 5, Dseq = 5 }, by); // means nothing
            await ben.PingAsync();
            await ben.AskAsync(0x010D, (1, away));
            Assert.Equal(["m1", "m3", "m5"], (await ben.DrainAsync()).Select(push => push.Text(5)));
        }
        await using var other = await server.LoginAsync(uid: away);
        await other.AskAsync(0x010D, (1, away));
        Assert.Equal(["m1", "m3", "m5"], (await other.DrainAsync()).Select(push => push.Text(5)));
    }

    [Fact]
    [CoversBeehive("0202")]
    public async Task An_ack_by_the_hint_counts_from_a_device_that_was_not_sent_the_message()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await ann.AskAsync(0x0201, ListendWorld.Chat(ann.UserId, ben.UserId, "one"));
        await ann.AskAsync(0x0201, ListendWorld.Chat(ann.UserId, ben.UserId, "two"));
        var push = await ben.NextPushAsync(0x0201);
        await using var other = await server.LoginAsync(uid: ben.UserId);
        await AcknowledgeAsync(other, push, By.DseqAndDsid);
        await using var stranger = await server.LoginAsync();
        await AcknowledgeAsync(stranger, await ben.NextPushAsync(0x0201), By.DseqAndDsid); // not his own
        await stranger.PingAsync();
        await other.AskAsync(0x010D, (1, ben.UserId));
        Assert.Equal(["two"], (await other.DrainAsync()).Select(one => one.Text(5)));
    }

    [Theory]
    [CoversBeehive("0202")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    public async Task Two_devices_of_a_sender_may_use_one_seq_and_each_chat_is_acknowledged_by_itself(Speech speech)
    {
        await using var one = await server.LoginAsync(speech);
        await using var two = await server.LoginAsync(speech, one.UserId);
        await using var ben = await server.LoginAsync();
        foreach (var from in new[] { one, two, one, two })
        {
            (one.Sequence, two.Sequence) = (Math.Max(one.Sequence, two.Sequence), Math.Max(one.Sequence, two.Sequence));
            if (from == two)
                two.Sequence--;
            await from.AskAsync(0x0201, ListendWorld.Chat(one.UserId, ben.UserId, from == one ? "one" : "two"));
        }
        var pushes = await ben.DrainAsync();
        Assert.Equal((4, 2), (pushes.Count, pushes.Select(push => push.Seq).Distinct().Count()));
        foreach (var push in pushes)
            await AcknowledgeAsync(ben, push, By.HeaderSeq);
        await ben.AskAsync(0x010D, (1, ben.UserId));
        await ben.ExpectNoPushAsync();
    }

    [Fact]
    [CoversBeehive("0201", "0202")]
    public async Task A_client_that_does_not_go_on_from_where_the_ack_said_loses_nothing()
    {
        await using var ben = await server.LoginAsync();
        var (uid, sid) = (BeehiveHttpServer.NewId(), BeehiveHttpServer.NewId());
        for (var i = 0; i < 3; i++)
        {
            await using var ann = await server.LoginAsync(uid: uid, sid: sid);
            ann.Sequence = 1;
            Assert.Equal(0, (await ann.AskAsync(0x0201, ListendWorld.Chat(uid, ben.UserId, $"m{i}"))).Int(3));
            var push = await ben.NextPushAsync(0x0201);
            Assert.Equal(($"m{i}", 2ul), (push.Text(5), push.Seq));
            await AcknowledgeAsync(ben, push, i == 0 ? By.Dseq : i == 1 ? By.DseqAndDsid : By.HeaderSeq);
        }
        await ben.AskAsync(0x010D, (1, ben.UserId));
        await ben.ExpectNoPushAsync();
    }

    [Fact]
    [CoversBeehive("0202")]
    public async Task What_came_while_online_and_was_acknowledged_does_not_come_on_SYNC()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        for (var i = 0; i < 4; i++)
        {
            await ann.AskAsync(0x0201, ListendWorld.Chat(ann.UserId, ben.UserId, $"m{i}"));
            var push = await ben.NextPushAsync(0x0201);
            if (i != 2)
                await AcknowledgeAsync(ben, push, i == 0 ? By.HeaderSeq : By.DseqAndDsid);
        }
        await ben.AskAsync(0x010D, (1, ben.UserId));
        Assert.Equal(["m2"], (await ben.DrainAsync()).Select(one => one.Text(5)));
    }

    [Fact]
    [CoversBeehive("010D")]
    public async Task A_session_is_sent_a_message_three_times_and_no_more_and_another_three_times_too()
    {
        await using var ann = await server.LoginAsync();
        var away = BeehiveHttpServer.NewId();
        var sid = await ListendWorld.RegisterAsync(server.Process, away);
        await ann.AskAsync(0x0201, ListendWorld.Chat(ann.UserId, away, "old"));
        for (var i = 0; i < 5; i++)
        {
            await using var ben = await server.LoginAsync(uid: away, sid: sid); // across connections
            if (i == 1)
                await ann.AskAsync(0x0201, ListendWorld.Chat(ann.UserId, away, "new"));
            await ben.DrainAsync();
            await ben.AskAsync(0x010D, (1, away));
            string[] wanted = i switch { 0 => ["old"], 1 or 2 => ["old", "new"], 3 => ["new"], _ => [] };
            Assert.Equal(wanted, (await ben.DrainAsync()).Select(push => push.Text(5)));
        }
        await using var other = await server.LoginAsync(uid: away);
        await other.AskAsync(0x010D, (1, away));
        Assert.Equal(["old", "new"], (await other.DrainAsync()).Select(push => push.Text(5)));
    }

    [Fact]
    [CoversBeehive("010D")]
    public async Task Of_many_the_newest_ones_are_kept()
    {
        await using var ann = await small.LoginAsync();
        await using var eve = await small.LoginAsync();
        var (away, exact) = (BeehiveHttpServer.NewId(), BeehiveHttpServer.NewId());
        for (var i = 0; i < SmallListendServer.PendingMessages + 2; i++)
        {
            var from = i % 2 == 0 ? ann : eve;
            await from.AskAsync(0x0201, ListendWorld.Chat(from.UserId, away, $"m{i}"));
            if (i < SmallListendServer.PendingMessages)
                await from.AskAsync(0x0201, ListendWorld.Chat(from.UserId, exact, $"m{i}"));
        }
        foreach (var (user, first) in new[] { (away, 2), (exact, 0) })
        {
            await using var ben = await small.LoginAsync(uid: user);
            await ben.AskAsync(0x010D, (1, user));
            Assert.Equal(
                Enumerable.Range(first, SmallListendServer.PendingMessages).Select(i => $"m{i}"), (await ben.DrainAsync()).Select(push => push.Text(5)));
        }
    }

    [Fact]
    [CoversBeehive("010D")]
    public async Task What_is_older_than_30_days_does_not_come()
    {
        var now = TimeProvider.System.GetUtcNow();
        var own = await RtmServer.StartAsync(async seed =>
        {
            await seed.ProjectAsync(RtmWorld.Pid, new());
            await seed.MessagesAsync([.. new[] { 31.0, 30.01, 29.99, 1 }.Select((days, i) => new Message
            {
                Conversation = ConversationKey.PeerToPeer(RtmWorld.Pid, 1, 2),
                Sender = 1,
                MessageId = i + 1,
                Type = 30,
                Body = System.Text.Encoding.UTF8.GetBytes($"{days}"),
                Time = (now - TimeSpan.FromDays(days)).ToUnixTimeMilliseconds(),
            })]);
        });
        try
        {
            await using var ben = await ListendWorld.LoginAsync(own, 2);
            await ben.AskAsync(0x010D, (1, 2));
            Assert.Equal(["29.99", "1"], (await ben.DrainAsync()).Select(push => push.Text(5)));
        }
        finally
        {
            await RtmServer.EndAsync(own);
        }
    }

    [Theory]
    [CoversBeehive("010D", "0202")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_waits_and_what_was_acknowledged_outlive_the_server(bool isKilled)
    {
        await using var own = await BeehiveHttpServer.StartAsync(("Sqlite:Synchronous", "Full"));
        long gid;
        await using (var ann = await ListendWorld.LoginAsync(own, 1))
        {
            await using var ben = await ListendWorld.LoginAsync(own, 2, 555);
            gid = (await ann.AskAsync(0x0301, (1, 1), (2, 0), (3, "n"), (4, "d"))).Int(3);
            await ben.DoneAsync(0x0305, (1, 2), (2, gid));
            await ben.NextPushAsync(0x0350);
            await ben.AskAsync(0x010D, (1, 2));
            for (var i = 0; i < 10; i++)
            {
                await ann.AskAsync(0x0201, ListendWorld.Chat(1, 2, $"m{i}"));
                var push = await ben.NextPushAsync(0x0201);
                if (i % 2 == 0)
                    await AcknowledgeAsync(ben, push, i % 4 == 0 ? By.HeaderSeq : By.DseqAndDsid);
            }
            await ann.AskAsync(0x0203, (1, 1), (2, 2), (3, "friend"));
            await ben.NextPushAsync(0x0203);
            await ben.PingAsync();
            if (isKilled)
                own.Kill();
            else
                Assert.Equal(0, await own.TerminateAsync());
        }
        await own.RestartAsync();
        await using (var ben = await ListendWorld.LoginAsync(own, 2, 555))
        {
            await ben.AskAsync(0x010D, (1, 2));
            var pushes = await ben.DrainAsync();
            Assert.Equal(["m1", "m3", "m5", "m7", "m9"], pushes.Where(push => push.Command == 0x0201).Select(push => push.Text(5)));
            foreach (var push in pushes.Where(push => push.Command == 0x0201))
                await AcknowledgeAsync(ben, push, By.DseqAndDsid); // after a restart the seq is known by the hint
            await ben.PingAsync();
            await ben.AskAsync(0x010D, (1, 2));
            Assert.DoesNotContain(await ben.DrainAsync(), push => push.Command == 0x0201);
        }
        await RtmServer.EndAsync(own);
    }

    internal static Task AcknowledgeAsync(BeehivePeer peer, Packet push, By by, int code = 0)
    {
        var body = Proto.Of((1, push.Int(1)), (2, peer.UserId), (3, code), (4, ""));
        return peer.SendAsync(by switch
        {
            By.Dseq => new Packet(0x0202, body, peer.SessionId, Dseq: push.Dseq),
            By.DseqAndDsid => new Packet(0x0202, body, peer.SessionId, Dsid: push.Dsid, Dseq: push.Dseq),
            _ => new Packet(0x0202, body, peer.SessionId, push.Seq),
        });
    }
}
