using Microsoft.Extensions.Logging;

namespace Parley.Rtm.Transport;

/// <summary>All log messages of the transport. No payloads.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(1, LogLevel.Debug, "Connected to {Address}")]
    public static partial void Connected(ILogger logger, string address);

    [LoggerMessage(2, LogLevel.Debug, "Connection to {Address} ended: {Reason}")]
    public static partial void Closed(ILogger logger, string address, FpnnCloseReason reason, Exception? error);

    [LoggerMessage(3, LogLevel.Warning, "{Address} broke the protocol: {Error}")]
    public static partial void ProtocolBroken(ILogger logger, string address, string error);

    [LoggerMessage(4, LogLevel.Error, "The handler of {Method} failed")]
    public static partial void HandlerFailed(ILogger logger, string method, Exception error);

    [LoggerMessage(5, LogLevel.Debug, "{Address} sent a quest that nobody handles: {Method}")]
    public static partial void UnknownQuest(ILogger logger, string address, string method);

    [LoggerMessage(6, LogLevel.Error, "The callback for the end of a connection failed")]
    public static partial void ClosedCallbackFailed(ILogger logger, Exception error);
}
