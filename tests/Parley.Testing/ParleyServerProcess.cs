using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Parley.Testing;

/// <summary>How a <see cref="ParleyServerProcess"/> is started.</summary>
public sealed record ServerProcessOptions
{
    /// <summary>Settings by key without the section: <c>DrainSeconds</c>, <c>Endpoints:Web</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The data directory; null = a new temporary one, deleted at the end.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>How long the server may take until it is ready.</summary>
    public TimeSpan ReadyTime { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>What a command of <c>parley</c> printed and returned.</summary>
public sealed record CommandRun(int ExitCode, string Output, string Errors);

/// <summary>
/// The built <c>parley</c> as a child process on a directory of its own, with all doors on free ports of 127.0.0.1. What this class
/// starts it also ends, by its process id.
/// </summary>
public sealed class ParleyServerProcess : IAsyncDisposable
{
    private const string ReadyLine = "Parley is ready.";
    private const int SigTerm = 15;
    private const int SigStop = 19;
    private const int SigContinue = 18;

    private static readonly TimeSpan ExitTime = TimeSpan.FromSeconds(60);

    private readonly ServerProcessOptions _options;
    private readonly bool _ownsDirectory;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<(Func<string, bool> Wanted, TaskCompletionSource<string> Seen)> _waits = new();
    private Process _process;

    private ParleyServerProcess(ServerProcessOptions options)
    {
        _options = options;
        _ownsDirectory = options.DataDirectory is null;
        DataDirectory = options.DataDirectory ?? Directory.CreateTempSubdirectory("parley-").FullName;
        _process = new();
    }

    /// <summary>The doors that are put on free ports: all there are.</summary>
    public static IReadOnlyList<string> DoorNames { get; } = ["RtmDispatch", "RtmClient", "RtmServer", "RtmFile", "GoImGateway", "GoImMessage", "BeehiveHttp", "BeehiveTcp", "BeehiveWebSocket", "OpenImApi", "OpenImGateway", "Web"];

    /// <summary>The executable under test: the one built in the same configuration, or what PARLEY_EXECUTABLE names.</summary>
    public static string Executable { get; } = FindExecutable();

    /// <summary>The bound address of every door, by its name.</summary>
    public IReadOnlyDictionary<string, IPEndPoint> Endpoints { get; private set; } = new Dictionary<string, IPEndPoint>();

    /// <summary>The data directory.</summary>
    public string DataDirectory { get; }

    /// <summary>The id of the running process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>From the start of the process to its ready line.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>Lines of standard output so far, of all runs: the report at start, and the log.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>Lines of standard error so far, of all runs.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>Memory that the process holds, in bytes (VmRSS).</summary>
    public long ResidentBytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(static l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024;
        }
    }

    /// <summary>Starts a server and waits until all doors accept connections.</summary>
    public static async Task<ParleyServerProcess> StartAsync(ServerProcessOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new ParleyServerProcess(options ?? new());
        try
        {
            await server.RunAsync(null, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<CommandRun> CommandAsync(IReadOnlyList<string> arguments, string? workingDirectory = null, CancellationToken cancellationToken = default)
    {
        using var process = Start(arguments, workingDirectory ?? Path.GetTempPath());
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).WaitAsync(ExitTime, TimeProvider.System, cancellationToken);
            return new(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>Issues a login token through the local admin door.</summary>
    public Task<string> IssueTokenAsync(long userId, long projectId = 1000, CancellationToken cancellationToken = default) =>
        IssueTokenAsync(userId.ToString(System.Globalization.CultureInfo.InvariantCulture), projectId, cancellationToken);

    /// <summary>A login token of a user, named as the command takes it.</summary>
    public async Task<string> IssueTokenAsync(string user, long projectId = 1000, CancellationToken cancellationToken = default)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(DataDirectory, "admin.sock")), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler) { BaseAddress = new("http://parley/") };
        using var content = new StringContent($$"""{"pid":{{projectId}},"user":"{{user}}"}""", Encoding.UTF8, "application/json");
        using var response = await http.PostAsync("tokens", content, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        response.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("token").GetString()!;
    }

    /// <summary>Ends the process at once (SIGKILL) and waits for its end.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks the process to end (SIGTERM) and returns its exit code.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken = default)
    {
        Signal(SigTerm);
        return await WaitForExitAsync(cancellationToken);
    }

    /// <summary>Sends SIGTERM without waiting.</summary>
    public void SendTerminate() => Signal(SigTerm);

    /// <summary>Stops the process in its tracks (SIGSTOP).</summary>
    public void Freeze() => Signal(SigStop);

    /// <summary>Lets a frozen process go on (SIGCONT).</summary>
    public void Thaw() => Signal(SigContinue);

    /// <summary>Waits for a line of standard output or standard error, also one that has come already.</summary>
    public Task<string> WaitForLineAsync(Func<string, bool> wanted, CancellationToken cancellationToken = default)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waits.Enqueue((wanted, seen));
        if (_output.Concat(_errors).FirstOrDefault(wanted) is { } line)
            seen.TrySetResult(line);
        return seen.Task.WaitAsync(ExitTime, TimeProvider.System, cancellationToken);
    }

    /// <summary>Waits for the end of the process and returns its exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken = default)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(ExitTime, TimeProvider.System, cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Starts the server again on the same directory, after its process has ended.</summary>
    /// <param name="samePorts">Whether every door gets the port that it had.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RestartAsync(bool samePorts = false, CancellationToken cancellationToken = default)
    {
        if (!_process.HasExited)
            throw new InvalidOperationException("The server still runs.");
        _process.Dispose();
        await RunAsync(samePorts ? Endpoints : null, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync();
        }
        catch (InvalidOperationException)
        {
            // never started
        }
        _process.Dispose();
        if (_ownsDirectory && Directory.Exists(DataDirectory))
            Directory.Delete(DataDirectory, recursive: true);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);

    private async Task RunAsync(IReadOnlyDictionary<string, IPEndPoint>? ports, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = _process = Start(Arguments(ports), DataDirectory);
        process.OutputDataReceived += (_, e) => Take(e.Data, _output, ready);
        process.ErrorDataReceived += (_, e) => Take(e.Data, _errors, ready);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var noExit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var exited = process.WaitForExitAsync(noExit.Token);
        var first = await Task.WhenAny(ready.Task, exited).WaitAsync(_options.ReadyTime, TimeProvider.System, cancellationToken);
        if (first == exited && !ready.Task.IsCompleted)
            throw new InvalidOperationException($"parley ended with {process.ExitCode}: {string.Join('\n', _errors.Concat(_output))}");
        await noExit.CancelAsync();
        ReadyAfter = Stopwatch.GetElapsedTime(started);
        Endpoints = ReadEndpoints();
    }

    private List<string> Arguments(IReadOnlyDictionary<string, IPEndPoint>? ports)
    {
        List<string> arguments = ["serve", "--data", DataDirectory];
        foreach (var door in DoorNames)
        {
            var port = ports?.GetValueOrDefault(door)?.Port ?? 0;
            arguments.Add($"--Parley:Endpoints:{door}=127.0.0.1:{port}");
        }
        foreach (var (key, value) in _options.Settings)
            arguments.Add($"--Parley:{key}={value}");
        return arguments;
    }

    private Dictionary<string, IPEndPoint> ReadEndpoints()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(DataDirectory, "endpoints.json")));
        return json.RootElement.EnumerateObject().ToDictionary(static p => p.Name, static p => IPEndPoint.Parse(p.Value.GetString()!));
    }

    private void Signal(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0)
            throw new InvalidOperationException($"Signal {signal} failed: error {Marshal.GetLastPInvokeError()}.");
    }

    private void Take(string? line, ConcurrentQueue<string> lines, TaskCompletionSource ready)
    {
        if (line is null)
            return;
        lines.Enqueue(line);
        foreach (var (wanted, seen) in _waits)
        {
            if (wanted(line))
                seen.TrySetResult(line);
        }
        if (line == ReadyLine)
            ready.TrySetResult();
    }

    private static Process Start(IReadOnlyList<string> arguments, string workingDirectory)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(static n => n.StartsWith("Parley__", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private static string FindExecutable()
    {
        if (Environment.GetEnvironmentVariable("PARLEY_EXECUTABLE") is { Length: > 0 } named)
            return named;
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "src", "Parley.Server", "bin", configuration, "net10.0", "parley");
            if (File.Exists(path))
                return path;
        }
        throw new InvalidOperationException($"parley is not built in configuration {configuration}.");
    }
}
