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
internal sealed record FanOutScenario(string Name, string Title, int Members, int Pipeline, bool IsGroup, Stage Stage = Stage.Load)
    : Scenario(Name, Title, Stage)
{
    /// <summary>Pushes, timed from sending to the push at the receiver.</summary>
    public const string Deliveries = "deliveries";

    /// <summary>Messages, timed from sending to the answer.</summary>
    public const string Answers = "answers";

    /// <summary>Messages on their way to receivers, as a multiple of those on their way to an answer.</summary>
    public const int Ahead = 8;

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
        var shared = new FanOut(Members, Ahead * Pipeline);
        var sender = new Sender(this, shared, context.Options.BodyBytes, meter, load);
        shared.Sender = sender;
        using var crowd = await Crowd<LoadConnection>.GatherAsync(
            context.Server,
            Members + 1,
            i => i == 0 ? sender : new Member(shared, meter),
            UserOf,
            static _ => { },
            context.Cancellation);
        if (!IsGroup)
        {
            var enter = Frames.EnterRoom(LoadConnection.CallSequence, Place);
            await crowd.ForEachAsync((connection, cancellation) => connection.CallAsync(enter, cancellation), context.Cancellation);
        }
        var measurement = await Measurement.RunAsync(
            context, meter, load, sender.Kick, () => sender.IsIdle && shared.Missing(meter.Errors) <= 0);
        crowd.ThrowIfBroken();
        var result = measurement.Result(this, Members + 1, Pipeline, meter, (Deliveries, 0), (Answers, 1));
        result.Figures["lost"] = shared.Missing(meter.Errors);
        return result;
    }

    private static long UserOf(int index) => FirstUser + index;

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
