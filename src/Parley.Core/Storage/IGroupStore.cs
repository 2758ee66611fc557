using Parley.Core.Groups;

namespace Parley.Core.Storage;

/// <summary>Groups and their members.</summary>
public interface IGroupStore
{
    /// <summary>A group with its members; null when there is none.</summary>
    ValueTask<GroupRecord?> GetAsync(long projectId, long groupId, CancellationToken cancellationToken);

    /// <summary>
    /// Adds members, making the group if need be. Present members are passed over. New members join at the conversation's head
    /// at that moment (taken inside the same commit). Nothing is added when a limit (0 = none) would be exceeded.
    /// </summary>
    ValueTask<AddMembersResult> AddMembersAsync(
        long projectId, long groupId, IReadOnlyList<long> userIds, int memberLimit, int groupLimit, long now,
        CancellationToken cancellationToken);

    /// <summary>Makes a group with its first member. Refused, in this order, when it exists or when there would be too many groups.</summary>
    ValueTask<MembershipResult> FoundAsync(
        long projectId, long groupId, long userId, GroupLimits limits, long now, CancellationToken cancellationToken);

    /// <summary>
    /// Adds one member to a group that exists. Refused, in this order: no group, a member already, too many members, too many groups.
    /// </summary>
    ValueTask<MembershipResult> JoinAsync(
        long projectId, long groupId, long userId, GroupLimits limits, long now, CancellationToken cancellationToken);

    /// <summary>Removes one member, and with the last one the group and its bans. Refused when there is no group or the user is no member.</summary>
    ValueTask<MembershipResult> LeaveAsync(long projectId, long groupId, long userId, CancellationToken cancellationToken);

    /// <summary>Removes members; absent ones are passed over. A group may become empty and lives on.</summary>
    ValueTask RemoveMembersAsync(long projectId, long groupId, IReadOnlyList<long> userIds, CancellationToken cancellationToken);

    /// <summary>Removes the group, its members and its bans. Messages stay.</summary>
    ValueTask DeleteAsync(long projectId, long groupId, CancellationToken cancellationToken);

    /// <summary>The groups of a user in the order of their ids.</summary>
    ValueTask<IReadOnlyList<long>> GetGroupsOfAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>The groups of a user in the order of joining.</summary>
    ValueTask<IReadOnlyList<long>> GetGroupsInOrderOfJoiningAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>Sets the given infos (null = leave as it is) of an existing group; false when there is none.</summary>
    ValueTask<bool> SetInfoAsync(
        long projectId, long groupId, string? openInfo, string? privateInfo, CancellationToken cancellationToken);

    /// <summary>Open infos of those of the groups that exist, in the order asked for.</summary>
    ValueTask<IReadOnlyList<(long GroupId, string OpenInfo)>> GetOpenInfosAsync(
        long projectId, IReadOnlyList<long> groupIds, CancellationToken cancellationToken);
}
