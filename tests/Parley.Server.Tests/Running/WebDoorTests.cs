using System.Net;
using Parley.Server.Tests.Telemetry;
using Parley.Testing;

namespace Parley.Server.Tests.Running;

public sealed class WebDoorTests(WebDoorTests.Running running) : IClassFixture<WebDoorTests.Running>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/healthz", "alive\n")]
    [InlineData("/readyz", "ready\n")]
    public async Task A_running_server_is_alive_and_ready(string path, string body)
    {
        using var response = await running.Http.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(Cancellation));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Metrics_are_right_line_by_line_and_tell_of_every_part()
    {
        using var response = await running.Http.GetAsync("/metrics", Cancellation);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var samples = PrometheusText.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        foreach (var name in (string[])["parley_connections", "parley_connections_accepted_total", "parley_uptime_seconds", "parley_build_info", "parley_sessions",
            "parley_messages_sent_total", "parley_store_commit_duration_seconds_bucket", "dotnet_process_memory_working_set_bytes", "dotnet_gc_collections_total"])
        {
            Assert.Contains(samples, sample => sample.Name == name);
        }
        Assert.Contains(samples, static sample => sample is { Name: "parley_connections", Labels: "{door=\"Web\"}", Value: >= 1 });
    }

    [Fact]
    public async Task The_status_page_lists_the_doors_and_loads_nothing_from_elsewhere()
    {
        using var response = await running.Http.GetAsync("/", Cancellation);
        var page = await response.Content.ReadAsStringAsync(Cancellation);
        foreach (var (door, endpoint) in running.Server.Endpoints)
        {
            Assert.Contains($"<td>{door}</td>", page, StringComparison.Ordinal);
            Assert.Contains(endpoint.ToString(), page, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("GET", "/projects", 404)]
    [InlineData("POST", "/tokens", 404)]
    [InlineData("POST", "/metrics", 405)]
    [InlineData("DELETE", "/", 405)]
    [InlineData("HEAD", "/healthz", 200)]
    public async Task Other_paths_and_methods_are_refused_and_the_admin_door_is_not_here(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await running.Http.SendAsync(request, Cancellation);
        Assert.Equal(status, (int)response.StatusCode);
    }

    public sealed class Running : IAsyncLifetime
    {
        public ParleyServerProcess Server { get; private set; } = null!;

        public HttpClient Http { get; } = new();

        public async ValueTask InitializeAsync()
        {
            Server = await ParleyServerProcess.StartAsync();
            Http.BaseAddress = new($"http://{Server.Endpoints["Web"]}/");
        }

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await Server.DisposeAsync();
        }
    }
}
