using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Parley.Storage.S3.Tests;

[assembly: AssemblyFixture(typeof(S3Server))]

namespace Parley.Storage.S3.Tests;

/// <summary>
/// A real S3-compatible server (s3rver) on a free loopback port, with one bucket. <c>test.sh</c> installs it below <c>obj</c>; without it
/// the tests that need it are skipped and say so.
/// </summary>
public sealed class S3Server : IAsyncLifetime
{
    public const string Bucket = "parley";

    private readonly string _folder = Directory.CreateTempSubdirectory("parley-s3-").FullName;
    private Process? _process;

    /// <summary>Settings that reach the bucket.</summary>
    public S3Settings Settings { get; private set; } = new();

    public bool IsRunning => _process is { HasExited: false };

    public async ValueTask InitializeAsync()
    {
        if (FindProgram() is not { } program)
            return;
        var port = FreePort();
        var start = new ProcessStartInfo(
            "node", [program, "-d", _folder, "-a", "127.0.0.1", "-p", $"{port}", "--silent", "--configure-bucket", Bucket])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Settings = new S3Settings
        {
            ServiceUrl = $"http://127.0.0.1:{port}",
            Bucket = Bucket,
            AccessKey = "S3RVER",
            SecretKey = "S3RVER",
            Prefix = "files/",
        };
        await WaitAsync(port);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The paths of all objects in the bucket.</summary>
    public IReadOnlyList<string> Objects() =>
        [.. Directory.GetFiles(Path.Combine(_folder, Bucket), "*._S3rver_object", SearchOption.AllDirectories)];

    private static async Task WaitAsync(int port)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (true)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), deadline.Token);
                return;
            }
            catch (SocketException)
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? FindProgram()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(
                directory.FullName, "tests", "Parley.Storage.S3.Tests", "obj", "s3rver", "node_modules", "s3rver", "bin", "s3rver.js");
            if (File.Exists(path))
                return path;
        }
        return null;
    }
}
