using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Parley.Gateways.Connections;

/// <summary>Turns an HTTP request into a WebSocket's bytes.</summary>
public static class WebSocketUpgrade
{
    /// <summary>Accepts the upgrade (RFC 6455 §4.2.2) and hands out the bytes behind it.</summary>
    /// <param name="context">A request that asks for a WebSocket.</param>
    /// <param name="protocol">The sub-protocol that is chosen; null = none.</param>
    [SuppressMessage("Security", "CA5350", Justification = "The WebSocket protocol prescribes this hash; nothing is secured by it.")]
    public static Task<Stream> AcceptAsync(HttpContext context, string? protocol)
    {
        var headers = context.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = AcceptOf(context.Request.Headers.SecWebSocketKey.ToString());
        if (protocol is not null)
            headers.SecWebSocketProtocol = protocol;
        return context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    private static string AcceptOf(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
