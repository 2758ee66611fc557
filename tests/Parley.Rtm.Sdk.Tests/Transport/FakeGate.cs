using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Parley.Conformance.Tests.Support;

namespace Parley.Rtm.Sdk.Tests.Transport;

/// <summary>A gate that does what the test says: it accepts connections and hands them out.</summary>
internal sealed class FakeGate : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<FakePeer> _peers = Channel.CreateBounded<FakePeer>(64);
    private readonly List<FakePeer> _all = [];
    private readonly Task _accepting;

    public FakeGate()
    {
        _listener.Start();
        Endpoint = _listener.LocalEndpoint.ToString()!;
        _accepting = Task.Run(AcceptAllAsync);
    }

    public string Endpoint { get; }

    /// <summary>The next connection.</summary>
    public Task<FakePeer> AcceptAsync() => Wait.For(_peers.Reader.ReadAsync().AsTask(), "a connection");

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var peer in _all)
            peer.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
            {
                var peer = new FakePeer(await _listener.AcceptSocketAsync());
                _all.Add(peer);
                await _peers.Writer.WriteAsync(peer);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}

/// <summary>The gate's end of one connection: whole packages, byte by byte.</summary>
internal sealed class FakePeer(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private uint _pushes = 0x4000_0000;

    /// <summary>The next package.</summary>
    public async Task<Package> ReadAsync() =>
        await TryReadAsync() ?? throw new Xunit.Sdk.XunitException("The connection ended before a package came.");

    /// <summary>The next package; null when the SDK closed the connection.</summary>
    public async Task<Package?> TryReadAsync()
    {
        var header = new byte[12];
        try
        {
            if (await Wait.For(_stream.ReadAtLeastAsync(header, 12, throwOnEndOfStream: false).AsTask(), "a package") < 12)
                return null;
        }
        catch (IOException)
        {
            return null;
        }

        var bytes = new byte[Package.LengthOf(header)];
        header.CopyTo(bytes, 0);
        await Wait.For(_stream.ReadExactlyAsync(bytes.AsMemory(12)).AsTask(), "the rest of a package");
        return new Package(bytes);
    }

    /// <summary>The next package, which must be this quest.</summary>
    public async Task<Package> ExpectAsync(string method)
    {
        var package = await ReadAsync();
        Assert.Equal(method, package.Method);
        return package;
    }

    public Task SendAsync(byte[] bytes) => _stream.WriteAsync(bytes).AsTask();

    public Task AnswerAsync(Package quest, params (string Key, object? Value)[] pairs) =>
        SendAsync(Frame.Answer(quest.Sequence, Pack.Map(pairs)));

    public Task RefuseAsync(Package quest, int code, string text = "no") =>
        SendAsync(Frame.Answer(quest.Sequence, Pack.Map(("code", code), ("ex", text)), status: 1));

    /// <summary>Sends a two-way quest and gives the answer, which must be the next package.</summary>
    public async Task<Package> PushAsync(string method, params (string Key, object? Value)[] pairs)
    {
        var sequence = await SendPushAsync(method, pairs);
        var answer = await ReadAsync();
        Assert.Equal((Frame.AnswerType, sequence), (answer.Type, answer.Sequence));
        return answer;
    }

    public async Task<uint> SendPushAsync(string method, params (string Key, object? Value)[] pairs)
    {
        var sequence = ++_pushes;
        await SendAsync(Frame.Quest(sequence, method, Pack.Map(pairs)));
        return sequence;
    }

    /// <summary>Ends the connection in an orderly way.</summary>
    public void Close() => _stream.Dispose();

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => _stream.Dispose();
}
