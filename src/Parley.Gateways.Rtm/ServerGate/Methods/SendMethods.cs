using System.Runtime.CompilerServices;
using Parley.Core;
using Parley.Core.Messaging;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.Messages;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate.Methods;

/// <summary>Saying something on a user's behalf (rtm-server.md §2.1 to §2.5). What §1.5 says is checked at the core.</summary>
internal sealed class SendMethods(ParleyCore core) : ServerMethods(core)
{
    /// <summary><c>sendmsg</c> (§2.1): from, to, mid, mtype, msg, attrs → mtime.</summary>
    public ValueTask SendMsg(Quest quest, ref FpnnParameters parameters) =>
        Send(quest, ref parameters, ConversationKind.PeerToPeer, parameters.Int64("to"u8));

    /// <summary><c>sendgroupmsg</c> (§2.3): from, gid, mid, mtype, msg, attrs → mtime.</summary>
    public ValueTask SendGroupMsg(Quest quest, ref FpnnParameters parameters) =>
        Send(quest, ref parameters, ConversationKind.Group, parameters.Int64("gid"u8));

    /// <summary><c>sendroommsg</c> (§2.4): from, rid, mid, mtype, msg, attrs → mtime.</summary>
    public ValueTask SendRoomMsg(Quest quest, ref FpnnParameters parameters) =>
        Send(quest, ref parameters, ConversationKind.Room, parameters.Int64("rid"u8));

    /// <summary><c>broadcastmsg</c> (§2.5): from (an admin id), mid, mtype, msg, attrs → mtime.</summary>
    public ValueTask BroadcastMsg(Quest quest, ref FpnnParameters parameters) =>
        Send(quest, ref parameters, ConversationKind.Broadcast, target: 0);

    /// <summary><c>sendmsgs</c> (§2.2): from, tos, mid, mtype, msg, attrs → mtime.</summary>
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

    private static SendRequest Read(Quest quest, ref FpnnParameters parameters, ConversationKind kind, long target)
    {
        var from = parameters.Int64("from"u8);
        return RtmSending.Read(ref parameters, new(ProjectOf(quest), from, Session: null, quest.Peer), kind, target);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(Quest quest, SendRequest request) =>
        RtmSending.Answer(quest, await Core.Messenger.SendAsync(request));

    private async ValueTask SendToManyAsync(Quest quest, SendRequest request, long[] receivers) =>
        RtmSending.Answer(quest, await Core.Messenger.SendToManyAsync(request, receivers));
}
