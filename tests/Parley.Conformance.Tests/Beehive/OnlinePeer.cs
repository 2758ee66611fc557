using System.Buffers.Binary;
using System.Net;
using System.Text;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive;

/// <summary>A packet of the long connection.</summary>
public sealed record OnlinePacket(uint Command, ulong Sequence, byte[] Body);

/// <summary>A logged-in client of listend over TCP, by raw bytes (beehive.md §8.1): for tests of what HTTP calls do to it.</summary>
public sealed class OnlinePeer : IAsyncDisposable
{
    private const int HeaderLength = 52;

    private readonly RawPeer _raw;
    private ulong _sequence;

    private OnlinePeer(RawPeer raw, long uid, long sid) => (_raw, UserId, SessionId) = (raw, uid, sid);

    public long UserId { get; }

    public long SessionId { get; }

    public static async Task<OnlinePeer> LoginAsync(IPEndPoint door, long uid, long sid, string token, string app, string version)
    {
        var peer = new OnlinePeer(await RawPeer.ConnectAsync(door), uid, sid);
        await peer.SendAsync(0x0101, [.. Number(1, uid), .. Number(2, sid), .. Text(3, token), .. Text(4, app), .. Text(5, version)]);
        var ack = await peer.ReadAsync();
        Assert.Equal(0x0102u, ack.Command);
        Assert.Equal(0ul, Field(ack.Body, 7));
        peer._sequence = Field(ack.Body, 3);
        return peer;
    }

    public Task SendAsync(uint command, ReadOnlySpan<byte> body)
    {
        var packet = new byte[HeaderLength + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(packet, command);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), body.Length);
        BinaryPrimitives.WriteInt64BigEndian(packet.AsSpan(8), SessionId);
        BinaryPrimitives.WriteUInt64BigEndian(packet.AsSpan(28), ++_sequence);
        body.CopyTo(packet.AsSpan(HeaderLength));
        return _raw.SendAsync(packet);
    }

    public async Task<OnlinePacket> ReadAsync()
    {
        var header = await _raw.ReadAsync(HeaderLength);
        var body = await _raw.ReadAsync(BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        return new(BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(28)), body);
    }

    /// <summary>The next packet of a command; others before it are passed over.</summary>
    public async Task<OnlinePacket> ExpectAsync(uint command)
    {
        while (true)
        {
            var packet = await ReadAsync();
            if (packet.Command == command)
                return packet;
        }
    }

    /// <summary>Everything that came before the answer to a ping.</summary>
    public async Task<List<OnlinePacket>> DrainAsync()
    {
        await SendAsync(0x0105, []);
        var packets = new List<OnlinePacket>();
        while (await ReadAsync() is { Command: not 0x0106 } packet)
            packets.Add(packet);
        return packets;
    }

    /// <summary>Takes a seat in a room; returns the sub-group, or the refusal.</summary>
    public async Task<(ulong Code, ulong SubGroup)> JoinRoomAsync(long rid)
    {
        await SendAsync(0x0405, [.. Number(1, UserId), .. Number(2, rid)]);
        var ack = await ExpectAsync(0x0406);
        return (Field(ack.Body, 4), Field(ack.Body, 3));
    }

    public async Task<long> CreateGroupAsync()
    {
        await SendAsync(0x0301, [.. Number(1, UserId), .. Number(2, 0), .. Text(3, "name"), .. Text(4, "desc")]);
        var ack = await ExpectAsync(0x0302);
        Assert.Equal(0ul, Field(ack.Body, 1));
        return (long)Field(ack.Body, 3);
    }

    /// <summary>Sends a command about a user and a group; returns the code of the ack.</summary>
    public async Task<ulong> AboutGroupAsync(uint command, long uid, long gid)
    {
        await SendAsync(command, [.. Number(1, uid), .. Number(2, gid)]);
        return Field((await ExpectAsync(command + 1)).Body, 1);
    }

    /// <summary>Says something in a group; returns the code of the ack.</summary>
    public async Task<ulong> SayInGroupAsync(long gid)
    {
        await SendAsync(0x030B, [.. Number(1, UserId), .. Number(2, gid), .. Number(3, 0), .. Number(4, 1), .. Text(5, "hi")]);
        return Field((await ExpectAsync(0x030C)).Body, 1);
    }

    /// <summary>Says something in a room; returns the code of the ack.</summary>
    public async Task<ulong> SayInRoomAsync(long rid)
    {
        await SendAsync(0x040B, [.. Number(1, UserId), .. Number(2, rid), .. Number(3, 0), .. Number(4, 0), .. Number(5, 1), .. Text(6, "hi")]);
        return Field((await ExpectAsync(0x040C)).Body, 4);
    }

    public Task ExpectClosedAsync() => _raw.ReadToEndAsync();

    public ValueTask DisposeAsync() => _raw.DisposeAsync();

    public static byte[] Number(int field, long value) => [(byte)(field << 3), .. Varint((ulong)value)];

    public static byte[] Text(int field, string value) =>
        [(byte)((field << 3) | 2), .. Varint((ulong)Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value)];

    /// <summary>A number of a body; the field must be there.</summary>
    public static ulong Field(byte[] body, int field) => Fields(body).First(f => f.Number == field).Value;

    /// <summary>The bytes of a field; the field must be there.</summary>
    public static byte[] Bytes(byte[] body, int field) => Fields(body).First(f => f.Number == field).Bytes;

    private static IEnumerable<(int Number, ulong Value, byte[] Bytes)> Fields(byte[] body)
    {
        var position = 0;
        while (position < body.Length)
        {
            var tag = ReadVarint(body, ref position);
            var value = ReadVarint(body, ref position);
            var bytes = Array.Empty<byte>();
            if ((tag & 7) == 2)
            {
                bytes = body[position..(position + (int)value)];
                position += bytes.Length;
            }
            yield return ((int)(tag >> 3), value, bytes);
        }
    }

    private static ulong ReadVarint(byte[] body, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = body[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private static List<byte> Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }
}
