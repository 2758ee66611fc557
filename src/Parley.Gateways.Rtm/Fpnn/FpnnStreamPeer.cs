using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Parley.Core.Messaging;
using Parley.Gateways.Connections;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>A peer over TCP or TLS. One loop reads; sending is the outbound queue's affair.</summary>
[SuppressMessage("Design", "CA1001", Justification = "RunAsync disposes of what it owns when the connection ends.")]
internal sealed class FpnnStreamPeer : FpnnPeer, IHeartbeatItem, IInFlight
{
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(5);

    private readonly ConnectionContext _connection;
    private readonly PipeOutboundQueue _outbound;
    private readonly Heartbeat _heartbeat;
    private readonly long _connectedAt;
    private FpnnDecryption? _decryption;
    private TaskCompletionSource? _room;
    private long _lastReceived;
    private int _inFlight;
    private int _closing;
    private CloseReason _reason;
    private bool _isFirst = true;

    public FpnnStreamPeer(FpnnDoor door, ConnectionContext connection)
        : base(door, connection.RemoteEndPoint)
    {
        _connection = connection;
        _heartbeat = door.Host.Heartbeat;
        _connectedAt = _lastReceived = _heartbeat.Now;
        IsTls = FpnnDoor.IsTls(connection);
        _outbound = new PipeOutboundQueue(connection.Transport.Output, door.Host.Connections)
        {
            OnOverflow = () => Break(CloseReason.SlowReader),
            OnBroken = () => Break(CloseReason.PeerClosed),
        };
    }

    public override bool IsConnected => true;

    public override bool IsEncrypted => IsTls || _decryption is not null;

    public override bool HasSpoken => !_isFirst;

    private bool IsTls { get; }

    private bool IsClosing => Volatile.Read(ref _closing) != 0;

    /// <summary>Reads until the connection ends. True when the peer turned out to speak HTTP; nothing was consumed then.</summary>
    public async Task<bool> RunAsync()
    {
        var input = _connection.Transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync();
                if (result.IsCanceled || IsClosing)
                    break;
                Volatile.Write(ref _lastReceived, _heartbeat.Now);
                var buffer = result.Buffer;
                var next = Process(ref buffer);
                if (next == Next.Http)
                {
                    input.AdvanceTo(result.Buffer.Start);
                    return true;
                }
                input.AdvanceTo(buffer.Start, buffer.End);
                if (next == Next.Break)
                    Break(CloseReason.ProtocolError);
                if (next == Next.Break || IsClosing)
                    break;
                if (result.IsCompleted)
                {
                    CloseAfterFlush(CloseReason.PeerClosed);
                    break;
                }
                if (Volatile.Read(ref _inFlight) >= Door.Host.Connections.InFlight)
                    await WaitForRoomAsync();
            }
            if (Volatile.Read(ref _closing) != 2)
                await FinishAsync();
        }
        catch (Exception exception) when (exception is ConnectionAbortedException or ConnectionResetException or IOException)
        {
            Break(CloseReason.PeerClosed);
        }
        finally
        {
            _outbound.Close();
            _decryption?.Dispose();
            if (_reason != CloseReason.None || !_isFirst)
                Door.Host.CountClosed(_reason == CloseReason.None ? CloseReason.PeerClosed : _reason);
        }
        return false;
    }

    public override void Send(ReadOnlySpan<byte> package) => _outbound.Send(package);

    public override void Send(ReadOnlyMemory<byte> package) => _outbound.Send(package);

    public override void Break(CloseReason reason)
    {
        if (Interlocked.Exchange(ref _closing, 2) == 2)
            return;
        Note(reason);
        _outbound.Close();
        _connection.Abort(new ConnectionAbortedException(reason.ToString()));
    }

    public override void CloseAfterFlush(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _closing, 1, 0) != 0)
            return;
        Note(reason);
        _connection.Transport.Input.CancelPendingRead(); // the read loop ends, answers what it took, and flushes
    }

    public void OnHeartbeat(long now)
    {
        if (IsClosing)
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

    private enum Next : byte
    {
        Read,
        Http,
        Break,
    }

    /// <summary>Handles every whole package in the buffer and leaves the rest. What is sent meanwhile is flushed once, at the end.</summary>
    private Next Process(ref ReadOnlySequence<byte> buffer)
    {
        var isOwner = Burst.TryBegin();
        byte[]? scratch = null;
        try
        {
            while (!buffer.IsEmpty && !IsClosing)
            {
                if (_decryption is { } decryption)
                    return decryption.Process(ref buffer, this) ? Next.Read : Next.Break;
                switch (Sniff(buffer))
                {
                    case Sniffed.NeedMore:
                        return Next.Read;
                    case Sniffed.Http:
                        return _isFirst && Door.Host.Settings.Http ? Next.Http : Next.Break;
                    case Sniffed.Unknown:
                        return Next.Break;
                }
                var status = FpnnFraming.TryRead(
                    buffer, Door.PackageLimit(this), ref scratch, out var package, out var consumed, out _);
                if (status == FpnnReadStatus.NeedMore)
                    return Next.Read;
                if (status == FpnnReadStatus.Invalid || !HandleFirstOrLater(package))
                    return Next.Break;
                buffer = buffer.Slice(consumed);
            }
            return Next.Read;
        }
        finally
        {
            FpnnFraming.ReturnScratch(ref scratch);
            if (isOwner)
                Burst.End();
        }
    }

    /// <summary>Called for each decrypted package.</summary>
    internal bool HandleDecrypted(in FpnnPackage package) => Handle(package);

    private bool HandleFirstOrLater(in FpnnPackage package)
    {
        var isFirst = _isFirst;
        _isFirst = false;
        if (package.Type != FpnnMessageType.Answer && package.Method.SequenceEqual(FpnnBuiltIn.Key))
            return isFirst && TryEncrypt(package);
        return Handle(package);
    }

    private bool Handle(in FpnnPackage package)
    {
        // an encrypted connection cannot be encrypted again
        if (package.Type != FpnnMessageType.Answer && package.Method.SequenceEqual(FpnnBuiltIn.Key))
            return false;
        return Door.Handle(this, package);
    }

    /// <summary>Switches both directions to encryption; the answer is the first thing encrypted (fpnn.md §5.1).</summary>
    private bool TryEncrypt(in FpnnPackage package)
    {
        if (IsTls || Door.Host.Key is not { } key
            || !FpnnKeyExchange.TryParse(package, out var request)
            || !key.TryAgree(request.PublicKey, request.Bits, out var session))
        {
            return false;
        }
        _decryption = new FpnnDecryption(session, request.StreamMode);
        _outbound.SetSealer(new FpnnSealer(session, request.StreamMode));
        using var answer = new Wire.MessagePack.PooledBufferWriter();
        FpnnWriter.WriteAnswer(answer, request.SequenceNumber, []);
        Send(answer.WrittenSpan);
        return true;
    }

    private enum Sniffed : byte
    {
        NeedMore,
        Fpnn,
        Http,
        Unknown,
    }

    /// <summary>Tells FPNN from HTTP by the first four bytes at a package boundary (fpnn.md §6.1).</summary>
    private static Sniffed Sniff(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> copy = stackalloc byte[4];
        scoped var first = buffer.FirstSpan;
        if (first.Length < 4)
        {
            var length = (int)Math.Min(4, buffer.Length);
            buffer.Slice(0, length).CopyTo(copy);
            first = copy[..length];
        }
        else
        {
            first = first[..4];
        }
        if ("FPNN"u8.StartsWith(first))
            return first.Length == 4 ? Sniffed.Fpnn : Sniffed.NeedMore;
        if ("POST"u8.StartsWith(first) || "GET "u8.StartsWith(first))
            return first.Length == 4 ? Sniffed.Http : Sniffed.NeedMore;
        return Sniffed.Unknown;
    }

    private async Task WaitForRoomAsync()
    {
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _room, room);
        // a quest that ended in between did not see the wish for room
        if (Volatile.Read(ref _inFlight) <= Door.Host.Connections.InFlight / 2)
            return;
        await room.Task;
    }

    /// <summary>Nothing more is read: what was taken is still answered, within a time, and flushed.</summary>
    private async Task FinishAsync()
    {
        await Door.WaitForAnswersAsync(this, FlushTime);
        _outbound.Finish();
        try
        {
            await _outbound.Finished.WaitAsync(FlushTime, Door.Host.Time);
        }
        catch (TimeoutException)
        {
            Break(CloseReason.SlowReader);
        }
    }

    private void Note(CloseReason reason)
    {
        if (_reason != CloseReason.None)
            return;
        _reason = reason;
        Door.Host.LogClosed(this, reason);
    }
}
