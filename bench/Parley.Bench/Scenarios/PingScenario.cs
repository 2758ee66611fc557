using System.Diagnostics;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;
using Parley.Wire.Fpnn;

namespace Parley.Bench.Scenarios;

/// <summary>Round trips of <c>ping</c>: what transport, framing and dispatch cost without any work. The baseline.</summary>
internal sealed record PingScenario(string Name, string Title, int Connections, int Pipeline) : Scenario(Name, Title, Stage.Load)
{
    /// <summary>The name of the series.</summary>
    public const string Pings = "pings";

    public override void Plan(FixturePlan plan)
    {
        for (var i = 0; i < Connections; i++)
            plan.Users.Add(PairScenario.UserOf(i));
    }

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var load = new LoadSwitch();
        using var meter = new LoadMeter(series: 1);
        using var crowd = await Crowd<Connection>.GatherAsync(
            context.Server, Connections, _ => new(Pipeline, meter, load), PairScenario.UserOf, static _ => { }, context.Cancellation);
        var measurement = await Measurement.RunAsync(
            context, meter, load, () => crowd.Connections.ToList().ForEach(static c => c.Kick()), () => crowd.Connections.All(static c => c.IsIdle));
        crowd.ThrowIfBroken();
        return measurement.Result(this, Connections, Pipeline, meter, (Pings, 0));
    }

    private sealed class Connection(int depth, LoadMeter meter, LoadSwitch load) : LoadConnection(receiveBytes: 8 * 1024)
    {
        private static readonly QuestTemplate Template = QuestTemplate.Ping();

        private readonly QuestSlots _slots = new(depth);

        public bool IsIdle => _slots.Waiting == 0;

        protected override void OnAnswer(in FpnnPackage answer, long now)
        {
            if (!_slots.TryRelease(answer.SequenceNumber, out var sentAt))
                return;
            if (answer.IsError)
                meter.Fail(Frames.ErrorText(answer.Payload));
            else
                meter.Record(0, sentAt, now);
        }

        protected override void OnTurn()
        {
            if (!load.IsOn || !_slots.HasFree)
                return;
            var now = Stopwatch.GetTimestamp();
            while (_slots.HasFree)
                Template.Write(Reserve(Template.Length), _slots.Take(now));
        }
    }
}
