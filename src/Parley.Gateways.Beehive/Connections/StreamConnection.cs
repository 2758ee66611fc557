using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Parley.Core.Messaging;
using Parley.Gateways.Connections;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive.Connections;

/// <summary>A long connection over TCP: packets back to back (beehive.md §7.1).</summary>
internal sealed class StreamConnection : BeehiveConnection
{
    private readonly ConnectionContext _connection;
    private readonly PipeOutboundQueue _outbound;

    public StreamConnection(ListendDoor door, ConnectionContext connection)
        : base(door, connection.RemoteEndPoint)
    {
        _connection = connection;
        _outbound = new PipeOutboundQueue(connection.Transport.Output, door.Host.Connections)
        {
            OnOverflow = () => Break(CloseReason.SlowReader),
            OnBroken = () => Break(CloseReason.PeerClosed),
        };
    }

    protected override OutboundQueue Outbound => _outbound;

    protected override void StopReading() => _connection.Transport.Input.CancelPendingRead();

    protected override void Abort(CloseReason reason) => _connection.Abort(new ConnectionAbortedException(reason.ToString()));

    protected override Task CloseAsync() => Task.CompletedTask;

    protected override bool IsPeerGone(Exception exception) =>
        exception is ConnectionAbortedException or ConnectionResetException or IOException;

    protected override async Task ReadAsync()
    {
        var input = _connection.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync();
            if (result.IsCanceled || IsClosing)
                return;
            OnReceived();
            var buffer = result.Buffer;
            BeehiveReadStatus status;
            do
            {
                status = Take(ref buffer, out var pending);
                await pending;
                if (InFlight.IsFull)
                    await InFlight.WaitForAnswersAsync();
            }
            while (status == BeehiveReadStatus.Packet && !IsClosing);
            input.AdvanceTo(buffer.Start, buffer.End);
            if (status is BeehiveReadStatus.Invalid or BeehiveReadStatus.TooLong)
                Refuse();
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
    /// Takes packets until one has to be waited for, or there are none. What is sent meanwhile is flushed once, at the end.
    /// </summary>
    private BeehiveReadStatus Take(ref ReadOnlySequence<byte> buffer, out ValueTask pending)
    {
        pending = ValueTask.CompletedTask;
        var isOwner = Burst.TryBegin();
        try
        {
            while (!InFlight.IsFull)
            {
                var status = Reader.TryRead(ref buffer, out var packet);
                if (status != BeehiveReadStatus.Packet)
                    return status;
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
