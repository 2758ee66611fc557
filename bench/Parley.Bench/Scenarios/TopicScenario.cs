using System.Diagnostics;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;

namespace Parley.Bench.Scenarios;

/// <summary>
/// The load of <see cref="FanOutScenario"/> through a topic of GoIM. Members acknowledge every push; the sender is a member too and is
/// pushed its own messages, as the protocol has it. The sender is never further ahead of the slowest member than a fraction of the
/// pushes that the server has waiting for an acknowledgement at once.
/// </summary>
/// <param name="Members">Members besides the sender.</param>
/// <param name="Pipeline">Messages that wait for their answer at the most.</param>
internal sealed record TopicScenario(int Members, int Pipeline)
    : Scenario(TopicName, $"GoIM topic: one sender, pipelining {Pipeline}, to {Members:N0}", Stage.Load)
{
    /// <summary>Its name.</summary>
    public const string TopicName = "goim-topic";

    /// <summary>Messages that not every member has, at the most. The server has 100 pushes of a connection waiting for acknowledgements.</summary>
    private const int Ahead = 64;

    // not the users of the other places: what is said to one who has used GoIM is kept for an acknowledgement
    private const int FirstUser = 500_001;
    private const long Place = 78;

    public override void Plan(FixturePlan plan)
    {
        OpenFiles.Check(Members + 1);
        plan.NeedsGoIm = true;
        plan.Groups[Place] = [.. Enumerable.Range(0, Members + 1).Select(UserOf)];
    }

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var load = new LoadSwitch();
        using var meter = new LoadMeter(series: 2);
        var shared = new FanOut(Members + 1, Ahead);
        var sender = new Sender(Pipeline, context.Options.BodyBytes, shared, meter, load);
        shared.Sender = sender;
        using var crowd = await Crowd<Member>.GatherAsync(
            context.Server,
            Members + 1,
            i => i == 0 ? sender : new Member(1, shared, meter),
            UserOf,
            static _ => { },
            context.Cancellation);
        var before = await context.Server.CommitsAsync(context.Cancellation);
        var measurement = await Measurement.RunAsync(
            context, meter, load, sender.Kick, () => sender.IsIdle && shared.Missing(meter.Errors) <= 0);
        var after = await context.Server.CommitsAsync(context.Cancellation);
        crowd.ThrowIfBroken();
        await crowd.ForEachAsync(static (connection, cancellation) => connection.PingAsync(cancellation), context.Cancellation);
        var result = measurement.Result(this, Members + 1, Pipeline, meter, (FanOutScenario.Deliveries, 0), (FanOutScenario.Answers, 1));
        if (after.Commits > before.Commits)
            result.Figures[PairScenario.CommitSize] = (after.Operations - before.Operations) / (after.Commits - before.Commits);
        result.Figures["lost"] = shared.Missing(meter.Errors);
        result.Figures[GoImPairScenario.Again] = crowd.Connections.Sum(static c => c.Again);
        return result;
    }

    private static long UserOf(int index) => FirstUser + index;

    private class Member(int depth, FanOut shared, LoadMeter meter) : GoImConnection(receiveBytes: 16 * 1024, isTopic: true, depth)
    {
        private int _delivered;

        protected override void OnPush(long stamp, long now)
        {
            _delivered++;
            meter.Record(0, stamp, now);
        }

        protected override void OnTurn()
        {
            if (_delivered == 0)
                return;
            var delivered = _delivered;
            _delivered = 0;
            shared.OnDelivered(delivered);
        }
    }

    private sealed class Sender(int depth, int bodyBytes, FanOut shared, LoadMeter meter, LoadSwitch load) : Member(depth, shared, meter)
    {
        private readonly GoImTemplate _template = GoImTemplate.ToTopic(Place, bodyBytes);
        private readonly LoadMeter _meter = meter;
        private readonly FanOut _shared = shared;
        private long _lastStamp;

        protected override void OnAnswer(string? error, long sentAt, long now)
        {
            if (error is not null)
                _meter.Fail(error);
            else
                _meter.Record(1, sentAt, now);
        }

        protected override void OnTurn()
        {
            base.OnTurn();
            if (!load.IsOn)
                return;
            var now = Stopwatch.GetTimestamp();
            while (HasFree && _shared.MaySend)
            {
                _lastStamp = Math.Max(_lastStamp + 1, now);
                Send(_template, _lastStamp, now);
                _shared.OnSent();
            }
        }
    }
}
