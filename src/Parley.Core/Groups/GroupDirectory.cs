using System.Collections.Frozen;
using Parley.Core.Cluster;
using Parley.Core.Moderation;
using Parley.Core.Projects;
using Parley.Core.Storage;
using Parley.Core.Users;

namespace Parley.Core.Groups;

/// <summary>A group as it stood when it was read; never changes.</summary>
public sealed class Group
{
    internal Group(GroupRecord record)
    {
        GroupId = record.GroupId;
        OpenInfo = record.OpenInfo;
        PrivateInfo = record.PrivateInfo;
        var members = new long[record.Members.Count];
        for (var i = 0; i < members.Length; i++)
            members[i] = record.Members[i].UserId;
        Members = members;
        Set = members.ToFrozenSet();
    }

    /// <summary>The group.</summary>
    public long GroupId { get; }

    /// <summary>Text that everyone may read.</summary>
    public string OpenInfo { get; }

    /// <summary>Text that members may read.</summary>
    public string PrivateInfo { get; }

    /// <summary>The members in the order of their ids.</summary>
    public IReadOnlyList<long> Members { get; }

    private FrozenSet<long> Set { get; }

    /// <summary>Whether the user is a member.</summary>
    public bool Contains(long userId) => Set.Contains(userId);
}

/// <summary>Groups: membership that lasts.</summary>
public sealed class GroupDirectory
{
    /// <summary>Users that one call may add or remove.</summary>
    public const int PerCall = 100;

    private readonly IGroupStore _store;
    private readonly IBackplane _backplane;
    private readonly BanDirectory _bans;
    private readonly NameDirectory _names;
    private readonly TimeProvider _time;
    private readonly BoundedCache<(long ProjectId, long GroupId), Group?> _groups;

    internal GroupDirectory(IGroupStore store, IBackplane backplane, BanDirectory bans, NameDirectory names, CoreSettings settings, TimeProvider time)
    {
        _store = store;
        _backplane = backplane;
        _bans = bans;
        _names = names;
        _time = time;
        _groups = new(settings.CachedGroups, LoadAsync);
        backplane.Subscribe(CacheArea.Group, notice => _groups.Remove((notice.ProjectId, notice.Id)));
    }

    /// <summary>The group; null when there is none.</summary>
    public ValueTask<Group?> GetAsync(Project project, long groupId) => _groups.GetAsync((project.Id, groupId));

    /// <summary>The group if it is in memory.</summary>
    internal Group? GetCached(long projectId, long groupId) => _groups.TryGet((projectId, groupId), out var group) ? group : null;

    /// <summary>Whether the user is a member of the group.</summary>
    public async ValueTask<bool> IsMemberAsync(Project project, long groupId, long userId) =>
        await GetAsync(project, groupId) is { } group && group.Contains(userId);

    /// <summary>Adds members, making the group if need be. Present ones are passed over.</summary>
    /// <returns><see cref="CoreError.Empty"/>, <see cref="CoreError.TooManyItems"/>, <see cref="CoreError.InvalidId"/>,
    /// <see cref="CoreError.TooManyMembers"/> or none.</returns>
    public async ValueTask<CoreError> AddMembersAsync(
        Project project, long groupId, IReadOnlyList<long> userIds, CancellationToken cancellationToken)
    {
        var error = CheckList(userIds);
        if (error != CoreError.None)
            return error;
        if (groupId <= 0 || !await _names.AreValidAsync(project.Id, userIds) || !await _names.IsValidAsync(project.Id, groupId))
            return CoreError.InvalidId;
        var result = await _store.AddMembersAsync(
            project.Id, groupId, [.. userIds.Distinct()], project.Settings.GroupMembers, project.Settings.Groups,
            Now, cancellationToken);
        await ForgetAsync(project, groupId);
        return result == AddMembersResult.Added ? CoreError.None : CoreError.TooManyMembers;
    }

    /// <summary>Removes members. Absent ones are passed over.</summary>
    public async ValueTask<CoreError> RemoveMembersAsync(
        Project project, long groupId, IReadOnlyList<long> userIds, CancellationToken cancellationToken)
    {
        var error = CheckList(userIds);
        if (error != CoreError.None)
            return error;
        await _store.RemoveMembersAsync(project.Id, groupId, userIds, cancellationToken);
        await ForgetAsync(project, groupId);
        return CoreError.None;
    }

    /// <summary>Removes the group, its members and its bans. Messages stay.</summary>
    public async ValueTask DeleteAsync(Project project, long groupId, CancellationToken cancellationToken)
    {
        await _store.DeleteAsync(project.Id, groupId, cancellationToken);
        await ForgetAsync(project, groupId);
        await _bans.ForgetAsync(project.Id, BanPlace.Group(groupId));
    }

    /// <summary>Makes a group with its first member.</summary>
    public ValueTask<MembershipResult> FoundAsync(
        Project project, long groupId, long userId, GroupLimits limits, CancellationToken cancellationToken) =>
        ChangeAsync(project, groupId, _store.FoundAsync(project.Id, groupId, userId, Within(project, limits), Now, cancellationToken));

    /// <summary>A user joins a group that exists.</summary>
    public ValueTask<MembershipResult> JoinAsync(
        Project project, long groupId, long userId, GroupLimits limits, CancellationToken cancellationToken) =>
        ChangeAsync(project, groupId, _store.JoinAsync(project.Id, groupId, userId, Within(project, limits), Now, cancellationToken));

    /// <summary>A user leaves a group; with the last member the group goes.</summary>
    public async ValueTask<MembershipResult> LeaveAsync(Project project, long groupId, long userId, CancellationToken cancellationToken)
    {
        var result = await ChangeAsync(project, groupId, _store.LeaveAsync(project.Id, groupId, userId, cancellationToken));
        if (result == MembershipResult.Done && await GetAsync(project, groupId) is null)
            await _bans.ForgetAsync(project.Id, BanPlace.Group(groupId));
        return result;
    }

    /// <summary>The groups of a user in the order of joining.</summary>
    public ValueTask<IReadOnlyList<long>> GetGroupsInOrderOfJoiningAsync(Project project, long userId, CancellationToken cancellationToken) =>
        _store.GetGroupsInOrderOfJoiningAsync(project.Id, userId, cancellationToken);

    /// <summary>The groups of a user in the order of their ids.</summary>
    public ValueTask<IReadOnlyList<long>> GetGroupsOfAsync(Project project, long userId, CancellationToken cancellationToken) =>
        _store.GetGroupsOfAsync(project.Id, userId, cancellationToken);

    /// <summary>Sets the given infos of a group (null = leave as it is).</summary>
    public async ValueTask SetInfoAsync(
        Project project, long groupId, string? openInfo, string? privateInfo, CancellationToken cancellationToken)
    {
        await _store.SetInfoAsync(project.Id, groupId, openInfo, privateInfo, cancellationToken);
        await ForgetAsync(project, groupId);
    }

    /// <summary>Open infos of those of the groups that exist.</summary>
    public ValueTask<IReadOnlyList<(long GroupId, string OpenInfo)>> GetOpenInfosAsync(
        Project project, IReadOnlyList<long> groupIds, CancellationToken cancellationToken) =>
        _store.GetOpenInfosAsync(project.Id, groupIds, cancellationToken);

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The stricter of a gateway's limits and the project's.</summary>
    private static GroupLimits Within(Project project, GroupLimits limits) => limits with
    {
        Members = limits.Members > 0 ? Math.Min(limits.Members, project.Settings.GroupMembers) : project.Settings.GroupMembers,
        GroupsOfProject = project.Settings.Groups,
    };

    private async ValueTask<MembershipResult> ChangeAsync(Project project, long groupId, ValueTask<MembershipResult> change)
    {
        var result = await change;
        if (result == MembershipResult.Done)
            await ForgetAsync(project, groupId);
        return result;
    }

    private static CoreError CheckList(IReadOnlyList<long> userIds)
    {
        if (userIds.Count == 0)
            return CoreError.Empty;
        return userIds.Count > PerCall ? CoreError.TooManyItems : CoreError.None;
    }

    private ValueTask ForgetAsync(Project project, long groupId) =>
        _backplane.InvalidateAsync(new(CacheArea.Group, project.Id, groupId));

    private async ValueTask<Group?> LoadAsync((long ProjectId, long GroupId) key)
    {
        var record = await _store.GetAsync(key.ProjectId, key.GroupId, CancellationToken.None);
        return record is null ? null : new Group(record);
    }
}
