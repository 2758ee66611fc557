using System.Buffers.Binary;
using System.Net;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway.Support;

/// <summary>A WebSocket whose frames are put together here, for what no WebSocket library sends.</summary>
internal sealed class RawWebSocket : IAsyncDisposable
{
    public const byte Continuation = 0;
    public const byte Text = 1;
    public const byte Binary = 2;
    public const byte Close = 8;
    public const byte Ping = 9;
    public const byte Pong = 10;

    private readonly HttpAnswer _head;

    private RawWebSocket(RawPeer raw, string head)
    {
        Raw = raw;
        _head = new(101, head, []);
    }

    public RawPeer Raw { get; }

    public static async Task<RawWebSocket> ConnectAsync(IPEndPoint door, string target, params (string Name, string Value)[] headers)
    {
        var raw = await RawPeer.ConnectAsync(door);
        return await UpgradeAsync(raw, target, headers);
    }

    /// <summary>Asks for the upgrade on a connection that is there.</summary>
    public static async Task<RawWebSocket> UpgradeAsync(RawPeer raw, string target, params (string Name, string Value)[] headers)
    {
        await raw.SendTextAsync(
            $"GET {target} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"))}\r\n");
        var head = await raw.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head);
        return new(raw, head);
    }

    /// <summary>Comes in as a user who is registered here.</summary>
    public static async Task<(RawWebSocket Socket, string User)> LoginAsync(OpenImGatewayServer server, int? receiveBuffer = null)
    {
        var user = OpenImGatewayServer.NewId();
        var token = await OpenImGatewayApi.RegisterAsync(server.Api, user);
        var raw = await RawPeer.ConnectAsync(server.Gate, receiveBuffer: receiveBuffer);
        return (await UpgradeAsync(raw, "/" + OpenImGatewayPeer.QueryOf(user, token, 2)), user);
    }

    public string? Header(string name) => _head.Header(name);

    /// <summary>A frame, masked as clients must.</summary>
    public static byte[] Frame(byte opcode, byte[] payload, bool isFinal = true, bool isMasked = true)
    {
        var frame = new List<byte> { (byte)((isFinal ? 0x80 : 0) | opcode) };
        var mask = (byte)(isMasked ? 0x80 : 0);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
        if (payload.Length < 126)
            frame.Add((byte)(mask | payload.Length));
        else if (payload.Length <= 65_535)
            frame.AddRange([(byte)(mask | 126), .. length[6..]]);
        else
            frame.AddRange([(byte)(mask | 127), .. length]);
        byte[] key = [0x51, 0x62, 0x73, 0x84];
        if (isMasked)
            frame.AddRange(key);
        for (var i = 0; i < payload.Length; i++)
            frame.Add(isMasked ? (byte)(payload[i] ^ key[i & 3]) : payload[i]);
        return [.. frame];
    }

    public Task SendAsync(byte opcode, byte[] payload, bool isFinal = true) => Raw.SendAsync(Frame(opcode, payload, isFinal));

    /// <summary>Reads one frame, which must be unmasked and final.</summary>
    public async Task<(byte Opcode, byte[] Payload)> ReadAsync()
    {
        var start = await Raw.ReadAsync(2);
        Assert.Equal(0x80, start[0] & 0xf0);
        long length = start[1];
        if (length == 126)
            length = BinaryPrimitives.ReadUInt16BigEndian(await Raw.ReadAsync(2));
        else if (length == 127)
            length = BinaryPrimitives.ReadInt64BigEndian(await Raw.ReadAsync(8));
        return ((byte)(start[0] & 15), await Raw.ReadAsync((int)length));
    }

    /// <summary>Reads one envelope.</summary>
    public async Task<GatewayFrame> ReadEnvelopeAsync()
    {
        var (opcode, payload) = await ReadAsync();
        Assert.Equal(Binary, opcode);
        return GobBytes.Read(payload);
    }

    /// <summary>The next envelope, by what it answers.</summary>
    public async Task<(int Identifier, string MsgIncr, string OperationId, int Code)> NextAsync()
    {
        var frame = await ReadEnvelopeAsync();
        return (frame.Identifier, frame.MsgIncr, frame.OperationId, frame.Code);
    }

    /// <summary>Is told that the request cannot be decoded, and then closed (§8.4).</summary>
    public async Task ExpectNotDecodedAsync()
    {
        var frame = await ReadEnvelopeAsync();
        Assert.Equal((3001, "", "", 200), (frame.Identifier, frame.MsgIncr, frame.OperationId, frame.Code));
        Assert.Empty(frame.Data);
        await ExpectClosedAsync();
    }

    /// <summary>The server ends the connection; at the most it says so by a close frame. Gives the status; 0 = none.</summary>
    public async Task<int> ExpectClosedAsync()
    {
        var rest = await Raw.ReadToEndAsync();
        if (rest.Length == 0)
            return 0;
        Assert.Equal(0x88, rest[0]);
        Assert.Equal(rest.Length, rest[1] + 2);
        return rest[1] == 0 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest.AsSpan(2));
    }

    public ValueTask DisposeAsync() => Raw.DisposeAsync();
}
