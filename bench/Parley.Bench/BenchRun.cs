using System.Runtime.InteropServices;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Scenarios;
using Parley.Bench.Serving;

namespace Parley.Bench;

/// <summary>One run: the stages one after another, each with a data directory and, but for the first, a server of its own.</summary>
internal sealed class BenchRun(BenchOptions options, IRunProgress progress, CancellationToken cancellation)
{
    private readonly List<ScenarioResult> _results = [];
    private double? _readySeconds;
    private double? _residentAtStart;

    /// <summary>Runs the scenarios of the options.</summary>
    public async Task<BenchReport> RunAsync()
    {
        var startedAt = TimeProvider.System.GetUtcNow();
        Directory.CreateDirectory(options.Directory);
        progress.Begin("flush");
        var flush = Measurement.Series("flush", FlushProbe.Measure(options.Directory), 1) with { PerSecond = 0 };
        foreach (var stage in ScenarioTable.Select(options).GroupBy(static scenario => scenario.Stage))
            await RunStageAsync(stage.Key, [.. stage]);
        var machine = new Machine(Environment.ProcessorCount, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription);
        return new(startedAt, machine, flush, _results, Verdicts.Judge(_results, _readySeconds, _residentAtStart));
    }

    private async Task RunStageAsync(Stage stage, IReadOnlyList<Scenario> scenarios)
    {
        if (stage == Stage.Store)
        {
            await InTemporaryDirectoryAsync(directory => RunAllAsync(scenarios, target: null, directory));
            return;
        }
        var plan = new FixturePlan();
        foreach (var scenario in scenarios)
            scenario.Plan(plan);
        if (options.Server is { } server)
        {
            if (!plan.IsUsersOnly)
                throw new BenchException("backend, gate-post, openim-post, group, goim-p2p, goim-topic, beehive-p2p, beehive-room, statistics and history need a server that this command starts: leave them out, or leave --server out");
            var tokens = await AdminTokens.IssueAsync(options.Directory, options.Project, plan.Users, cancellation);
            await RunAllAsync(scenarios, new(server, options.Project, tokens, options.ServerProcess, Web: null), options.Directory);
            return;
        }
        await InTemporaryDirectoryAsync(directory => RunWithServerAsync(scenarios, plan, directory));
    }

    private async Task RunWithServerAsync(IReadOnlyList<Scenario> scenarios, FixturePlan plan, string directory)
    {
        progress.Begin("preparing " + string.Join(", ", scenarios.Select(static s => s.Name)));
        var tokens = await Fixture.FillAsync(directory, plan, options.BodyBytes, cancellation);
        var before = _results.Count;
        var server = await BenchServer.StartAsync(options, directory, cancellation);
        try
        {
            if (scenarios[0].Stage == Stage.Idle)
            {
                _readySeconds = server.ReadyAfter.TotalSeconds;
                _residentAtStart = ProcessUsage.ReadResidentBytes(server.ProcessId);
            }
            var target = new ServerTarget(server.Gate, Fixture.ProjectId, tokens, server.ProcessId, server.Web)
            {
                BackEndGate = server.BackEndGate,
                GoImDoor = server.GoImDoor,
                BeehiveDoor = server.BeehiveDoor,
                BeehiveHttp = server.BeehiveHttp,
                OpenImApi = server.OpenImApi,
                Secret = plan.Secret,
            };
            await RunAllAsync(scenarios, target, directory);
        }
        catch (BenchException e) when (server.Lines.Count > 0)
        {
            throw new BenchException($"{e.Message}; the server said: {server.Lines[^1]}", e);
        }
        finally
        {
            await server.DisposeAsync();
        }
        // what the server had to say stands with the last scenario that ran on it
        if (server.Lines.Count > 0 && _results.Count > before)
            _results[^1] = _results[^1] with { Notes = [.. _results[^1].Notes, $"the server said: {server.Lines[0]}"] };
    }

    private async Task RunAllAsync(IReadOnlyList<Scenario> scenarios, ServerTarget? target, string directory)
    {
        foreach (var scenario in scenarios)
        {
            progress.Begin(scenario.Title);
            _results.Add(await scenario.RunAsync(new(options, target, directory, progress, cancellation)));
        }
    }

    private async Task InTemporaryDirectoryAsync(Func<string, Task> action)
    {
        var directory = Directory.CreateDirectory(Path.Combine(options.Directory, "parley-bench-" + Path.GetRandomFileName())).FullName;
        try
        {
            await action(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
