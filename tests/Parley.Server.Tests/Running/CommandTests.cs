using System.Text.RegularExpressions;
using Parley.Testing;

namespace Parley.Server.Tests.Running;

public sealed partial class CommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("parley-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_first_start_makes_project_1000_and_shows_its_secret_once()
    {
        await using var server = await ParleyServerProcess.StartAsync(new() { DataDirectory = _directory }, Cancellation);
        Assert.Contains("  Project  1000 (new)", server.Output);
        var secret = Assert.Single(server.Output, static line => SecretLine().IsMatch(line)).Split(' ')[^1];
        Assert.Equal(0, await server.TerminateAsync(Cancellation));
        var lines = server.Output.Count;
        await server.RestartAsync(cancellationToken: Cancellation);
        Assert.DoesNotContain(server.Output.Skip(lines), line => line.Contains(secret, StringComparison.Ordinal) || SecretLine().IsMatch(line));
        Assert.Contains(server.Output.Skip(lines), static line => line.Contains("parley project show 1000 --secret", StringComparison.Ordinal));
        Assert.Contains(secret, await RunAsync("project", "show", "1000", "--secret"), StringComparison.Ordinal);
        Assert.Equal(0, await server.TerminateAsync(Cancellation));
        Assert.Contains(secret, await RunAsync("project", "show", "1000", "--secret"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configured_projects_are_made_once_and_their_secrets_are_never_printed()
    {
        var options = new ServerProcessOptions
        {
            DataDirectory = _directory,
            Settings = new Dictionary<string, string>
            {
                ["Projects:0:Pid"] = "7",
                ["Projects:0:Name"] = "seven",
                ["Projects:0:Secret"] = "top-secret",
                ["Projects:0:AdminUserIds:0"] = "99",
            },
        };
        await using var server = await ParleyServerProcess.StartAsync(options, Cancellation);
        Assert.DoesNotContain(server.Output, static line => line.Contains("top-secret", StringComparison.Ordinal));
        Assert.Equal("  Project  Name\n  7        seven\n", await RunAsync("project", "list"));
        Assert.Equal("  Project  7\n  Name     seven\n  Admins   99\n  Secret   top-secret\n", await RunAsync("project", "show", "7", "--secret"));
        Assert.Equal("99 is an admin id of project 7: admins do not log in as clients", await FailAsync("token", "7", "99"));
        await server.TerminateAsync(Cancellation);
        await server.RestartAsync(cancellationToken: Cancellation);
        Assert.Single(server.Output, static line => line.Contains("Project 7 was made", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Output, static line => line.Contains("brought up to date", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Project_and_token_commands_work_with_and_without_a_running_server(bool serving)
    {
        await using var server = serving ? await ParleyServerProcess.StartAsync(new() { DataDirectory = _directory }, Cancellation) : null;
        if (!serving)
            Assert.Contains("1000", await RunAsync("project", "add"), StringComparison.Ordinal);

        var added = await RunAsync("project", "add", "--name", "second");
        Assert.Matches("^  Project  1001\n  Name     second\n  Secret   [0-9a-f]{64}\n$", added);
        Assert.Equal("  Project  50\n  Name\n", await RunAsync("project", "add", "--pid", "50", "--secret", "given"));
        Assert.Equal("  Project  50\n  Name\n  Secret   given\n", await RunAsync("project", "show", "50", "--secret"));
        Assert.Equal("  Project  1001\n  Name     second\n", await RunAsync("project", "show", "1001"));
        Assert.Matches("^  Project  Name\n  50\n  1000.*\n  1001     second\n$", await RunAsync("project", "list"));

        Assert.Matches("^[0-9A-F]{32}\n$", await RunAsync("token", "1001", "7"));
        Assert.NotEqual(await RunAsync("token", "1001", "7"), await RunAsync("token", "1001", "7"));

        Assert.Equal("project 50 exists already", await FailAsync("project", "add", "--pid", "50"));
        Assert.Equal("a project's id must be greater than 0", await FailAsync("project", "add", "--pid", "-1"));
        Assert.Equal("a project's secret must have 1 to 256 characters", await FailAsync("project", "add", "--secret", new string('x', 257)));
        Assert.Equal("there is no project 3", await FailAsync("project", "show", "3"));
        Assert.Equal("there is no project 3", await FailAsync("token", "3", "7"));
        foreach (var user in new[] { "0", "9000000000000000", "", new string('x', 101) })
            Assert.Equal($"{user} is not a user id that project 50 can have", await FailAsync("token", "50", user));
        Assert.Matches("^[0-9A-F]{32}\n$", await RunAsync("token", "50", "alice"));
        Assert.Matches("^[0-9A-F]{32}\n$", await RunAsync("token", "50", "9000000000000000")); // what alice was given
        Assert.Contains(serving ? "in use by a running server" : "database: good, 3 projects\n", await RunAsync("check"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_added_without_the_server_is_there_when_it_starts()
    {
        await RunAsync("project", "add", "--pid", "12");
        await using var server = await ParleyServerProcess.StartAsync(new() { DataDirectory = _directory }, Cancellation);
        Assert.Contains(server.Output, static line => line.StartsWith("  Project  12;", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Output, static line => line.Contains("1000", StringComparison.Ordinal) && line.Contains("Project", StringComparison.Ordinal));
        Assert.Matches("^[0-9A-F]{32}$", await server.IssueTokenAsync(5, 12, Cancellation));
    }

    [Fact]
    public async Task Check_tells_of_a_missing_database_and_makes_none()
    {
        var data = Path.Combine(_directory, "none");
        var run = await ParleyServerProcess.CommandAsync(["check", "--data", data], _directory, Cancellation);
        Assert.Equal((0, $"settings: good\ndatabase: none yet in {data}; the first start makes it\n"), (run.ExitCode, run.Output));
        Assert.False(Directory.Exists(data));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("project --help")]
    [InlineData("--version")]
    public async Task Help_and_version_are_told(string arguments)
    {
        var run = await ParleyServerProcess.CommandAsync(arguments.Split(' '), _directory, Cancellation);
        Assert.Equal(0, run.ExitCode);
        Assert.NotEmpty(run.Output);
        Assert.Empty(run.Errors);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_demonstration_plays_against_a_running_server_or_its_own(bool serving)
    {
        await using var server = serving ? await ParleyServerProcess.StartAsync(new() { DataDirectory = _directory }, Cancellation) : null;
        for (var again = 0; again < (serving ? 2 : 1); again++) // the users are there the second time
        {
            var lines = (await RunAsync("demo")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var steps = lines.Where(static line => line.StartsWith("  ", StringComparison.Ordinal) && line.Contains("  yes  ", StringComparison.Ordinal));
            Assert.Equal(13 + 14, steps.Count());
            Assert.DoesNotContain(lines, static line => line.Contains("NO", StringComparison.Ordinal) || line.Contains('\e', StringComparison.Ordinal));
            var cells = lines.Where(static line => line.StartsWith("| ", StringComparison.Ordinal))
                .SelectMany(static line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
            Assert.Equal(20, cells.Count(static cell => cell.StartsWith("yes  ", StringComparison.Ordinal)));
            Assert.Equal(5, cells.Count(static cell => cell.StartsWith("sent  ", StringComparison.Ordinal)));
            Assert.Equal(6, cells.Count(static cell => cell == "yes"));
            Assert.Equal("  Each of the 5 was heard by all the others, and all read the same in the same order.", lines[^1]);
        }
        if (!serving)
            Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact]
    public async Task A_socket_that_a_killed_server_left_behind_does_not_keep_commands_from_the_store()
    {
        await using var server = await ParleyServerProcess.StartAsync(new() { DataDirectory = _directory }, Cancellation);
        server.Kill();
        Assert.True(File.Exists(Path.Combine(_directory, "admin.sock")));
        Assert.Contains("1000", await RunAsync("project", "list"), StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var run = await ParleyServerProcess.CommandAsync([.. arguments, "--data", _directory], Path.GetTempPath(), Cancellation);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Empty(run.Errors);
        return run.Output;
    }

    private async Task<string> FailAsync(params string[] arguments)
    {
        var run = await ParleyServerProcess.CommandAsync([.. arguments, "--data", _directory], Path.GetTempPath(), Cancellation);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("parley: ", run.Errors, StringComparison.Ordinal);
        return run.Errors["parley: ".Length..].TrimEnd('\n');
    }

    [GeneratedRegex("^  Secret   [0-9a-f]{64}$", RegexOptions.None, 1000)]
    private static partial Regex SecretLine();
}
