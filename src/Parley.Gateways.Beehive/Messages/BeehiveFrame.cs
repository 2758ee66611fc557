using System.Buffers.Binary;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive.Messages;

/// <summary>
/// A packet as it is shared by all sessions that get it: what of the header is the same for all, and the body. The rest of the header is
/// each receiver's own.
/// </summary>
internal static class BeehiveFrame
{
    private const int PreambleLength = sizeof(uint) + (2 * sizeof(ulong));

    /// <summary>Makes a frame.</summary>
    /// <param name="command">What it is.</param>
    /// <param name="sequence">seq, which is dseq too (§10.2).</param>
    /// <param name="senderSessionId">dsid.</param>
    /// <param name="body">The body.</param>
    public static byte[] Make(BeehiveCommand command, ulong sequence, ulong senderSessionId, ReadOnlySpan<byte> body)
    {
        var frame = new byte[PreambleLength + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)command);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(12), senderSessionId);
        body.CopyTo(frame.AsSpan(PreambleLength));
        return frame;
    }

    /// <summary>The common part of the header.</summary>
    public static BeehiveHeader HeaderOf(ReadOnlyMemory<byte> frame)
    {
        var span = frame.Span;
        var sequence = BinaryPrimitives.ReadUInt64LittleEndian(span[4..]);
        return new(
            (BeehiveCommand)BinaryPrimitives.ReadUInt32LittleEndian(span),
            0,
            0,
            Sequence: sequence,
            TargetSessionId: BinaryPrimitives.ReadUInt64LittleEndian(span[12..]),
            TargetSequence: sequence);
    }

    /// <summary>The body.</summary>
    public static ReadOnlyMemory<byte> BodyOf(ReadOnlyMemory<byte> frame) => frame[PreambleLength..];
}
