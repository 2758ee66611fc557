using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Parley.Core.Storage;
using Parley.Gateways.Doors;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>
/// The API for business back ends, and the routes that clients call beside the message gateway (openim.md §1 to §4, §8.8, §11).
/// </summary>
internal sealed class ApiDoor : Door
{
    public const string DoorName = "OpenImApi";

    /// <summary>Most characters of an operationID.</summary>
    public const int OperationLength = 1024;

    private const string OperationHeader = "operationID";

    private static readonly JsonWriterOptions JsonOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly OpenImHost _host;
    private readonly ApiTable _table;

    public ApiDoor(OpenImHost host)
    {
        _host = host;
        _table = new(host);
        host.Register(this);
    }

    public override string Name => DoorName;

    public override string DefaultEndpoint => "127.0.0.1:10000";

    public override string Description => "OpenIM API: tokens, users, groups, friends, messages";

    /// <summary>The endpoints, for metrics.</summary>
    public IReadOnlyList<ApiEndpoint> Rows => _table.Rows;

    public override async Task ServeAsync(HttpContext context)
    {
        AddHeaders(context.Response.Headers);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            await AnswerAsync(context, StatusCodes.Status200OK, "\"Options Request!\""u8.ToArray());
            return;
        }
        if (!HttpMethods.IsPost(context.Request.Method) || !_table.TryFind(context.Request.Path.Value ?? "", out var endpoint))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("404 page not found", context.RequestAborted);
            return;
        }
        using var output = new PooledBufferWriter();
        var isV3 = endpoint.IsV3(context.Request.Headers.ContainsKey(OperationHeader));
        var outcome = await CallAsync(context, endpoint, isV3, output);
        endpoint.Count(outcome);
        await AnswerAsync(context, outcome.Status, output.WrittenMemory);
    }

    private static void AddHeaders(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "*";
        headers.AccessControlAllowHeaders = "*";
        headers.AccessControlMaxAge = "172800";
        headers.AccessControlAllowCredentials = "false";
    }

    private async ValueTask<Outcome> CallAsync(HttpContext context, ApiEndpoint endpoint, bool isV3, PooledBufferWriter output)
    {
        await using var json = new Utf8JsonWriter(output, JsonOptions);
        json.WriteStartObject();
        Outcome outcome;
        if (await ApiInput.ReadAsync(context.Request, _host.Settings.BodyBytes, context.RequestAborted) is not { } bytes)
        {
            context.Response.Headers.Connection = "close"; // the rest of the body stays unread
            outcome = OpenImFailures.Invalid("the body is too long");
        }
        else if (TryParse(bytes) is not { } document)
        {
            outcome = OpenImFailures.Invalid("the body is no JSON");
        }
        else
        {
            using (document)
                outcome = await RunAsync(context, endpoint, isV3, document.RootElement, json, output);
        }
        if (isV3)
            outcome = OpenImFailures.ToV3(outcome);
        json.WriteNumber("errCode"u8, outcome.Code);
        json.WriteString("errMsg"u8, outcome.Text);
        if (isV3)
            json.WriteString("errDlt"u8, outcome.Text);
        json.WriteEndObject();
        return outcome;
    }

    /// <summary>Runs the endpoint. What it wrote does not count when it failed.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A fault of ours is answered in the protocol's way.")]
    private async ValueTask<Outcome> RunAsync(
        HttpContext context, ApiEndpoint endpoint, bool isV3, JsonElement root, Utf8JsonWriter json, PooledBufferWriter output)
    {
        Outcome failure;
        try
        {
            return await endpoint.HandleAsync(MakeCall(context, endpoint, isV3, ApiBody.Of(root), json));
        }
        catch (StoreException)
        {
            failure = isV3 ? OpenImFailures.Fault : OpenImFailures.StoreFailed; // the store logs why
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            failure = OpenImFailures.Fault; // nobody reads it
        }
        catch (Exception exception)
        {
            _host.Logger.EndpointFailed(exception, endpoint.Path);
            failure = OpenImFailures.Fault;
        }
        json.Reset();
        output.Clear();
        json.WriteStartObject();
        return failure;
    }

    private ApiCall MakeCall(HttpContext context, ApiEndpoint endpoint, bool isV3, ApiBody body, Utf8JsonWriter json)
    {
        var headers = context.Request.Headers;
        var operationId = isV3
            ? headers[OperationHeader].ToString()
            : body.Text(OperationHeader, OperationLength, endpoint.NeedsOperationId ? Need.Required : Need.Optional);
        if (isV3 && operationId.Length is 0 or > OperationLength)
            body.Refuse("the header operationID is required");
        return new(_host, body, isV3, operationId, headers["token"].ToString(), json, context.RequestAborted);
    }

    /// <summary>Parses the body; null when it is no JSON.</summary>
    private static JsonDocument? TryParse(ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span))
            return null;
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async ValueTask AnswerAsync(HttpContext context, int status, ReadOnlyMemory<byte> bytes)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
