using System.Globalization;
using Spectre.Console;

namespace Parley.Bench.Reporting;

/// <summary>A run as tables for people.</summary>
internal static class TextReport
{
    private const int RedirectedWidth = 150;

    /// <summary>A console on standard output; wide enough for the tables when it is a file.</summary>
    public static IAnsiConsole MakeConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected)
            console.Profile.Width = RedirectedWidth;
        return console;
    }

    /// <summary>Prints a report.</summary>
    public static void Print(IAnsiConsole console, BenchReport report)
    {
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Machine.Processors} processors, {report.Machine.Runtime}, {report.Machine.System}"));
        console.WriteLine($"One flush of the disk: p50 {Time(report.Flush.P50Microseconds)}, p99 {Time(report.Flush.P99Microseconds)}");
        console.WriteLine();
        if (report.Scenarios.Count > 0)
        {
            console.Write(Scenarios(report.Scenarios));
            console.Write(Costs(report.Scenarios));
        }
        if (report.Verdicts.Count > 0)
            console.Write(Judged(report.Verdicts));
        foreach (var scenario in report.Scenarios)
        {
            foreach (var note in scenario.Notes)
                console.WriteLine($"{scenario.Name}: {note}");
        }
    }

    private static Table Scenarios(IReadOnlyList<ScenarioResult> results)
    {
        var table = Make("What was done", "Counted", "Per second", "p50", "p99", "p99.9", "max");
        foreach (var result in results)
        {
            var title = result.Title;
            foreach (var series in result.Series)
            {
                table.AddRow(
                    new Text(title),
                    new Text(series.Name),
                    Right(Number(series.PerSecond)),
                    Right(Time(series.P50Microseconds)),
                    Right(Time(series.P99Microseconds)),
                    Right(Time(series.P999Microseconds)),
                    Right(Time(series.MaxMicroseconds)));
                title = "";
            }
        }
        return table;
    }

    private static Table Costs(IReadOnlyList<ScenarioResult> results)
    {
        var table = Make("Scenario", "Connections", "Seconds", "Client CPU", "Server CPU", "Per CPU second", "Server memory", "Further figures");
        foreach (var result in results)
        {
            var figures = result.Figures.Select(static f => $"{f.Key} {Number(f.Value)}")
                .Concat(result.ServerThreads.OrderByDescending(static t => t.Value).Take(4).Select(static t => $"{t.Key} {Number(t.Value)} s"));
            table.AddRow(
                new Text(result.Name),
                Right(Number(result.Connections)),
                Right(Number(result.Seconds)),
                Right(Number(result.ClientCpuSeconds) + " s"),
                Right(result.ServerCpuSeconds is { } cpu ? Number(cpu) + " s" : "–"),
                Right(result.PerServerCpuSecond is { } rate ? Number(rate) : "–"),
                Right(result.ServerResidentBytes is { } bytes ? Number(bytes / 1048576.0) + " MiB" : "–"),
                new Text(string.Join(", ", figures)));
        }
        return table;
    }

    private static Table Judged(IReadOnlyList<Verdict> verdicts)
    {
        var table = Make("Held against a target", "Value", "Target", "Met");
        foreach (var verdict in verdicts)
        {
            var unit = verdict.Unit.Length > 0 ? " " + verdict.Unit : "";
            table.AddRow(
                new Text(verdict.Title),
                Right(Number(verdict.Value) + unit),
                Right(verdict.Target is { } target ? (verdict.AtLeast ? "≥ " : "≤ ") + Number(target) + unit : "–"),
                new Text(verdict.IsMet switch { true => "yes", false => "NO", null => "–" }));
        }
        return table;
    }

    private static Table Make(params string[] columns)
    {
        var table = new Table { Border = Console.IsOutputRedirected ? TableBorder.Ascii2 : TableBorder.Rounded };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column)));
        return table;
    }

    private static Text Right(string text) => new(text) { Justification = Justify.Right };

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static string Time(double microseconds) => microseconds switch
    {
        >= 1e6 => Number(microseconds / 1e6) + " s",
        >= 1e3 => Number(microseconds / 1e3) + " ms",
        _ => Number(microseconds) + " µs",
    };
}
