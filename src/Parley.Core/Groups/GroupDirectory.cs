using Parley.Core.Changes;
using Parley.Core.Cluster;
using Parley.Core.Moderation;
using Parley.Core.Projects;
using Parley.Core.Storage;
using Parley.Core.Users;

namespace Parley.Core.Groups;

/// <summary>Groups: membership that lasts.</summary>
public sealed class GroupDirectory
{
    /// <summary>Users that one call may add or remove.</summary>
    public const int PerCall = 100;

    private readonly IGroupStore _store;
    private readonly IBackplane _backplane;
    private readonly BanDirectory _bans;
    private readonly NameDirectory _names;
    private readonly GroupNotices _notices;
    private readonly ChangeObservers _changes;
    private readonly TimeProvider _time;
    private readonly BoundedCache<(long ProjectId, long GroupId), Group?> _groups;
    private readonly GroupsInChange _inChange = new();

    internal GroupDirectory(
        IGroupStore store, IBackplane backplane, BanDirectory bans, NameDirectory names, GroupNotices notices, ChangeObservers changes,
        CoreSettings settings, TimeProvider time)
    {
        _store = store;
        _backplane = backplane;
        _bans = bans;
        _names = names;
        _notices = notices;
        _changes = changes;
        _time = time;
        _groups = new(settings.CachedGroups, LoadAsync);
        backplane.Subscribe(CacheArea.Group, notice => _groups.Remove((notice.ProjectId, notice.Id)));
    }

    /// <summary>The group; null when there is none.</summary>
    public ValueTask<Group?> GetAsync(Project project, long groupId) => GetAsync(project.Id, groupId);

    /// <summary>
    /// The group; null when there is none. Who came or went in a commit before the call is seen, but for users who were deleted: while a
    /// change is under way what is in memory may be of the time before it, and is not asked.
    /// </summary>
    internal ValueTask<Group?> GetAsync(long projectId, long groupId)
    {
        var key = (projectId, groupId);
        return _inChange.Contains(key) ? LoadAsync(key) : _groups.GetAsync(key);
    }

    /// <summary>
    /// The members of a group are about to be changed in the store. Ends when the result is disposed of, after
    /// <see cref="ForgetAsync"/>.
    /// </summary>
    internal GroupsInChange.Change BeginChange(long projectId, long groupId) => _inChange.Begin((projectId, groupId));

    /// <summary>Whether the user is a member of the group.</summary>
    public async ValueTask<bool> IsMemberAsync(Project project, long groupId, long userId) =>
        await GetAsync(project, groupId) is { } group && group.Contains(userId);

    /// <summary>A back end adds members, making the group if need be. Present ones are passed over.</summary>
    /// <returns>As for a user who adds them, but for <see cref="CoreError.GroupClosed"/>.</returns>
    public ValueTask<CoreError> AddMembersAsync(
        Project project, long groupId, IReadOnlyList<long> userIds, CancellationToken cancellationToken) =>
        AddMembersAsync(project, groupId, cause: 0, userIds, cancellationToken);

    /// <summary>Adds members, making the group if need be. Present ones are passed over. All or none are added.</summary>
    /// <param name="project">The project.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="cause">Who adds them; 0 = a back end, to which a group is never closed. Whether a user may do so is for the caller.</param>
    /// <param name="userIds">Whom to add; 1 to <see cref="PerCall"/>.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <returns><see cref="CoreError.Empty"/>, <see cref="CoreError.TooManyItems"/>, <see cref="CoreError.InvalidId"/>,
    /// <see cref="CoreError.GroupClosed"/>, <see cref="CoreError.BannedInGroup"/> when one of them is on the group's blacklist,
    /// <see cref="CoreError.TooManyMembers"/> or none.</returns>
    public async ValueTask<CoreError> AddMembersAsync(
        Project project, long groupId, ChangeCause cause, IReadOnlyList<long> userIds, CancellationToken cancellationToken)
    {
        var error = CheckList(userIds);
        if (error != CoreError.None)
            return error;
        if (groupId <= 0 || !await _names.AreValidAsync(project.Id, userIds) || !await _names.IsValidAsync(project.Id, groupId))
            return CoreError.InvalidId;
        if (cause.ActorId != 0 && await GetAsync(project, groupId) is { IsClosed: true })
            return CoreError.GroupClosed;
        AddMembersOutcome outcome;
        using (BeginChange(project.Id, groupId))
        {
            outcome = await _store.AddMembersAsync(
                project.Id, groupId, cause.ActorId, [.. userIds.Distinct()], project.Settings.GroupMembers, project.Settings.Groups,
                Now, cancellationToken);
            await ForgetAsync(project.Id, groupId);
        }
        await TellAsync(project, groupId, outcome.Added, GroupNoticeKind.Joined, cause, gone: []);
        return outcome.Result switch
        {
            AddMembersResult.Added => CoreError.None,
            AddMembersResult.Banned => CoreError.BannedInGroup,
            _ => CoreError.TooManyMembers,
        };
    }

    /// <summary>A back end removes members. Absent ones are passed over.</summary>
    public ValueTask<CoreError> RemoveMembersAsync(
        Project project, long groupId, IReadOnlyList<long> userIds, CancellationToken cancellationToken) =>
        RemoveMembersAsync(project, groupId, cause: 0, userIds, cancellationToken);

    /// <summary>
    /// Removes members. Absent ones are passed over. When the owner is among them the oldest manager, else the oldest member, becomes
    /// the owner. The group may become empty and lives on.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="cause">Who removes them; 0 = a back end. Whether a user may do so is for the caller.</param>
    /// <param name="userIds">Whom to remove; 1 to <see cref="PerCall"/>.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <returns><see cref="CoreError.Empty"/>, <see cref="CoreError.TooManyItems"/> or none.</returns>
    public async ValueTask<CoreError> RemoveMembersAsync(
        Project project, long groupId, ChangeCause cause, IReadOnlyList<long> userIds, CancellationToken cancellationToken)
    {
        var error = CheckList(userIds);
        if (error != CoreError.None)
            return error;
        var removed = await RemoveAsync(project, groupId, userIds, sparesOwner: false, cancellationToken);
        await TellAsync(project, groupId, removed, GroupNoticeKind.Kicked, cause, gone: removed);
        return CoreError.None;
    }

    /// <summary>A back end removes the group, its members, its bans and its rules. Messages stay. An unknown one is no error.</summary>
    public ValueTask DeleteAsync(Project project, long groupId, CancellationToken cancellationToken) =>
        DeleteAsync(project, groupId, actor: 0, cancellationToken);

    /// <summary>Makes a group with its first member, who owns it. Only observers are told of it.</summary>
    /// <returns><see cref="MembershipResult.Exists"/>, <see cref="MembershipResult.Banned"/> or
    /// <see cref="MembershipResult.Closed"/> when that was decided beforehand, <see cref="MembershipResult.TooManyGroups"/> or
    /// <see cref="MembershipResult.Done"/>.</returns>
    public async ValueTask<MembershipResult> FoundAsync(
        Project project, long groupId, long userId, GroupLimits limits, CancellationToken cancellationToken)
    {
        MembershipResult result;
        using (BeginChange(project.Id, groupId))
        {
            result = await _store.FoundAsync(project.Id, groupId, userId, Within(project, limits), Now, cancellationToken);
            if (result != MembershipResult.Done)
                return result;
            await ForgetAsync(project.Id, groupId);
        }
        await TellOfNewAsync(project, groupId, [userId], cause: userId);
        return result;
    }

    /// <summary>
    /// Makes a group with its first member, who owns it, under the number that the user wishes or else one that nobody has had from here.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="wishedGroupId">Its number, if that is valid, free and open to the user; 0 = any.</param>
    /// <param name="ownerId">The first member.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="description">What it is about.</param>
    /// <param name="limits">Limits of the protocol.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <returns><see cref="MembershipResult.Done"/> with the number of the group, or <see cref="MembershipResult.TooManyGroups"/>.
    /// </returns>
    public async ValueTask<(MembershipResult Result, long GroupId)> CreateAsync(
        Project project, long wishedGroupId, long ownerId, string name, string description, GroupLimits limits,
        CancellationToken cancellationToken)
    {
        var (result, groupId, _) = await CreateAsync(
            project, wishedGroupId, new GroupDraft(ownerId, name, description, new(), []), limits, cancellationToken);
        if (result == MembershipResult.Done)
            await TellOfNewAsync(project, groupId, [ownerId], cause: ownerId);
        return (result, groupId);
    }

    /// <summary>
    /// Makes a group with all that is kept beside its name, and with its first members, in one commit. Each of them who did
    /// not make it is told that it is a member now, and by whom. Whether the users are known is for the caller.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="wishedGroupId">Its number, if that is valid, free and open to the owner; 0 = any.</param>
    /// <param name="ownerId">The owner.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="description">What it is about.</param>
    /// <param name="facts">What is kept beside that; without a creator the owner is, without a time it is now.</param>
    /// <param name="members">Further members. Passed over are the owner, doubles, further owners, and users who are on the group's
    /// blacklist or have too many groups.</param>
    /// <param name="limits">Limits of the protocol.</param>
    /// <param name="teller">An observer that tells of the new group itself (<see cref="ChangeCause"/>).</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <returns><see cref="MembershipResult.Done"/> with the number of the group, <see cref="MembershipResult.TooManyGroups"/> or
    /// <see cref="MembershipResult.TooManyMembers"/>. Without <see cref="MembershipResult.Done"/> nothing is made.</returns>
    public async ValueTask<(MembershipResult Result, long GroupId)> CreateAsync(
        Project project, long wishedGroupId, long ownerId, string name, string description, GroupFacts facts,
        IReadOnlyList<(long UserId, GroupRole Role)> members, GroupLimits limits, IChangeObserver? teller,
        CancellationToken cancellationToken)
    {
        var (result, groupId, added) = await CreateAsync(
            project, wishedGroupId, new GroupDraft(ownerId, name, description, facts, members), limits, cancellationToken);
        if (result != MembershipResult.Done)
            return (result, groupId);
        // each hears of itself only: that all the others came in the same moment the list of members says
        var creator = facts.CreatorId == 0 ? ownerId : facts.CreatorId;
        if (creator != ownerId)
            _notices.Tell(project.Id, [ownerId], [], new GroupNotice(groupId, GroupNoticeKind.Joined, ownerId, creator));
        foreach (var userId in added)
            _notices.Tell(project.Id, [userId], [], new GroupNotice(groupId, GroupNoticeKind.Joined, userId, creator));
        await TellOfNewAsync(project, groupId, [ownerId, .. added], new(creator, teller));
        return (result, groupId);
    }

    /// <summary>Whether there was such a group and is none any more; founding it again ends that.</summary>
    public ValueTask<bool> WasDissolvedAsync(Project project, long groupId, CancellationToken cancellationToken) =>
        _store.WasDissolvedAsync(project.Id, groupId, cancellationToken);

    /// <summary>A user joins a group that exists.</summary>
    /// <returns>In this order <see cref="MembershipResult.NoGroup"/>, <see cref="MembershipResult.AlreadyMember"/>,
    /// <see cref="MembershipResult.Banned"/>, <see cref="MembershipResult.Closed"/>, <see cref="MembershipResult.TooManyMembers"/>,
    /// <see cref="MembershipResult.TooManyGroups"/> or <see cref="MembershipResult.Done"/>.</returns>
    public ValueTask<MembershipResult> JoinAsync(
        Project project, long groupId, long userId, GroupLimits limits, CancellationToken cancellationToken) =>
        JoinAsync(project, groupId, userId, userId, limits, cancellationToken);

    /// <summary>
    /// A user leaves a group; with the last member the group goes. When the owner leaves, the oldest manager, else the oldest member,
    /// becomes the owner.
    /// </summary>
    public async ValueTask<MembershipResult> LeaveAsync(Project project, long groupId, long userId, CancellationToken cancellationToken)
    {
        var before = _changes.AreConcerned(project, cause: userId, [userId]) ? await GetAsync(project, groupId) : null;
        MembershipResult result;
        using (BeginChange(project.Id, groupId))
        {
            result = await _store.LeaveAsync(project.Id, groupId, userId, cancellationToken);
            if (result != MembershipResult.Done)
                return result;
            await ForgetAsync(project.Id, groupId);
        }
        var group = await GetAsync(project, groupId);
        if (group is null)
            await _bans.ForgetAsync(project.Id, BanPlace.Group(groupId));
        _notices.Tell(project.Id, group?.Members ?? [], [userId], new GroupNotice(groupId, GroupNoticeKind.Left, userId, userId));
        if (group is not null)
            await _changes.TellAsync(project, new GroupChange(GroupChangeKind.Gone, group, [userId], userId), userId);
        else if (before is not null)
            await _changes.TellAsync(project, new GroupChange(GroupChangeKind.Dissolved, before, [userId], userId), userId);
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
        await ForgetAsync(project.Id, groupId);
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

    /// <summary>A user joins, by itself or taken in by somebody else (0 = an operator, to whom a group is never closed).</summary>
    internal async ValueTask<MembershipResult> JoinAsync(
        Project project, long groupId, long actor, long userId, GroupLimits limits, CancellationToken cancellationToken)
    {
        MembershipResult result;
        using (BeginChange(project.Id, groupId))
        {
            result = await _store.JoinAsync(
                project.Id, groupId, userId, actor, Within(project, limits), evenIfClosed: actor == 0, Now, cancellationToken);
            if (result != MembershipResult.Done)
                return result;
            await ForgetAsync(project.Id, groupId);
        }
        if (actor != userId)
            _notices.Invite(project.Id, userId, groupId, actor);
        await TellAsync(project, groupId, [userId], GroupNoticeKind.Joined, actor, gone: []);
        return result;
    }

    /// <summary>Removes members, and tells nobody. Gives those who were members.</summary>
    internal async ValueTask<IReadOnlyList<long>> RemoveAsync(
        Project project, long groupId, IReadOnlyList<long> userIds, bool sparesOwner, CancellationToken cancellationToken)
    {
        using var change = BeginChange(project.Id, groupId);
        var removed = await _store.RemoveMembersAsync(project.Id, groupId, userIds, sparesOwner, cancellationToken);
        await ForgetAsync(project.Id, groupId);
        return removed;
    }

    /// <summary>Removes the group and tells all who were members.</summary>
    internal async ValueTask DeleteAsync(Project project, long groupId, long actor, CancellationToken cancellationToken)
    {
        GroupRecord? record;
        using (BeginChange(project.Id, groupId))
        {
            record = await _store.DeleteAsync(project.Id, groupId, cancellationToken);
            await ForgetAsync(project.Id, groupId);
        }
        await _bans.ForgetAsync(project.Id, BanPlace.Group(groupId));
        if (record is null || record.Members.Count == 0)
            return;
        var group = new Group(record);
        _notices.Tell(project.Id, group.Members, [], new GroupNotice(groupId, GroupNoticeKind.Dissolved, group.OwnerId, actor));
        await _changes.TellAsync(project, new GroupChange(GroupChangeKind.Dissolved, group, group.Members, actor), actor);
    }

    private async ValueTask<CreationOutcome> CreateAsync(
        Project project, long wishedGroupId, GroupDraft draft, GroupLimits limits, CancellationToken cancellationToken)
    {
        var wish = await _names.IsValidAsync(project.Id, wishedGroupId) ? wishedGroupId : 0;
        var outcome = await _store.CreateAsync(project.Id, wish, draft, Within(project, limits), Now, cancellationToken);
        if (outcome.Result == MembershipResult.Done)
            await ForgetAsync(project.Id, outcome.GroupId);
        return outcome;
    }

    /// <summary>Forgets what memory holds of a group.</summary>
    internal ValueTask ForgetAsync(long projectId, long groupId) =>
        _backplane.InvalidateAsync(new(CacheArea.Group, projectId, groupId));

    /// <summary>Tells the observers of a new group, which is read only if they want to hear of it.</summary>
    private async ValueTask TellOfNewAsync(Project project, long groupId, IReadOnlyList<long> userIds, ChangeCause cause)
    {
        if (_changes.AreConcerned(project, cause, userIds) && await GetAsync(project, groupId) is { } group)
            await _changes.TellAsync(project, new GroupChange(GroupChangeKind.Joined, group, userIds, cause.ActorId), cause);
    }

    /// <summary>
    /// Tells the members, and those who are gone, what happened to the users. Who removed itself left. Observers hear who came and went.
    /// </summary>
    internal async ValueTask TellAsync(
        Project project, long groupId, IReadOnlyList<long> userIds, GroupNoticeKind kind, ChangeCause cause, IReadOnlyList<long> gone)
    {
        if (userIds.Count == 0)
            return;
        var notices = new GroupNotice[userIds.Count];
        for (var i = 0; i < notices.Length; i++)
        {
            var isLeaving = kind == GroupNoticeKind.Kicked && userIds[i] == cause.ActorId;
            notices[i] = new(groupId, isLeaving ? GroupNoticeKind.Left : kind, userIds[i], cause.ActorId);
        }
        var group = await GetAsync(project, groupId);
        _notices.Tell(project.Id, group?.Members ?? [], [.. gone.Where(user => group?.Contains(user) != true)], notices);
        if (gone.Count > 0)
            await _changes.TellAsync(project, new GroupChange(GroupChangeKind.Gone, group ?? Group.Without(groupId), gone, cause.ActorId), cause);
        else if (kind == GroupNoticeKind.Joined && group is not null) // of a dissolved one its members hear as such
            await _changes.TellAsync(project, new GroupChange(GroupChangeKind.Joined, group, userIds, cause.ActorId), cause);
    }

    private static CoreError CheckList(IReadOnlyList<long> userIds)
    {
        if (userIds.Count == 0)
            return CoreError.Empty;
        return userIds.Count > PerCall ? CoreError.TooManyItems : CoreError.None;
    }

    private async ValueTask<Group?> LoadAsync((long ProjectId, long GroupId) key)
    {
        var record = await _store.GetAsync(key.ProjectId, key.GroupId, CancellationToken.None);
        return record is null ? null : new Group(record);
    }
}
