using System.Text.Unicode;
using Google.Protobuf;
using Parley.Core;
using Parley.Core.Messaging;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive.Messages;

/// <summary>What an operator pushes into conversations by HTTP (beehive.md §3.2).</summary>
internal sealed class OperatorMessages(BeehiveHost host)
{
    private const int TextType = 30;

    /// <summary>To everybody of the project who is logged in, through whatever protocol; also stored as a broadcast.</summary>
    public async ValueTask<CoreError> BroadcastAsync(ReadOnlyMemory<byte> body)
    {
        var envelope = new BeehiveEnvelope(EnvelopeKind.RawPush, Time: (ulong)host.UnixSeconds);
        return (await host.Core.Messenger.SendAsync(Compose(ConversationKind.Broadcast, 0, body, envelope))).Error;
    }

    /// <summary>To all sessions of all members of a group; stored like what members say. A group without members is no error.</summary>
    public async ValueTask<CoreError> PushToGroupAsync(long groupId, ReadOnlyMemory<byte> body)
    {
        var envelope = new BeehiveEnvelope(EnvelopeKind.GroupPush, Time: (ulong)host.UnixSeconds);
        if (!Fits(BeehiveBodies.GroupChat(0, (ulong)groupId, envelope.Level, envelope.Time, "", UnsafeByteOperations.UnsafeWrap(body))))
            return CoreError.TooLarge;
        var error = (await host.Core.Messenger.SendAsync(Compose(ConversationKind.Group, groupId, body, envelope))).Error;
        return error is CoreError.EmptyGroup ? CoreError.None : error;
    }

    /// <summary>To everybody in a room, and, until it expires, to those who come.</summary>
    public async ValueTask<CoreError> PushToRoomAsync(long roomId, ReadOnlyMemory<byte> body, uint expireSeconds)
    {
        var project = host.Project;
        var envelope = new BeehiveEnvelope(EnvelopeKind.RawPush, Time: (ulong)host.UnixSeconds, Number: 1, Expire: expireSeconds);
        if (!FitsRoom(roomId, body, envelope))
            return CoreError.TooLarge; // with whatever number: none is used up
        using var underWay = expireSeconds > 0 ? host.Core.Rooms.BeginBroadcast(project, roomId) : null;
        var number = await host.Core.Rooms.NextBroadcastAsync(project, roomId, CancellationToken.None);
        envelope = envelope with { Number = number };
        if (!FitsRoom(roomId, body, envelope))
            return CoreError.TooLarge;
        var request = Compose(ConversationKind.Room, roomId, body, envelope);
        var outcome = await host.Core.Messenger.SendAsync(request);
        if (outcome.Error != CoreError.None || expireSeconds == 0)
            return outcome.Error;
        await host.Core.Rooms.KeepBroadcastAsync(
            project, roomId, number, outcome.Position, outcome.Time + (expireSeconds * 1000L), CancellationToken.None);
        return CoreError.None;
    }

    /// <summary>Whether a push fits with its fields. The seed generation has no number of the push, and so the shorter body.</summary>
    private bool FitsRoom(long roomId, ReadOnlyMemory<byte> body, in BeehiveEnvelope envelope) => Fits(BeehiveBodies.RoomBc(
        (ulong)roomId, (ulong)envelope.Number, envelope.Level, envelope.Time, envelope.Expire, UnsafeByteOperations.UnsafeWrap(body)));

    /// <summary>Whether a body may be sent. What may not reaches nobody, so it is not taken.</summary>
    private bool Fits(IMessage body) => body.CalculateSize() <= host.Settings.OutboundBytes;

    private SendRequest Compose(ConversationKind kind, long target, ReadOnlyMemory<byte> body, in BeehiveEnvelope envelope) => new()
    {
        Project = host.Project,
        Kind = kind,
        Sender = 0,
        Target = target,
        MessageId = host.Numbers.Next(),
        Type = TextType,
        IsBinary = !Utf8.IsValid(body.Span),
        Body = body,
        BodyLimit = host.Settings.OutboundBytes,
        Envelope = envelope.ToBytes(),
        Authority = SendAuthority.Operator,
    };
}
