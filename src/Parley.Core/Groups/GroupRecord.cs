namespace Parley.Core.Groups;

/// <summary>A member of a group.</summary>
/// <param name="UserId">The user.</param>
/// <param name="JoinedAfter">The conversation's head when the user joined: messages up to it are never unread.</param>
public readonly record struct GroupMember(long UserId, long JoinedAfter);

/// <summary>A group as stored.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="OpenInfo">Text that everyone may read.</param>
/// <param name="PrivateInfo">Text that members may read.</param>
/// <param name="Members">Its members in the order of their ids.</param>
public sealed record GroupRecord(long GroupId, string OpenInfo, string PrivateInfo, IReadOnlyList<GroupMember> Members);

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
}

/// <summary>What became of adding members.</summary>
public enum AddMembersResult : byte
{
    /// <summary>All are members now.</summary>
    Added,

    /// <summary>The group would have had too many members.</summary>
    TooManyMembers,

    /// <summary>The project would have had too many groups.</summary>
    TooManyGroups,
}
