using Microsoft.Extensions.Logging;
using Parley.Core.Messaging;

namespace Parley.Core;

/// <summary>Every log line of the core. Ids 1000 to 1099, never reused.</summary>
internal static partial class CoreLog
{
    [LoggerMessage(1000, LogLevel.Error, "Delivering a message of kind {Kind} failed.")]
    public static partial void DeliveryFailed(this ILogger logger, Exception exception, ConversationKind kind);

    [LoggerMessage(1001, LogLevel.Error, "Writing {Count} read positions failed; they are tried again.")]
    public static partial void ReadPositionsFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(1002, LogLevel.Error, "Upkeep failed; it is tried again in {Seconds} s.")]
    public static partial void UpkeepFailed(this ILogger logger, Exception exception, int seconds);

    [LoggerMessage(1004, LogLevel.Error, "Writing {Count} acknowledgements failed; it is tried again.")]
    public static partial void AcknowledgementsFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(1003, LogLevel.Information, "Retired {Count} messages of project {ProjectId}.")]
    public static partial void Retired(this ILogger logger, int count, long projectId);
}
