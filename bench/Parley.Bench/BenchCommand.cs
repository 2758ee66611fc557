using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Parley.Bench.Client;
using Parley.Bench.Reporting;
using Parley.Bench.Scenarios;
using Parley.Core.Storage;

namespace Parley.Bench;

/// <summary><c>parley bench</c>: measures a server under load.</summary>
public sealed class BenchCommand
{
    private static readonly string[] UsualDoors = ["RtmDispatch", "RtmClient", "RtmServer", "RtmFile", "GoImGateway", "GoImMessage", "BeehiveHttp", "BeehiveTcp", "BeehiveWebSocket", "OpenImApi", "OpenImGateway", "Web"];

    private readonly IReadOnlyList<string> _doors;

    private readonly Argument<string[]> _scenarios = new("scenarios")
    {
        Description = $"What to measure: {string.Join(", ", ScenarioTable.Names)}; {ScenarioTable.All} or nothing = all of them.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<double> _seconds = Number("--seconds", "Measured time of each scenario, in seconds.", 5.0, 0.1, 3600);
    private readonly Option<double> _warmUp = Number("--warmup", "Load before the measured time, in seconds.", 3.0, 0, 600);
    private readonly Option<int> _connections = Number("--connections", "Connections of ping and p2p; an even number.", 50, 2, 100_000);
    private readonly Option<int> _pipeline = Number("--pipeline", "Quests that one connection has under way; 1 = one at a time only.", 32, 1, 10_000);
    private readonly Option<int> _members = Number("--members", "Receivers of room and group.", 1000, 1, 100_000);
    private readonly Option<int> _beehive = Number("--beehive", "Sessions of beehive-room, in three sub-groups.", 9000, 3, 100_000);
    private readonly Option<int> _periods = Number("--periods", "Periods of 300 s that statistics has counted.", 105_120, 1, 10_000_000);
    private readonly Option<int> _groups = Number("--groups", "Groups of the rankings of statistics.", 100_000, 1, 10_000_000);
    private readonly Option<int> _rooms = Number("--rooms", "Rooms of the ranking of statistics.", 1000, 1, 1000);
    private readonly Option<int> _idle = Number("--idle", "Connections of idle.", 10_000, 1, 1_000_000);
    private readonly Option<int> _history = Number("--history", "Messages in the long conversation of history.", 1_000_000, 1000, 100_000_000);
    private readonly Option<int> _size = Number("--size", "Bytes of text in a message.", 100, 1, 20_480);
    private readonly Option<int> _threads = Number("--threads", "Threads of the load generator that own connections.", SocketEngine.DefaultThreads, 1, 64);
    private readonly Option<string> _synchronous = new("--synchronous") { Description = "How sure commits are: Full, Normal or Off.", DefaultValueFactory = static _ => "Full" };
    private readonly Option<string[]> _set = new("--set") { Description = "A further setting of the server, such as Sqlite:BatchSize=256.", HelpName = "KEY=VALUE" };
    private readonly Option<string?> _server = new("--server") { Description = "The client gate of a server that runs already; --data then names its data directory.", HelpName = "HOST:PORT" };
    private readonly Option<int> _serverProcess = Number("--server-pid", "Process id of --server, to see its memory and processor time.", 0, 0, int.MaxValue);
    private readonly Option<int> _project = Number("--project", "The project at --server.", 1000, 1, int.MaxValue);
    private readonly Option<string?> _data;
    private readonly bool _ownsData;
    private readonly Option<string?> _json = new("--json") { Description = "Also write the results to this file as JSON; - = standard output, instead of tables.", HelpName = "FILE" };
    private readonly Option<bool> _check = new("--check") { Description = "End with exit code 1 when a target is missed or an error was answered." };

    private BenchCommand(Option<string?>? data, IReadOnlyList<string> doors)
    {
        _doors = doors;
        _ownsData = data is null;
        _data = data ?? new("--data") { Description = "Where temporary data directories are made: the disk that is measured.", HelpName = "DIR" };
    }

    /// <summary>Makes the command.</summary>
    /// <param name="data">The option <c>--data</c> of the command above, which this one shares; null = an option of its own.</param>
    /// <param name="doors">Names of all doors of the server, so that each gets a free port; null = those that there were when this was written.</param>
    public static Command Create(Option<string?>? data = null, IReadOnlyList<string>? doors = null) =>
        new BenchCommand(data, doors ?? UsualDoors).Build();

    private static Option<T> Number<T>(string name, string description, T value, T least, T most)
        where T : struct, INumber<T>
    {
        var option = new Option<T>(name)
        {
            Description = description,
            DefaultValueFactory = _ => value,
            HelpName = "N",
        };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || (result.GetValueOrDefault<T>() is var given && given >= least && given <= most))
                return;
            result.AddError($"{name} must be {least:#,0.##} to {most:#,0.##}");
        });
        return option;
    }

    private Command Build()
    {
        _scenarios.AcceptOnlyFromAmong([.. ScenarioTable.Names, ScenarioTable.All]);
        _synchronous.AcceptOnlyFromAmong("Full", "Normal", "Off");
        _set.Validators.Add(static result =>
        {
            if (result.Tokens.Any(static token => token.Value.IndexOf('=', StringComparison.Ordinal) <= 0))
                result.AddError("--set must be KEY=VALUE");
        });
        _server.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && !IPEndPoint.TryParse(token.Value, out _))
                result.AddError("--server must be ADDRESS:PORT");
        });
        _connections.Validators.Add(static result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<int>() % 2 != 0)
                result.AddError("--connections must be even: p2p makes pairs of them");
        });
        var command = new Command(
            "bench",
            "Measure a server under load: by default one that is started for it, in a process of its own. "
            + "--data names the disk that is measured: temporary data directories are made there.")
        {
            _scenarios, _seconds, _warmUp, _connections, _pipeline, _members, _beehive, _periods, _groups, _rooms, _idle, _history, _size, _threads,
            _synchronous, _set, _server, _serverProcess, _project, _json, _check,
        };
        if (_ownsData)
            command.Options.Add(_data);
        command.SetAction((parsed, _) => RunAsync(Read(parsed), parsed.GetValue(_json), parsed.GetValue(_check), parsed.InvocationConfiguration.Error));
        return command;
    }

    private BenchOptions Read(ParseResult parsed) => new()
    {
        Scenarios = parsed.GetValue(_scenarios) ?? [],
        Duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
        WarmUp = TimeSpan.FromSeconds(parsed.GetValue(_warmUp)),
        Connections = parsed.GetValue(_connections),
        Pipeline = parsed.GetValue(_pipeline),
        Members = parsed.GetValue(_members),
        BeehiveSessions = parsed.GetValue(_beehive),
        Periods = parsed.GetValue(_periods),
        Groups = parsed.GetValue(_groups),
        Rooms = parsed.GetValue(_rooms),
        Idle = parsed.GetValue(_idle),
        History = parsed.GetValue(_history),
        BodyBytes = parsed.GetValue(_size),
        Threads = parsed.GetValue(_threads),
        Synchronous = parsed.GetValue(_synchronous)!,
        Settings = parsed.GetValue(_set) ?? [],
        Server = parsed.GetValue(_server) is { } server ? IPEndPoint.Parse(server) : null,
        ServerProcess = parsed.GetValue(_serverProcess),
        Project = parsed.GetValue(_project),
        Directory = Path.GetFullPath(parsed.GetValue(_data) ?? Path.GetTempPath()),
        Doors = _doors,
    };

    private static async Task<int> RunAsync(BenchOptions options, string? json, bool check, TextWriter error)
    {
        SocketEngine.Configure(options.Threads);
        using var stop = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        try
        {
            var console = TextReport.MakeConsole();
            var report = await ConsoleProgress.ShowAsync(console, progress => new BenchRun(options, progress, stop.Token).RunAsync());
            if (json == "-")
                Console.Out.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.BenchReport));
            else
                TextReport.Print(console, report);
            if (json is not null and not "-")
                await File.WriteAllTextAsync(json, JsonSerializer.Serialize(report, ReportJson.Default.BenchReport) + "\n", CancellationToken.None);
            var isGood = report.Verdicts.All(static v => v.IsMet != false) && report.Scenarios.All(static s => s.Errors == 0);
            return check && !isGood ? 1 : 0;
        }
        catch (Exception e) when (
            stop.IsCancellationRequested || e is BenchException or StoreException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            var reason = stop.IsCancellationRequested ? "stopped by a signal before it was done" : e.Message;
            await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"parley bench: {reason.ReplaceLineEndings(" ")}"));
            return 1;
        }

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
