namespace Parley.Server.Settings;

/// <summary>What is logged, and how.</summary>
internal sealed record LogSettings
{
    /// <summary>One line of text per event, or one JSON object per event.</summary>
    public LogFormat Format { get; init; } = LogFormat.Text;

    /// <summary>The least level that is logged.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>Levels of single categories, by the beginning of their name.</summary>
    public IReadOnlyDictionary<string, LogLevel> Levels { get; init; } = new Dictionary<string, LogLevel>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>How log events are written.</summary>
internal enum LogFormat
{
    /// <summary>One line of text.</summary>
    Text,

    /// <summary>One JSON object on one line.</summary>
    Json,
}
