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
internal sealed class FpnnStreamPeer : FpnnConnectedPeer
{
    private readonly ConnectionContext _connection;
    private readonly PipeOutboundQueue _outbound;
    private FpnnDecryption? _decryption;
    private bool _isFirst = true;

    public FpnnStreamPeer(FpnnDoor door, ConnectionContext connection)
        : base(door, connection.RemoteEndPoint)
    {
        _connection = connection;
        IsTls = FpnnDoor.IsTls(connection);
        _outbound = new PipeOutboundQueue(connection.Transport.Output, door.Host.Connections)
        {
            OnOverflow = () => Break(CloseReason.SlowReader),
            OnBroken = () => Break(CloseReason.PeerClosed),
        };
    }

    public override bool IsEncrypted => IsTls || _decryption is not null;

    public override bool HasSpoken => !_isFirst;

    protected override OutboundQueue Outbound => _outbound;

    private bool IsTls { get; }

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
                OnReceived();
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
                await WaitForRoomAsync();
            }
            if (!IsBroken)
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
            if (HasReason || !_isFirst)
                Count();
        }
        return false;
    }

    protected override void Abort(CloseReason reason) => _connection.Abort(new ConnectionAbortedException(reason.ToString()));

    // the read loop ends, answers what it took, and flushes
    protected override void BeginClosing() => _connection.Transport.Input.CancelPendingRead();

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

    /// <summary>Nothing more is read: what was taken is still answered, within a time, and flushed.</summary>
    private async Task FinishAsync()
    {
        try
        {
            await FlushAnswersAsync();
        }
        catch (TimeoutException)
        {
            Break(CloseReason.SlowReader);
        }
    }
}
