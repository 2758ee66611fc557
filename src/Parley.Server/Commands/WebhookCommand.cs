using System.CommandLine;
using System.Globalization;
using Parley.Server.Admin;
using Parley.Server.Hosting;

namespace Parley.Server.Commands;

/// <summary><c>parley webhook list|dead|retry</c>.</summary>
internal static class WebhookCommand
{
    public static Command Create(CommandContext context, Option<string?> data)
    {
        var command = new Command("webhook", "Show webhooks and what they did not take, and send it again, also while the server runs.");
        command.Subcommands.Add(CreateList(context, data));
        command.Subcommands.Add(CreateDead(context, data));
        command.Subcommands.Add(CreateRetry(context, data));
        return command;
    }

    private static Command CreateList(CommandContext context, Option<string?> data)
    {
        var command = new Command("list", "List all webhooks.");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var administration = await AdministrationAccess.OpenAsync(context, parsed.GetValue(data), cancellation);
            List<string[]> rows = [["Webhook", "Project", "State", "Position", "Lag", "Dead letters", "Last failure"]];
            foreach (var webhook in await administration.ListWebhooksAsync(cancellation))
            {
                rows.Add(
                [
                    webhook.Name, $"{webhook.Pid}", webhook.State, webhook.Position is { } position ? $"{position}" : "new", $"{webhook.Lag}",
                    $"{webhook.DeadLetters}", webhook.LastFailure,
                ]);
            }
            StartReport.Columns(context.Output, rows);
            return 0;
        });
        return command;
    }

    private static Command CreateDead(CommandContext context, Option<string?> data)
    {
        var name = new Argument<string>("NAME") { Description = "The webhook's name." };
        var command = new Command("dead", "List the messages that a webhook's receiver did not take.") { name };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var administration = await AdministrationAccess.OpenAsync(context, parsed.GetValue(data), cancellation);
            List<string[]> rows = [["Id", "Attempts", "Given up", "Sent again", "Reason"]];
            for (var after = 0L; ;)
            {
                var letters = await administration.ListDeadLettersAsync(parsed.GetValue(name)!, after, cancellation);
                if (letters.Count == 0)
                    break;
                foreach (var letter in letters)
                {
                    var time = DateTimeOffset.FromUnixTimeMilliseconds(letter.Time).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
                    rows.Add([$"{letter.Position}", $"{letter.Attempts}", time, letter.IsRetrying ? "soon" : "no", letter.Reason]);
                }
                after = letters[^1].Position;
            }
            StartReport.Columns(context.Output, rows);
            return 0;
        });
        return command;
    }

    private static Command CreateRetry(CommandContext context, Option<string?> data)
    {
        var name = new Argument<string>("NAME") { Description = "The webhook's name." };
        var command = new Command("retry", "Send a webhook's dead letters again, and go on with one that is paused.") { name };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var administration = await AdministrationAccess.OpenAsync(context, parsed.GetValue(data), cancellation);
            var count = await administration.RetryWebhookAsync(parsed.GetValue(name)!, cancellation);
            await context.Output.WriteLineAsync($"{count} dead letters are sent again");
            return 0;
        });
        return command;
    }
}
