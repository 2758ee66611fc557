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
