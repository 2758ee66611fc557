using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Fpnn;

/// <summary>
/// Writes whole packages: version 01, flag exactly 80 or 40, payload never empty (fpnn §1.2, §1.3, §1.6). Either in one call with the
/// payload at hand, or by Begin…, writing the payload behind it, and <see cref="End"/>. Limits of the receiver are not checked here:
/// clients take payloads up to 4 MiB (§1.5) and method names up to 127 bytes (§1.3) for sure.
/// </summary>
public static class FpnnWriter
{
    private const byte Version = 1;
    private const int PayloadLengthOffset = 8;

    /// <summary>Writes a quest.</summary>
    /// <param name="writer">Receives the package.</param>
    /// <param name="type">One-way or two-way.</param>
    /// <param name="sequenceNumber">Not written for one-way quests. 0 is legal, but senders skip it.</param>
    /// <param name="method">The method name, 1–255 bytes of UTF-8.</param>
    /// <param name="payload">An encoded map; empty stands for the empty map.</param>
    /// <param name="encoding">How <paramref name="payload"/> is encoded.</param>
    /// <exception cref="ArgumentException">The method name is empty or too long, or <paramref name="type"/> is no quest.</exception>
    public static void WriteQuest(
        IBufferWriter<byte> writer,
        FpnnMessageType type,
        uint sequenceNumber,
        ReadOnlySpan<byte> method,
        ReadOnlySpan<byte> payload,
        FpnnEncoding encoding = FpnnEncoding.MessagePack)
    {
        if (payload.IsEmpty)
            payload = EmptyPayload(encoding);
        WriteQuestHeader(writer, type, sequenceNumber, method, payload.Length, encoding);
        writer.Write(payload);
    }

    /// <summary>Writes a successful answer.</summary>
    /// <param name="writer">Receives the package.</param>
    /// <param name="sequenceNumber">That of the quest.</param>
    /// <param name="payload">An encoded map; empty stands for the empty map. It should have no key <c>code</c> (fpnn §2.1).</param>
    /// <param name="encoding">How <paramref name="payload"/> is encoded: as the quest was.</param>
    public static void WriteAnswer(
        IBufferWriter<byte> writer, uint sequenceNumber, ReadOnlySpan<byte> payload, FpnnEncoding encoding = FpnnEncoding.MessagePack)
    {
        if (payload.IsEmpty)
            payload = EmptyPayload(encoding);
        WriteAnswerHeader(writer, sequenceNumber, error: false, payload.Length, encoding);
        writer.Write(payload);
    }

    /// <summary>Writes an error answer: always <c>code</c> and <c>ex</c>, and <c>raiser</c> when given (fpnn §2.1).</summary>
    /// <param name="writer">Receives the package.</param>
    /// <param name="sequenceNumber">That of the quest.</param>
    /// <param name="code">Up to 65535 in the smallest form, larger ones as int32. Negative codes are misread by the C# SDK.</param>
    /// <param name="ex">Text for humans, may be empty.</param>
    /// <param name="encoding">As the quest was.</param>
    /// <param name="raiser">Who raised the error, or null to leave the key out.</param>
    public static void WriteError(
        IBufferWriter<byte> writer,
        uint sequenceNumber,
        int code,
        string ex,
        FpnnEncoding encoding = FpnnEncoding.MessagePack,
        string? raiser = null)
    {
        using var payload = new PooledBufferWriter();
        if (encoding == FpnnEncoding.MessagePack)
            WriteErrorPayload(payload, code, ex, raiser);
        else
            WriteJsonErrorPayload(payload, code, ex, raiser);
        WriteAnswerHeader(writer, sequenceNumber, error: true, payload.WrittenCount, encoding);
        writer.Write(payload.WrittenSpan);
    }

    /// <summary>Writes the payload map of an error answer alone, as MessagePack.</summary>
    public static void WriteErrorPayload(IBufferWriter<byte> writer, int code, string ex, string? raiser = null)
    {
        var pack = new MessagePackWriter(writer);
        pack.WriteMapHeader(raiser is null ? 2 : 3);
        pack.WriteString("code"u8);
        // Old Java turns uint32 into a Long and throws; everybody reads int32.
        if (code > ushort.MaxValue)
            pack.WriteInt32Fixed(code);
        else
            pack.Write(code);
        pack.WriteString("ex"u8);
        pack.WriteString(ex);
        if (raiser is not null)
        {
            pack.WriteString("raiser"u8);
            pack.WriteString(raiser);
        }

        pack.Flush();
    }

    /// <summary>Writes the payload object of an error answer alone, as JSON; also the body of an HTTP error answer (fpnn §6.2).</summary>
    public static void WriteJsonErrorPayload(IBufferWriter<byte> writer, int code, string ex, string? raiser = null)
    {
        using var json = new Utf8JsonWriter(writer, FpnnJson.WriterOptions);
        json.WriteStartObject();
        json.WriteNumber("code"u8, code);
        json.WriteString("ex"u8, ex);
        if (raiser is not null)
            json.WriteString("raiser"u8, raiser);
        json.WriteEndObject();
    }

    /// <summary>Starts an answer; its payload is to be written next, then <see cref="End"/> called with the result.</summary>
    /// <param name="writer">Receives the package.</param>
    /// <param name="sequenceNumber">That of the quest.</param>
    /// <param name="error">Whether the status is 1.</param>
    /// <param name="encoding">How the payload will be encoded.</param>
    /// <returns>Where the package starts, for <see cref="End"/>.</returns>
    public static int BeginAnswer(
        PooledBufferWriter writer, uint sequenceNumber, bool error = false, FpnnEncoding encoding = FpnnEncoding.MessagePack)
    {
        var start = writer.WrittenCount;
        WriteAnswerHeader(writer, sequenceNumber, error, payloadLength: 0, encoding);
        return start;
    }

    /// <summary>Starts a quest; its payload is to be written next, then <see cref="End"/> called with the result.</summary>
    /// <param name="writer">Receives the package.</param>
    /// <param name="type">One-way or two-way.</param>
    /// <param name="sequenceNumber">Not written for one-way quests.</param>
    /// <param name="method">The method name, 1–255 bytes of UTF-8.</param>
    /// <param name="encoding">How the payload will be encoded.</param>
    /// <returns>Where the package starts, for <see cref="End"/>.</returns>
    /// <exception cref="ArgumentException">The method name is empty or too long, or <paramref name="type"/> is no quest.</exception>
    public static int BeginQuest(
        PooledBufferWriter writer,
        FpnnMessageType type,
        uint sequenceNumber,
        ReadOnlySpan<byte> method,
        FpnnEncoding encoding = FpnnEncoding.MessagePack)
    {
        var start = writer.WrittenCount;
        WriteQuestHeader(writer, type, sequenceNumber, method, payloadLength: 0, encoding);
        return start;
    }

    /// <summary>Ends a package: an empty payload becomes the empty map, and the header gets the payload's length.</summary>
    /// <param name="writer">The writer that Begin… was called with.</param>
    /// <param name="start">What Begin… returned.</param>
    public static void End(PooledBufferWriter writer, int start)
    {
        var header = writer.GetWrittenSpan(start);
        var payloadOffset = FpnnFraming.HeaderLength + (FpnnMessageType)header[6] switch
        {
            FpnnMessageType.OneWayQuest => header[7],
            FpnnMessageType.TwoWayQuest => 4 + header[7],
            _ => 4,
        };
        if (header.Length == payloadOffset)
            writer.Write(EmptyPayload(header[5] == FpnnFraming.JsonFlag ? FpnnEncoding.Json : FpnnEncoding.MessagePack));
        var package = writer.GetWrittenSpan(start);
        BinaryPrimitives.WriteUInt32LittleEndian(package[PayloadLengthOffset..], (uint)(package.Length - payloadOffset));
    }

    private static ReadOnlySpan<byte> EmptyPayload(FpnnEncoding encoding) => encoding == FpnnEncoding.MessagePack ? [0x80] : "{}"u8;

    private static void WriteQuestHeader(
        IBufferWriter<byte> writer,
        FpnnMessageType type,
        uint sequenceNumber,
        ReadOnlySpan<byte> method,
        int payloadLength,
        FpnnEncoding encoding)
    {
        // A longer name would be written with the low eight bits of its length and corrupt the package (fpnn §1.3).
        if (method.IsEmpty || method.Length > FpnnFraming.MaxMethodLength)
            throw new ArgumentException("A method name has 1 to 255 bytes.", nameof(method));
        if (type > FpnnMessageType.TwoWayQuest)
            throw new ArgumentException("A quest is one-way or two-way.", nameof(type));

        var offset = type == FpnnMessageType.OneWayQuest ? FpnnFraming.HeaderLength : FpnnFraming.HeaderLength + 4;
        var span = writer.GetSpan(offset + method.Length);
        WriteHeader(span, type, (byte)method.Length, payloadLength, encoding);
        if (type == FpnnMessageType.TwoWayQuest)
            BinaryPrimitives.WriteUInt32LittleEndian(span[FpnnFraming.HeaderLength..], sequenceNumber);
        method.CopyTo(span[offset..]);
        writer.Advance(offset + method.Length);
    }

    private static void WriteAnswerHeader(
        IBufferWriter<byte> writer, uint sequenceNumber, bool error, int payloadLength, FpnnEncoding encoding)
    {
        const int Length = FpnnFraming.HeaderLength + 4;
        var span = writer.GetSpan(Length);
        WriteHeader(span, FpnnMessageType.Answer, error ? (byte)1 : (byte)0, payloadLength, encoding);
        BinaryPrimitives.WriteUInt32LittleEndian(span[FpnnFraming.HeaderLength..], sequenceNumber);
        writer.Advance(Length);
    }

    private static void WriteHeader(Span<byte> span, FpnnMessageType type, byte ss, int payloadLength, FpnnEncoding encoding)
    {
        "FPNN"u8.CopyTo(span);
        span[4] = Version;
        span[5] = encoding == FpnnEncoding.MessagePack ? FpnnFraming.MessagePackFlag : FpnnFraming.JsonFlag;
        span[6] = (byte)type;
        span[7] = ss;
        BinaryPrimitives.WriteUInt32LittleEndian(span[PayloadLengthOffset..], (uint)payloadLength);
    }
}
