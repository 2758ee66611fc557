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

    [LoggerMessage(1006, LogLevel.Error, "Writing {Count} acknowledgements failed; it is tried again.")]
    public static partial void AcknowledgementsFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(1050, LogLevel.Error, "Writing {Count} samples of open sessions failed; they are tried again with the next sample.")]
    public static partial void OnlineSamplesFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(1051, LogLevel.Error, "Reading the precisions of project {ProjectId}'s online statistics failed; those known are kept.")]
    public static partial void PrecisionsFailed(this ILogger logger, Exception exception, long projectId);

    [LoggerMessage(1003, LogLevel.Information, "Retired {Count} messages of project {ProjectId}.")]
    public static partial void Retired(this ILogger logger, int count, long projectId);

    [LoggerMessage(1040, LogLevel.Warning, "Webhook {Webhook}: an attempt failed ({Reason}); it is tried again.")]
    public static partial void WebhookRefused(this ILogger logger, string webhook, string reason);

    [LoggerMessage(1041, LogLevel.Information, "Webhook {Webhook}: attempt {Attempt} succeeded.")]
    public static partial void WebhookRecovered(this ILogger logger, string webhook, int attempt);

    [LoggerMessage(1042, LogLevel.Error, "Webhook {Webhook}: {Count} deliveries were given up after {Attempts} attempts ({Reason}).")]
    public static partial void WebhookGaveUp(this ILogger logger, string webhook, int count, int attempts, string reason);

    [LoggerMessage(1043, LogLevel.Warning, "Webhook {Webhook} is paused: its receiver is gone for good (410).")]
    public static partial void WebhookPaused(this ILogger logger, string webhook);

    [LoggerMessage(1044, LogLevel.Error, "Webhook {Webhook}: the {Count} oldest dead letters were forgotten, only {Most} are kept.")]
    public static partial void WebhookForgot(this ILogger logger, string webhook, int count, int most);

    [LoggerMessage(1045, LogLevel.Error, "Webhook {Webhook} stumbled; it goes on in {Seconds} s.")]
    public static partial void WebhookFault(this ILogger logger, Exception exception, string webhook, double seconds);

    [LoggerMessage(1020, LogLevel.Error, "Telling a session of group {GroupId} of project {ProjectId} failed.")]
    public static partial void GroupNoticeFailed(this ILogger logger, Exception exception, long projectId, long groupId);

    [LoggerMessage(1021, LogLevel.Error, "Telling a session of a note in project {ProjectId} failed.")]
    public static partial void NoteFailed(this ILogger logger, Exception exception, long projectId);

    [LoggerMessage(1023, LogLevel.Error, "A delivery lane failed with {Count} messages of one batch.")]
    public static partial void LaneFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(1022, LogLevel.Error, "An observer failed to hear of a change in project {ProjectId}.")]
    public static partial void ChangeNoticeFailed(this ILogger logger, Exception exception, long projectId);

    [LoggerMessage(1004, LogLevel.Information, "Removed {Count} old files of project {ProjectId}.")]
    public static partial void FilesRetired(this ILogger logger, int count, long projectId);

    [LoggerMessage(1005, LogLevel.Error, "Removing the file of a deleted message failed; it can be downloaded until its time is over.")]
    public static partial void FileRemovalFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1010, LogLevel.Debug, "Translating failed: {Reason}")]
    public static partial void TranslationFailed(this ILogger logger, string reason);

    [LoggerMessage(1015, LogLevel.Warning, "The translation engine did not tell its languages; it is asked again when somebody needs it: {Reason}")]
    public static partial void EngineAbsent(this ILogger logger, string reason);

    [LoggerMessage(1011, LogLevel.Error, "A fault while translating a message.")]
    public static partial void TranslationFaulted(this ILogger logger, Exception exception);

    [LoggerMessage(1012, LogLevel.Warning, "A user's language could not be read or kept at login; there are no translations until it is set again.")]
    public static partial void LanguageUnknown(this ILogger logger, Exception exception);

    [LoggerMessage(1013, LogLevel.Error, "A fault while notifying devices through {Sender}.")]
    public static partial void PushFaulted(this ILogger logger, Exception exception, string sender);

    [LoggerMessage(1014, LogLevel.Debug, "{Sender} says that a device of user {UserId} in project {ProjectId} is gone; it was forgotten.")]
    public static partial void DeviceRemoved(this ILogger logger, long projectId, long userId, string sender);
}
