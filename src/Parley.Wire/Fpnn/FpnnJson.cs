using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Fpnn;

/// <summary>Converts JSON payloads (flag 0x40, HTTP) to MessagePack and back (fpnn §6.3), so that handlers know one format only.</summary>
public static class FpnnJson
{
    private const byte MapMark = 0x80;
    private const byte ArrayMark = 0x90;

    internal static readonly JsonWriterOptions WriterOptions = new()
    {
        // Payloads are not put into HTML: only what RFC 8259 wants escaped is escaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>
    /// Appends the MessagePack form of a JSON object. Integers up to 64 bits, signed or unsigned, become integers; other numbers float64.
    /// Duplicate keys stay as they are.
    /// </summary>
    /// <returns>
    /// False, and nothing appended, when the text is not one valid UTF-8 JSON object, has lone surrogates, is deeper than
    /// <see cref="MessagePackReader.MaxDepth"/>, or has a number beyond float64.
    /// </returns>
    public static bool TryToMessagePack(ReadOnlySpan<byte> json, PooledBufferWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var start = output.WrittenCount;
        try
        {
            if (Convert(json, output))
                return true;
        }
        catch (JsonException)
        {
            // Not JSON; the caller closes the connection and counts it.
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate in an escape.
        }

        output.Truncate(start);
        return false;
    }

    /// <summary>
    /// Writes a MessagePack value as RFC 8259 JSON: floats with all digits, NaN and infinities as null, BIN, ext and STR that is not
    /// UTF-8 as base64, keys that are not strings as their text (containers as the base64 of their bytes).
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="messagePack"/> does not start with a whole value.</exception>
    public static void FromMessagePack(ReadOnlySpan<byte> messagePack, IBufferWriter<byte> output)
    {
        if (!TryFromMessagePack(messagePack, output))
            throw new ArgumentException("Not a whole MessagePack value.", nameof(messagePack));
    }

    /// <summary>As <see cref="FromMessagePack"/>, for bytes that may be malformed: then false, and nothing is written.</summary>
    public static bool TryFromMessagePack(ReadOnlySpan<byte> messagePack, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!MessagePackReader.TryGetLength(messagePack, out var length))
            return false;
        var reader = new MessagePackReader(messagePack[..length]);
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        WriteValue(ref reader, writer);
        return true;
    }

    private static bool Convert(ReadOnlySpan<byte> json, PooledBufferWriter output)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MessagePackReader.MaxDepth });
        Span<int> starts = stackalloc int[MessagePackReader.MaxDepth];
        Span<int> counts = stackalloc int[MessagePackReader.MaxDepth];
        var depth = 0;
        while (reader.Read())
        {
            var token = reader.TokenType;
            if (token is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                depth--;
                PatchHeader(output, starts[depth], counts[depth], token == JsonTokenType.EndObject);
                continue;
            }

            if (depth == 0 && token != JsonTokenType.StartObject)
                return false;
            // Elements of an array and keys of an object are counted; a value in an object is not, its key was.
            if (depth > 0 && (token == JsonTokenType.PropertyName || output.WrittenSpan[starts[depth - 1]] == ArrayMark))
                counts[depth - 1]++;
            if (token is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                starts[depth] = output.WrittenCount;
                counts[depth++] = 0;
                output.Write([token == JsonTokenType.StartArray ? ArrayMark : MapMark]);
            }
            else if (!WriteScalar(ref reader, output))
            {
                return false;
            }
        }

        return true;
    }

    private static bool WriteScalar(ref Utf8JsonReader reader, PooledBufferWriter output)
    {
        var writer = new MessagePackWriter(output);
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName or JsonTokenType.String when reader.ValueIsEscaped:
                var unescaped = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
                try
                {
                    writer.WriteString(unescaped.AsSpan(0, reader.CopyString(unescaped)));
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(unescaped);
                }

                break;
            case JsonTokenType.PropertyName or JsonTokenType.String when !Utf8.IsValid(reader.ValueSpan):
                return false;
            case JsonTokenType.PropertyName or JsonTokenType.String:
                writer.WriteString(reader.ValueSpan);
                break;
            case JsonTokenType.Number when reader.TryGetInt64(out var signed):
                writer.Write(signed);
                break;
            case JsonTokenType.Number when reader.TryGetUInt64(out var unsigned):
                writer.Write(unsigned);
                break;
            case JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsFinite(number):
                writer.Write(number);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                writer.Write(reader.TokenType == JsonTokenType.True);
                break;
            case JsonTokenType.Null:
                writer.WriteNil();
                break;
            default:
                return false;
        }

        writer.Flush();
        return true;
    }

    // One byte was reserved, which is all that up to 15 elements need; more of them move what was written behind it.
    private static void PatchHeader(PooledBufferWriter output, int start, int count, bool map)
    {
        if (count <= 15)
        {
            output.GetWrittenSpan(start)[0] = (byte)((map ? MapMark : ArrayMark) | count);
            return;
        }

        var extra = count <= ushort.MaxValue ? 2 : 4;
        output.GetSpan(extra);
        output.Advance(extra);
        var span = output.GetWrittenSpan(start);
        span[1..^extra].CopyTo(span[(1 + extra)..]);
        span[0] = (byte)((map ? 0xde : 0xdc) + (extra / 4));
        if (extra == 2)
            BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)count);
        else
            BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)count);
    }

    // The value was measured before, so every read succeeds and the recursion is bounded by MaxDepth.
    private static void WriteValue(ref MessagePackReader reader, Utf8JsonWriter writer)
    {
        reader.TryPeekType(out var type);
        switch (type)
        {
            case MessagePackType.Map:
                reader.TryReadMapHeader(out var pairs);
                writer.WriteStartObject();
                for (; pairs > 0; pairs--)
                {
                    WriteKey(ref reader, writer);
                    WriteValue(ref reader, writer);
                }

                writer.WriteEndObject();
                break;
            case MessagePackType.Array:
                reader.TryReadArrayHeader(out var elements);
                writer.WriteStartArray();
                for (; elements > 0; elements--)
                    WriteValue(ref reader, writer);
                writer.WriteEndArray();
                break;
            case MessagePackType.Boolean:
                reader.TryReadBool(out var boolean);
                writer.WriteBooleanValue(boolean);
                break;
            case MessagePackType.Integer when reader.TryReadInt64(out var signed):
                writer.WriteNumberValue(signed);
                break;
            case MessagePackType.Integer:
                reader.TryReadUInt64(out var unsigned);
                writer.WriteNumberValue(unsigned);
                break;
            case MessagePackType.Float:
                reader.TryReadDouble(out var number);
                if (double.IsFinite(number))
                    writer.WriteNumberValue(number);
                else
                    writer.WriteNullValue();
                break;
            case MessagePackType.String or MessagePackType.Binary:
                reader.TryReadRaw(out var bytes, out var isBinary);
                if (isBinary || !Utf8.IsValid(bytes))
                    writer.WriteBase64StringValue(bytes);
                else
                    writer.WriteStringValue(bytes);
                break;
            case MessagePackType.Extension:
                reader.TryReadExt(out _, out var data);
                writer.WriteBase64StringValue(data);
                break;
            default:
                reader.TryReadNil();
                writer.WriteNullValue();
                break;
        }
    }

    private static void WriteKey(ref MessagePackReader reader, Utf8JsonWriter writer)
    {
        if (reader.TryReadRaw(out var bytes, out var isBinary))
        {
            if (isBinary || !Utf8.IsValid(bytes))
                writer.WritePropertyName(System.Convert.ToBase64String(bytes));
            else
                writer.WritePropertyName(bytes);
            return;
        }

        writer.WritePropertyName(ReadKeyText(ref reader));
    }

    private static string ReadKeyText(ref MessagePackReader reader)
    {
        if (reader.TryReadInt64(out var signed))
            return signed.ToString(CultureInfo.InvariantCulture);
        if (reader.TryReadUInt64(out var unsigned))
            return unsigned.ToString(CultureInfo.InvariantCulture);
        if (reader.TryReadDouble(out var number))
            return number.ToString("R", CultureInfo.InvariantCulture);
        if (reader.TryReadBool(out var boolean))
            return boolean ? "true" : "false";
        if (reader.TryReadNil())
            return "null";
        if (reader.TryReadExt(out _, out var data))
            return System.Convert.ToBase64String(data);

        // A container as a key. Its JSON text would double its escapes at every level of nesting; base64 does not grow like that.
        reader.TryReadEncoded(out var encoded);
        return System.Convert.ToBase64String(encoded);
    }
}
