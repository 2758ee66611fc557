using System.Buffers.Binary;

namespace Parley.Wire.Fpnn;

/// <summary>One whole package; its spans are slices of the buffer it was read from (fpnn §1.3).</summary>
public readonly ref struct FpnnPackage
{
    internal FpnnPackage(FpnnHeader header, ReadOnlySpan<byte> whole)
    {
        Header = header;
        var offset = FpnnFraming.HeaderLength;
        if (header.Type != FpnnMessageType.OneWayQuest)
        {
            SequenceNumber = BinaryPrimitives.ReadUInt32LittleEndian(whole[offset..]);
            offset += 4;
        }

        Method = whole.Slice(offset, header.MethodLength);
        Payload = whole[(offset + header.MethodLength)..];
        Whole = whole;
    }

    /// <summary>The header.</summary>
    public FpnnHeader Header { get; }

    /// <summary>Quest or answer.</summary>
    public FpnnMessageType Type => Header.Type;

    /// <summary>The encoding of the payload; an answer uses that of its quest.</summary>
    public FpnnEncoding Encoding => Header.Encoding;

    /// <summary>Status of an answer: 0 = ok, anything else = error. 0 for quests.</summary>
    public byte Status => Header.Type == FpnnMessageType.Answer ? Header.Ss : (byte)0;

    /// <summary>Whether this is an answer that reports an error.</summary>
    public bool IsError => Status != 0;

    /// <summary>The sequence number; 0 for one-way quests, which have none.</summary>
    public uint SequenceNumber { get; }

    /// <summary>The method name of a quest, 1–255 bytes; empty for answers.</summary>
    public ReadOnlySpan<byte> Method { get; }

    /// <summary>The payload, never empty.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>All bytes of the package, header included.</summary>
    public ReadOnlySpan<byte> Whole { get; }
}
