using Microsoft.Extensions.Logging;
using Parley.Gateways.Connections;

namespace Parley.Gateways.Beehive;

/// <summary>Every log line of the beehive gateway. Ids 5000 to 5099, never reused.</summary>
internal static partial class BeehiveLog
{
    [LoggerMessage(5000, LogLevel.Error, "{Door}: the command {Command} failed.")]
    public static partial void CommandFailed(this ILogger logger, Exception exception, string door, string command);

    [LoggerMessage(5001, LogLevel.Debug, "{Door}: connection of {Peer} closed: {Reason}.")]
    public static partial void ConnectionClosed(this ILogger logger, string door, string peer, CloseReason reason);

    [LoggerMessage(5002, LogLevel.Warning, "{Door}: {Peer} does not read what is sent; connection closed: SlowReader.")]
    public static partial void SlowReaderClosed(this ILogger logger, string door, string peer);

    [LoggerMessage(5003, LogLevel.Warning, "A message of {Bytes} bytes is longer than clients of this protocol are sent, and is left out for them.")]
    public static partial void MessageTooLong(this ILogger logger, int bytes);

    [LoggerMessage(5004, LogLevel.Error, "The HTTP interface {Endpoint} failed.")]
    public static partial void EndpointFailed(this ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(5005, LogLevel.Error, "Ending the session of an installation failed.")]
    public static partial void SessionEndFailed(this ILogger logger, Exception exception);

    [LoggerMessage(5006, LogLevel.Error, "What a session was sent on SYNC could not be counted; it is sent again.")]
    public static partial void CatchUpNotCounted(this ILogger logger, Exception exception);

    [LoggerMessage(5050, LogLevel.Information, "The IP dictionary has {Ranges} ranges.")]
    public static partial void DictionaryLoaded(this ILogger logger, int ranges);
}
