using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Parley.Core;
using Parley.Core.Messaging;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>Saying something (rtm-client.md §4.1 to §4.4). Every accepted message is answered with its <c>mtime</c> (rule C-2).</summary>
internal sealed class SendMethods(ParleyCore core) : ClientMethods(core)
{
    /// <summary><c>sendmsg</c> (§4.1): to, mid, mtype, msg, attrs → mtime.</summary>
    public ValueTask SendMsg(Quest quest, ref FpnnParameters parameters) =>
        Send(quest, ref parameters, ConversationKind.PeerToPeer, parameters.Int64("to"u8));

    /// <summary><c>sendgroupmsg</c> (§4.3): gid, mid, mtype, msg, attrs → mtime.</summary>
    public ValueTask SendGroupMsg(Quest quest, ref FpnnParameters parameters) =>
        Send(quest, ref parameters, ConversationKind.Group, parameters.Int64("gid"u8));

    /// <summary><c>sendroommsg</c> (§4.4): rid, mid, mtype, msg, attrs → mtime.</summary>
    public ValueTask SendRoomMsg(Quest quest, ref FpnnParameters parameters) =>
        Send(quest, ref parameters, ConversationKind.Room, parameters.Int64("rid"u8));

    /// <summary><c>sendmsgs</c> (§4.2): tos, mid, mtype, msg, attrs → mtime.</summary>
    public ValueTask SendMsgs(Quest quest, ref FpnnParameters parameters)
    {
        var receivers = parameters.Int64List("tos"u8);
        var request = Read(quest, ref parameters, ConversationKind.PeerToPeer, target: 0);
        return parameters.Failed ? quest.Reject(parameters) : SendToManyAsync(quest, request, receivers);
    }

    private ValueTask Send(Quest quest, ref FpnnParameters parameters, ConversationKind kind, long target)
    {
        var request = Read(quest, ref parameters, kind, target);
        return parameters.Failed ? quest.Reject(parameters) : SendAsync(quest, request);
    }

    private SendRequest Read(Quest quest, ref FpnnParameters parameters, ConversationKind kind, long target)
    {
        var me = Me(quest);
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
            Project = ProjectOf(me),
            Kind = kind,
            Sender = me.UserId,
            Target = target,
            MessageId = mid,
            Type = type,
            Body = owned.AsMemory(0, body.Length),
            IsBinary = isBinary || !Utf8.IsValid(body),
            Attributes = owned.AsMemory(body.Length),
            Origin = me,
        };
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(Quest quest, SendRequest request) =>
        Conclude(quest, await Core.Messenger.SendAsync(request));

    private async ValueTask SendToManyAsync(Quest quest, SendRequest request, long[] receivers) =>
        Conclude(quest, await Core.Messenger.SendToManyAsync(request, receivers));

    private static void Conclude(Quest quest, SendOutcome outcome)
    {
        if (outcome.Error != CoreError.None)
        {
            Refuse(quest, outcome.Error);
            return;
        }
        var answer = quest.BeginAnswer(1);
        answer.Write("mtime"u8, outcome.Time);
        answer.Send();
    }
}
