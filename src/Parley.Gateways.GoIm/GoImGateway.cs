using Microsoft.Extensions.Logging;
using Parley.Core;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;
using Parley.Gateways.GoIm.Commands;
using Parley.Gateways.GoIm.Gateway;

namespace Parley.Gateways.GoIm;

/// <summary>The GoIM gateway: its doors over one core.</summary>
public sealed class GoImGateway : IAsyncDisposable
{
    /// <summary>The name of the door that clients talk to after they were told where it is.</summary>
    public const string MessageDoorName = MessageDoor.DoorName;

    /// <summary>Where that door listens unless a setting says otherwise.</summary>
    public const string MessageDoorEndpoint = MessageDoor.Endpoint;

    private readonly GoImHost _host;

    /// <summary>Makes the doors; the host opens them.</summary>
    /// <param name="core">The core.</param>
    /// <param name="settings">Settings of this gateway.</param>
    /// <param name="connections">Bounds of every connection.</param>
    /// <param name="doors">Where clients reach the doors.</param>
    /// <param name="isOpenToAll">Whether the message door listens on anything but loopback.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes loggers.</param>
    public GoImGateway(
        ParleyCore core, GoImSettings settings, ConnectionSettings connections, IDoorDirectory doors, bool isOpenToAll, TimeProvider time,
        ILoggerFactory loggers)
    {
        _host = new GoImHost(core, settings, connections, isOpenToAll, time, loggers);
        Doors = [new GatewayDoor(doors, _host), new MessageDoor(_host)];
    }

    /// <summary>The doors: gateway and msg_server.</summary>
    public IReadOnlyList<Door> Doors { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
