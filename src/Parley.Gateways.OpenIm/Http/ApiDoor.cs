using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Parley.Core.Storage;
using Parley.Gateways.Doors;

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
            await using var options = new ApiAnswer(context.Response);
            options.Json.WriteStringValue("Options Request!"u8);
            await options.FinishAsync(StatusCodes.Status200OK, context.RequestAborted);
            return;
        }
        if (!HttpMethods.IsPost(context.Request.Method) || !_table.TryFind(context.Request.Path.Value ?? "", out var endpoint))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("404 page not found", context.RequestAborted);
            return;
        }
        await using var answer = new ApiAnswer(context.Response);
        var isV3 = endpoint.IsV3(context.Request.Headers.ContainsKey(OperationHeader));
        var outcome = await CallAsync(context, endpoint, isV3, answer);
        endpoint.Count(outcome);
        if (answer.HasStarted && !outcome.IsOk)
            context.Abort(); // the client must not take half a list for a whole one
        else
            await answer.FinishAsync(outcome.Status, context.RequestAborted);
    }

    private static void AddHeaders(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "*";
        headers.AccessControlAllowHeaders = "*";
        headers.AccessControlMaxAge = "172800";
        headers.AccessControlAllowCredentials = "false";
    }

    private async ValueTask<Outcome> CallAsync(HttpContext context, ApiEndpoint endpoint, bool isV3, ApiAnswer answer)
    {
        var json = answer.Json;
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
                outcome = await RunAsync(context, endpoint, isV3, document.RootElement, answer);
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
        HttpContext context, ApiEndpoint endpoint, bool isV3, JsonElement root, ApiAnswer answer)
    {
        Outcome failure;
        try
        {
            return await endpoint.HandleAsync(MakeCall(context, endpoint, isV3, ApiBody.Of(root), answer));
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
        answer.Reset();
        answer.Json.WriteStartObject();
        return failure;
    }

    private ApiCall MakeCall(HttpContext context, ApiEndpoint endpoint, bool isV3, ApiBody body, ApiAnswer answer)
    {
        var headers = context.Request.Headers;
        var operationId = isV3
            ? headers[OperationHeader].ToString()
            : body.Text(OperationHeader, OperationLength, endpoint.NeedsOperationId ? Need.Required : Need.Optional);
        if (isV3 && operationId.Length is 0 or > OperationLength)
            body.Refuse("the header operationID is required");
        return new(_host, body, isV3, operationId, headers["token"].ToString(), answer, context.RequestAborted);
    }

    /// <summary>Parses the body, with a byte order mark before it or without; null when it is no JSON.</summary>
    private static JsonDocument? TryParse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
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
}
