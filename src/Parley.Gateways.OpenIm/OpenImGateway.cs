using Microsoft.Extensions.Logging;
using Parley.Core;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;
using Parley.Gateways.OpenIm.Gateway;
using Parley.Gateways.OpenIm.Http;

namespace Parley.Gateways.OpenIm;

/// <summary>The OpenIM gateway: its doors over one core.</summary>
public sealed class OpenImGateway : IAsyncDisposable
{
    private readonly OpenImHost _host;

    /// <summary>Makes the doors; the host opens them.</summary>
    /// <param name="core">The core.</param>
    /// <param name="settings">Settings of this gateway.</param>
    /// <param name="connections">Bounds of every connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes loggers.</param>
    public OpenImGateway(ParleyCore core, OpenImSettings settings, ConnectionSettings connections, TimeProvider time, ILoggerFactory loggers)
    {
        _host = new OpenImHost(core, settings, connections, time, loggers);
        Doors = [new ApiDoor(_host), new GatewayDoor(_host)];
    }

    /// <summary>The doors: API, message gateway.</summary>
    public IReadOnlyList<Door> Doors { get; }

    /// <summary>Registers the managers (openim.md §2.1). To be called once, when the projects are there and before the doors open.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _host.People.RegisterManagersAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
