using System.Diagnostics;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;

namespace Parley.Bench.Scenarios;

/// <summary>Authenticated connections that say nothing but the receipt of the server's pings: what each costs in memory.</summary>
internal sealed record IdleScenario(int Connections) : Scenario(IdleName, "authenticated connections that say nothing", Stage.Idle)
{
    /// <summary>The name of the scenario.</summary>
    public const string IdleName = "idle";

    /// <summary>Server memory per connection.</summary>
    public const string BytesEach = "bytesEach";

    /// <summary>Server memory before the first connection.</summary>
    public const string ResidentBefore = "residentBytesBefore";

    private const int FirstUser = 200_001;
    private const int Rehearsal = 200;

    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    public override void Plan(FixturePlan plan)
    {
        OpenFiles.Check(Connections);
        for (var i = 0; i < Connections; i++)
            plan.Users.Add(UserOf(i));
    }

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var server = context.Server;
        var fresh = Resident(server);
        // the first logins load and compile code: that is not what a connection costs
        using (await GatherAsync(context, Math.Min(Rehearsal, Connections)))
        {
        }
        await Measurement.WaitAsync(context, SettleTime, static _ => 0);
        var before = Resident(server);
        var usageBefore = server.Usage();
        var clientBefore = ProcessUsage.Read(Environment.ProcessId);
        var started = Stopwatch.GetTimestamp();
        using var crowd = await GatherAsync(context, Connections);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var atLogin = Resident(server);
        await Measurement.WaitAsync(context, context.Options.Duration, elapsed => 0.5 + (elapsed / context.Options.Duration / 2));
        crowd.ThrowIfBroken();
        var after = server.Usage();
        return new()
        {
            Name = Name,
            Title = Title,
            Connections = Connections,
            Seconds = context.Options.Duration.TotalSeconds,
            Figures =
            {
                ["loginsPerSecond"] = Connections / seconds,
                ["residentBytesFresh"] = fresh,
                [ResidentBefore] = before,
                ["residentBytesAfterLogin"] = atLogin,
                [BytesEach] = after is null ? 0 : (double)(after.ResidentBytes - before) / Connections,
            },
            ClientCpuSeconds = (ProcessUsage.Read(Environment.ProcessId)?.CpuSeconds ?? 0) - (clientBefore?.CpuSeconds ?? 0),
            ServerCpuSeconds = after is null || usageBefore is null ? null : after.CpuSeconds - usageBefore.CpuSeconds,
            ServerResidentBytes = after?.ResidentBytes,
        };
    }

    private static long UserOf(int index) => FirstUser + index;

    private static double Resident(ServerTarget server) => server.ProcessId == 0 ? 0 : ProcessUsage.ReadResidentBytes(server.ProcessId);

    private static Task<Crowd<Connection>> GatherAsync(ScenarioContext context, int count) => Crowd<Connection>.GatherAsync(
        context.Server, count, static _ => new(), UserOf, up => context.Progress.Advance((double)up / count / 2), context.Cancellation);

    private sealed class Connection() : LoadConnection(receiveBytes: 256);
}
