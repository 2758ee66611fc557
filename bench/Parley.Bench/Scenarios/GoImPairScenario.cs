using System.Diagnostics;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;

namespace Parley.Bench.Scenarios;

/// <summary>
/// The load of <see cref="PairScenario"/> through GoIM: as many pairs say as much, send → commit → answer, push → acknowledgement.
/// </summary>
/// <param name="Connections">Connections, an even number; each pair talks within itself.</param>
/// <param name="Pipeline">Messages that one connection has under way.</param>
internal sealed record GoImPairScenario(int Connections, int Pipeline)
    : Scenario(GoImPairName, $"durable p2p through GoIM: {Connections} connections, pipelining {Pipeline}", Stage.Load)
{
    /// <summary>Its name.</summary>
    public const string GoImPairName = "goim-p2p";

    /// <summary>Pushes that came once more.</summary>
    public const string Again = "pushedAgain";

    // not the users of p2p: what is said to one who has used GoIM is kept for an acknowledgement, wherever it was delivered
    private const int FirstUser = 400_001;

    public override void Plan(FixturePlan plan) => plan.NeedsGoIm = true;

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var load = new LoadSwitch();
        using var meter = new LoadMeter(series: 2);
        using var crowd = await Crowd<Connection>.GatherAsync(
            context.Server,
            Connections,
            i => new(Pipeline, UserOf(i ^ 1), context.Options.BodyBytes, meter, load),
            UserOf,
            static _ => { },
            context.Cancellation);
        var result = await PairRun.RunAsync(this, Pipeline, context, crowd, meter, load, static (connection, cancellation) => connection.PingAsync(cancellation));
        result.Figures[Again] = crowd.Connections.Sum(static c => c.Again);
        return result;
    }

    private static long UserOf(int index) => FirstUser + index;

    private sealed class Connection(int depth, long partner, int bodyBytes, LoadMeter meter, LoadSwitch load)
        : GoImConnection(receiveBytes: 32 * 1024, isTopic: false, depth), IPairConnection
    {
        private readonly GoImTemplate _template = GoImTemplate.ToUser(partner, bodyBytes);
        private long _lastStamp;
        private long _sent;
        private long _pushed;

        public long Sent => Volatile.Read(ref _sent);

        public long Pushed => Volatile.Read(ref _pushed);

        protected override void OnAnswer(string? error, long sentAt, long now)
        {
            if (error is not null)
                meter.Fail(error);
            else
                meter.Record(0, sentAt, now);
        }

        protected override void OnPush(long stamp, long now)
        {
            _pushed++;
            meter.Record(1, stamp, now);
        }

        protected override void OnTurn()
        {
            if (!load.IsOn || !HasFree)
                return;
            var now = Stopwatch.GetTimestamp();
            while (HasFree)
            {
                _lastStamp = Math.Max(_lastStamp + 1, now);
                Send(_template, _lastStamp, now);
                _sent++;
            }
        }
    }
}
