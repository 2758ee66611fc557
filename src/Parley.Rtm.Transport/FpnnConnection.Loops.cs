using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Rtm.Transport;

// Opening the connection, and its three loops.
public sealed partial class FpnnConnection
{
    private const int ReadSize = 16 * 1024;
    private const int WriteSize = 64 * 1024;

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(Address.Host, Address.Port, cancellationToken);
            _stream = new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        if (_options.Tls is { } tls)
        {
            var secure = new SslStream(_stream, leaveInnerStreamOpen: false);
            _stream = secure;
            if (string.IsNullOrEmpty(tls.TargetHost))
                tls.TargetHost = Address.Host;
            await secure.AuthenticateAsClientAsync(tls, cancellationToken);
        }

        if (_options.Encryption is { } encryption)
        {
            await ExchangeKeysAsync(encryption, cancellationToken);
            return;
        }

        Start();
    }

    // The quest goes in plain; its answer is the first encrypted package (fpnn §5.1).
    private async Task ExchangeKeysAsync(FpnnEncryption encryption, CancellationToken cancellationToken)
    {
        var key = FpnnClientKey.Agree(encryption.PublicKey, encryption.Curve, encryption.Bits, out var publicKey);
        _sendCipher = key.CreateCipher();
        _receiveCipher = key.CreateCipher();
        if (!_pending.TryAdd("*key", Timeout.InfiniteTimeSpan, out var sequenceNumber, out var ask))
            throw ClosedException();
        using (var quest = new PooledBufferWriter())
        {
            FpnnKeyExchange.WriteQuest(quest, sequenceNumber, publicKey, encryption.StreamMode, encryption.Bits);
            await _stream.WriteAsync(quest.WrittenMemory, cancellationToken);
        }

        Start();
        await ask.Task.WaitAsync(cancellationToken);
    }

    private void Start()
    {
        _writing = Task.Run(WriteLoopAsync);
        _handling = Task.Run(HandleLoopAsync);
        _reading = Task.Run(ReadLoopAsync);
    }

    private async Task ReadLoopAsync()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        byte[]? scratch = null;
        try
        {
            while (true)
            {
                var memory = pipe.Writer.GetMemory(ReadSize);
                var count = await _stream.ReadAsync(memory, _ended.Token);
                if (count == 0)
                {
                    Break(FpnnCloseReason.Peer, null);
                    return;
                }

                Volatile.Write(ref _lastReceived, _time.GetTimestamp());
                if (_options.Encryption is { StreamMode: true })
                    _receiveCipher!.Decrypt(memory.Span[..count]);
                pipe.Writer.Advance(count);
                await pipe.Writer.FlushAsync(CancellationToken.None);
                if (!pipe.Reader.TryRead(out var read))
                    continue;
                var rest = read.Buffer;
                while (TryTake(ref rest, ref scratch, out var quest))
                {
                    if (quest is not null)
                        await PassOnAsync(quest);
                }

                pipe.Reader.AdvanceTo(rest.Start, rest.End);
            }
        }
        catch (ProtocolViolationException error)
        {
            TransportLog.ProtocolBroken(_logger, Address.ToString(), error.Message);
            Break(FpnnCloseReason.Protocol, error);
        }
        catch (Exception error)
        {
            Break(FpnnCloseReason.Broken, error);
        }
        finally
        {
            await pipe.Writer.CompleteAsync();
            await pipe.Reader.CompleteAsync();
            FpnnFraming.ReturnScratch(ref scratch);
        }
    }

    // A ping is answered at once, however slow the handler is.
    private ValueTask PassOnAsync(FpnnQuest quest) =>
        quest.Method is "ping" or "*ping" ? quest.AnswerAsync(null, _ended.Token) : _inbound.Writer.WriteAsync(quest, _ended.Token);

    // Takes one package; false when no whole one is left. An answer is dealt with at once, a quest is handed out.
    private bool TryTake(ref ReadOnlySequence<byte> buffer, ref byte[]? scratch, out FpnnQuest? quest)
    {
        quest = null;
        if (_options.Encryption is { StreamMode: false })
            return TryTakeRecord(ref buffer, ref scratch, out quest);
        var status = FpnnFraming.TryRead(buffer, _options.MaxPackageLength, ref scratch, out var package, out var consumed, out var error);
        if (status == FpnnReadStatus.Invalid)
            throw new ProtocolViolationException(error);
        if (status == FpnnReadStatus.NeedMore)
            return false;
        quest = Accept(package);
        buffer = buffer.Slice(consumed);
        return true;
    }

    private bool TryTakeRecord(ref ReadOnlySequence<byte> buffer, ref byte[]? scratch, out FpnnQuest? quest)
    {
        quest = null;
        if (buffer.Length < FpnnRecord.PrefixLength)
            return false;
        Span<byte> prefix = stackalloc byte[FpnnRecord.PrefixLength];
        buffer.Slice(0, FpnnRecord.PrefixLength).CopyTo(prefix);
        if (FpnnRecord.TryReadLength(prefix, _options.MaxPackageLength, out var length, out var error) == FpnnReadStatus.Invalid)
            throw new ProtocolViolationException(error);
        if (buffer.Length < FpnnRecord.PrefixLength + length)
            return false;
        if (scratch is null || scratch.Length < length)
        {
            FpnnFraming.ReturnScratch(ref scratch);
            scratch = ArrayPool<byte>.Shared.Rent(length);
        }

        buffer.Slice(FpnnRecord.PrefixLength, length).CopyTo(scratch);
        if (FpnnRecord.Open(scratch.AsSpan(0, length), _receiveCipher!, out var package, out error) == FpnnReadStatus.Invalid)
            throw new ProtocolViolationException(error);
        quest = Accept(package);
        buffer = buffer.Slice(FpnnRecord.PrefixLength + length);
        return true;
    }

    private FpnnQuest? Accept(in FpnnPackage package)
    {
        if (package.Type == FpnnMessageType.Answer)
        {
            if (_pending.TryRemove(package.SequenceNumber, out var ask))
                Complete(ask, package);
            return null;
        }

        if (!TryOwn(package, out var payload))
            throw new ProtocolViolationException(FpnnProtocolError.EmptyPayload);
        var twoWay = package.Type == FpnnMessageType.TwoWayQuest;
        return new FpnnQuest(this, Encoding.UTF8.GetString(package.Method), twoWay, package.SequenceNumber, payload);
    }

    private static void Complete(PendingAsk ask, in FpnnPackage package)
    {
        if (!TryOwn(package, out var payload))
        {
            ask.TrySetException(new FpnnException(FpnnErrorCode.InvalidPackage, $"the answer to {ask.Method} cannot be read"));
            return;
        }

        if (!package.IsError)
        {
            ask.TrySetResult(new FpnnAnswer(payload));
            return;
        }

        // Any status other than 0 is an error, whatever its payload holds (fpnn §2.1).
        var code = FpnnErrorCode.UnknownError;
        var text = string.Empty;
        if (FpnnParameters.TryParse(payload, out var parameters))
        {
            code = parameters.Int32OrDefault("code"u8, FpnnErrorCode.UnknownError, ignoreWrongType: true);
            text = parameters.StringOrEmpty("ex"u8, ignoreWrongType: true);
        }

        ask.TrySetException(new FpnnException(code, text));
    }

    // Copies the payload out of the buffers of the connection, as MessagePack.
    private static bool TryOwn(in FpnnPackage package, out byte[] payload)
    {
        if (package.Encoding == FpnnEncoding.MessagePack)
        {
            payload = package.Payload.ToArray();
            return true;
        }

        using var converted = new PooledBufferWriter();
        var read = FpnnJson.TryToMessagePack(package.Payload, converted);
        payload = read ? converted.WrittenSpan.ToArray() : [];
        return read;
    }

    // Writes everything that is queued in one go, encrypted in the order of sending.
    private async Task WriteLoopAsync()
    {
        using var batch = new PooledBufferWriter();
        var sent = 0L;
        try
        {
            while (await _outbound.Reader.WaitToReadAsync(CancellationToken.None))
            {
                while (batch.WrittenCount < WriteSize && _outbound.Reader.TryRead(out var frame))
                {
                    Seal(frame, batch);
                    frame.Dispose();
                }

                // In pieces, so that whoever watches a long upload sees it move.
                for (var rest = batch.WrittenMemory; !rest.IsEmpty;)
                {
                    var piece = rest[..Math.Min(rest.Length, WriteSize)];
                    await _stream.WriteAsync(piece, _ended.Token);
                    rest = rest[piece.Length..];
                    sent += piece.Length;
                    _options.OnSent?.Invoke(sent);
                }

                batch.Clear();
            }
        }
        catch (Exception error)
        {
            Break(FpnnCloseReason.Broken, error);
        }

        while (_outbound.Reader.TryRead(out var frame))
            frame.Dispose();
    }

    private void Seal(PooledBufferWriter frame, PooledBufferWriter batch)
    {
        if (_sendCipher is not { } cipher)
        {
            batch.Write(frame.WrittenSpan);
        }
        else if (_options.Encryption!.StreamMode)
        {
            cipher.Encrypt(frame.GetWrittenSpan(0));
            batch.Write(frame.WrittenSpan);
        }
        else
        {
            var start = FpnnRecord.Begin(batch);
            batch.Write(frame.WrittenSpan);
            FpnnRecord.End(batch, start, cipher);
        }
    }

    private async Task HandleLoopAsync()
    {
        HandledBy.Value = this;
        await foreach (var quest in _inbound.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await HandleAsync(quest);
            }
            catch (Exception) when (!IsOpen)
            {
                // Nobody is left to answer to.
            }
            catch (Exception error)
            {
                Break(FpnnCloseReason.Broken, error);
            }
        }
    }

    private async Task HandleAsync(FpnnQuest quest)
    {
        try
        {
            if (_options.OnQuest is { } handler)
                await handler(quest, _ended.Token);
        }
        catch (Exception error) when (IsOpen)
        {
            TransportLog.HandlerFailed(_logger, quest.Method, error);
            await quest.AnswerErrorAsync(FpnnErrorCode.UnknownError, "the handler failed", _ended.Token);
        }

        if (quest.IsAnswered || !quest.IsTwoWay)
            return;
        TransportLog.UnknownQuest(_logger, Address.ToString(), quest.Method);
        await quest.AnswerErrorAsync(FpnnErrorCode.UnknownMethod, $"Unknown method: {quest.Method}", _ended.Token);
    }

    private sealed class ProtocolViolationException(FpnnProtocolError error) : Exception(error.ToString());
}
