using Parley.Bench.Reporting;
using Parley.Bench.Serving;

namespace Parley.Bench.Scenarios;

/// <summary>Scenarios of one stage share a server and its data directory.</summary>
internal enum Stage
{
    /// <summary>No server runs.</summary>
    Store,

    /// <summary>Messages flow.</summary>
    Load,

    /// <summary>A large room.</summary>
    Room,

    /// <summary>A fresh server, so that its memory says something.</summary>
    Idle,

    /// <summary>A server with much history.</summary>
    History,

    /// <summary>A server that has counted long, and has many groups.</summary>
    Statistics,
}

/// <summary>One thing to measure.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">What it does, in a few words.</param>
/// <param name="Stage">The server it needs.</param>
internal abstract record Scenario(string Name, string Title, Stage Stage)
{
    /// <summary>Says what must be in the store before the server starts.</summary>
    public virtual void Plan(FixturePlan plan)
    {
    }

    /// <summary>Measures.</summary>
    public abstract Task<ScenarioResult> RunAsync(ScenarioContext context);
}

/// <summary>What a scenario runs with.</summary>
/// <param name="Options">The options of the run.</param>
/// <param name="Target">The server; null in <see cref="Stage.Store"/>.</param>
/// <param name="Directory">The data directory of the stage.</param>
/// <param name="Progress">Told how far it is.</param>
/// <param name="Cancellation">Ends the run.</param>
internal sealed record ScenarioContext(
    BenchOptions Options, ServerTarget? Target, string Directory, IRunProgress Progress, CancellationToken Cancellation)
{
    /// <summary>The server, in the stages that have one.</summary>
    public ServerTarget Server => Target ?? throw new InvalidOperationException("No server runs in this stage.");
}

/// <summary>Hears how far a run is.</summary>
internal interface IRunProgress
{
    /// <summary>A scenario or its preparation begins; the one before has ended.</summary>
    void Begin(string title);

    /// <summary>How much of it is done, 0 to 1.</summary>
    void Advance(double fraction);
}
