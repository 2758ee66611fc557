using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Parley.Outgoing.Tests.Webhooks;

/// <summary>A back end on a free port of this machine that answers as the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly Channel<Request> _requests = Channel.CreateUnbounded<Request>();
    private readonly WebApplication _app;

    private Receiver(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            _requests.Writer.TryWrite(new(context.Request.Method, context.Request.Path + context.Request.QueryString, headers, body.ToArray()));
            await answer(context);
        });
    }

    public Uri Url { get; private set; } = null!;

    public static async Task<Receiver> StartAsync(Func<HttpContext, Task> answer)
    {
        var receiver = new Receiver(answer);
        await receiver._app.StartAsync();
        var addresses = receiver._app.Services.GetService(typeof(Microsoft.AspNetCore.Hosting.Server.IServer)) as Microsoft.AspNetCore.Hosting.Server.IServer;
        receiver.Url = new(addresses!.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return receiver;
    }

    public static Task<Receiver> StartAsync(int status) => StartAsync(context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public Task<Request> NextAsync() => _requests.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public bool HasMore => _requests.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public sealed record Request(string Method, string Path, Dictionary<string, string> Headers, byte[] Body);
}
