using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Parley.Server.Hosting;

/// <summary>Kestrel's sockets, with an error that names the door when an address cannot be bound.</summary>
internal sealed class NamedListenerFactory(
    IOptions<SocketTransportOptions> options, ILoggerFactory loggers, DoorNames names) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _sockets = new(options, loggers);

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _sockets.BindAsync(endpoint, cancellationToken);
        }
        catch (Exception e) when (e is AddressInUseException or SocketException)
        {
            var reason = (e as SocketException ?? e.InnerException as SocketException)?.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "the address is in use",
                SocketError.AddressNotAvailable => "this machine does not have the address",
                SocketError.AccessDenied => "permission denied",
                _ => e.Message,
            };
            throw new ParleyException($"{names.Describe(endpoint)} cannot listen on {endpoint}: {reason}", ParleyException.Failed, e);
        }
    }
}

/// <summary>Which door an end point belongs to.</summary>
internal sealed class DoorNames(IReadOnlyList<DoorPlan> plans)
{
    /// <summary>The key of the door at this end point.</summary>
    public string Describe(EndPoint endpoint)
    {
        var plan = plans.FirstOrDefault(plan => plan.Address.EndPoint.Equals(endpoint));
        return plan is null ? "The server" : $"Parley:Endpoints:{plan.Door.Name}";
    }
}
