using System.Buffers.Binary;
using System.Text;

namespace Parley.Conformance.Tests.Support;

/// <summary>FPNN packages put together byte by byte, as fpnn.md §1 draws them.</summary>
public static class Frame
{
    public const byte OneWay = 0;
    public const byte TwoWay = 1;
    public const byte AnswerType = 2;
    public const byte MessagePack = 0x80;
    public const byte Json = 0x40;

    public static byte[] Quest(
        uint sequence, string method, byte[] payload, byte type = TwoWay, byte flag = MessagePack, byte version = 1)
    {
        var name = Encoding.UTF8.GetBytes(method);
        var bytes = new List<byte>(16 + name.Length + payload.Length);
        bytes.AddRange("FPNN"u8);
        bytes.Add(version);
        bytes.Add(flag);
        bytes.Add(type);
        bytes.Add((byte)name.Length);
        AddNumber(bytes, (uint)payload.Length);
        if (type != OneWay)
            AddNumber(bytes, sequence);
        bytes.AddRange(name);
        bytes.AddRange(payload);
        return [.. bytes];
    }

    public static byte[] JsonQuest(uint sequence, string method, string json, byte type = TwoWay) =>
        Quest(sequence, method, Encoding.UTF8.GetBytes(json), type, Json);

    public static byte[] Answer(uint sequence, byte[] payload, byte status = 0)
    {
        var bytes = new List<byte>(16 + payload.Length);
        bytes.AddRange("FPNN"u8);
        bytes.Add(1);
        bytes.Add(MessagePack);
        bytes.Add(AnswerType);
        bytes.Add(status);
        AddNumber(bytes, (uint)payload.Length);
        AddNumber(bytes, sequence);
        bytes.AddRange(payload);
        return [.. bytes];
    }

    private static void AddNumber(List<byte> bytes, uint number)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(four, number);
        bytes.AddRange(four);
    }
}

/// <summary>A package as it came in.</summary>
public sealed record Package(byte[] Bytes)
{
    public byte Version => Bytes[4];

    public byte Flag => Bytes[5];

    public byte Type => Bytes[6];

    /// <summary>The method's length of a quest, the status of an answer.</summary>
    public byte Ss => Bytes[7];

    public uint Sequence => Type == Frame.OneWay ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(12));

    public string Method => Type == Frame.AnswerType ? "" : Encoding.UTF8.GetString(Bytes, Type == Frame.OneWay ? 12 : 16, Ss);

    public ReadOnlySpan<byte> Payload =>
        Bytes.AsSpan(12 + (Type == Frame.OneWay ? 0 : 4) + (Type == Frame.AnswerType ? 0 : Ss));

    public bool IsError => Type == Frame.AnswerType && Ss != 0;

    public Map Body => Map.Parse(Payload);

    public string Json => Encoding.UTF8.GetString(Payload);

    /// <summary>The length of the whole package, out of its first 12 bytes.</summary>
    public static int LengthOf(ReadOnlySpan<byte> header)
    {
        Assert.Equal("FPNN"u8, header[..4]);
        var type = header[6];
        Assert.InRange(type, Frame.OneWay, Frame.AnswerType);
        var payload = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        return 12 + (type == Frame.OneWay ? 0 : 4) + (type == Frame.AnswerType ? 0 : header[7]) + payload;
    }

    public override string ToString() => $"{Type} {Sequence} {Method} {(Flag == Frame.Json ? Json : Body)}";
}
