using Microsoft.Extensions.Logging;
using Parley.Core;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;
using Parley.Gateways.OpenIm.Gateway;
using Parley.Gateways.OpenIm.Http;
using Parley.Gateways.OpenIm.Http.OpenApi;

namespace Parley.Gateways.OpenIm;

/// <summary>The OpenIM gateway: its doors over one core.</summary>
public sealed class OpenImGateway : IAsyncDisposable
{
    private readonly OpenImHost _host;
    private readonly ApiDoor _api;

    /// <summary>Makes the doors; the host opens them.</summary>
    /// <param name="core">The core.</param>
    /// <param name="settings">Settings of this gateway.</param>
    /// <param name="connections">Bounds of every connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes loggers.</param>
    public OpenImGateway(ParleyCore core, OpenImSettings settings, ConnectionSettings connections, TimeProvider time, ILoggerFactory loggers)
    {
        _host = new OpenImHost(core, settings, connections, time, loggers);
        _api = new ApiDoor(_host);
        Doors = [_api, new GatewayDoor(_host)];
    }

    /// <summary>The name of the door of the API.</summary>
    public static string ApiDoorName => ApiDoor.DoorName;

    /// <summary>The doors: API, message gateway.</summary>
    public IReadOnlyList<Door> Doors { get; }

    /// <summary>Describes the API as an OpenAPI 3.0 document, in JSON. The projects must be there.</summary>
    /// <param name="server">Where the API is, as the reader reaches it: <c>http://host:port</c>.</param>
    public ValueTask<string> DescribeApiAsync(string server) => new ApiDescription(_host, _api.Rows).WriteAsync(server);

    /// <summary>
    /// Registers the managers (openim.md §2.1), and hears of what other protocols change from now on. To be called once, when the projects are
    /// there and before the doors open.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _host.People.RegisterManagersAsync(cancellationToken);
        _host.Core.Changes.Observe(_host.Changes);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
