using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Parley.Core.Messaging;
using Parley.Core.Sessions;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;
using Parley.Gateways.GoIm.Messages;
using Parley.Wire.GoIm;

namespace Parley.Gateways.GoIm.Connections;

/// <summary>
/// A client's connection to one of the doors. One loop reads and takes the requests in their order; sending is the outbound queue's
/// affair.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "RunAsync disposes of what it owns when the connection ends.")]
internal sealed class GoImConnection : IDoorConnection
{
    private readonly ConnectionContext _connection;
    private readonly PipeOutboundQueue _outbound;
    private readonly GoImReader _reader;
    private readonly ConnectionEnd _end;
    private readonly long _connectedAt;
    private Throttle _requests;
    private long _lastReceived;
    private int _badRequests;

    public GoImConnection(GoImDoor door, ConnectionContext connection)
    {
        Door = door;
        _connection = connection;
        _reader = new GoImReader(door.Host.Settings.ValueBytes);
        _connectedAt = _lastReceived = door.Host.Heartbeat.Awake;
        _end = new ConnectionEnd(reason => Door.Host.OnClosed(this, reason));
        Answers = new GoImAnswers(this);
        _outbound = new PipeOutboundQueue(connection.Transport.Output, door.Host.Connections)
        {
            OnOverflow = () => Break(CloseReason.SlowReader),
            OnBroken = () => Break(CloseReason.PeerClosed),
        };
    }

    public GoImDoor Door { get; }

    /// <summary>The client's address, <c>ip:port</c>.</summary>
    public string Endpoint => _connection.RemoteEndPoint?.ToString() ?? "";

    public IPAddress Address => (_connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;

    public GoImAnswers Answers { get; }

    /// <summary>Set when the client has logged in.</summary>
    public GoImSession? Session { get; set; }

    public bool IsClosing => _end.HasBegun;

    /// <summary>Reads until the connection ends.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ReadAsync(_connection.Transport.Input);
            Door.OnEnded(this);
            if (!_end.IsAtOnce)
                await FinishAsync();
        }
        catch (Exception exception) when (exception is ConnectionAbortedException or ConnectionResetException or IOException)
        {
            Break(CloseReason.PeerClosed);
        }
        finally
        {
            _outbound.Close();
            _reader.Dispose();
            _end.Note(CloseReason.PeerClosed);
        }
    }

    /// <summary>Sends a frame; the bytes are copied before this returns.</summary>
    public void Send(ReadOnlySpan<byte> frame) => _outbound.Send(frame);

    /// <summary>Sends a frame whose bytes are shared and never change.</summary>
    public void Send(ReadOnlyMemory<byte> frame) => _outbound.Send(frame);

    /// <summary>Ends the connection at once. Only the first reason counts.</summary>
    public void Break(CloseReason reason)
    {
        if (!_end.TryAtOnce(reason))
            return;
        _outbound.Close();
        _connection.Abort(new ConnectionAbortedException(reason.ToString()));
    }

    /// <summary>Takes nothing more, and ends the connection when what is to be answered was flushed.</summary>
    public void CloseAfterFlush(CloseReason reason)
    {
        if (_end.TryInOrder(reason))
            _connection.Transport.Input.CancelPendingRead();
    }

    /// <summary>Takes one request out of the connection's allowance; false when it is used up (goim-json §12.2).</summary>
    public bool TryRequest()
    {
        var settings = Door.Host.Settings;
        return settings.RequestsPerSecond == 0
            || _requests.TryTake(1000.0 / settings.RequestsPerSecond, settings.RequestBurst, Door.Host.Heartbeat.Now);
    }

    /// <summary>Counts an unknown or incomplete request; false when there were too many in a row.</summary>
    public bool TryBadRequest() => ++_badRequests <= Door.Host.Settings.BadRequests;

    /// <summary>A request was good.</summary>
    public void ForgiveBadRequests() => _badRequests = 0;

    public void OnHeartbeat(long now)
    {
        if (IsClosing)
            return;
        var settings = Door.Host.Settings;
        if (Session is not { } session)
        {
            if (now - _connectedAt >= Door.PatienceMilliseconds)
                CloseAfterFlush(CloseReason.NotAuthenticated);
        }
        else if (now - Volatile.Read(ref _lastReceived) >= settings.IdleSeconds * 1000L)
        {
            CloseAfterFlush(CloseReason.Idle);
        }
        else
        {
            session.Mailbox.OnHeartbeat(now);
        }
    }

    private async Task ReadAsync(PipeReader input)
    {
        while (true)
        {
            var result = await input.ReadAsync();
            if (result.IsCanceled || IsClosing)
                return;
            Volatile.Write(ref _lastReceived, Door.Host.Heartbeat.Awake);
            var buffer = result.Buffer;
            GoImReadStatus status;
            do
            {
                status = Take(ref buffer, out var pending);
                await pending;
                if (Answers.Count >= Door.Host.Connections.InFlight)
                    await Answers.WaitForAsync(Door.Host.Connections.InFlight / 2);
            }
            while (status == GoImReadStatus.Value && !IsClosing);
            input.AdvanceTo(buffer.Start, buffer.End);
            if (status is GoImReadStatus.Invalid or GoImReadStatus.TooLong)
                CloseAfterFlush(CloseReason.ProtocolError);
            if (IsClosing)
                return;
            if (result.IsCompleted)
            {
                CloseAfterFlush(CloseReason.PeerClosed);
                return;
            }
        }
    }

    /// <summary>
    /// Takes requests until one has to be waited for, or there are none. What is sent meanwhile is flushed once, at the end.
    /// </summary>
    private GoImReadStatus Take(ref ReadOnlySequence<byte> buffer, out ValueTask pending)
    {
        pending = ValueTask.CompletedTask;
        var isOwner = Burst.TryBegin();
        try
        {
            for (var taken = 0; taken < Door.Host.Connections.InFlight; taken++)
            {
                var status = _reader.TryRead(ref buffer, out var value);
                if (status != GoImReadStatus.Value)
                    return status;
                if (!GoImRequest.TryParse(value, out var request))
                    return GoImReadStatus.Invalid;
                pending = Door.Take(this, request);
                if (!pending.IsCompletedSuccessfully || IsClosing)
                    break;
            }
            return GoImReadStatus.Value;
        }
        finally
        {
            if (isOwner)
                Burst.End();
        }
    }

    /// <summary>Nothing more is read: what was taken is still answered, within a time, and flushed.</summary>
    private async Task FinishAsync()
    {
        try
        {
            await Answers.WaitForAsync(0).WaitAsync(ConnectionEnd.FlushTime, Door.Host.Time);
            _outbound.Finish();
            await _outbound.Finished.WaitAsync(ConnectionEnd.FlushTime, Door.Host.Time);
        }
        catch (TimeoutException)
        {
            Break(CloseReason.SlowReader);
        }
    }
}
