using System.Text.Unicode;
using Parley.Core;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.Messages;

/// <summary>Who says something.</summary>
/// <param name="Project">The project.</param>
/// <param name="UserId">The user who speaks, or for whom a back end does.</param>
/// <param name="Session">The session that speaks; null when a back end does.</param>
/// <param name="Connection">The back end's connection; null when a session speaks.</param>
internal readonly record struct RtmSpeaker(Project Project, long UserId, Session? Session, object? Connection);

/// <summary>The parameters that all ways of saying something share, and their answer (rtm-client.md §4.1, rtm-server.md §2.1).</summary>
internal static class RtmSending
{
    /// <summary>Reads mid, mtype, msg and attrs. Check <see cref="FpnnParameters.Failed"/> afterwards.</summary>
    public static SendRequest Read(ref FpnnParameters parameters, RtmSpeaker speaker, ConversationKind kind, long target)
    {
        var mid = parameters.Int64("mid"u8);
        var type = parameters.Int64("mtype"u8);
        var body = parameters.Bytes("msg"u8, out var isBinary);
        var attributes = parameters.Text("attrs"u8);

        // one copy out of the receive buffer holds both
        var owned = new byte[body.Length + attributes.Length];
        body.CopyTo(owned);
        attributes.CopyTo(owned.AsSpan(body.Length));
        return new SendRequest
        {
            Project = speaker.Project,
            Kind = kind,
            Sender = speaker.UserId,
            Target = target,
            MessageId = mid,
            Type = type,
            Body = owned.AsMemory(0, body.Length),
            IsBinary = isBinary || !Utf8.IsValid(body),
            Attributes = owned.AsMemory(body.Length),
            Origin = speaker.Session,
            Connection = speaker.Connection,
            Authority = speaker.Session is null ? SendAuthority.BackEnd : SendAuthority.User,
        };
    }

    /// <summary>Every accepted message is answered with its <c>mtime</c> (rule C-2, S-7).</summary>
    public static void Answer(Quest quest, SendOutcome outcome)
    {
        if (outcome.Error != CoreError.None)
        {
            var (code, text) = RtmErrors.Of(outcome.Error);
            quest.Fail(code, text);
            return;
        }
        var answer = quest.BeginAnswer(1);
        answer.Write("mtime"u8, outcome.Time);
        answer.Send();
    }
}
