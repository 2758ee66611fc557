namespace Parley.Core.Groups;

/// <summary>What a member may do in a group. The numbers are kept on disk.</summary>
public enum GroupRole : byte
{
    /// <summary>Speaks, invites and leaves.</summary>
    Member = 0,

    /// <summary>Also kicks, gags and keeps the blacklist.</summary>
    Manager = 1,

    /// <summary>Also names managers and dissolves the group. A group has one at most.</summary>
    Owner = 2,
}

/// <summary>A member of a group.</summary>
/// <param name="UserId">The user.</param>
/// <param name="JoinedAfter">The conversation's head when the user joined: messages up to it are never unread.</param>
/// <param name="Role">What the user may do there.</param>
/// <param name="JoinedMs">When the user joined, in unix milliseconds.</param>
/// <param name="AddedBy">Who took the user in, the user itself included; 0 = a back end, or not known.</param>
public readonly record struct GroupMember(
    long UserId, long JoinedAfter, GroupRole Role = GroupRole.Member, long JoinedMs = 0, long AddedBy = 0);

/// <summary>What is kept beside a group's name and description. Lengths are for the gateways to limit.</summary>
public sealed record GroupFacts
{
    /// <summary>What its members are to know; "" = nothing.</summary>
    public string Notification { get; init; } = "";

    /// <summary>Where its picture is.</summary>
    public string FaceUrl { get; init; } = "";

    /// <summary>Text for applications.</summary>
    public string Extra { get; init; } = "";

    /// <summary>A number for applications; it means nothing here.</summary>
    public int Kind { get; init; }

    /// <summary>Who made it, who need not be a member; 0 = a back end, or not known.</summary>
    public long CreatorId { get; init; }

    /// <summary>When it was made, in unix milliseconds.</summary>
    public long CreatedMs { get; init; }
}

/// <summary>A group that is to be made.</summary>
/// <param name="OwnerId">Its owner.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Facts">What is kept beside that; without a creator the owner is, without a time it is now.</param>
/// <param name="Members">Its further members with their roles; the owner, doubles and further owners are passed over.</param>
public sealed record GroupDraft(
    long OwnerId, string Name, string Description, GroupFacts Facts, IReadOnlyList<(long UserId, GroupRole Role)> Members);

/// <summary>What became of making a group.</summary>
/// <param name="Result"><see cref="MembershipResult.Done"/>, <see cref="MembershipResult.TooManyGroups"/> or
/// <see cref="MembershipResult.TooManyMembers"/>.</param>
/// <param name="GroupId">Its number; 0 when it was not made.</param>
/// <param name="Added">Those of the further members who are members now, in the order asked for.</param>
public readonly record struct CreationOutcome(MembershipResult Result, long GroupId, IReadOnlyList<long> Added);

/// <summary>What an operator decided about a group, whether it exists or not.</summary>
/// <param name="Capacity">Most members; 0 = no limit of its own.</param>
/// <param name="IsClosed">Whether nobody speaks or joins.</param>
public readonly record struct GroupRules(int Capacity, bool IsClosed);

/// <summary>A group as stored.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="OpenInfo">Text that everyone may read.</param>
/// <param name="PrivateInfo">Text that members may read.</param>
/// <param name="Name">What it is called; "" = nothing.</param>
/// <param name="Description">What it is about; "" = nothing was said.</param>
/// <param name="Rules">What an operator decided about it.</param>
/// <param name="Facts">What is kept beside that.</param>
/// <param name="Members">Its members in the order of their ids.</param>
public sealed record GroupRecord(
    long GroupId, string OpenInfo, string PrivateInfo, string Name, string Description, GroupRules Rules, GroupFacts Facts,
    IReadOnlyList<GroupMember> Members);

/// <summary>How many groups and members there may be; 0 = no limit.</summary>
/// <param name="Members">Most members of the group.</param>
/// <param name="GroupsOfUser">Most groups of the user who joins.</param>
/// <param name="GroupsOfProject">Most groups of the project.</param>
public readonly record struct GroupLimits(int Members, int GroupsOfUser, int GroupsOfProject);

/// <summary>What became of founding, joining or leaving a group.</summary>
public enum MembershipResult : byte
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>There is such a group already.</summary>
    Exists,

    /// <summary>There is no such group.</summary>
    NoGroup,

    /// <summary>The user is a member already.</summary>
    AlreadyMember,

    /// <summary>The user is not a member.</summary>
    NotMember,

    /// <summary>The group has as many members as it may have.</summary>
    TooManyMembers,

    /// <summary>The user, or the project, has as many groups as it may have.</summary>
    TooManyGroups,

    /// <summary>The user is on the group's blacklist.</summary>
    Banned,

    /// <summary>The group is closed.</summary>
    Closed,
}

/// <summary>What became of adding members.</summary>
/// <param name="Result">Whether they are members now; all or none are added.</param>
/// <param name="Added">Those who were not members before, in the order asked for.</param>
public readonly record struct AddMembersOutcome(AddMembersResult Result, IReadOnlyList<long> Added);

/// <summary>Why members were added or not.</summary>
public enum AddMembersResult : byte
{
    /// <summary>All are members now.</summary>
    Added,

    /// <summary>The group would have had too many members.</summary>
    TooManyMembers,

    /// <summary>The project would have had too many groups.</summary>
    TooManyGroups,

    /// <summary>One of them is on the group's blacklist.</summary>
    Banned,
}

/// <summary>What became of putting a user on a group's blacklist.</summary>
public enum BlacklistResult : byte
{
    /// <summary>The user is on it now, and was no member.</summary>
    Listed,

    /// <summary>The user is on it now, and no member any more.</summary>
    Removed,

    /// <summary>The user was on it, and no member.</summary>
    ListedBefore,

    /// <summary>The user owns the group and was spared.</summary>
    IsOwner,
}
