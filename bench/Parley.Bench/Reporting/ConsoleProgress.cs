using Parley.Bench.Scenarios;
using Spectre.Console;

namespace Parley.Bench.Reporting;

/// <summary>Shows a bar for each scenario, on a terminal; elsewhere nothing.</summary>
internal sealed class ConsoleProgress(ProgressContext? context) : IRunProgress
{
    private ProgressTask? _current;

    /// <summary>Runs an action with a display of its progress.</summary>
    public static async Task<T> ShowAsync<T>(IAnsiConsole console, Func<IRunProgress, Task<T>> action)
    {
        if (Console.IsOutputRedirected || !console.Profile.Capabilities.Interactive)
            return await action(new ConsoleProgress(null));
        return await console.Progress()
            .AutoClear(enabled: true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async shown =>
            {
                var progress = new ConsoleProgress(shown);
                var result = await action(progress);
                progress.Finish();
                return result;
            });
    }

    /// <inheritdoc/>
    public void Begin(string title)
    {
        Finish();
        _current = context?.AddTask(Markup.Escape(title), maxValue: 1);
    }

    /// <inheritdoc/>
    public void Advance(double fraction)
    {
        if (_current is { } task)
            task.Value = Math.Clamp(fraction, 0, 1);
    }

    private void Finish()
    {
        if (_current is not { } task)
            return;
        task.Value = 1;
        task.StopTask();
    }
}
