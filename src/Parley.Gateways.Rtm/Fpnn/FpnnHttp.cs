using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Parley.Core.Messaging;
using Parley.Gateways.Connections;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>FPNN carried by HTTP: one quest per request, or an upgrade to WebSocket (fpnn.md §6.2, §6.4).</summary>
internal static class FpnnHttp
{
    private const string Service = "service";

    public static async Task ServeAsync(FpnnDoor door, HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (!door.Host.Settings.Http || !TryReadTarget(target, out var method, out var query))
        {
            context.Abort(); // protocol failures are answered by closing (fpnn.md §6.2)
            return;
        }
        if (HttpMethods.IsGet(context.Request.Method) && context.WebSockets.IsWebSocketRequest)
        {
            await ServeWebSocketAsync(door, context);
            return;
        }
        var peer = new FpnnHttpPeer(door, RemoteOf(context), context.Request.IsHttps);
        if (door.UploadLimit > 0 && door.Table.TryFind(Encoding.Latin1.GetBytes(method), out var found) && found.Upload is not null)
        {
            if (!await FpnnHttpUpload.ReceiveAsync(door, peer, found, context, query))
                context.Abort();
            else
                await AnswerAsync(peer, context);
            return;
        }
        var body = await ReadBodyAsync(context, query, door.PackageLimit(peer));
        if (body is null || method.Length > FpnnFraming.MaxMethodLength)
        {
            context.Abort();
            return;
        }
        if (!Handle(door, peer, method, body))
        {
            context.Abort();
            return;
        }
        await AnswerAsync(peer, context);
    }

    private static async Task AnswerAsync(FpnnHttpPeer peer, HttpContext context)
    {
        var answer = await peer.Answer.WaitAsync(context.RequestAborted);
        if (answer is null)
            context.Abort();
        else
            await WriteAsync(context, answer.Value.IsError, answer.Value.Json);
    }

    private static bool Handle(FpnnDoor door, FpnnHttpPeer peer, string method, byte[] json)
    {
        using var bytes = new PooledBufferWriter();
        FpnnWriter.WriteQuest(bytes, FpnnMessageType.TwoWayQuest, 1, Encoding.Latin1.GetBytes(method), json, FpnnEncoding.Json);
        return FpnnFraming.TryRead(bytes.WrittenSpan, int.MaxValue, out var package, out _, out _) == FpnnReadStatus.Package
            && door.Handle(peer, package);
    }

    private static async Task ServeWebSocketAsync(FpnnDoor door, HttpContext context)
    {
        var protocols = context.WebSockets.WebSocketRequestedProtocols;
        var protocol = protocols.Count > 0 ? protocols[0] : null;
        var inbound = await WebSocketUpgrade.AcceptAsync(context, protocol);
        FpnnWebSocketPeer? peer = null;
        await using var stream = new WebSocketInbound(inbound, () => peer?.OnReceived());
        using var socket = WebSocket.CreateFromStream(
            stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = protocol, KeepAliveInterval = TimeSpan.Zero });
        peer = new FpnnWebSocketPeer(door, RemoteOf(context), socket, context.Request.IsHttps, context.Abort, context.RequestAborted);
        door.Add(peer);
        try
        {
            await peer.RunAsync();
        }
        finally
        {
            door.Remove(peer);
        }
    }

    /// <summary>The path has exactly two parts, the first <c>service</c>; the second is the method, not decoded. At most one <c>?</c>.</summary>
    internal static bool TryReadTarget(string target, out string method, out string query)
    {
        method = query = "";
        var mark = target.IndexOf('?');
        if (mark >= 0)
        {
            query = target[(mark + 1)..];
            target = target[..mark];
            if (query.Contains('?'))
                return false;
        }
        var parts = target.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2 || !string.Equals(parts[0], Service, StringComparison.Ordinal))
            return false;
        method = parts[1];
        return true;
    }

    /// <summary>The JSON payload; null when the request is no quest.</summary>
    private static async Task<byte[]?> ReadBodyAsync(HttpContext context, string query, int limit)
    {
        if (HttpMethods.IsGet(context.Request.Method))
            return TryReadQuery(query, out var json) ? Encoding.UTF8.GetBytes(json) : null;
        if (!HttpMethods.IsPost(context.Request.Method))
            return null;
        var length = context.Request.ContentLength;
        if (length is 0 || length > limit || (length is null && context.Request.Headers.TransferEncoding.Count == 0))
            return null;
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            body.Write(buffer, 0, count);
            if (body.Length > limit)
                return null;
        }
        return body.Length == 0 ? null : body.ToArray();
    }

    /// <summary>
    /// The whole query is percent-decoded once and then split on <c>&amp;</c> and <c>=</c>; <c>fpnn</c> is the payload, <c>{}</c>
    /// without it.
    /// </summary>
    internal static bool TryReadQuery(string query, out string json)
    {
        json = "{}";
        foreach (var pair in Uri.UnescapeDataString(query).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=');
            if (parts.Length != 2)
                return false;
            if (string.Equals(parts[0], "fpnn", StringComparison.Ordinal))
                json = parts[1];
        }
        return true;
    }

    private static async Task WriteAsync(HttpContext context, bool isError, byte[] json)
    {
        var response = context.Response;
        response.StatusCode = isError ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        response.Headers.Server = "FPNN/1.0";
        response.Headers.Connection = "Keep-Alive";
        if (context.Request.Headers.Origin.Count > 0)
        {
            response.Headers.AccessControlAllowOrigin = "*";
            response.Headers.AccessControlAllowCredentials = "true";
            response.Headers.AccessControlAllowMethods = "GET, POST";
        }
        await response.Body.WriteAsync(json, context.RequestAborted);
    }

    private static EndPoint? RemoteOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, context.Connection.RemotePort) : null;
}

/// <summary>The sender of one HTTP request: it gets one answer and cannot log in or be pushed to.</summary>
internal sealed class FpnnHttpPeer(FpnnDoor door, EndPoint? remote, bool isTls) : FpnnPeer(door, remote)
{
    private readonly TaskCompletionSource<(bool IsError, byte[] Json)?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer's payload; null when the connection is to be closed without one.</summary>
    public Task<(bool IsError, byte[] Json)?> Answer => _answer.Task;

    public override bool IsConnected => false;

    public override bool IsEncrypted => isTls;

    public override void Send(ReadOnlySpan<byte> package)
    {
        if (FpnnFraming.TryRead(package, int.MaxValue, out var answer, out _, out _) == FpnnReadStatus.Package)
            _answer.TrySetResult((answer.IsError, answer.Payload.ToArray()));
    }

    public override void Send(ReadOnlyMemory<byte> package) => Send(package.Span);

    public override void Break(CloseReason reason) => _answer.TrySetResult(null);

    public override void CloseAfterFlush(CloseReason reason)
    {
        // the HTTP server closes when the answer is written
    }
}
