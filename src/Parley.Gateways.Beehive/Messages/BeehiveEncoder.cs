using System.Text.Unicode;
using Google.Protobuf;
using Parley.Core.Messaging;
using Parley.Wire.Beehive;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Beehive.Messages;

/// <summary>
/// Encodes a message as CHAT, GROUP-CHAT, ROOM-CHAT, ROOM-BC or BC (beehive.md §10). Everybody of one generation and sub-group gets the
/// same body.
/// </summary>
internal sealed class BeehiveEncoder(BeehiveEncoders encoders, BeehiveGeneration generation, int subGroup) : MessageEncoder
{
    /// <summary>
    /// Added to the place in the log of a message that came through another protocol: its sequence here. Clients of this protocol never
    /// come so far with theirs.
    /// </summary>
    public const ulong ForeignSequence = 1UL << 48;

    [ThreadStatic]
    private static PooledBufferWriter? _buffer;

    /// <summary>The frame; empty when the message is longer than clients are sent.</summary>
    public override ReadOnlyMemory<byte> Encode(Message message)
    {
        var output = _buffer ??= new PooledBufferWriter(4096);
        output.Clear();
        var conversation = message.Conversation;
        var isOurs = BeehiveEnvelope.TryRead(message.Envelope, out var envelope);
        BeehiveCommand command;
        switch (conversation.Kind)
        {
            case ConversationKind.PeerToPeer:
                command = BeehiveCommand.Chat;
                WriteChat(output, message, conversation.PeerOf(message.Sender), isOurs, envelope);
                break;
            case ConversationKind.Group:
                command = BeehiveCommand.GroupChat;
                WriteChat(output, message, conversation.First, isOurs, envelope);
                break;
            case ConversationKind.Room when isOurs && envelope.Kind == EnvelopeKind.RawPush:
                command = BeehiveCommand.RoomBroadcast;
                WriteRoomPush(output, message, envelope);
                break;
            case ConversationKind.Room:
                command = BeehiveCommand.RoomChat;
                WriteChat(output, message, conversation.First, isOurs, envelope);
                break;
            case ConversationKind.Broadcast:
                command = BeehiveCommand.Broadcast;
                output.Write(message.Body.Span);
                break;
            default:
                throw new InvalidOperationException($"Unknown kind of conversation: {conversation.Kind}.");
        }
        if (!encoders.Fits(output.WrittenCount))
            return default;
        var isChat = command is BeehiveCommand.Chat or BeehiveCommand.GroupChat or BeehiveCommand.RoomChat;
        var sequence = !isChat ? 0 : isOurs ? envelope.Sequence : ForeignSequence + (ulong)message.Position;
        return BeehiveFrame.Make(command, sequence, isChat ? (ulong)envelope.SessionId : 0, output.WrittenSpan);
    }

    private void WriteChat(PooledBufferWriter output, Message message, long target, bool isOurs, in BeehiveEnvelope envelope)
    {
        var isRoom = message.Conversation.Kind == ConversationKind.Room;
        if (!envelope.Body.IsEmpty)
        {
            if (isRoom && BeehiveChatBody.TryParseRoom(envelope.Body.Span, out var original))
                original.WriteRoomTo(output, (uint)subGroup);
            else
                output.Write(envelope.Body.Span);
            return;
        }
        // a push to a group is all data; so is what is no text
        var isData = (isOurs && envelope.Kind == EnvelopeKind.GroupPush) || message.IsBinary || !Utf8.IsValid(message.Body.Span);
        var data = isData ? message.Body : BeehiveText.DataOf(message);
        var body = new BeehiveChatBody
        {
            Sender = (ulong)message.Sender,
            Target = (ulong)target,
            SubGroup = (uint)subGroup,
            Level = envelope.Level,
            Time = isOurs ? envelope.Time : (ulong)(message.Time / 1000),
            Text = isData ? default : message.Body.Span,
            Data = data.Span,
            HasData = isData || !data.IsEmpty,
        };
        if (isRoom)
            body.WriteRoomTo(output);
        else
            body.WriteTo(output);
    }

    private void WriteRoomPush(PooledBufferWriter output, Message message, in BeehiveEnvelope envelope)
    {
        var room = (ulong)message.Conversation.First;
        var data = UnsafeByteOperations.UnsafeWrap(message.Body);
        IMessage body = generation == BeehiveGeneration.Seed
            ? BeehiveBodies.RoomBcG1(room, envelope.Level, envelope.Time, envelope.Expire, data)
            : BeehiveBodies.RoomBc(room, (ulong)envelope.Number, envelope.Level, envelope.Time, envelope.Expire, data);
        body.WriteTo(output);
    }
}
