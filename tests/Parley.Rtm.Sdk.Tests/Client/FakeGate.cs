using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Parley.Conformance.Tests.Support;

namespace Parley.Rtm.Sdk.Tests.Client;

/// <summary>
/// A gate that does what its script says, in raw frames. Unless told otherwise it takes every login, answers <c>ping</c> and <c>bye</c>,
/// and shows all other quests to the test.
/// </summary>
internal sealed class FakeGate : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<FakeConnection> _accepted = Channel.CreateUnbounded<FakeConnection>();
    private readonly ConcurrentBag<FakeConnection> _all = [];
    private readonly Task _accepting;

    public FakeGate()
    {
        On("auth", (connection, quest) => connection.AnswerAsync(quest, ("ok", true)));
        On("ping", (connection, quest) => connection.AnswerAsync(quest));
        On("bye", async (connection, quest) =>
        {
            await connection.AnswerAsync(quest);
            connection.Close();
        });
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public ConcurrentDictionary<string, Func<FakeConnection, Package, Task>> Handlers { get; } = new();

    /// <summary>Every quest so far, whoever answered it.</summary>
    public ConcurrentQueue<Package> Quests { get; } = new();

    public string Address => _listener.LocalEndpoint.ToString()!;

    public int Connections => _all.Count;

    public int CountOf(string method) => Quests.Count(quest => quest.Method == method);

    public Package LastOf(string method) => Quests.Last(quest => quest.Method == method);

    public void On(string method, Func<FakeConnection, Package, Task> handle) => Handlers[method] = handle;

    /// <summary>The next connection that came.</summary>
    public Task<FakeConnection> NextAsync() => Wait.For(_accepted.Reader.ReadAsync().AsTask(), "a connection");

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var connection in _all)
            await connection.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new FakeConnection(this, await _listener.AcceptSocketAsync());
                _all.Add(connection);
                _accepted.Writer.TryWrite(connection);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // stopped
        }
    }
}

/// <summary>One connection at the fake gate.</summary>
internal sealed class FakeConnection : IAsyncDisposable
{
    private readonly FakeGate _gate;
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly Channel<Package> _quests = Channel.CreateUnbounded<Package>();
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<Package>> _receipts = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private int _sequence = 1000;

    public FakeConnection(FakeGate gate, Socket socket)
    {
        _gate = gate;
        _socket = socket;
        _stream = new(socket, ownsSocket: true);
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Completes when the client has closed.</summary>
    public Task Closed => _closed.Task;

    /// <summary>The next quest that no script of the gate has answered.</summary>
    public Task<Package> NextAsync() => Wait.For(_quests.Reader.ReadAsync().AsTask(), "a quest");

    public async Task<Package> NextAsync(string method)
    {
        var quest = await NextAsync();
        Assert.Equal(method, quest.Method);
        return quest;
    }

    public Task AnswerAsync(Package quest, params (string Key, object? Value)[] answer) =>
        SendAsync(Frame.Answer(quest.Sequence, Pack.Map(answer)));

    public Task FailAsync(Package quest, int code) =>
        SendAsync(Frame.Answer(quest.Sequence, Pack.Map(("code", code), ("ex", "no")), 1));

    /// <summary>Pushes, and gives the answer of the client.</summary>
    public Task<Task<Package>> BeginPushAsync(string method, params (string Key, object? Value)[] payload) =>
        BeginPushAsync(method, Pack.Map(payload));

    public async Task<Task<Package>> BeginPushAsync(string method, byte[] payload)
    {
        var sequence = (uint)Interlocked.Increment(ref _sequence);
        var receipt = _receipts[sequence] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(Frame.Quest(sequence, method, payload));
        return receipt.Task;
    }

    public async Task<Package> PushAsync(string method, params (string Key, object? Value)[] payload) =>
        await Wait.For(await BeginPushAsync(method, payload), $"the receipt of {method}");

    public async Task<Package> PushRawAsync(string method, byte[] payload) =>
        await Wait.For(await BeginPushAsync(method, payload), $"the receipt of {method}");

    public Task TellAsync(string method, params (string Key, object? Value)[] payload) =>
        SendAsync(Frame.Quest(0, method, Pack.Map(payload), Frame.OneWay));

    public async Task SendAsync(byte[] bytes)
    {
        await _sending.WaitAsync();
        try
        {
            await _stream.WriteAsync(bytes);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // the client has closed: what matters is what it does next
        }
        finally
        {
            _sending.Release();
        }
    }

    public void Close() => _stream.Dispose();

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _reading;
        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        var header = new byte[12];
        try
        {
            while (true)
            {
                await _stream.ReadExactlyAsync(header);
                var bytes = new byte[Package.LengthOf(header)];
                header.CopyTo(bytes, 0);
                await _stream.ReadExactlyAsync(bytes.AsMemory(12));
                await TakeAsync(new Package(bytes));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            _closed.TrySetResult();
        }
    }

    private async Task TakeAsync(Package package)
    {
        if (package.Type == Frame.AnswerType)
        {
            if (_receipts.TryRemove(package.Sequence, out var receipt))
                receipt.TrySetResult(package);
            return;
        }
        _gate.Quests.Enqueue(package);
        if (_gate.Handlers.TryGetValue(package.Method, out var handle))
            await handle(this, package);
        else
            _quests.Writer.TryWrite(package);
    }
}
