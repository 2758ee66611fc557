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
internal sealed class FpnnWebSocketPeer : FpnnConnectedPeer
{
    private const int UploadChunk = 32 * 1024;

    private readonly WebSocket _socket;
    private readonly Action _abort;
    private readonly CancellationToken _aborted;
    private readonly WebSocketOutboundQueue _outbound;
    private readonly CancellationTokenSource _closed = new();

    public FpnnWebSocketPeer(FpnnDoor door, EndPoint? remote, WebSocket socket, bool isTls, Action abort, CancellationToken aborted)
        : base(door, remote)
    {
        _socket = socket;
        _abort = abort;
        _aborted = aborted;
        IsEncrypted = isTls;
        _outbound = new WebSocketOutboundQueue(socket, door.Host.Connections)
        {
            OnOverflow = () => Break(CloseReason.SlowReader),
            OnBroken = () => Break(CloseReason.PeerClosed),
        };
    }

    public override bool IsEncrypted { get; }

    protected override OutboundQueue Outbound => _outbound;

    /// <summary>Reads until the connection ends.</summary>
    public async Task RunAsync()
    {
        using var message = new PooledBufferWriter();
        try
        {
            while (await ReceiveAsync(message))
            {
                // an upload leaves nothing to be handled
                if (message.WrittenCount > 0 && !Process(message.WrittenSpan))
                {
                    Break(CloseReason.ProtocolError);
                    break;
                }
                message.Clear();
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
            Count();
            _closed.Dispose();
        }
    }

    protected override void Abort(CloseReason reason) => _abort();

    protected override void BeginClosing() => _ = CloseWhenFlushedAsync();

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
            var start = Door.TryBeginUpload(this, message.WrittenSpan, out var upload, out var prefix, out var total);
            if (start == UploadStart.Begun)
                return await ReceiveUploadAsync(upload!, message, total - prefix, prefix, result.EndOfMessage);
            if (result.EndOfMessage && (result.Count > 0 || message.WrittenCount > 0))
                return !IsClosing;
            if (start == UploadStart.Invalid || message.WrittenCount > Door.PackageLimit(this))
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

    /// <summary>Receives the rest of a message that is an upload and lets it be answered; false when the connection ends.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="message">What came in so far; empty afterwards.</param>
    /// <param name="length">The length of the payload in bytes: what the message has behind its prefix.</param>
    /// <param name="prefix">How many bytes stand before the payload.</param>
    /// <param name="isWhole">Whether the message has ended.</param>
    private async Task<bool> ReceiveUploadAsync(FpnnUpload upload, PooledBufferWriter message, long length, int prefix, bool isWhole)
    {
        var isAnswered = false;
        try
        {
            await upload.AdmitAsync(_aborted);
            BeginUpload();
            var left = length;
            for (var part = message.WrittenMemory[prefix..]; ; part = message.WrittenMemory)
            {
                left -= part.Length;
                if (left < 0 || (isWhole && left > 0))
                {
                    Break(CloseReason.ProtocolError);
                    return false;
                }
                await upload.FeedAsync(new(part), _aborted);
                message.Clear();
                if (isWhole)
                    break;
                var result = await _socket.ReceiveAsync(message.GetMemory(UploadChunk), CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close)
                    return false;
                message.Advance(result.Count);
                OnUploaded(result.Count);
                isWhole = result.EndOfMessage;
            }
            EndUpload();
            isAnswered = await upload.EndAsync(_aborted);
            if (isAnswered)
                Door.Run(upload);
            else
                Break(CloseReason.ProtocolError);
            return isAnswered && !IsClosing;
        }
        finally
        {
            if (!isAnswered)
                upload.Dispose();
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

    private async Task CloseWhenFlushedAsync()
    {
        try
        {
            await FlushAnswersAsync();
            using var limit = new CancellationTokenSource(ConnectionEnd.FlushTime, Door.Host.Time);
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
        await FlushAnswersAsync();
        using var limit = new CancellationTokenSource(ConnectionEnd.FlushTime, Door.Host.Time);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
    }
}
