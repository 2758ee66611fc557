using Microsoft.Extensions.Logging;
using Parley.Core;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;
using Parley.Gateways.Files;
using Parley.Gateways.Rtm.ClientGate;
using Parley.Gateways.Rtm.Dispatch;
using Parley.Gateways.Rtm.FileGate;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.ServerGate;

namespace Parley.Gateways.Rtm;

/// <summary>The RTM gateway: its doors over one core.</summary>
public sealed class RtmGateway : IAsyncDisposable
{
    private readonly FpnnHost _host;

    /// <summary>Makes the doors; the host opens them.</summary>
    /// <exception cref="IOException">The key file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The key file does not hold a key of the curve.</exception>
    public RtmGateway(
        ParleyCore core, RtmSettings settings, ConnectionSettings connections, UploadBounds uploads, IDoorDirectory doors, TimeProvider time,
        ILoggerFactory loggers)
    {
        _host = new FpnnHost(settings, connections, time, loggers);
        Doors =
        [
            new DispatchDoor(doors, _host), new ClientGateDoor(core, doors, _host), new ServerGateDoor(core, doors, _host),
            new FileGateDoor(core, uploads, _host),
        ];
    }

    /// <summary>The doors: dispatch, client gate, server gate and file gate.</summary>
    public IReadOnlyList<Door> Doors { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
