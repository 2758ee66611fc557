using System.Diagnostics.CodeAnalysis;
using Parley.Core;
using Parley.Core.Messaging;
using Parley.Gateways.GoIm.Connections;
using Parley.Gateways.GoIm.Messages;
using Parley.Wire.GoIm;

namespace Parley.Gateways.GoIm.Commands;

/// <summary>Saying something and acknowledging it (goim-json §7, GI-004, GI-005, GI-012, GI-013, GI-020 to GI-023).</summary>
internal sealed class MessageCommands(GoImHost host)
{
    private const int ChatType = 30;

    private static readonly byte[] Notice = GoImPushEncoder.NoticeAttributes.ToArray();

    /// <summary>GI-004: <c>[content, clientId]</c> → <c>[]</c>.</summary>
    public ValueTask SendToUser(GoImCall call, GoImRequest request) => SendToUserAsync(call, request.Bytes(0), request.Text(1), default);

    /// <summary>GI-020: as GI-004.</summary>
    public ValueTask NotifyUser(GoImCall call, GoImRequest request) => SendToUserAsync(call, request.Bytes(0), request.Text(1), Notice);

    /// <summary>GI-012: <c>[content, topicId]</c> → <c>[]</c>.</summary>
    public ValueTask SendToTopic(GoImCall call, GoImRequest request) => SendToTopicAsync(call, request.Bytes(0), request.Text(1), default);

    /// <summary>GI-022: as GI-012.</summary>
    public ValueTask NotifyTopic(GoImCall call, GoImRequest request) => SendToTopicAsync(call, request.Bytes(0), request.Text(1), Notice);

    /// <summary>GI-005 and GI-013: <c>[uuid]</c>, without an answer. What is not for the caller is passed over.</summary>
    public ValueTask Acknowledge(GoImCall call, GoImRequest request)
    {
        var ids = host.Encoder.IdsOf(call.Session.Project);
        var isKnown = request.TryGetId(0, out var id) & ids.TryGetPosition(id, out var position);
        call.Pass(isKnown);
        return isKnown ? call.Session.Mailbox.AcknowledgeAsync(position) : ValueTask.CompletedTask;
    }

    /// <summary>Says something in a user's own name, as if it had been a command.</summary>
    public static SendRequest Compose(GoImSession session, ConversationKind kind, long target, long messageId, byte[] content, byte[]? attributes) => new()
    {
        Project = session.Project,
        Kind = kind,
        Sender = session.UserId,
        Target = target,
        MessageId = messageId,
        Type = ChatType,
        Body = content,
        BodyLimit = GoImFrame.MaxPayloadLength,
        Attributes = attributes,
        Origin = session,
        AllowSelf = true,
    };

    private async ValueTask SendToUserAsync(GoImCall call, byte[] content, string clientId, byte[]? attributes)
    {
        var session = call.Session;
        var project = session.Project;
        var receiver = GoImIds.IsValid(clientId) ? await host.Core.Names.FindAsync(project.Id, clientId) : 0;
        if (receiver == 0 || !await host.Core.Users.IsKnownAsync(new(project.Id, receiver)))
        {
            call.Fail(GoImFailures.UnknownClient);
            return;
        }
        if (!host.Encoder.Fits(content, session.ClientId, "", isNotice: attributes is not null))
        {
            call.Fail(GoImFailures.SendFailed);
            return;
        }
        await SubmitAsync(call, Compose(session, ConversationKind.PeerToPeer, receiver, host.Numbers.Next(), content, attributes));
    }

    private async ValueTask SendToTopicAsync(GoImCall call, byte[] content, string topicId, byte[]? attributes)
    {
        var session = call.Session;
        var groupId = GoImIds.IsValid(topicId) ? await host.Core.Names.FindAsync(session.Project.Id, topicId) : 0;
        var group = groupId == 0 ? null : await host.Core.Groups.GetAsync(session.Project, groupId);
        if (group is null)
        {
            call.Fail(GoImFailures.NoTopic);
            return;
        }
        if (!group.Contains(session.UserId))
        {
            call.Fail(GoImFailures.NotInTopic);
            return;
        }
        if (!host.Encoder.Fits(content, session.ClientId, topicId, isNotice: attributes is not null))
        {
            call.Fail(GoImFailures.SendFailed);
            return;
        }
        await SubmitAsync(call, Compose(session, ConversationKind.Group, groupId, host.Numbers.Next(), content, attributes));
    }

    /// <summary>Completes when the message has its place; the answer follows when it is committed.</summary>
    private async ValueTask SubmitAsync(GoImCall call, SendRequest request) =>
        _ = AnswerAsync(call, await host.Core.Messenger.SubmitAsync(request));

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nobody awaits this; the client must be told.")]
    private async Task AnswerAsync(GoImCall call, ValueTask<SendOutcome> committed)
    {
        try
        {
            var outcome = await committed;
            if (outcome.Error == CoreError.None)
                call.Succeed();
            else
                call.Fail(GoImFailures.OfSending(outcome.Error));
        }
        catch (Exception exception)
        {
            host.Logger.CommandFailed(exception, MessageDoor.DoorName, call.Command.Name);
            if (!call.IsAnswered)
                call.Fail(GoImFailures.Error);
        }
    }
}
