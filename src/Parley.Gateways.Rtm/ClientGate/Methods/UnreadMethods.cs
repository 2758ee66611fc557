using System.Globalization;
using Parley.Core;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.Messages;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>What is unread (rtm-client.md §1.8, §4.6, §5.5, §10.1).</summary>
internal sealed class UnreadMethods(ParleyCore core) : ClientMethods(core)
{
    private const int MostAsked = 100;

    /// <summary>Pushes <c>pushunread</c> (§5.5) when anything is unread.</summary>
    public static async ValueTask PushAsync(ParleyCore core, Project project, RtmSession session)
    {
        var status = await core.Unread.GetStatusAsync(project, session.UserId, CancellationToken.None);
        if (!status.HasAny)
            return;
        Send(status, session);

        static void Send(UnreadStatus status, RtmSession session)
        {
            using var payload = new PooledBufferWriter();
            var writer = new MessagePackWriter(payload);
            writer.WriteMapHeader(3);
            WriteIds(ref writer, "p2p"u8, UnreadPeers(status, session.UserId));
            WriteIds(ref writer, "group"u8, UnreadGroups(status));
            writer.WriteString("bc"u8);
            writer.Write(status.Broadcast is { Unread: > 0 });
            writer.Flush();
            session.SendQuest("pushunread"u8, payload.WrittenSpan);
        }
    }

    /// <summary><c>pushunread</c> and <c>checkunreadmsg</c> as quests (§4.6, rule C-4): both answer with all six keys.</summary>
    public ValueTask CheckUnread(Quest quest, ref FpnnParameters parameters) => CheckUnreadAsync(quest);

    private async ValueTask CheckUnreadAsync(Quest quest)
    {
        var me = Me(quest);
        var status = await Core.Unread.GetStatusAsync(ProjectOf(me), me.UserId, CancellationToken.None);
        var peers = UnreadPeers(status, me.UserId);
        var groups = UnreadGroups(status);
        var hasBroadcast = status.Broadcast is { Unread: > 0 };
        var answer = quest.BeginAnswer(6);
        answer.Write("p2p"u8, peers);
        answer.Write("group"u8, groups);
        answer.Write("bc"u8, hasBroadcast);
        answer.Write("uidOfUnreadMessage"u8, peers);
        answer.Write("gidOfUnreadGroupMessage"u8, groups);
        answer.Write("haveUnreadBroadcastMessage"u8, hasBroadcast);
        answer.Send();
    }

    /// <summary><c>getunreadmsg</c> (§10.1, G2): → p2p, group as maps from id (text) to count.</summary>
    public ValueTask GetUnreadMsg(Quest quest, ref FpnnParameters parameters) => GetUnreadMsgAsync(quest);

    private async ValueTask GetUnreadMsgAsync(Quest quest)
    {
        var me = Me(quest);
        var status = await Core.Unread.GetStatusAsync(ProjectOf(me), me.UserId, CancellationToken.None);
        var answer = quest.BeginAnswer(2);
        WriteCounts(ref answer, "p2p"u8, status.Peers, me.UserId);
        WriteCounts(ref answer, "group"u8, status.Groups, me.UserId);
        answer.Send();

        static void WriteCounts(ref AnswerWriter answer, ReadOnlySpan<byte> key, IReadOnlyList<ConversationState> states, long me)
        {
            var unread = states.Where(state => state.Unread > 0).ToArray();
            answer.WriteMap(key, unread.Length);
            foreach (var state in unread)
            {
                answer.Value(IdOf(state.Conversation, me).ToString(CultureInfo.InvariantCulture));
                answer.Value(state.Unread);
            }
        }
    }

    /// <summary><c>getunread</c> (§10.1, 2.x): clear? → p2p, group as lists.</summary>
    public ValueTask GetUnread(Quest quest, ref FpnnParameters parameters)
    {
        var clear = parameters.BooleanOrDefault("clear"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetUnreadAsync(quest, clear);
    }

    private async ValueTask GetUnreadAsync(Quest quest, bool clear)
    {
        var me = Me(quest);
        var project = ProjectOf(me);
        var status = await Core.Unread.GetStatusAsync(project, me.UserId, CancellationToken.None);
        if (clear)
            await Core.Unread.MarkReadAsync(me.UserId, status, CancellationToken.None);
        var answer = quest.BeginAnswer(2);
        answer.Write("p2p"u8, UnreadPeers(status, me.UserId));
        answer.Write("group"u8, UnreadGroups(status));
        answer.Send();
    }

    /// <summary><c>cleanunread</c> and <c>cleanunreadmsg</c> (§10.1).</summary>
    public ValueTask CleanUnread(Quest quest, ref FpnnParameters parameters) => CleanUnreadAsync(quest);

    private async ValueTask CleanUnreadAsync(Quest quest)
    {
        var me = Me(quest);
        await Core.Unread.MarkAllReadAsync(ProjectOf(me), me.UserId, CancellationToken.None);
        quest.Answer();
    }

    /// <summary><c>getp2punread</c> (§10.1, 2.x): uids, mtime?, mtypes? → p2p, ltime as maps by uid.</summary>
    public ValueTask GetP2PUnread(Quest quest, ref FpnnParameters parameters)
    {
        var me = Me(quest);
        var uids = parameters.Int64List("uids"u8);
        return GetCounts(quest, ref parameters, uids, uid => ConversationKey.PeerToPeer(me.Project.Id, me.UserId, uid));
    }

    /// <summary><c>getgroupunread</c> (§10.1, 2.x): gids, mtime?, mtypes? → group, ltime as maps by gid.</summary>
    public ValueTask GetGroupUnread(Quest quest, ref FpnnParameters parameters)
    {
        var me = Me(quest);
        var gids = parameters.Int64List("gids"u8);
        return GetCounts(quest, ref parameters, gids, gid => ConversationKey.Group(me.Project.Id, gid));
    }

    private ValueTask GetCounts(Quest quest, ref FpnnParameters parameters, long[] ids, Func<long, ConversationKey> keyOf)
    {
        var filter = new UnreadFilter(parameters.Int64OrDefault("mtime"u8), RtmHistory.TypesOf(parameters.Int64ListOrNull("mtypes"u8)));
        if (parameters.Failed)
            return quest.Reject(parameters);
        var error = CheckList(ids, MostAsked);
        if (error != CoreError.None)
        {
            Refuse(quest, error);
            return ValueTask.CompletedTask;
        }
        return GetCountsAsync(quest, [.. ids.Distinct().Select(keyOf)], filter);
    }

    private async ValueTask GetCountsAsync(Quest quest, ConversationKey[] keys, UnreadFilter filter)
    {
        var me = Me(quest);
        var project = ProjectOf(me);
        var allowed = new List<ConversationKey>(keys.Length);
        foreach (var key in keys)
        {
            if (await Core.History.CheckReaderAsync(project, key, me.UserId) == CoreError.None)
                allowed.Add(key);
        }
        using var turn = await me.WaitForReadAsync();
        var states = await Core.Unread.GetStatesAsync(project, me.UserId, allowed, filter, turn.Cancelled);
        var isGroup = keys[0].Kind == ConversationKind.Group;
        var answer = quest.BeginAnswer(2);
        answer.WriteMap(isGroup ? "group"u8 : "p2p"u8, states.Count);
        foreach (var state in states)
        {
            answer.Value(IdOf(state.Conversation, me.UserId));
            answer.Value(state.Unread);
        }
        answer.WriteMap("ltime"u8, states.Count);
        foreach (var state in states)
        {
            answer.Value(IdOf(state.Conversation, me.UserId));
            answer.Value(state.Head.Time);
        }
        answer.Send();
    }

    /// <summary><c>getsession</c> (§10.1): → p2p, group; 2.x gets lists, G2 maps from id (text) to the time of the newest message.</summary>
    public ValueTask GetSession(Quest quest, ref FpnnParameters parameters) => GetSessionAsync(quest);

    private async ValueTask GetSessionAsync(Quest quest)
    {
        var me = Me(quest);
        var status = await Core.Unread.GetStatusAsync(ProjectOf(me), me.UserId, CancellationToken.None);
        var answer = quest.BeginAnswer(2);
        if (me.Profile == RtmProfile.G4)
        {
            answer.Write("p2p"u8, [.. status.Peers.Select(state => IdOf(state.Conversation, me.UserId))]);
            answer.Write("group"u8, [.. status.Groups.Select(state => state.Conversation.First)]);
        }
        else
        {
            WriteTimes(ref answer, "p2p"u8, status.Peers, me.UserId);
            WriteTimes(ref answer, "group"u8, status.Groups, me.UserId);
        }
        answer.Send();

        static void WriteTimes(ref AnswerWriter answer, ReadOnlySpan<byte> key, IReadOnlyList<ConversationState> states, long me)
        {
            answer.WriteMap(key, states.Count);
            foreach (var state in states)
            {
                answer.Value(IdOf(state.Conversation, me).ToString(CultureInfo.InvariantCulture));
                answer.Value(state.Head.Time);
            }
        }
    }

    private static long[] UnreadPeers(UnreadStatus status, long me) =>
        [.. status.Peers.Where(state => state.Unread > 0).Select(state => IdOf(state.Conversation, me))];

    private static long[] UnreadGroups(UnreadStatus status) =>
        [.. status.Groups.Where(state => state.Unread > 0).Select(state => state.Conversation.First)];

    private static long IdOf(ConversationKey conversation, long me) =>
        conversation.Kind == ConversationKind.PeerToPeer ? conversation.PeerOf(me) : conversation.First;

    private static void WriteIds(ref MessagePackWriter writer, ReadOnlySpan<byte> key, long[] ids)
    {
        writer.WriteString(key);
        writer.WriteArrayHeader(ids.Length);
        foreach (var id in ids)
            writer.Write(id);
    }
}
