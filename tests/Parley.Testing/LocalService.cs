using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Parley.Testing;

/// <summary>A request that a <see cref="LocalService"/> got.</summary>
public sealed record ServiceRequest(string Method, string Path, string Protocol, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The body as text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}

/// <summary>An answer of a <see cref="LocalService"/>.</summary>
public sealed record ServiceAnswer(int Status, string Body = "", string? RetryAfter = null);

/// <summary>An HTTP service on a free port of 127.0.0.1 that a test plays. It remembers what it was asked.</summary>
public sealed class LocalService : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LocalService(WebApplication application) => _application = application;

    /// <summary>Every request so far.</summary>
    public ConcurrentQueue<ServiceRequest> Requests { get; } = new();

    /// <summary>The port.</summary>
    public int Port { get; private set; }

    /// <summary>The base address, without a slash at its end.</summary>
    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Starts a service.</summary>
    /// <param name="answer">Gives the answer to a request; an exception cuts the connection.</param>
    /// <param name="isHttp2">Whether it speaks HTTP/2 and nothing else.</param>
    /// <param name="port">A port that was used before; 0 = any free.</param>
    public static async Task<LocalService> StartAsync(
        Func<ServiceRequest, CancellationToken, Task<ServiceAnswer>> answer, bool isHttp2 = false, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(
            IPAddress.Loopback, port, listen => listen.Protocols = isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var application = builder.Build();
        var service = new LocalService(application);
        application.Run(context => service.AnswerAsync(context, answer));
        await application.StartAsync();
        service.Port = new Uri(application.Urls.First()).Port;
        return service;
    }

    /// <summary>Starts a service that answers at once.</summary>
    public static Task<LocalService> StartAsync(Func<ServiceRequest, ServiceAnswer> answer, bool isHttp2 = false, int port = 0) =>
        StartAsync((request, _) => Task.FromResult(answer(request)), isHttp2, port);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context, Func<ServiceRequest, CancellationToken, Task<ServiceAnswer>> answer)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new ServiceRequest(
            context.Request.Method, context.Request.Path.Value ?? "", context.Request.Protocol,
            context.Request.Headers.ToDictionary(static h => h.Key, static h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray());
        Requests.Enqueue(request);
        ServiceAnswer given;
        try
        {
            given = await answer(request, context.RequestAborted);
        }
        catch (Exception)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = given.Status;
        if (given.RetryAfter is not null)
            context.Response.Headers.RetryAfter = given.RetryAfter;
        if (given.Body.Length == 0)
            return;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(given.Body, context.RequestAborted);
    }
}
