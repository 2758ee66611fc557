using Microsoft.Extensions.Logging;
using Parley.Core;
using Parley.Gateways.Beehive.Connections;
using Parley.Gateways.Beehive.Http;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;

namespace Parley.Gateways.Beehive;

/// <summary>The beehive gateway: its doors over one core.</summary>
public sealed class BeehiveGateway : IAsyncDisposable
{
    private readonly BeehiveHost _host;

    /// <summary>Makes the doors; the host opens them.</summary>
    /// <param name="core">The core.</param>
    /// <param name="settings">Settings of this gateway.</param>
    /// <param name="connections">Bounds of every connection.</param>
    /// <param name="doors">Where clients reach the doors.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes loggers.</param>
    /// <exception cref="FormatException">A setting cannot be read; the message names it.</exception>
    /// <exception cref="IOException">The IP dictionary cannot be read.</exception>
    public BeehiveGateway(
        ParleyCore core, BeehiveSettings settings, ConnectionSettings connections, IDoorDirectory doors, TimeProvider time, ILoggerFactory loggers)
    {
        _host = new BeehiveHost(core, settings, connections, doors, time, loggers);
        Doors = [new HttpDoor(_host), new TcpDoor(_host), new WebSocketDoor(_host)];
    }

    /// <summary>The doors: HTTP, listend over TCP, listend over WebSocket.</summary>
    public IReadOnlyList<Door> Doors { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
