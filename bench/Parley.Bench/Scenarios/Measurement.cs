using System.Diagnostics;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;

namespace Parley.Bench.Scenarios;

/// <summary>The course of every load: start, warm up, measure, stop, wait for what is under way.</summary>
internal sealed class Measurement
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(15);

    private double _seconds;
    private ProcessUsage? _client;
    private ProcessUsage? _server;
    private ProcessUsage? _clientBefore;
    private ProcessUsage? _serverBefore;
    private double? _machineBefore;
    private double? _machine;
    private long _allocated;
    private bool _isDrained;

    private Measurement()
    {
    }

    /// <summary>Puts load on the server for the time of the options.</summary>
    /// <param name="context">The run.</param>
    /// <param name="meter">Switched on for the measured time.</param>
    /// <param name="load">Switched on for the whole time of the load.</param>
    /// <param name="kick">Starts the load.</param>
    /// <param name="isDrained">Whether nothing is under way any more.</param>
    /// <param name="series">The series that the load fills; null = all.</param>
    public static async Task<Measurement> RunAsync(
        ScenarioContext context, LoadMeter meter, LoadSwitch load, Action kick, Func<bool> isDrained, int[]? series = null)
    {
        var measurement = new Measurement();
        var total = context.Options.WarmUp + context.Options.Duration;
        load.IsOn = true;
        kick();
        await WaitAsync(context, context.Options.WarmUp, elapsed => elapsed / total);
        measurement.Before(context);
        meter.Begin();
        var started = Stopwatch.GetTimestamp();
        await WaitAsync(context, context.Options.Duration, elapsed => (context.Options.WarmUp + elapsed) / total);
        await WaitUntilAsync(() => meter.HasEvery(series), context.Cancellation); // a machine that stood still all the time tells nothing
        meter.End();
        measurement._seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        measurement.After(context);
        load.IsOn = false;
        measurement._isDrained = await WaitUntilAsync(isDrained, context.Cancellation);
        return measurement;
    }

    /// <summary>The latencies of a series.</summary>
    public static SeriesResult Series(string name, LatencyHistogram histogram, double seconds) => new(
        name,
        histogram.Count,
        histogram.Count / seconds,
        Microseconds(histogram.Mean),
        Microseconds(histogram.Percentile(50)),
        Microseconds(histogram.Percentile(99)),
        Microseconds(histogram.Percentile(99.9)),
        Microseconds(histogram.Max));

    /// <summary>Ticks of <see cref="Stopwatch"/> in microseconds.</summary>
    public static double Microseconds(double ticks) => ticks * 1e6 / Stopwatch.Frequency;

    /// <summary>Waits until the condition holds; false when it does not within 15 s.</summary>
    public static async Task<bool> WaitUntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > DrainTime)
                return false;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
        return true;
    }

    /// <summary>Waits and tells how far it is.</summary>
    public static async Task WaitAsync(ScenarioContext context, TimeSpan time, Func<TimeSpan, double> fraction)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (elapsed >= time)
                return;
            context.Progress.Advance(fraction(elapsed));
            var left = time - elapsed;
            await Task.Delay(left < Tick ? left : Tick, TimeProvider.System, context.Cancellation);
        }
    }

    /// <summary>Fills in what is the same for every scenario.</summary>
    public ScenarioResult Result(Scenario scenario, int connections, int pipeline, LoadMeter meter, params (string Name, int Index)[] series)
    {
        var notes = new List<string>();
        if (meter.FirstError is { } error)
            notes.Add($"{meter.Errors:N0} error answers, the first: {error}");
        if (!_isDrained)
            notes.Add($"some of what was under way was not answered within {DrainTime.TotalSeconds:0} s");
        var client = _client is null || _clientBefore is null ? 0 : _client.CpuSeconds - _clientBefore.CpuSeconds;
        var server = _server is null || _serverBefore is null ? (double?)null : _server.CpuSeconds - _serverBefore.CpuSeconds;
        return new()
        {
            Name = scenario.Name,
            Title = scenario.Title,
            Connections = connections,
            Pipeline = pipeline,
            Seconds = _seconds,
            Series = [.. series.Select(s => Series(s.Name, meter.Total(s.Index), _seconds))],
            ClientCpuSeconds = client,
            ServerCpuSeconds = server,
            OthersShare = Others(client, server),
            ServerResidentBytes = _server?.ResidentBytes,
            ServerThreads = _server is null || _serverBefore is null ? new Dictionary<string, double>() : _server.ThreadsSince(_serverBefore),
            ClientAllocatedBytes = _allocated,
            Errors = meter.Errors,
            Notes = notes,
        };
    }

    private void Before(ScenarioContext context)
    {
        _serverBefore = context.Target?.Usage();
        _allocated = GC.GetTotalAllocatedBytes();
        _clientBefore = ProcessUsage.Read(Environment.ProcessId);
        _machineBefore = MachineUsage.ReadBusySeconds();
    }

    private void After(ScenarioContext context)
    {
        _allocated = GC.GetTotalAllocatedBytes() - _allocated;
        _server = context.Target?.Usage();
        _client = ProcessUsage.Read(Environment.ProcessId);
        _machine = MachineUsage.ReadBusySeconds();
    }

    private double? Others(double client, double? server) => server is null || _machine - _machineBefore is not { } busy
        ? null : Math.Max(0, busy - client - server.Value) / (_seconds * Environment.ProcessorCount);
}
