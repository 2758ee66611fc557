using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Parley.Gateways.Connections;

namespace Parley.Gateways.Beehive.Connections;

/// <summary>listend over WebSocket (beehive.md §7.2).</summary>
internal sealed class WebSocketDoor(BeehiveHost host) : ListendDoor(host)
{
    public const string DoorName = "BeehiveWebSocket";

    public override string Name => DoorName;

    public override string DefaultEndpoint => "127.0.0.1:8002";

    public override string Description => "beehive listend: protobuf over WebSocket /im, for end users";

    public override uint NodeId => (uint)Host.Settings.NodeId + 1;

    public override bool IsWebSocket => true;

    public override async Task ServeAsync(HttpContext context)
    {
        if (context.Request.Path.Value is not ("/im" or "/upload"))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        var remote = context.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, context.Connection.RemotePort) : null;
        await using var stream = new WebSocketInboundStream(await WebSocketUpgrade.AcceptAsync(context, protocol: null), static () => { });
        var ping = Host.Settings.WebSocketPingSeconds;
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
        {
            IsServer = true,
            KeepAliveInterval = ping == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(ping),
            KeepAliveTimeout = TimeSpan.FromSeconds(Host.Settings.IdleSeconds), // with a timeout it pings; without it sends pongs only
        });
        var connection = new WebSocketConnection(this, remote, socket, context.Abort);
        // to a client that is gone the framework goes on writing without a word
        await using var gone = context.RequestAborted.Register(() => connection.Break(CloseReason.PeerClosed));
        await RunAsync(connection);
    }
}
