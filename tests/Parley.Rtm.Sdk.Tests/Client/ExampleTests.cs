using System.Diagnostics;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Rtm.Sdk.Tests.Client;

/// <summary>The example of two users against a real server.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task The_example_runs_to_its_end()
    {
        await using var server = await ParleyServerProcess.StartAsync();
        var run = await RunAsync(
            server.Endpoints["RtmDispatch"].ToString(), "1000", "1", await server.IssueTokenAsync(1), "2", await server.IssueTokenAsync(2));
        Assert.Equal("", run.Errors);
        Assert.Equal(
            """
            1 and 2 are online
            Ben hears: Hello Ben
            Ann hears: Hello Ann
            history: 1: Hello Ben
            history: 2: Hello Ann
            Ann hears: Anybody here?
            in the room: 1, 2
            bye

            """,
            run.Output);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, (await RunAsync("only-one")).ExitCode);
    }

    private static string FindExample()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "examples", "Client", "bin", configuration, "net10.0", "Parley.Examples.Client.dll");
            if (File.Exists(path))
                return path;
        }
        throw new InvalidOperationException($"The example is not built in configuration {configuration}.");
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [FindExample(), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await Wait.For(process.WaitForExitAsync(), "the example");
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
