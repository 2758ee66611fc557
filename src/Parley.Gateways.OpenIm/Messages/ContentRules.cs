using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Parley.Gateways.OpenIm.Http;

namespace Parley.Gateways.OpenIm.Messages;

/// <summary>
/// Makes the bytes of a message's content of the object that <c>send_msg</c> brings (openim.md §6.3): names without case, numbers and
/// texts turned into each other, further fields passed on.
/// </summary>
internal static class ContentRules
{
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the bytes, or says what is wrong: 404 for the type, 401 for the shape, 403 for what is missing.</summary>
    /// <param name="contentType">The type.</param>
    /// <param name="content">A JSON object.</param>
    /// <param name="isV3">Whether the names are those of v3, where a text is <c>content</c>.</param>
    /// <param name="bytes">The bytes.</param>
    public static Outcome Build(int contentType, JsonElement content, bool isV3, out ByteString bytes)
    {
        bytes = ByteString.Empty;
        if (ContentSchema.Of(contentType, isV3) is not { } schema)
            return OpenImFailures.NoSuchType;
        try
        {
            var output = new ArrayBufferWriter<byte>(256);
            string? missing;
            using (var json = new Utf8JsonWriter(output, JsonOptions))
                missing = Write(json, schema, content);
            if (missing is not null)
                return OpenImFailures.MissingContent($"{missing} is required");
            bytes = BytesOf(contentType, schema, output.WrittenMemory);
            return Outcome.Done;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate pair
            return OpenImFailures.BadContent(e is FormatException ? e.Message : "content holds what is no text");
        }
    }

    /// <summary>For most types the JSON itself; some are a bare text, a receipt is a bare list.</summary>
    private static ByteString BytesOf(int contentType, IReadOnlyList<ContentField> schema, ReadOnlyMemory<byte> json)
    {
        if (contentType is not (ContentTypes.Text or ContentTypes.Revoke or ContentTypes.ReadReceipt or ContentTypes.Typing))
            return ByteString.CopyFrom(json.Span);
        using var document = JsonDocument.Parse(json);
        var field = document.RootElement.GetProperty(schema[0].Name);
        return ByteString.CopyFromUtf8(contentType == ContentTypes.ReadReceipt ? field.GetRawText() : field.GetString()!);
    }

    /// <summary>Writes the object by its schema; gives the name of a field that is missing.</summary>
    /// <exception cref="FormatException">A field has another shape.</exception>
    private static string? Write(Utf8JsonWriter json, IReadOnlyList<ContentField> schema, JsonElement content)
    {
        if (content.ValueKind != JsonValueKind.Object)
            throw new FormatException("content is no object");
        var written = new HashSet<string>(StringComparer.Ordinal);
        string? missing = null;
        json.WriteStartObject();
        foreach (var member in content.EnumerateObject())
        {
            var field = schema.FirstOrDefault(known => string.Equals(known.Name, member.Name, StringComparison.OrdinalIgnoreCase));
            if (member.Value.ValueKind == JsonValueKind.Null || !written.Add(field?.Name ?? member.Name))
                continue;
            json.WritePropertyName(field?.Name ?? member.Name);
            if (field is null)
                member.Value.WriteTo(json);
            else
                missing ??= WriteField(json, field, member.Value);
        }
        json.WriteEndObject();
        return missing ?? schema.FirstOrDefault(field => field.IsRequired && !written.Contains(field.Name))?.Name;
    }

    private static string? WriteField(Utf8JsonWriter json, ContentField field, JsonElement value)
    {
        switch (field.Kind)
        {
            case ContentKind.Text:
                var text = TextOf(field, value);
                json.WriteStringValue(text);
                return field.IsRequired && text.Length == 0 ? field.Name : null;
            case ContentKind.Whole:
                json.WriteNumberValue(WholeOf(field, value));
                return null;
            case ContentKind.Fraction:
                json.WriteNumberValue(FractionOf(field, value));
                return null;
            case ContentKind.Flag:
                json.WriteBooleanValue(FlagOf(field, value));
                return null;
            case ContentKind.Texts:
                WriteTexts(json, field, value);
                return null;
            case ContentKind.Picture:
                return Write(json, ContentSchema.Picture, value);
            default:
                value.WriteTo(json);
                return null;
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, ContentField field, JsonElement value)
    {
        json.WriteStartArray();
        if (value.ValueKind != JsonValueKind.Array)
        {
            json.WriteStringValue(TextOf(field, value));
        }
        else
        {
            foreach (var item in value.EnumerateArray())
                json.WriteStringValue(TextOf(field, item));
        }
        json.WriteEndArray();
    }

    private static string TextOf(ContentField field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        _ => throw new FormatException($"{field.Name} is no text"),
    };

    private static long WholeOf(ContentField field, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number))
            return number;
        var fraction = FractionOf(field, value);
        if (Math.Abs(fraction) > 1L << 53)
            throw new FormatException($"{field.Name} is too large");
        return (long)fraction;
    }

    private static double FractionOf(ContentField field, JsonElement value)
    {
        var isNumber = true;
        var number = value.ValueKind == JsonValueKind.True ? 1.0 : 0.0;
        if (value.ValueKind == JsonValueKind.Number)
            isNumber = value.TryGetDouble(out number);
        else if (value.ValueKind == JsonValueKind.String)
            isNumber = value.GetString() is "" || double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        else if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            isNumber = false;
        return isNumber && double.IsFinite(number) ? number : throw new FormatException($"{field.Name} is no number");
    }

    private static bool FlagOf(ContentField field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => FractionOf(field, value) != 0,
        JsonValueKind.String when value.GetString() is "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        JsonValueKind.String when value.GetString() is "" or "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException($"{field.Name} is no boolean"),
    };
}
