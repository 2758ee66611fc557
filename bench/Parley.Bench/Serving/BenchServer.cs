using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Parley.Bench.Client;

namespace Parley.Bench.Serving;

/// <summary>The same executable as a server in a process of its own, with all doors on free ports of the loopback address.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int KeptLines = 50;
    private const string ReadyLine = "Parley is ready.";

    private static readonly TimeSpan ReadyTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(10);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private BenchServer(Process process) => _process = process;

    /// <summary>The client gate.</summary>
    public IPEndPoint Gate { get; private set; } = new(0, 0);

    /// <summary>The server gate.</summary>
    public IPEndPoint? BackEndGate { get; private set; }

    /// <summary>The GoIM msg_server.</summary>
    public IPEndPoint? GoImDoor { get; private set; }

    /// <summary>The beehive listend over TCP.</summary>
    public IPEndPoint? BeehiveDoor { get; private set; }

    /// <summary>The HTTP interface of beehive.</summary>
    public IPEndPoint? BeehiveHttp { get; private set; }

    /// <summary>The API of OpenIM.</summary>
    public IPEndPoint? OpenImApi { get; private set; }

    /// <summary>The web door.</summary>
    public IPEndPoint? Web { get; private set; }

    /// <summary>The id of the process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>From the start of the process until all doors accepted connections.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>The last lines that the server printed: warnings and errors only, if all is well none.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Starts a server and waits until all doors accept connections.</summary>
    public static async Task<BenchServer> StartAsync(BenchOptions options, string dataDirectory, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(StartInfo(options, dataDirectory)) ?? throw new BenchException("the server could not be started");
        var server = new BenchServer(process);
        process.OutputDataReceived += (_, e) => server.Keep(e.Data);
        process.ErrorDataReceived += (_, e) => server.Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        try
        {
            await server.WaitUntilReadyAsync(Path.Combine(dataDirectory, "endpoints.json"), options.Doors, started, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the server to end, and ends it if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited && SendSignal(_process.Id, SigTerm) == 0)
        {
            try
            {
                await _process.WaitForExitAsync().WaitAsync(StopTime, TimeProvider.System);
            }
            catch (TimeoutException)
            {
                _lines.Enqueue($"the server did not end within {StopTime.TotalSeconds:0} s of SIGTERM and was killed");
            }
        }
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);

    private static ProcessStartInfo StartInfo(BenchOptions options, string dataDirectory)
    {
        var executable = Environment.ProcessPath ?? throw new BenchException("the path of this program is unknown");
        var start = new ProcessStartInfo(executable)
        {
            WorkingDirectory = dataDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(executable).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        start.ArgumentList.Add("serve");
        start.ArgumentList.Add("--data");
        start.ArgumentList.Add(dataDirectory);
        foreach (var door in options.Doors)
            start.ArgumentList.Add($"--Parley:Endpoints:{door}=127.0.0.1:0");
        start.ArgumentList.Add("--Parley:Log:Level=Warning");
        start.ArgumentList.Add($"--Parley:Sqlite:Synchronous={options.Synchronous}");
        start.ArgumentList.Add("--Parley:GoIm:RequestsPerSecond=0");
        start.ArgumentList.Add("--Parley:Beehive:RequestsPerSecond=0");
        start.ArgumentList.Add("--Parley:Beehive:PublicCallsPerSecond=0");
        foreach (var setting in options.Settings)
            start.ArgumentList.Add($"--Parley:{setting}");
        SocketEngine.Remove(start.Environment);
        foreach (var name in start.Environment.Keys.Where(static n => n.StartsWith("Parley__", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        return start;
    }

    private async Task WaitUntilReadyAsync(
        string endpointsFile, IReadOnlyList<string> doors, long started, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(PollTime, TimeProvider.System);
        while (!File.Exists(endpointsFile))
        {
            if (_process.HasExited)
                throw new BenchException($"the server ended with {_process.ExitCode}: {string.Join(' ', _lines)}");
            if (Stopwatch.GetElapsedTime(started) > ReadyTime)
                throw new BenchException($"the server was not ready after {ReadyTime.TotalSeconds:0} s");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
        ReadyAfter = Stopwatch.GetElapsedTime(started);
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(endpointsFile, cancellationToken));
        // a door that nobody named has its usual port, and a second server would not start beside this one
        foreach (var door in json.RootElement.EnumerateObject())
        {
            if (!doors.Contains(door.Name))
                throw new BenchException($"the server has a door that the load generator does not know: {door.Name}");
        }
        Gate = DoorOf(json, "RtmClient") ?? throw new BenchException("the server has no door RtmClient");
        BackEndGate = DoorOf(json, "RtmServer");
        GoImDoor = DoorOf(json, "GoImMessage");
        BeehiveDoor = DoorOf(json, "BeehiveTcp");
        BeehiveHttp = DoorOf(json, nameof(BeehiveHttp));
        OpenImApi = DoorOf(json, nameof(OpenImApi));
        Web = DoorOf(json, nameof(Web));
    }

    private static IPEndPoint? DoorOf(JsonDocument endpoints, string name) =>
        endpoints.RootElement.TryGetProperty(name, out var door) ? IPEndPoint.Parse(door.GetString()!) : null;

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        // what comes before is the report of the start
        if (line == ReadyLine)
            _lines.Clear();
        else
            _lines.Enqueue(line);
        if (_lines.Count > KeptLines)
            _lines.TryDequeue(out _);
    }
}
