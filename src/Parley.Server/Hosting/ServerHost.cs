using Parley.Gateways.Doors;
using Parley.Server.Admin;
using Parley.Server.Settings;
using Parley.Server.Telemetry;
using Parley.Server.Web;

namespace Parley.Server.Hosting;

/// <summary>One run of the server: opens store, core and doors, waits for a signal, and closes them in the opposite order.</summary>
internal sealed class ServerHost(ParleySettings settings, TimeProvider time, ILoggerFactory loggers, TextWriter output)
{
    /// <summary>SIGTERM to exit takes at most 10 s: this much for everything but the start of the process's own end.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(9.5);

    /// <summary>After the drain deadline connections are cut off; after this much more they are no longer waited for.</summary>
    private static readonly TimeSpan CutOffTime = TimeSpan.FromMilliseconds(1250);

    private static readonly TimeSpan StoreTime = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = loggers.CreateLogger("Parley.Server");
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _stoppingAt;

    /// <summary>Completes when all doors accept connections.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Runs until a signal comes.</summary>
    public async Task RunAsync(StopSignals signals)
    {
        var state = new ServerState(time);
        var directory = new DataDirectory(settings.DataDirectory);
        var composition = await Composition.OpenAsync(settings, directory, time, loggers, signals.Stop);
        try
        {
            await RunAsync(composition, directory, state, signals);
        }
        finally
        {
            await CloseAsync(composition);
        }
    }

    private async Task RunAsync(Composition composition, DataDirectory directory, ServerState state, StopSignals signals)
    {
        var endpoints = new EndpointsFile(directory.FullPath);
        using var exporter = new PrometheusExporter("Parley", "System.Runtime");
        using var metrics = new DoorMetrics(state);
        composition.UseOutgoing(settings, time, loggers);
        IReadOnlyList<Door> doors =
        [
            .. composition.MakeDoors(settings, state, time, loggers),
            new WebDoor(
                state, composition.Store, composition.Core.Files, exporter, new ApiDocs(state, settings.PublicHost, composition.OpenIm)),
        ];
        var plans = DoorPlan.Make(doors, settings);
        var made = await ProjectSetup.ApplyAsync(composition.Core.Projects, settings.Projects, _logger, signals.Stop);
        await composition.StartWebhooksAsync(settings, signals.Stop); // before anybody can speak
        await composition.PrepareDoorsAsync(settings, plans.Select(static plan => plan.Door), signals.Stop);

        var adminSocket = AdminSocket.Prepare(directory, _logger);
        await using var listeners = Listeners.Build(
            plans, new AdminDoor(new Administration(composition.Core, composition.Webhooks)), adminSocket, state, metrics, loggers);
        var open = await listeners.StartAsync(signals.Stop);
        try
        {
            AdminSocket.Protect(adminSocket);
            state.Open(open);
            endpoints.Write(open);
            Announce(state, composition, made, directory);
            _opened.SetResult();
            await signals.WaitAsync();
        }
        finally
        {
            _stoppingAt = time.GetTimestamp();
            state.Drain();
            endpoints.Remove();
            await StopAsync(listeners, doors);
            AdminSocket.Remove(adminSocket);
        }
    }

    // what is left of the time to stop, and never so little that a store in good order is left open
    private async Task CloseAsync(Composition composition)
    {
        var left = _stoppingAt == 0 ? StopTime : StopTime - time.GetElapsedTime(_stoppingAt);
        try
        {
            await composition.DisposeAsync().AsTask().WaitAsync(left > StoreTime ? left : StoreTime, time);
        }
        catch (TimeoutException)
        {
            _logger.StoreCloseLate();
        }
    }

    private void Announce(ServerState state, Composition composition, IReadOnlyList<Core.Projects.Project> made, DataDirectory directory)
    {
        foreach (var door in state.Doors)
            _logger.DoorOpen(door.Name, door.Endpoint);
        _logger.Ready(ProductVersion.Text, (long)state.Uptime.TotalMilliseconds, directory.FullPath);
        StartReport.Print(output, state, composition.Core.Projects.All, made, directory);
    }

    private async Task StopAsync(Listeners listeners, IReadOnlyList<Door> doors)
    {
        _logger.Draining(settings.DrainSeconds);
        var drainTime = TimeSpan.FromSeconds(settings.DrainSeconds);
        using var deadline = new CancellationTokenSource(drainTime, time);
        // connections that come from here on are refused, so that for doors listening has ended
        var stopped = listeners.StopAsync(deadline.Token);
        await Task.WhenAll(doors.Select(door => DrainAsync(door, deadline.Token)));
        try
        {
            var left = drainTime + CutOffTime - time.GetElapsedTime(_stoppingAt);
            await stopped.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _logger.StopLate();
        }
    }

    private async Task DrainAsync(Door door, CancellationToken deadline)
    {
        try
        {
            // a door that overlooks its deadline holds up nobody
            await door.DrainAsync(deadline).WaitAsync(deadline);
        }
        catch (OperationCanceledException)
        {
            _logger.DrainLate(door.Name);
        }
        catch (Exception e)
        {
            _logger.DrainFailed(e, door.Name);
        }
    }
}
