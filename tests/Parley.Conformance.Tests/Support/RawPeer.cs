using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Parley.Conformance.Tests.Support;

/// <summary>A socket and nothing else: sends bytes, reads bytes, sees the end.</summary>
public sealed class RawPeer : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;

    private RawPeer(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
        LocalEndpoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    public static async Task<RawPeer> ConnectAsync(IPEndPoint endpoint, Func<Stream, Task<Stream>>? wrap = null, int? receiveBuffer = null)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await Wait.For(socket.ConnectAsync(endpoint), "a connection");
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        return new RawPeer(socket, wrap is null ? stream : await wrap(stream));
    }

    public IPEndPoint LocalEndpoint { get; }

    public Stream Stream => _stream;

    /// <summary>Sends; a connection that is gone, also one that our own reader has closed, is an <see cref="IOException"/>.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await Wait.For(_stream.WriteAsync(bytes).AsTask(), "sending");
        }
        catch (ObjectDisposedException exception)
        {
            throw new IOException("The connection is closed.", exception);
        }
    }

    public Task SendAsync(string hex) => SendAsync(Hex.Bytes(hex));

    public Task SendTextAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends what a server that closes meanwhile may refuse.</summary>
    public async Task TrySendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await SendAsync(bytes);
        }
        catch (IOException)
        {
            // the end is looked at by reading
        }
    }

    /// <summary>Ends our sending side; the server may still answer.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, 0);
        _socket.Close();
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await Wait.For(_stream.ReadExactlyAsync(bytes).AsTask(), $"{count} bytes");
        return bytes;
    }

    public async Task ExpectAsync(string hex)
    {
        var wanted = Hex.Plain(hex);
        Assert.Equal(wanted, Hex.Text(await ReadAsync(wanted.Length / 2)));
    }

    /// <summary>Reads one plain package.</summary>
    public async Task<Package> ReadPackageAsync()
    {
        var header = await ReadAsync(12);
        var rest = await ReadAsync(Package.LengthOf(header) - header.Length);
        return new([.. header, .. rest]);
    }

    /// <summary>Reads up to and with an empty line.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await ReadAsync(1))[0]);
        return head.ToString();
    }

    /// <summary>The server closes, without having sent anything more.</summary>
    public async Task ExpectClosedAsync()
    {
        Assert.Equal("", Hex.Text(await ReadToEndAsync()));
    }

    /// <summary>Everything until the server closes or resets.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var all = new MemoryStream();
        try
        {
            await Wait.For(_stream.CopyToAsync(all), "the end of the connection");
        }
        catch (IOException)
        {
            // a reset is an end too
        }
        return all.ToArray();
    }

    public async ValueTask DisposeAsync() => await _stream.DisposeAsync();
}
