using Parley.Testing;

namespace Parley.Server.Tests.Running;

/// <summary>Figures of a server that does nothing. Not beside other tests: they are about time and memory.</summary>
[Collection(nameof(FootprintTests))]
[CollectionDefinition(nameof(FootprintTests), DisableParallelization = true)]
public sealed class FootprintTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_is_ready_within_2_seconds_and_holds_less_than_120_MB_when_idle()
    {
        var server = await ParleyServerProcess.StartAsync(cancellationToken: Cancellation);
        // a machine that stands still for a moment makes one start slow, not each of five
        for (var more = 4; more > 0 && server.ReadyAfter > Soon; more--)
        {
            await server.DisposeAsync();
            server = await ParleyServerProcess.StartAsync(cancellationToken: Cancellation);
        }
        await using var running = server;
        Assert.InRange(server.ReadyAfter, TimeSpan.Zero, Soon);
        using var http = new HttpClient { BaseAddress = new($"http://{server.Endpoints["Web"]}/") };
        for (var i = 0; i < 20; i++)
            await http.GetStringAsync("metrics", Cancellation);
        Assert.InRange(server.ResidentBytes, 1, 120_000_000);
        TestContext.Current.TestOutputHelper?.WriteLine($"ready after {server.ReadyAfter.TotalMilliseconds:N0} ms, {server.ResidentBytes / 1e6:N1} MB");
    }
}
