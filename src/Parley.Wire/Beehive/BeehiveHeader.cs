using System.Buffers.Binary;

namespace Parley.Wire.Beehive;

/// <summary>The header of a packet (beehive §8.1, §8.2). All numbers are unsigned and big-endian on the wire.</summary>
/// <param name="Command">What the packet is.</param>
/// <param name="Length">Length of the body in bytes.</param>
/// <param name="SessionId">sid: the client's own session, never 0; of the server always the receiver's session.</param>
/// <param name="ConnectionId">cid: 0 from clients; of the server informative. Not on the wire in the seed generation.</param>
/// <param name="NodeId">nid: 0 from clients; of the server informative.</param>
/// <param name="Sequence">seq: from clients strictly increasing from 1; in an answer that of the request.</param>
/// <param name="TargetSessionId">dsid: the sender's sid in forwarded chats, copied back in acks (§10.2). Not in the seed generation.</param>
/// <param name="TargetSequence">dseq: the sender's seq in forwarded chats, copied back in acks (§10.2). Not in the seed generation.</param>
public readonly record struct BeehiveHeader(
    BeehiveCommand Command,
    uint Length,
    ulong SessionId,
    ulong ConnectionId = 0,
    uint NodeId = 0,
    ulong Sequence = 0,
    ulong TargetSessionId = 0,
    ulong TargetSequence = 0)
{
    /// <summary>Length of a header of the head generation in bytes.</summary>
    public const int HeadLength = 52;

    /// <summary>Length of a header of the seed generation in bytes.</summary>
    public const int SeedLength = 32;

    /// <summary>Bytes after which the generation, the length of the body and the checksum are known.</summary>
    public const int PrefixLength = 12;

    /// <summary>Bytes 8 to 11 of every header of the seed generation, and of no sid below 2.2·10^18 (§8.2).</summary>
    public const uint Checksum = 0x1ED2_3CB4;

    /// <summary>The usual limit of a received body in bytes (§7.1): 64 KiB.</summary>
    public const int DefaultMaxReceivedBodyLength = 64 * 1024;

    /// <summary>The longest body that the server sends, in bytes (§7.1): 60 KiB.</summary>
    public const int MaxSentBodyLength = 60 * 1024;

    /// <summary>Length of a header in bytes. The generation must be decided.</summary>
    public static int LengthOf(BeehiveGeneration generation) => generation switch
    {
        BeehiveGeneration.Seed => SeedLength,
        BeehiveGeneration.Head => HeadLength,
        _ => throw new ArgumentOutOfRangeException(nameof(generation), generation, "The generation is not decided."),
    };

    /// <summary>Decides by the first 12 bytes of a connection which generation it speaks (§8.2).</summary>
    /// <returns><see cref="BeehiveGeneration.Unknown"/> while there are fewer.</returns>
    public static BeehiveGeneration Detect(ReadOnlySpan<byte> first12)
    {
        if (first12.Length < PrefixLength)
            return BeehiveGeneration.Unknown;
        return BinaryPrimitives.ReadUInt32BigEndian(first12[8..]) == Checksum ? BeehiveGeneration.Seed : BeehiveGeneration.Head;
    }

    /// <summary>Reads a header; its command is <see cref="BeehiveCommand.Unknown"/> when the number is none in this generation.</summary>
    /// <param name="source">At least <see cref="LengthOf"/> bytes, else the result is false.</param>
    /// <param name="generation">What the connection speaks.</param>
    /// <param name="header">The header.</param>
    /// <param name="number">The command number as it is on the wire.</param>
    /// <returns>False when bytes are missing or the checksum of the seed generation is wrong.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, BeehiveGeneration generation, out BeehiveHeader header, out uint number)
    {
        header = default;
        number = 0;
        if (source.Length < LengthOf(generation))
            return false;
        number = BinaryPrimitives.ReadUInt32BigEndian(source);
        var command = BeehiveCommands.FromNumber(number, generation);
        var length = BinaryPrimitives.ReadUInt32BigEndian(source[4..]);
        if (generation == BeehiveGeneration.Head)
        {
            header = new BeehiveHeader(
                command,
                length,
                SessionId: BinaryPrimitives.ReadUInt64BigEndian(source[8..]),
                ConnectionId: BinaryPrimitives.ReadUInt64BigEndian(source[16..]),
                NodeId: BinaryPrimitives.ReadUInt32BigEndian(source[24..]),
                Sequence: BinaryPrimitives.ReadUInt64BigEndian(source[28..]),
                TargetSessionId: BinaryPrimitives.ReadUInt64BigEndian(source[36..]),
                TargetSequence: BinaryPrimitives.ReadUInt64BigEndian(source[44..]));
            return true;
        }
        if (BinaryPrimitives.ReadUInt32BigEndian(source[8..]) != Checksum)
            return false;
        header = new BeehiveHeader(
            command,
            length,
            SessionId: BinaryPrimitives.ReadUInt64BigEndian(source[12..]),
            NodeId: BinaryPrimitives.ReadUInt32BigEndian(source[20..]),
            Sequence: BinaryPrimitives.ReadUInt64BigEndian(source[24..]));
        return true;
    }

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least <see cref="LengthOf"/> bytes.</param>
    /// <param name="generation">What the connection speaks.</param>
    /// <returns>False when the command does not exist in this generation; nothing is written then.</returns>
    public bool TryWrite(Span<byte> destination, BeehiveGeneration generation)
    {
        destination = destination[..LengthOf(generation)];
        if (!BeehiveCommands.TryGetNumber(Command, generation, out var number))
            return false;
        BinaryPrimitives.WriteUInt32BigEndian(destination, number);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Length);
        if (generation == BeehiveGeneration.Head)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination[8..], SessionId);
            BinaryPrimitives.WriteUInt64BigEndian(destination[16..], ConnectionId);
            BinaryPrimitives.WriteUInt32BigEndian(destination[24..], NodeId);
            BinaryPrimitives.WriteUInt64BigEndian(destination[28..], Sequence);
            BinaryPrimitives.WriteUInt64BigEndian(destination[36..], TargetSessionId);
            BinaryPrimitives.WriteUInt64BigEndian(destination[44..], TargetSequence);
            return true;
        }
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Checksum);
        BinaryPrimitives.WriteUInt64BigEndian(destination[12..], SessionId);
        BinaryPrimitives.WriteUInt32BigEndian(destination[20..], NodeId);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], Sequence);
        return true;
    }
}
