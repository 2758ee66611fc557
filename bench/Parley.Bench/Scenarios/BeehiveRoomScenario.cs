using System.Diagnostics;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;
using Parley.Wire.Beehive;

namespace Parley.Bench.Scenarios;

/// <summary>
/// A room of beehive in three sub-groups. One session of the first pipelines chats, which its sub-group alone hears, itself among it: first
/// without acknowledgements, as stock clients do, then with one for every chat, as every push of RTM has one. Then an operator pushes into
/// the room, which everybody hears.
/// </summary>
/// <param name="Sessions">Sessions in the room.</param>
/// <param name="Pipeline">Chats that wait for their answer at the most.</param>
internal sealed record BeehiveRoomScenario(int Sessions, int Pipeline)
    : Scenario(BeehiveRoomName, $"beehive room of {Sessions:N0} in {SubGroups} sub-groups: one sender, pipelining {Pipeline}", Stage.Room)
{
    /// <summary>Its name.</summary>
    public const string BeehiveRoomName = "beehive-room";

    /// <summary>The room of RTM with as many receivers.</summary>
    public const string RtmName = "room.beehive";

    /// <summary>Deliveries per second with acknowledgements.</summary>
    public const string AcknowledgedPerSecond = "acknowledgedDeliveriesPerSecond";

    /// <summary>Files that this process has open.</summary>
    public const string ClientFiles = "clientFiles";

    /// <summary>Files that the server has open.</summary>
    public const string ServerFiles = "serverFiles";

    private const int SubGroups = 3;
    private const int First = 0; // where the sender sits, who comes first
    private const int Pushes = 20;
    private const int HttpConnections = 16;
    private const int FirstUser = 700_001;
    private const long Place = 1_079;

    /// <summary>Who hears a chat: a sub-group that is full.</summary>
    public int Receivers => (Sessions + SubGroups - 1) / SubGroups;

    public override void Plan(FixturePlan plan)
    {
        OpenFiles.Check(Sessions + HttpConnections);
        plan.NeedsBeehive = true;
    }

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var server = context.Server;
        var load = new LoadSwitch();
        using var meter = new LoadMeter(series: 4);
        using var http = new BeehiveHttp(server.BeehiveHttp ?? throw new BenchException("the server has no door BeehiveHttp"), HttpConnections);
        using (await http.GetAsync($"im/room/config?action=set&option=cap&rid={Place}&cap={Receivers}", context.Cancellation))
        {
        }
        var shared = new Shared(Receivers, FanOutScenario.Ahead * Pipeline);
        var sender = new Sender(http, Pipeline, shared, meter, load);
        shared.Sender = sender;
        using var crowd = await Crowd<Member>.GatherAsync(
            server,
            Sessions,
            i => i == 0 ? sender : new Member(http, 0, shared, meter),
            static i => FirstUser + i,
            up => context.Progress.Advance((double)up / Sessions),
            context.Cancellation);
        await sender.EnterAsync(context.Cancellation);
        await crowd.ForEachAsync(static (member, cancellation) => member.EnterAsync(cancellation), context.Cancellation);
        await CheckSubGroupsAsync(http, context.Cancellation);
        await crowd.ForEachAsync(static (member, cancellation) => member.PingAsync(cancellation), context.Cancellation); // the last notices have come
        sender.Prepare(context.Options.BodyBytes);

        bool IsDrained() => sender.IsIdle && shared.Missing(meter.Errors) <= 0;
        var measurement = await Measurement.RunAsync(context, meter, load, sender.Kick, IsDrained, series: [0, 1]);
        shared.IsAcknowledged = true;
        var acknowledged = (await Measurement.RunAsync(context, meter, load, sender.Kick, IsDrained, series: [2, 3]))
            .Result(this, Sessions, Pipeline, meter, (FanOutScenario.Deliveries, 2), (FanOutScenario.Answers, 3));
        var pushed = await PushAsync(http, crowd, context);
        crowd.ThrowIfBroken();
        var result = measurement.Result(this, Sessions, Pipeline, meter, (FanOutScenario.Deliveries, 0), (FanOutScenario.Answers, 1));
        result.Figures[AcknowledgedPerSecond] = acknowledged.Find(FanOutScenario.Deliveries)!.PerSecond;
        if (acknowledged.PerServerCpuSecond is { } rate)
            result.Figures["acknowledgedPerCpuSecond"] = rate;
        result.Figures["lost"] = shared.Missing(meter.Errors);
        result.Figures["heardElsewhere"] = crowd.Connections.Where(static c => c.SubGroup != First).Sum(static c => c.Chats);
        result.Figures["pushesMissed"] = crowd.Connections.Sum(static c => Math.Abs(Pushes - c.Broadcasts));
        result.Figures["pushToAllMilliseconds"] = Measurement.Microseconds(pushed.Percentile(50)) / 1000;
        result.Figures["pushDeliveriesPerSecond"] = Sessions * 1e6 / Measurement.Microseconds(pushed.Mean);
        result.Figures[ClientFiles] = OpenFiles.Count(Environment.ProcessId);
        result.Figures[ServerFiles] = OpenFiles.Count(server.ProcessId);
        return result;
    }

    /// <summary>The server says how many sit in each sub-group: as many in each as fit.</summary>
    private async Task CheckSubGroupsAsync(BeehiveHttp http, CancellationToken cancellationToken)
    {
        using var list = await http.GetAsync($"im/room/query?option=group-list&rid={Place}", cancellationToken);
        var totals = list.RootElement.GetProperty("list").EnumerateArray().Select(static one => one.GetProperty("total").GetInt32()).ToList();
        if (totals.Sum() != Sessions || totals[0] != Receivers || totals.Max() > Receivers)
            throw new BenchException($"the sub-groups have {string.Join(", ", totals)} sessions");
    }

    /// <summary>Pushes one after another, and returns how long each took to reach everybody.</summary>
    private async Task<LatencyHistogram> PushAsync(BeehiveHttp http, Crowd<Member> crowd, ScenarioContext context)
    {
        var times = new LatencyHistogram();
        for (var i = 1; i <= Pushes; i++)
        {
            var body = QuestTemplate.Body(Math.Max(context.Options.BodyBytes, BeehiveTemplate.StampLength));
            var started = Stopwatch.GetTimestamp();
            BeehiveTemplate.WriteStamp(body, started);
            await http.PushAsync($"im/push?dim=room&rid={Place}&expire=0", body, context.Cancellation);
            var expected = i;
            if (!await Measurement.WaitUntilAsync(() => crowd.Connections.All(c => c.Broadcasts >= expected), context.Cancellation))
                break;
            times.Record(crowd.Connections.Max(static c => c.LastBroadcast) - started);
        }
        return times;
    }

    /// <summary>The fan-out, and whether what comes is acknowledged.</summary>
    private sealed class Shared(int receivers, int ahead) : FanOut(receivers, ahead)
    {
        private volatile bool _isAcknowledged;

        public bool IsAcknowledged
        {
            get => _isAcknowledged;
            set => _isAcknowledged = value;
        }
    }

    private class Member(BeehiveHttp http, int depth, Shared shared, LoadMeter meter) : BeehiveConnection(receiveBytes: 16 * 1024, http, depth)
    {
        private int _delivered;
        private long _chats;
        private int _broadcasts;
        private long _lastBroadcast;
        private bool _isInside;
        private BeehiveTemplate? _acknowledgement;

        /// <summary>The sub-group in which it sits.</summary>
        public int SubGroup { get; private set; }

        /// <summary>Chats that came.</summary>
        public long Chats => Volatile.Read(ref _chats);

        /// <summary>Pushes that came.</summary>
        public int Broadcasts => Volatile.Read(ref _broadcasts);

        /// <summary>When the last push came.</summary>
        public long LastBroadcast => Volatile.Read(ref _lastBroadcast);

        /// <summary>Enters the room; once more is no error.</summary>
        public async Task EnterAsync(CancellationToken cancellationToken)
        {
            if (_isInside)
                return;
            SubGroup = await JoinAsync(Place, cancellationToken);
            _acknowledgement = BeehiveTemplate.RoomChatAck(SessionId, User, Place, SubGroup);
            _isInside = true;
        }

        protected override void OnPush(BeehiveCommand command, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, long stamp, long now)
        {
            if (command == BeehiveCommand.RoomBroadcast)
            {
                Volatile.Write(ref _lastBroadcast, now);
                Volatile.Write(ref _broadcasts, _broadcasts + 1);
                return;
            }
            Volatile.Write(ref _chats, _chats + 1);
            if (SubGroup != First)
                meter.Fail("a chat was heard in another sub-group");
            _delivered++;
            if (shared.IsAcknowledged)
                _acknowledgement!.WriteAck(Reserve(_acknowledgement.Length), header);
            meter.Record(shared.IsAcknowledged ? 2 : 0, stamp, now);
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

    private sealed class Sender(BeehiveHttp http, int depth, Shared shared, LoadMeter meter, LoadSwitch load) : Member(http, depth, shared, meter)
    {
        private readonly LoadMeter _meter = meter;
        private readonly Shared _shared = shared;
        private BeehiveTemplate? _chat;
        private long _lastStamp;

        /// <summary>Encodes what will be sent, now that session and sub-group are known.</summary>
        public void Prepare(int bodyBytes) => _chat = BeehiveTemplate.RoomChat(SessionId, User, Place, SubGroup, bodyBytes);

        protected override void OnAnswer(string? error, long sentAt, long now)
        {
            if (error is not null)
                _meter.Fail(error);
            else
                _meter.Record(_shared.IsAcknowledged ? 3 : 1, sentAt, now);
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
                Send(_chat!, _lastStamp, now);
                _shared.OnSent();
            }
        }
    }
}
