using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Backend;

// Groups (rtm-server §4.2).
public sealed partial class RtmBackendClient
{
    /// <summary><c>addgroupmembers</c>: puts users into a group; the first ones found it.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="userIds">1 to 100 users.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RtmException">200032, 200033, 200042.</exception>
    public Task AddGroupMembersAsync(
        long groupId, IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("addgroupmembers", map => map.Add("gid"u8, groupId).Add("uids"u8, userIds), timeout, cancellationToken);

    /// <summary><c>delgroupmembers</c>: takes users out of a group.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="userIds">1 to 100 users.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RtmException">200032, 200033.</exception>
    public Task DeleteGroupMembersAsync(
        long groupId, IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("delgroupmembers", map => map.Add("gid"u8, groupId).Add("uids"u8, userIds), timeout, cancellationToken);

    /// <summary><c>delgroup</c>: removes a group with its members and bans.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task DeleteGroupAsync(long groupId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("delgroup", map => map.Add("gid"u8, groupId), timeout, cancellationToken);

    /// <summary><c>getgroupmembers</c>: lists the members of a group.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Their uids; none when there is no such group.</returns>
    public Task<IReadOnlyList<long>> GetGroupMembersAsync(
        long groupId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync("getgroupmembers", map => map.Add("gid"u8, groupId), ReadUids, timeout, cancellationToken);

    /// <summary><c>isgroupmember</c>: tells whether a user is a member of a group.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether he is.</returns>
    public Task<bool> IsGroupMemberAsync(
        long groupId, long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync("isgroupmember", map => map.Add("gid"u8, groupId).Add("uid"u8, userId), ReadOk, timeout, cancellationToken);

    /// <summary><c>getusergroups</c>: lists the groups of a user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Their gids.</returns>
    public Task<IReadOnlyList<long>> GetUserGroupsAsync(
        long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync(
            "getusergroups",
            map => map.Add("uid"u8, userId),
            static (ref answer) => (IReadOnlyList<long>)(answer.Int64ListOrNull("gids"u8) ?? []),
            timeout,
            cancellationToken);
}
