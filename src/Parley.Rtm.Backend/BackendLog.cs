using Microsoft.Extensions.Logging;
using Parley.Rtm.Transport;

namespace Parley.Rtm.Backend;

/// <summary>All log messages of the back-end SDK. No secrets, tokens or messages.</summary>
internal static partial class BackendLog
{
    [LoggerMessage(101, LogLevel.Information, "Connected to server gate {Address}")]
    public static partial void Connected(ILogger logger, string address);

    [LoggerMessage(102, LogLevel.Information, "Connection to server gate {Address} ended: {Reason}")]
    public static partial void Disconnected(ILogger logger, string address, FpnnCloseReason reason);

    [LoggerMessage(103, LogLevel.Warning, "Server gate {Address} cannot be reached, next attempt in {Delay}: {Error}")]
    public static partial void ReconnectFailed(ILogger logger, string address, TimeSpan delay, string error);

    [LoggerMessage(104, LogLevel.Error, "Listening could not be restored: error {Code} {Text}")]
    public static partial void RestoreRefused(ILogger logger, int code, string text);

    [LoggerMessage(105, LogLevel.Error, "The monitor failed")]
    public static partial void MonitorFailed(ILogger logger, Exception error);

    [LoggerMessage(106, LogLevel.Warning, "A push {Method} cannot be read and was dropped")]
    public static partial void UnreadablePush(ILogger logger, string method);

    [LoggerMessage(107, LogLevel.Error, "A handler of ConnectionChanged failed")]
    public static partial void ConnectionHandlerFailed(ILogger logger, Exception error);

    [LoggerMessage(108, LogLevel.Warning, "Server gate {Address} is silent, the connection is given up")]
    public static partial void Silent(ILogger logger, string address);
}
