using System.Runtime.InteropServices;

namespace Parley.Wire.Fpnn;

/// <summary>The fixed 12 bytes in front of every package (fpnn §1.1), already checked.</summary>
/// <param name="Version">01 normally, 00 from the Python SDK; not judged.</param>
/// <param name="Flag">The flag byte as received; only 0x80 and 0x40 mean something.</param>
/// <param name="Type">Quest or answer.</param>
/// <param name="Ss">Length of the method name in bytes (quest, 1–255) or status (answer, 0 = ok).</param>
/// <param name="PayloadLength">Length of the payload alone, in bytes.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FpnnHeader(byte Version, byte Flag, FpnnMessageType Type, byte Ss, uint PayloadLength)
{
    /// <summary>The encoding of the payload.</summary>
    public FpnnEncoding Encoding => (Flag & FpnnFraming.MessagePackFlag) != 0 ? FpnnEncoding.MessagePack : FpnnEncoding.Json;

    /// <summary>4 where a sequence number follows the header, else 0.</summary>
    public int SequenceNumberLength => Type == FpnnMessageType.OneWayQuest ? 0 : 4;

    /// <summary>Length of the method name in bytes; 0 for answers.</summary>
    public int MethodLength => Type == FpnnMessageType.Answer ? 0 : Ss;

    /// <summary>Length of the whole package in bytes, header included.</summary>
    public long TotalLength => (long)FpnnFraming.HeaderLength + SequenceNumberLength + MethodLength + PayloadLength;
}
