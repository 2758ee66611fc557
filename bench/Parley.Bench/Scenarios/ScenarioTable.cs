namespace Parley.Bench.Scenarios;

/// <summary>The scenarios by name, and what each stands for with the options of a run.</summary>
internal static class ScenarioTable
{
    /// <summary>All scenarios.</summary>
    public const string All = "all";

    /// <summary>A single caller, nothing under way but its own quest.</summary>
    public const string Single = ".single";

    /// <summary>All connections, each with one quest at a time.</summary>
    public const string Unpipelined = ".unpipelined";

    /// <summary>HTTP connections for each one of p2p: over HTTP each has one request under way only.</summary>
    private const int PostsPerConnection = 4;

    /// <summary>The names that can be asked for.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "store", "ping", "p2p", BackEndScenario.BackEndName, GoImPairScenario.GoImPairName, BeehivePairScenario.BeehivePairName,
        PostScenario.GateName, PostScenario.OpenImName, "room", "group", TopicScenario.TopicName, BeehiveRoomScenario.BeehiveRoomName, "idle", "history", StatisticsScenario.StatisticsName,
    ];

    /// <summary>
    /// The scenarios of a run in their order: those of one stage beside each other, and as near as can be those whose figures are held
    /// against each other, because what else the machine does changes from one moment to the next.
    /// </summary>
    public static IReadOnlyList<Scenario> Select(BenchOptions options)
    {
        var wanted = options.Scenarios.Count == 0 || options.Scenarios.Contains(All) ? Names : options.Scenarios;
        var scenarios = new List<Scenario>();
        if (wanted.Contains("store"))
        {
            var rows = $"{options.Connections * options.Pipeline:N0} messages of p2p at once";
            scenarios.Add(new StoreScenario(StoreScenario.StoreName + Single, "bare store: one message at a time", 1, 1));
            scenarios.Add(new StoreScenario(StoreScenario.StoreName, $"bare store: {rows}", options.Connections, options.Pipeline));
            scenarios.Add(new StoreScenario(
                StoreScenario.InboxesName, "bare store: the same, numbered in the inboxes of both", options.Connections, options.Pipeline, HasInboxes: true));
        }
        if (options.Pipeline > 1)
            AddCalls(scenarios, wanted, "", options.Connections, options.Pipeline, $"{options.Connections} connections, pipelining {options.Pipeline}");
        // beside each other, because they are held against each other
        if (wanted.Contains(PostScenario.GateName))
            scenarios.Add(new PostScenario(options.Connections * PostsPerConnection, IsOpenIm: false));
        if (wanted.Contains(PostScenario.OpenImName))
            scenarios.Add(new PostScenario(options.Connections * PostsPerConnection, IsOpenIm: true));
        var senders = $"one sender, pipelining {options.Pipeline}, to {options.Members:N0}";
        if (wanted.Contains("room"))
            scenarios.Add(new FanOutScenario("room", $"room: {senders}", options.Members, options.Pipeline, IsGroup: false));
        if (wanted.Contains("group"))
            scenarios.Add(new FanOutScenario("group", $"group: {senders}", options.Members, options.Pipeline, IsGroup: true));
        if (wanted.Contains(TopicScenario.TopicName))
            scenarios.Add(new TopicScenario(options.Members, options.Pipeline));
        AddCalls(scenarios, wanted, Single, 1, 1, "one caller, one at a time");
        AddCalls(scenarios, wanted, Unpipelined, options.Connections, 1, $"{options.Connections} connections, each one at a time");
        if (wanted.Contains(BeehiveRoomScenario.BeehiveRoomName))
            AddBeehiveRoom(scenarios, options);
        if (wanted.Contains("idle"))
            scenarios.Add(new IdleScenario(options.Idle));
        if (wanted.Contains("history"))
            scenarios.Add(new HistoryScenario(options.History));
        if (wanted.Contains(StatisticsScenario.StatisticsName))
            scenarios.Add(new StatisticsScenario(options.Periods, options.Groups, options.Rooms));
        return scenarios;
    }

    /// <summary>Beside it, in the same stage, a room of RTM with as many receivers as a message has there.</summary>
    private static void AddBeehiveRoom(List<Scenario> scenarios, BenchOptions options)
    {
        var room = new BeehiveRoomScenario(options.BeehiveSessions, options.Pipeline);
        scenarios.Add(new FanOutScenario(
            BeehiveRoomScenario.RtmName,
            $"room: one sender, pipelining {options.Pipeline}, to {room.Receivers:N0}, beside {room.Name}",
            room.Receivers,
            options.Pipeline,
            IsGroup: false,
            Stage.Room));
        scenarios.Add(room);
    }

    private static void AddCalls(List<Scenario> scenarios, IReadOnlyList<string> wanted, string suffix, int callers, int pipeline, string title)
    {
        if (wanted.Contains("p2p"))
            scenarios.Add(new PairScenario("p2p" + suffix, $"durable p2p: {title}", Math.Max(2, callers), pipeline, callers == 1));
        // right behind p2p, against which they are held
        if (wanted.Contains(GoImPairScenario.GoImPairName) && pipeline > 1)
            scenarios.Add(new GoImPairScenario(callers, pipeline));
        if (wanted.Contains(BeehivePairScenario.BeehivePairName) && pipeline > 1)
            scenarios.Add(new BeehivePairScenario(callers, pipeline));
        if (wanted.Contains(BackEndScenario.BackEndName) && pipeline > 1)
            scenarios.Add(new BackEndScenario(callers, pipeline));
        if (wanted.Contains("ping"))
            scenarios.Add(new PingScenario("ping" + suffix, $"ping: {title}", callers, pipeline));
    }
}
