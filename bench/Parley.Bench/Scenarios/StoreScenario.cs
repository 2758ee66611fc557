using System.Diagnostics;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;
using Parley.Storage.Sqlite;

namespace Parley.Bench.Scenarios;

/// <summary>The bare store: the rows of p2p, as many under way at once, and nothing else running.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">What it does.</param>
/// <param name="Connections">Whose messages: those of so many connections.</param>
/// <param name="Pipeline">Messages that each of them has under way.</param>
/// <param name="HasInboxes">Whether all users have inboxes, so that each message is numbered for both ends.</param>
internal sealed record StoreScenario(string Name, string Title, int Connections, int Pipeline, bool HasInboxes = false)
    : Scenario(Name, Title, Stage.Store)
{
    /// <summary>The name of the scenario with many messages under way.</summary>
    public const string StoreName = "store";

    /// <summary>The name of the scenario in which all users have inboxes.</summary>
    public const string InboxesName = StoreName + ".inboxes";

    /// <summary>Rows, timed from handing in to commit.</summary>
    public const string Rows = "rows";

    private const int DuplicateWindow = 120_000; // the default of a project

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var options = context.Options;
        await using var store = await Fixture.OpenAsync(
            Directory.CreateDirectory(Path.Combine(context.Directory, Name)).FullName,
            Enum.Parse<SqliteSynchronous>(options.Synchronous, ignoreCase: true),
            context.Cancellation);
        if (HasInboxes)
            await Task.WhenAll(Enumerable.Range(0, Math.Max(2, Connections)).Select(i => EnrolAsync(store, PairScenario.UserOf(i), context)));
        var body = QuestTemplate.Body(options.BodyBytes);
        var window = Connections * Pipeline;
        var mid = 0L;
        var appender = new Appender(store.Messages, window, DuplicateWindow);
        var half = Task.Run(() => appender.Run(options.WarmUp, Make, isMeasured: false), context.Cancellation);
        await Measurement.WaitAsync(context, options.WarmUp, elapsed => elapsed / (options.WarmUp + options.Duration));
        await half;
        var before = ProcessUsage.Read(Environment.ProcessId);
        var rest = Task.Run(() => appender.Run(options.Duration, Make, isMeasured: true), context.Cancellation);
        await Measurement.WaitAsync(context, options.Duration, elapsed => (options.WarmUp + elapsed) / (options.WarmUp + options.Duration));
        await rest;
        var seconds = appender.MeasuredTime.TotalSeconds;
        var after = ProcessUsage.Read(Environment.ProcessId);
        return new()
        {
            Name = Name,
            Title = Title,
            Connections = Connections,
            Pipeline = Pipeline,
            Seconds = seconds,
            Series = [Measurement.Series(Rows, appender.Latencies, seconds)],
            Figures = { [PairScenario.CommitSize] = (double)appender.Latencies.Count / Math.Max(1, appender.Commits) },
            ClientCpuSeconds = after is null || before is null ? 0 : after.CpuSeconds - before.CpuSeconds,
        };

        Parley.Core.Messaging.Message Make(long i)
        {
            var index = (int)(i % Connections);
            mid = Math.Max(mid + 1, Stopwatch.GetTimestamp());
            return Fixture.Say(PairScenario.UserOf(index), PairScenario.PartnerOf(index), mid, body);
        }
    }

    private static Task EnrolAsync(SqliteStore store, long user, ScenarioContext context) =>
        store.Inboxes.EnrolAsync(Fixture.ProjectId, user, most: 0, context.Cancellation).AsTask();
}
