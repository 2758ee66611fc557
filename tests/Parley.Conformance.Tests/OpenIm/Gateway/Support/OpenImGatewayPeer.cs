using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Threading.Channels;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway.Support;

/// <summary>A client of the message gateway: asks, and hears answers and pushes. Its bytes are written and read here.</summary>
internal sealed class OpenImGatewayPeer : IAsyncDisposable
{
    public const int Newest = 1001;
    public const int Pull = 1002;
    public const int Send = 1003;
    public const int Push = 2001;
    public const int Kicked = 2002;
    public const int NotDecoded = 3001;
    public const int Android = 2;

    private static long _incr;

    private readonly ClientWebSocket _socket;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<GatewayFrame>> _asked = new();
    private readonly Channel<GatewayFrame> _pushes = Channel.CreateUnbounded<GatewayFrame>();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    private OpenImGatewayPeer(ClientWebSocket socket, string user, string token)
    {
        _socket = socket;
        UserId = user;
        Token = token;
        _reading = Task.Run(ReadAsync);
    }

    public string UserId { get; }

    public string Token { get; }

    /// <summary>Called for every push (2001) before it can be taken.</summary>
    public Action<ProtoMessage>? OnPush { get; set; }

    /// <summary>Completes when the server has closed.</summary>
    public Task Closed => _closed.Task;

    /// <summary>The status of the server's close frame; null when it closed without.</summary>
    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public static async Task<OpenImGatewayPeer> ConnectAsync(IPEndPoint door, string user, string token, int platform = Android)
    {
        var socket = new ClientWebSocket();
        try
        {
            await Wait.For(socket.ConnectAsync(new Uri($"ws://{door}/{QueryOf(user, token, platform)}"), CancellationToken.None), "the upgrade");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        return new(socket, user, token);
    }

    public static string QueryOf(string user, string token, int platform) => $"?sendID={Uri.EscapeDataString(user)}&token={token}&platformID={platform}";

    /// <summary>What nobody has used as MsgIncr.</summary>
    public string NextIncr() => $"{UserId}_{1_650_000_000_000_000_000 + Interlocked.Increment(ref _incr)}";

    public async Task SendBytesAsync(
        byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Binary, bool isEnd = true)
    {
        await _sending.WaitAsync();
        try
        {
            await Wait.For(_socket.SendAsync(bytes, type, isEnd, CancellationToken.None), "sending");
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            throw new IOException("The connection is closed.", exception); // cancelled by nobody: so says a socket that broke a moment ago
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends a request; the task ends with its answer.</summary>
    public async Task<Task<GatewayFrame>> BeginAsync(int identifier, byte[] data, string operationId = "op")
    {
        var incr = NextIncr();
        var answer = Expect(incr);
        await SendBytesAsync(GobBytes.Request(identifier, UserId, operationId, incr, data));
        return answer;
    }

    /// <summary>The answer to a request that is made by hand.</summary>
    public Task<GatewayFrame> Expect(string msgIncr)
    {
        var answer = new TaskCompletionSource<GatewayFrame>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[msgIncr] = answer;
        if (_closed.Task.IsCompleted)
            answer.TrySetException(new IOException("The server has closed."));
        return answer.Task;
    }

    public async Task<GatewayFrame> AskAsync(int identifier, byte[] data, string operationId = "op")
    {
        var answer = await Wait.For(await BeginAsync(identifier, data, operationId), $"the answer to {identifier}");
        Assert.Equal((identifier, operationId), (answer.Identifier, answer.OperationId));
        return answer;
    }

    /// <summary>Sends bytes that are a request with this MsgIncr, and gets the answer.</summary>
    public async Task<GatewayFrame> AskBytesAsync(byte[] frame, string msgIncr)
    {
        var answer = Expect(msgIncr);
        await SendBytesAsync(frame);
        return await Wait.For(answer, "the answer");
    }

    /// <summary>Asks and gets a good answer.</summary>
    public async Task<ProtoMessage> OkAsync(int identifier, byte[] data, string operationId = "op")
    {
        var answer = await AskAsync(identifier, data, operationId);
        Assert.True(answer.Code == 0 && answer.Text.Length == 0, answer.ToString());
        return new(answer.Data);
    }

    /// <summary>Asks and is refused with this code and some text.</summary>
    public async Task<GatewayFrame> FailAsync(int code, int identifier, byte[] data)
    {
        var answer = await AskAsync(identifier, data);
        Assert.Equal(code, answer.Code);
        Assert.NotEqual("", answer.Text);
        return answer;
    }

    /// <summary>maxSeq, with minSeq 0.</summary>
    public async Task<long> NewestAsync()
    {
        var bounds = await OkAsync(Newest, []);
        Assert.Equal(0, bounds.Int(2));
        return bounds.Int(1);
    }

    /// <summary>Pulls; one entry comes for each number, ascending.</summary>
    public async Task<IReadOnlyList<ProtoMessage>> PullAsync(params IEnumerable<long> numbers)
    {
        long[] wanted = [.. numbers];
        var answer = await OkAsync(Pull, ProtoMessage.Of((1, UserId), (2, "op"), (3, ProtoMessage.Packed(wanted))));
        Assert.Equal(0, answer.Int(1));
        ProtoMessage[] list = [.. answer.Inners(3)];
        Assert.Equal(wanted.Distinct().Order(), list.Select(data => data.Seq));
        return list;
    }

    /// <summary>Everything in the inbox.</summary>
    public async Task<IReadOnlyList<ProtoMessage>> PullAllAsync()
    {
        var newest = await NewestAsync();
        var all = new List<ProtoMessage>();
        for (long first = 1; first <= newest; first += 1000)
            all.AddRange(await PullAsync(Range(first, Math.Min(newest, first + 999))));
        return all;
    }

    /// <summary>Says something; gives serverMsgID, clientMsgID and sendTime.</summary>
    public async Task<(string Server, string Client, long Time)> SayAsync(params (int Number, object Value)[] data)
    {
        var answer = await OkAsync(Send, ProtoMessage.Of(data));
        Assert.Equal([1, 2, 3], answer.Numbers);
        return (answer.Text(1), answer.Text(2), answer.Int(3));
    }

    /// <summary>Is refused when saying something.</summary>
    public async Task RefusedAsync(int code, params (int Number, object Value)[] data) => await FailAsync(code, Send, ProtoMessage.Of(data));

    /// <summary>The next push, which must be a message.</summary>
    public async Task<ProtoMessage> NextAsync() => new((await NextFrameAsync(Push)).Data);

    /// <summary>The next push, which must have this content.</summary>
    public async Task<ProtoMessage> NextAsync(string content)
    {
        var push = await NextAsync();
        Assert.True(content == push.Content, $"{content} was to come for {UserId}, but: {push}");
        return push;
    }

    /// <summary>The next frame that is no answer.</summary>
    public async Task<GatewayFrame> NextFrameAsync(int identifier)
    {
        try
        {
            var frame = await Wait.For(_pushes.Reader.ReadAsync().AsTask(), $"a {identifier} for {UserId}");
            Assert.True(identifier == frame.Identifier, frame.ToString());
            if (identifier == Push)
                Assert.Equal((0, "", ""), (frame.Code, frame.Text, frame.MsgIncr));
            return frame;
        }
        catch (ChannelClosedException exception)
        {
            throw new Xunit.Sdk.XunitException($"{UserId}: closed before a {identifier} came.", exception);
        }
    }

    /// <summary>Is told that it is kicked, with the bytes of §9, example 13, and then closed.</summary>
    public async Task ExpectKickedAsync()
    {
        var frame = await NextFrameAsync(Kicked);
        Assert.Equal(
            Hex.Text(GobBytes.AnswerPrefix) + "27ff8201fe0fa403fe057c011a746f6b656e20686173206265656e20696e76616c69646174656400",
            Hex.Text(frame.Bytes));
        await ExpectClosedAsync();
    }

    /// <summary>The server closes, and everything it pushed before has been taken.</summary>
    public async Task ExpectClosedAsync()
    {
        await Wait.For(Closed, "the server to close");
        Assert.False(_pushes.Reader.TryRead(out var push), $"Unexpected {push}");
    }

    public void Abort() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
    }

    public static IEnumerable<long> Range(long first, long last)
    {
        for (var number = first; number <= last; number++)
            yield return number;
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[65_536];
        Exception end = new IOException("The server has closed.");
        try
        {
            while (true)
            {
                var frame = new MemoryStream();
                WebSocketReceiveResult result;
                do
                {
                    result = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                    frame.Write(buffer, 0, result.Count);
                }
                while (!result.EndOfMessage);
                if (result.MessageType == WebSocketMessageType.Close)
                    break;
                Assert.Equal(WebSocketMessageType.Binary, result.MessageType);
                Take(GobBytes.Read(frame.ToArray()));
            }
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // closed, by whomever
        }
        catch (Exception exception)
        {
            end = exception;
        }
        _closed.TrySetResult(); // first: who asks from now on looks at this
        _pushes.Writer.TryComplete(end is IOException ? null : end);
        foreach (var (_, asked) in _asked)
        {
            asked.TrySetException(end);
            _ = asked.Task.Exception;
        }
    }

    private void Take(GatewayFrame frame)
    {
        if (_asked.TryRemove(frame.MsgIncr, out var asked))
        {
            asked.TrySetResult(frame);
            return;
        }
        if (frame.Identifier == Push)
            OnPush?.Invoke(new(frame.Data));
        _pushes.Writer.TryWrite(frame);
    }
}
