using Parley.Bench.Scenarios;

namespace Parley.Bench.Reporting;

/// <summary>Holds the figures of one run against each other. A figure that the run does not have gives no verdict.</summary>
internal static class Verdicts
{
    private const double Microsecond = 1;
    private const double Millisecond = 1000 * Microsecond;
    private const double Mebibyte = 1024 * 1024;

    /// <summary>Judges a run.</summary>
    public static IReadOnlyList<Verdict> Judge(
        IReadOnlyList<ScenarioResult> results, double? readySeconds, double? residentAtStart)
    {
        var verdicts = new List<Verdict>();
        Throughput(verdicts, results);
        RoundTrip(verdicts, results, ScenarioTable.Single, "one caller");
        RoundTrip(verdicts, results, ScenarioTable.Unpipelined, "all connections");
        Idle(verdicts, results, readySeconds, residentAtStart);
        History(verdicts, results);
        Beehive(verdicts, results);
        return verdicts;
    }

    private static void Throughput(List<Verdict> verdicts, IReadOnlyList<ScenarioResult> results)
    {
        var store = Find(results, StoreScenario.StoreName)?.Find(StoreScenario.Rows)?.PerSecond;
        if (store > 0 && Find(results, StoreScenario.InboxesName)?.Find(StoreScenario.Rows) is { } numbered)
            verdicts.Add(new("inboxesPerStore", "rows of the bare store that both ends have in their inboxes, per row without", numbered.PerSecond / store.Value, 0.6, AtLeast: true));
        var ping = Find(results, "ping")?.Find(PingScenario.Pings)?.PerSecond;
        if (Find(results, "p2p") is { } p2p)
        {
            var operations = p2p.Figures[PairScenario.OperationsPerSecond];
            var answers = p2p.Find(PairScenario.Answers)!;
            if (store > 0)
            {
                verdicts.Add(new("p2pPerStore", "p2p operations (answers and receipts) per row of the bare store", operations / store.Value, 0.5, AtLeast: true));
                verdicts.Add(new("p2pMessagesPerStore", "p2p messages per row of the bare store", answers.PerSecond / store.Value, null, AtLeast: true));
            }
            if (ping > 0)
                verdicts.Add(new("p2pPerPing", "p2p operations per ping", operations / ping.Value, 0.12, AtLeast: true));
            if (operations > 0 && Find(results, BackEndScenario.BackEndName) is { } backEnds)
            {
                var signed = backEnds.Figures[PairScenario.OperationsPerSecond];
                verdicts.Add(new("backEndPerP2p", "p2p operations through the server gate, signed, per one through the client gate", signed / operations, 0.8, AtLeast: true));
            }
            if (operations > 0 && Find(results, GoImPairScenario.GoImPairName) is { } goIm)
            {
                var acknowledged = goIm.Figures[PairScenario.OperationsPerSecond];
                verdicts.Add(new("goImP2pPerP2p", "p2p operations through GoIM, acknowledged, per one through the client gate", acknowledged / operations, 0.5, AtLeast: true));
            }
            var slowest = Math.Max(answers.P99Microseconds, p2p.Find(PairScenario.Receipts)!.P99Microseconds);
            verdicts.Add(new("p2pP99", "p2p: the p99 of answers and receipts, whichever is longer", slowest / Millisecond, 50, AtLeast: false, "ms"));
        }
        if (Find(results, PostScenario.GateName)?.Find(PairScenario.Answers) is { PerSecond: > 0 } gate
            && Find(results, PostScenario.OpenImName)?.Find(PairScenario.Answers) is { } posts)
        {
            verdicts.Add(new("openImPostPerGatePost", "messages posted to the OpenIM API per one posted to the server gate", posts.PerSecond / gate.PerSecond, 0.7, AtLeast: true));
        }
        var topic = Find(results, TopicScenario.TopicName)?.Find(FanOutScenario.Deliveries)?.PerSecond;
        foreach (var (name, title) in new[] { ("room", "goImTopicPerRoom"), ("group", "goImTopicPerGroup") })
        {
            if (topic is { } pushes && Find(results, name)?.Find(FanOutScenario.Deliveries) is { PerSecond: > 0 } deliveries)
                verdicts.Add(new(title, $"GoIM topic deliveries, acknowledged, per {name} delivery", pushes / deliveries.PerSecond, null, AtLeast: true));
        }
        foreach (var (name, target) in new (string, double?)[] { ("room", 0.5), ("group", null) })
        {
            if (ping > 0 && Find(results, name)?.Find(FanOutScenario.Deliveries) is { } deliveries)
                verdicts.Add(new($"{name}PerPing", $"{name} deliveries per ping", deliveries.PerSecond / ping.Value, target, AtLeast: true));
        }
    }

    private static void RoundTrip(
        List<Verdict> verdicts, IReadOnlyList<ScenarioResult> results, string variant, string who)
    {
        var ping = Find(results, "ping" + variant)?.Find(PingScenario.Pings);
        var pair = Find(results, "p2p" + variant);
        if (ping is null || pair?.Find(PairScenario.Answers) is not { } p2p)
            return;
        verdicts.Add(new(
            "p2pRoundTrip" + (variant == ScenarioTable.Single ? "Single" : "Unpipelined"),
            $"p2p p50, one at a time, {who}; at most 3 × that of ping + one flush",
            p2p.P50Microseconds,
            (3 * ping.P50Microseconds) + pair.Figures[PairScenario.FlushMicroseconds],
            AtLeast: false,
            "µs"));
        if (variant == ScenarioTable.Single && Find(results, StoreScenario.StoreName + variant)?.Find(StoreScenario.Rows) is { } store && ping.P50Microseconds > 0)
        {
            verdicts.Add(new(
                "p2pBeyondStoreInPings",
                "p2p p50 beyond that of the bare store, one message at a time, in pings",
                (p2p.P50Microseconds - store.P50Microseconds) / ping.P50Microseconds,
                null,
                AtLeast: false));
        }
    }

    private static void Idle(
        List<Verdict> verdicts, IReadOnlyList<ScenarioResult> results, double? readySeconds, double? residentAtStart)
    {
        if (Find(results, IdleScenario.IdleName) is not { } idle)
            return;
        if (idle.ServerResidentBytes is not null)
            verdicts.Add(new("idleBytes", "server memory of an idle connection", idle.Figures[IdleScenario.BytesEach], 16 * 1024, AtLeast: false, "bytes"));
        if (readySeconds is { } ready)
            verdicts.Add(new("ready", "the server's start, with the users of idle in its store", ready, 2, AtLeast: false, "s"));
        if (residentAtStart is { } resident)
            verdicts.Add(new("residentAtStart", "server memory just after its start", resident / Mebibyte, 120e6 / Mebibyte, AtLeast: false, "MiB"));
    }

    private static void History(List<Verdict> verdicts, IReadOnlyList<ScenarioResult> results)
    {
        if (Find(results, HistoryScenario.HistoryName) is not { } history)
            return;
        for (var kind = 0; kind < HistoryScenario.Kinds.Length; kind++)
        {
            var inShort = history.Find(HistoryScenario.SeriesOf(kind, isLong: false))!.PerSecond;
            var inLong = history.Find(HistoryScenario.SeriesOf(kind, isLong: true))!.PerSecond;
            var name = HistoryScenario.Kinds[kind];
            verdicts.Add(new(
                $"history{string.Concat(name.Split(' ').Select(static w => char.ToUpperInvariant(w[0]) + w[1..]))}",
                $"history, {name}: time out of the long per time out of the short conversation",
                inLong > 0 ? inShort / inLong : double.MaxValue,
                1.5,
                AtLeast: false));
        }
    }

    private static void Beehive(List<Verdict> verdicts, IReadOnlyList<ScenarioResult> results)
    {
        if (Find(results, BeehivePairScenario.BeehivePairName) is { } pairs && Find(results, "p2p") is { } p2p)
        {
            var operations = p2p.Figures[PairScenario.OperationsPerSecond];
            var acknowledged = pairs.Figures[PairScenario.OperationsPerSecond];
            if (operations > 0)
                verdicts.Add(new("beehiveP2pPerP2p", "p2p operations through beehive, acknowledged, per one through the client gate", acknowledged / operations, null, AtLeast: true));
        }
        if (Find(results, BeehiveRoomScenario.BeehiveRoomName) is { } room)
        {
            var rtm = Find(results, BeehiveRoomScenario.RtmName)?.Find(FanOutScenario.Deliveries)?.PerSecond;
            foreach (var (name, title, rate) in new[]
            {
                ("beehiveRoomPerRoom", "beehive room deliveries per one of an RTM room with as many receivers", room.Find(FanOutScenario.Deliveries)!.PerSecond),
                ("beehiveRoomAcknowledgedPerRoom", "the same, where each is acknowledged, as it always is in RTM", room.Figures[BeehiveRoomScenario.AcknowledgedPerSecond]),
            })
            {
                if (rtm > 0)
                    verdicts.Add(new(name, title, rate / rtm.Value, 0.8, AtLeast: true));
            }
            var files = Math.Max(room.Figures[BeehiveRoomScenario.ClientFiles], room.Figures[BeehiveRoomScenario.ServerFiles]);
            verdicts.Add(new("beehiveRoomFiles", "open files of server or load generator, whichever has more, in the beehive room", files, 20_000, AtLeast: false));
        }
        if (Find(results, StatisticsScenario.StatisticsName) is { } statistics)
        {
            var held = statistics.Series.Where(static s => s.Name != StatisticsScenario.Longest).ToList();
            verdicts.Add(new("statisticsP50", "statistics: the longest p50 of the interfaces", held.Max(static s => s.P50Microseconds) / Millisecond, 5, AtLeast: false, "ms"));
            verdicts.Add(new("statisticsP99", "statistics: the longest p99 of the interfaces", held.Max(static s => s.P99Microseconds) / Millisecond, 5, AtLeast: false, "ms"));
        }
    }

    private static ScenarioResult? Find(IReadOnlyList<ScenarioResult> results, string name) => results.FirstOrDefault(r => r.Name == name);
}
