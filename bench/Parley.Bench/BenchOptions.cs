using System.Net;

namespace Parley.Bench;

/// <summary>What a run is to do.</summary>
internal sealed record BenchOptions
{
    /// <summary>Names of scenarios; empty or <c>all</c> = all of them.</summary>
    public IReadOnlyList<string> Scenarios { get; init; } = [];

    /// <summary>Measured time of each scenario.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Load before the measured time, so that code is compiled and caches are filled.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Connections of ping and p2p.</summary>
    public int Connections { get; init; } = 50;

    /// <summary>Quests that one connection has under way.</summary>
    public int Pipeline { get; init; } = 32;

    /// <summary>Receivers of room and group.</summary>
    public int Members { get; init; } = 1000;

    /// <summary>Sessions of beehive-room, in three sub-groups.</summary>
    public int BeehiveSessions { get; init; } = 9000;

    /// <summary>Periods that statistics has counted: a year of 300 s.</summary>
    public int Periods { get; init; } = 105_120;

    /// <summary>Groups of the rankings of statistics.</summary>
    public int Groups { get; init; } = 100_000;

    /// <summary>Rooms of the ranking of statistics.</summary>
    public int Rooms { get; init; } = 1000;

    /// <summary>Connections of idle.</summary>
    public int Idle { get; init; } = 10_000;

    /// <summary>Messages in the long conversation of history.</summary>
    public int History { get; init; } = 1_000_000;

    /// <summary>Bytes of text in a message.</summary>
    public int BodyBytes { get; init; } = 100;

    /// <summary>Threads of the load generator that own connections.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How sure commits are: Full, Normal or Off.</summary>
    public string Synchronous { get; init; } = "Full";

    /// <summary>Further settings of the server as KEY=VALUE.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>A server that runs already; null = start one for the run.</summary>
    public IPEndPoint? Server { get; init; }

    /// <summary>Process id of <see cref="Server"/>, to see its memory and processor time; 0 = not told.</summary>
    public int ServerProcess { get; init; }

    /// <summary>The project at <see cref="Server"/>.</summary>
    public long Project { get; init; } = 1000;

    /// <summary>Where temporary data directories are made, or the data directory of <see cref="Server"/>.</summary>
    public string Directory { get; init; } = Path.GetTempPath();

    /// <summary>Names of all doors of the server, so that each gets a free port.</summary>
    public IReadOnlyList<string> Doors { get; init; } = [];
}
