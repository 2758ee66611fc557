using Microsoft.Extensions.Logging.Console;
using Parley.Server.Settings;

namespace Parley.Server;

/// <summary>Sets up logging: to standard output, one line per event.</summary>
internal static class Logging
{
    /// <summary>Categories that tell whole request lines below <see cref="LogLevel.Warning"/>: a query may hold a token.</summary>
    private static readonly string[] WithRequestLines =
        ["Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Server.Kestrel.BadRequests"];

    /// <summary>Makes the logger factory of a run.</summary>
    public static ILoggerFactory Create(LogSettings settings) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(settings.Level);
        builder.AddFilter("Microsoft", settings.Level > LogLevel.Warning ? settings.Level : LogLevel.Warning);
        // a server that cannot start says so itself, in one line
        builder.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        foreach (var (category, level) in settings.Levels)
            builder.AddFilter(category, level);
        foreach (var category in WithRequestLines)
            builder.AddFilter<ConsoleLoggerProvider>(category, LeastWithRequestLines(settings, category));
        if (settings.Format == LogFormat.Json)
            builder.AddJsonConsole(ConfigureJson);
        else
            builder.AddSimpleConsole(ConfigureText);
    });

    /// <summary>What is asked for, but no less than a warning. It is a rule of the provider, which none of the settings can outdo.</summary>
    private static LogLevel LeastWithRequestLines(LogSettings settings, string category)
    {
        var asked = settings.Levels.Where(pair => category.StartsWith(pair.Key, StringComparison.OrdinalIgnoreCase))
            .OrderBy(pair => pair.Key.Length).LastOrDefault();
        return (LogLevel)Math.Max((int)LogLevel.Warning, (int)(asked.Key is null ? settings.Level : asked.Value));
    }

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
