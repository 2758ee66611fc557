using System.Buffers.Binary;
using System.Text;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Bench.Client;

/// <summary>The packages that the load is made of. They are encoded once; later only numbers in them change.</summary>
internal static class Frames
{
    /// <summary>Length of a receipt: header, number, empty map.</summary>
    public const int ReceiptLength = FpnnFraming.HeaderLength + 5;

    private static ReadOnlySpan<byte> EmptyAnswer =>
        [(byte)'F', (byte)'P', (byte)'N', (byte)'N', 1, 0x80, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x80];

    /// <summary>Writes the empty answer to a quest.</summary>
    public static void Receipt(Span<byte> target, uint sequenceNumber)
    {
        EmptyAnswer.CopyTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[FpnnFraming.HeaderLength..], sequenceNumber);
    }

    /// <summary>A quest without parameters.</summary>
    public static byte[] Quest(ReadOnlySpan<byte> method, uint sequenceNumber) => Make(method, sequenceNumber, 0, static (ref _) => { });

    /// <summary><c>auth</c> as a client of 2018 sends it.</summary>
    public static byte[] Auth(uint sequenceNumber, long projectId, long userId, string token) => Make("auth"u8, sequenceNumber, 3, (ref writer) =>
    {
        writer.WriteString("pid"u8);
        writer.Write(projectId);
        writer.WriteString("uid"u8);
        writer.Write(userId);
        writer.WriteString("token"u8);
        writer.WriteString(token);
    });

    /// <summary><c>enterroom</c>.</summary>
    public static byte[] EnterRoom(uint sequenceNumber, long roomId) => Make("enterroom"u8, sequenceNumber, 1, (ref writer) =>
    {
        writer.WriteString("rid"u8);
        writer.Write(roomId);
    });

    /// <summary>What an error answer says.</summary>
    public static string ErrorText(ReadOnlySpan<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        var code = 0L;
        var text = "";
        if (!reader.TryReadMapHeader(out var count))
            return "an error that cannot be read";
        for (var i = 0; i < count && reader.TryReadRaw(out var key, out _); i++)
        {
            if (key.SequenceEqual("code"u8))
                reader.TryReadInt64(out code);
            else if (key.SequenceEqual("ex"u8) && reader.TryReadRaw(out var ex, out _))
                text = Encoding.UTF8.GetString(ex);
            else
                reader.TrySkip();
        }
        return $"{code} {text}";
    }

    /// <summary>A number out of a map; 0 when it is not there.</summary>
    public static long Number(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> name)
    {
        var reader = new MessagePackReader(payload);
        if (!reader.TryReadMapHeader(out var count))
            return 0;
        for (var i = 0; i < count && reader.TryReadRaw(out var key, out _); i++)
        {
            if (key.SequenceEqual(name))
                return reader.TryReadInt64(out var value) ? value : 0;
            reader.TrySkip();
        }
        return 0;
    }

    /// <summary>Whether the answer to <c>auth</c> lets the user in.</summary>
    public static bool IsOk(ReadOnlySpan<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        return reader.TryReadMapHeader(out var count) && count > 0 && reader.TryReadRaw(out var key, out _)
            && key.SequenceEqual("ok"u8) && reader.TryReadBool(out var ok) && ok;
    }

    internal delegate void WritePairs(ref MessagePackWriter writer);

    internal static byte[] Make(ReadOnlySpan<byte> method, uint sequenceNumber, int pairs, WritePairs write)
    {
        using var output = new PooledBufferWriter();
        var start = FpnnWriter.BeginQuest(output, FpnnMessageType.TwoWayQuest, sequenceNumber, method);
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(pairs);
        write(ref writer);
        writer.Flush();
        FpnnWriter.End(output, start);
        return output.WrittenSpan.ToArray();
    }
}
