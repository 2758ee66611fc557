using Microsoft.Extensions.Logging;

namespace Parley.Outgoing;

/// <summary>Every log line of calls to translation and push services. Ids 6000 to 6049, never reused. No tokens, texts or secrets.</summary>
internal static partial class OutgoingLog
{
    [LoggerMessage(6000, LogLevel.Warning, "{Service} fails too often and is left alone for a while.")]
    public static partial void ServiceLeftAlone(this ILogger logger, string service);

    [LoggerMessage(6001, LogLevel.Information, "{Service} answers again.")]
    public static partial void ServiceBack(this ILogger logger, string service);

    [LoggerMessage(6002, LogLevel.Warning, "{Service} refused a notification with status {Status} ({Reason}).")]
    public static partial void NotificationRefused(this ILogger logger, string service, int status, string reason);

    [LoggerMessage(6003, LogLevel.Warning, "A notification was given up: {Reason}.")]
    public static partial void NotificationGivenUp(this ILogger logger, string reason);
}
