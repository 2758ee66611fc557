using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Parley.Testing;

namespace Parley.Server.Tests.Running;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class LifecycleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Endpoints_json_names_every_door_while_all_accept_and_is_gone_after_sigterm()
    {
        await using var server = await ParleyServerProcess.StartAsync(cancellationToken: Cancellation);
        Assert.Equal(ParleyServerProcess.DoorNames.Order(), server.Endpoints.Keys.Order());
        foreach (var endpoint in server.Endpoints.Values)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(endpoint, Cancellation);
        }
        Assert.Equal(0, await server.TerminateAsync(Cancellation));
        Assert.False(File.Exists(EndpointsPath(server)));
        Assert.False(File.Exists(Path.Combine(server.DataDirectory, "admin.sock")));
        Assert.Empty(server.Errors);
    }

    [Fact]
    public async Task After_kill_9_the_server_starts_again_on_the_same_ports_over_what_was_left_behind()
    {
        await using var server = await ParleyServerProcess.StartAsync(cancellationToken: Cancellation);
        var before = server.Endpoints;
        server.Kill();
        Assert.True(File.Exists(EndpointsPath(server)));
        await server.RestartAsync(samePorts: true, Cancellation);
        Assert.Equal(before, server.Endpoints);
        Assert.Equal(0, await server.TerminateAsync(Cancellation));
    }

    [Fact]
    public async Task A_stale_endpoints_json_is_gone_when_the_start_fails()
    {
        await using var server = await ParleyServerProcess.StartAsync(cancellationToken: Cancellation);
        server.Kill();
        Assert.True(File.Exists(EndpointsPath(server)));
        using var taken = new TcpListener(server.Endpoints["Web"]);
        taken.Start();
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.RestartAsync(samePorts: true, Cancellation));
        Assert.False(File.Exists(EndpointsPath(server)));
    }

    [Fact]
    public async Task A_stale_endpoints_json_is_gone_before_the_database_is_opened()
    {
        await using var server = await ParleyServerProcess.StartAsync(cancellationToken: Cancellation);
        server.Kill();
        await File.WriteAllTextAsync(Path.Combine(server.DataDirectory, "parley.db"), new string('x', 4096), Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.RestartAsync(samePorts: true, Cancellation));
        Assert.False(File.Exists(EndpointsPath(server)));
    }

    [Fact]
    public async Task A_second_server_over_the_same_directory_leaves_endpoints_json_alone()
    {
        await using var server = await ParleyServerProcess.StartAsync(cancellationToken: Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => ParleyServerProcess.StartAsync(new() { DataDirectory = server.DataDirectory }, Cancellation));
        Assert.True(File.Exists(EndpointsPath(server)));
    }

    [Fact]
    public async Task Sigterm_with_open_connections_ends_with_0_within_10_seconds()
    {
        await using var server = await ParleyServerProcess.StartAsync(cancellationToken: Cancellation);
        var clients = new List<TcpClient>();
        try
        {
            foreach (var endpoint in server.Endpoints.Values)
            {
                var idle = new TcpClient();
                clients.Add(idle);
                await idle.ConnectAsync(endpoint, Cancellation);
                var halfway = new TcpClient();
                clients.Add(halfway);
                await halfway.ConnectAsync(endpoint, Cancellation);
                await halfway.GetStream().WriteAsync("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Le"u8.ToArray(), Cancellation);
            }
            var started = Stopwatch.GetTimestamp();
            Assert.Equal(0, await server.TerminateAsync(Cancellation));
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }

    [Fact]
    public async Task Sigterm_with_a_request_that_never_ends_still_ends_with_0_within_10_seconds()
    {
        var options = new ServerProcessOptions { Settings = new Dictionary<string, string> { ["DrainSeconds"] = "6" } };
        var elapsed = TimeSpan.MaxValue;
        // it takes six, and the machine may stand still for some: that may make one attempt late, not each of three
        for (var attempt = 0; attempt < 3 && elapsed > TimeSpan.FromSeconds(10); attempt++)
        {
            await using var server = await ParleyServerProcess.StartAsync(options, Cancellation);
            using var client = await StartEndlessRequestAsync(server);
            var started = Stopwatch.GetTimestamp();
            Assert.Equal(0, await server.TerminateAsync(Cancellation));
            elapsed = Stopwatch.GetElapsedTime(started);
        }
        Assert.InRange(elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_second_signal_ends_the_process_at_once()
    {
        var options = new ServerProcessOptions { Settings = new Dictionary<string, string> { ["DrainSeconds"] = "6" } };
        await using var server = await ParleyServerProcess.StartAsync(options, Cancellation);
        using var client = await StartEndlessRequestAsync(server);
        server.SendTerminate();
        await server.WaitForLineAsync(static line => line.Contains("Stopping: clients have", StringComparison.Ordinal), Cancellation);
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(143, await server.TerminateAsync(Cancellation));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Only_the_owner_can_use_the_data_directory_and_the_admin_socket()
    {
        var parent = Directory.CreateTempSubdirectory("parley-").FullName;
        try
        {
            await using var server = await ParleyServerProcess.StartAsync(cancellationToken: Cancellation);
            var socket = Path.Combine(server.DataDirectory, "admin.sock");
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
            var made = Path.Combine(parent, "a", "b");
            var run = await ParleyServerProcess.CommandAsync(["project", "list", "--data", made], cancellationToken: Cancellation);
            Assert.Equal(0, run.ExitCode);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(made));
        }
        finally
        {
            Directory.Delete(parent, recursive: true);
        }
    }

    [Fact]
    public async Task Doors_listen_on_localhost_and_on_ipv6_and_those_without_endpoint_are_off()
    {
        var options = new ServerProcessOptions
        {
            Settings = new Dictionary<string, string>
            {
                ["Endpoints:Web"] = "[::1]:0",
                ["Endpoints:RtmDispatch"] = "localhost:0",
                ["Endpoints:RtmClient"] = "",
                ["Endpoints:RtmServer"] = "",
                ["Endpoints:RtmFile"] = "",
                ["Endpoints:GoImGateway"] = "",
                ["Endpoints:GoImMessage"] = "",
                ["Endpoints:BeehiveHttp"] = "",
                ["Endpoints:BeehiveTcp"] = "",
                ["Endpoints:BeehiveWebSocket"] = "",
                ["Endpoints:OpenImApi"] = "",
                ["Endpoints:OpenImGateway"] = "",
            },
        };
        await using var server = await ParleyServerProcess.StartAsync(options, Cancellation);
        Assert.Equal(["RtmDispatch", "Web"], server.Endpoints.Keys.Order());
        Assert.Equal(IPAddress.Loopback, server.Endpoints["RtmDispatch"].Address);
        Assert.Equal(IPAddress.IPv6Loopback, server.Endpoints["Web"].Address);
        using var http = new HttpClient();
        Assert.Equal("ready\n", await http.GetStringAsync(new Uri($"http://{server.Endpoints["Web"]}/readyz"), Cancellation));
    }

    [Fact]
    public async Task With_json_logs_standard_output_has_nothing_but_json()
    {
        var options = new ServerProcessOptions { Settings = new Dictionary<string, string> { ["Log:Format"] = "json" } };
        await using var server = await ParleyServerProcess.StartAsync(options, Cancellation);
        await server.TerminateAsync(Cancellation);
        var events = server.Output.Where(static line => !IsReport(line)).ToList();
        Assert.NotEmpty(events);
        foreach (var line in events)
        {
            using var json = JsonDocument.Parse(line);
            Assert.True(json.RootElement.TryGetProperty("EventId", out _));
        }
        Assert.Contains("Parley is ready.", server.Errors);
        Assert.Equal(server.Output.Count, events.Count);

        static bool IsReport(string line) => line.Length == 0 || line[0] != '{';
    }

    [Fact]
    public async Task A_door_with_a_certificate_speaks_tls()
    {
        var directory = Directory.CreateTempSubdirectory("parley-tls-").FullName;
        try
        {
            var certificate = Hosting.TestCertificate.Write(directory);
            var options = new ServerProcessOptions { Settings = new Dictionary<string, string> { ["Tls:Doors:Web:CertificateFile"] = certificate } };
            await using var server = await ParleyServerProcess.StartAsync(options, Cancellation);
            using var handler = new SocketsHttpHandler();
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate!.Subject == "CN=127.0.0.1";
            using var http = new HttpClient(handler);
            Assert.Equal("alive\n", await http.GetStringAsync(new Uri($"https://{server.Endpoints["Web"]}/healthz"), Cancellation));
            Assert.Contains(server.Output, static line => line.StartsWith("  Web  ", StringComparison.Ordinal) && line.Contains("https://", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<TcpClient> StartEndlessRequestAsync(ParleyServerProcess server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Endpoints["RtmDispatch"], Cancellation);
        await client.GetStream().WriteAsync(
            "POST /service/which HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n"u8.ToArray(), Cancellation);
        // the request has reached its handler when the server asks for the body
        var answer = new byte[12];
        await client.GetStream().ReadExactlyAsync(answer, Cancellation);
        Assert.Equal("HTTP/1.1 100", System.Text.Encoding.ASCII.GetString(answer));
        return client;
    }

    private static string EndpointsPath(ParleyServerProcess server) => Path.Combine(server.DataDirectory, "endpoints.json");
}
