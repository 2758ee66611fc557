using Microsoft.Extensions.Logging.Console;
using Parley.Server.Settings;

namespace Parley.Server;

/// <summary>Sets up logging: to standard output, one line per event.</summary>
internal static class Logging
{
    /// <summary>Makes the logger factory of a run.</summary>
    public static ILoggerFactory Create(LogSettings settings) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(settings.Level);
        builder.AddFilter("Microsoft", settings.Level > LogLevel.Warning ? settings.Level : LogLevel.Warning);
        // a server that cannot start says so itself, in one line
        builder.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        foreach (var (category, level) in settings.Levels)
            builder.AddFilter(category, level);
        if (settings.Format == LogFormat.Json)
            builder.AddJsonConsole(ConfigureJson);
        else
            builder.AddSimpleConsole(ConfigureText);
    });

    private static void ConfigureText(SimpleConsoleFormatterOptions options)
    {
        options.SingleLine = true;
        options.UseUtcTimestamp = true;
        options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
    }

    private static void ConfigureJson(JsonConsoleFormatterOptions options)
    {
        options.UseUtcTimestamp = true;
        options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
    }
}
