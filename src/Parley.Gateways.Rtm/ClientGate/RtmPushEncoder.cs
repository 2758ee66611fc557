using Parley.Core.Messaging;
using Parley.Gateways.Rtm.Messages;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.ClientGate;

/// <summary>
/// Encodes a message as <c>pushmsg</c>, <c>pushgroupmsg</c>, <c>pushroommsg</c> or <c>pushbroadcastmsg</c> (rtm-client.md §5.1), with
/// the union of all generations' keys (rule C-7). One frame goes to all sessions of a profile: the sequence number is drawn from one
/// counter of the process, so it is unique on each of their connections.
/// </summary>
internal sealed class RtmPushEncoder(RtmProfile profile) : MessageEncoder
{
    private static readonly RtmPushEncoder[] ByProfile = [new(RtmProfile.G1), new(RtmProfile.G2), new(RtmProfile.G4)];

    [ThreadStatic]
    private static PooledBufferWriter? _buffer;

    public static RtmPushEncoder For(RtmProfile profile) => ByProfile[(int)profile];

    public override ReadOnlyMemory<byte> Encode(Message message)
    {
        var output = _buffer ??= new PooledBufferWriter(4096);
        output.Clear();
        var kind = message.Conversation.Kind;
        var start = FpnnWriter.BeginQuest(output, FpnnMessageType.TwoWayQuest, PushSequence.Next(), MethodOf(kind));
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(kind == ConversationKind.Broadcast ? 7 : 8);
        Write(ref writer, "from"u8, message.Sender);
        if (kind == ConversationKind.PeerToPeer)
            Write(ref writer, "to"u8, message.Conversation.PeerOf(message.Sender));
        else if (kind == ConversationKind.Group)
            Write(ref writer, "gid"u8, message.Conversation.First);
        else if (kind == ConversationKind.Room)
            Write(ref writer, "rid"u8, message.Conversation.First);
        Write(ref writer, "mid"u8, message.MessageId);
        Write(ref writer, "mtype"u8, RtmContent.TypeFor(message, profile));
        Write(ref writer, "ftype"u8, (byte)message.File);
        writer.WriteString("msg"u8);
        RtmContent.WritePushed(ref writer, message, profile);
        writer.WriteString("attrs"u8);
        writer.WriteString(message.Attributes.Span);
        Write(ref writer, "mtime"u8, message.Time);
        writer.Flush();
        FpnnWriter.End(output, start);
        return output.WrittenSpan.ToArray();
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
        ConversationKind.Broadcast => "pushbroadcastmsg"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
