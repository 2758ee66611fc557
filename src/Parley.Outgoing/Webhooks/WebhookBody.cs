using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Parley.Core.Messaging;
using Parley.Core.Webhooks;

namespace Parley.Outgoing.Webhooks;

/// <summary>
/// Writes a batch as JSON (<c>docs/webhooks.md</c>). Numbers that may need 64 bits are strings, since many JSON readers keep 53 bits only.
/// </summary>
public static class WebhookBody
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes the body of a request.</summary>
    public static void Write(WebhookBatch batch, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartObject();
        writer.WriteString("webhook", batch.Webhook.Name);
        WriteId(writer, "projectId", batch.Webhook.ProjectId);
        writer.WriteBoolean("redelivery", batch.IsRedelivery);
        writer.WriteStartArray("deliveries");
        foreach (var told in batch.Events)
            WriteEvent(writer, told);
        foreach (var message in batch.Messages)
            WriteMessage(writer, message);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The id of a message's delivery.</summary>
    public static string IdOf(Message message) => message.Position.ToString(CultureInfo.InvariantCulture);

    /// <summary>The id of an event's delivery.</summary>
    public static string IdOf(WebhookEvent told) => "e" + told.Number.ToString(CultureInfo.InvariantCulture);

    private static void WriteEvent(Utf8JsonWriter writer, WebhookEvent told)
    {
        writer.WriteStartObject();
        writer.WriteString("id", IdOf(told));
        writer.WriteString("kind", "event");
        writer.WriteString("event", told.Event.Name);
        WriteId(writer, "uid", told.Event.Session.UserId);
        writer.WriteNumber("time", told.Event.Time);
        writer.WriteString("door", told.Event.Session.Door);
        writer.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter writer, Message message)
    {
        writer.WriteStartObject();
        writer.WriteString("id", IdOf(message));
        writer.WriteString("kind", "message");
        switch (message.Conversation.Kind)
        {
            case ConversationKind.PeerToPeer:
                writer.WriteString("conversation", "p2p");
                WriteId(writer, "from", message.Sender);
                WriteId(writer, "to", message.Conversation.PeerOf(message.Sender));
                break;
            case ConversationKind.Group:
                writer.WriteString("conversation", "group");
                WriteId(writer, "from", message.Sender);
                WriteId(writer, "gid", message.Conversation.First);
                break;
            case ConversationKind.Room:
                writer.WriteString("conversation", "room");
                WriteId(writer, "from", message.Sender);
                WriteId(writer, "rid", message.Conversation.First);
                break;
            default:
                throw new InvalidOperationException($"Webhooks are not told of {message.Conversation.Kind}.");
        }
        WriteId(writer, "seq", message.Sequence);
        WriteId(writer, "mid", message.MessageId);
        writer.WriteNumber("mtype", message.Type);
        writer.WriteNumber("ftype", (int)message.File);
        if (message.File != FileKind.None)
            WriteId(writer, "fsize", message.FileSize);
        if (message.ThumbnailUrl is not null)
            writer.WriteString("thumbnail", message.ThumbnailUrl);
        WriteText(writer, "msg", "msgBase64", message.Body.Span, message.IsBinary);
        WriteText(writer, "attrs", "attrsBase64", message.Attributes.Span, isBinary: false);
        writer.WriteNumber("mtime", message.Time);
        writer.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter writer, string name, long value) =>
        writer.WriteString(name, value.ToString(CultureInfo.InvariantCulture));

    private static void WriteText(Utf8JsonWriter writer, string name, string bytesName, ReadOnlySpan<byte> value, bool isBinary)
    {
        if (isBinary || !Utf8.IsValid(value))
            writer.WriteBase64String(bytesName, value);
        else
            writer.WriteString(name, value);
    }
}
