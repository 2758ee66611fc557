using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Faults;

/// <summary>The server dies, or stands still, under load; afterwards every promise of DESIGN §5 holds.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Talkers = 6;
    private const long Group = 30_000;
    private const long Room = 5;
    private const int AnswersPerRound = 300;

    [Fact]
    public async Task Killed_ten_times_under_load_the_server_loses_nothing_and_breaks_no_sequence()
    {
        await using var server = await StartAsync();
        var history = new History();
        var talkers = MakeTalkers(history);
        for (var round = 0; round < 10; round++)
        {
            var before = talkers.Sum(talker => talker.Answered);
            var talking = talkers.Select(talker => Task.Run(() => talker.TalkAsync(Gate(server), isSaying: true))).ToArray();
            await Wait.Until(
                () => talkers.Sum(talker => talker.Answered) - before >= AnswersPerRound + (37 * round) || talking.Any(task => task.IsFaulted),
                $"enough was said in round {round}", TimeSpan.FromSeconds(60));
            server.Kill();
            await Wait.For(Task.WhenAll(talking), "the talkers to notice");
            await server.RestartAsync();
        }
        await FinishAsync(server, talkers, history);
    }

    [Fact]
    public async Task A_server_that_stood_still_for_a_while_goes_on_where_it_was()
    {
        await using var server = await StartAsync();
        var history = new History();
        var talkers = MakeTalkers(history);
        var talking = talkers.Select(talker => Task.Run(() => talker.TalkAsync(Gate(server), isSaying: true))).ToArray();
        for (var pause = 1; pause <= 3; pause++)
        {
            await Wait.Until(() => talkers.Sum(talker => talker.Answered) >= pause * 200, "enough was said");
            server.Freeze();
            using (var still = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System))
                await still.WaitForNextTickAsync();
            var before = talkers.Sum(talker => talker.Answered);
            server.Thaw();
            await Wait.Until(() => talkers.Sum(talker => talker.Answered) > before + 100, "the talk goes on");
        }
        server.Kill();
        await Wait.For(Task.WhenAll(talking), "the talkers to notice");
        await server.RestartAsync();
        await FinishAsync(server, talkers, history);
    }

    private static Task<ParleyServerProcess> StartAsync() => RtmServer.StartAsync(
        async seed =>
        {
            await seed.ProjectAsync(RtmWorld.Pid, new() { UserCallsPerSecond = 0, DuplicateWindowSeconds = 3600 });
            await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, Talkers + 1);
            await seed.GroupAsync(RtmWorld.Pid, Group, [.. Users, Reader]);
        },
        new Dictionary<string, string> { ["Sqlite:Synchronous"] = "Full" });

    private static IEnumerable<long> Users => Enumerable.Range(0, Talkers).Select(i => RtmWorld.FirstUser + i);

    private static long Reader => RtmWorld.FirstUser + Talkers;

    private static System.Net.IPEndPoint Gate(ParleyServerProcess server) => server.Endpoints["RtmClient"];

    private static Talker[] MakeTalkers(History history)
    {
        foreach (var user in Users)
        {
            foreach (var other in Users.Where(other => other > user))
                history.SetListeners(Talker.P2P(user, other), user, other);
        }
        history.SetListeners(Talker.Group(Group), [.. Users, Reader]);
        history.SetListeners(Talker.Room(Room), [.. Users, Reader]);
        return [.. Users.Select(user => new Talker(user, Group, Room, [.. Users.Where(other => other != user)], history))];
    }

    /// <summary>Settles what was not answered, reads everything, and checks it all.</summary>
    private async Task FinishAsync(ParleyServerProcess server, Talker[] talkers, History history)
    {
        foreach (var talker in talkers)
        {
            await talker.TalkAsync(Gate(server), isSaying: false);
            Assert.False(talker.HasUnanswered);
        }
        foreach (var user in Users.Append(Reader))
        {
            await using var peer = await RtmPeer.ConnectAsync(Gate(server));
            await RtmServer.AuthAsync(peer, Profile.G1, user);
            foreach (var other in Users.Where(other => other > user))
                history.SetStored(Talker.P2P(user, other), await HistoryReader.ReadAsync(peer, "getp2pmsg", "ouid", other));
            if (user != Reader)
                continue;
            await peer.DoneAsync("enterroom", ("rid", Room));
            history.SetStored(Talker.Group(Group), await HistoryReader.ReadAsync(peer, "getgroupmsg", "gid", Group));
            history.SetStored(Talker.Room(Room), await HistoryReader.ReadAsync(peer, "getroommsg", "rid", Room));
        }
        output.WriteLine(
            $"{history.Stored.Values.Sum(rows => rows.Count)} messages in {history.Stored.Count} conversations, {history.Events.Count} events");
        Assert.True(history.Stored.Values.Sum(rows => rows.Count) > 600);
        Assert.Contains(history.Events, happened => happened is HistoryEvent.Pushed);
        Assert.Empty(HistoryChecker.Check(history));
        Assert.DoesNotContain(server.Output, static line => line.Contains("fail:", StringComparison.Ordinal));
        Directory.Delete(server.DataDirectory, recursive: true);
    }
}
