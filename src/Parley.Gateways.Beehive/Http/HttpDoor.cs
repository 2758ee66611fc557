using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Parley.Core.Storage;
using Parley.Gateways.Doors;

namespace Parley.Gateways.Beehive.Http;

/// <summary>The HTTP interface: registration and addresses for clients, pushes, rules and queries for operators (beehive.md §2, §3).</summary>
internal sealed class HttpDoor : Door
{
    public const string DoorName = "BeehiveHttp";

    private readonly BeehiveHost _host;
    private readonly HttpTable _table;
    private readonly OperatorAccess _operators;
    private readonly AddressPace _pace;

    public HttpDoor(BeehiveHost host)
    {
        _host = host;
        _table = new(host);
        _operators = new(host.Settings, host.Nodes.IsOwnName);
        _pace = new(host.Settings.PublicCallsPerSecond, host.Settings.PublicCallBurst, host.Time);
        host.Register(this);
    }

    public override string Name => DoorName;

    public override string DefaultEndpoint => "127.0.0.1:8000";

    public override string Description => "beehive HTTP: registration, addresses, pushes, rules, queries";

    /// <summary>Who gets a token here may come in as that user: only with the user's login token is it certain who asks.</summary>
    public override bool AuthenticatesUsers => _host.Settings.RequireLoginToken;

    /// <summary>The interfaces, for metrics.</summary>
    public IReadOnlyList<Endpoint> Rows => _table.Rows;

    public override async Task ServeAsync(HttpContext context)
    {
        var origin = _host.Settings.AllowOrigin;
        if (origin.Length > 0)
            context.Response.Headers.AccessControlAllowOrigin = origin;
        await using var answer = new Answer(context);
        if (!_table.TryFind(context.Request.Path.Value ?? "", out var path))
        {
            await answer.CompleteAsync(StatusCodes.Status404NotFound, new(BeehiveCode.UnknownInterface, "Request api not found"));
            return;
        }
        if (!string.Equals(context.Request.Method, path.Method, StringComparison.Ordinal))
        {
            if (origin.Length > 0 && IsPreflight(context.Request))
            {
                AnswerPreflight(context.Response, path.Method);
                return;
            }
            context.Response.Headers.Allow = path.Method;
            await answer.CompleteAsync(
                StatusCodes.Status405MethodNotAllowed, new(BeehiveCode.MethodNotSupported, "Http method not supported"));
            return;
        }
        await answer.CompleteAsync(StatusCodes.Status200OK, await CallAsync(context, path, answer));
    }

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.AccessControlRequestMethod.Count > 0;

    private static void AnswerPreflight(HttpResponse response, string method)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.AccessControlAllowMethods = method;
        response.Headers.AccessControlAllowHeaders = "Content-Type";
        response.Headers.AccessControlMaxAge = "600";
    }

    private async ValueTask<Outcome> CallAsync(HttpContext context, EndpointPath path, Answer answer)
    {
        if (path.Access == CallAccess.Operator && _operators.Check(context) is { IsOk: false } stranger)
        {
            context.Response.Headers.Connection = "close"; // a body of a push stays unread
            return stranger;
        }
        if (path.Access == CallAccess.Public && !_pace.TryCall(context.Connection.RemoteIpAddress))
            return new(BeehiveCode.TooManyFromAddress, "Too many requests!");
        byte[]? body = [];
        if (path.IsPush && (body = await PushBody.ReadAsync(context.Request, _host.Settings.OutboundBytes, context.RequestAborted)) is null)
        {
            context.Response.Headers.Connection = "close";
            return new(BeehiveCode.BodyTooLong, "Body is too long!");
        }
        var query = new QueryParameters(context.Request.QueryString.Value);
        if (!path.TryFind(query, out var endpoint, out var refusal))
            return refusal;
        var outcome = await RunAsync(endpoint, context, query, body, answer);
        endpoint.Count(outcome);
        return outcome;
    }

    /// <summary>Runs the interface. What it wrote counts only when it succeeds.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A fault of ours is answered in the protocol's way.")]
    private async ValueTask<Outcome> RunAsync(
        Endpoint endpoint, HttpContext context, QueryParameters query, byte[] body, Answer answer)
    {
        try
        {
            return await endpoint.Handler(
                new EndpointCall(_host, query, body, answer, context.Connection.LocalIpAddress, context.RequestAborted));
        }
        catch (StoreException)
        {
            return endpoint.StoreFailure; // the store logs why
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return new(BeehiveCode.SystemError, "System error!"); // nobody reads it
        }
        catch (Exception exception)
        {
            _host.Logger.EndpointFailed(exception, endpoint.Section);
            return new(BeehiveCode.SystemError, "System error!");
        }
    }
}
