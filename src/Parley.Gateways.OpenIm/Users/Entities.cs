using Parley.Core.Groups;
using Parley.Core.Projects;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Users;

/// <summary>Users, groups, members and friends as the protocol shows them (openim.md §3, §7.4); times are unix seconds.</summary>
internal sealed class Entities(OpenImHost host)
{
    public const int Ordinary = 1;
    public const int Owner = 2;
    public const int Admin = 3;

    /// <summary>Status of a group that is no more.</summary>
    public const int Dismissed = 2;

    private const int Closed = 1;

    public UserInfo User(Person person) => new()
    {
        UserID = person.Name,
        Nickname = person.Profile.Nickname,
        FaceURL = person.Profile.FaceUrl,
        Gender = person.Profile.Gender,
        PhoneNumber = person.Profile.Phone,
        Birth = (uint)Math.Clamp(person.Profile.Birth, 0, uint.MaxValue),
        Email = person.Profile.Email,
        Ex = person.Profile.Extra,
        CreateTime = Seconds(person.User.CreatedMs),
        AppMangerLevel = LevelOf(person),
    };

    public static PublicUserInfo Public(Person person) => new()
    {
        UserID = person.Name,
        Nickname = person.Profile.Nickname,
        FaceURL = person.Profile.FaceUrl,
        Gender = person.Profile.Gender,
        Ex = person.Profile.Extra,
    };

    public async ValueTask<GroupInfo> GroupAsync(Project project, Group group, CancellationToken cancellation)
    {
        var names = host.Core.Names;
        var isSilent = group.IsClosed
            || (await host.Core.GroupModeration.GetGaggedAsync(project, group.GroupId, cancellation)).Contains(0);
        return new()
        {
            GroupID = await names.GetNameAsync(project.Id, group.GroupId),
            GroupName = group.Name,
            Notification = group.Facts.Notification,
            Introduction = group.Description,
            FaceURL = group.Facts.FaceUrl,
            OwnerUserID = group.OwnerId == 0 ? "" : await names.GetNameAsync(project.Id, group.OwnerId),
            CreateTime = Seconds(group.Facts.CreatedMs),
            MemberCount = (uint)group.Members.Count,
            Ex = group.Facts.Extra,
            Status = isSilent ? Closed : 0,
            CreatorUserID = group.Facts.CreatorId == 0 ? "" : await names.GetNameAsync(project.Id, group.Facts.CreatorId),
            GroupType = group.Facts.Kind,
        };
    }

    /// <summary>A user in a group; who is no member (a manager, or who was removed) appears with its profile.</summary>
    public async ValueTask<GroupMemberFullInfo> MemberAsync(
        Project project, Group group, string groupName, long userId, CancellationToken cancellation) =>
        await MemberAsync(project, group, groupName, await host.People.GetAsync(project, userId, cancellation));

    /// <summary>The same of somebody who is known.</summary>
    public async ValueTask<GroupMemberFullInfo> MemberAsync(Project project, Group group, string groupName, Person person)
    {
        var info = new GroupMemberFullInfo
        {
            GroupID = groupName,
            UserID = person.Name,
            Nickname = person.Profile.Nickname,
            FaceURL = person.Profile.FaceUrl,
            AppMangerLevel = LevelOf(person),
        };
        if (group.Find(person.UserId) is not { } membership)
            return info;
        info.RoleLevel = RoleOf(membership.Role);
        info.JoinTime = membership.JoinedMs / 1000;
        if (membership.AddedBy != 0)
            info.OperatorUserID = await host.Core.Names.GetNameAsync(project.Id, membership.AddedBy);
        return info;
    }

    public FriendInfo Friend(string ownerName, Person friend, long createdMs) =>
        new() { OwnerUserID = ownerName, FriendUser = User(friend), CreateTime = Seconds(createdMs), OperatorUserID = ownerName };

    /// <summary>1 ordinary, 2 owner, 3 admin.</summary>
    public static int RoleOf(GroupRole role) => role switch
    {
        GroupRole.Owner => Owner,
        GroupRole.Manager => Admin,
        _ => Ordinary,
    };

    private int LevelOf(Person person) => host.People.IsManager(person.Name) ? 2 : person.Profile.Level;

    private static uint Seconds(long milliseconds) => (uint)Math.Clamp(milliseconds / 1000, 0, uint.MaxValue);
}
