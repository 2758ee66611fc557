using System.CommandLine;
using Parley.Server.Admin;
using Parley.Server.Hosting;

namespace Parley.Server.Commands;

/// <summary><c>parley project add|list|show</c>.</summary>
internal static class ProjectCommand
{
    public static Command Create(CommandContext context, Option<string?> data)
    {
        var command = new Command("project", "Add, list and show projects, also while the server runs.");
        command.Subcommands.Add(CreateAdd(context, data));
        command.Subcommands.Add(CreateList(context, data));
        command.Subcommands.Add(CreateShow(context, data));
        return command;
    }

    private static Command CreateAdd(CommandContext context, Option<string?> data)
    {
        var pid = new Option<long?>("--pid") { Description = "The project's id; the next free one when not given.", HelpName = "PID" };
        var name = new Option<string>("--name") { Description = "A name for people.", DefaultValueFactory = static _ => "", HelpName = "NAME" };
        var secret = new Option<string?>("--secret") { Description = "The secret by which back ends sign; random when not given.", HelpName = "SECRET" };
        var command = new Command("add", "Add a project.") { pid, name, secret };
        command.SetAction(async (parsed, cancellation) =>
        {
            var given = parsed.GetValue(secret);
            await using var administration = await AdministrationAccess.OpenAsync(context, parsed.GetValue(data), cancellation);
            var project = await administration.AddProjectAsync(new(parsed.GetValue(pid), parsed.GetValue(name)!, given), cancellation);
            Print(context.Output, project, showSecret: given is null);
            return 0;
        });
        return command;
    }

    private static Command CreateList(CommandContext context, Option<string?> data)
    {
        var command = new Command("list", "List all projects.");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var administration = await AdministrationAccess.OpenAsync(context, parsed.GetValue(data), cancellation);
            List<string[]> rows = [["Project", "Name"]];
            foreach (var project in await administration.ListProjectsAsync(cancellation))
                rows.Add([$"{project.Pid}", project.Name]);
            StartReport.Columns(context.Output, rows);
            return 0;
        });
        return command;
    }

    private static Command CreateShow(CommandContext context, Option<string?> data)
    {
        var pid = new Argument<long>("PID") { Description = "The project's id." };
        var secret = new Option<bool>("--secret") { Description = "Show the secret too." };
        var command = new Command("show", "Show a project.") { pid, secret };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var administration = await AdministrationAccess.OpenAsync(context, parsed.GetValue(data), cancellation);
            var wanted = parsed.GetValue(pid);
            var project = (await administration.ListProjectsAsync(cancellation)).FirstOrDefault(project => project.Pid == wanted)
                ?? throw new ParleyException($"there is no project {wanted}");
            Print(context.Output, project, parsed.GetValue(secret));
            return 0;
        });
        return command;
    }

    private static void Print(TextWriter output, ProjectAnswer project, bool showSecret)
    {
        List<string[]> rows = [["Project", $"{project.Pid}"], ["Name", project.Name]];
        if (project.AdminUserIds.Count > 0)
            rows.Add(["Admins", string.Join(", ", project.AdminUserIds)]);
        if (showSecret)
            rows.Add(["Secret", project.Secret]);
        StartReport.Columns(output, rows);
    }
}
