using System.Text.Json;
using Parley.Testing;

namespace Parley.Bench.Tests;

/// <summary>The command as a user runs it: a process that starts a server and ends it.</summary>
public sealed class BenchCommandTests
{
    private static readonly string[] Quick =
    [
        "--seconds", "0.2", "--warmup", "0.1", "--connections", "4", "--pipeline", "4", "--members", "5", "--idle", "20", "--history", "2000",
        "--beehive", "7", "--periods", "50", "--groups", "40", "--rooms", "30",
    ];

    [Fact]
    public async Task All_scenarios_run_and_lose_nothing()
    {
        var directory = Directory.CreateTempSubdirectory("parley-bench-test-").FullName;
        try
        {
            var run = await ParleyServerProcess.CommandAsync(
                ["bench", "all", .. Quick, "--data", directory, "--json", "-"], cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal((0, ""), (run.ExitCode, run.Errors));
            Assert.Empty(Directory.EnumerateFileSystemEntries(directory));

            using var json = JsonDocument.Parse(run.Output);
            var scenarios = json.RootElement.GetProperty("scenarios").EnumerateArray().ToDictionary(static s => s.GetProperty("name").GetString()!);
            Assert.Equal(
                [
                    "backend", "beehive-p2p", "beehive-room", "gate-post", "goim-p2p", "goim-topic", "group", "history", "idle", "openim-post",
                    "p2p", "p2p.single", "p2p.unpipelined", "ping", "ping.single", "ping.unpipelined", "room", "room.beehive", "statistics", "store",
                    "store.inboxes", "store.single",
                ],
                scenarios.Keys.Order(StringComparer.Ordinal));
            foreach (var (name, scenario) in scenarios)
            {
                Assert.Equal((name, "[]"), (name, scenario.GetProperty("notes").GetRawText()));
                Assert.Equal(0, scenario.GetProperty("errors").GetInt64());
                Assert.All(scenario.GetProperty("series").EnumerateArray(), static s => Assert.True(s.GetProperty("count").GetInt64() > 0));
                foreach (var figure in new[] { "lost", "heardElsewhere", "pushesMissed" })
                {
                    if (scenario.GetProperty("figures").TryGetProperty(figure, out var lost))
                        Assert.Equal((figure, 0), (figure, lost.GetDouble()));
                }
            }
            Assert.Equal(27, json.RootElement.GetProperty("verdicts").GetArrayLength());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("bench", "nonsense")]
    [InlineData("bench", "--seconds", "0")]
    [InlineData("bench", "--connections", "3")]
    [InlineData("bench", "--server", "nowhere")]
    [InlineData("bench", "--set", "Sqlite")]
    public async Task A_wrong_command_line_is_told_in_one_line(params string[] arguments)
    {
        var run = await ParleyServerProcess.CommandAsync(arguments, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2, run.ExitCode);
        Assert.Single(run.Errors.Trim().Split('\n'));
    }
}
