using System.Diagnostics.CodeAnalysis;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Parley.Core.Groups;
using Parley.Core.Projects;
using Parley.Gateways.OpenIm.Messages;
using Parley.Gateways.OpenIm.Users;
using Parley.Wire.OpenIm;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Notifications;

/// <summary>How a notification is stored and shown (openim.md §7.2).</summary>
/// <param name="Type">Its content type.</param>
/// <param name="IsShown">Whether it is a line in the chat (level 3).</param>
/// <param name="IsUnread">Option unreadCount.</param>
/// <param name="IsPushed">Option offlinePush.</param>
internal readonly record struct NotificationKind(int Type, bool IsShown, bool IsUnread, bool IsPushed)
{
    public static readonly NotificationKind FriendAdded = new(1204, IsShown: true, IsUnread: true, IsPushed: true);
    public static readonly NotificationKind BlackAdded = new(1207, IsShown: false, IsUnread: false, IsPushed: true);
    public static readonly NotificationKind UserInfoUpdated = new(1303, IsShown: false, IsUnread: false, IsPushed: true);
    public static readonly NotificationKind GroupCreated = new(1501, IsShown: true, IsUnread: true, IsPushed: true);
    public static readonly NotificationKind MemberKicked = new(1508, IsShown: true, IsUnread: true, IsPushed: false);
    public static readonly NotificationKind MemberInvited = new(1509, IsShown: true, IsUnread: true, IsPushed: false);
}

/// <summary>
/// Tells users what was done, as notes in their inboxes (openim.md §7). The deed is done when it is called, so a failure here is logged
/// and does not fail the call.
/// </summary>
internal sealed class Notifier(OpenImHost host)
{
    /// <summary>
    /// What a notification tells, in bytes, so that one stays under 32 kB beside its sender: it names as many members as fit, and one at
    /// least. Clients fetch the list anyway.
    /// </summary>
    private const int MostBytes = 28 * 1024;

    /// <summary>Tags, lengths, commas around one item, in bytes.</summary>
    private const int Frame = 16;

    /// <summary>1501 to all members of a new group; named are first the owner and who made it.</summary>
    public ValueTask GroupCreatedAsync(Project project, string operationId, Group group, Person actor) =>
        TryAsync(NotificationKind.GroupCreated, async () =>
        {
            var (info, by) = await DescribeAsync(project, group, actor);
            var tips = new GroupCreatedTips { Group = info, OpUser = by, OperationTime = host.UnixSeconds };
            tips.GroupOwnerUser = await host.Entities.MemberAsync(project, group, info.GroupID, group.OwnerId, CancellationToken.None);
            long[] first = [group.OwnerId, actor.UserId];
            long[] members = [.. first.Where(group.Contains).Union(group.Members)];
            tips.MemberList.AddRange(await MembersAsync(project, group, info.GroupID, members, MostBytes - SizeOf(tips)));
            var sentence = $"{actor.Profile.Nickname} created the group";
            await TellGroupAsync(project, operationId, NotificationKind.GroupCreated, info, actor, tips, sentence, group.Members);
        });

    /// <summary>1509 to all members, the new ones included, or to these.</summary>
    public ValueTask MemberInvitedAsync(
        Project project, string operationId, Group group, Person actor, IReadOnlyList<long> invited, IReadOnlyList<long>? receivers = null) =>
        TryAsync(NotificationKind.MemberInvited, () => TellOfAsync(
            project, operationId, NotificationKind.MemberInvited, group, actor, invited, receivers ?? group.Members,
            static names => $"{names} joined the group", (info, by, members) =>
            {
                var tips = new MemberInvitedTips { Group = info, OpUser = by, OperationTime = host.UnixSeconds };
                tips.InvitedUserList.AddRange(members);
                return tips;
            }));

    /// <summary>1508 to the remaining members and those who were removed.</summary>
    public ValueTask MemberKickedAsync(Project project, string operationId, Group group, Person actor, IReadOnlyList<long> removed) =>
        MemberKickedAsync(
            project, operationId, group, actor, removed, [.. group.Members.Union(removed)], static names => $"{names} was removed from the group");

    /// <summary>1508 to these about those who were removed or left.</summary>
    public ValueTask MemberKickedAsync(
        Project project, string operationId, Group group, Person actor, IReadOnlyList<long> removed, IReadOnlyList<long> receivers,
        Func<string, string> say) =>
        TryAsync(NotificationKind.MemberKicked, () => TellOfAsync(
            project, operationId, NotificationKind.MemberKicked, group, actor, removed, receivers, say, (info, by, members) =>
            {
                var tips = new MemberKickedTips { Group = info, OpUser = by, OperationTime = host.UnixSeconds };
                tips.KickedUserList.AddRange(members);
                return tips;
            }));

    /// <summary>1508 to these, each of whom it names as removed, so that its client drops the group (status 2: dismissed).</summary>
    public ValueTask GroupDissolvedAsync(Project project, string operationId, Group group, Person actor, IReadOnlyList<long> receivers) =>
        TryAsync(NotificationKind.MemberKicked, () => TellOfAsync(
            project, operationId, NotificationKind.MemberKicked, group, actor, receivers, receivers,
            static _ => "the group was dissolved", (info, by, members) =>
            {
                info.Status = Entities.Dismissed;
                info.MemberCount = 0;
                var tips = new MemberKickedTips { Group = info, OpUser = by, OperationTime = host.UnixSeconds };
                tips.KickedUserList.AddRange(members);
                return tips;
            }));

    /// <summary>1204 to both, or to these.</summary>
    public ValueTask FriendAddedAsync(
        Project project, string operationId, Person user, Person friend, Person actor, IReadOnlyList<long>? receivers = null) =>
        TryAsync(NotificationKind.FriendAdded, () =>
        {
            var tips = new FriendAddedTips
            {
                Friend = host.Entities.Friend(user.Name, friend, host.UnixMilliseconds),
                OperationTime = host.UnixSeconds,
                OpUser = Entities.Public(actor),
            };
            var sentence = $"{CallOf(friend)} is a friend now";
            return TellPairAsync(project, operationId, NotificationKind.FriendAdded, user, friend, tips, sentence, receivers);
        });

    /// <summary>1207 to both, or to these.</summary>
    public ValueTask BlackAddedAsync(
        Project project, string operationId, Person owner, Person blocked, IReadOnlyList<long>? receivers = null) =>
        TryAsync(NotificationKind.BlackAdded, () =>
        {
            var tips = new BlackAddedTips { FromToUserID = new() { FromUserID = owner.Name, ToUserID = blocked.Name } };
            var sentence = $"{CallOf(blocked)} was blocked";
            return TellPairAsync(project, operationId, NotificationKind.BlackAdded, owner, blocked, tips, sentence, receivers);
        });

    /// <summary>1303 to each friend of the user, the user and the caller; each one copy.</summary>
    public ValueTask UserInfoUpdatedAsync(Project project, string operationId, Person user, IReadOnlyList<long> receivers) =>
        TryAsync(NotificationKind.UserInfoUpdated, () =>
        {
            var tips = new UserInfoUpdatedTips { UserID = user.Name };
            var data = Compose(NotificationKind.UserInfoUpdated, MessageMapper.Single, user, tips, $"{user.Profile.Nickname} changed the profile");
            return StoreAsync(project, operationId, data, EnvelopeFlags.ReceiverIsViewer, receivers);
        });

    private static string NamesOf(IEnumerable<GroupMemberFullInfo> members) => string.Join(", ", members.Select(CallOf));

    /// <summary>A name to be read: who came through another protocol may have no nickname.</summary>
    private static string CallOf(GroupMemberFullInfo member) => member.Nickname.Length > 0 ? member.Nickname : member.UserID;

    private static string CallOf(Person person) => person.Profile.Nickname.Length > 0 ? person.Profile.Nickname : person.Name;

    private async ValueTask<(GroupInfo Info, GroupMemberFullInfo Actor)> DescribeAsync(Project project, Group group, Person actor)
    {
        var info = await host.Entities.GroupAsync(project, group, CancellationToken.None);
        return (info, await host.Entities.MemberAsync(project, group, info.GroupID, actor));
    }

    /// <summary>The first of the users, as many as fit into so many bytes; one at least.</summary>
    private async ValueTask<IReadOnlyList<GroupMemberFullInfo>> MembersAsync(
        Project project, Group group, string groupName, IEnumerable<long> userIds, int room)
    {
        var members = new List<GroupMemberFullInfo>();
        foreach (var userId in userIds)
        {
            var member = await host.Entities.MemberAsync(project, group, groupName, userId, CancellationToken.None);
            room -= SizeOf(member) + (2 * Encoding.UTF8.GetByteCount(CallOf(member))); // in the sentence, which is told twice
            if (room < 0 && members.Count > 0)
                break;
            members.Add(member);
        }
        return members;
    }

    /// <summary>Bytes of something in the two forms in which a notification holds it.</summary>
    private static int SizeOf(IMessage message) => message.CalculateSize() + Encoding.UTF8.GetByteCount(OpenImBodies.JsonOf(message)) + Frame;

    /// <summary>
    /// Tells everybody who came or went. Clients look for themselves among those who are named: when not all can be named at once, the
    /// others hear of the first ones, and the rest of the concerned are told by themselves. Each receiver is told once.
    /// </summary>
    private async ValueTask TellOfAsync(
        Project project, string operationId, NotificationKind kind, Group group, Person actor, IReadOnlyList<long> concerned,
        IReadOnlyList<long> receivers, Func<string, string> say, Func<GroupInfo, GroupMemberFullInfo, IReadOnlyList<GroupMemberFullInfo>, IMessage> make)
    {
        var (info, by) = await DescribeAsync(project, group, actor);
        var room = MostBytes - SizeOf(make(info, by, []));
        var waiting = receivers.ToHashSet();
        IEnumerable<long> others = [.. receivers.Except(concerned)];
        for (var told = 0; told < concerned.Count;)
        {
            var named = await MembersAsync(project, group, info.GroupID, concerned.Skip(told), room);
            long[] now = [.. others, .. concerned.Skip(told).Take(named.Count).Where(waiting.Contains)];
            var sentence = say(NamesOf(named));
            if (now.Length > 0)
                await TellGroupAsync(project, operationId, kind, info, actor, make(info, by, named), sentence, now);
            others = [];
            told += named.Count;
        }
    }

    private ValueTask TellGroupAsync(
        Project project, string operationId, NotificationKind kind, GroupInfo group, Person actor, IMessage tips, string sentence,
        IReadOnlyList<long> receivers)
    {
        var data = Compose(kind, MessageMapper.Group, actor, tips, sentence);
        data.GroupID = group.GroupID;
        return StoreAsync(project, operationId, data, EnvelopeFlags.ReceiverIsViewer, receivers);
    }

    private ValueTask TellPairAsync(
        Project project, string operationId, NotificationKind kind, Person from, Person to, IMessage tips, string sentence,
        IReadOnlyList<long>? receivers)
    {
        var data = Compose(kind, MessageMapper.Single, from, tips, sentence);
        data.RecvID = to.Name;
        return StoreAsync(project, operationId, data, EnvelopeFlags.None, receivers ?? [from.UserId, to.UserId]);
    }

    private MsgData Compose(NotificationKind kind, int sessionType, Person sender, IMessage tips, string sentence)
    {
        var now = host.UnixMilliseconds;
        var data = new MsgData
        {
            SendID = sender.Name,
            SenderNickname = sender.Profile.Nickname,
            SenderFaceURL = sender.Profile.FaceUrl,
            ClientMsgID = Guid.NewGuid().ToString("N"),
            SessionType = sessionType,
            MsgFrom = MessageMapper.FromSystem,
            ContentType = kind.Type,
            Content = OpenImBodies.Tips(tips, sentence).ToByteString(),
            SendTime = now,
            CreateTime = now,
            OfflinePushInfo = new() { Title = sentence },
        };
        data.ServerMsgID = host.Mapper.ServerMessageIdOf(data.SendID, data.ClientMsgID);
        data.Options[MessageOptions.UnreadCount] = kind.IsUnread;
        data.Options[MessageOptions.OfflinePush] = kind.IsPushed;
        data.Options[MessageOptions.ConversationUpdate] = kind.IsShown;
        return data;
    }

    private async ValueTask StoreAsync(
        Project project, string operationId, MsgData data, EnvelopeFlags flags, IReadOnlyList<long> receivers) =>
        await host.Core.Inboxes.AddNoteAsync(project, receivers, OpenImEnvelope.ToBytes(data, flags, operationId), CancellationToken.None);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The call that caused it has succeeded.")]
    private async ValueTask TryAsync(NotificationKind kind, Func<ValueTask> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception exception)
        {
            host.Logger.NotificationFailed(exception, kind.Type);
        }
    }
}
