using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Parley.Gateways.Doors;

namespace Parley.Server.Hosting;

/// <summary>One Kestrel with all doors: hands every connection to its door, and every HTTP request to the door it came through.</summary>
internal sealed class Listeners : IAsyncDisposable
{
    private const int Backlog = 4096;
    /// <summary>HTTP connections may be silent as long as others (fpnn.md §4.1).</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(60);

    private const long RequestBytes = 80 * 1024 * 1024;

    private static readonly TimeSpan DisposeTime = TimeSpan.FromMilliseconds(500);

    private readonly WebApplication _app;
    private readonly List<(DoorPlan Plan, ListenOptions Options)> _bound;

    private Listeners(WebApplication app, List<(DoorPlan Plan, ListenOptions Options)> bound)
    {
        _app = app;
        _bound = bound;
    }

    /// <summary>Puts Kestrel together; nothing listens yet.</summary>
    /// <param name="plans">The doors to open.</param>
    /// <param name="admin">The local admin door.</param>
    /// <param name="adminSocket">Path of its socket; null = it stays closed.</param>
    /// <param name="state">Told by the caller; connections that come while it drains are refused.</param>
    /// <param name="metrics">Counts connections.</param>
    /// <param name="loggers">For Kestrel.</param>
    public static Listeners Build(
        IReadOnlyList<DoorPlan> plans, Door admin, string? adminSocket, ServerState state, DoorMetrics metrics, ILoggerFactory loggers)
    {
        var bound = new List<(DoorPlan, ListenOptions)>();
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "parley", ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(new DoorNames(plans));
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.Configure<SocketTransportOptions>(static sockets =>
        {
            sockets.Backlog = Backlog;
            sockets.NoDelay = true;
        });
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton<IConnectionListenerFactory, NamedListenerFactory>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBytes;
            kestrel.Limits.KeepAliveTimeout = IdleTime;
            foreach (var plan in plans)
                Listen(kestrel, plan, listen => bound.Add((plan, listen)), state, metrics);
            if (adminSocket is not null)
                kestrel.Listen(new UnixDomainSocketEndPoint(adminSocket), listen => Connect(listen, admin, state, metrics));
        });
        var app = builder.Build();
        app.UseWebSockets(new() { KeepAliveInterval = TimeSpan.Zero });
        app.Run(ServeAsync);
        return new(app, bound);
    }

    /// <summary>Opens all doors; tells what is bound.</summary>
    public async Task<IReadOnlyList<OpenDoor>> StartAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        return [.. _bound.Select(static b => new OpenDoor(b.Plan.Door.Name, b.Plan.Door.Description, Endpoint(b.Plan, b.Options), b.Plan.Tls is not null))];
    }

    /// <summary>Stops listening, waits for connections to end, and cuts off those that are left at the deadline.</summary>
    public Task StopAsync(CancellationToken deadline) => _app.StopAsync(deadline);

    /// <summary>Gives everything back. A connection whose handler does not end is left to the end of the process.</summary>
    public async ValueTask DisposeAsync()
    {
        var disposed = _app.DisposeAsync().AsTask();
        await Task.WhenAny(disposed, Task.Delay(DisposeTime, TimeProvider.System));
    }

    private static async Task ServeAsync(HttpContext context)
    {
        try
        {
            await context.Features.Get<DoorFeature>()!.Door.ServeAsync(context);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            // a body that is too long, too slow or cut short is the peer's fault: no error of ours is logged
            context.Response.StatusCode = e.StatusCode;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // the peer has gone
        }
    }

    private static void Listen(
        KestrelServerOptions kestrel, DoorPlan plan, Action<ListenOptions> remember, ServerState state, DoorMetrics metrics)
    {
        if (plan.Address is { IsLocalhost: true, Port: > 0 })
            kestrel.ListenLocalhost(plan.Address.Port, Configure);
        else
            kestrel.Listen(plan.Address.EndPoint, Configure);

        void Configure(ListenOptions listen)
        {
            remember(listen);
            if (plan.Tls is not null)
                listen.UseHttps(plan.Tls);
            Connect(listen, plan.Door, state, metrics);
        }
    }

    private static void Connect(ListenOptions listen, Door door, ServerState state, DoorMetrics metrics)
    {
        var feature = new DoorFeature(door);
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => async connection =>
        {
            if (state.IsDraining)
            {
                connection.Abort();
                return;
            }
            connection.Features.Set(feature);
            metrics.OnOpened(door.Name);
            try
            {
                await door.AcceptAsync(connection, next);
            }
            finally
            {
                metrics.OnClosed(door.Name);
            }
        });
    }

    private static string Endpoint(DoorPlan plan, ListenOptions options) =>
        plan.Address.IsLocalhost ? $"127.0.0.1:{(plan.Address.Port == 0 ? options.IPEndPoint!.Port : plan.Address.Port)}" : options.IPEndPoint!.ToString();

    /// <summary>Signals are <see cref="StopSignals"/>' affair, not the framework's.</summary>
    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
