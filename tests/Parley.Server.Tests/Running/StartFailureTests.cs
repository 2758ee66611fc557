using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Parley.Testing;

namespace Parley.Server.Tests.Running;

public sealed class StartFailureTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("parley-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_directory, "data");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("--Parley:Nonsense=1", "parley: Parley:Nonsense is not a setting; Parley has ")]
    [InlineData("--Parley:DrainSeconds=soon", "parley: Parley:DrainSeconds must be a whole number from 0 to 6; it is 'soon'")]
    [InlineData("--Parley:DrainSeconds", "parley: Parley:DrainSeconds needs a value: --Parley:DrainSeconds=VALUE")]
    [InlineData("--Parley:Endpoints:Wep=127.0.0.1:0", "parley: Parley:Endpoints:Wep is not a setting; doors are ")]
    [InlineData("--Parley:Endpoints:Web=here", "parley: Parley:Endpoints:Web must be host:port, ")]
    [InlineData("--Parley:Rtm:KeyFile=/none", "parley: Parley:Rtm:KeyFile must hold ")]
    [InlineData("--Parley:Translation:Url=engine", "parley: Parley:Translation:Url must be an http or https address without a query, or empty")]
    [InlineData("--Parley:MobilePush:Senders:0:KeyFile=/none", "parley: Parley:MobilePush:Senders:0:KeyFile must name a readable file with ")]
    [InlineData("--Parley:MobilePush:Senders:0:Kind=Telegram", "parley: Parley:MobilePush:Senders:0:Kind must be one of Fcm, Apns, Webhook; it is 'Telegram'")]
    [InlineData("--nonsense", "parley: Unrecognized command or argument '--nonsense'")]
    public async Task Wrong_settings_and_command_lines_are_one_clear_line_and_exit_code_2(string argument, string line)
    {
        var run = await ServeAsync(argument);
        AssertOneLine(run, 2, line);
    }

    [Fact]
    public async Task A_malformed_appsettings_json_is_one_clear_line_and_exit_code_2()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "appsettings.json"), "{ \"Parley\": ", Cancellation);
        var run = await ParleyServerProcess.CommandAsync(["serve", "--data", Data], _directory, Cancellation);
        AssertOneLine(run, 2, "parley: ");
        Assert.Contains("appsettings.json", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task The_appsettings_json_of_the_current_directory_is_read()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "appsettings.json"), """{ "Parley": { "DrainSeconds": 7 } }""", Cancellation);
        var run = await ParleyServerProcess.CommandAsync(["check", "--data", Data], _directory, Cancellation);
        AssertOneLine(run, 2, "parley: Parley:DrainSeconds must be a whole number from 0 to 6; it is '7'");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_clear_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var run = await ServeAsync($"--Parley:Endpoints:Web={taken.LocalEndpoint}");
        AssertOneLine(run, 1, $"parley: Parley:Endpoints:Web cannot listen on {taken.LocalEndpoint}: the address is in use");
        Assert.False(File.Exists(Path.Combine(Data, "endpoints.json")));
    }

    [Fact]
    public async Task An_address_that_the_machine_does_not_have_is_one_clear_line()
    {
        var run = await ServeAsync("--Parley:Endpoints:Web=192.0.2.1:8080");
        AssertOneLine(run, 1, "parley: Parley:Endpoints:Web cannot listen on 192.0.2.1:8080: this machine does not have the address");
    }

    [Fact]
    public async Task A_data_directory_that_is_a_file_or_cannot_be_made_is_one_clear_line()
    {
        await File.WriteAllTextAsync(Data, "mine", Cancellation);
        AssertOneLine(await ServeAsync(), 1, "parley: Parley:DataDirectory must be a directory that can be written: ");
        Assert.Equal("mine", await File.ReadAllTextAsync(Data, Cancellation));
        var below = await ParleyServerProcess.CommandAsync(["serve", "--data", Path.Combine(Data, "below")], _directory, Cancellation);
        AssertOneLine(below, 1, "parley: Parley:DataDirectory must be a directory that can be written: ");
    }

    [Fact]
    public async Task A_newer_database_is_refused_in_one_clear_line_and_left_as_it_is()
    {
        AssertGood(await ParleyServerProcess.CommandAsync(["project", "add", "--data", Data], _directory, Cancellation));
        var path = Path.Combine(Data, "parley.db");
        var file = await File.ReadAllBytesAsync(path, Cancellation);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(60), 9999); // user_version in the header of an SQLite file
        await File.WriteAllBytesAsync(path, file, Cancellation);
        foreach (var command in (string[])["serve", "check"])
        {
            var run = await ParleyServerProcess.CommandAsync([command, "--data", Data], _directory, Cancellation);
            AssertOneLine(run, 1, "parley: ");
            Assert.Contains("newer", run.Errors, StringComparison.Ordinal);
        }
        Assert.Equal(file, await File.ReadAllBytesAsync(path, Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_in_one_clear_line_and_left_as_it_is()
    {
        Directory.CreateDirectory(Data);
        var path = Path.Combine(Data, "parley.db");
        var text = string.Concat(Enumerable.Repeat("this is no database. ", 1000));
        await File.WriteAllTextAsync(path, text, Cancellation);
        AssertOneLine(await ServeAsync(), 1, "parley: ");
        Assert.Equal(text, await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact]
    public async Task A_second_server_on_the_same_directory_is_refused_and_does_not_disturb_the_first()
    {
        await using var server = await ParleyServerProcess.StartAsync(new() { DataDirectory = _directory }, Cancellation);
        var run = await ParleyServerProcess.CommandAsync(["serve", "--data", _directory, "--Parley:Endpoints:Web=127.0.0.1:0"], _directory, Cancellation);
        AssertOneLine(run, 1, "parley: ");
        Assert.Contains("in use by another server", run.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_directory, "endpoints.json")));
        Assert.NotEmpty(await server.IssueTokenAsync(5, cancellationToken: Cancellation));
    }

    private Task<CommandRun> ServeAsync(params string[] arguments) =>
        ParleyServerProcess.CommandAsync(["serve", "--data", Data, .. Free(), .. arguments], _directory, Cancellation);

    // the defaults may be taken by another test, or by a server of whoever runs the tests
    private static IEnumerable<string> Free() => ParleyServerProcess.DoorNames.Select(static door => $"--Parley:Endpoints:{door}=127.0.0.1:0");

    private static void AssertGood(CommandRun run) => Assert.True(run.ExitCode == 0, run.Errors);

    private static void AssertOneLine(CommandRun run, int exitCode, string line)
    {
        Assert.StartsWith(line, run.Errors, StringComparison.Ordinal);
        Assert.Equal(run.Errors.Length - 1, run.Errors.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal(exitCode, run.ExitCode);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }
}
