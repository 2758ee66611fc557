using System.Buffers.Binary;

namespace Parley.Gateways.Beehive.Messages;

/// <summary>What a message was when it came through this protocol.</summary>
internal enum EnvelopeKind : byte
{
    /// <summary>CHAT, GROUP-CHAT or ROOM-CHAT of a client.</summary>
    Chat = 1,

    /// <summary>A push of an operator to a group: the body is <c>data</c>, and there is no text.</summary>
    GroupPush = 2,

    /// <summary>A push of an operator to a room, or to everybody: raw bytes.</summary>
    RawPush = 3,
}

/// <summary>
/// The fields of a message that no other protocol has words for. They travel and are stored with the message, and it goes out through this
/// protocol as it came in (DESIGN §6).
/// </summary>
/// <param name="Kind">What it was.</param>
/// <param name="SessionId">sid of the sender.</param>
/// <param name="Sequence">seq that the sender gave it.</param>
/// <param name="Level">Priority, of the application's own choice.</param>
/// <param name="Time">The sender's clock in unix seconds.</param>
/// <param name="Number">msgid of a room push.</param>
/// <param name="Expire">How long a room push is kept, in seconds.</param>
internal readonly record struct BeehiveEnvelope(
    EnvelopeKind Kind, long SessionId = 0, ulong Sequence = 0, uint Level = 0, ulong Time = 0, long Number = 0, uint Expire = 0)
{
    private const byte Mark = (byte)'B';
    private const int FixedLength = 2 + (4 * sizeof(ulong)) + (2 * sizeof(uint));

    /// <summary>The body as it came in, when this server would write it otherwise, as one with fields that it does not know; else empty.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The stored form.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[FixedLength + Body.Length];
        bytes[0] = Mark;
        bytes[1] = (byte)Kind;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(2), SessionId);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(10), Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(18), Time);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(26), Number);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(34), Level);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(38), Expire);
        Body.Span.CopyTo(bytes.AsSpan(FixedLength));
        return bytes;
    }

    /// <summary>Reads the stored form; false when the message came through another protocol.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out BeehiveEnvelope envelope)
    {
        envelope = default;
        var span = bytes.Span;
        if (span.Length < FixedLength || span[0] != Mark)
            return false;
        envelope = new(
            (EnvelopeKind)span[1],
            BinaryPrimitives.ReadInt64LittleEndian(span[2..]),
            BinaryPrimitives.ReadUInt64LittleEndian(span[10..]),
            BinaryPrimitives.ReadUInt32LittleEndian(span[34..]),
            BinaryPrimitives.ReadUInt64LittleEndian(span[18..]),
            BinaryPrimitives.ReadInt64LittleEndian(span[26..]),
            BinaryPrimitives.ReadUInt32LittleEndian(span[38..]))
        {
            Body = bytes[FixedLength..],
        };
        return true;
    }
}
