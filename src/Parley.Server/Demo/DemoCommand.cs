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
    private static readonly string[] Doors = ["RtmDispatch", "RtmClient", "RtmServer", "RtmFile"];

    public static Command Create(CommandContext context, Option<string?> data)
    {
        var command = new Command("demo", "Play a conversation of two users and their back end through all doors, against the running server or one started for it.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var settings = context.LoadSettings(parsed.GetValue(data));
            var directory = new DataDirectory(settings.DataDirectory);
            await using var running = await AdminClient.ConnectAsync(directory.AdminSocket, cancellation);
            if (running is not null)
                return await PlayAsync(context, directory, running, cancellation);
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
                Endpoints = Doors.Concat(["GoImGateway", "GoImMessage", "BeehiveHttp", "BeehiveTcp", "BeehiveWebSocket", "OpenImApi", "OpenImGateway", "Web"]).ToDictionary(static door => door, static _ => "127.0.0.1:0", StringComparer.OrdinalIgnoreCase),
                Projects = [],
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
                return await PlayAsync(context, new(temporary), running, cancellationToken);
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
        CommandContext context, DataDirectory directory, IAdministration administration, CancellationToken cancellationToken)
    {
        var projects = await administration.ListProjectsAsync(cancellationToken);
        var endpoints = ReadEndpoints(directory);
        if (Doors.FirstOrDefault(door => !endpoints.ContainsKey(door)) is { } missing)
            throw new ParleyException($"the door {missing} is closed");
        var script = new DemoScript(endpoints, projects[0], context.Time);
        var steps = await script.PlayAsync(cancellationToken);
        List<string[]> rows = [["Door", "What happens", "Good", "ms", "Seen"]];
        foreach (var step in steps)
            rows.Add([step.Door, step.What, step.IsGood ? "yes" : "NO", $"{step.Took.TotalMilliseconds:N1}", step.Seen]);
        StartReport.Columns(context.Output, rows);
        return steps.All(static step => step.IsGood) ? 0 : ParleyException.Failed;
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
