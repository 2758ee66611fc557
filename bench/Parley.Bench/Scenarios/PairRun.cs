using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;

namespace Parley.Bench.Scenarios;

/// <summary>A connection of a pair that talks within itself.</summary>
internal interface IPairConnection
{
    /// <summary>Whether nothing that was sent waits for its answer.</summary>
    bool IsIdle { get; }

    /// <summary>Messages sent.</summary>
    long Sent { get; }

    /// <summary>Messages received.</summary>
    long Pushed { get; }
}

/// <summary>What is the same for pairs of every protocol: the load, and the figures that follow from it.</summary>
internal static class PairRun
{
    /// <summary>Lets the pairs talk, and tells answers, receipts, operations, the size of commits, and what was lost.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="pipeline">Messages that one connection has under way.</param>
    /// <param name="context">Its context.</param>
    /// <param name="crowd">The connections.</param>
    /// <param name="meter">Series 0 holds the answers, series 1 the receipts.</param>
    /// <param name="load">Whether to send.</param>
    /// <param name="settle">What each connection does when the load is over and before the figures are taken; null = nothing.</param>
    public static async Task<ScenarioResult> RunAsync<T>(
        Scenario scenario, int pipeline, ScenarioContext context, Crowd<T> crowd, LoadMeter meter, LoadSwitch load,
        Func<T, CancellationToken, Task>? settle = null)
        where T : LoadSocket, IPairConnection
    {
        var before = await context.Server.CommitsAsync(context.Cancellation);
        var measurement = await Measurement.RunAsync(
            context, meter, load, () => crowd.Connections.ToList().ForEach(static c => c.Kick()), () => IsDrained(crowd, meter));
        var after = await context.Server.CommitsAsync(context.Cancellation);
        crowd.ThrowIfBroken();
        if (settle is not null)
            await crowd.ForEachAsync(settle, context.Cancellation);
        var result = measurement.Result(
            scenario, crowd.Connections.Count, pipeline, meter, (PairScenario.Answers, 0), (PairScenario.Receipts, 1));
        result.Figures[PairScenario.OperationsPerSecond] = result.Series.Sum(static s => s.PerSecond);
        if (after.Commits > before.Commits)
            result.Figures[PairScenario.CommitSize] = (after.Operations - before.Operations) / (after.Commits - before.Commits);
        result.Figures["lost"] = crowd.Connections.Sum(static c => c.Sent) - meter.Errors - crowd.Connections.Sum(static c => c.Pushed);
        return result;
    }

    private static bool IsDrained<T>(Crowd<T> crowd, LoadMeter meter)
        where T : LoadSocket, IPairConnection =>
        crowd.Connections.All(static c => c.IsIdle)
        && crowd.Connections.Sum(static c => c.Pushed) >= crowd.Connections.Sum(static c => c.Sent) - meter.Errors;
}
