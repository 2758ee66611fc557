using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.Testing;

namespace Parley.Server.Tests.Running;

public sealed class LogSecretsTests
{
    private const string Token = "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Text", "Microsoft")]
    [InlineData("Json", "Microsoft.AspNetCore.Hosting.Diagnostics")]
    [InlineData("Text", "Microsoft.AspNetCore.Hosting.Diagnostics*")]
    [InlineData("Text", "Microsoft.AspNetCore.Server.Kestrel.BadRequests")]
    public async Task No_level_brings_the_tokens_of_queries_into_the_log(string format, string category)
    {
        await using var server = await ParleyServerProcess.StartAsync(new()
        {
            Settings = new Dictionary<string, string>
            {
                ["OpenIm:Secret"] = "s3cret-demo",
                ["Log:Format"] = format,
                ["Log:Level"] = "Trace",
                ["Log:Levels:Microsoft"] = "Trace",
                [$"Log:Levels:{category}"] = "Trace",
            },
        });
        foreach (var line in new[] { $"GET /?sendID=a&token={Token}&platformID=1 HTTP/1.1", $"GET /?token={Token} nonsense HTTP/1.1" })
            await AskAsync(server.Endpoints["OpenImGateway"], line);
        await AskAsync(server.Endpoints["OpenImApi"], $"GET /?token={Token} HTTP/1.1");
        await server.TerminateAsync(Cancellation);

        Assert.Contains(server.Output, line => line.Contains("Microsoft.AspNetCore", StringComparison.Ordinal)); // the levels are in force
        Assert.DoesNotContain([.. server.Output, .. server.Errors], line => line.Contains(Token, StringComparison.Ordinal));
    }

    private static async Task AskAsync(IPEndPoint door, string line)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(door, Cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\nHost: x\r\nConnection: close\r\n\r\n"), Cancellation);
        Assert.Contains("HTTP/1.1 4", await new StreamReader(stream).ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }
}
