using System.Buffers.Binary;
using System.Text;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway.Support;

/// <summary>A field of a struct as a Go program describes it: its name, its gob type, and its value; null = the zero value.</summary>
internal sealed record GobField(string Name, int Type, object? Value);

/// <summary>Gob with the bytes in one's own hand, written from openim.md §8.4 and nothing of the server.</summary>
internal static class GobBytes
{
    public const int Bool = 1;
    public const int Int = 2;
    public const int Uint = 3;
    public const int Float = 4;
    public const int Data = 5;
    public const int Text = 6;

    /// <summary>The 97 bytes before every frame of the server (§8.4).</summary>
    public static readonly byte[] AnswerPrefix = Hex.Bytes(
        """
        60ff81030101045265737001ff82000106010d5265714964656e7469666965720104
        0001074d7367496e6372010c00010b4f7065726174696f6e4944010c000107457272
        436f646501040001064572724d7367010c00010444617461010a000000
        """);

    /// <summary>What the SDK writes before every request (§9, example 11).</summary>
    public static readonly byte[] RequestPrefix = Hex.Bytes(
        """
        66ff810301010c47656e6572616c577352657101ff82000106010d5265714964656e746966696572010400
        0105546f6b656e010c00010653656e644944010c00010b4f7065726174696f6e4944010c0001074d736749
        6e6372010c00010444617461010a000000
        """);

    /// <summary>A request as the SDK writes it.</summary>
    public static byte[] Request(int identifier, string sendId, string operationId, string msgIncr, byte[] data) =>
        [.. RequestPrefix, .. Value(65, Fields(identifier, sendId, operationId, msgIncr, data))];

    /// <summary>The fields of a request in the order of the SDK.</summary>
    public static GobField[] Fields(int identifier, string sendId, string operationId, string msgIncr, byte[] data) =>
    [
        new("ReqIdentifier", Int, (long)identifier), new("Token", Text, null), new("SendID", Text, sendId),
        new("OperationID", Text, operationId), new("MsgIncr", Text, msgIncr), new("Data", Data, data),
    ];

    /// <summary>A request of another program: another type, other fields, another order.</summary>
    public static byte[] Frame(int type, string typeName, params GobField[] fields) => [.. Description(type, typeName, fields), .. Value(type, fields)];

    public static byte[] Description(int type, string typeName, params GobField[] fields)
    {
        List<byte> body = [.. Signed(-type), 3];
        body.AddRange(typeName.Length == 0 ? [1, 2] : [1, 1, .. TextOf(typeName), 1]);
        body.AddRange([.. Signed(type), 0]);
        if (fields.Length > 0)
            body.AddRange([1, .. Unsigned((ulong)fields.Length)]);
        foreach (var field in fields)
            body.AddRange([1, .. TextOf(field.Name), 1, .. Signed(field.Type), 0]);
        body.AddRange([0, 0]);
        return Message(body);
    }

    public static byte[] Value(int type, params GobField[] fields)
    {
        List<byte> body = [.. Signed(type)];
        var last = -1;
        for (var i = 0; i < fields.Length; i++)
        {
            if (Encoded(fields[i].Value) is not { } value)
                continue;
            body.AddRange([.. Unsigned((ulong)(i - last)), .. value]);
            last = i;
        }
        body.Add(0);
        return Message(body);
    }

    public static byte[] Message(IReadOnlyCollection<byte> body) => [.. Unsigned((ulong)body.Count), .. body];

    /// <summary>What the server is to send, byte for byte.</summary>
    public static byte[] Answer(int identifier, string msgIncr, string operationId, int code, string text, byte[] data) =>
    [
        .. AnswerPrefix,
        .. Value(
            65,
            new("ReqIdentifier", Int, (long)identifier), new("MsgIncr", Text, msgIncr), new("OperationID", Text, operationId),
            new("ErrCode", Int, (long)code), new("ErrMsg", Text, text), new("Data", Data, data)),
    ];

    /// <summary>Reads a frame of the server, which must be in the one form that there is.</summary>
    public static GatewayFrame Read(byte[] frame)
    {
        Assert.Equal(Hex.Text(AnswerPrefix), Hex.Text(frame.AsSpan(0, Math.Min(frame.Length, AnswerPrefix.Length))));
        var at = AnswerPrefix.Length;
        Assert.Equal((ulong)frame.Length - (ulong)at, ReadUnsigned(frame, ref at) + (ulong)(at - AnswerPrefix.Length));
        Assert.Equal(130ul, ReadUnsigned(frame, ref at)); // type 65
        var values = new object?[6];
        for (var field = -1; ;)
        {
            var delta = (int)ReadUnsigned(frame, ref at);
            if (delta == 0)
                break;
            field += delta;
            Assert.InRange(field, 0, 5);
            if (field is 0 or 3)
            {
                var number = ReadUnsigned(frame, ref at);
                Assert.Equal(0ul, number & 1); // nothing here is negative
                values[field] = (int)(number >> 1);
                continue;
            }
            var length = (int)ReadUnsigned(frame, ref at);
            Assert.NotEqual(0, length); // what is empty is left out
            values[field] = frame[at..(at + length)];
            at += length;
        }
        Assert.Equal(frame.Length, at);
        return new(
            (int)(values[0] ?? 0), TextIn(values[1]), TextIn(values[2]), (int)(values[3] ?? 0), TextIn(values[4]), (byte[])(values[5] ?? Array.Empty<byte>()), frame);
    }

    private static string TextIn(object? bytes) => bytes is null ? "" : new UTF8Encoding(false, throwOnInvalidBytes: true).GetString((byte[])bytes);

    private static ulong ReadUnsigned(byte[] frame, ref int at)
    {
        var first = frame[at++];
        if (first < 128)
            return first;
        var value = 0ul;
        for (var left = 256 - first; left > 0; left--)
            value = (value << 8) | frame[at++];
        Assert.True(value >= 128, "a number in more bytes than it needs");
        return value;
    }

    private static byte[] Unsigned(ulong value)
    {
        if (value < 128)
            return [(byte)value];
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        var digits = bytes.SkipWhile(b => b == 0).ToArray();
        return [(byte)(256 - digits.Length), .. digits];
    }

    private static byte[] Signed(long value) => Unsigned(value < 0 ? ((ulong)~value << 1) | 1 : (ulong)value << 1);

    private static byte[] TextOf(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Unsigned((ulong)bytes.Length), .. bytes];
    }

    private static byte[]? Encoded(object? value) => value switch
    {
        null or 0L or 0ul or 0d or false or "" or byte[] { Length: 0 } => null,
        long number => Signed(number),
        ulong number => Unsigned(number),
        double number => Unsigned(BinaryPrimitives.ReverseEndianness(BitConverter.DoubleToUInt64Bits(number))),
        true => [1],
        string text => TextOf(text),
        byte[] bytes => [.. Unsigned((ulong)bytes.Length), .. bytes],
        _ => throw new ArgumentException("No type of gob.", nameof(value)),
    };
}

/// <summary>A frame of the server.</summary>
internal sealed record GatewayFrame(int Identifier, string MsgIncr, string OperationId, int Code, string Text, byte[] Data, byte[] Bytes)
{
    public override string ToString() => $"{Identifier} MsgIncr={MsgIncr} OperationID={OperationId} {Code} {Text} {Hex.Text(Data)}";
}
