using Parley.Core;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Wire.GoIm;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.GoIm.Messages;

/// <summary>
/// Encodes a message as <c>receive_message_p2p</c>, <c>receive_message_topic</c> or the notification of the same (goim-json §7).
/// Everybody who gets a message gets the same frame.
/// </summary>
internal sealed class GoImPushEncoder(ParleyCore core, GoImSettings settings, TimeProvider time) : MessageEncoder
{
    [ThreadStatic]
    private static PooledBufferWriter? _buffer;

    private volatile Keys _keys = new("", new PushId(""));

    /// <summary>What marks a notification among the attributes of a message.</summary>
    public static ReadOnlySpan<byte> NoticeAttributes => "{\"notify\":true}"u8;

    /// <summary>The UUIDs of a project's messages.</summary>
    public PushId IdsOf(Project project)
    {
        var keys = _keys;
        if (!ReferenceEquals(keys.Secret, project.Secret) && keys.Secret != project.Secret)
            _keys = keys = new Keys(project.Secret, new PushId(project.Secret));
        return keys.Ids;
    }

    /// <summary>The frame; empty when a name is not at hand, or when the message does not fit in one.</summary>
    public override ReadOnlyMemory<byte> Encode(Message message)
    {
        var conversation = message.Conversation;
        var topic = "";
        if (!core.Names.TryGetName(conversation.ProjectId, message.Sender, out var sender)
            || (conversation.Kind == ConversationKind.Group && !core.Names.TryGetName(conversation.ProjectId, conversation.First, out topic)))
        {
            return default;
        }
        return Encode(message, sender, topic!);
    }

    /// <summary>The frame, after its names were looked up; empty when the message does not fit in one.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> EncodeAsync(Message message)
    {
        var conversation = message.Conversation;
        var sender = await core.Names.GetNameAsync(conversation.ProjectId, message.Sender);
        var topic = conversation.Kind == ConversationKind.Group
            ? await core.Names.GetNameAsync(conversation.ProjectId, conversation.First) : "";
        return Encode(message, sender, topic);
    }

    /// <summary>Whether what is about to be said will fit in one frame (§2.4).</summary>
    public bool Fits(ReadOnlySpan<byte> content, string sender, string topic, bool isNotice)
    {
        const int LongestEscape = 6;
        const int Overhead = 512;
        var names = sender.Length + topic.Length;
        if (((content.Length + (long)(3 * names)) * LongestEscape) + Overhead < GoImFrame.MaxPayloadLength)
            return true;
        var output = _buffer ??= new PooledBufferWriter(4096);
        output.Clear();
        var kind = topic.Length > 0 ? ConversationKind.Group : ConversationKind.PeerToPeer;
        var writer = new GoImWriter(output, NameOf(kind, isNotice), ok: true, default);
        writer.Add(content);
        if (topic.Length > 0)
            writer.Add(topic);
        writer.Add(sender);
        writer.Add(int.MaxValue);
        writer.Add("00000000-0000-4000-8000-000000000000"u8);
        return writer.TryEnd("null"u8, settings.TimeMember ? int.MaxValue : null);
    }

    private ReadOnlyMemory<byte> Encode(Message message, string sender, string topic)
    {
        if (!core.Projects.TryGet(message.Conversation.ProjectId, out var project))
            return default;
        var kind = message.Conversation.Kind;
        var isNotice = kind == ConversationKind.Broadcast || message.Attributes.Span.SequenceEqual(NoticeAttributes);
        var output = _buffer ??= new PooledBufferWriter(4096);
        output.Clear();
        var writer = new GoImWriter(output, NameOf(kind, isNotice), ok: true, default);
        writer.Add(message.Body.Span);
        if (kind == ConversationKind.Group)
            writer.Add(topic);
        writer.Add(sender);
        writer.Add(message.Time / 1000);
        Span<byte> id = stackalloc byte[36];
        IdsOf(project).Of(message.Position).TryFormat(id, out _);
        writer.Add(id);
        return writer.TryEnd("null"u8, settings.TimeMember ? time.GetUtcNow().ToUnixTimeSeconds() : null)
            ? output.WrittenSpan.ToArray()
            : default;
    }

    private static ReadOnlySpan<byte> NameOf(ConversationKind kind, bool isNotice) => (kind, isNotice) switch
    {
        (ConversationKind.Group, false) => "receive_message_topic"u8,
        (ConversationKind.Group, true) => "receive_notify_topic"u8,
        (_, false) => "receive_message_p2p"u8,
        (_, true) => "receive_notify_p2p"u8,
    };

    private sealed record Keys(string Secret, PushId Ids);
}
