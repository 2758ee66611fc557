using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Core.Messaging;
using Parley.Core.MobilePush;

namespace Parley.Outgoing.MobilePush;

/// <summary>Writes bodies of requests to push services.</summary>
internal static class NotificationJson
{
    // the bodies go to services, never into a page: texts other than ASCII stay short
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The word for the kind of conversation.</summary>
    public static string KindOf(PushNotification notification) => notification.Kind == ConversationKind.Group ? "group" : "p2p";

    /// <summary>Writes an object.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    /// <summary>Writes kind, from, gid, mid and mtype, all as texts: services take nothing else, and JavaScript keeps them exact.</summary>
    /// <param name="json">The open object.</param>
    /// <param name="notification">The notification.</param>
    /// <param name="from">The key of the sender.</param>
    public static void WriteData(Utf8JsonWriter json, PushNotification notification, string from)
    {
        json.WriteString("kind", KindOf(notification));
        json.WriteString(from, Text(notification.From));
        if (notification.GroupId != 0)
            json.WriteString("gid", Text(notification.GroupId));
        json.WriteString("mid", Text(notification.MessageId));
        json.WriteString("mtype", Text(notification.MessageType));
    }

    /// <summary>A body as content of a request.</summary>
    public static ByteArrayContent Content(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
