using Microsoft.Extensions.Logging;
using Parley.Gateways.Connections;

namespace Parley.Gateways.Rtm;

/// <summary>Every log line of the RTM gateway. Ids 3000 to 3099, never reused.</summary>
internal static partial class RtmLog
{
    [LoggerMessage(3000, LogLevel.Error, "{Door}: the quest {Method} failed.")]
    public static partial void QuestFailed(this ILogger logger, Exception exception, string door, string method);

    [LoggerMessage(3001, LogLevel.Debug, "{Door}: connection of {Peer} closed: {Reason}.")]
    public static partial void ConnectionClosed(this ILogger logger, string door, string peer, CloseReason reason);

    [LoggerMessage(3003, LogLevel.Warning, "{Door}: {Peer} does not read what is sent; connection closed: SlowReader.")]
    public static partial void SlowReaderClosed(this ILogger logger, string door, string peer);

    [LoggerMessage(3004, LogLevel.Error, "Storing an upload of {Method} failed.")]
    public static partial void UploadFailed(this ILogger logger, Exception exception, string method);

    [LoggerMessage(3002, LogLevel.Information, "Debug log of project {ProjectId}, user {UserId}, {Peer}: {Text} {Attributes}")]
    public static partial void ClientDebug(this ILogger logger, long projectId, long userId, string peer, string text, string attributes);
}
