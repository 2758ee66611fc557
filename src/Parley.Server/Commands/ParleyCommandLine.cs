using System.CommandLine;
using Parley.Core.Storage;
using Parley.Server.Demo;

namespace Parley.Server.Commands;

/// <summary>The command line of <c>parley</c>.</summary>
internal static class ParleyCommandLine
{
    /// <summary>Runs a command and returns its exit code: 0, 1 = failed, 2 = wrong settings or command line.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        try
        {
            var (others, settings) = SettingArguments.Split(arguments);
            var root = Create(new(settings, TimeProvider.System, output, error));
            var parsed = root.Parse(others);
            if (parsed.Errors.Count > 0)
                throw ParleyException.Setting($"{parsed.Errors[0].Message} (parley --help tells what there is)");
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = output,
                Error = error,
            };
            return await parsed.InvokeAsync(configuration);
        }
        catch (ParleyException e)
        {
            return await FailAsync(error, e.Message, e.ExitCode);
        }
        catch (StoreException e)
        {
            return await FailAsync(error, e.Message, ParleyException.Failed);
        }
        catch (OperationCanceledException)
        {
            return await FailAsync(error, "stopped before it was done", ParleyException.Failed);
        }
        catch (Exception e)
        {
            // a fault of ours: here the details matter more than one clear line
            await error.WriteLineAsync(e.ToString());
            return ParleyException.Failed;
        }
    }

    private static RootCommand Create(CommandContext context)
    {
        var data = new Option<string?>("--data")
        {
            Description = "The data directory (Parley:DataDirectory).",
            HelpName = "DIR",
            Recursive = true,
        };
        var root = new RootCommand(
            "Parley, an instant-messaging server. Any setting can be given as --Parley:KEY=VALUE, for example "
            + "--Parley:Endpoints:Web=127.0.0.1:9000; docs/settings.md lists them.");
        root.Options.Add(data);
        root.Subcommands.Add(ServeCommand.Create(context, data));
        root.Subcommands.Add(ProjectCommand.Create(context, data));
        root.Subcommands.Add(TokenCommand.Create(context, data));
        root.Subcommands.Add(WebhookCommand.Create(context, data));
        root.Subcommands.Add(CheckCommand.Create(context, data));
        root.Subcommands.Add(DemoCommand.Create(context, data));
        root.Subcommands.Add(KeyCommand.Create(context));
        root.Subcommands.Add(Bench.BenchCommand.Create());
        root.SetAction((parsed, _) => ServeCommand.RunAsync(context, parsed.GetValue(data)));
        return root;
    }

    private static async Task<int> FailAsync(TextWriter error, string message, int exitCode)
    {
        await error.WriteLineAsync("parley: " + message.ReplaceLineEndings(" "));
        return exitCode;
    }
}
