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

    /// <summary>The names that can be asked for.</summary>
    public static IReadOnlyList<string> Names { get; } = ["store", "ping", "p2p", "room", "group", "idle", "history"];

    /// <summary>The scenarios of a run in their order: those of one stage beside each other.</summary>
    public static IReadOnlyList<Scenario> Select(BenchOptions options)
    {
        var wanted = options.Scenarios.Count == 0 || options.Scenarios.Contains(All) ? Names : options.Scenarios;
        var scenarios = new List<Scenario>();
        if (wanted.Contains("store"))
        {
            var rows = $"{options.Connections * options.Pipeline:N0} messages of p2p at once";
            scenarios.Add(new StoreScenario(StoreScenario.StoreName, $"bare store: {rows}", options.Connections, options.Pipeline));
            scenarios.Add(new StoreScenario(StoreScenario.StoreName + Single, "bare store: one message at a time", 1, 1));
        }
        foreach (var variant in Variants(options))
        {
            if (wanted.Contains("ping"))
                scenarios.Add(new PingScenario("ping" + variant.Suffix, $"ping: {variant.Title}", variant.Callers, variant.Pipeline));
            if (wanted.Contains("p2p"))
            {
                scenarios.Add(new PairScenario(
                    "p2p" + variant.Suffix, $"durable p2p: {variant.Title}", Math.Max(2, variant.Callers), variant.Pipeline, variant.Callers == 1));
            }
        }
        var senders = $"one sender, pipelining {options.Pipeline}, to {options.Members:N0}";
        if (wanted.Contains("room"))
            scenarios.Add(new FanOutScenario("room", $"room: {senders}", options.Members, options.Pipeline, IsGroup: false));
        if (wanted.Contains("group"))
            scenarios.Add(new FanOutScenario("group", $"group: {senders}", options.Members, options.Pipeline, IsGroup: true));
        if (wanted.Contains("idle"))
            scenarios.Add(new IdleScenario(options.Idle));
        if (wanted.Contains("history"))
            scenarios.Add(new HistoryScenario(options.History));
        return scenarios;
    }

    private static IEnumerable<(string Suffix, string Title, int Callers, int Pipeline)> Variants(BenchOptions options)
    {
        var many = $"{options.Connections} connections";
        if (options.Pipeline > 1)
            yield return ("", $"{many}, pipelining {options.Pipeline}", options.Connections, options.Pipeline);
        yield return (Single, "one caller, one at a time", 1, 1);
        yield return (Unpipelined, $"{many}, each one at a time", options.Connections, 1);
    }
}
