using System.Buffers;
using System.Text.Json;
using Parley.Core.Messaging;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.Messages;

/// <summary>How a message's type and body look to each generation (rtm-client.md §1.4, §5.1, §6.5).</summary>
internal static class RtmContent
{
    /// <summary>The type of text chat, which G4 gets as a map.</summary>
    public const byte Chat = 30;

    private const byte FirstFileType = 40;
    private const byte LastFileType = 50;

    /// <summary>The type to send: files go to G2 and later as 40 to 50.</summary>
    public static byte TypeFor(Message message, RtmProfile profile)
    {
        if (message.File == FileKind.None || profile == RtmProfile.G1 || message.Type is >= FirstFileType and <= LastFileType)
            return message.Type;
        return message.File switch
        {
            FileKind.Image => 40,
            FileKind.Audio => 41,
            FileKind.Video => 42,
            _ => LastFileType,
        };
    }

    /// <summary>Writes the value of <c>msg</c> in a push.</summary>
    public static void WritePushed(ref MessagePackWriter writer, Message message, RtmProfile profile)
    {
        if (profile == RtmProfile.G4 && message is { Type: Chat, File: FileKind.None, IsBinary: false })
        {
            writer.WriteMapHeader(4);
            writer.WriteString("source"u8);
            writer.WriteString(""u8);
            writer.WriteString("target"u8);
            writer.WriteString(""u8);
            writer.WriteString("sourceText"u8);
            writer.WriteString(message.Body.Span);
            writer.WriteString("targetText"u8);
            writer.WriteString(""u8);
            return;
        }
        WriteStored(ref writer, message, profile);
    }

    /// <summary>Writes the value of <c>msg</c> in history.</summary>
    public static void WriteStored(ref MessagePackWriter writer, Message message, RtmProfile profile) =>
        Write(ref writer, message, profile == RtmProfile.G4, profile == RtmProfile.G4);

    /// <summary>Writes the value of <c>msg</c>: text, or what the flags say about files and bytes.</summary>
    public static void Write(ref MessagePackWriter writer, Message message, bool fileAsJson, bool bytesAsBinary)
    {
        if (message.File != FileKind.None && fileAsJson && !message.IsDeleted)
            writer.WriteString(FileAsJson(message));
        else if (message.IsBinary && bytesAsBinary)
            writer.WriteBinary(message.Body.Span);
        else
            writer.WriteString(message.Body.Span);
    }

    private static ReadOnlySpan<byte> FileAsJson(Message message)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("url"u8, message.Body.Span);
            json.WriteNumber("size"u8, message.FileSize);
            if (message.ThumbnailUrl is not null)
                json.WriteString("surl"u8, message.ThumbnailUrl);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan;
    }
}
