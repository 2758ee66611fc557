using System.Diagnostics;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;
using Parley.Wire.Fpnn;

namespace Parley.Bench.Scenarios;

/// <summary>
/// The messages of <see cref="PairScenario"/>, sent by back ends through the server gate, each signed: sign → send → commit → answer,
/// push → receipt of the same users. There are as many connections and as many messages under way as there: half of the connections are
/// back ends, which speak for one user of each pair, the other half are the other users.
/// </summary>
/// <param name="Connections">Connections of back ends and users together, an even number.</param>
/// <param name="Pipeline">Messages under way for each of the connections; a back end has twice as many.</param>
internal sealed record BackEndScenario(int Connections, int Pipeline)
    : Scenario(BackEndName, $"durable p2p through the server gate: {Connections / 2} back ends, pipelining {2 * Pipeline}, signed", Stage.Load)
{
    /// <summary>Its name.</summary>
    public const string BackEndName = "backend";

    public override void Plan(FixturePlan plan)
    {
        plan.NeedsSecret = true;
        for (var i = 0; i < Connections; i++)
            plan.Users.Add(PairScenario.UserOf(i));
    }

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var server = context.Server;
        var gate = server.BackEndGate ?? throw new BenchException("the server has no door RtmServer");
        var load = new LoadSwitch();
        using var meter = new LoadMeter(series: 2);
        using var crowd = await Crowd<Receiver>.GatherAsync(
            server, Connections / 2, _ => new(meter), static i => PairScenario.PartnerOf(2 * i), static _ => { }, context.Cancellation);
        var senders = new Sender[Connections / 2];
        try
        {
            for (var i = 0; i < senders.Length; i++)
            {
                var (from, to) = (PairScenario.UserOf(2 * i), PairScenario.PartnerOf(2 * i));
                senders[i] = new(i, 2 * Pipeline, new(server.ProjectId, server.Secret, from, to, context.Options.BodyBytes), meter, load);
                await senders[i].ConnectAsync(gate, source: null, context.Cancellation);
            }
            var before = await server.CommitsAsync(context.Cancellation);
            var measurement = await Measurement.RunAsync(
                context, meter, load, () => Array.ForEach(senders, static s => s.Kick()), () => IsDrained(senders, crowd, meter));
            var after = await server.CommitsAsync(context.Cancellation);
            crowd.ThrowIfBroken();
            if (Array.Find(senders, static s => s.Fault is not null) is { } broken)
                throw new BenchException($"a back end's connection was lost: {broken.Fault}");
            var result = measurement.Result(this, Connections, Pipeline, meter, (PairScenario.Answers, 0), (PairScenario.Receipts, 1));
            result.Figures[PairScenario.OperationsPerSecond] = result.Series.Sum(static s => s.PerSecond);
            if (after.Commits > before.Commits)
                result.Figures[PairScenario.CommitSize] = (after.Operations - before.Operations) / (after.Commits - before.Commits);
            result.Figures["lost"] = senders.Sum(static s => s.Sent) - meter.Errors - crowd.Connections.Sum(static c => c.Pushed);
            return result;
        }
        finally
        {
            foreach (var sender in senders)
                sender?.Dispose();
        }
    }

    private static bool IsDrained(Sender[] senders, Crowd<Receiver> crowd, LoadMeter meter) =>
        senders.All(static s => s.IsIdle)
        && crowd.Connections.Sum(static c => c.Pushed) >= senders.Sum(static s => s.Sent) - meter.Errors;

    /// <summary>A user who only listens.</summary>
    private sealed class Receiver(LoadMeter meter) : LoadConnection(receiveBytes: 32 * 1024)
    {
        private long _pushed;

        public long Pushed => Volatile.Read(ref _pushed);

        protected override void OnPush(in FpnnPackage push, long now)
        {
            _pushed++;
            // the mid is the time of sending
            meter.Record(1, Frames.Number(push.Payload, "mid"u8), now);
        }
    }

    /// <summary>A back end that only sends.</summary>
    private sealed class Sender(int number, int depth, SignedTemplate template, LoadMeter meter, LoadSwitch load)
        : LoadConnection(receiveBytes: 32 * 1024)
    {
        private readonly QuestSlots _slots = new(depth);
        private long _lastMid;
        private long _sent;

        public bool IsIdle => _slots.Waiting == 0;

        public long Sent => Volatile.Read(ref _sent);

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
            var seconds = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            while (_slots.HasFree)
            {
                _lastMid = Math.Max(_lastMid + 1, now);
                _sent++;
                template.Write(Reserve(template.Length), _slots.Take(now), _lastMid, ((long)number << 40) + _sent, seconds);
            }
        }
    }
}
