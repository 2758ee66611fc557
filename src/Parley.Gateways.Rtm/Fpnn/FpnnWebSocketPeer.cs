using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using Parley.Core.Messaging;
using Parley.Gateways.Connections;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>A peer over a WebSocket: one message is exactly one package, text or binary (fpnn.md §6.4).</summary>
[SuppressMessage("Design", "CA1001", Justification = "RunAsync disposes of what it owns when the connection ends.")]
internal sealed class FpnnWebSocketPeer : FpnnPeer, IHeartbeatItem, IInFlight
{
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(5);

    private readonly WebSocket _socket;
    private readonly Action _abort;
    private readonly WebSocketOutboundQueue _outbound;
    private readonly Heartbeat _heartbeat;
    private readonly long _connectedAt;
    private readonly CancellationTokenSource _closed = new();
    private TaskCompletionSource? _room;
    private long _lastReceived;
    private int _inFlight;
    private int _closing;
    private CloseReason _reason;

    public FpnnWebSocketPeer(FpnnDoor door, EndPoint? remote, WebSocket socket, bool isTls, Action abort)
        : base(door, remote)
    {
        _socket = socket;
        _abort = abort;
        _heartbeat = door.Host.Heartbeat;
        _connectedAt = _lastReceived = _heartbeat.Now;
        IsEncrypted = isTls;
        _outbound = new WebSocketOutboundQueue(socket, door.Host.Connections)
        {
            OnOverflow = () => Break(CloseReason.SlowReader),
            OnBroken = () => Break(CloseReason.PeerClosed),
        };
    }

    public override bool IsConnected => true;

    public override bool IsEncrypted { get; }

    /// <summary>Bytes came in, be it only a part of a frame or a control frame: the peer lives.</summary>
    public void OnReceived() => Volatile.Write(ref _lastReceived, _heartbeat.Now);

    /// <summary>Reads until the connection ends.</summary>
    public async Task RunAsync()
    {
        using var message = new PooledBufferWriter();
        try
        {
            while (await ReceiveAsync(message))
            {
                if (!Process(message.WrittenSpan))
                {
                    Break(CloseReason.ProtocolError);
                    break;
                }
                message.Clear();
                if (Volatile.Read(ref _inFlight) >= Door.Host.Connections.InFlight)
                    await WaitForRoomAsync();
            }
            await SayGoodbyeAsync();
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException
            or Microsoft.AspNetCore.Connections.ConnectionAbortedException)
        {
            Break(CloseReason.PeerClosed);
        }
        catch (TimeoutException)
        {
            Break(CloseReason.SlowReader);
        }
        finally
        {
            _outbound.Close();
            Door.Host.CountClosed(_reason == CloseReason.None ? CloseReason.PeerClosed : _reason);
            _closed.Dispose();
        }
    }

    public override void Send(ReadOnlySpan<byte> package) => _outbound.Send(package);

    public override void Send(ReadOnlyMemory<byte> package) => _outbound.Send(package);

    public override void Break(CloseReason reason)
    {
        if (Interlocked.Exchange(ref _closing, 2) == 2)
            return;
        Note(reason);
        _outbound.Close();
        _abort();
    }

    public override void CloseAfterFlush(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _closing, 1, 0) != 0)
            return;
        Note(reason);
        _ = CloseWhenFlushedAsync();
    }

    public void OnHeartbeat(long now)
    {
        if (Volatile.Read(ref _closing) != 0)
            return;
        if (now - Volatile.Read(ref _lastReceived) >= Door.IdleMilliseconds)
            Break(CloseReason.Idle);
        else
            Door.OnHeartbeat(this, now, _connectedAt);
    }

    int IInFlight.Count => Volatile.Read(ref _inFlight);

    void IInFlight.Begin() => Interlocked.Increment(ref _inFlight);

    void IInFlight.End()
    {
        if (Interlocked.Decrement(ref _inFlight) <= Door.Host.Connections.InFlight / 2)
            Interlocked.Exchange(ref _room, null)?.TrySetResult();
    }

    /// <summary>Receives one whole message; false when the peer closed or we are closing.</summary>
    private async Task<bool> ReceiveAsync(PooledBufferWriter message)
    {
        // an empty read waits without holding a buffer
        var result = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        if (result.EndOfMessage && result.MessageType != WebSocketMessageType.Close)
        {
            Break(CloseReason.ProtocolError); // an empty message is no package
            return false;
        }
        while (true)
        {
            if (result.MessageType == WebSocketMessageType.Close)
                return false;
            if (result.EndOfMessage && (result.Count > 0 || message.WrittenCount > 0))
                return Volatile.Read(ref _closing) == 0;
            if (message.WrittenCount > Door.PackageLimit(this))
            {
                Break(CloseReason.ProtocolError);
                return false;
            }
            result = await _socket.ReceiveAsync(message.GetMemory(1024), CancellationToken.None);
            message.Advance(result.Count);
            if (result.EndOfMessage && result.MessageType != WebSocketMessageType.Close && message.WrittenCount == 0)
            {
                Break(CloseReason.ProtocolError); // an empty message is no package
                return false;
            }
        }
    }

    private bool Process(ReadOnlySpan<byte> message)
    {
        var isOwner = Burst.TryBegin();
        try
        {
            var status = FpnnFraming.TryRead(message, Door.PackageLimit(this), out var package, out var consumed, out _);
            if (status != FpnnReadStatus.Package || consumed != message.Length)
                return false;
            if (package.Type != FpnnMessageType.Answer && package.Method.SequenceEqual(FpnnBuiltIn.Key))
                return false;
            return Door.Handle(this, package);
        }
        finally
        {
            if (isOwner)
                Burst.End();
        }
    }

    private async Task WaitForRoomAsync()
    {
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _room, room);
        if (Volatile.Read(ref _inFlight) <= Door.Host.Connections.InFlight / 2)
            return;
        await room.Task;
    }

    private async Task CloseWhenFlushedAsync()
    {
        try
        {
            await Door.WaitForAnswersAsync(this, FlushTime);
            _outbound.Finish();
            await _outbound.Finished.WaitAsync(FlushTime, Door.Host.Time);
            using var limit = new CancellationTokenSource(FlushTime, Door.Host.Time);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
            // a peer that does not answer the close is not waited for
            await Task.Delay(TimeSpan.FromMilliseconds(200), Door.Host.Time, _closed.Token);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException or WebSocketException
            or ObjectDisposedException or IOException)
        {
            // it ends below in any case
        }
        _abort();
    }

    /// <summary>Answers the peer's close frame.</summary>
    private async Task SayGoodbyeAsync()
    {
        await _closed.CancelAsync();
        if (_socket.State != WebSocketState.CloseReceived)
            return;
        await Door.WaitForAnswersAsync(this, FlushTime);
        _outbound.Finish();
        await _outbound.Finished.WaitAsync(FlushTime, Door.Host.Time);
        using var limit = new CancellationTokenSource(FlushTime, Door.Host.Time);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
    }

    private void Note(CloseReason reason)
    {
        if (_reason != CloseReason.None)
            return;
        _reason = reason;
        Door.Host.LogClosed(this, reason);
    }
}
