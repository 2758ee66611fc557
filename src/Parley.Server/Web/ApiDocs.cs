using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Parley.Gateways.OpenIm;
using Parley.Server.Hosting;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace Parley.Server.Web;

/// <summary>
/// The page <c>/docs</c> and the description of the OpenIM API that it shows, <c>/openapi/openim.json</c>. Scripts and styles come out of
/// this program, so that the page needs nothing else, and it runs no script that stands in a page. It reaches the door of the API by
/// itself: another port, and so another origin, which that door allows.
/// </summary>
internal sealed class ApiDocs(ServerState state, string publicHost, OpenImGateway openIm)
{
    /// <summary>The description.</summary>
    public const string DocumentPath = "/openapi/openim.json";

    private const string PagePath = "/docs";
    private const string ScriptPath = "/docs/docs.js";
    private const string ResourcePrefix = "Swashbuckle.AspNetCore.SwaggerUI.node_modules.swagger_ui_dist.";

    private const string Page =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Parley: OpenIM API</title>"
        + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        + "<link rel=\"icon\" type=\"image/png\" href=\"/docs/favicon-32x32.png\"><link rel=\"stylesheet\" href=\"/docs/swagger-ui.css\"></head>\n"
        + "<body><div id=\"docs\"></div><noscript>This page needs scripts. The description is at "
        + "<a href=\"" + DocumentPath + "\">" + DocumentPath + "</a>.</noscript>\n"
        + "<script src=\"/docs/swagger-ui-bundle.js\"></script><script src=\"" + ScriptPath + "\"></script></body></html>\n";

    private const string Script =
        "'use strict';\nSwaggerUIBundle({url:'" + DocumentPath + "',dom_id:'#docs',deepLinking:true,validatorUrl:null,"
        + "docExpansion:'list',defaultModelsExpandDepth:-1,presets:[SwaggerUIBundle.presets.apis]});\n";

    private static readonly Dictionary<string, (string Resource, string ContentType)> Assets = new(StringComparer.Ordinal)
    {
        ["/docs/swagger-ui.css"] = ("swagger-ui.css", "text/css; charset=utf-8"),
        ["/docs/swagger-ui-bundle.js"] = ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ["/docs/favicon-32x32.png"] = ("favicon-32x32.png", "image/png"),
    };

    private volatile Document? _document;

    /// <summary>Whether the path is one of these.</summary>
    public static bool IsFor(string? path) => path is PagePath or ScriptPath or DocumentPath || (path is not null && Assets.ContainsKey(path));

    /// <summary>Serves one of these paths to GET and HEAD; 404 when the door of the API is closed.</summary>
    public Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        AddHeaders(context.Response.Headers);
        if (ServerFor(context.Request) is not { } server)
            return WriteAsync(context, StatusCodes.Status404NotFound, "text/plain; charset=utf-8", "the door of the API is closed\n"u8.ToArray());
        if (Assets.TryGetValue(path, out var asset))
            return WriteAssetAsync(context, asset.Resource, asset.ContentType);
        switch (path)
        {
            case PagePath:
                context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + $"connect-src 'self' {server}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
                return WriteAsync(context, StatusCodes.Status200OK, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(Page));
            case ScriptPath:
                return WriteAsync(context, StatusCodes.Status200OK, "text/javascript; charset=utf-8", Encoding.UTF8.GetBytes(Script));
            default:
                return WriteDocumentAsync(context, server);
        }
    }

    /// <summary>
    /// Where the browser reaches the API: at the public host, at the address of that door, or, when it is bound to all addresses, at the
    /// host by which the browser reached this page. What the request calls a host is only taken when it is one.
    /// </summary>
    private string? ServerFor(HttpRequest request)
    {
        if (state.Doors.FirstOrDefault(static door => door.Name == OpenImGateway.ApiDoorName) is not { } door)
            return null;
        var bound = IPEndPoint.Parse(door.Endpoint);
        var isAny = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any);
        var host = publicHost.Length > 0 ? publicHost : isAny ? request.Host.Host.Trim('[', ']') : bound.Address.ToString();
        host = Uri.CheckHostName(host) switch
        {
            UriHostNameType.IPv6 => $"[{host}]",
            UriHostNameType.Dns or UriHostNameType.IPv4 => host,
            _ => "localhost",
        };
        return FormattableString.Invariant($"{(door.IsEncrypted ? "https" : "http")}://{host}:{bound.Port}");
    }

    private async Task WriteDocumentAsync(HttpContext context, string server)
    {
        if (_document is not { } known || known.Server != server)
            _document = known = new(server, Encoding.UTF8.GetBytes(await openIm.DescribeApiAsync(server)));
        await WriteAsync(context, StatusCodes.Status200OK, "application/json", known.Json);
    }

    /// <summary>Writes an asset. It lies here compressed, and is sent so to those who take it.</summary>
    private static async Task WriteAssetAsync(HttpContext context, string resource, string contentType)
    {
        await using var packed = typeof(SwaggerUIOptions).Assembly.GetManifestResourceStream(ResourcePrefix + resource)
            ?? throw new InvalidOperationException($"There is no {resource}.");
        using var content = new MemoryStream();
        context.Response.Headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await packed.CopyToAsync(content, context.RequestAborted);
        }
        else
        {
            await using var unpacking = new GZipStream(packed, CompressionMode.Decompress);
            await unpacking.CopyToAsync(content, context.RequestAborted);
        }
        await WriteAsync(context, StatusCodes.Status200OK, contentType, content.GetBuffer().AsMemory(0, (int)content.Length));
    }

    private static void AddHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = "default-src 'none'";
    }

    private static async Task WriteAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>The description as it was made last.</summary>
    private sealed record Document(string Server, byte[] Json);
}
