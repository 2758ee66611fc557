using System.CommandLine;
using Parley.Server.Admin;

namespace Parley.Server.Commands;

/// <summary><c>parley token PID USER</c>: prints a login token, and nothing else.</summary>
internal static class TokenCommand
{
    public static Command Create(CommandContext context, Option<string?> data)
    {
        var pid = new Argument<long>("PID") { Description = "The project's id." };
        var user = new Argument<string>("USER") { Description = "The user's id: a number, or the name that apps with names as ids use." };
        var command = new Command("token", "Issue a login token for a user and print it, also while the server runs.") { pid, user };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var administration = await AdministrationAccess.OpenAsync(context, parsed.GetValue(data), cancellation);
            var token = await administration.IssueTokenAsync(new(parsed.GetValue(pid), parsed.GetRequiredValue(user)), cancellation);
            await context.Output.WriteLineAsync(token);
            return 0;
        });
        return command;
    }
}
