using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Parley.Core.Messaging;
using Parley.Core.Sessions;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>
/// A client's WebSocket (openim.md §8.2): one request in every binary message. One loop reads and takes them in their order; sending is the
/// outbound queue's affair.
/// </summary>
internal sealed class OpenImConnection : IDoorConnection
{
    private readonly IPEndPoint? _remote;
    private readonly Action _abort;
    private readonly ConnectionEnd _end;
    private WebSocket? _socket;
    private WebSocketOutboundQueue? _outbound;
    private Throttle _requests;
    private long _lastReceived;
    private WebSocketCloseStatus _status = WebSocketCloseStatus.NormalClosure;

    /// <summary>Makes a connection; it takes part once it has a socket.</summary>
    /// <param name="door">The door.</param>
    /// <param name="remote">The client's address.</param>
    /// <param name="abort">Cuts the transport.</param>
    public OpenImConnection(GatewayDoor door, IPEndPoint? remote, Action abort)
    {
        Door = door;
        InFlight = new RequestsInFlight(door.Host.Connections.InFlight);
        _remote = remote;
        _abort = abort;
        _end = new ConnectionEnd(reason => Door.Host.OnClosed(Door.Name, Endpoint, reason));
        _lastReceived = door.Host.Heartbeat.Awake;
    }

    public GatewayDoor Door { get; }

    /// <summary>Requests that are not answered yet.</summary>
    public RequestsInFlight InFlight { get; }

    /// <summary>The client's address, <c>ip:port</c>.</summary>
    public string Endpoint => _remote?.ToString() ?? "";

    public IPAddress Address => _remote?.Address ?? IPAddress.None;

    /// <summary>Set before the first request is read.</summary>
    public OpenImSession? Session { get; set; }

    public bool IsClosing => _end.HasBegun;

    /// <summary>Gives the connection its socket. Called once, before anything is sent or read.</summary>
    public void Use(WebSocket socket)
    {
        _socket = socket;
        _outbound = new WebSocketOutboundQueue(socket, Door.Host.Connections)
        {
            OnOverflow = () => Break(CloseReason.SlowReader),
            OnBroken = () => Break(CloseReason.PeerClosed),
        };
    }

    /// <summary>Bytes have come, control frames included.</summary>
    public void OnReceived() => Volatile.Write(ref _lastReceived, Door.Host.Heartbeat.Awake);

    /// <summary>Reads until the connection ends.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ReadAsync();
            Session?.Close();
            if (!_end.IsAtOnce)
                await FinishAsync();
        }
        catch (Exception exception) when (IsPeerGone(exception))
        {
            Break(CloseReason.PeerClosed);
        }
        catch (TimeoutException)
        {
            Break(CloseReason.SlowReader);
        }
        finally
        {
            _outbound!.Close();
            _end.Note(CloseReason.PeerClosed);
        }
    }

    /// <summary>Sends a frame whose bytes never change.</summary>
    public void Send(ReadOnlyMemory<byte> frame) => _outbound!.Send(frame);

    /// <summary>Sends a frame that may be long; completes when its turn has come, or the connection is to end.</summary>
    public Task SendLongAsync(ReadOnlyMemory<byte> frame) => Task.WhenAny(_outbound!.SendLongAsync(frame), _end.Begun);

    public void Break(CloseReason reason)
    {
        if (!_end.TryAtOnce(reason))
            return;
        _outbound?.Close();
        _abort();
    }

    public void CloseAfterFlush(CloseReason reason) => _end.TryInOrder(reason);

    /// <summary>Takes one request out of the connection's allowance; false when it is used up.</summary>
    public bool TryRequest()
    {
        var settings = Door.Host.Settings;
        return settings.RequestsPerSecond == 0
            || _requests.TryTake(1000.0 / settings.RequestsPerSecond, settings.RequestBurst, Door.Host.Heartbeat.Now);
    }

    public void OnHeartbeat(long now)
    {
        if (IsClosing)
            return;
        if (now - Volatile.Read(ref _lastReceived) >= Door.Host.Settings.IdleSeconds * 1000L)
            CloseAfterFlush(CloseReason.Idle);
        else
            Session?.OnHeartbeat(now);
    }

    private static bool IsPeerGone(Exception exception) =>
        exception is WebSocketException or OperationCanceledException or IOException or ConnectionAbortedException or ObjectDisposedException;

    private async Task ReadAsync()
    {
        while (!IsClosing)
        {
            var message = new PooledBufferWriter(); // one for each message: none is kept while there is nothing to read
            var receiving = ReceiveBinaryAsync(message);
            if (!receiving.IsCompleted && await Task.WhenAny(receiving, _end.Begun) != receiving)
            {
                // a cancelled receive would break the socket, which is still to be flushed and closed: it is left behind instead
                _ = DisposeAfterAsync(receiving, message);
                return;
            }
            using (message)
            {
                if (!await receiving)
                    return;
                await Take(message.WrittenSpan);
            }
            if (InFlight.IsFull)
                await InFlight.WaitForAnswersAsync();
        }
    }

    /// <summary>The buffer must not go back to the pool while something may still be received into it.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever becomes of it, nobody waits for it.")]
    private static async Task DisposeAfterAsync(Task receiving, PooledBufferWriter message)
    {
        try
        {
            await receiving;
        }
        catch (Exception)
        {
            // the socket was closed under it
        }
        message.Dispose();
    }

    /// <summary>Takes one request. What is sent meanwhile is flushed once.</summary>
    private ValueTask Take(ReadOnlySpan<byte> frame)
    {
        var isOwner = Burst.TryBegin();
        try
        {
            return Door.Requests.Take(this, frame);
        }
        finally
        {
            if (isOwner)
                Burst.End();
        }
    }

    /// <summary>Receives one binary message; false when the peer closed or we are closing.</summary>
    private async Task<bool> ReceiveBinaryAsync(PooledBufferWriter message)
    {
        while (true)
        {
            var type = await ReceiveWholeAsync(message);
            if (type is null or WebSocketMessageType.Close || IsClosing)
                return false;
            if (type == WebSocketMessageType.Binary)
                return true;
            message.Clear(); // text is not looked at (§8.2)
        }
    }

    /// <summary>Receives one whole message; null when it is too long.</summary>
    private async Task<WebSocketMessageType?> ReceiveWholeAsync(PooledBufferWriter message)
    {
        // an empty read waits without holding a buffer
        var result = await _socket!.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        while (!result.EndOfMessage)
        {
            result = await _socket.ReceiveAsync(message.GetMemory(1024), CancellationToken.None);
            message.Advance(result.Count);
            if (message.WrittenCount <= Door.Host.Settings.FrameBytes)
                continue;
            _status = WebSocketCloseStatus.MessageTooBig;
            CloseAfterFlush(CloseReason.ProtocolError);
            return null;
        }
        return result.MessageType;
    }

    /// <summary>Nothing more is read: what was taken is still answered, within a time, and flushed.</summary>
    private async Task FinishAsync()
    {
        await ConnectionEnd.FlushAsync(InFlight, _outbound!, Door.Host.Time);
        if (_socket!.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            return;
        using var limit = new CancellationTokenSource(ConnectionEnd.FlushTime, Door.Host.Time);
        await _socket.CloseOutputAsync(_status, null, limit.Token);
    }
}
