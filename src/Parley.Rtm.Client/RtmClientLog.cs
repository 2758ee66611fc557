using Microsoft.Extensions.Logging;

namespace Parley.Rtm.Client;

/// <summary>What the client logs: never tokens, never what was said.</summary>
internal static partial class RtmClientLog
{
    [LoggerMessage(1, LogLevel.Information, "Logged in as user {UserId} of project {ProjectId} at {Gate}")]
    public static partial void LoggedIn(ILogger logger, long userId, long projectId, string gate);

    [LoggerMessage(2, LogLevel.Warning, "The connection to {Gate} was lost: {Reason}")]
    public static partial void Lost(ILogger logger, string gate, string reason);

    [LoggerMessage(3, LogLevel.Information, "Logging in again in {Delay}")]
    public static partial void WillLogIn(ILogger logger, TimeSpan delay);

    [LoggerMessage(4, LogLevel.Warning, "The login failed")]
    public static partial void LoginFailed(ILogger logger, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "The login was refused for good: {Code}")]
    public static partial void Refused(ILogger logger, int code);

    [LoggerMessage(6, LogLevel.Warning, "The gate has kicked the user out")]
    public static partial void KickedOut(ILogger logger);

    [LoggerMessage(7, LogLevel.Information, "Gate {Gate} sends us to {Next}")]
    public static partial void Redirected(ILogger logger, string gate, string next);

    [LoggerMessage(8, LogLevel.Warning, "Nothing came from {Gate} for {Silence}; the connection counts as dead")]
    public static partial void Silent(ILogger logger, string gate, TimeSpan silence);

    [LoggerMessage(9, LogLevel.Warning, "A push of method {Method} cannot be read: {Code} {Reason}")]
    public static partial void PushUnreadable(ILogger logger, string method, int code, string reason);

    [LoggerMessage(10, LogLevel.Warning, "A push of method {Method} was refused: {Count} pushes wait for the application")]
    public static partial void PushRefused(ILogger logger, string method, int count);

    [LoggerMessage(11, LogLevel.Error, "The push handler failed")]
    public static partial void HandlerFailed(ILogger logger, Exception exception);

    [LoggerMessage(12, LogLevel.Warning, "{Method} after the login failed")]
    public static partial void NotRestored(ILogger logger, string method, Exception exception);

    [LoggerMessage(13, LogLevel.Error, "A listener to changes of state failed")]
    public static partial void ListenerFailed(ILogger logger, Exception exception);

    [LoggerMessage(14, LogLevel.Debug, "A push of method {Method} came again")]
    public static partial void Duplicate(ILogger logger, string method);
}
