using System.Buffers.Binary;
using System.Net;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Fpnn;

/// <summary>A WebSocket client whose frames are put together here (fpnn.md §6.4).</summary>
internal sealed class WebSocketPeer(RawPeer raw) : IAsyncDisposable
{
    public const byte Text = 1;
    public const byte Binary = 2;
    public const byte CloseFrame = 8;
    public const byte Ping = 9;
    public const byte Pong = 10;

    public const string Handshake =
        "GET /service/websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    public RawPeer Raw { get; } = raw;

    public static async Task<WebSocketPeer> ConnectAsync(IPEndPoint endpoint, Func<Stream, Task<Stream>>? wrap = null)
    {
        var peer = new WebSocketPeer(await RawPeer.ConnectAsync(endpoint, wrap));
        await peer.Raw.SendTextAsync(Handshake);
        Assert.StartsWith("HTTP/1.1 101 ", await peer.Raw.ReadHeadAsync());
        return peer;
    }

    /// <summary>A masked frame, as clients must send them.</summary>
    public static byte[] Masked(byte opcode, byte[] payload, bool isFinal = true, bool isMasked = true)
    {
        var frame = new List<byte> { (byte)((isFinal ? 0x80 : 0) | opcode) };
        var mask = (byte)(isMasked ? 0x80 : 0);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
        if (payload.Length < 126)
        {
            frame.Add((byte)(mask | payload.Length));
        }
        else if (payload.Length <= 65_535)
        {
            frame.Add((byte)(mask | 126));
            frame.AddRange(length[6..]);
        }
        else
        {
            frame.Add((byte)(mask | 127));
            frame.AddRange(length);
        }
        byte[] key = [0x11, 0x22, 0x33, 0x44];
        if (isMasked)
            frame.AddRange(key);
        for (var i = 0; i < payload.Length; i++)
            frame.Add(isMasked ? (byte)(payload[i] ^ key[i & 3]) : payload[i]);
        return [.. frame];
    }

    public Task SendAsync(byte opcode, byte[] payload, bool isFinal = true) => Raw.SendAsync(Masked(opcode, payload, isFinal));

    /// <summary>Reads one frame, which must be unmasked and final and in the shortest form.</summary>
    public async Task<(byte Opcode, byte[] Payload)> ReadFrameAsync()
    {
        var start = await Raw.ReadAsync(2);
        Assert.Equal(0x80, start[0] & 0xf0);
        Assert.Equal(0, start[1] & 0x80);
        long length = start[1];
        if (length == 126)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(await Raw.ReadAsync(2));
            Assert.InRange(length, 126, 65_535);
        }
        else if (length == 127)
        {
            length = BinaryPrimitives.ReadInt64BigEndian(await Raw.ReadAsync(8));
            Assert.InRange(length, 65_536, int.MaxValue);
        }
        return ((byte)(start[0] & 15), await Raw.ReadAsync((int)length));
    }

    /// <summary>Reads one binary frame, which is one package.</summary>
    public async Task<Package> ReadPackageAsync()
    {
        var (opcode, payload) = await ReadFrameAsync();
        Assert.Equal(Binary, opcode);
        Assert.Equal(payload.Length, Package.LengthOf(payload));
        return new(payload);
    }

    /// <summary>The server ends the connection; at the most it says goodbye by a close frame.</summary>
    public async Task ExpectClosedAsync()
    {
        var rest = await Raw.ReadToEndAsync();
        if (rest.Length > 0)
            Assert.Equal(0x88, rest[0]);
    }

    public ValueTask DisposeAsync() => Raw.DisposeAsync();
}
