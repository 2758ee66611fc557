using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Parley.Gateways.Doors;

/// <summary>
/// One listening address and the protocol spoken behind it. The host listens (with TLS when configured), hands every connection to
/// <see cref="AcceptAsync"/> and every HTTP request that arrives through this door to <see cref="ServeAsync"/>.
/// </summary>
public abstract class Door
{
    /// <summary>The door's name in settings, <c>endpoints.json</c>, logs and metrics.</summary>
    public abstract string Name { get; }

    /// <summary>Where the door listens unless a setting says otherwise: <c>host:port</c>.</summary>
    public abstract string DefaultEndpoint { get; }

    /// <summary>One line for the table that is shown at start: what is spoken here and by whom.</summary>
    public abstract string Description { get; }

    /// <summary>False when the protocol cannot authenticate its users: such a door listens on loopback only unless a setting allows more.</summary>
    public virtual bool AuthenticatesUsers => true;

    /// <summary>Serves a connection until it ends. The default is HTTP only.</summary>
    /// <param name="connection">The connection, after TLS.</param>
    /// <param name="http">Kestrel's HTTP server: called for a peer that turns out to speak HTTP, with nothing consumed.</param>
    public virtual Task AcceptAsync(ConnectionContext connection, ConnectionDelegate http) => http(connection);

    /// <summary>Answers an HTTP request (also a WebSocket upgrade) that came through this door. The default is 404.</summary>
    public virtual Task ServeAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>
    /// Called when the server stops, after listening has ended: says goodbye where the protocol can, flushes, and closes all
    /// connections before <paramref name="deadline"/> is cancelled.
    /// </summary>
    public virtual Task DrainAsync(CancellationToken deadline) => Task.CompletedTask;
}

/// <summary>Set on every connection, and so visible on its HTTP requests: the door that it came through.</summary>
/// <param name="Door">The door.</param>
public sealed record DoorFeature(Door Door);
