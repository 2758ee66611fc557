using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Parley.Core.Messaging;
using Parley.Gateways.Connections;
using Parley.Wire.Beehive;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Beehive.Connections;

/// <summary>A long connection over a WebSocket: whole packets in every message, text or binary (beehive.md §7.2).</summary>
internal sealed class WebSocketConnection : BeehiveConnection
{
    private readonly WebSocket _socket;
    private readonly Action _abort;
    private readonly WebSocketOutboundQueue _outbound;
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _mostBytes;
    private bool _isBadSize;

    public WebSocketConnection(ListendDoor door, EndPoint? remote, WebSocket socket, Action abort)
        : base(door, remote)
    {
        _socket = socket;
        _abort = abort;
        // several packets may share a message; more than this is no client of ours
        _mostBytes = 16 * (door.Host.Settings.InboundBytes + BeehiveHeader.HeadLength);
        _outbound = new WebSocketOutboundQueue(socket, door.Host.Connections)
        {
            OnOverflow = () => Break(CloseReason.SlowReader),
            OnBroken = () => Break(CloseReason.PeerClosed),
        };
    }

    protected override OutboundQueue Outbound => _outbound;

    protected override void StopReading() => _stopping.TrySetResult();

    protected override void Abort(CloseReason reason) => _abort();

    protected override bool IsPeerGone(Exception exception) =>
        exception is WebSocketException or OperationCanceledException or IOException or ConnectionAbortedException or ObjectDisposedException;

    protected override async Task CloseAsync()
    {
        if (_socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            return;
        using var limit = new CancellationTokenSource(FlushTime, Door.Host.Time);
        var status = _isBadSize ? WebSocketCloseStatus.ProtocolError : WebSocketCloseStatus.NormalClosure;
        await _socket.CloseOutputAsync(status, null, limit.Token);
    }

    protected override async Task ReadAsync()
    {
        using var message = new PooledBufferWriter();
        while (await ReceiveAsync(message))
        {
            if (!await TakeAllAsync(message))
                return;
            message.Clear();
        }
    }

    /// <summary>Receives one whole message; false when the peer closed or we are closing.</summary>
    private async Task<bool> ReceiveAsync(PooledBufferWriter message)
    {
        // a cancelled receive would break the socket, which is still to be flushed and closed: it is left behind instead
        var receiving = ReceiveWholeAsync(message);
        if (!receiving.IsCompleted && await Task.WhenAny(receiving, _stopping.Task) != receiving)
        {
            _ = receiving.ContinueWith(
                static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return false;
        }
        return await receiving;
    }

    private async Task<bool> ReceiveWholeAsync(PooledBufferWriter message)
    {
        // an empty read waits without holding a buffer
        var result = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        while (!result.EndOfMessage)
        {
            if (message.WrittenCount > _mostBytes)
            {
                Refuse();
                return false;
            }
            result = await _socket.ReceiveAsync(message.GetMemory(1024), CancellationToken.None);
            message.Advance(result.Count);
        }
        if (result.MessageType == WebSocketMessageType.Close)
            return false;
        OnReceived();
        return !IsClosing;
    }

    /// <summary>Takes the packets of a message; false when the connection is to end.</summary>
    private async Task<bool> TakeAllAsync(PooledBufferWriter message)
    {
        var taken = 0;
        while (true)
        {
            var status = Take(message.WrittenSpan, ref taken, out var pending);
            await pending;
            if (IsFull)
                await WaitForAnswersAsync();
            if (IsClosing)
                return false;
            if (status == BeehiveReadStatus.NeedMore)
                return true;
            if (status == BeehiveReadStatus.Packet)
                continue;
            _isBadSize = true;
            Refuse();
            return false;
        }
    }

    private BeehiveReadStatus Take(ReadOnlySpan<byte> message, ref int taken, out ValueTask pending)
    {
        pending = ValueTask.CompletedTask;
        var isOwner = Burst.TryBegin();
        try
        {
            while (!IsFull)
            {
                var rest = message[taken..];
                var status = Reader.TryReadMessage(ref rest, out var packet);
                if (status != BeehiveReadStatus.Packet)
                    return status;
                taken = message.Length - rest.Length;
                pending = Door.Take(this, packet);
                if (!pending.IsCompletedSuccessfully || IsClosing)
                    break;
            }
            return BeehiveReadStatus.Packet;
        }
        finally
        {
            if (isOwner)
                Burst.End();
        }
    }
}
