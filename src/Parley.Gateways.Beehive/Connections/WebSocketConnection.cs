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
    private const int PacketsPerMessage = 16;

    private readonly WebSocket _socket;
    private readonly Action _abort;
    private readonly WebSocketOutboundQueue _outbound;
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebSocketCloseStatus _closeStatus = WebSocketCloseStatus.NormalClosure;

    public WebSocketConnection(ListendDoor door, EndPoint? remote, WebSocket socket, Action abort)
        : base(door, remote)
    {
        _socket = socket;
        _abort = abort;
        _outbound = new WebSocketOutboundQueue(socket, door.Host.Connections)
        {
            OnOverflow = () => Break(CloseReason.SlowReader),
            OnBroken = () => Break(CloseReason.PeerClosed),
        };
    }

    protected override OutboundQueue Outbound => _outbound;

    /// <summary>
    /// The longest message: several packets may share one, but more than this is no client of ours. Before the login it is one packet.
    /// </summary>
    private int MostBytes => (Session is null ? 1 : PacketsPerMessage) * (Reader.MaxBodyLength + BeehiveHeader.HeadLength);

    protected override void StopReading() => _stopping.TrySetResult();

    protected override void Abort(CloseReason reason) => _abort();

    protected override bool IsPeerGone(Exception exception) =>
        exception is WebSocketException or OperationCanceledException or IOException or ConnectionAbortedException or ObjectDisposedException;

    protected override async Task CloseAsync()
    {
        if (_socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            return;
        using var limit = new CancellationTokenSource(ConnectionEnd.FlushTime, Door.Host.Time);
        await _socket.CloseOutputAsync(_closeStatus, null, limit.Token);
    }

    protected override async Task ReadAsync()
    {
        var message = new PooledBufferWriter();
        Task<bool>? receiving = null;
        try
        {
            while (await ReceiveAsync(receiving = ReceiveWholeAsync(message)))
            {
                if (!await TakeAllAsync(message))
                    return;
                message.Clear();
            }
        }
        finally
        {
            // a receive that was left behind may still write into the buffer: it goes back only when that has ended
            if (receiving is null or { IsCompleted: true })
                message.Dispose();
            else
                _ = receiving.ContinueWith(
                    (task, buffer) =>
                    {
                        _ = task.Exception;
                        ((PooledBufferWriter)buffer!).Dispose();
                    },
                    message, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Receives one whole message; false when the peer closed or we are closing.</summary>
    private async Task<bool> ReceiveAsync(Task<bool> receiving)
    {
        // a cancelled receive would break the socket, which is still to be flushed and closed: it is left behind instead
        if (!receiving.IsCompleted && await Task.WhenAny(receiving, _stopping.Task) != receiving)
            return false;
        return await receiving;
    }

    private async Task<bool> ReceiveWholeAsync(PooledBufferWriter message)
    {
        // an empty read waits without holding a buffer
        var result = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        while (!result.EndOfMessage)
        {
            result = await _socket.ReceiveAsync(message.GetMemory(1024), CancellationToken.None);
            message.Advance(result.Count);
            if (message.WrittenCount > MostBytes)
            {
                Refuse(WebSocketCloseStatus.MessageTooBig);
                return false;
            }
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
            if (InFlight.IsFull)
                await InFlight.WaitForAnswersAsync();
            if (IsClosing)
                return false;
            if (status == BeehiveReadStatus.NeedMore)
                return true;
            if (status == BeehiveReadStatus.Packet)
                continue;
            Refuse(status == BeehiveReadStatus.TooLong ? WebSocketCloseStatus.MessageTooBig : WebSocketCloseStatus.ProtocolError);
            return false;
        }
    }

    private void Refuse(WebSocketCloseStatus status)
    {
        _closeStatus = status;
        Refuse();
    }

    private BeehiveReadStatus Take(ReadOnlySpan<byte> message, ref int taken, out ValueTask pending)
    {
        pending = ValueTask.CompletedTask;
        var isOwner = Burst.TryBegin();
        try
        {
            while (!InFlight.IsFull)
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
