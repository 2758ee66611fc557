using Microsoft.Extensions.Logging;

namespace Parley.Gateways;

/// <summary>Every log line of what gateways share. Ids 2000 to 2099, never reused.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(2000, LogLevel.Error, "A connection failed in its heartbeat.")]
    public static partial void HeartbeatFailed(this ILogger logger, Exception exception);
}
