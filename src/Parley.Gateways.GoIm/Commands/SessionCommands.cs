using System.Text;
using Parley.Core;
using Parley.Gateways.Connections;
using Parley.Gateways.GoIm.Connections;
using Parley.Gateways.GoIm.Messages;
using Parley.Wire.GoIm;

namespace Parley.Gateways.GoIm.Commands;

/// <summary>Coming, staying, going (goim-json §7, GI-002, GI-003, GI-006).</summary>
internal sealed class SessionCommands(GoImHost host)
{
    /// <summary>GI-002: <c>[clientId, token?]</c> → <c>[]</c>.</summary>
    public ValueTask Login(GoImCall call, GoImRequest request)
    {
        if (request.IsEmpty(0))
            return End(call, GoImFailures.MissingArguments);
        if (call.Connection.Session is not null)
            return call.FailNow(GoImFailures.AlreadyLoggedIn);
        var clientId = request.Text(0);
        if (!GoImIds.IsValid(clientId))
            return End(call, GoImFailures.Error);
        return LoginAsync(call, clientId, request.IsEmpty(1) ? null : request.Text(1));
    }

    /// <summary>GI-003: <c>[]</c> → <c>[]</c>, and the connection is closed.</summary>
    public ValueTask Logout(GoImCall call, GoImRequest request)
    {
        host.Core.Sessions.Close(call.Session); // offline at once
        call.Session.FallSilent();
        call.Succeed();
        call.Connection.CloseAfterFlush(CloseReason.Bye);
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// GI-006: <c>[]</c> → <c>[]</c>. The pong also says that the acknowledgements sent before the ping are on the disk; nothing but the
    /// answers behind it waits for that.
    /// </summary>
    public ValueTask Ping(GoImCall call, GoImRequest request)
    {
        var written = host.Core.Pending.FlushAsync();
        if (written.IsCompleted)
            call.Succeed();
        else
            _ = AnswerAfterAsync(written, call);
        return ValueTask.CompletedTask;
    }

    private static async Task AnswerAfterAsync(Task written, GoImCall call)
    {
        await written;
        call.Succeed();
    }

    private async ValueTask LoginAsync(GoImCall call, string clientId, string? token)
    {
        var project = host.Project;
        var mustCheck = host.Authentication == GoImAuthentication.Required
            || (host.Authentication == GoImAuthentication.Optional && token is not null);
        // a name gets its number only when its owner may come in, or strangers could fill the directory
        var userId = mustCheck
            ? await host.Core.Names.FindAsync(project.Id, clientId)
            : await host.Core.Names.GetOrAddAsync(project.Id, clientId, CancellationToken.None);
        var verdict = userId == 0
            ? new(CoreError.BadToken, null)
            : await host.Core.Logins.CheckAsync(project.Id, userId, mustCheck ? token ?? "" : null, CancellationToken.None);
        if (verdict.Error != CoreError.None)
        {
            await End(call, verdict.Error == CoreError.BadToken ? GoImFailures.InvalidToken : GoImFailures.Error);
            return;
        }
        await host.Core.Pending.EnrolAsync(project.Id, userId, CancellationToken.None);
        if (call.Connection.IsClosing)
        {
            call.Pass(ok: false);
            return;
        }
        var session = new GoImSession(call.Connection, project, userId, clientId);
        call.Connection.Session = session;
        host.Core.Sessions.Open(session);
        session.Welcome(call);
        await host.Core.Logins.CheckAgainAsync(session);
    }

    private static ValueTask End(GoImCall call, ReadOnlySpan<byte> text)
    {
        call.Fail(text);
        call.Connection.CloseAfterFlush(CloseReason.NotAuthenticated);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Ids of clients and topics: 1 to 128 bytes (goim-json §4).</summary>
internal static class GoImIds
{
    private const int MostBytes = 128;

    public static bool IsValid(string id) => id.Length is > 0 and <= MostBytes && Encoding.UTF8.GetByteCount(id) <= MostBytes;
}
