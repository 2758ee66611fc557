using Microsoft.AspNetCore.Http;
using Parley.Core.Files;
using Parley.Core.Storage;
using Parley.Gateways.Doors;
using Parley.Gateways.Files;
using Parley.Server.Hosting;
using Parley.Server.Telemetry;

namespace Parley.Server.Web;

/// <summary>The web door: health, readiness, metrics, downloads, a status page and the pages of the OpenIM API.</summary>
internal sealed class WebDoor(ServerState state, IStore store, FileService files, PrometheusExporter exporter, ApiDocs docs) : Door
{
    private static readonly TimeSpan StoreTime = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override string Name => "Web";

    /// <inheritdoc/>
    public override string DefaultEndpoint => "127.0.0.1:8080";

    /// <inheritdoc/>
    public override string Description => "HTTP: status page, health, metrics, downloads, API docs";

    /// <inheritdoc/>
    public override Task ServeAsync(HttpContext context)
    {
        if (FileDownload.IsFor(context))
            return FileDownload.ServeAsync(context, files);
        var method = context.Request.Method;
        var path = context.Request.Path.Value;
        var isDocs = ApiDocs.IsFor(path);
        if (!isDocs && path is not ("/" or "/healthz" or "/readyz" or "/metrics"))
            return WriteAsync(context, StatusCodes.Status404NotFound, "text/plain; charset=utf-8", "not found\n");
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "text/plain; charset=utf-8", "method not allowed\n");
        }
        if (isDocs)
            return docs.ServeAsync(context);
        return path switch
        {
            "/" => WriteAsync(context, StatusCodes.Status200OK, "text/html; charset=utf-8", StatusPage.Render(state)),
            "/healthz" => WriteAsync(context, StatusCodes.Status200OK, "text/plain; charset=utf-8", "alive\n"),
            "/readyz" => ReadyAsync(context),
            _ => WriteAsync(context, StatusCodes.Status200OK, PrometheusExporter.ContentType, exporter.Scrape()),
        };
    }

    private async Task ReadyAsync(HttpContext context)
    {
        var reason = state.IsDraining ? "draining" : state.Doors.Count == 0 ? "doors are not open yet" : await StoreTroubleAsync(context);
        var status = reason is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await WriteAsync(context, status, "text/plain; charset=utf-8", (reason ?? "ready") + "\n");
    }

    private async Task<string?> StoreTroubleAsync(HttpContext context)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(StoreTime);
        try
        {
            var healthy = await store.IsHealthyAsync(deadline.Token).AsTask().WaitAsync(deadline.Token);
            return healthy ? null : "the store cannot read and write";
        }
        catch (OperationCanceledException)
        {
            return "the store does not answer";
        }
    }

    private static Task WriteAsync(HttpContext context, int status, string contentType, string body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        response.ContentLength = System.Text.Encoding.UTF8.GetByteCount(body);
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.WriteAsync(body, context.RequestAborted);
    }
}
