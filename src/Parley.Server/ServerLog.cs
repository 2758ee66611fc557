namespace Parley.Server;

/// <summary>Everything that the host logs. Event ids are never reused.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(5000, LogLevel.Information, "Door {Door} listens on {Endpoint}.")]
    public static partial void DoorOpen(this ILogger logger, string door, string endpoint);

    [LoggerMessage(5001, LogLevel.Information, "Parley {Version} is ready after {Milliseconds} ms, with its data in {Directory}.")]
    public static partial void Ready(this ILogger logger, string version, long milliseconds, string directory);

    [LoggerMessage(5002, LogLevel.Information, "Stopping: clients have {Seconds} s to leave.")]
    public static partial void Draining(this ILogger logger, int seconds);

    [LoggerMessage(5003, LogLevel.Warning, "Door {Door} did not let its clients go in time; they are cut off.")]
    public static partial void DrainLate(this ILogger logger, string door);

    [LoggerMessage(5004, LogLevel.Error, "Door {Door} failed while letting its clients go.")]
    public static partial void DrainFailed(this ILogger logger, Exception exception, string door);

    [LoggerMessage(5005, LogLevel.Information, "Stopped.")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(5006, LogLevel.Warning, "The path {Path} is too long for a socket: commands cannot reach this server while it runs.")]
    public static partial void AdminPathTooLong(this ILogger logger, string path);

    [LoggerMessage(5007, LogLevel.Information, "Project {ProjectId} was made.")]
    public static partial void ProjectMade(this ILogger logger, long projectId);

    [LoggerMessage(5008, LogLevel.Information, "Project {ProjectId} was brought up to date with the settings.")]
    public static partial void ProjectChanged(this ILogger logger, long projectId);

    [LoggerMessage(5009, LogLevel.Critical, "A fault ended the server.")]
    public static partial void Crashed(this ILogger logger, Exception exception);

    [LoggerMessage(5010, LogLevel.Warning, "The store did not close in time.")]
    public static partial void StoreCloseLate(this ILogger logger);

    [LoggerMessage(5011, LogLevel.Warning, "The server did not end its connections in time.")]
    public static partial void StopLate(this ILogger logger);
}
