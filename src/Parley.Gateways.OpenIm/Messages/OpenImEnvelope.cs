using System.Text;
using Google.Protobuf;
using Parley.Wire.OpenIm;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Messages;

/// <summary>What the stored form of a message leaves out, or says beside it.</summary>
[Flags]
internal enum EnvelopeFlags : byte
{
    None = 0,

    /// <summary>The content is the body of the core's message and not repeated.</summary>
    ContentIsBody = 1,

    /// <summary>The sender's own connections are not shown it (option <c>senderSync</c> false).</summary>
    HiddenFromSender = 2,

    /// <summary>recvID is whoever looks at it.</summary>
    ReceiverIsViewer = 4,
}

/// <summary>
/// MsgData as it is stored with a message that came through this protocol, and as the note of a notification: <c>O</c>, flags, length of
/// the operationID, the operationID, MsgData without seq and sendTime (notes keep sendTime).
/// </summary>
internal static class OpenImEnvelope
{
    private const byte Mark = (byte)'O';
    private const int FixedLength = 3;

    public static byte[] ToBytes(MsgData data, EnvelopeFlags flags, string operationId)
    {
        Span<byte> operation = stackalloc byte[byte.MaxValue];
        Encoding.UTF8.GetEncoder().Convert(operationId, operation, flush: true, out _, out var operationLength, out _); // cut, never in a character
        var bytes = new byte[FixedLength + operationLength + data.CalculateSize()];
        bytes[0] = Mark;
        bytes[1] = (byte)flags;
        bytes[2] = (byte)operationLength;
        operation[..operationLength].CopyTo(bytes.AsSpan(FixedLength));
        data.WriteTo(bytes.AsSpan(FixedLength + operationLength));
        return bytes;
    }

    /// <summary>Whether something came through this protocol.</summary>
    public static bool IsOurs(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= FixedLength && bytes[0] == Mark && bytes.Length >= FixedLength + bytes[2];

    /// <summary>The flags; none for what is not ours.</summary>
    public static EnvelopeFlags FlagsOf(ReadOnlySpan<byte> bytes) => IsOurs(bytes) ? (EnvelopeFlags)bytes[1] : EnvelopeFlags.None;

    /// <summary>The operationID of the request that caused it, in UTF-8; empty for what is not ours.</summary>
    public static ReadOnlyMemory<byte> OperationIdOf(ReadOnlyMemory<byte> bytes) =>
        IsOurs(bytes.Span) ? bytes.Slice(FixedLength, bytes.Span[2]) : default;

    /// <summary>The message; null for what is not ours.</summary>
    public static MsgData? Read(ReadOnlySpan<byte> bytes) =>
        IsOurs(bytes) && OpenImBodies.TryParse(bytes[(FixedLength + bytes[2])..], MsgData.Parser, out var data) ? data : null;
}
