using Parley.Core.Groups;
using Parley.Core.Projects;
using Parley.Core.Storage;
using Parley.Core.Users;

namespace Parley.Core.Moderation;

/// <summary>
/// Order in groups: inviting, kicking, gagging, the blacklist, managers, and what operators decide. The actor is the user who does it;
/// 0 = an operator, who may do everything. Every change is told to the members and to the person removed (<see cref="GroupNotice"/>);
/// what changes nothing is no error and is not told.
/// </summary>
public sealed class GroupModeration
{
    private readonly IGroupStore _store;
    private readonly GroupDirectory _groups;
    private readonly BanDirectory _bans;
    private readonly NameDirectory _names;

    internal GroupModeration(IGroupStore store, GroupDirectory groups, BanDirectory bans, NameDirectory names)
    {
        _store = store;
        _groups = groups;
        _bans = bans;
        _names = names;
    }

    /// <summary>
    /// A member takes another user in, who is told of it. To an operator the group is not closed; a member already is no error.
    /// </summary>
    /// <returns><see cref="CoreError.InvalidId"/>, <see cref="CoreError.NotFound"/>, <see cref="CoreError.NotAllowed"/> when the actor
    /// is no member, <see cref="CoreError.BannedInGroup"/> when the invited one is on the blacklist, <see cref="CoreError.GroupClosed"/>,
    /// <see cref="CoreError.TooManyMembers"/> (also when the user has too many groups) or none.</returns>
    public async ValueTask<CoreError> InviteAsync(
        Project project, long groupId, long actor, long userId, GroupLimits limits, CancellationToken cancellationToken)
    {
        var (error, _) = await CheckAsync(project, groupId, actor, userId, GroupRole.Member);
        if (error != CoreError.None)
            return error;
        return await _groups.JoinAsync(project, groupId, actor, userId, limits, cancellationToken) switch
        {
            MembershipResult.Done or MembershipResult.AlreadyMember => CoreError.None,
            MembershipResult.NoGroup => CoreError.NotFound,
            MembershipResult.Banned => CoreError.BannedInGroup,
            MembershipResult.Closed => CoreError.GroupClosed,
            _ => CoreError.TooManyMembers,
        };
    }

    /// <summary>Owner or manager removes a member. Who is no member is no error.</summary>
    /// <returns><see cref="CoreError.InvalidId"/>, <see cref="CoreError.NotFound"/>, <see cref="CoreError.NotAllowed"/> (the owner is
    /// never kicked) or none.</returns>
    public async ValueTask<CoreError> KickAsync(
        Project project, long groupId, long actor, long userId, CancellationToken cancellationToken)
    {
        var (error, group) = await CheckAsync(project, groupId, actor, userId, GroupRole.Manager);
        if (error != CoreError.None)
            return error;
        if (group!.OwnerId == userId)
            return CoreError.NotAllowed;
        var removed = await _groups.RemoveAsync(project, groupId, [userId], sparesOwner: true, cancellationToken);
        if (removed.Count > 0)
            await _groups.TellAsync(project, groupId, [userId], GroupNoticeKind.Kicked, actor, gone: [userId]);
        else if (await _groups.GetAsync(project, groupId) is { } now && now.OwnerId == userId)
            return CoreError.NotAllowed; // became the owner meanwhile
        return CoreError.None;
    }

    /// <summary>
    /// Owner or manager forbids a user (0 = everyone but owner and managers) to speak for ever, or lifts that. Lifting it for everyone
    /// lifts it for each one too. The owner is gagged by an operator only. An operator may do so before there is a group.
    /// </summary>
    /// <returns><see cref="CoreError.InvalidId"/>, <see cref="CoreError.NotFound"/>, <see cref="CoreError.NotAllowed"/> or none.</returns>
    public async ValueTask<CoreError> GagAsync(
        Project project, long groupId, long actor, long userId, bool isGagged, CancellationToken cancellationToken)
    {
        var (error, group) = await CheckAsync(project, groupId, actor, userId, GroupRole.Manager, allowsEveryone: true, needsGroup: false);
        if (error != CoreError.None)
            return error;
        if (isGagged && actor != 0 && userId != 0 && group!.OwnerId == userId)
            return CoreError.NotAllowed;
        var place = BanPlace.Group(groupId);
        var gags = await _bans.GetAsync(project, place, BanKind.Speak);
        var isKnown = isGagged
            ? gags.Contains(new(place, BanKind.Speak, userId, long.MaxValue))
            : !gags.Any(gag => userId == 0 || gag.UserId == userId);
        if (isKnown)
            return CoreError.None;
        if (isGagged)
            await _bans.BanAsync(project, place, BanKind.Speak, userId, seconds: 0, cancellationToken);
        else if (userId == 0)
            await _bans.LiftAllAsync(project, place, BanKind.Speak, cancellationToken);
        else
            await _bans.LiftAsync(project, place, BanKind.Speak, userId, cancellationToken);
        await TellAsync(project, groupId, isGagged ? GroupNoticeKind.Gagged : GroupNoticeKind.Ungagged, userId, actor);
        return CoreError.None;
    }

    /// <summary>
    /// Owner or manager puts a user on the blacklist, which also removes the member, or takes the user off it. The owner is listed by an
    /// operator only. An operator may do so before there is a group.
    /// </summary>
    /// <returns><see cref="CoreError.InvalidId"/>, <see cref="CoreError.NotFound"/>, <see cref="CoreError.NotAllowed"/> or none.</returns>
    public async ValueTask<CoreError> BlacklistAsync(
        Project project, long groupId, long actor, long userId, bool isListed, CancellationToken cancellationToken)
    {
        var (error, _) = await CheckAsync(project, groupId, actor, userId, GroupRole.Manager, needsGroup: false);
        if (error != CoreError.None)
            return error;
        var place = BanPlace.Group(groupId);
        if (!isListed)
        {
            if (!(await _bans.GetAsync(project, place, BanKind.Enter)).Any(ban => ban.UserId == userId))
                return CoreError.None;
            await _bans.LiftAsync(project, place, BanKind.Enter, userId, cancellationToken);
            await TellAsync(project, groupId, GroupNoticeKind.Unblacklisted, userId, actor);
            return CoreError.None;
        }
        BlacklistResult result;
        using (_groups.BeginChange(project.Id, groupId))
        {
            result = await _store.BlacklistAsync(project.Id, groupId, userId, sparesOwner: actor != 0, cancellationToken);
            if (result == BlacklistResult.IsOwner)
                return CoreError.NotAllowed;
            await _bans.ForgetAsync(project.Id, place);
            await _groups.ForgetAsync(project.Id, groupId);
        }
        if (result != BlacklistResult.ListedBefore)
        {
            await _groups.TellAsync(
                project, groupId, [userId], GroupNoticeKind.Blacklisted, actor, gone: result == BlacklistResult.Removed ? [userId] : []);
        }
        return CoreError.None;
    }

    /// <summary>The owner makes a member a manager, or a manager a member.</summary>
    /// <returns><see cref="CoreError.InvalidId"/>, <see cref="CoreError.NotFound"/>, <see cref="CoreError.NotAllowed"/> (also for the
    /// owner's own role), <see cref="CoreError.NotGroupMember"/> or none.</returns>
    public async ValueTask<CoreError> SetManagerAsync(
        Project project, long groupId, long actor, long userId, bool isManager, CancellationToken cancellationToken)
    {
        var (error, _) = await CheckAsync(project, groupId, actor, userId, GroupRole.Owner);
        if (error != CoreError.None)
            return error;
        var (from, to) = isManager ? (GroupRole.Member, GroupRole.Manager) : (GroupRole.Manager, GroupRole.Member);
        var isChanged = await _store.ChangeRoleAsync(project.Id, groupId, userId, from, to, cancellationToken);
        await _groups.ForgetAsync(project.Id, groupId);
        if (isChanged)
        {
            await TellAsync(project, groupId, isManager ? GroupNoticeKind.ManagerAdded : GroupNoticeKind.ManagerRemoved, userId, actor);
            return CoreError.None;
        }
        return (await _groups.GetAsync(project, groupId))?.RoleOf(userId) switch
        {
            null => CoreError.NotGroupMember,
            GroupRole.Owner => CoreError.NotAllowed,
            _ => CoreError.None,
        };
    }

    /// <summary>The owner ends the group: members, bans and rules go, messages stay. To an operator an unknown group is no error.</summary>
    /// <returns><see cref="CoreError.InvalidId"/>, <see cref="CoreError.NotFound"/>, <see cref="CoreError.NotAllowed"/> or none.</returns>
    public async ValueTask<CoreError> DissolveAsync(Project project, long groupId, long actor, CancellationToken cancellationToken)
    {
        var (error, _) = await CheckAsync(project, groupId, actor, userId: 0, GroupRole.Owner, allowsEveryone: true, needsGroup: false);
        if (error == CoreError.None)
            await _groups.DeleteAsync(project, groupId, actor, cancellationToken);
        return error;
    }

    /// <summary>
    /// An operator says how many members the group may have; 0 = no limit of its own. Those beyond it stay. The group need not exist.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of the group is not positive, or the capacity is negative.</exception>
    public async ValueTask SetCapacityAsync(Project project, long groupId, int capacity, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groupId);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        await _store.SetRulesAsync(project.Id, groupId, capacity, isClosed: null, cancellationToken);
        await _groups.ForgetAsync(project.Id, groupId);
    }

    /// <summary>How many members an operator allows; 0 = no limit of its own. The group need not exist.</summary>
    public async ValueTask<int> GetCapacityAsync(Project project, long groupId, CancellationToken cancellationToken) =>
        (await _store.GetRulesAsync(project.Id, groupId, cancellationToken)).Capacity;

    /// <summary>
    /// An operator closes the group, so that no user speaks or joins, or opens it again. Back ends and operators still may. The group
    /// need not exist; then nobody founds it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of the group is not positive.</exception>
    public async ValueTask SetClosedAsync(Project project, long groupId, bool isClosed, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groupId);
        await _store.SetRulesAsync(project.Id, groupId, capacity: null, isClosed, cancellationToken);
        await _groups.ForgetAsync(project.Id, groupId);
    }

    /// <summary>Who must not speak now, in the order of their ids; 0 = everyone.</summary>
    public ValueTask<IReadOnlyList<long>> GetGaggedAsync(Project project, long groupId, CancellationToken cancellationToken) =>
        GetAsync(project, groupId, BanKind.Speak, cancellationToken);

    /// <summary>Who is on the blacklist now, in the order of their ids.</summary>
    public ValueTask<IReadOnlyList<long>> GetBlacklistedAsync(Project project, long groupId, CancellationToken cancellationToken) =>
        GetAsync(project, groupId, BanKind.Enter, cancellationToken);

    private async ValueTask<IReadOnlyList<long>> GetAsync(Project project, long groupId, BanKind kind, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return [.. (await _bans.GetAsync(project, BanPlace.Group(groupId), kind)).Select(ban => ban.UserId)];
    }

    /// <summary>Whether the numbers are valid, there is such a group, and the actor has at least the role.</summary>
    private async ValueTask<(CoreError Error, Group? Group)> CheckAsync(
        Project project, long groupId, long actor, long userId, GroupRole least, bool allowsEveryone = false, bool needsGroup = true)
    {
        if (!await _names.IsValidAsync(project.Id, groupId))
            return (CoreError.InvalidId, null);
        if (!(allowsEveryone && userId == 0) && !await _names.IsValidAsync(project.Id, userId))
            return (CoreError.InvalidId, null);
        var group = await _groups.GetAsync(project, groupId);
        if (group is null)
            return (actor == 0 && !needsGroup ? CoreError.None : CoreError.NotFound, null);
        if (actor != 0 && !(group.RoleOf(actor) >= least))
            return (CoreError.NotAllowed, group);
        return (CoreError.None, group);
    }

    private ValueTask TellAsync(Project project, long groupId, GroupNoticeKind kind, long userId, long actor) =>
        _groups.TellAsync(project, groupId, [userId], kind, actor, gone: []);
}
