using System.CommandLine;
using Parley.Core.Storage;
using Parley.Server.Hosting;
using Parley.Server.Settings;

namespace Parley.Server.Commands;

/// <summary><c>parley serve</c>: runs the server.</summary>
internal static class ServeCommand
{
    public static Command Create(CommandContext context, Option<string?> data)
    {
        var command = new Command("serve", "Run the server until SIGTERM or SIGINT. The default command.");
        command.SetAction((parsed, _) => RunAsync(context, parsed.GetValue(data)));
        return command;
    }

    public static async Task<int> RunAsync(CommandContext context, string? dataDirectory)
    {
        var settings = context.LoadSettings(dataDirectory);
        using var loggers = Logging.Create(settings.Log);
        var logger = loggers.CreateLogger("Parley.Server");
        try
        {
            // with JSON logs, standard output has nothing but JSON
            var output = settings.Log.Format == LogFormat.Json ? context.Error : context.Output;
            using var signals = new StopSignals();
            await new ServerHost(settings, context.Time, loggers, output).RunAsync(signals);
            logger.Stopped();
            return 0;
        }
        catch (Exception e) when (e is not (ParleyException or StoreException or OperationCanceledException))
        {
            logger.Crashed(e);
            throw new ParleyException($"a fault ended the server: {e.Message}", ParleyException.Failed, e);
        }
    }
}
