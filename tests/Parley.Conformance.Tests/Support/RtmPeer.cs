using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;

namespace Parley.Conformance.Tests.Support;

/// <summary>
/// A client that sends quests and hears answers and pushes. It answers two-way quests of the server at once (unless told not to),
/// and never shows pings among the pushes.
/// </summary>
public sealed class RtmPeer : IAsyncDisposable
{
    private const int MostCame = 40;

    private readonly RawPeer _raw;
    private readonly ConcurrentQueue<string> _came = new(); // for messages
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<Package>> _asked = new();
    private readonly Channel<Package> _pushes = Channel.CreateUnbounded<Package>();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private uint _sequence;
    private int _pings;

    public RtmPeer(RawPeer raw)
    {
        _raw = raw;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Whether two-way quests of the server other than pings are answered.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Whether pings of the server are answered; a client that does not is closed some time.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>Called for every push before it is answered.</summary>
    public Action<Package>? OnPush { get; set; }

    public long UserId { get; set; }

    public IPEndPoint LocalEndpoint => _raw.LocalEndpoint;

    /// <summary>Completes when the server has closed.</summary>
    public Task Closed => _closed.Task;

    public int Pings => Volatile.Read(ref _pings);

    public static async Task<RtmPeer> ConnectAsync(IPEndPoint endpoint) => new(await RawPeer.ConnectAsync(endpoint));

    /// <summary>Sends a quest; the task ends with its answer.</summary>
    public async Task<Task<Package>> BeginAsync(string method, byte[] payload)
    {
        var sequence = Interlocked.Increment(ref _sequence);
        var answer = new TaskCompletionSource<Package>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[sequence] = answer;
        if (_closed.Task.IsCompleted)
            answer.TrySetException(new IOException("The server has closed."));
        await SendAsync(Frame.Quest(sequence, method, payload));
        return answer.Task;
    }

    public async Task<Package> AskAsync(string method, byte[] payload) =>
        await Wait.For(await BeginAsync(method, payload), $"the answer to {method}", State);

    public Task<Package> AskAsync(string method, params (string Key, object? Value)[] parameters) =>
        AskAsync(method, Pack.Map(parameters));

    /// <summary>Asks and gets a good answer.</summary>
    public async Task<Map> OkAsync(string method, params (string Key, object? Value)[] parameters)
    {
        var answer = await AskAsync(method, parameters);
        Assert.False(answer.IsError, $"{method}: {answer.Body}");
        return answer.Body;
    }

    /// <summary>Asks and gets a good answer without any content.</summary>
    public async Task DoneAsync(string method, params (string Key, object? Value)[] parameters) =>
        Assert.Equal(0, (await OkAsync(method, parameters)).Count);

    /// <summary>Asks and gets this error, in the form that every SDK reads.</summary>
    public async Task FailAsync(int code, string method, params (string Key, object? Value)[] parameters)
    {
        var answer = await AskAsync(method, parameters);
        Assert.True(answer.IsError, $"{method} should fail with {code}: {answer.Body}");
        Assert.Equal(1, answer.Ss);
        Assert.Equal(code, answer.Body.Int("code"));
        Assert.IsType<string>(answer.Body["ex"]);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _sending.WaitAsync();
        try
        {
            await _raw.SendAsync(bytes);
        }
        catch (ObjectDisposedException exception)
        {
            throw new IOException("The server has closed.", exception);
        }
        finally
        {
            _sending.Release();
        }
    }

    public Task AnswerAsync(Package push, byte status = 0) =>
        SendAsync(Frame.Answer(push.Sequence, status == 0 ? [0x80] : Pack.Map(("code", 20004), ("ex", "no such method")), status));

    /// <summary>The next push, whatever it is.</summary>
    public Task<Package> NextAsync() => NextPushAsync("a push");

    /// <summary>The next push, which must be of this method.</summary>
    public async Task<Package> NextAsync(string method)
    {
        var push = await NextPushAsync($"a {method}");
        Assert.Equal(method, push.Method);
        return push;
    }

    public async Task<Map> NextBodyAsync(string method) => (await NextAsync(method)).Body;

    /// <summary>The next push is this one: whatever was pushed before it has been read, and it says so in its <c>mid</c>.</summary>
    public async Task ExpectMidAsync(string method, long mid) => Assert.Equal(mid, (await NextBodyAsync(method)).Int("mid"));

    /// <summary>The server closes, and everything it pushed before has been taken.</summary>
    public async Task ExpectClosedAsync()
    {
        await Wait.For(Closed, "the server to close", State);
        Assert.False(_pushes.Reader.TryRead(out var push), $"Unexpected {push}");
    }

    public void Reset() => _raw.Reset();

    public async ValueTask DisposeAsync()
    {
        await _raw.DisposeAsync();
        await _reading;
        _sending.Dispose();
    }

    private async Task<Package> NextPushAsync(string what)
    {
        try
        {
            return await Wait.For(_pushes.Reader.ReadAsync().AsTask(), what, State);
        }
        catch (ChannelClosedException exception)
        {
            throw new Xunit.Sdk.XunitException($"{what} will not come. {State()}", exception);
        }
    }

    /// <summary>How the connection stands and what came, by names.</summary>
    private string State() =>
        $"User {UserId} at {LocalEndpoint}: {(_closed.Task.IsCompleted ? "closed" : "open")}; came: {string.Join(' ', _came)}.";

    private async Task ReadAsync()
    {
        var header = new byte[12];
        using var input = new BufferedStream(_raw.Stream, 65_536);
        try
        {
            while (true)
            {
                await input.ReadExactlyAsync(header);
                var bytes = new byte[Package.LengthOf(header)];
                header.CopyTo(bytes, 0);
                await input.ReadExactlyAsync(bytes.AsMemory(12));
                await TakeAsync(new Package(bytes));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // closed, by whomever
        }
        catch (Exception exception)
        {
            Fail(exception);
            return;
        }
        Fail(new IOException("The server has closed."));
    }

    private async Task TakeAsync(Package package)
    {
        _came.Enqueue(package.Type == Frame.AnswerType ? $"answer-{package.Sequence}" : package.Method);
        if (_came.Count > MostCame)
            _came.TryDequeue(out _);
        if (package.Type == Frame.AnswerType)
        {
            if (_asked.TryRemove(package.Sequence, out var asked))
                asked.TrySetResult(package);
            return;
        }
        if (package.Method == "ping")
        {
            Interlocked.Increment(ref _pings);
        }
        else
        {
            OnPush?.Invoke(package);
            _pushes.Writer.TryWrite(package);
        }
        if (package.Type == Frame.TwoWay && (package.Method == "ping" ? AnswersPings : Answers))
            await SendAsync(Frame.Answer(package.Sequence, [0x80]));
    }

    private void Fail(Exception exception)
    {
        _closed.TrySetResult(); // first: who asks from now on looks at this
        _pushes.Writer.TryComplete();
        foreach (var (_, asked) in _asked)
        {
            asked.TrySetException(exception);
            _ = asked.Task.Exception;
        }
    }
}
