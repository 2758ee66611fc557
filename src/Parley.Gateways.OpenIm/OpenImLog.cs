using Microsoft.Extensions.Logging;
using Parley.Gateways.Connections;

namespace Parley.Gateways.OpenIm;

/// <summary>Every log line of the OpenIM gateway. Ids 6000 to 6099, never reused.</summary>
internal static partial class OpenImLog
{
    [LoggerMessage(6000, LogLevel.Error, "The call {Endpoint} failed.")]
    public static partial void EndpointFailed(this ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(6001, LogLevel.Warning, "A notification of type {Type} was not stored.")]
    public static partial void NotificationFailed(this ILogger logger, Exception exception, int type);

    [LoggerMessage(6050, LogLevel.Debug, "{Door}: connection of {Peer} closed: {Reason}.")]
    public static partial void ConnectionClosed(this ILogger logger, string door, string peer, CloseReason reason);

    [LoggerMessage(6051, LogLevel.Warning, "{Door}: {Peer} does not read what is sent; connection closed: SlowReader.")]
    public static partial void SlowReaderClosed(this ILogger logger, string door, string peer);

    [LoggerMessage(6052, LogLevel.Error, "The request {Request} failed.")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string request);

    [LoggerMessage(6053, LogLevel.Error, "A login to the message gateway failed.")]
    public static partial void LoginFailed(this ILogger logger, Exception exception);

    [LoggerMessage(6054, LogLevel.Error, "A message could not be made for a client.")]
    public static partial void PushFailed(this ILogger logger, Exception exception);
}
