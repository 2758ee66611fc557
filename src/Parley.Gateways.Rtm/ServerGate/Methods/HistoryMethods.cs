using Parley.Core;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.Messages;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate.Methods;

/// <summary>
/// Reading and deleting what was said (rtm-server.md §2.6, §3). Reading here clears nobody's unread marks: it is the back end that reads.
/// </summary>
internal sealed class HistoryMethods(ParleyCore core) : ServerMethods(core)
{
    /// <summary><c>getp2pmsg</c> (§3.1): uid, ouid and the style's own parameters; uid is the side that history is seen from.</summary>
    public ValueTask GetP2PMsg(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        var peer = parameters.Int64("ouid"u8);
        return Get(quest, ref parameters, ConversationKey.PeerToPeer(ProjectOf(quest).Id, uid, peer), uid);
    }

    /// <summary><c>getgroupmsg</c> (§3.1): gid, uid? and the style's own parameters.</summary>
    public ValueTask GetGroupMsg(Quest quest, ref FpnnParameters parameters) =>
        Get(
            quest, ref parameters, ConversationKey.Group(ProjectOf(quest).Id, parameters.Int64("gid"u8)), parameters.Int64OrDefault("uid"u8));

    /// <summary><c>getroommsg</c> (§3.1): rid, uid? and the style's own parameters.</summary>
    public ValueTask GetRoomMsg(Quest quest, ref FpnnParameters parameters) =>
        Get(
            quest, ref parameters, ConversationKey.Room(ProjectOf(quest).Id, parameters.Int64("rid"u8)), parameters.Int64OrDefault("uid"u8));

    /// <summary><c>getbroadcastmsg</c> (§3.1): uid? and the style's own parameters.</summary>
    public ValueTask GetBroadcastMsg(Quest quest, ref FpnnParameters parameters) =>
        Get(quest, ref parameters, ConversationKey.Broadcast(ProjectOf(quest).Id), parameters.Int64OrDefault("uid"u8));

    /// <summary>A request with <c>page</c> is page style, any other window style (rule S-8).</summary>
    private ValueTask Get(Quest quest, ref FpnnParameters parameters, ConversationKey conversation, long viewer)
    {
        if (parameters.Has("page"u8))
        {
            var page = RtmHistory.ReadPage(ref parameters, conversation, viewer);
            return parameters.Failed ? quest.Reject(parameters) : GetPageAsync(quest, page);
        }
        var window = RtmHistory.ReadWindow(ref parameters, conversation);
        var profile = ProfileOf(ProjectOf(quest).Settings.BackEndFiles, isNewSdk: parameters.Has("ts"u8));
        return parameters.Failed ? quest.Reject(parameters) : GetWindowAsync(quest, window, viewer, profile);
    }

    private async ValueTask GetPageAsync(Quest quest, PageQuery query)
    {
        if (!await MayReadAsync(quest, query.Conversation, query.Viewer))
            return;
        var messages = await Core.History.GetPageAsync(query, CancellationToken.None);
        RtmHistory.AnswerPage(quest, query, messages, ProjectOf(quest).Settings.PageRowElements);
    }

    private async ValueTask GetWindowAsync(Quest quest, WindowQuery query, long viewer, RtmProfile profile)
    {
        if (!await MayReadAsync(quest, query.Conversation, viewer))
            return;
        var head = await Core.History.GetHeadAsync(query.Conversation, CancellationToken.None);
        query = RtmHistory.ResolveEnd(query, head, Core.Time.GetUtcNow().ToUnixTimeMilliseconds());
        var messages = await Core.History.GetWindowAsync(query, CancellationToken.None);
        RtmHistory.AnswerWindow(quest, query, messages, viewer, profile);
    }

    /// <summary>The back end may read everything; where it names a user, that user's membership counts.</summary>
    private async ValueTask<bool> MayReadAsync(Quest quest, ConversationKey conversation, long viewer)
    {
        if (conversation.Kind is ConversationKind.PeerToPeer)
            return await AreValidAsync(quest, conversation.First, conversation.Second);
        if (conversation.Kind is not ConversationKind.Broadcast && !await IsValidAsync(quest, conversation.First))
            return false;
        var error = viewer == 0 ? CoreError.None : await Core.History.CheckReaderAsync(ProjectOf(quest), conversation, viewer);
        if (error == CoreError.None)
            return true;
        Refuse(quest, error);
        return false;
    }

    /// <summary>Newer SDKs, which sign with a time, read files as JSON (§3.1).</summary>
    private static RtmProfile ProfileOf(FileForm form, bool isNewSdk) =>
        form == FileForm.Json || (form == FileForm.Auto && isNewSdk) ? RtmProfile.G4 : RtmProfile.G2;

    /// <summary><c>delmsg</c> (§2.6): mid, from, xid, type 1 to 4. An unknown message is success.</summary>
    public ValueTask DelMsg(Quest quest, ref FpnnParameters parameters)
    {
        var mid = parameters.Int64("mid"u8);
        var from = parameters.Int64("from"u8);
        var xid = parameters.Int64("xid"u8);
        var type = parameters.Int64("type"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        var pid = ProjectOf(quest).Id;
        return type switch
        {
            1 => DelMsgAsync(quest, ConversationKey.PeerToPeer(pid, from, xid), from, mid),
            2 => DelMsgAsync(quest, ConversationKey.Group(pid, xid), from, mid),
            3 => DelMsgAsync(quest, ConversationKey.Room(pid, xid), from, mid),
            4 => DelMsgAsync(quest, ConversationKey.Broadcast(pid), from, mid),
            _ => RefuseNow(quest, RtmErrors.InvalidParameter, "invalid parameter"),
        };
    }

    private async ValueTask DelMsgAsync(Quest quest, ConversationKey conversation, long from, long mid)
    {
        await Core.History.DeleteAsync(conversation, from, mid, CancellationToken.None);
        quest.Answer();
    }
}
