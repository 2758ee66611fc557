using Parley.Core;
using Parley.Core.Messaging;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.Messages;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>Reading what was said (rtm-client.md §6) and single messages (§10.1).</summary>
internal sealed class HistoryMethods(ParleyCore core) : ClientMethods(core)
{
    /// <summary><c>getp2pmsg</c> (§6): ouid (fromuid, from) and the style's own parameters.</summary>
    public ValueTask GetP2PMsg(Quest quest, ref FpnnParameters parameters)
    {
        var me = Me(quest);
        var peer = parameters.Int64("ouid"u8, "fromuid"u8, "from"u8);
        return Get(quest, ref parameters, ConversationKey.PeerToPeer(me.Project.Id, me.UserId, peer));
    }

    /// <summary><c>getgroupmsg</c> (§6): gid and the style's own parameters.</summary>
    public ValueTask GetGroupMsg(Quest quest, ref FpnnParameters parameters) =>
        Get(quest, ref parameters, ConversationKey.Group(Me(quest).Project.Id, parameters.Int64("gid"u8)));

    /// <summary><c>getroommsg</c> (§6): rid and the style's own parameters.</summary>
    public ValueTask GetRoomMsg(Quest quest, ref FpnnParameters parameters) =>
        Get(quest, ref parameters, ConversationKey.Room(Me(quest).Project.Id, parameters.Int64("rid"u8)));

    /// <summary><c>getbroadcastmsg</c> (§6): the style's own parameters.</summary>
    public ValueTask GetBroadcastMsg(Quest quest, ref FpnnParameters parameters) =>
        Get(quest, ref parameters, ConversationKey.Broadcast(Me(quest).Project.Id));

    /// <summary>Rule C-9: a request with <c>page</c> is page style, any other window style.</summary>
    private ValueTask Get(Quest quest, ref FpnnParameters parameters, ConversationKey conversation)
    {
        if (parameters.Has("page"u8))
        {
            var page = RtmHistory.ReadPage(ref parameters, conversation, Me(quest).UserId);
            return parameters.Failed ? quest.Reject(parameters) : GetPageAsync(quest, page);
        }
        var window = RtmHistory.ReadWindow(ref parameters, conversation);
        return parameters.Failed ? quest.Reject(parameters) : GetWindowAsync(quest, window);
    }

    private async ValueTask GetPageAsync(Quest quest, PageQuery query)
    {
        if (!await MayReadAsync(quest, query.Conversation))
            return;
        using var turn = await Me(quest).WaitForReadAsync();
        var head = await Core.History.GetHeadAsync(query.Conversation, turn.Cancelled);
        var messages = await Core.History.GetPageAsync(query, turn.Cancelled);
        MarkRead(quest, query.Conversation, head);
        RtmHistory.AnswerPage(quest, query, messages, ProjectOf(Me(quest)).Settings.PageRowElements);
    }

    private async ValueTask GetWindowAsync(Quest quest, WindowQuery query)
    {
        if (!await MayReadAsync(quest, query.Conversation))
            return;
        using var turn = await Me(quest).WaitForReadAsync();
        var head = await Core.History.GetHeadAsync(query.Conversation, turn.Cancelled);
        query = RtmHistory.ResolveEnd(query, head, Core.Time.GetUtcNow().ToUnixTimeMilliseconds());
        var messages = await Core.History.GetWindowAsync(query, turn.Cancelled);
        MarkRead(quest, query.Conversation, head);
        RtmHistory.AnswerWindow(quest, query, messages, Me(quest).UserId, Me(quest).Profile);
    }

    private async ValueTask<bool> MayReadAsync(Quest quest, ConversationKey conversation)
    {
        var error = await Core.History.CheckReaderAsync(ProjectOf(Me(quest)), conversation, Me(quest).UserId);
        if (error == CoreError.None)
            return true;
        Refuse(quest, error);
        return false;
    }

    /// <summary>Reading a conversation clears its unread mark (§1.8); rooms have none.</summary>
    private void MarkRead(Quest quest, ConversationKey conversation, ConversationHead head)
    {
        if (conversation.Kind == ConversationKind.Room)
            return;
        Me(quest).OnRead(conversation);
        Core.Unread.MarkRead(conversation, Me(quest).UserId, head);
    }

    /// <summary><c>getmsg</c> (§10.1): from, mid, xid, type → id, mtype, msg, attrs, mtime; 200070 when unknown.</summary>
    public ValueTask GetMsg(Quest quest, ref FpnnParameters parameters)
    {
        var from = parameters.Int64("from"u8);
        var mid = parameters.Int64("mid"u8);
        var xid = parameters.Int64("xid"u8);
        var type = parameters.Int64("type"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        var me = Me(quest);
        // of a pair, xid is the receiver: the peer is whichever of the two the caller is not
        return TryGetConversation(me, type, from == me.UserId ? xid : from, xid, out var conversation)
            ? GetMsgAsync(quest, conversation, from, mid)
            : RefuseNow(quest, RtmErrors.InvalidParameter, "invalid parameter");
    }

    private async ValueTask GetMsgAsync(Quest quest, ConversationKey conversation, long from, long mid)
    {
        if (!await MayReadAsync(quest, conversation))
            return;
        using var turn = await Me(quest).WaitForReadAsync();
        if (await Core.History.FindAsync(conversation, from, mid, turn.Cancelled) is { } message)
            RtmHistory.AnswerMessage(quest, message, Me(quest).Profile);
        else
            Refuse(quest, CoreError.MessageNotFound);
    }

    /// <summary><c>delmsg</c> (§10.1): mid, xid, type, from?; only messages of the caller.</summary>
    public ValueTask DelMsg(Quest quest, ref FpnnParameters parameters)
    {
        var me = Me(quest);
        var mid = parameters.Int64("mid"u8);
        var xid = parameters.Int64("xid"u8);
        var type = parameters.Int64("type"u8);
        var from = parameters.Int64OrDefault("from"u8, me.UserId);
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (!TryGetConversation(me, type, xid, xid, out var conversation))
            return RefuseNow(quest, RtmErrors.InvalidParameter, "invalid parameter");
        if (from != me.UserId)
            return RefuseNow(quest, RtmErrors.PermissionDenied, "permission denied");
        return DelMsgAsync(quest, conversation, mid);
    }

    private async ValueTask DelMsgAsync(Quest quest, ConversationKey conversation, long mid)
    {
        using var turn = await Me(quest).WaitForReadAsync();
        await Core.History.DeleteAsync(conversation, Me(quest).UserId, mid, turn.Cancelled);
        quest.Answer(); // an unknown message is no error
    }

    private static bool TryGetConversation(RtmSession me, long type, long peer, long xid, out ConversationKey conversation)
    {
        var pid = me.Project.Id;
        conversation = type switch
        {
            1 => ConversationKey.PeerToPeer(pid, me.UserId, peer),
            2 => ConversationKey.Group(pid, xid),
            3 => ConversationKey.Room(pid, xid),
            _ => ConversationKey.Broadcast(pid),
        };
        return type is >= 1 and <= 4;
    }
}
