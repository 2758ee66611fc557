using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Server.Admin;
using Parley.Server.Hosting;

namespace Parley.Server.Commands;

/// <summary><c>parley check</c>: settings and database.</summary>
internal static class CheckCommand
{
    public static Command Create(CommandContext context, Option<string?> data)
    {
        var command = new Command("check", "Check the settings and the database.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var settings = context.LoadSettings(parsed.GetValue(data));
            await using (new OutgoingServices(settings, context.Time, NullLoggerFactory.Instance))
            {
                // made and thrown away: their addresses and files of credentials are looked at
            }
            var directory = new DataDirectory(settings.DataDirectory);
            if (!File.Exists(directory.DatabasePath))
            {
                await context.Output.WriteLineAsync("settings: good");
                await context.Output.WriteLineAsync($"database: none yet in {directory.FullPath}; the first start makes it");
                return 0;
            }
            await using var administration = await AdministrationAccess.OpenAsync(context, parsed.GetValue(data), cancellation);
            var status = await administration.StatusAsync(cancellation);
            await context.Output.WriteLineAsync("settings: good");
            if (!status.IsHealthy)
                throw new ParleyException("the store cannot read and write");
            await context.Output.WriteLineAsync(
                $"database: good, {status.Projects} project{(status.Projects == 1 ? "" : "s")}{(status.IsServing ? ", in use by a running server" : "")}");
            return 0;
        });
        return command;
    }
}
