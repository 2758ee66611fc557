using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Parley.Gateways.Connections;
using Parley.Wire.Gob;

namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>The requests of clients, and what holds for all of them (openim.md §8.3 to §8.5).</summary>
internal sealed class RequestTable
{
    private const string Unsupported = "the request is not supported";

    private readonly FrozenDictionary<int, RequestRow> _rows;
    private readonly RequestRow _unknown = new(0, "unknown", static call => Refuse(call, OpenImFailures.Unacceptable, Unsupported));
    private readonly RequestRow _undecodable = new(0, "undecodable", static _ => ValueTask.CompletedTask);

    public RequestTable(OpenImHost host)
    {
        var inbox = new InboxRequests(host);
        var messages = new MessageRequests(host);
        RequestRow[] rows =
        [
            new(1001, "newest_seq", inbox.Newest),
            new(1002, "pull_by_seq", inbox.Pull),
            new(1003, "send_msg", messages.Send),
            new(1004, "signal", static call => Refuse(call, OpenImFailures.Unacceptable, Unsupported)),
            new(2003, "logout", LogOut),
        ];
        _rows = rows.ToFrozenDictionary(static row => row.Identifier);
        Rows = [.. rows, _unknown, _undecodable];
    }

    /// <summary>All requests, and what is none.</summary>
    public IReadOnlyList<RequestRow> Rows { get; }

    /// <summary>Takes the frame of one request; completes when the next one of the connection may be taken.</summary>
    public ValueTask Take(OpenImConnection connection, ReadOnlySpan<byte> frame)
    {
        if (connection.IsClosing || connection.Session is not { } session)
            return ValueTask.CompletedTask;
        if (!GobRequest.TryRead(frame, out var request))
        {
            _undecodable.Count(ok: false);
            connection.Send(GatewayFrames.NotDecoded);
            connection.CloseAfterFlush(CloseReason.ProtocolError);
            return ValueTask.CompletedTask;
        }
        var call = new GatewayCall(connection, session, _rows.GetValueOrDefault(request.ReqIdentifier, _unknown), request);
        if (request.ReqIdentifier == 0 || request.SendId.IsEmpty || request.OperationId.IsEmpty || request.MsgIncr.IsEmpty)
            return Refuse(call, OpenImFailures.QueueFailed, "ReqIdentifier, SendID, OperationID and MsgIncr are required");
        if (!request.SendId.SequenceEqual(session.NameBytes))
            return Refuse(call, OpenImFailures.NotSelf, "SendID is not who is connected");
        return connection.TryRequest() ? Invoke(call) : Refuse(call, OpenImFailures.QueueFailed, "too many requests");
    }

    /// <summary>2003: the client goes (§8.5). Its token stays good.</summary>
    private static ValueTask LogOut(GatewayCall call)
    {
        call.Answer();
        call.Connection.CloseAfterFlush(CloseReason.Bye);
        return ValueTask.CompletedTask;
    }

    private static ValueTask Refuse(GatewayCall call, int code, string text)
    {
        call.Refuse(code, text);
        return ValueTask.CompletedTask;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A fault of ours must not end the connection.")]
    private static ValueTask Invoke(GatewayCall call)
    {
        ValueTask pending;
        try
        {
            pending = call.Row.Handler(call);
        }
        catch (Exception exception)
        {
            OnFault(call, exception);
            return ValueTask.CompletedTask;
        }
        return pending.IsCompletedSuccessfully ? pending : ObserveAsync(call, pending);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A fault of ours must not end the connection.")]
    private static async ValueTask ObserveAsync(GatewayCall call, ValueTask pending)
    {
        try
        {
            await pending;
        }
        catch (Exception exception)
        {
            OnFault(call, exception);
        }
    }

    /// <summary>A fault of ours while a request was worked on: it is logged, and the client is told no more than that (§1.6: 200).</summary>
    public static void OnFault(GatewayCall call, Exception exception)
    {
        const int Failed = 200;
        call.Host.Logger.RequestFailed(exception, call.Row.Name);
        call.Refuse(Failed, "internal error");
    }
}
