using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>Acknowledging, sending again, catching up (goim-json §10).</summary>
public sealed class DeliveryTests(GoImServer server, EagerGoImServer eager, ITestOutputHelper output)
{
    private const double Late = 2.9; // seconds; not yet the time of the next one

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1.5);

    [Fact]
    [CoversGoIm("GI-005")]
    public async Task GI_005_What_is_not_acknowledged_is_sent_again_after_3_and_6_seconds_and_then_no_more()
    {
        await using var own = await GoImServer.StartAsync();
        var door = own.Endpoints["GoImMessage"];
        await using (var ann = await GoImPeer.LoginAsync(door, "ann"))
        {
            await using var ben = await GoImPeer.LoginAsync(door, "ben");
            // never too soon; not late either, but a busy machine may need more than one attempt for that
            GoImMessage? first = null;
            for (var attempt = 1; first is null; attempt++)
                first = await SendUntilGivenUpAsync(ann, ben, $"hello {attempt}", mayBeLate: attempt < 6);
            for (var i = 0; i < 2; i++)
            {
                await using var back = await GoImPeer.LoginAsync(door, ben.Id);
                Assert.Equal(first.Obj, (await back.NextPushAsync("receive_notify_p2p")).Obj);
                if (i == 0)
                    continue;
                await back.AcknowledgeAsync(first);
                await back.AcknowledgeAsync(first); // a second time is nothing
                await back.OkAsync("send_ping");
            }
            await using var last = await GoImPeer.LoginAsync(door, ben.Id, acknowledges: true);
            await last.ExpectNoPushAsync();
        }
        await RtmServer.EndAsync(own);
    }

    /// <summary>The push that came three times; null when one of them was late.</summary>
    private static async Task<GoImMessage?> SendUntilGivenUpAsync(GoImPeer sender, GoImPeer receiver, string text, bool mayBeLate)
    {
        var isLate = false;
        var began = TimeProvider.System.GetTimestamp();
        await sender.DoneAsync("send_notify_p2p", text, receiver.Id);
        var first = await receiver.NextPushAsync("receive_notify_p2p", text, sender.Id);
        for (var i = 1; i <= 2; i++)
        {
            Assert.Equal(first.Obj, (await receiver.NextPushAsync("receive_notify_p2p")).Obj);
            var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            Assert.InRange(seconds, (3 * i) - 0.01, mayBeLate ? 60 : (3 * i) + Late);
            isLate |= seconds > (3 * i) + Late;
        }
        Assert.Null(await receiver.TryNextPushAsync(TimeSpan.FromSeconds(4)));
        if (!isLate)
            return first;
        await receiver.AcknowledgeAsync(first);
        await receiver.SettleAsync();
        return null;
    }

    [Fact]
    [CoversGoIm("GI-009", "GI-010")]
    public async Task GI_010_Who_leaves_while_catching_up_gets_nothing_of_before_not_even_after_coming_back()
    {
        await using var ann = await server.LoginAsync("ann");
        var away = await server.NewOfflineAsync("ben");
        var topic = GoImServer.NewId("topic");
        await ann.OkAsync("send_create_topic", topic);
        await using (var ben = await server.ReturnAsync(away))
            await ben.OkAsync("send_join_topic", topic);
        for (var i = 0; i < 150; i++)
            await ann.DoneAsync("send_message_topic", $"before {i}", topic);
        await using var back = await server.ReturnAsync(away, acknowledges: false);
        for (var i = 0; i < 100; i++)
            await back.NextPushAsync("receive_message_topic", $"before {i}", topic, ann.Id);
        await back.SendAsync([
            .. GoImPeer.Frame(GoImPeer.Request("send_leave_topic", topic)), .. GoImPeer.Frame(GoImPeer.Request("send_join_topic", topic))]);
        Assert.True((await back.NextAnswerAsync()).Ok);
        Assert.True((await back.NextAnswerAsync()).Ok);
        await ann.DoneAsync("send_message_topic", "after", topic);
        await back.NextPushAsync("receive_message_topic", "after", topic, ann.Id);
    }

    [Fact]
    [CoversGoIm("GI-013")]
    public async Task GI_013_A_topic_push_is_sent_three_times_too_also_to_its_sender()
    {
        await using var ann = await eager.LoginAsync("ann", acknowledges: false);
        var topic = GoImServer.NewId("topic");
        await ann.OkAsync("send_create_topic", topic);
        await ann.DoneAsync("send_message_topic", "hello", topic);
        var first = await ann.NextPushAsync("receive_message_topic", "hello", topic, ann.Id);
        for (var i = 0; i < 2; i++)
            Assert.Equal(first.Raw, (await ann.NextPushAsync()).Raw);
        Assert.Null(await ann.TryNextPushAsync(Quiet));
        await using var back = await eager.ReturnAsync(ann.Id);
        Assert.Equal(first.Obj, (await back.NextPushAsync()).Obj);
    }

    [Fact]
    [CoversGoIm("GI-005", "GI-013")]
    public async Task GI_005_Acknowledged_in_any_order_and_under_either_name_nothing_comes_again()
    {
        await using var own = await GoImServer.StartAsync(("GoIm:AcknowledgeMilliseconds", "500"), ("GoIm:Transmissions", "100"));
        var door = own.Endpoints["GoImMessage"];
        await using (var ann = await GoImPeer.LoginAsync(door, "ann"))
        {
            await using var ben = await GoImPeer.LoginAsync(door, "ben");
            ben.SkipsKnown = true;
            var pushes = new List<GoImMessage>();
            for (var i = 0; i < 10; i++)
            {
                await ann.DoneAsync("send_message_p2p", i.ToString(), ben.Id);
                pushes.Add(await ben.NextPushAsync("receive_message_p2p", i.ToString()));
            }
            foreach (var i in new[] { 9, 3, 5, 4, 0, 8, 1 }) // not 2, 6 and 7
                await ben.SendAsync(i % 2 == 0 ? "p2p_ack" : "topic_ack", pushes[i].Uuid.ToUpperInvariant());
            ben.SkipsKnown = false;
            await ben.SettleAsync();
            // round and round in their order, wherever the round is just now
            var again = new List<int>();
            for (var i = 0; i < 7; i++)
                again.Add(await NextAsync());
            Assert.Equal([2, 6, 7], again[..3].Order());
            for (var i = 1; i < again.Count; i++)
                Assert.Equal(again[i - 1] switch { 2 => 6, 6 => 7, _ => 2 }, again[i]);
            await using var back = await GoImPeer.LoginAsync(door, ben.Id);
            back.SkipsKnown = true;
            foreach (var i in new[] { 2, 6, 7 })
            {
                var push = await back.NextPushAsync();
                Assert.Equal(pushes[i].Obj, push.Obj);
                await back.AcknowledgeAsync(push);
            }
            await back.ExpectNoPushAsync();

            async Task<int> NextAsync()
            {
                var raw = (await ben.NextPushAsync()).Raw;
                return pushes.FindIndex(push => push.Raw == raw);
            }
        }
        await RtmServer.EndAsync(own);
    }

    [Fact]
    [CoversGoIm("GI-005")]
    public async Task GI_005_Who_goes_in_the_middle_of_catching_up_has_acknowledged_nothing()
    {
        await using var ann = await server.LoginAsync("ann");
        var ben = await server.LoginAsync("ben", acknowledges: false);
        await ann.DoneAsync("send_message_p2p", "for ben", ben.Id);
        // ben's own messages lie behind it, so much that they are still read when the one for ben has come and ben is gone
        var longText = new string('x', 60_000);
        for (var i = 0; i < 199; i++)
            await ben.DoneAsync("send_message_p2p", i < 99 ? "short" : longText, ann.Id);
        await ben.DisposeAsync();
        for (var round = 0; round < 50; round++)
        {
            await using var back = await server.ReturnAsync(ben.Id, acknowledges: false);
            await back.NextPushAsync("receive_message_p2p", "for ben");
            back.Reset();
        }
    }

    [Fact]
    [CoversGoIm("GI-005")]
    public async Task GI_005_An_acknowledgement_by_anybody_else_or_of_anything_else_does_not_count()
    {
        await using var ann = await eager.LoginAsync("ann", acknowledges: false);
        await using var ben = await eager.LoginAsync("ben", acknowledges: false);
        await using var thief = await eager.LoginAsync("thief");
        await using var stranger = await eager.ConnectAsync();
        await ann.DoneAsync("send_message_p2p", "hello", ben.Id);
        var push = await ben.NextPushAsync("receive_message_p2p", "hello");
        await thief.AcknowledgeAsync(push);
        await thief.OkAsync("send_ping");
        await stranger.AcknowledgeAsync(push);
        await stranger.AskAsync("send_ping");
        await ann.AcknowledgeAsync(push); // the sender
        await ann.OkAsync("send_ping");
        var changed = push.Uuid[..^1] + (push.Uuid[^1] == '0' ? '1' : '0');
        foreach (var other in new[] { changed, Guid.NewGuid().ToString(), "{" + push.Uuid + "}", push.Uuid.Replace("-", "", StringComparison.Ordinal), push.Uuid + " ", "" })
            await ben.SendAsync("p2p_ack", other);
        Assert.Equal(push.Raw, (await ben.NextPushAsync()).Raw);
        Assert.Equal(push.Raw, (await ben.NextPushAsync()).Raw);
        await using var back = await eager.ReturnAsync(ben.Id);
        Assert.Equal(push.Obj, (await back.NextPushAsync()).Obj);
    }

    [Fact]
    [CoversGoIm("GI-005")]
    public async Task GI_005_A_late_acknowledgement_counts_also_on_another_connection()
    {
        await using var ann = await eager.LoginAsync("ann");
        var ben = await eager.LoginAsync("ben", acknowledges: false);
        await ann.DoneAsync("send_message_p2p", "given up", ben.Id);
        var givenUp = await ben.NextPushAsync();
        for (var i = 0; i < 2; i++)
            await ben.NextPushAsync();
        Assert.Null(await ben.TryNextPushAsync(Quiet));
        await ann.DoneAsync("send_message_p2p", "torn off", ben.Id);
        var tornOff = await ben.NextPushAsync("receive_message_p2p", "torn off");
        await ben.AcknowledgeAsync(givenUp);
        await ben.OkAsync("send_ping");
        await ben.DisposeAsync();
        await using var back = await eager.ReturnAsync(ben.Id, acknowledges: false);
        Assert.Equal(tornOff.Obj, (await back.NextPushAsync()).Obj);
        await back.AcknowledgeAsync(tornOff);
        await back.SettleAsync();
        Assert.Null(await back.TryNextPushAsync(Quiet));
        await using var last = await eager.ReturnAsync(ben.Id);
        await last.ExpectNoPushAsync();
    }

    [Fact]
    [CoversGoIm("GI-005")]
    public async Task GI_005_A_hundred_wait_for_their_acknowledgement_and_each_one_that_comes_lets_one_follow()
    {
        await using var ann = await server.LoginAsync("ann");
        var ben = await server.NewOfflineAsync();
        for (var i = 0; i < 150; i++)
            await ann.DoneAsync("send_message_p2p", i.ToString(), ben);
        await using var back = await server.ReturnAsync(ben, acknowledges: false);
        var pushes = new List<GoImMessage>();
        for (var i = 0; i < 100; i++)
            pushes.Add(await back.NextPushAsync("receive_message_p2p", i.ToString()));
        await back.ExpectNoPushAsync();
        for (var i = 0; i < 40; i++)
        {
            await back.AcknowledgeAsync(pushes[i]);
            await back.NextPushAsync("receive_message_p2p", (100 + i).ToString());
            await back.ExpectNoPushAsync();
        }
        await ann.DoneAsync("send_message_p2p", "live", ben); // behind the rest of the backlog
        for (var i = 40; i < 51; i++)
            await back.AcknowledgeAsync(pushes[i]);
        for (var i = 140; i < 150; i++)
            await back.NextPushAsync("receive_message_p2p", i.ToString());
        await back.NextPushAsync("receive_message_p2p", "live");
    }

    [Fact]
    [CoversGoIm("GI-005")]
    public async Task GI_005_What_is_given_up_lets_others_follow_and_comes_at_the_next_login()
    {
        await using var own = await GoImServer.StartAsync(("GoIm:AcknowledgeMilliseconds", "500"), ("GoIm:PushWindow", "2"), ("GoIm:Transmissions", "1"));
        var door = own.Endpoints["GoImMessage"];
        await using (var ann = await GoImPeer.LoginAsync(door, "ann"))
        {
            await using var ben = await GoImPeer.LoginAsync(door, "ben");
            for (var i = 0; i < 6; i++)
                await ann.DoneAsync("send_message_p2p", i.ToString(), "ben");
            for (var i = 0; i < 6; i++)
                await ben.NextPushAsync("receive_message_p2p", i.ToString());
            Assert.Null(await ben.TryNextPushAsync(Quiet));
            await using var back = await GoImPeer.LoginAsync(door, "ben", acknowledges: true);
            for (var i = 0; i < 6; i++)
                await back.NextPushAsync("receive_message_p2p", i.ToString());
            await back.ExpectNoPushAsync();
        }
        await RtmServer.EndAsync(own);
    }

    [Fact]
    [CoversGoIm("GI-005", "GI-013", "GI-018")]
    public async Task At_login_come_messages_of_users_then_of_topics_then_asks_each_oldest_first()
    {
        await using var ann = await server.LoginAsync("ann");
        await using var cid = await server.LoginAsync("cid");
        var ben = await server.LoginAsync("ben");
        string[] topics = [GoImServer.NewId("t"), GoImServer.NewId("t")];
        foreach (var topic in topics)
        {
            await ann.OkAsync("send_create_topic", topic);
            await ben.OkAsync("send_join_topic", topic);
        }
        await ben.DoneAsync("send_logout");
        await ben.DisposeAsync();
        await cid.DoneAsync("send_ask", "add_friend", ben.Id);
        for (var i = 0; i < 30; i++)
        {
            await ann.DoneAsync("send_message_topic", $"t{i}", topics[i % 2]);
            await (i % 3 == 0 ? cid : ann).DoneAsync(i % 2 == 0 ? "send_message_p2p" : "send_notify_p2p", $"p{i}", ben.Id);
        }
        await using var back = await server.ReturnAsync(ben.Id);
        for (var i = 0; i < 30; i++)
            await back.NextPushAsync(i % 2 == 0 ? "receive_message_p2p" : "receive_notify_p2p", $"p{i}", i % 3 == 0 ? cid.Id : ann.Id);
        for (var i = 0; i < 30; i++)
            await back.NextPushAsync("receive_message_topic", $"t{i}", topics[i % 2], ann.Id);
        await back.NextPushAsync("receive_ask", "add_friend", cid.Id);
        await back.ExpectNoPushAsync();
    }

    [Fact]
    [CoversGoIm("GI-013")]
    public async Task GI_013_An_acknowledgement_in_a_topic_counts_for_one_member()
    {
        await using var ann = await server.LoginAsync("ann");
        var ben = await server.LoginAsync("ben", acknowledges: false);
        var topic = GoImServer.NewId("topic");
        await ann.OkAsync("send_create_topic", topic);
        await ben.OkAsync("send_join_topic", topic);
        await ben.DoneAsync("send_message_topic", "mine", topic);
        await ann.NextPushAsync("receive_message_topic", "mine");
        var push = await ben.NextPushAsync("receive_message_topic", "mine");
        await ann.OkAsync("send_ping");
        await ben.DisposeAsync();
        await using var back = await server.ReturnAsync(ben.Id); // his own, never acknowledged
        Assert.Equal(push.Obj, (await back.NextPushAsync()).Obj);
        await using var other = await server.ReturnAsync(ann.Id);
        await other.ExpectNoPushAsync();
    }

    [Fact]
    [CoversGoIm("GI-005")]
    public async Task GI_005_Ten_thousand_that_wait_come_in_order_once_each_while_more_is_said_and_memory_stays()
    {
        const int Waiting = 10_000;
        const int Live = 500;
        await using var own = await GoImServer.StartAsync(("GoIm:RequestsPerSecond", "0"), ("GoIm:AcknowledgeMilliseconds", "60000"));
        var door = own.Endpoints["GoImMessage"];
        await using (var ann = await GoImPeer.LoginAsync(door, "ann", acknowledges: true))
        {
            await (await GoImPeer.LoginAsync(door, "ben")).DisposeAsync();
            await SayAsync(ann, 0, Waiting);
            var before = own.ResidentBytes;
            await using var ben = await GoImPeer.ConnectAsync(door);
            ben.Acknowledges = true;
            await ben.OkAsync("send_client_id", "ben");
            var live = Task.Run(() => SayAsync(ann, Waiting, Live));
            var peak = before;
            var uuids = new HashSet<string>();
            for (var i = 0; i < Waiting + Live; i++)
            {
                var push = await ben.NextPushAsync();
                Assert.StartsWith($"{i}:", push.Obj[0], StringComparison.Ordinal);
                Assert.True(uuids.Add(push.Uuid));
                if (i % 500 == 0)
                    peak = Math.Max(peak, own.ResidentBytes);
            }
            await live;
            output.WriteLine($"memory before {before >> 20} MB, peak {peak >> 20} MB");
            Assert.InRange(peak - before, 0, 60 * 1024 * 1024);
            await ben.ExpectNoPushAsync();
            await using var back = await GoImPeer.LoginAsync(door, "ben");
            await back.ExpectNoPushAsync();
            await ann.DoneAsync("send_message_p2p", "straight on", "ben"); // the session is live again
            await back.NextPushAsync("receive_message_p2p", "straight on");
        }
        await RtmServer.EndAsync(own);

        static async Task SayAsync(GoImPeer peer, int first, int count)
        {
            for (var at = 0; at < count; at += 250)
            {
                await peer.SendAsync(Enumerable.Range(first + at, 250)
                    .SelectMany(i => GoImPeer.Frame(GoImPeer.Request("send_message_p2p", $"{i}:{new string('m', 1000)}", "ben"))).ToArray());
                for (var i = 0; i < 250; i++)
                    Assert.True((await peer.NextAnswerAsync()).Ok);
            }
        }
    }

    [Fact]
    [CoversGoIm("GI-005")]
    public async Task GI_005_A_client_that_never_acknowledges_and_never_reads_costs_bounded_memory()
    {
        await using var own = await GoImServer.StartAsync(("GoIm:RequestsPerSecond", "0"), ("GoIm:AcknowledgeMilliseconds", "500"));
        var door = own.Endpoints["GoImMessage"];
        await using (var ann = await GoImPeer.LoginAsync(door, "ann", acknowledges: true))
        {
            await using var deaf = await RawPeer.ConnectAsync(door, receiveBuffer: 4096);
            await deaf.SendAsync(GoImPeer.Frame(GoImPeer.Request("send_client_id", "ben")));
            await Wait.Until(async () => (await ann.AskAsync("send_add_friend", "ben")).Ok, "ben is here");
            var before = own.ResidentBytes;
            for (var i = 0; i < 5000; i++) // 100 MB in all
                await ann.DoneAsync("send_message_p2p", $"{i}:{new string('m', 20_000)}", "ben");
            var after = own.ResidentBytes;
            output.WriteLine($"memory before {before >> 20} MB, after {after >> 20} MB");
            Assert.InRange(after - before, long.MinValue, 90 * 1024 * 1024);
        }
        await RtmServer.EndAsync(own);
    }
}
