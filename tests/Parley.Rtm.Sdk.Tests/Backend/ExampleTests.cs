using System.Diagnostics;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Rtm.Sdk.Tests.Backend;

/// <summary>The example back end against a real server.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task The_example_runs_to_its_end()
    {
        await using var server = await ParleyServerProcess.StartAsync(new());
        var shown = await ParleyServerProcess.CommandAsync(["project", "show", "1000", "--secret", "--data", server.DataDirectory]);
        var secret = SecretOf(shown.Output);
        var run = await RunAsync(server.Endpoints["RtmServer"].ToString(), "1000", secret);
        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            """
            listening to group 77, user 1001 and logins
            group 77 has 1001 and 1002
            a token of 32 characters for 1001
            sent to 1002 and to group 77
            heard P2P 1001 -> 1002: Your parcel is on its way.
            heard Group 1001 -> 77: Hello, group!
            1001 is banned in group 77
            the message to the group was recalled
            group 77 is gone

            """,
            run.Output);

        run = await RunAsync(server.Endpoints["RtmServer"].ToString(), "1000", "wrong");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("200002", run.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("only-one")).ExitCode);
    }

    private static string SecretOf(string output) =>
        output.Split('\n').Single(line => line.Contains("ecret", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[^1];

    /// <summary>The example as it was built, in the same configuration.</summary>
    private static string FindExample()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "examples", "Backend", "bin", configuration, "net10.0", "Parley.Examples.Backend.dll");
            if (File.Exists(path))
                return path;
        }

        throw new InvalidOperationException($"The example is not built in configuration {configuration}.");
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [FindExample(), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Wait.For(process.WaitForExitAsync(), "the example");
        return (process.ExitCode, await output, await errors);
    }
}
