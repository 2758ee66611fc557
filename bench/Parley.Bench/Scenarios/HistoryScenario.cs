using System.Diagnostics;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;
using Parley.Wire.Fpnn;

namespace Parley.Bench.Scenarios;

/// <summary>
/// Pages of ten messages out of a short and a long conversation: the newest page, a page by its number, and ten messages behind an id.
/// The kinds take turns in short slices, so that whatever else the machine does hits all of them alike.
/// </summary>
internal sealed record HistoryScenario(int Messages) : Scenario(HistoryName, "pages of ten out of a short and a long conversation", Stage.History)
{
    /// <summary>The name of the scenario.</summary>
    public const string HistoryName = "history";

    /// <summary>The kinds of reading.</summary>
    public static readonly string[] Kinds = ["first page", "random page", "random id"];

    private const int Short = 1000;
    private const int Readers = 8;
    private const int PageRows = 10;
    private const int MostPages = short.MaxValue;
    private const int MostRepeats = 10;
    private const long Reader = 300_001;
    private const long ShortPeer = 300_002;
    private const long LongPeer = 300_003;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200);

    /// <summary>The name of a series.</summary>
    public static string SeriesOf(int kind, bool isLong) => $"{Kinds[kind]}, {(isLong ? "long" : "short")}";

    public override void Plan(FixturePlan plan)
    {
        plan.Users.Add(Reader);
        plan.Conversations.Add((Reader, ShortPeer, Short));
        plan.Conversations.Add((Reader, LongPeer, Messages));
    }

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var load = new LoadSwitch();
        var modes = Kinds.Length * 2;
        using var meter = new LoadMeter(modes);
        var mode = new Mode();
        using var crowd = await Crowd<Connection>.GatherAsync(
            context.Server, Readers, i => new(i, Messages, mode, meter, load), static _ => Reader, static _ => { }, context.Cancellation);
        load.IsOn = true;
        foreach (var connection in crowd.Connections)
            connection.Kick();

        await RunSlicesAsync(context, mode, new double[modes], context.Options.WarmUp, static _ => 0);
        var seconds = new double[modes];
        var serverBefore = context.Server.Usage();
        var clientBefore = ProcessUsage.Read(Environment.ProcessId);
        meter.Begin();
        await RunSlicesAsync(context, mode, seconds, context.Options.Duration * 2, static fraction => fraction);
        for (var i = 0; i < MostRepeats && !meter.HasEvery(); i++) // a machine that stood still tells nothing
            await RunSlicesAsync(context, mode, seconds, context.Options.Duration, static _ => 1);
        meter.End();
        var server = context.Server.Usage();
        var client = ProcessUsage.Read(Environment.ProcessId);
        load.IsOn = false;
        await Measurement.WaitUntilAsync(() => crowd.Connections.All(static c => c.IsIdle), context.Cancellation);
        crowd.ThrowIfBroken();

        var series = new List<SeriesResult>();
        for (var i = 0; i < modes; i++)
            series.Add(Measurement.Series(SeriesOf(i / 2, i % 2 == 1), meter.Total(i), seconds[i]));
        return new()
        {
            Name = Name,
            Title = $"pages of {PageRows} out of {Short:N0} and out of {Messages:N0} messages",
            Connections = Readers,
            Pipeline = 1,
            Seconds = seconds.Sum(),
            Series = series,
            ClientCpuSeconds = (client?.CpuSeconds ?? 0) - (clientBefore?.CpuSeconds ?? 0),
            ServerCpuSeconds = server is null || serverBefore is null ? null : server.CpuSeconds - serverBefore.CpuSeconds,
            ServerResidentBytes = server?.ResidentBytes,
            Errors = meter.Errors,
            Notes = meter.FirstError is { } error ? [$"{meter.Errors:N0} error answers, the first: {error}"] : [],
        };
    }

    private static async Task RunSlicesAsync(
        ScenarioContext context, Mode mode, double[] seconds, TimeSpan time, Func<double, double> fraction)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(start) < time || i % seconds.Length != 0; i++)
        {
            var sliceStart = Stopwatch.GetTimestamp();
            mode.Current = i % seconds.Length;
            await Task.Delay(Slice, TimeProvider.System, context.Cancellation);
            seconds[i % seconds.Length] += Stopwatch.GetElapsedTime(sliceStart).TotalSeconds;
            context.Progress.Advance(fraction(Stopwatch.GetElapsedTime(start) / time));
        }
    }

    /// <summary>What is read now: twice the kind, plus one for the long conversation.</summary>
    private sealed class Mode
    {
        private volatile int _current;

        public int Current
        {
            get => _current;
            set => _current = value;
        }
    }

    private sealed class Connection(int seed, int messages, Mode mode, LoadMeter meter, LoadSwitch load) : LoadConnection(receiveBytes: 16 * 1024)
    {
        private readonly QuestTemplate[] _pages = [QuestTemplate.Page(ShortPeer), QuestTemplate.Page(LongPeer)];
        private readonly QuestTemplate[] _windows = [QuestTemplate.Window(ShortPeer), QuestTemplate.Window(LongPeer)];
        private readonly Random _random = new(seed);
        private readonly QuestSlots _slots = new(depth: 1);
        private int _asked;

        public bool IsIdle => _slots.Waiting == 0;

        protected override void OnAnswer(in FpnnPackage answer, long now)
        {
            if (!_slots.TryRelease(answer.SequenceNumber, out var sentAt))
                return;
            if (answer.IsError)
                meter.Fail(Frames.ErrorText(answer.Payload));
            else if (Frames.Number(answer.Payload, "num"u8) != PageRows)
                meter.Fail("a page that is not full");
            else
                meter.Record(_asked, sentAt, now);
        }

        protected override void OnTurn()
        {
            if (!load.IsOn || !_slots.HasFree)
                return;
            _asked = mode.Current;
            var isLong = _asked % 2;
            var rows = isLong == 1 ? messages : Short;
            var kind = _asked / 2;
            var template = kind == 2 ? _windows[isLong] : _pages[isLong];
            var number = kind switch
            {
                0 => 0,
                1 => _random.Next(Math.Min(rows / PageRows, MostPages)),
                _ => _random.Next(rows - PageRows),
            };
            template.Write(Reserve(template.Length), _slots.Take(Stopwatch.GetTimestamp()), number);
        }
    }
}
