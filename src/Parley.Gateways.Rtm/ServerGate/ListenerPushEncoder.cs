using Parley.Core.Listening;
using Parley.Core.Messaging;
using Parley.Gateways.Rtm.Messages;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.ServerGate;

/// <summary>
/// Encodes what back ends are told: <c>pushmsg</c>, <c>pushgroupmsg</c>, <c>pushroommsg</c> and <c>pushevent</c> (rtm-server.md §6.4).
/// One frame of a message goes to all listeners that want files in the same form.
/// </summary>
internal sealed class ListenerPushEncoder : MessageEncoder
{
    [ThreadStatic]
    private static PooledBufferWriter? _buffer;

    private readonly bool _filesAsJson;

    private ListenerPushEncoder(bool filesAsJson) => _filesAsJson = filesAsJson;

    /// <summary>Files as their address.</summary>
    public static ListenerPushEncoder Urls { get; } = new(filesAsJson: false);

    /// <summary>Files as JSON.</summary>
    public static ListenerPushEncoder Json { get; } = new(filesAsJson: true);

    public override ReadOnlyMemory<byte> Encode(Message message)
    {
        var conversation = message.Conversation;
        var start = Begin(MethodOf(conversation.Kind), out var output);
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(9);
        Write(ref writer, "pid"u8, conversation.ProjectId);
        Write(ref writer, "from"u8, message.Sender);
        if (conversation.Kind == ConversationKind.PeerToPeer)
            Write(ref writer, "to"u8, conversation.PeerOf(message.Sender));
        else
            Write(ref writer, conversation.Kind == ConversationKind.Group ? "gid"u8 : "rid"u8, conversation.First);
        Write(ref writer, "mtype"u8, RtmContent.TypeFor(message, RtmProfile.G2));
        Write(ref writer, "ftype"u8, (byte)message.File);
        Write(ref writer, "mid"u8, message.MessageId);
        writer.WriteString("msg"u8);
        RtmContent.Write(ref writer, message, _filesAsJson, bytesAsBinary: true);
        writer.WriteString("attrs"u8);
        writer.WriteString(message.Attributes.Span);
        Write(ref writer, "mtime"u8, message.Time);
        writer.Flush();
        FpnnWriter.End(output, start);
        return output.WrittenSpan.ToArray();
    }

    /// <summary><c>pushevent</c>.</summary>
    /// <param name="told">What happened.</param>
    /// <param name="endpoint">The address of the gate that holds the user's connection.</param>
    public static ReadOnlyMemory<byte> EncodeEvent(ListenerEvent told, string endpoint)
    {
        var start = Begin("pushevent"u8, out var output);
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(6);
        Write(ref writer, "pid"u8, told.Session.Project.Id);
        writer.WriteString("event"u8);
        writer.WriteString(told.Name);
        Write(ref writer, "uid"u8, told.Session.UserId);
        Write(ref writer, "time"u8, told.Time / 1000);
        writer.WriteString("endpoint"u8);
        writer.WriteString(endpoint);
        writer.WriteString("data"u8);
        writer.WriteString(""u8);
        writer.Flush();
        FpnnWriter.End(output, start);
        return output.WrittenSpan.ToArray();
    }

    private static int Begin(ReadOnlySpan<byte> method, out PooledBufferWriter output)
    {
        output = _buffer ??= new PooledBufferWriter(4096);
        output.Clear();
        return FpnnWriter.BeginQuest(output, FpnnMessageType.TwoWayQuest, PushSequence.Next(), method);
    }

    private static void Write(ref MessagePackWriter writer, ReadOnlySpan<byte> key, long value)
    {
        writer.WriteString(key);
        writer.Write(value);
    }

    private static ReadOnlySpan<byte> MethodOf(ConversationKind kind) => kind switch
    {
        ConversationKind.PeerToPeer => "pushmsg"u8,
        ConversationKind.Group => "pushgroupmsg"u8,
        ConversationKind.Room => "pushroommsg"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
