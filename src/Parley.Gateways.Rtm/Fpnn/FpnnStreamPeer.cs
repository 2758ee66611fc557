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
    /// <summary>Header, sequence number and the longest name of an upload's method.</summary>
    private const int PrefixBytes = FpnnFraming.HeaderLength + sizeof(uint) + FpnnFraming.MaxMethodLength;

    private readonly ConnectionContext _connection;
    private readonly PipeOutboundQueue _outbound;
    private FpnnDecryption? _decryption;
    private FpnnUpload? _upload; // begun, and its payload not yet whole
    private long _uploadLeft;
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
                if (next == FpnnNext.Http)
                {
                    input.AdvanceTo(result.Buffer.Start);
                    return true;
                }
                input.AdvanceTo(buffer.Start, next == FpnnNext.Upload ? buffer.Start : buffer.End);
                var wasUpload = next == FpnnNext.Upload;
                while (next == FpnnNext.Upload)
                    next = await ReceiveUploadAsync(input);
                if (next == FpnnNext.Break)
                    Break(CloseReason.ProtocolError);
                if (next == FpnnNext.Break || IsClosing)
                    break;
                if (wasUpload)
                    continue; // what was looked at before the upload is out of date
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
        catch (Exception exception) when (exception is ConnectionAbortedException or ConnectionResetException or IOException
            or OperationCanceledException)
        {
            Break(CloseReason.PeerClosed);
        }
        finally
        {
            _outbound.Close();
            _upload?.Dispose();
            _decryption?.Dispose();
            if (HasReason || !_isFirst)
                Count();
        }
        return false;
    }

    protected override void Abort(CloseReason reason) => _connection.Abort(new ConnectionAbortedException(reason.ToString()));

    // the read loop ends, answers what it took, and flushes
    protected override void BeginClosing() => _connection.Transport.Input.CancelPendingRead();

    /// <summary>Handles every whole package in the buffer and leaves the rest. What is sent meanwhile is flushed once, at the end.</summary>
    private FpnnNext Process(ref ReadOnlySequence<byte> buffer)
    {
        var isOwner = Burst.TryBegin();
        byte[]? scratch = null;
        try
        {
            while (!buffer.IsEmpty && !IsClosing)
            {
                if (_decryption is { } decryption)
                    return decryption.Process(ref buffer, this);
                switch (Sniff(buffer, Door.TakesHead))
                {
                    case Sniffed.NeedMore:
                        return FpnnNext.Read;
                    case Sniffed.Http:
                        return _isFirst && Door.Host.Settings.Http ? FpnnNext.Http : FpnnNext.Break;
                    case Sniffed.Unknown:
                        return FpnnNext.Break;
                }
                var start = TryBeginUpload(ref buffer);
                if (start != UploadStart.None)
                    return start switch { UploadStart.Begun => FpnnNext.Upload, UploadStart.NeedMore => FpnnNext.Read, _ => FpnnNext.Break };
                var status = FpnnFraming.TryRead(
                    buffer, Door.PackageLimit(this), ref scratch, out var package, out var consumed, out _);
                if (status == FpnnReadStatus.NeedMore)
                    return FpnnNext.Read;
                if (status == FpnnReadStatus.Invalid || !HandleFirstOrLater(package))
                    return FpnnNext.Break;
                buffer = buffer.Slice(consumed);
            }
            return FpnnNext.Read;
        }
        finally
        {
            FpnnFraming.ReturnScratch(ref scratch);
            if (isOwner)
                Burst.End();
        }
    }

    /// <summary>Whether an upload begins here; then its payload is to be read by <see cref="ReceivePayloadAsync"/>.</summary>
    internal UploadStart TryBeginUpload(ReadOnlySpan<byte> bytes, out int prefix, out long total)
    {
        var start = Door.TryBeginUpload(this, bytes, out _upload, out prefix, out total);
        _uploadLeft = total - prefix;
        return start;
    }

    private UploadStart TryBeginUpload(ref ReadOnlySequence<byte> buffer)
    {
        if (Door.UploadLimit == 0)
            return UploadStart.None;
        Span<byte> first = stackalloc byte[PrefixBytes];
        first = first[..(int)Math.Min(first.Length, buffer.Length)];
        buffer.Slice(0, first.Length).CopyTo(first);
        var start = TryBeginUpload(first, out var prefix, out _);
        if (start != UploadStart.Begun)
            return start;
        _isFirst = false;
        buffer = buffer.Slice(prefix);
        return start;
    }

    /// <summary>Reads the payload of an upload, lets it be answered, and handles what was decrypted together with its end.</summary>
    private async Task<FpnnNext> ReceiveUploadAsync(PipeReader input)
    {
        if (!await ReceivePayloadAsync(input))
            return FpnnNext.Break;
        await WaitForRoomAsync();
        return _decryption is null || IsClosing ? FpnnNext.Read : ProcessDecrypted();
    }

    private FpnnNext ProcessDecrypted()
    {
        var isOwner = Burst.TryBegin();
        try
        {
            var none = ReadOnlySequence<byte>.Empty;
            return _decryption!.Process(ref none, this);
        }
        finally
        {
            if (isOwner)
                Burst.End();
        }
    }

    private async Task<bool> ReceivePayloadAsync(PipeReader input)
    {
        var upload = _upload!;
        await upload.AdmitAsync(_connection.ConnectionClosed);
        BeginUpload();
        while (_uploadLeft > 0)
        {
            if (_decryption is { Pending.IsEmpty: false } decryption)
            {
                var bytes = decryption.Pending;
                bytes = bytes[..(int)Math.Min(bytes.Length, _uploadLeft)];
                await upload.FeedAsync(new(bytes), _connection.ConnectionClosed);
                decryption.Consume(bytes.Length);
                _uploadLeft -= bytes.Length;
                continue;
            }
            var result = await input.ReadAsync();
            if (result.IsCanceled || IsClosing)
                return true;
            var buffer = result.Buffer;
            var before = buffer.Length;
            var isGood = true;
            if (_decryption is not null)
            {
                isGood = _decryption.TryDecrypt(ref buffer, this);
            }
            else
            {
                var part = buffer.Slice(0, Math.Min(before, _uploadLeft));
                await upload.FeedAsync(part, _connection.ConnectionClosed);
                _uploadLeft -= part.Length;
                buffer = buffer.Slice(part.End);
            }
            OnUploaded(before - buffer.Length);
            input.AdvanceTo(buffer.Start);
            if (!isGood)
                return false;
            if (result.IsCompleted && buffer.IsEmpty && _uploadLeft > 0 && _decryption is null or { Pending.IsEmpty: true })
            {
                CloseAfterFlush(CloseReason.PeerClosed);
                return true;
            }
        }
        EndUpload();
        if (!await upload.EndAsync(_connection.ConnectionClosed))
            return false;
        _upload = null;
        Door.Run(upload);
        return true;
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
    private static Sniffed Sniff(in ReadOnlySequence<byte> buffer, bool takesHead)
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
        if ("POST"u8.StartsWith(first) || "GET "u8.StartsWith(first) || (takesHead && "HEAD"u8.StartsWith(first)))
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

/// <summary>What follows after bytes were handled.</summary>
internal enum FpnnNext : byte
{
    /// <summary>More is to be read.</summary>
    Read,

    /// <summary>The peer speaks HTTP.</summary>
    Http,

    /// <summary>The payload of an upload follows.</summary>
    Upload,

    /// <summary>The peer broke the protocol.</summary>
    Break,
}
