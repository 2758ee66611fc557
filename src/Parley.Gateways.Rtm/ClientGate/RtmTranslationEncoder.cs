using Parley.Core.Messaging;
using Parley.Core.Translation;
using Parley.Gateways.Rtm.Messages;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.ClientGate;

/// <summary>
/// Encodes a translation as <c>transmsg</c>, <c>transgroupmsg</c>, <c>transroommsg</c> or <c>transbroadcastmsg</c>
/// (rtm-client.md §5.3), for G1 only (rule C-8).
/// </summary>
internal sealed class RtmTranslationEncoder : TranslationEncoder
{
    [ThreadStatic]
    private static PooledBufferWriter? _buffer;

    public static RtmTranslationEncoder Instance { get; } = new();

    public override ReadOnlyMemory<byte> Encode(TranslationDelivery translation)
    {
        var message = translation.Message;
        var kind = message.Conversation.Kind;
        var isNamed = kind is ConversationKind.Group or ConversationKind.Room;
        var output = _buffer ??= new PooledBufferWriter(4096);
        output.Clear();
        var start = FpnnWriter.BeginQuest(output, FpnnMessageType.TwoWayQuest, PushSequence.Next(), MethodOf(kind));
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(isNamed ? 5 : 4);
        Write(ref writer, "from"u8, message.Sender);
        if (isNamed)
            Write(ref writer, kind == ConversationKind.Group ? "gid"u8 : "rid"u8, message.Conversation.First);
        Write(ref writer, "mid"u8, translation.TranslationId);
        Write(ref writer, "omid"u8, message.MessageId);
        writer.WriteString("msg"u8);
        writer.WriteString(translation.Text);
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
        ConversationKind.PeerToPeer => "transmsg"u8,
        ConversationKind.Group => "transgroupmsg"u8,
        ConversationKind.Room => "transroommsg"u8,
        ConversationKind.Broadcast => "transbroadcastmsg"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
