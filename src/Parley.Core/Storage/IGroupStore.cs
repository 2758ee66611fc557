using Parley.Core.Groups;

namespace Parley.Core.Storage;

/// <summary>Groups and their members.</summary>
public interface IGroupStore
{
    /// <summary>The first number that is given to a group for whose number nobody wished.</summary>
    const long FirstGroupId = 1_000_000_000;

    /// <summary>A group with its members; null when there is none.</summary>
    ValueTask<GroupRecord?> GetAsync(long projectId, long groupId, CancellationToken cancellationToken);

    /// <summary>
    /// Adds members, making the group if need be. Present members are passed over. New members join at the conversation's head
    /// at that moment (taken inside the same commit). Nothing is added when one of the new ones is on the group's blacklist, or when a
    /// limit (0 = none) or the group's capacity would be exceeded.
    /// </summary>
    /// <remarks>Who adds them (0 = a back end) is kept with each of them, and with the group as the one who made it.</remarks>
    ValueTask<AddMembersOutcome> AddMembersAsync(
        long projectId, long groupId, long addedBy, IReadOnlyList<long> userIds, int memberLimit, int groupLimit, long now,
        CancellationToken cancellationToken);

    /// <summary>A back end adds members.</summary>
    ValueTask<AddMembersOutcome> AddMembersAsync(
        long projectId, long groupId, IReadOnlyList<long> userIds, int memberLimit, int groupLimit, long now,
        CancellationToken cancellationToken) =>
        AddMembersAsync(projectId, groupId, addedBy: 0, userIds, memberLimit, groupLimit, now, cancellationToken);

    /// <summary>
    /// Makes a group with its first member, who owns it. Refused, in this order: it exists, the user is on its blacklist, it is closed,
    /// too many groups.
    /// </summary>
    ValueTask<MembershipResult> FoundAsync(
        long projectId, long groupId, long userId, GroupLimits limits, long now, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="FoundAsync"/>, with the wished number unless it is 0 or would be refused; otherwise with the next one that is free
    /// and not refused, counted per project from <see cref="FirstGroupId"/> and never handed out twice. The further members join in the
    /// same commit, taken in by who makes the group; those on its blacklist or with too many groups are passed over. Nothing is made when
    /// it would have too many members (the stricter of limit and capacity).
    /// </summary>
    ValueTask<CreationOutcome> CreateAsync(
        long projectId, long wishedGroupId, GroupDraft draft, GroupLimits limits, long now, CancellationToken cancellationToken);

    /// <summary>
    /// Adds one member to a group that exists. Refused, in this order: no group, a member already, on the blacklist, closed (unless
    /// <paramref name="evenIfClosed"/>), too many members (the stricter of limit and capacity), too many groups. Who took it in
    /// (itself, or 0 = an operator) is kept.
    /// </summary>
    ValueTask<MembershipResult> JoinAsync(
        long projectId, long groupId, long userId, long addedBy, GroupLimits limits, bool evenIfClosed, long now,
        CancellationToken cancellationToken);

    /// <summary>
    /// Removes one member, and with the last one the group, its bans and its rules. Refused when there is no group or the user is no
    /// member. After the owner comes the manager who joined first, else the member who joined first; of several the least id.
    /// </summary>
    ValueTask<MembershipResult> LeaveAsync(long projectId, long groupId, long userId, CancellationToken cancellationToken);

    /// <summary>
    /// Removes members; absent ones, and with <paramref name="sparesOwner"/> the owner, are passed over. Succession as in
    /// <see cref="LeaveAsync"/>. A group may become empty and lives on.
    /// </summary>
    /// <returns>Those who were members, in the order asked for.</returns>
    ValueTask<IReadOnlyList<long>> RemoveMembersAsync(
        long projectId, long groupId, IReadOnlyList<long> userIds, bool sparesOwner, CancellationToken cancellationToken);

    /// <summary>
    /// Bans a user for ever from entering the group, which need not exist, and removes the user from it. Succession as in
    /// <see cref="LeaveAsync"/>; the group may become empty and lives on. With <paramref name="sparesOwner"/> the owner is left alone.
    /// </summary>
    ValueTask<BlacklistResult> BlacklistAsync(
        long projectId, long groupId, long userId, bool sparesOwner, CancellationToken cancellationToken);

    /// <summary>Changes the role of a member who has the role <paramref name="from"/>; false when there is no such member.</summary>
    ValueTask<bool> ChangeRoleAsync(
        long projectId, long groupId, long userId, GroupRole from, GroupRole to, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the group, its members, its bans and its rules. Messages stay, and so does the mark that the group was dissolved, until it
    /// is made again.
    /// </summary>
    /// <returns>The group as it was; null when there was none.</returns>
    ValueTask<GroupRecord?> DeleteAsync(long projectId, long groupId, CancellationToken cancellationToken);

    /// <summary>Whether there was such a group and is none any more.</summary>
    ValueTask<bool> WasDissolvedAsync(long projectId, long groupId, CancellationToken cancellationToken);

    /// <summary>The rules of a group, which need not exist.</summary>
    ValueTask<GroupRules> GetRulesAsync(long projectId, long groupId, CancellationToken cancellationToken);

    /// <summary>Sets the given rules (null = leave as it is) of a group, which need not exist.</summary>
    ValueTask SetRulesAsync(long projectId, long groupId, int? capacity, bool? isClosed, CancellationToken cancellationToken);

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
