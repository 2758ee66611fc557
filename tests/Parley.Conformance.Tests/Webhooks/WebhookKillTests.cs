using Parley.Conformance.Tests.Faults;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Webhooks;

/// <summary>A server that is killed under load, telling a receiver that fails now and then, leaves out nothing (docs/webhooks.md).</summary>
public sealed class WebhookKillTests(ITestOutputHelper output)
{
    private const int Talkers = 5;
    private const long Group = 30_000;
    private const long Room = 5;
    private const int Rounds = 4;

    private static IEnumerable<long> Users => Enumerable.Range(0, Talkers).Select(i => RtmWorld.FirstUser + i);

    [Fact]
    public async Task Every_acknowledged_message_is_told_and_each_conversation_in_order()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = static number => number % 7 == 0 ? 500 : number % 31 == 0 ? -1 : 200;
        var settings = WebhookTests.Settings(
            receiver, 0, ("AllPeers", "true"), ("AllGroups", "true"), ("AllRooms", "true"), ("BatchSize", "20"),
            ("TimeoutSeconds", "1")); // every 31st request waits for it
        settings["Sqlite:Synchronous"] = "Full";
        var server = await RtmServer.StartAsync(
            async seed =>
            {
                await seed.ProjectAsync(RtmWorld.Pid, new() { UserCallsPerSecond = 0, DuplicateWindowSeconds = 3600 });
                await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, Talkers);
                await seed.GroupAsync(RtmWorld.Pid, Group, [.. Users]);
            },
            settings);
        try
        {
            var history = new History();
            var talkers = Users.Select(user => new Talker(user, Group, Room, [.. Users.Where(other => other != user)], history)).ToArray();
            for (var round = 0; round < Rounds; round++)
            {
                var before = talkers.Sum(talker => talker.Answered);
                var talking = talkers.Select(talker => Task.Run(() => talker.TalkAsync(server.Endpoints["RtmClient"], isSaying: true))).ToArray();
                await Wait.Until(
                    () => talkers.Sum(talker => talker.Answered) - before >= 200 || talking.Any(task => task.IsFaulted),
                    $"enough was said in round {round}", TimeSpan.FromSeconds(60));
                server.Kill();
                await Wait.For(Task.WhenAll(talking), "the talkers to notice");
                await server.RestartAsync();
            }
            foreach (var talker in talkers)
                await talker.TalkAsync(server.Endpoints["RtmClient"], isSaying: false);

            var accepted = history.Events.OfType<HistoryEvent.Told>().Where(told => told.Verdict != Verdict.Refused)
                .Select(told => (told.Name.Conversation, told.Name.Mid)).ToHashSet();
            Assert.True(accepted.Count > Rounds * 150);
            await Wait.Until(
                () => accepted.IsSubsetOf(receiver.All.Select(told => (told.Conversation, told.Mid))), "all that was acknowledged is told",
                TimeSpan.FromSeconds(60));
            CheckOrder(receiver.All);
            output.WriteLine($"{accepted.Count} messages, {receiver.All.Count} told, {receiver.Requests} requests");
            WebhookTests.AssertDiscreet(server, receiver);
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    /// <summary>Of each conversation the messages come first in the order 1, 2, 3 …, and what comes again is the same.</summary>
    private static void CheckOrder(IReadOnlyList<Told> all)
    {
        var heads = new Dictionary<string, long>();
        var ids = new Dictionary<string, (string, long)>();
        foreach (var told in all)
        {
            var head = heads.GetValueOrDefault(told.Conversation);
            Assert.True(told.Sequence <= head + 1, $"{told.Conversation}: {told.Sequence} after {head}");
            heads[told.Conversation] = Math.Max(head, told.Sequence);
            if (!ids.TryAdd(told.Id, (told.Conversation, told.Sequence)))
                Assert.Equal((told.Conversation, told.Sequence), ids[told.Id]);
        }
    }
}
