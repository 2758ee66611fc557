using System.Diagnostics.CodeAnalysis;
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
    /// <summary>Members that a notification names at the most, so that its size is bounded; clients fetch the list anyway.</summary>
    private const int MostListed = 200;

    /// <summary>1501 to all members of a new group.</summary>
    public ValueTask GroupCreatedAsync(Project project, string operationId, Group group, Person actor) =>
        TryAsync(NotificationKind.GroupCreated, async () =>
        {
            var (info, by) = await DescribeAsync(project, group, actor);
            var tips = new GroupCreatedTips { Group = info, OpUser = by, OperationTime = host.UnixSeconds };
            tips.MemberList.AddRange(await MembersAsync(project, group, info.GroupID, group.Members));
            tips.GroupOwnerUser = await host.Entities.MemberAsync(project, group, info.GroupID, group.OwnerId, CancellationToken.None);
            var sentence = $"{actor.Profile.Nickname} created the group";
            await TellGroupAsync(project, operationId, NotificationKind.GroupCreated, info, actor, tips, sentence, group.Members);
        });

    /// <summary>1509 to all members, the new ones included.</summary>
    public ValueTask MemberInvitedAsync(Project project, string operationId, Group group, Person actor, IReadOnlyList<long> invited) =>
        TryAsync(NotificationKind.MemberInvited, async () =>
        {
            var (info, by) = await DescribeAsync(project, group, actor);
            var tips = new MemberInvitedTips { Group = info, OpUser = by, OperationTime = host.UnixSeconds };
            tips.InvitedUserList.AddRange(await MembersAsync(project, group, info.GroupID, invited));
            var sentence = $"{NamesOf(tips.InvitedUserList)} joined the group";
            await TellGroupAsync(project, operationId, NotificationKind.MemberInvited, info, actor, tips, sentence, group.Members);
        });

    /// <summary>1508 to the remaining members and those who were removed.</summary>
    public ValueTask MemberKickedAsync(Project project, string operationId, Group group, Person actor, IReadOnlyList<long> removed) =>
        TryAsync(NotificationKind.MemberKicked, async () =>
        {
            var (info, by) = await DescribeAsync(project, group, actor);
            var tips = new MemberKickedTips { Group = info, OpUser = by, OperationTime = host.UnixSeconds };
            tips.KickedUserList.AddRange(await MembersAsync(project, group, info.GroupID, removed));
            var sentence = $"{NamesOf(tips.KickedUserList)} was removed from the group";
            await TellGroupAsync(
                project, operationId, NotificationKind.MemberKicked, info, actor, tips, sentence, [.. group.Members.Union(removed)]);
        });

    /// <summary>1204 to both.</summary>
    public ValueTask FriendAddedAsync(Project project, string operationId, Person user, Person friend, Person actor) =>
        TryAsync(NotificationKind.FriendAdded, () =>
        {
            var tips = new FriendAddedTips
            {
                Friend = host.Entities.Friend(user.Name, friend, host.UnixMilliseconds),
                OperationTime = host.UnixSeconds,
                OpUser = Entities.Public(actor),
            };
            var sentence = $"{friend.Profile.Nickname} is a friend now";
            return TellPairAsync(project, operationId, NotificationKind.FriendAdded, user, friend, tips, sentence);
        });

    /// <summary>1207 to both.</summary>
    public ValueTask BlackAddedAsync(Project project, string operationId, Person owner, Person blocked) =>
        TryAsync(NotificationKind.BlackAdded, () =>
        {
            var tips = new BlackAddedTips { FromToUserID = new() { FromUserID = owner.Name, ToUserID = blocked.Name } };
            var sentence = $"{blocked.Profile.Nickname} was blocked";
            return TellPairAsync(project, operationId, NotificationKind.BlackAdded, owner, blocked, tips, sentence);
        });

    /// <summary>1303 to each friend of the user, the user and the caller; each one copy.</summary>
    public ValueTask UserInfoUpdatedAsync(Project project, string operationId, Person user, IReadOnlyList<long> receivers) =>
        TryAsync(NotificationKind.UserInfoUpdated, () =>
        {
            var tips = new UserInfoUpdatedTips { UserID = user.Name };
            var data = Compose(NotificationKind.UserInfoUpdated, MessageMapper.Single, user, tips, $"{user.Profile.Nickname} changed the profile");
            return StoreAsync(project, operationId, data, EnvelopeFlags.ReceiverIsViewer, receivers);
        });

    private static string NamesOf(IEnumerable<GroupMemberFullInfo> members) => string.Join(", ", members.Select(static member => member.Nickname));

    private async ValueTask<(GroupInfo Info, GroupMemberFullInfo Actor)> DescribeAsync(Project project, Group group, Person actor)
    {
        var info = await host.Entities.GroupAsync(project, group, CancellationToken.None);
        return (info, await host.Entities.MemberAsync(project, group, info.GroupID, actor.UserId, CancellationToken.None));
    }

    private async ValueTask<IReadOnlyList<GroupMemberFullInfo>> MembersAsync(
        Project project, Group group, string groupName, IReadOnlyList<long> userIds)
    {
        var members = new GroupMemberFullInfo[Math.Min(userIds.Count, MostListed)];
        for (var i = 0; i < members.Length; i++)
            members[i] = await host.Entities.MemberAsync(project, group, groupName, userIds[i], CancellationToken.None);
        return members;
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
        Project project, string operationId, NotificationKind kind, Person from, Person to, IMessage tips, string sentence)
    {
        var data = Compose(kind, MessageMapper.Single, from, tips, sentence);
        data.RecvID = to.Name;
        return StoreAsync(project, operationId, data, EnvelopeFlags.None, [from.UserId, to.UserId]);
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
