using System.CommandLine;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Server.Admin;
using Parley.Server.Commands;
using Parley.Server.Hosting;
using Parley.Server.Settings;

namespace Parley.Server.Demo;

/// <summary><c>parley demo</c>: one scripted conversation through the doors of a running server, or of one that is started for it.</summary>
internal static class DemoCommand
{
    private static readonly string[] Doors =
        ["RtmDispatch", "RtmClient", "RtmServer", "RtmFile", "OpenImApi", "OpenImGateway", "GoImMessage", "BeehiveHttp", "BeehiveTcp"];

    private static readonly string[] OtherDoors = ["GoImGateway", "BeehiveWebSocket", "Web"];

    public static Command Create(CommandContext context, Option<string?> data)
    {
        var command = new Command("demo", "Play a conversation of RTM users and their back end, and one of five who speak five protocols, against the running server or one started for it.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var settings = context.LoadSettings(parsed.GetValue(data));
            var directory = new DataDirectory(settings.DataDirectory);
            await using var running = await AdminClient.ConnectAsync(directory.AdminSocket, cancellation);
            if (running is not null)
                return await PlayAsync(context, settings, directory, running, cancellation);
            return await PlayAloneAsync(context, settings, cancellation);
        });
        return command;
    }

    private static async Task<int> PlayAloneAsync(CommandContext context, ParleySettings settings, CancellationToken cancellationToken)
    {
        var temporary = Directory.CreateTempSubdirectory("parley-demo-").FullName;
        try
        {
            var own = settings with
            {
                DataDirectory = temporary,
                Endpoints = Doors.Concat(OtherDoors).ToDictionary(static door => door, static _ => "127.0.0.1:0", StringComparer.OrdinalIgnoreCase),
                Projects = [],
                GoIm = new(),
                Beehive = new(),
                OpenIm = new(),
                Tls = new(),
            };
            using var signals = new StopSignals();
            var host = new ServerHost(own, context.Time, NullLoggerFactory.Instance, TextWriter.Null);
            var run = host.RunAsync(signals);
            await await Task.WhenAny(host.Opened, run);
            try
            {
                await using var running = await AdminClient.ConnectAsync(new DataDirectory(temporary).AdminSocket, cancellationToken)
                    ?? throw new ParleyException("the server of the demonstration does not answer");
                return await PlayAsync(context, own, new(temporary), running, cancellationToken);
            }
            finally
            {
                signals.Request();
                await run;
            }
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static async Task<int> PlayAsync(
        CommandContext context, ParleySettings settings, DataDirectory directory, IAdministration administration, CancellationToken cancellationToken)
    {
        var projects = await administration.ListProjectsAsync(cancellationToken);
        var endpoints = ReadEndpoints(directory);
        if (Doors.FirstOrDefault(door => !endpoints.ContainsKey(door)) is { } missing)
            throw new ParleyException($"the door {missing} is closed");
        var project = ProjectOfAll(settings, projects);
        var script = new DemoScript(endpoints, project, context.Time);
        var played = await script.PlayAsync(cancellationToken);
        PrintSteps(context.Output, played);
        if (!played.All(static step => step.IsGood))
            return ParleyException.Failed;
        context.Output.WriteLine();
        return await GatherAsync(context, endpoints, project, settings, cancellationToken);
    }

    /// <summary>The second part: five protocols, one group.</summary>
    private static async Task<int> GatherAsync(
        CommandContext context, IReadOnlyDictionary<string, IPEndPoint> endpoints, ProjectAnswer project, ParleySettings settings,
        CancellationToken cancellationToken)
    {
        var steps = new DemoSteps(context.Time);
        await using var gathering = new DemoGathering(endpoints, project, settings, context.Time, steps);
        if (!await gathering.GatherAsync(cancellationToken))
        {
            PrintSteps(context.Output, steps.All);
            return ParleyException.Failed;
        }
        var (matrix, pushed) = await gathering.SpeakAsync(cancellationToken);
        var histories = await gathering.ReadAsync(pushed, cancellationToken);
        await gathering.LeaveAsync(cancellationToken);
        PrintSteps(context.Output, steps.All);
        context.Output.WriteLine();
        var code = DemoReport.Print(context.Output, matrix, histories);
        return steps.AreGood ? code : ParleyException.Failed;
    }

    private static void PrintSteps(TextWriter output, IReadOnlyList<DemoStep> steps)
    {
        List<string[]> rows = [["Door", "What happens", "Good", "ms", "Seen"]];
        foreach (var step in steps)
            rows.Add([step.Door, step.What, step.IsGood ? "yes" : "NO", $"{step.Took.TotalMilliseconds:N1}", step.Seen]);
        StartReport.Columns(output, rows);
    }

    /// <summary>The project that all gateways serve: the conversations meet in one.</summary>
    private static ProjectAnswer ProjectOfAll(ParleySettings settings, IReadOnlyList<ProjectAnswer> projects)
    {
        long[] served = [settings.GoIm.Project, settings.Beehive.Project, settings.OpenIm.Project];
        var pids = served.Select(pid => pid == 0 ? projects[0].Pid : pid).Distinct().ToArray();
        if (pids.Length > 1)
            throw new ParleyException("the gateways serve different projects: there is no conversation that all can be in");
        return projects.FirstOrDefault(project => project.Pid == pids[0]) ?? throw new ParleyException($"there is no project {pids[0]}");
    }

    private static Dictionary<string, IPEndPoint> ReadEndpoints(DataDirectory directory)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory.FullPath, "endpoints.json")));
        return json.RootElement.EnumerateObject().ToDictionary(static p => p.Name, static p => Reachable(IPEndPoint.Parse(p.Value.GetString()!)));
    }

    // a door on all addresses is reached over loopback
    private static IPEndPoint Reachable(IPEndPoint bound)
    {
        if (bound.Address.Equals(IPAddress.Any))
            return new(IPAddress.Loopback, bound.Port);
        return bound.Address.Equals(IPAddress.IPv6Any) ? new(IPAddress.IPv6Loopback, bound.Port) : bound;
    }
}
