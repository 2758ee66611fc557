using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;

namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>The message gateway: gob and protobuf over WebSocket, on any path (openim.md §8).</summary>
internal sealed class GatewayDoor : Door
{
    public const string DoorName = "OpenImGateway";

    private readonly DoorConnections<OpenImConnection> _connections;
    private readonly LoginGates _logins = new();
    private long _givenUp;

    public GatewayDoor(OpenImHost host)
    {
        Host = host;
        _connections = new(host.Heartbeat, host.Settings.ConnectionsPerAddress, host.Time);
        Encoder = new PushEncoder(host);
        Requests = new RequestTable(host);
        host.Meter.CreateObservableCounter("parley.openim.requests", ReadRequests, "{request}", "Requests of the message gateway, by request and result.");
        host.Meter.CreateObservableGauge("parley.openim.connections", () => _connections.Count, "{connection}", "Connections of the message gateway.");
        host.Meter.CreateObservableCounter(
            "parley.openim.numbers.missed", () => Volatile.Read(ref _givenUp), "{number}", "Inbox numbers that were not waited for any longer when pushing.");
    }

    public OpenImHost Host { get; }

    /// <summary>Encodes what is pushed.</summary>
    public PushEncoder Encoder { get; }

    /// <summary>The requests of the protocol.</summary>
    public RequestTable Requests { get; }

    public override string Name => DoorName;

    public override string DefaultEndpoint => "127.0.0.1:10001";

    public override string Description => "OpenIM message gateway: gob and protobuf over WebSocket, for end users";

    /// <summary>Numbers were not waited for any longer.</summary>
    public void OnGivenUp(long numbers) => Interlocked.Add(ref _givenUp, numbers);

    /// <inheritdoc/>
    public override Task DrainAsync(CancellationToken deadline) => _connections.DrainAsync(deadline);

    /// <summary>Looks at who comes before the upgrade (§8.1), and then serves the connection until it ends.</summary>
    public override async Task ServeAsync(HttpContext context)
    {
        var project = Host.Project;
        var query = context.Request.Query;
        var (name, token, platform) = (query["sendID"].ToString(), query["token"].ToString(), query["platformID"].ToString());
        var (refusal, login) = await CheckAsync(project, name, token, platform, context.RequestAborted);
        if (refusal is not null)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, refusal);
            return;
        }
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "not a WebSocket request");
            return;
        }
        var remote = context.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, context.Connection.RemotePort) : null;
        var connection = new OpenImConnection(this, remote, context.Abort);
        if (!_connections.TryAdd(connection))
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "too many connections");
            return;
        }
        try
        {
            await RunAsync(context, connection, project, login);
        }
        finally
        {
            _connections.Remove(connection);
            connection.Session?.Close();
        }
    }

    /// <summary>Why a client is not let in, or who it is (§8.1).</summary>
    private async ValueTask<(string? Refusal, Login Login)> CheckAsync(
        Project project, string name, string token, string platform, CancellationToken cancellation)
    {
        if (name.Length == 0 || token.Length == 0 || platform.Length == 0)
            return ("sendID, token and platformID are required", default);
        var verdict = await Host.Tokens.CheckAsync(project, token, cancellation);
        if (!verdict.IsGood)
            return (OpenImFailures.TextOf(verdict.Code), default);
        var isOurs = int.TryParse(platform, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && OpenImPlatforms.NameOf(number) == verdict.Platform && verdict.Name == name;
        if (!isOurs)
            return (OpenImFailures.TextOf(OpenImFailures.TokenUnknown), default);
        if (!await Host.People.MayComeInAsync(project, verdict.UserId) && !Host.People.IsManager(name))
            return (OpenImFailures.TextOf(OpenImFailures.PermissionCode), default);
        return (null, new Login(verdict.UserId, name, verdict.Platform, token));
    }

    private static Task RefuseAsync(HttpContext context, int status, string text)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.SecWebSocketVersion = "13";
        response.Headers["ws_err_msg"] = text;
        response.ContentType = "text/plain; charset=utf-8";
        var body = Encoding.UTF8.GetBytes(text);
        response.ContentLength = body.Length; // clients that ask for an upgrade read no chunks
        return response.Body.WriteAsync(body).AsTask();
    }

    private async Task RunAsync(HttpContext context, OpenImConnection connection, Project project, Login login)
    {
        await using var stream = new WebSocketInboundStream(
            await WebSocketUpgrade.AcceptAsync(context, protocol: null), connection.OnReceived, takesText: false);
        // clients show that they live; the server asks nothing (§8.2)
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        connection.Use(socket);
        await TryLogInAsync(connection, project, login);
        await connection.RunAsync();
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A fault of ours ends this connection and nothing else.")]
    private async Task TryLogInAsync(OpenImConnection connection, Project project, Login login)
    {
        try
        {
            await Host.Core.Inboxes.EnrolAsync(project, login.UserId, CancellationToken.None);
            if (await OpenAsync(connection, project, login) is not { } session)
                return;
            await Host.Core.Logins.CheckAgainAsync(session);
            var bounds = await Host.Core.Inboxes.GetBoundsAsync(project, login.UserId, CancellationToken.None);
            session.BeginPushes(bounds.Newest);
        }
        catch (Exception exception)
        {
            Host.Logger.LoginFailed(exception);
            connection.CloseAfterFlush(CloseReason.Fault);
        }
    }

    /// <summary>
    /// Opens the session and ends those that it excludes (§2.5), one login of a user after another. Null when the token was made worthless
    /// since it was looked at: then the client is told so.
    /// </summary>
    private async Task<OpenImSession?> OpenAsync(OpenImConnection connection, Project project, Login login)
    {
        var gate = _logins.Of(login.UserId);
        await gate.WaitAsync();
        try
        {
            if (!await IsGoodAsync(project, login))
            {
                connection.Send(GatewayFrames.KickedOffline);
                connection.CloseAfterFlush(CloseReason.Kicked);
                return null;
            }
            var excluded = ExcludedBy(project, login);
            // the tokens first: who is told of the kick finds them worthless
            foreach (var platform in excluded.Select(static session => session.Platform).Distinct(StringComparer.Ordinal))
                await Host.Tokens.KickAsync(project, login.UserId, platform, login.Token, CancellationToken.None);
            var opened = new OpenImSession(connection, project, login.UserId, login.Name, login.Platform, login.Token);
            connection.Session = opened;
            Host.Core.Sessions.Open(opened);
            foreach (var session in excluded)
                session.End(SessionEnd.Replaced);
            // whoever made the token worthless before the session could be found did not end it
            if (!await IsGoodAsync(project, login))
                opened.End(SessionEnd.Kicked);
            return opened;
        }
        finally
        {
            gate.Release();
        }
    }

    private async ValueTask<bool> IsGoodAsync(Project project, Login login) =>
        (await Host.Tokens.CheckAsync(project, login.Token, CancellationToken.None)).IsGood;

    /// <summary>The user's connections that do not stand beside a new one.</summary>
    private List<OpenImSession> ExcludedBy(Project project, Login login)
    {
        var excluded = new List<OpenImSession>();
        if (Host.Core.Sessions.Find(project.Id, login.UserId) is not { } presence)
            return excluded;
        foreach (var session in presence.Sessions)
        {
            if (session is OpenImSession other && OpenImPlatforms.Excludes(Host.Settings.MultiLoginPolicy, login.Platform, other.Platform))
                excluded.Add(other);
        }
        return excluded;
    }

    private IEnumerable<Measurement<long>> ReadRequests()
    {
        foreach (var row in Requests.Rows)
        {
            yield return new(row.Succeeded, new("request", row.Name), new("result", "ok"));
            yield return new(row.Failed, new("request", row.Name), new("result", "error"));
        }
    }

    /// <summary>Who comes in.</summary>
    private readonly record struct Login(long UserId, string Name, string Platform, string Token)
    {
        /// <summary>Everything but the token.</summary>
        public override string ToString() => $"{UserId} {Platform}";
    }
}
