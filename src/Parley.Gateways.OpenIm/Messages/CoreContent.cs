using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using Parley.Core.Messaging;

namespace Parley.Gateways.OpenIm.Messages;

/// <summary>The content of a message in the core's words, and back (DESIGN §6).</summary>
/// <param name="Type">The core's type.</param>
/// <param name="File">Which sort of file, if it is one.</param>
/// <param name="Body">The text, or the address of the file.</param>
/// <param name="FileSize">Size of the file in bytes.</param>
/// <param name="IsWhole">Whether the body is all of the content.</param>
internal readonly record struct CoreContent(byte Type, FileKind File, ReadOnlyMemory<byte> Body, long FileSize, bool IsWhole)
{
    private const byte ChatType = 30;
    private const int LastType = 127;

    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static ReadOnlySpan<byte> NoticeAttributes => "{\"notify\":true}"u8;

    /// <summary>Whether the body is no text.</summary>
    public bool IsBinary => File == FileKind.None && !Utf8.IsValid(Body.Span);

    /// <summary>What content of this protocol is to the core: a text, a file, or the content itself under its own number.</summary>
    public static CoreContent Of(int contentType, ReadOnlyMemory<byte> content)
    {
        if (contentType == ContentTypes.Text)
            return new(ChatType, FileKind.None, content, 0, IsWhole: true);
        if (contentType is >= ContentTypes.Picture and <= ContentTypes.File && FindFile(contentType, content) is { } file)
            return file;
        var type = contentType is > ContentTypes.Text and <= LastType ? contentType : ContentTypes.Custom;
        return new((byte)type, FileKind.None, content, 0, IsWhole: true);
    }

    /// <summary>What a message that came through another protocol is here.</summary>
    public static (int ContentType, ByteString Content) Translate(Message message)
    {
        var body = message.Body.Span;
        if (message.File != FileKind.None)
            return TranslateFile(message);
        if (message.IsBinary || !Utf8.IsValid(body))
            return (ContentTypes.Custom, Custom(Convert.ToBase64String(body), "", ""));
        if (message.Attributes.Span.SequenceEqual(NoticeAttributes))
            return (ContentTypes.Custom, Custom(Encoding.UTF8.GetString(body), "", Encoding.UTF8.GetString(NoticeAttributes)));
        if (IsContentType(message.Type) && IsObject(message.Body))
            return (message.Type, ByteString.CopyFrom(body));
        if (body.IsEmpty && DataOf(message.Attributes) is { } data)
            return (ContentTypes.Custom, Custom(data, "", ""));
        return (ContentTypes.Text, ByteString.CopyFrom(body));
    }

    /// <summary>Types of our own whose content is a JSON object.</summary>
    private static bool IsContentType(byte type) =>
        type is (>= ContentTypes.Picture and <= ContentTypes.Custom) or ContentTypes.Quote or ContentTypes.Face or ContentTypes.AdvancedText;

    private static CoreContent? FindFile(int contentType, ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            var (type, kind, holder, url, size) = contentType switch
            {
                ContentTypes.Picture => ((byte)40, FileKind.Image, Member(root, "sourcePicture"), "url", "size"),
                ContentTypes.Voice => ((byte)41, FileKind.Audio, root, "sourceUrl", "dataSize"),
                ContentTypes.Video => ((byte)42, FileKind.Video, root, "videoUrl", "videoSize"),
                _ => ((byte)50, FileKind.Other, root, "sourceUrl", "fileSize"),
            };
            if (Member(holder, url) is not { ValueKind: JsonValueKind.String } address || address.GetString() is not { Length: > 0 } text)
                return null;
            var bytes = Member(holder, size) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var length)
                ? Math.Max(length, 0) : 0;
            return new(type, kind, Encoding.UTF8.GetBytes(text), bytes, IsWhole: false);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // content is the client's; what is no file to us goes as it is
        }
    }

    private static JsonElement Member(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var member) ? member : default;

    private static (int ContentType, ByteString Content) TranslateFile(Message message)
    {
        var id = $"{message.Conversation.First:x}-{message.Conversation.Second:x}-{message.Sequence:x}";
        return message.File switch
        {
            FileKind.Image => (ContentTypes.Picture, Json(json =>
            {
                WritePicture(json, "sourcePicture"u8, id, message.Body.Span, message.FileSize);
                WritePicture(json, "bigPicture"u8, id, message.Body.Span, message.FileSize);
                WritePicture(json, "snapshotPicture"u8, id, ThumbnailOf(message), size: 0);
            })),
            FileKind.Audio => (ContentTypes.Voice, Json(json => WriteFile(json, "uuid"u8, id, "sourceUrl"u8, "dataSize"u8, message))),
            FileKind.Video => (ContentTypes.Video, Json(json =>
            {
                WriteFile(json, "videoUUID"u8, id, "videoUrl"u8, "videoSize"u8, message);
                json.WriteString("snapshotUrl"u8, message.ThumbnailUrl ?? "");
            })),
            _ => (ContentTypes.File, Json(json =>
            {
                WriteFile(json, "uuid"u8, id, "sourceUrl"u8, "fileSize"u8, message);
                json.WriteString("fileName"u8, NameOf(message.Body.Span));
            })),
        };
    }

    private static byte[] ThumbnailOf(Message message) =>
        message.ThumbnailUrl is { } url ? Encoding.UTF8.GetBytes(url) : message.Body.ToArray();

    private static void WritePicture(Utf8JsonWriter json, ReadOnlySpan<byte> name, string id, ReadOnlySpan<byte> url, long size)
    {
        json.WriteStartObject(name);
        json.WriteString("uuid"u8, id);
        json.WriteString("type"u8, "");
        json.WriteNumber("size"u8, size);
        json.WriteNumber("width"u8, 0);
        json.WriteNumber("height"u8, 0);
        json.WriteString("url"u8, Encoding.UTF8.GetString(url));
        json.WriteEndObject();
    }

    private static void WriteFile(
        Utf8JsonWriter json, ReadOnlySpan<byte> idName, string id, ReadOnlySpan<byte> urlName, ReadOnlySpan<byte> sizeName, Message message)
    {
        json.WriteString(idName, id);
        json.WriteString(urlName, Encoding.UTF8.GetString(message.Body.Span));
        json.WriteNumber(sizeName, message.FileSize);
    }

    /// <summary>The last part of an address.</summary>
    private static string NameOf(ReadOnlySpan<byte> url)
    {
        var text = Encoding.UTF8.GetString(url);
        var end = text.IndexOfAny(['?', '#']);
        var path = end < 0 ? text : text[..end];
        return path[(path.LastIndexOf('/') + 1)..];
    }

    private static ByteString Custom(string data, string description, string extension) => Json(json =>
    {
        json.WriteString("data"u8, data);
        json.WriteString("description"u8, description);
        json.WriteString("extension"u8, extension);
    });

    private static ByteString Json(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output, JsonOptions))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return ByteString.CopyFrom(output.WrittenSpan);
    }

    private static bool IsObject(ReadOnlyMemory<byte> text)
    {
        if (text.IsEmpty || text.Span[0] != (byte)'{')
            return false;
        var reader = new Utf8JsonReader(text.Span);
        try
        {
            reader.Read();
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The text <c>data</c> among the attributes; null when there is none.</summary>
    private static string? DataOf(ReadOnlyMemory<byte> attributes)
    {
        if (attributes.IsEmpty || attributes.Span[0] != (byte)'{')
            return null;
        try
        {
            using var document = JsonDocument.Parse(attributes);
            return Member(document.RootElement, "data") is { ValueKind: JsonValueKind.String } data ? data.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // attributes are free text
        }
    }
}
