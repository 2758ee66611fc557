using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;
using Google.Protobuf;
using Parley.Core;
using Parley.Core.Messaging;
using Parley.Gateways.Beehive.Messages;
using Parley.Gateways.Beehive.Sessions;
using Parley.Wire.Beehive;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Beehive.Commands;

/// <summary>Saying something to a user, a group or a room, and acknowledging it (beehive.md §10.2 to §10.4).</summary>
internal sealed class ChatCommands(BeehiveHost host)
{
    private const int ChatType = 30;

    [ThreadStatic]
    private static PooledBufferWriter? _buffer;

    /// <summary>0201 CHAT {suid, duid, level, time, text, data?}: the ack says that it is stored (§10.2).</summary>
    public ValueTask Chat(BeehiveCall call)
    {
        if (!BeehiveChatBody.TryParse(call.Body, out var body))
            return Refuse(call, BeehiveCode.BadBody, "Unmarshal body failed!");
        if (body.Sender is 0 or > long.MaxValue || body.Target is 0 or > long.MaxValue)
            return Refuse(call, BeehiveCode.BadBody, "Paramter isn't right!");
        return call.IsActor(body.Sender)
            ? SubmitAsync(call, Compose(call, ConversationKind.PeerToPeer, body) with { AllowSelf = true }) : ValueTask.CompletedTask;
    }

    /// <summary>030B GROUP-CHAT {uid, gid, level, time, text, data?} (§10.3).</summary>
    public ValueTask GroupChat(BeehiveCall call)
    {
        if (!BeehiveChatBody.TryParse(call.Body, out var body))
            return Refuse(call, BeehiveCode.BadParameter, "Body is invalid!");
        if (body.Target is 0 or > long.MaxValue)
            return Refuse(call, BeehiveCode.InvalidParameter, "Gid is invalid!");
        return call.IsActor(body.Sender) ? SubmitAsync(call, Compose(call, ConversationKind.Group, body)) : ValueTask.CompletedTask;
    }

    /// <summary>040B ROOM-CHAT {uid, rid, gid, level, time, text, data?}: goes to the session's own sub-group, whatever gid says (§10.4).</summary>
    public ValueTask RoomChat(BeehiveCall call)
    {
        if (!BeehiveChatBody.TryParseRoom(call.Body, out var body))
            return Refuse(call, BeehiveCode.BadBody, "Unmarshal body failed!");
        if (!call.IsActor(body.Sender))
            return ValueTask.CompletedTask;
        var room = body.Target is 0 or > long.MaxValue ? null : host.Core.Rooms.SubGroupOf(call.Session, (long)body.Target);
        if (room is not { } subGroup)
            return Refuse(call, BeehiveCode.BadJoin, "User isn't in room!");
        return body.RoomLength((uint)subGroup) > host.Settings.OutboundBytes // a greater sub-group makes it longer than it came
            ? Refuse(call, BeehiveCode.BodyTooLong, "Body is too long!")
            : SubmitAsync(call, Compose(call, ConversationKind.Room, body) with { SubGroup = subGroup });
    }

    /// <summary>0202 CHAT-ACK {suid, duid, code, errmsg} of a receiver: the message is not delivered again (§10.2).</summary>
    public async ValueTask Acknowledge(BeehiveCall call)
    {
        call.Pass();
        if (!BeehiveBodies.TryParse(call.Body, Wire.Beehive.Messages.ChatAck.Parser, out var body) || body.Code != 0 || body.Suid is 0 or > long.MaxValue)
            return;
        var session = call.Session;
        if (await FindAsync(session, (long)body.Suid, call.Header) is not { } chat)
            return;
        session.Sent.Remove(chat);
        host.Core.Positions.Advance(chat.Conversation, session.UserId, chat.Sequence, chat.Sequence);
        await host.Core.Pending.AcknowledgeAsync(new(chat.Conversation, session.UserId, chat.Sequence, chat.Sequence));
    }

    /// <summary>CHAT-ACK with an error or without.</summary>
    public static IMessage RefuseChat(BeehiveCall call, uint code, string text)
    {
        return BeehiveChatBody.TryParse(call.Body, out var body)
            ? BeehiveBodies.ChatAck(body.Sender, body.Target, code, text)
            : BeehiveBodies.ChatAck(0, 0, code, text);
    }

    /// <summary>GROUP-CHAT-ACK with an error or without.</summary>
    public static IMessage RefuseGroupChat(BeehiveCall call, uint code, string text) => BeehiveBodies.CodeErrmsg(code, text);

    /// <summary>ROOM-CHAT-ACK with an error or without; its gid is the true one.</summary>
    public static IMessage RefuseRoomChat(BeehiveCall call, uint code, string text)
    {
        if (!BeehiveChatBody.TryParseRoom(call.Body, out var body))
            return BeehiveBodies.RoomChatAck(0, 0, 0, code, text);
        var subGroup = body.Target is 0 or > long.MaxValue ? null : call.Host.Core.Rooms.SubGroupOf(call.Session, (long)body.Target);
        return BeehiveBodies.RoomChatAck(body.Sender, body.Target, (uint)(subGroup ?? 0), code, text);
    }

    private static ValueTask Refuse(BeehiveCall call, BeehiveCode code, string text)
    {
        call.Refuse(code, text);
        return ValueTask.CompletedTask;
    }

    private SendRequest Compose(BeehiveCall call, ConversationKind kind, in BeehiveChatBody body)
    {
        var session = call.Session;
        // texts in other encodings are bytes to the other protocols; here they go out as they came in
        var isText = Utf8.IsValid(body.Text);
        return new()
        {
            Project = host.Core.Projects.Current(session.Project),
            Kind = kind,
            Sender = session.UserId,
            Target = (long)body.Target,
            MessageId = NumberOf(call),
            Type = ChatType,
            IsBinary = !isText,
            Body = Slice(call.Body, body.Text),
            BodyLimit = host.Settings.OutboundBytes,
            Attributes = BeehiveText.AttributesOf(body.Data),
            AttributeLimit = BeehiveText.AttributesLength(host.Settings.OutboundBytes),
            Envelope = new BeehiveEnvelope(EnvelopeKind.Chat, session.SessionId, call.Header.Sequence, body.Level, body.Time)
            {
                Body = isText && IsOurForm(call, kind, body) ? default : call.Body,
            }.ToBytes(),
            Origin = session,
        };
    }

    /// <summary>
    /// The number of the message: made of the sender's sid and seq, which name it (§10.2), so that it is found by them. Clients of the seed
    /// generation may repeat their seq, and others do that do not go on from where ONLINE-ACK said: that is another message all the same.
    /// </summary>
    private long NumberOf(BeehiveCall call) =>
        call.Connection.Generation == BeehiveGeneration.Seed || call.Header.Sequence < (ulong)call.Session.ReservedFrom
            ? host.Numbers.Next() : NumberOf(call.Session.SessionId, call.Header.Sequence);

    /// <summary>Two names hardly ever give one number; whoever looks a message up by it compares the name too.</summary>
    private static long NumberOf(long sessionId, ulong sequence)
    {
        var mixed = ((ulong)sessionId + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 29) ^ sequence) * 0x94D049BB133111EB;
        mixed = (mixed ^ (mixed >> 32)) * 0xBF58476D1CE4E5B9;
        return (long)((mixed ^ (mixed >> 31)) >> 1) | 1;
    }

    /// <summary>Whether the server would write the body just as the client did. It does not write data that is empty.</summary>
    private static bool IsOurForm(BeehiveCall call, ConversationKind kind, in BeehiveChatBody body)
    {
        if (body.HasData && body.Data.IsEmpty)
            return false;
        var output = _buffer ??= new PooledBufferWriter(1024);
        output.Clear();
        if (kind == ConversationKind.Room)
            body.WriteRoomTo(output);
        else
            body.WriteTo(output);
        return output.WrittenSpan.SequenceEqual(call.Body);
    }

    private static ReadOnlyMemory<byte> Slice(byte[] body, ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty)
            return default;
        body.AsSpan().Overlaps(part, out var offset);
        return body.AsMemory(offset, part.Length);
    }

    /// <summary>Completes when the message has its place; the ack follows when it is committed.</summary>
    private async ValueTask SubmitAsync(BeehiveCall call, SendRequest request)
    {
        if (call.Body.Length > host.Settings.OutboundBytes)
        {
            call.Refuse(BeehiveCode.BodyTooLong, "Body is too long!");
            return;
        }
        var submitted = await host.Core.Messenger.SubmitAsync(request);
        call.Connection.InFlight.Begin();
        _ = AnswerAsync(call, request, submitted);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nobody awaits this; the client must be told.")]
    private async Task AnswerAsync(BeehiveCall call, SendRequest request, ValueTask<SendOutcome> committed)
    {
        try
        {
            var error = (await committed).Error;
            if (error == CoreError.NotGroupMember && await host.Core.Groups.GetAsync(request.Project, request.Target) is null)
                error = CoreError.NotFound;
            call.Conclude(error);
        }
        catch (Exception exception)
        {
            host.Logger.CommandFailed(exception, call.Connection.Door.Name, call.Row.Name);
            call.Refuse(BeehiveCode.SystemError, "System error!");
        }
        finally
        {
            call.Connection.InFlight.End();
        }
    }

    /// <summary>
    /// The chat that an ack means (§10.2): by the hint that came with it, or by the sequence that it had. One that was sent to this session
    /// of late is known; others are looked up.
    /// </summary>
    private async ValueTask<SentChat?> FindAsync(BeehiveSession session, long sender, BeehiveHeader header)
    {
        var sequence = header.TargetSequence != 0 ? header.TargetSequence : header.Sequence;
        var senderSession = header.TargetSequence != 0 ? header.TargetSessionId : 0;
        if (session.Sent.Find(sender, sequence, senderSession) is { } sent)
            return sent;
        return await LookUpAsync(session, sender, sequence, senderSession) is { } message
            && message.Conversation.Kind == ConversationKind.PeerToPeer && message.Sender != session.UserId
            && (message.Conversation.First == session.UserId || message.Conversation.Second == session.UserId)
            ? new SentChat(sender, sequence, senderSession, message.Conversation, message.Sequence) : null;
    }

    private async ValueTask<Message?> LookUpAsync(BeehiveSession session, long sender, ulong sequence, ulong senderSession)
    {
        var messages = host.Core.Store.Messages;
        if (sequence >= BeehiveEncoder.ForeignSequence)
        {
            var foreign = await messages.FindAtAsync(session.Project.Id, (long)(sequence - BeehiveEncoder.ForeignSequence), CancellationToken.None);
            return foreign?.Sender == sender ? foreign : null;
        }
        if (senderSession is 0 or > long.MaxValue)
            return null;
        var conversation = ConversationKey.PeerToPeer(session.Project.Id, sender, session.UserId);
        return await messages.FindAsync(conversation, sender, NumberOf((long)senderSession, sequence), CancellationToken.None);
    }
}
