using Parley.Rtm.Client.Codec;

namespace Parley.Rtm.Client;

// Groups as their members see them (rtm-client.md §4.13, §10.1). Only back ends make groups.
public sealed partial class RtmClient
{
    /// <summary>Lets users into a group that the caller is a member of (<c>addgroupmembers</c>).</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="userIds">1 to 100 users; those who are members already are ignored.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200041 not a member, 200032 too many, 200033 nobody, 200042 the group is full.</exception>
    public Task AddGroupMembersAsync(
        long groupId, IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("addgroupmembers", map => map.Add("gid"u8, groupId).Add("uids"u8, userIds), timeout, cancellationToken);

    /// <summary>Puts users out of a group that the caller is a member of; a member may remove itself (<c>delgroupmembers</c>).</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="userIds">1 to 100 users; those who are no members are ignored.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200041 not a member, 200032 too many, 200033 nobody.</exception>
    public Task RemoveGroupMembersAsync(
        long groupId, IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("delgroupmembers", map => map.Add("gid"u8, groupId).Add("uids"u8, userIds), timeout, cancellationToken);

    /// <summary>The members of a group that the caller is a member of (<c>getgroupmembers</c>).</summary>
    /// <exception cref="RtmException">200041 not a member.</exception>
    public Task<IReadOnlyList<long>> GetGroupMembersAsync(
        long groupId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyList<long>>(
            "getgroupmembers", map => map.Add("gid"u8, groupId), static (ref answer) => answer.Int64List("uids"u8), timeout, cancellationToken);

    /// <summary>The members of a group, and who of them is online (<c>getgroupmembers</c> with <c>online</c>).</summary>
    /// <exception cref="RtmException">200041 not a member.</exception>
    public Task<RtmGroupMembers> GetGroupPresenceAsync(
        long groupId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync(
            "getgroupmembers",
            map => map.Add("gid"u8, groupId).Add("online"u8, value: true),
            static (ref answer) => new RtmGroupMembers(answer.Int64List("uids"u8), answer.Int64ListOrNull("onlines"u8) ?? []),
            timeout,
            cancellationToken);

    /// <summary>How many members a group has (<c>getgroupcount</c>); 0 for a group that nobody knows.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="online">Whether to count those online too.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<RtmGroupCount> GetGroupCountAsync(
        long groupId, bool online = false, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync(
            "getgroupcount",
            map => map.Add("gid"u8, groupId).Add("online"u8, online),
            static (ref answer) => new RtmGroupCount(
                answer.Int32("cn"u8), answer.Has("online"u8) ? answer.Int32("online"u8) : null),
            timeout,
            cancellationToken);

    /// <summary>The groups that the caller is a member of (<c>getusergroups</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<IReadOnlyList<long>> GetGroupsAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyList<long>>(
            "getusergroups", write: null, static (ref answer) => answer.Int64List("gids"u8), timeout, cancellationToken);

    /// <summary>Sets what is known about a group that the caller is a member of (<c>setgroupinfo</c>).</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="open">What everybody may read, at most 65535 bytes; null = leave it.</param>
    /// <param name="privateInfo">What members may read, at most 65535 bytes; null = leave it.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200041 not a member, 200030 too large.</exception>
    public Task SetGroupInfoAsync(
        long groupId, string? open, string? privateInfo, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync(
            "setgroupinfo",
            map => map.Add("gid"u8, groupId).AddIfAny("oinfo"u8, open).AddIfAny("pinfo"u8, privateInfo),
            timeout,
            cancellationToken);

    /// <summary>What is known about a group that the caller is a member of (<c>getgroupinfo</c>).</summary>
    /// <exception cref="RtmException">200041 not a member.</exception>
    public Task<RtmInfo> GetGroupInfoAsync(long groupId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync("getgroupinfo", map => map.Add("gid"u8, groupId), ReadInfo, timeout, cancellationToken);

    /// <summary>What everybody may know about a group (<c>getgroupopeninfo</c>); "" when nothing was set.</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<string> GetGroupOpenInfoAsync(long groupId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync(
            "getgroupopeninfo", map => map.Add("gid"u8, groupId), static (ref answer) => answer.StringOrEmpty("oinfo"u8), timeout, cancellationToken);

    /// <summary>What everybody may know about up to 100 groups (<c>getgroupsopeninfo</c>), by gid.</summary>
    /// <exception cref="RtmException">200032 too many, 200033 none.</exception>
    public Task<IReadOnlyDictionary<long, string>> GetGroupOpenInfosAsync(
        IReadOnlyCollection<long> groupIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyDictionary<long, string>>(
            "getgroupsopeninfo", map => map.Add("gids"u8, groupIds), static (ref answer) => answer.Texts("info"u8), timeout, cancellationToken);
}
