using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Server.Demo;

/// <summary>What a quest was answered with: a JSON object, and whether it tells an error.</summary>
internal readonly record struct DemoAnswer(bool IsError, string Json);

/// <summary>A push: its method, its sender, and the text in it.</summary>
internal readonly record struct DemoPush(string Method, long From, string Text);

/// <summary>A small RTM client for the demonstration: quests and answers in JSON, pushes as they come.</summary>
internal sealed class DemoClient : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly Task _reading;
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<DemoAnswer>> _waiting = new();
    private readonly Channel<DemoPush> _pushes = Channel.CreateBounded<DemoPush>(100);
    private readonly SemaphoreSlim _writing = new(1);
    private uint _number;

    private DemoClient(Socket socket)
    {
        _socket = socket;
        _stream = new(socket, ownsSocket: true);
        _reading = ReadAsync();
    }

    /// <summary>Connects to an FPNN door.</summary>
    public static async Task<DemoClient> ConnectAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
            return new(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a quest and waits for its answer.</summary>
    public async Task<DemoAnswer> CallAsync(string method, string json, CancellationToken cancellationToken)
    {
        var number = ++_number;
        var answered = new TaskCompletionSource<DemoAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[number] = answered;
        using var package = new PooledBufferWriter();
        FpnnWriter.WriteQuest(
            package, FpnnMessageType.TwoWayQuest, number, Encoding.UTF8.GetBytes(method), Encoding.UTF8.GetBytes(json), FpnnEncoding.Json);
        await WriteAsync(package.WrittenMemory, cancellationToken);
        return await answered.Task.WaitAsync(AnswerTime, TimeProvider.System, cancellationToken);
    }

    /// <summary>Waits for the next push with this method.</summary>
    public async Task<string> WaitForAsync(string method, CancellationToken cancellationToken)
    {
        while (true)
        {
            var push = await _pushes.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(AnswerTime, TimeProvider.System, cancellationToken);
            if (push.Method == method)
                return push.Text;
        }
    }

    /// <summary>The next push, whatever it is.</summary>
    public async Task<DemoPush> ReadPushAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _pushes.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException("the server closed the connection", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
        await _stream.DisposeAsync();
        _writing.Dispose();
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> package, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _stream.WriteAsync(package, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        var reader = PipeReader.Create(_stream);
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync();
                var buffer = result.Buffer;
                using var acknowledgements = new PooledBufferWriter();
                while (TryTake(ref buffer, acknowledgements))
                {
                }
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (acknowledgements.WrittenCount > 0)
                    await WriteAsync(acknowledgements.WrittenMemory, CancellationToken.None);
                if (result.IsCompleted)
                    break;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // closed
        }
        foreach (var waiting in _waiting.Values)
            waiting.TrySetException(new IOException("the server closed the connection"));
        _pushes.Writer.TryComplete(new IOException("the server closed the connection"));
    }

    private bool TryTake(ref ReadOnlySequence<byte> buffer, PooledBufferWriter acknowledgements)
    {
        var bytes = buffer.ToArray();
        var status = FpnnFraming.TryRead(bytes, FpnnFraming.DefaultMaxPackageLength, out var package, out var consumed, out _);
        if (status != FpnnReadStatus.Package)
            return status == FpnnReadStatus.NeedMore ? false : throw new IOException("the server sent something that is no package");
        buffer = buffer.Slice(consumed);
        if (package.Type == FpnnMessageType.Answer)
        {
            if (_waiting.TryRemove(package.SequenceNumber, out var waiting))
                waiting.TrySetResult(new(package.IsError, Encoding.UTF8.GetString(package.Payload)));
            return true;
        }
        if (package.Type == FpnnMessageType.TwoWayQuest)
            FpnnWriter.WriteAnswer(acknowledgements, package.SequenceNumber, default, package.Encoding);
        var isRead = FpnnParameters.TryParse(package.Payload, out var parameters);
        var text = isRead ? parameters.StringOrEmpty("msg"u8) : "";
        var from = isRead ? parameters.Int64OrDefault("from"u8) : 0;
        _pushes.Writer.TryWrite(new(Encoding.UTF8.GetString(package.Method), from, text));
        return true;
    }
}
