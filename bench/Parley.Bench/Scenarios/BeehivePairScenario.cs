using System.Diagnostics;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;
using Parley.Wire.Beehive;

namespace Parley.Bench.Scenarios;

/// <summary>
/// The load of <see cref="PairScenario"/> through beehive: as many pairs say as much, CHAT → commit → CHAT-ACK, CHAT → CHAT-ACK of the
/// receiver, which the server keeps in its store.
/// </summary>
/// <param name="Connections">Connections, an even number; each pair talks within itself.</param>
/// <param name="Pipeline">Messages that one connection has under way.</param>
internal sealed record BeehivePairScenario(int Connections, int Pipeline)
    : Scenario(BeehivePairName, $"durable p2p through beehive: {Connections} connections, pipelining {Pipeline}", Stage.Load)
{
    /// <summary>Its name.</summary>
    public const string BeehivePairName = "beehive-p2p";

    private const int FirstUser = 600_101;
    private const int HttpConnections = 8;

    public override void Plan(FixturePlan plan) => plan.NeedsBeehive = true;

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var load = new LoadSwitch();
        using var meter = new LoadMeter(series: 2);
        using var http = new BeehiveHttp(context.Server.BeehiveHttp ?? throw new BenchException("the server has no door BeehiveHttp"), HttpConnections);
        using var crowd = await Crowd<Connection>.GatherAsync(
            context.Server,
            Connections,
            i => new(http, Pipeline, UserOf(i ^ 1), context.Options.BodyBytes, meter, load),
            UserOf,
            static _ => { },
            context.Cancellation);
        foreach (var connection in crowd.Connections)
            connection.Prepare();
        var result = await PairRun.RunAsync(this, Pipeline, context, crowd, meter, load, static (connection, cancellation) => connection.PingAsync(cancellation));
        return result;
    }

    private static long UserOf(int index) => FirstUser + index;

    private sealed class Connection(BeehiveHttp http, int depth, long partner, int bodyBytes, LoadMeter meter, LoadSwitch load)
        : BeehiveConnection(receiveBytes: 32 * 1024, http, depth), IPairConnection
    {
        private BeehiveTemplate? _chat;
        private BeehiveTemplate? _acknowledgement;
        private long _lastStamp;
        private long _sent;
        private long _pushed;

        public long Sent => Volatile.Read(ref _sent);

        public long Pushed => Volatile.Read(ref _pushed);

        /// <summary>Encodes what will be sent, now that the session is known.</summary>
        public void Prepare()
        {
            _chat = BeehiveTemplate.Chat(SessionId, User, partner, bodyBytes);
            _acknowledgement = BeehiveTemplate.ChatAck(SessionId, partner, User);
        }

        protected override void OnAnswer(string? error, long sentAt, long now)
        {
            if (error is not null)
                meter.Fail(error);
            else
                meter.Record(0, sentAt, now);
        }

        protected override void OnPush(BeehiveCommand command, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, long stamp, long now)
        {
            _acknowledgement!.WriteAck(Reserve(_acknowledgement.Length), header);
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
                Send(_chat!, _lastStamp, now);
                _sent++;
            }
        }
    }
}
