using Microsoft.Extensions.Logging;
using Parley.Gateways.Connections;

namespace Parley.Gateways.GoIm;

/// <summary>Every log line of the GoIM gateway. Ids 4000 to 4099, never reused.</summary>
internal static partial class GoImLog
{
    [LoggerMessage(4000, LogLevel.Error, "{Door}: the command {Command} failed.")]
    public static partial void CommandFailed(this ILogger logger, Exception exception, string door, string command);

    [LoggerMessage(4001, LogLevel.Debug, "{Door}: connection of {Peer} closed: {Reason}.")]
    public static partial void ConnectionClosed(this ILogger logger, string door, string peer, CloseReason reason);

    [LoggerMessage(4002, LogLevel.Warning, "{Door}: {Peer} does not read what is sent; connection closed: SlowReader.")]
    public static partial void SlowReaderClosed(this ILogger logger, string door, string peer);

    [LoggerMessage(4003, LogLevel.Error, "Delivering the pending messages of a session failed; its connection is closed.")]
    public static partial void PendingDeliveryFailed(this ILogger logger, Exception exception);

    [LoggerMessage(4004, LogLevel.Warning, "A message of {Bytes} bytes does not fit in a frame and is left out for {Users} sessions of this protocol.")]
    public static partial void MessageTooLong(this ILogger logger, int bytes, int users);
}
