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

    /// <summary>Removes members; absent ones are passed over. A group may become empty and lives on.</summary>
    ValueTask RemoveMembersAsync(long projectId, long groupId, IReadOnlyList<long> userIds, CancellationToken cancellationToken);

    /// <summary>Removes the group, its members and its bans. Messages stay.</summary>
    ValueTask DeleteAsync(long projectId, long groupId, CancellationToken cancellationToken);

    /// <summary>The groups of a user in the order of their ids.</summary>
    ValueTask<IReadOnlyList<long>> GetGroupsOfAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>Sets the given infos (null = leave as it is) of an existing group; false when there is none.</summary>
    ValueTask<bool> SetInfoAsync(
        long projectId, long groupId, string? openInfo, string? privateInfo, CancellationToken cancellationToken);

    /// <summary>Open infos of those of the groups that exist, in the order asked for.</summary>
    ValueTask<IReadOnlyList<(long GroupId, string OpenInfo)>> GetOpenInfosAsync(
        long projectId, IReadOnlyList<long> groupIds, CancellationToken cancellationToken);
}
