using System.Collections.Concurrent;
using System.Net;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>What is pending outlives the server (goim-json §10, DESIGN §5.1 and §5.4).</summary>
public sealed class RestartTests(ITestOutputHelper output)
{
    private const string Full = "Full";

    [Theory]
    [CoversGoIm("GI-005", "GI-013", "GI-018")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_not_acknowledged_comes_again_and_what_was_before_an_answered_ping_never(bool isKilled)
    {
        await using var server = await GoImServer.StartAsync(("Sqlite:Synchronous", Full), ("GoIm:AcknowledgeMilliseconds", "60000"));
        IPEndPoint Door() => server.Endpoints["GoImMessage"];
        var pushes = new List<GoImMessage>();
        await using (var ann = await GoImPeer.LoginAsync(Door(), "ann", acknowledges: true))
        {
            await using var ben = await GoImPeer.LoginAsync(Door(), "ben");
            await ann.OkAsync("send_create_topic", "topic");
            await ben.OkAsync("send_join_topic", "topic");
            for (var i = 0; i < 20; i++)
            {
                await ann.DoneAsync("send_message_p2p", $"p{i}", "ben");
                pushes.Add(await ben.NextPushAsync());
            }
            for (var i = 0; i < 20; i++)
            {
                await ann.DoneAsync("send_notify_topic", $"t{i}", "topic");
                pushes.Add(await ben.NextPushAsync());
            }
            await ann.DoneAsync("send_ask", "add_friend", "ben");
            pushes.Add(await ben.NextPushAsync("receive_ask"));
            for (var i = 0; i < 40; i += 2)
                await ben.AcknowledgeAsync(pushes[i]);
            await ben.OkAsync("send_ping");
            if (isKilled)
                server.Kill();
            else
                Assert.Equal(0, await server.TerminateAsync());
        }
        await server.RestartAsync();
        for (var i = 0; i < 2; i++)
        {
            await using var back = await GoImPeer.LoginAsync(Door(), "ben", acknowledges: i == 0);
            for (var at = 1; i == 0 && at < 40; at += 2)
                Assert.Equal(pushes[at].Obj, (await back.NextPushAsync()).Obj);
            Assert.Equal(pushes[40].Obj, (await back.NextPushAsync("receive_ask")).Obj);
            await back.ExpectNoPushAsync();
        }
        await RtmServer.EndAsync(server);
    }

    [Fact]
    [CoversGoIm("GI-004", "GI-005", "GI-012", "GI-013")]
    public async Task Killed_again_and_again_under_load_the_server_loses_nothing_and_repeats_nothing_that_it_promised_not_to()
    {
        const int Rounds = 6;
        await using var server = await GoImServer.StartAsync(("Sqlite:Synchronous", Full), ("GoIm:RequestsPerSecond", "0"));
        string[] names = ["u0", "u1", "u2", "u3"];
        await using (var founder = await GoImPeer.LoginAsync(server.Endpoints["GoImMessage"], names[0], acknowledges: true))
        {
            await founder.OkAsync("send_create_topic", "topic");
            foreach (var name in names.Skip(1))
            {
                await using var peer = await GoImPeer.LoginAsync(server.Endpoints["GoImMessage"], name);
                await peer.OkAsync("send_join_topic", "topic");
            }
        }
        var record = new Record();
        for (var round = 0; round < Rounds; round++)
        {
            var before = record.Accepted.Count;
            var talks = names.Select(name => Task.Run(() => TalkAsync(server.Endpoints["GoImMessage"], name, names, round, record))).ToArray();
            await Wait.Until(
                () => record.Accepted.Count - before >= 200 + (41 * round) || talks.Any(talk => talk.IsCompleted), "enough was said", TimeSpan.FromSeconds(60));
            server.Kill();
            await Wait.For(Task.WhenAll(talks), "the talkers to notice");
            await server.RestartAsync();
        }
        foreach (var name in names)
        {
            await using var last = await GoImPeer.ConnectAsync(server.Endpoints["GoImMessage"], name);
            record.Attach(last);
            await last.OkAsync("send_client_id", name);
            await Wait.Until(() => record.IsComplete(name), $"{name} has everything that was accepted");
            await last.OkAsync("send_ping");
        }
        output.WriteLine($"{record.Accepted.Count} accepted, {record.Received.Count} received, {record.Settled.Count} settled before a kill");
        Assert.True(record.Accepted.Count > 1000);
        Assert.True(record.Settled.Count > 50);
        Assert.Empty(record.Repeated);
        Assert.DoesNotContain(server.Output, static line => line.Contains("fail:", StringComparison.Ordinal));
        await RtmServer.EndAsync(server);
    }

    /// <summary>Talks and acknowledges until the server is gone; now and then pings, and then what was acknowledged is settled.</summary>
    private static async Task TalkAsync(IPEndPoint door, string name, string[] names, int round, Record record)
    {
        await using var peer = await GoImPeer.ConnectAsync(door, name);
        record.Attach(peer);
        try
        {
            await peer.OkAsync("send_client_id", name);
            for (var i = 0; ; i++)
            {
                var text = $"{name}/{round}/{i}";
                var isTopic = i % 5 == 0;
                var target = isTopic ? "topic" : names[(Array.IndexOf(names, name) + 1 + (i % 3)) % names.Length];
                await peer.DoneAsync(isTopic ? "send_message_topic" : "send_message_p2p", text, target);
                foreach (var receiver in isTopic ? names : [target])
                    record.Accepted[(receiver, text)] = true;
                if (i % 10 != 9)
                    continue;
                var acknowledged = record.Acknowledged(name);
                await peer.OkAsync("send_ping");
                foreach (var uuid in acknowledged)
                    record.Settled[(name, uuid)] = true;
            }
        }
        catch (IOException)
        {
            // killed
        }
    }

    private sealed class Record
    {
        private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _acknowledged = new();

        public ConcurrentDictionary<(string Receiver, string Text), bool> Accepted { get; } = new();

        public ConcurrentDictionary<(string Receiver, string Text), bool> Received { get; } = new();

        public ConcurrentDictionary<(string Receiver, string Uuid), bool> Settled { get; } = new();

        public ConcurrentQueue<string> Repeated { get; } = new();

        public void Attach(GoImPeer peer) => peer.OnPush = push =>
        {
            Received[(peer.Id, push.Obj[0])] = true;
            if (Settled.ContainsKey((peer.Id, push.Uuid)))
                Repeated.Enqueue($"{peer.Id}: {push}");
            try
            {
                peer.AcknowledgeAsync(push).GetAwaiter().GetResult();
                _acknowledged.GetOrAdd(peer.Id, static _ => new()).Enqueue(push.Uuid);
            }
            catch (IOException)
            {
                // killed
            }
        };

        /// <summary>What was acknowledged since the last time.</summary>
        public List<string> Acknowledged(string name)
        {
            var all = new List<string>();
            while (_acknowledged.GetOrAdd(name, static _ => new()).TryDequeue(out var uuid))
                all.Add(uuid);
            return all;
        }

        public bool IsComplete(string name) => Accepted.Keys.Where(key => key.Receiver == name).All(Received.ContainsKey);
    }
}
