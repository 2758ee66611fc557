using System.Diagnostics;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;
using Parley.Wire.Fpnn;

namespace Parley.Bench.Scenarios;

/// <summary>
/// One pipelining sender, many receivers: a room or a group. The sender waits for answers as in p2p; beyond that it is never so far
/// ahead of the receivers that the server would have to give one of them up.
/// </summary>
internal sealed record FanOutScenario(string Name, string Title, int Members, int Pipeline, bool IsGroup) : Scenario(Name, Title, Stage.Load)
{
    /// <summary>Pushes, timed from sending to the push at the receiver.</summary>
    public const string Deliveries = "deliveries";

    /// <summary>Messages, timed from sending to the answer.</summary>
    public const string Answers = "answers";

    /// <summary>Messages on their way to receivers, as a multiple of those on their way to an answer.</summary>
    private const int Ahead = 8;

    private const int FirstUser = 100_001;
    private const long Place = 77;

    public override void Plan(FixturePlan plan)
    {
        OpenFiles.Check(Members + 1);
        var users = Enumerable.Range(0, Members + 1).Select(UserOf).ToList();
        plan.Users.UnionWith(users);
        if (IsGroup)
            plan.Groups[Place] = users;
    }

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var load = new LoadSwitch();
        using var meter = new LoadMeter(series: 2);
        var shared = new FanOut(Members, Pipeline);
        using var crowd = await Crowd<LoadConnection>.GatherAsync(
            context.Server,
            Members + 1,
            i => i == 0 ? shared.Sender = new Sender(this, shared, context.Options.BodyBytes, meter, load) : new Member(shared, meter),
            UserOf,
            static _ => { },
            context.Cancellation);
        if (!IsGroup)
        {
            var enter = Frames.EnterRoom(LoadConnection.CallSequence, Place);
            await crowd.ForEachAsync((connection, cancellation) => connection.CallAsync(enter, cancellation), context.Cancellation);
        }
        var measurement = await Measurement.RunAsync(context, meter, load, shared.Sender!.Kick, () => shared.IsDrained);
        crowd.ThrowIfBroken();
        var result = measurement.Result(this, Members + 1, Pipeline, meter, (Deliveries, 0), (Answers, 1));
        result.Figures["lost"] = ((shared.Sent - meter.Errors) * Members) - shared.Delivered;
        return result;
    }

    private static long UserOf(int index) => FirstUser + index;

    /// <summary>What sender and members share.</summary>
    private sealed class FanOut(int members, int pipeline)
    {
        private readonly long _window = (long)members * pipeline * Ahead;
        private long _delivered;
        private long _sent;

        public Sender? Sender { get; set; }

        public long Delivered => Volatile.Read(ref _delivered);

        public long Sent => Volatile.Read(ref _sent);

        public bool MaySend => (Sent * members) - Delivered < _window;

        public bool IsDrained => Sender!.IsIdle && Delivered >= (Sent - Sender.Errors) * members;

        public void OnSent() => Volatile.Write(ref _sent, _sent + 1);

        /// <summary>Adds deliveries and wakes the sender when another message has reached everybody.</summary>
        public void OnDelivered(int count)
        {
            var delivered = Interlocked.Add(ref _delivered, count);
            if (delivered / members != (delivered - count) / members)
                Sender!.Kick();
        }
    }

    private sealed class Member(FanOut shared, LoadMeter meter) : LoadConnection(receiveBytes: 16 * 1024)
    {
        private int _delivered;

        protected override void OnPush(in FpnnPackage push, long now)
        {
            _delivered++;
            // the mid is the time of sending
            meter.Record(0, Frames.Number(push.Payload, "mid"u8), now);
        }

        protected override void OnTurn()
        {
            if (_delivered == 0)
                return;
            shared.OnDelivered(_delivered);
            _delivered = 0;
        }
    }

    private sealed class Sender(FanOutScenario scenario, FanOut shared, int bodyBytes, LoadMeter meter, LoadSwitch load)
        : LoadConnection(receiveBytes: 16 * 1024)
    {
        private readonly QuestTemplate _template = scenario.IsGroup
            ? QuestTemplate.Send("sendgroupmsg", "gid", Place, bodyBytes) : QuestTemplate.Send("sendroommsg", "rid", Place, bodyBytes);

        private readonly QuestSlots _slots = new(scenario.Pipeline);
        private long _lastMid;

        public bool IsIdle => _slots.Waiting == 0;

        public long Errors => meter.Errors;

        protected override void OnAnswer(in FpnnPackage answer, long now)
        {
            if (!_slots.TryRelease(answer.SequenceNumber, out var sentAt))
                return;
            if (answer.IsError)
                meter.Fail(Frames.ErrorText(answer.Payload));
            else
                meter.Record(1, sentAt, now);
        }

        protected override void OnTurn()
        {
            if (!load.IsOn)
                return;
            var now = Stopwatch.GetTimestamp();
            while (_slots.HasFree && shared.MaySend)
            {
                _lastMid = Math.Max(_lastMid + 1, now);
                _template.Write(Reserve(_template.Length), _slots.Take(now), _lastMid);
                shared.OnSent();
            }
        }
    }
}
