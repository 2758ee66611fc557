using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Parley.Core.Messaging;
using Parley.Wire.Beehive;

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

    /// <summary>The frame; empty when the message is longer than clients are sent.</summary>
    public override ReadOnlyMemory<byte> Encode(Message message)
    {
        var conversation = message.Conversation;
        var isOurs = BeehiveEnvelope.TryRead(message.Envelope, out var envelope);
        if (conversation.Kind == ConversationKind.Broadcast)
            return Wrap(BeehiveCommand.Broadcast, 0, 0, message.Body.Span);
        if (conversation.Kind == ConversationKind.Room && isOurs && envelope.Kind == EnvelopeKind.RawPush)
            return Wrap(BeehiveCommand.RoomBroadcast, 0, 0, PushToRoom(message, envelope));
        var sender = (ulong)message.Sender;
        var time = isOurs ? envelope.Time : (ulong)(message.Time / 1000);
        var isPush = isOurs && envelope.Kind == EnvelopeKind.GroupPush;
        var text = isPush ? "" : BeehiveText.TextOf(message);
        var data = isPush ? UnsafeByteOperations.UnsafeWrap(message.Body) : BeehiveText.DataOf(message);
        IMessage body = conversation.Kind switch
        {
            ConversationKind.PeerToPeer => BeehiveBodies.Chat(
                sender, (ulong)conversation.PeerOf(message.Sender), envelope.Level, time, text, data),
            ConversationKind.Group => BeehiveBodies.GroupChat(sender, (ulong)conversation.First, envelope.Level, time, text, data),
            ConversationKind.Room => BeehiveBodies.RoomChat(
                sender, (ulong)conversation.First, (uint)subGroup, envelope.Level, time, text, data),
            _ => throw new InvalidOperationException($"Unknown kind of conversation: {conversation.Kind}."),
        };
        var command = conversation.Kind switch
        {
            ConversationKind.PeerToPeer => BeehiveCommand.Chat,
            ConversationKind.Group => BeehiveCommand.GroupChat,
            _ => BeehiveCommand.RoomChat,
        };
        return isOurs
            ? Wrap(command, envelope.Sequence, (ulong)envelope.SessionId, body, envelope.Rest.Span)
            : Wrap(command, ForeignSequence + (ulong)message.Position, 0, body, default);
    }

    private IMessage PushToRoom(Message message, in BeehiveEnvelope envelope)
    {
        var room = (ulong)message.Conversation.First;
        var data = UnsafeByteOperations.UnsafeWrap(message.Body);
        return generation == BeehiveGeneration.Seed
            ? BeehiveBodies.RoomBcG1(room, envelope.Level, envelope.Time, envelope.Expire, data)
            : BeehiveBodies.RoomBc(room, (ulong)envelope.Number, envelope.Level, envelope.Time, envelope.Expire, data);
    }

    private ReadOnlyMemory<byte> Wrap(BeehiveCommand command, ulong sequence, ulong sessionId, IMessage body, ReadOnlySpan<byte> rest = default)
    {
        var length = body.CalculateSize();
        if (!encoders.Fits(length + rest.Length))
            return default;
        var frame = BeehiveFrame.Make(command, sequence, sessionId, length + rest.Length, out var place);
        body.WriteTo(place[..length]);
        rest.CopyTo(place[length..]);
        return frame;
    }

    private ReadOnlyMemory<byte> Wrap(BeehiveCommand command, ulong sequence, ulong sessionId, ReadOnlySpan<byte> body)
    {
        if (!encoders.Fits(body.Length))
            return default;
        var frame = BeehiveFrame.Make(command, sequence, sessionId, body.Length, out var place);
        body.CopyTo(place);
        return frame;
    }
}

/// <summary>The encoders of this gateway, one for each generation and sub-group.</summary>
internal sealed class BeehiveEncoders
{
    private readonly BeehiveSettings _settings;
    private readonly ILogger _logger;
    private readonly BeehiveEncoder _head;
    private readonly BeehiveEncoder _seed;
    private readonly ConcurrentDictionary<int, BeehiveEncoder> _heads = new();
    private readonly ConcurrentDictionary<int, BeehiveEncoder> _seeds = new();

    public BeehiveEncoders(BeehiveSettings settings, ILogger logger)
    {
        _settings = settings;
        _logger = logger;
        _head = new(this, BeehiveGeneration.Head, 0);
        _seed = new(this, BeehiveGeneration.Seed, 0);
    }

    /// <summary>The encoder for everything that is not said in a room, and for sub-group 0.</summary>
    public BeehiveEncoder For(BeehiveGeneration generation) => generation == BeehiveGeneration.Seed ? _seed : _head;

    /// <summary>The encoder for a sub-group of a room. There are as many as the largest room has sub-groups.</summary>
    public BeehiveEncoder For(BeehiveGeneration generation, int subGroup)
    {
        if (subGroup == 0)
            return For(generation);
        return generation == BeehiveGeneration.Seed
            ? _seeds.GetOrAdd(subGroup, number => new(this, BeehiveGeneration.Seed, number))
            : _heads.GetOrAdd(subGroup, number => new(this, BeehiveGeneration.Head, number));
    }

    /// <summary>Whether a body is short enough to be sent.</summary>
    public bool Fits(int length)
    {
        if (length <= _settings.OutboundBytes)
            return true;
        _logger.MessageTooLong(length);
        return false;
    }
}
