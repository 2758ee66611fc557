using System.Runtime.CompilerServices;
using Parley.Core;
using Parley.Core.Messaging;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.Messages;
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
        return RtmSending.Read(ref parameters, new(ProjectOf(me), me.UserId, me, Connection: null), kind, target);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(Quest quest, SendRequest request) =>
        RtmSending.Answer(quest, await Core.Messenger.SendAsync(request));

    private async ValueTask SendToManyAsync(Quest quest, SendRequest request, long[] receivers) =>
        RtmSending.Answer(quest, await Core.Messenger.SendToManyAsync(request, receivers));
}
