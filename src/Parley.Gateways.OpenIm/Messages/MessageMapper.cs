using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Messages;

/// <summary>Who looks at a message.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Name">The user as this protocol writes it.</param>
internal readonly record struct Viewer(long UserId, string Name);

/// <summary>Between the core's messages and MsgData, both ways (DESIGN §6, openim.md §6.1).</summary>
internal sealed class MessageMapper(OpenImHost host)
{
    public const int Single = 1;
    public const int Group = 2;
    public const int FromUser = 100;
    public const int FromSystem = 200;

    /// <summary>
    /// A message as the viewer is shown it; null when this protocol has no words for it, as for rooms and for what was deleted. Completes
    /// at once when the names are at hand.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="viewer">Who looks at it.</param>
    /// <param name="number">Its number in the viewer's inbox; 0 = it is not stored there.</param>
    public ValueTask<MsgData?> MapAsync(Message message, Viewer viewer, long number)
    {
        if (message.IsDeleted || message.Conversation.Kind == ConversationKind.Room)
            return new((MsgData?)null);
        var data = OpenImEnvelope.Read(message.Envelope.Span);
        return data is null ? TranslateAsync(message, viewer, number) : new(Complete(data, message, viewer, number));
    }

    /// <summary>A note as the viewer is shown it; null when another protocol wrote it.</summary>
    public MsgData? MapNote(ReadOnlyMemory<byte> note, Viewer viewer, long number)
    {
        if (OpenImEnvelope.Read(note.Span) is not { } data)
            return null;
        if (OpenImEnvelope.FlagsOf(note.Span).HasFlag(EnvelopeFlags.ReceiverIsViewer))
            data.RecvID = viewer.Name;
        data.Seq = SequenceOf(number);
        return data;
    }

    /// <summary>What stands for a number at which nothing lies any more (§6.8).</summary>
    public static MsgData Placeholder(long number) => new() { Seq = SequenceOf(number) };

    /// <summary>Whether the sender's own connections are shown it.</summary>
    public static bool IsShownToSender(Message message) =>
        !OpenImEnvelope.FlagsOf(message.Envelope.Span).HasFlag(EnvelopeFlags.HiddenFromSender);

    /// <summary>The core's form of a message. The data is taken over.</summary>
    /// <param name="project">The project.</param>
    /// <param name="data">The message, complete with serverMsgID and options.</param>
    /// <param name="sender">The number of sendID.</param>
    /// <param name="target">The number of recvID or groupID.</param>
    /// <param name="operationId">operationID of the request.</param>
    public SendRequest ToRequest(Project project, MsgData data, long sender, long target, string operationId)
    {
        var content = CoreContent.Of(data.ContentType, data.Content.Memory);
        var flags = EnvelopeFlags.None;
        if (data.SessionType == Group)
            flags |= EnvelopeFlags.ReceiverIsViewer;
        else if (!MessageOptions.Is(data, MessageOptions.SenderSync))
            flags |= EnvelopeFlags.HiddenFromSender; // in a group the sender is a member like all others (§6.4)
        if (content.IsWhole)
        {
            flags |= EnvelopeFlags.ContentIsBody;
            data.Content = ByteString.Empty;
        }
        data.Seq = 0;
        data.SendTime = 0;
        return new()
        {
            Project = project,
            Kind = data.SessionType == Group ? ConversationKind.Group : ConversationKind.PeerToPeer,
            Sender = sender,
            Target = target,
            MessageId = MessageIdOf(data.ClientMsgID),
            Type = content.Type,
            File = content.File,
            IsBinary = content.IsBinary,
            Body = content.Body,
            ReadableText = project.Settings.SensitiveWords.Count > 0 && content.File == FileKind.None && data.ContentType != ContentTypes.Text
                ? EscapedText.Read(content.Body.Span) : "",
            FileSize = content.FileSize,
            BodyLimit = host.Settings.ContentBytes,
            Envelope = OpenImEnvelope.ToBytes(data, flags, operationId),
            AllowSelf = true,
        };
    }

    /// <summary>serverMsgID of a message: the same for a retry.</summary>
    public string ServerMessageIdOf(string sender, string clientMessageId)
    {
        var text = System.Text.Encoding.UTF8.GetBytes($"{sender}\n{clientMessageId}");
        return Convert.ToHexStringLower(HMACSHA256.HashData(host.SigningKey, text).AsSpan(0, 16));
    }

    private static uint SequenceOf(long number) => (uint)Math.Clamp(number, 0, uint.MaxValue);

    /// <summary>The core recognises a retry by a number.</summary>
    private static long MessageIdOf(string clientMessageId) =>
        BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(clientMessageId))) & long.MaxValue;

    private static MsgData Complete(MsgData data, Message message, Viewer viewer, long number)
    {
        var flags = OpenImEnvelope.FlagsOf(message.Envelope.Span);
        if (flags.HasFlag(EnvelopeFlags.ContentIsBody))
            data.Content = UnsafeByteOperations.UnsafeWrap(message.Body); // nobody writes to it any more
        if (flags.HasFlag(EnvelopeFlags.ReceiverIsViewer))
            data.RecvID = viewer.Name;
        data.SendTime = message.Time;
        data.Seq = SequenceOf(number);
        return data;
    }

    /// <summary>A message that came through another protocol.</summary>
    private async ValueTask<MsgData?> TranslateAsync(Message message, Viewer viewer, long number)
    {
        var conversation = message.Conversation;
        var projectId = conversation.ProjectId;
        var names = host.Core.Names;
        var (type, content) = CoreContent.Translate(message);
        var data = new MsgData
        {
            SendID = message.Sender == 0 ? host.People.FirstManager : await names.GetNameAsync(projectId, message.Sender),
            RecvID = viewer.Name,
            ClientMsgID = IdOf(message, "client"u8),
            ServerMsgID = IdOf(message, "server"u8),
            SessionType = conversation.Kind == ConversationKind.Group ? Group : Single,
            MsgFrom = message.Sender == 0 ? FromSystem : FromUser,
            ContentType = type,
            Content = content,
            Seq = SequenceOf(number),
            SendTime = message.Time,
            CreateTime = message.Time,
        };
        if (conversation.Kind == ConversationKind.Group)
            data.GroupID = await names.GetNameAsync(projectId, conversation.First);
        else if (conversation.Kind == ConversationKind.PeerToPeer && message.Sender == viewer.UserId)
            data.RecvID = await names.GetNameAsync(projectId, conversation.PeerOf(message.Sender));
        MessageOptions.Apply(data, isOnlineOnly: false);
        if (await host.Core.Users.FindAsync(host.Project, message.Sender, CancellationToken.None) is { } sender)
        {
            data.SenderNickname = sender.Profile.Nickname;
            data.SenderFaceURL = sender.Profile.FaceUrl;
        }
        return data;
    }

    /// <summary>An id for a message that has none: the same whenever it is asked for.</summary>
    private string IdOf(Message message, ReadOnlySpan<byte> purpose)
    {
        if (message.Position == 0)
            return Guid.NewGuid().ToString("N"); // said once, and never asked for again
        Span<byte> text = stackalloc byte[6 + sizeof(long)];
        purpose.CopyTo(text);
        BinaryPrimitives.WriteInt64LittleEndian(text[6..], message.Position);
        return Convert.ToHexStringLower(HMACSHA256.HashData(host.SigningKey, text).AsSpan(0, 16));
    }
}
