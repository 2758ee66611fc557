namespace Parley.Bench.Reporting;

/// <summary>One kind of operation of a scenario.</summary>
/// <param name="Name">What was counted.</param>
/// <param name="Count">How often, in the measured time.</param>
/// <param name="PerSecond">Per second of the measured time.</param>
/// <param name="MeanMicroseconds">Mean latency.</param>
/// <param name="P50Microseconds">Median latency.</param>
/// <param name="P99Microseconds">Latency of all but 1 %.</param>
/// <param name="P999Microseconds">Latency of all but 0.1 %.</param>
/// <param name="MaxMicroseconds">The longest.</param>
internal sealed record SeriesResult(
    string Name, long Count, double PerSecond, double MeanMicroseconds, double P50Microseconds, double P99Microseconds,
    double P999Microseconds, double MaxMicroseconds);

/// <summary>What one scenario gave.</summary>
internal sealed record ScenarioResult
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it did, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>Connections.</summary>
    public int Connections { get; init; }

    /// <summary>Quests that one connection had under way.</summary>
    public int Pipeline { get; init; }

    /// <summary>The measured time.</summary>
    public double Seconds { get; init; }

    /// <summary>What was counted and timed.</summary>
    public IReadOnlyList<SeriesResult> Series { get; init; } = [];

    /// <summary>Other figures by name.</summary>
    public Dictionary<string, double> Figures { get; init; } = [];

    /// <summary>Processor time of the load generator in the measured time.</summary>
    public double ClientCpuSeconds { get; init; }

    /// <summary>What the load generator allocated in the measured time; next to nothing, or it disturbs what it measures.</summary>
    public long ClientAllocatedBytes { get; init; }

    /// <summary>Processor time of the server in the measured time; null when it is not known.</summary>
    public double? ServerCpuSeconds { get; init; }

    /// <summary>Memory of the server at the end of the measured time; null when it is not known.</summary>
    public long? ServerResidentBytes { get; init; }

    /// <summary>Processor time of the server by the name of its threads.</summary>
    public IReadOnlyDictionary<string, double> ServerThreads { get; init; } = new Dictionary<string, double>();

    /// <summary>Error answers.</summary>
    public long Errors { get; init; }

    /// <summary>What the reader must know: the first error, lost messages, warnings of the server.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What was counted per second of the server's processor time; null when that is not known.</summary>
    public double? PerServerCpuSecond => ServerCpuSeconds > 0 && Series.Count > 0 ? Series.Sum(static s => s.Count) / ServerCpuSeconds : null;

    /// <summary>A series by name; null when there is none.</summary>
    public SeriesResult? Find(string series) => Series.FirstOrDefault(s => s.Name == series);
}

/// <summary>A figure that is held against a target.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Title">What is divided by what.</param>
/// <param name="Value">The figure.</param>
/// <param name="Target">What it is held against; null = for information.</param>
/// <param name="AtLeast">Whether the target is the least, otherwise the most.</param>
/// <param name="Unit">Its unit; "" for a ratio.</param>
internal sealed record Verdict(string Name, string Title, double Value, double? Target, bool AtLeast, string Unit = "")
{
    /// <summary>Whether the target is met; null when there is none.</summary>
    public bool? IsMet => Target is not { } target ? null : AtLeast ? Value >= target : Value <= target;
}

/// <summary>The machine that was measured.</summary>
/// <param name="Processors">Processors that this process may use.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="System">The operating system.</param>
internal sealed record Machine(int Processors, string Runtime, string System);

/// <summary>A whole run.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="Machine">Where.</param>
/// <param name="Flush">How long the disk takes to flush a small write.</param>
/// <param name="Scenarios">What the scenarios gave, in the order of their run.</param>
/// <param name="Verdicts">The figures that are held against targets.</param>
internal sealed record BenchReport(
    DateTimeOffset StartedAt, Machine Machine, SeriesResult Flush, IReadOnlyList<ScenarioResult> Scenarios, IReadOnlyList<Verdict> Verdicts);
