using System.Runtime.CompilerServices;
using Parley.Core.Changes;
using Parley.Core.Cluster;
using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Core.Storage;

namespace Parley.Core.Users;

/// <summary>Who has ever been here. A user comes into being with its first login or by being registered; both are the same thing.</summary>
public sealed class UserDirectory
{
    /// <summary>Most users that one page holds.</summary>
    public const int PerPage = 1000;

    private readonly IStore _store;
    private readonly GroupDirectory _groups;
    private readonly IBackplane _backplane;
    private readonly TimeProvider _time;
    private readonly BoundedCache<UserKey, RegisteredUser?> _users;

    internal UserDirectory(IStore store, GroupDirectory groups, IBackplane backplane, CoreSettings settings, TimeProvider time)
    {
        _store = store;
        _groups = groups;
        _backplane = backplane;
        _time = time;
        _users = new(settings.CachedUsers, key => store.Persons.FindAsync(key.ProjectId, key.UserId, CancellationToken.None));
        backplane.Subscribe(CacheArea.User, notice => _users.Remove(new(notice.ProjectId, notice.Id)));
    }

    /// <summary>Whether the user came into being: by logging in, or by being registered.</summary>
    public async ValueTask<bool> IsKnownAsync(UserKey user) => await FindAsync(user) is not null;

    /// <summary>The user with its profile; null when it is not known.</summary>
    public ValueTask<RegisteredUser?> FindAsync(Project project, long userId, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<RegisteredUser?>(cancellationToken)
            : FindAsync(new UserKey(project.Id, userId));

    /// <summary>Registers a user. Of several who register one id at once, one succeeds.</summary>
    /// <returns>False, and nothing is changed, when the user is known already, whatever protocol made it.</returns>
    public async ValueTask<bool> RegisterAsync(
        Project project, long userId, PersonProfile profile, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(userId);
        var isNew = await _store.Persons.AddAsync(project.Id, userId, profile, Now, cancellationToken);
        if (isNew)
            await ForgetAsync(project.Id, userId);
        return isNew;
    }

    /// <summary>Changes a profile; of several changes at once none is lost. False when the user is not known.</summary>
    /// <param name="project">The project.</param>
    /// <param name="userId">The user.</param>
    /// <param name="change">Makes the new profile of the one that is there. It is called within the commit, so it only computes; what it
    /// throws comes out here, and nothing is changed.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    public async ValueTask<bool> UpdateAsync(
        Project project, long userId, Func<PersonProfile, PersonProfile> change, CancellationToken cancellationToken)
    {
        var isKnown = await _store.Persons.ChangeAsync(project.Id, userId, change, cancellationToken);
        await ForgetAsync(project.Id, userId);
        return isKnown;
    }

    /// <summary>
    /// Removes a user with its profile, friends and blocks both ways, memberships, friend requests, login tokens, devices and small data,
    /// and tells its groups. A group that it owned has no owner then. Messages, bans and access tokens stay, and so do its sessions: ending
    /// them is for the caller, as only the gateways know how to say why.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="userId">The user.</param>
    /// <param name="cause">Who removes it; 0 = a back end.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <returns>False when the user is not known.</returns>
    public async ValueTask<bool> RemoveAsync(Project project, long userId, ChangeCause cause, CancellationToken cancellationToken)
    {
        var removal = await _store.Persons.RemoveAsync(project.Id, userId, cancellationToken);
        await ForgetAsync(project.Id, userId);
        if (removal is null)
            return false;
        foreach (var kind in Enum.GetValues<RelationKind>())
            await _backplane.InvalidateAsync(new(RelationDirectory.AreaOf(kind), project.Id, userId));
        foreach (var (kind, owner) in removal.Peers)
            await _backplane.InvalidateAsync(new(RelationDirectory.AreaOf(kind), project.Id, owner));
        foreach (var groupId in removal.Groups)
            await _groups.ForgetAsync(project.Id, groupId);
        foreach (var groupId in removal.Groups)
            await _groups.TellAsync(project, groupId, [userId], GroupNoticeKind.Kicked, cause, gone: [userId]);
        return true;
    }

    /// <summary>A page of all users in the order of creation, those made in one millisecond in the order of their ids.</summary>
    /// <param name="project">The project.</param>
    /// <param name="after">The last one of the page before; default = from the beginning.</param>
    /// <param name="take">Most to give; at most <see cref="PerPage"/> are given.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    public ValueTask<IReadOnlyList<UserPlace>> GetPageAsync(
        Project project, UserPlace after, int take, CancellationToken cancellationToken) =>
        _store.Persons.GetPageAsync(project.Id, after, Math.Clamp(take, 0, PerPage), cancellationToken);

    /// <summary>All users in the order of creation, read page by page as they are asked for.</summary>
    public async IAsyncEnumerable<long> GetAllAsync(
        Project project, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        UserPlace after = default;
        while (true)
        {
            var page = await GetPageAsync(project, after, PerPage, cancellationToken);
            for (var i = 0; i < page.Count; i++)
                yield return page[i].UserId;
            if (page.Count < PerPage)
                yield break;
            after = page[^1];
        }
    }

    /// <summary>Makes the user if there is none: it has come in.</summary>
    internal async ValueTask EnsureAsync(long projectId, long userId, CancellationToken cancellationToken)
    {
        var broadcasts = await _store.Messages.GetHeadAsync(ConversationKey.Broadcast(projectId), cancellationToken);
        if (await _store.Users.EnsureAsync(projectId, userId, broadcasts.Sequence, Now, cancellationToken))
            await ForgetAsync(projectId, userId);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask<RegisteredUser?> FindAsync(UserKey user)
    {
        var found = await _users.GetAsync(user);
        if (found is null)
            _users.Remove(user); // it may come any moment, and what anybody may ask for takes no room
        return found;
    }

    private ValueTask ForgetAsync(long projectId, long userId) =>
        _backplane.InvalidateAsync(new(CacheArea.User, projectId, userId));
}
