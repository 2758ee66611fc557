using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using Parley.Wire.MessagePack;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>
/// A message in protobuf, made once for all who get it. Two fields of MsgData differ from member to member (openim.md §6.1): 14 seq, and,
/// in everything but single chats, 2 recvID. They are put in at their places, so that the bytes are those of a whole encoding.
/// </summary>
/// <remarks>
/// The stored form is <c>place of recvID or -1 · place of seq · flags · length of the operation ID · operation ID · MsgData</c>, numbers in
/// four bytes each, little-endian; the places count from the beginning of MsgData.
/// </remarks>
internal readonly struct SharedMessage
{
    private const int HeadLength = 4 * sizeof(int);
    private const int IsNothing = 1;
    private const int SeqField = 14;
    private const byte RecvIdTag = (2 << 3) | (int)WireFormat.WireType.LengthDelimited;
    private const byte SeqTag = SeqField << 3;

    private readonly ReadOnlyMemory<byte> _bytes;

    private SharedMessage(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The stored form of what clients of this protocol are not shown.</summary>
    public static byte[] Nothing { get; } = Head(recvAt: -1, seqAt: 0, IsNothing, operationLength: 0, dataLength: 0);

    /// <summary>Whether the message was made.</summary>
    public bool IsMade => !_bytes.IsEmpty;

    /// <summary>Whether clients of this protocol are shown the message.</summary>
    public bool IsShown => (IntAt(2) & IsNothing) == 0;

    /// <summary>The operation ID of the request that caused the message, in UTF-8.</summary>
    public ReadOnlySpan<byte> OperationId => _bytes.Span.Slice(HeadLength, IntAt(3));

    /// <summary>What the encoder gave; empty = it was not made.</summary>
    public static SharedMessage Of(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Makes the shared part.</summary>
    /// <param name="data">The message without seq. When its recvID is empty each member's own ID is put in. It is not changed.</param>
    /// <param name="operationId">Of the request that caused it, in UTF-8.</param>
    /// <returns>The stored form, see <see cref="Of"/>.</returns>
    public static byte[] Make(MsgData data, ReadOnlySpan<byte> operationId)
    {
        var dataLength = data.CalculateSize();
        var recvAt = data.RecvID.Length > 0 ? -1
            : data.SendID.Length > 0 ? CodedOutputStream.ComputeTagSize(1) + CodedOutputStream.ComputeStringSize(data.SendID) : 0;
        var bytes = Head(recvAt, seqAt: 0, flags: 0, operationId.Length, dataLength);
        operationId.CopyTo(bytes.AsSpan(HeadLength));
        var body = bytes.AsSpan(HeadLength + operationId.Length);
        data.WriteTo(body);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int)), PlaceOfSeq(body));
        return bytes;
    }

    /// <summary>Writes MsgData for one user.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="member">The ID of the user who gets it, in UTF-8.</param>
    /// <param name="seq">Its number in the inbox of that user; 0 = not stored.</param>
    public void WriteTo(PooledBufferWriter output, ReadOnlySpan<byte> member, uint seq)
    {
        var body = _bytes.Span[(HeadLength + IntAt(3))..];
        var (recvAt, seqAt) = (IntAt(0), IntAt(1));
        if (recvAt >= 0)
        {
            output.Write(body[..recvAt]);
            output.Write([RecvIdTag]);
            WriteVarint(output, (uint)member.Length);
            output.Write(member);
            output.Write(body[recvAt..seqAt]);
        }
        else
        {
            output.Write(body[..seqAt]);
        }
        if (seq > 0)
        {
            output.Write([SeqTag]);
            WriteVarint(output, seq);
        }
        output.Write(body[seqAt..]);
    }

    private static void WriteVarint(IBufferWriter<byte> output, uint value)
    {
        var span = output.GetSpan(5);
        var count = 0;
        while (value >= 0x80)
        {
            span[count++] = (byte)(value | 0x80);
            value >>= 7;
        }
        span[count++] = (byte)value;
        output.Advance(count);
    }

    private static byte[] Head(int recvAt, int seqAt, int flags, int operationLength, int dataLength)
    {
        var bytes = new byte[HeadLength + operationLength + dataLength];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, recvAt);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int)), seqAt);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2 * sizeof(int)), flags);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(3 * sizeof(int)), operationLength);
        return bytes;
    }

    /// <summary>Where the first field behind seq begins; fields are written in the order of their numbers, unknown ones last.</summary>
    private static int PlaceOfSeq(ReadOnlySpan<byte> body)
    {
        var place = 0;
        while (place < body.Length)
        {
            var at = place;
            var tag = ReadVarint(body, ref place);
            if (tag >> 3 > SeqField)
                return at;
            var type = (WireFormat.WireType)(tag & 7);
            if (type is not (WireFormat.WireType.Varint or WireFormat.WireType.LengthDelimited))
                return at; // no field up to 14 is of another type: an unknown one, and those are last
            var value = ReadVarint(body, ref place);
            if (type == WireFormat.WireType.LengthDelimited)
                place += (int)value;
        }
        return body.Length;
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> body, ref int place)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = body[place++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private int IntAt(int index) => BinaryPrimitives.ReadInt32LittleEndian(_bytes.Span[(index * sizeof(int))..]);
}
