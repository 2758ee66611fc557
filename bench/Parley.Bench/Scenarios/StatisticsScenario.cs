using System.Diagnostics;
using System.Globalization;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;

namespace Parley.Bench.Scenarios;

/// <summary>
/// The interfaces of beehive for counts and rankings, each asked so many times in turn over one keep-alive connection, on a server that has
/// counted for long and has many groups and rooms.
/// </summary>
/// <param name="Periods">Periods that were counted.</param>
/// <param name="Groups">Groups.</param>
/// <param name="Rooms">Rooms with somebody inside.</param>
internal sealed record StatisticsScenario(int Periods, int Groups, int Rooms)
    : Scenario(StatisticsName, $"statistics of {Periods:N0} periods, {Groups:N0} groups, {Rooms:N0} rooms", Stage.Statistics)
{
    /// <summary>Its name.</summary>
    public const string StatisticsName = "statistics";

    /// <summary>The series of the longest answer that there is, which is for information.</summary>
    public const string Longest = "user-statis get, num 10,000";

    private const int Requests = 200;
    private const int Sitters = 20;
    private const int FirstUser = 900_001;
    private const long FirstRoom = 3_000_001;

    private static readonly (string Name, string Path)[] Interfaces =
    [
        ("user-statis list", "im/config?action=list&option=user-statis"),
        ("user-statis get, num 1", "im/config?action=get&option=user-statis&prec=300&num=1"),
        ("user-statis get, num 288", "im/config?action=get&option=user-statis&prec=300&num=288"),
        (Longest, "im/config?action=get&option=user-statis&prec=300&num=10000"),
        ("group top-list, num 10", "im/group/query?option=top-list&num=10"),
        ("group top-list, num 1,000", "im/group/query?option=top-list&num=1000"),
        ("group mesg-top-list, num 10", "im/group/query?option=mesg-top-list&num=10"),
        ("group mesg-top-list, num 1,000", "im/group/query?option=mesg-top-list&num=1000"),
        ("room top-list, num 10", "im/room/query?option=top-list&num=10"),
        ("room top-list, num 1,000", "im/room/query?option=top-list&num=1000"),
        ("room group-list", string.Create(CultureInfo.InvariantCulture, $"im/room/query?option=group-list&rid={FirstRoom}")),
    ];

    public override void Plan(FixturePlan plan)
    {
        plan.NeedsBeehive = true;
        plan.Periods = Periods;
        plan.RankedGroups = Groups;
    }

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var server = context.Server;
        using var meter = new LoadMeter(Interfaces.Length);
        using var http = new BeehiveHttp(server.BeehiveHttp ?? throw new BenchException("the server has no door BeehiveHttp"), connections: 1);
        using var crowd = await Crowd<Sitter>.GatherAsync(
            server, Sitters, _ => new(http), static i => FirstUser + i, static _ => { }, context.Cancellation);
        await Task.WhenAll(crowd.Connections.Select((sitter, i) => FillRoomsAsync(sitter, i, context.Cancellation)));

        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < context.Options.WarmUp)
            await AskAllAsync(http, meter, context.Cancellation);
        var (serverBefore, clientBefore, machineBefore) = (server.Usage(), ProcessUsage.Read(Environment.ProcessId), MachineUsage.ReadBusySeconds());
        meter.Begin();
        started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Requests; i++)
        {
            await AskAllAsync(http, meter, context.Cancellation);
            context.Progress.Advance((i + 1.0) / Requests);
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        meter.End();
        var (serverAfter, clientAfter, machineAfter) = (server.Usage(), ProcessUsage.Read(Environment.ProcessId), MachineUsage.ReadBusySeconds());
        crowd.ThrowIfBroken();
        var client = (clientAfter?.CpuSeconds ?? 0) - (clientBefore?.CpuSeconds ?? 0);
        var used = serverAfter is null || serverBefore is null ? (double?)null : serverAfter.CpuSeconds - serverBefore.CpuSeconds;
        return new()
        {
            Name = Name,
            Title = Title,
            Connections = 1,
            Pipeline = 1,
            Seconds = seconds,
            Series = [.. Interfaces.Select((one, i) => Measurement.Series(one.Name, meter.Total(i), seconds))],
            ClientCpuSeconds = client,
            ServerCpuSeconds = used,
            OthersShare = used is null || machineAfter - machineBefore is not { } busy
                ? null : Math.Max(0, busy - client - used.Value) / (seconds * Environment.ProcessorCount),
            ServerResidentBytes = serverAfter?.ResidentBytes,
            Errors = meter.Errors,
        };
    }

    private static async Task AskAllAsync(BeehiveHttp http, LoadMeter meter, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Interfaces.Length; i++)
        {
            var asked = Stopwatch.GetTimestamp();
            await http.ReadAllAsync(Interfaces[i].Path, cancellationToken);
            meter.Record(i, asked, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>The first sits in all rooms, the last in few, so that rooms differ.</summary>
    private async Task FillRoomsAsync(Sitter sitter, int index, CancellationToken cancellationToken)
    {
        for (var room = 0; room < Rooms; room++)
        {
            if (room % Sitters >= index)
                await sitter.JoinAsync(FirstRoom + room, cancellationToken);
        }
    }

    private sealed class Sitter(BeehiveHttp http) : BeehiveConnection(receiveBytes: 1024, http, depth: 0);
}
