using System.Diagnostics;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;
using Parley.Wire.Fpnn;

namespace Parley.Bench.Scenarios;

/// <summary>
/// Durable messages between pairs of users: send → commit → answer, push → receipt. An operation is an answer or a receipt: each ends
/// one round trip.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">What it does.</param>
/// <param name="Connections">Connections, an even number; each pair talks within itself.</param>
/// <param name="Pipeline">Messages that one connection has under way.</param>
/// <param name="IsOneWay">Whether only the first of each pair speaks.</param>
internal sealed record PairScenario(string Name, string Title, int Connections, int Pipeline, bool IsOneWay = false)
    : Scenario(Name, Title, Stage.Load)
{
    /// <summary>Messages, timed from sending to the answer.</summary>
    public const string Answers = "answers";

    /// <summary>Messages, timed from sending to the push at the receiver.</summary>
    public const string Receipts = "receipts";

    /// <summary>Answers and receipts per second.</summary>
    public const string OperationsPerSecond = "operationsPerSecond";

    /// <summary>Operations of one commit of the store, on average.</summary>
    public const string CommitSize = "operationsPerCommit";

    /// <summary>Median time of a flush of the disk, right before and after; only one at a time, where it matters.</summary>
    public const string FlushMicroseconds = "flushMicroseconds";

    private const int FirstUser = 1001;

    /// <summary>The user of a connection.</summary>
    public static long UserOf(int index) => FirstUser + index;

    /// <summary>The other of the pair.</summary>
    public static long PartnerOf(int index) => UserOf(index ^ 1);

    public override void Plan(FixturePlan plan)
    {
        for (var i = 0; i < Connections; i++)
            plan.Users.Add(UserOf(i));
    }

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var load = new LoadSwitch();
        using var meter = new LoadMeter(series: 2);
        using var crowd = await Crowd<Connection>.GatherAsync(
            context.Server,
            Connections,
            i => new(IsOneWay && i % 2 == 1 ? 0 : Pipeline, PartnerOf(i), context.Options.BodyBytes, meter, load),
            UserOf,
            static _ => { },
            context.Cancellation);
        var flush = Pipeline == 1 ? FlushProbe.Measure(context.Directory) : null;
        var result = await PairRun.RunAsync(this, Pipeline, context, crowd, meter, load);
        if (flush is not null)
        {
            flush.Add(FlushProbe.Measure(context.Directory));
            result.Figures[FlushMicroseconds] = Measurement.Microseconds(flush.Percentile(50));
        }
        return result;
    }

    private sealed class Connection(int depth, long partner, int bodyBytes, LoadMeter meter, LoadSwitch load)
        : LoadConnection(receiveBytes: 32 * 1024), IPairConnection
    {
        private readonly QuestTemplate _template = QuestTemplate.Send("sendmsg", "to", partner, bodyBytes);
        private readonly QuestSlots _slots = new(depth);
        private long _lastMid;
        private long _sent;
        private long _pushed;

        public bool IsIdle => _slots.Waiting == 0;

        public long Sent => Volatile.Read(ref _sent);

        public long Pushed => Volatile.Read(ref _pushed);

        protected override void OnAnswer(in FpnnPackage answer, long now)
        {
            if (!_slots.TryRelease(answer.SequenceNumber, out var sentAt))
                return;
            if (answer.IsError)
                meter.Fail(Frames.ErrorText(answer.Payload));
            else
                meter.Record(0, sentAt, now);
        }

        protected override void OnPush(in FpnnPackage push, long now)
        {
            _pushed++;
            // the mid is the time of sending
            meter.Record(1, Frames.Number(push.Payload, "mid"u8), now);
        }

        protected override void OnTurn()
        {
            if (!load.IsOn || !_slots.HasFree)
                return;
            var now = Stopwatch.GetTimestamp();
            while (_slots.HasFree)
            {
                _lastMid = Math.Max(_lastMid + 1, now);
                _template.Write(Reserve(_template.Length), _slots.Take(now), _lastMid);
                _sent++;
            }
        }
    }
}
