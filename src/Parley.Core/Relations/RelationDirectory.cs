using System.Collections.Frozen;
using Parley.Core.Changes;
using Parley.Core.Cluster;
using Parley.Core.Projects;
using Parley.Core.Storage;
using Parley.Core.Users;

namespace Parley.Core.Relations;

/// <summary>Friend lists, personal blacklists, and who does not want to hear whom.</summary>
public sealed class RelationDirectory
{
    /// <summary>Entries that one call may add or remove.</summary>
    public const int PerCall = 100;

    private readonly IRelationStore _store;
    private readonly IBackplane _backplane;
    private readonly NameDirectory _names;
    private readonly ChangeObservers _changes;
    private readonly BoundedCache<UserKey, FrozenSet<long>> _friends;
    private readonly BoundedCache<UserKey, FrozenSet<long>> _blocks;
    private readonly BoundedCache<UserKey, FrozenSet<long>> _mutes;

    internal RelationDirectory(
        IRelationStore store, IBackplane backplane, NameDirectory names, ChangeObservers changes, CoreSettings settings)
    {
        _changes = changes;
        _names = names;
        _store = store;
        _backplane = backplane;
        _friends = new(settings.CachedRelations, key => LoadAsync(RelationKind.Friend, key));
        _blocks = new(settings.CachedRelations, key => LoadAsync(RelationKind.Block, key));
        _mutes = new(settings.CachedRelations, key => LoadAsync(RelationKind.Mute, key));
        backplane.Subscribe(CacheArea.Friends, notice => _friends.Remove(new(notice.ProjectId, notice.Id)));
        backplane.Subscribe(CacheArea.Blocks, notice => _blocks.Remove(new(notice.ProjectId, notice.Id)));
        backplane.Subscribe(CacheArea.Mutes, notice => _mutes.Remove(new(notice.ProjectId, notice.Id)));
    }

    /// <summary>A user adds peers to those that it has an edge of this kind to.</summary>
    /// <returns>As when somebody else adds them.</returns>
    public ValueTask<CoreError> AddAsync(
        Project project, RelationKind kind, long userId, IReadOnlyList<long> peers, CancellationToken cancellationToken) =>
        AddAsync(project, kind, userId, peers, cause: userId, cancellationToken);

    /// <summary>Adds peers to those that a user has an edge of this kind to. The user itself and present ones are passed over.</summary>
    /// <param name="project">The project.</param>
    /// <param name="kind">What the edges mean.</param>
    /// <param name="userId">The user.</param>
    /// <param name="peers">Whom to add; 1 to <see cref="PerCall"/>.</param>
    /// <param name="cause">Who adds them; 0 = a back end.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <returns><see cref="CoreError.Empty"/>, <see cref="CoreError.TooManyItems"/>, <see cref="CoreError.InvalidId"/>,
    /// <see cref="CoreError.TooManyFriends"/> or none.</returns>
    public async ValueTask<CoreError> AddAsync(
        Project project, RelationKind kind, long userId, IReadOnlyList<long> peers, ChangeCause cause, CancellationToken cancellationToken)
    {
        var error = CheckList(peers);
        if (error != CoreError.None)
            return error;
        var others = peers.Where(peer => peer != userId).Distinct().ToArray();
        if (!await _names.AreValidAsync(project.Id, others))
            return CoreError.InvalidId;
        var limit = kind == RelationKind.Friend ? project.Settings.Friends : project.Settings.Blocks;
        IReadOnlyList<long> added = [];
        if (others.Length > 0)
        {
            if (await _store.AddAsync(project.Id, kind, userId, others, limit, cancellationToken) is not { } missing)
                return CoreError.TooManyFriends;
            added = missing;
        }
        await _backplane.InvalidateAsync(new(AreaOf(kind), project.Id, userId));
        if (added.Count > 0)
            await _changes.TellAsync(project, new RelationChange(kind, userId, added, IsMutual: false, cause.ActorId), cause);
        return CoreError.None;
    }

    /// <summary>Removes peers from those that a user has an edge of this kind to. Absent ones are passed over.</summary>
    public async ValueTask<CoreError> RemoveAsync(
        Project project, RelationKind kind, long userId, IReadOnlyList<long> peers, CancellationToken cancellationToken)
    {
        var error = CheckList(peers);
        if (error != CoreError.None)
            return error;
        await _store.RemoveAsync(project.Id, kind, userId, peers, cancellationToken);
        await _backplane.InvalidateAsync(new(AreaOf(kind), project.Id, userId));
        return CoreError.None;
    }

    /// <summary>
    /// Makes two users friends of each other without asking them, in one commit; a pair of which one half is missing is completed, and a
    /// friend request that waits between them is forgotten.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="userId">The one.</param>
    /// <param name="peerId">The other.</param>
    /// <param name="cause">Who does it; 0 = a back end.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <returns>Whether <paramref name="peerId"/> was a friend of <paramref name="userId"/> before, or
    /// <see cref="CoreError.InvalidId"/> (also for one and the same user) or <see cref="CoreError.TooManyFriends"/>, when nothing is
    /// changed.</returns>
    public async ValueTask<FriendshipResult> BefriendAsync(
        Project project, long userId, long peerId, ChangeCause cause, CancellationToken cancellationToken)
    {
        if (userId == peerId || !await _names.AreValidAsync(project.Id, [userId, peerId]))
            return new(WasFriend: false, CoreError.InvalidId);
        if (await _store.BefriendAsync(project.Id, userId, peerId, project.Settings.Friends, cancellationToken) is not { } wasFriend)
            return new(WasFriend: false, CoreError.TooManyFriends);
        await _backplane.InvalidateAsync(new(CacheArea.Friends, project.Id, userId));
        await _backplane.InvalidateAsync(new(CacheArea.Friends, project.Id, peerId));
        if (!wasFriend)
            await _changes.TellAsync(project, new RelationChange(RelationKind.Friend, userId, [peerId], IsMutual: true, cause.ActorId), cause);
        return new(wasFriend);
    }

    /// <summary>
    /// The peers of a user in the order of their ids, with when the edge was made in unix milliseconds; 0 for those made before that was
    /// kept.
    /// </summary>
    public ValueTask<IReadOnlyList<(long PeerId, long CreatedMs)>> GetWithTimesAsync(
        Project project, RelationKind kind, long userId, CancellationToken cancellationToken) =>
        _store.GetWithTimesAsync(project.Id, kind, userId, cancellationToken);

    /// <summary>The peers of a user in the order of their ids.</summary>
    public ValueTask<IReadOnlyList<long>> GetAsync(Project project, RelationKind kind, long userId, CancellationToken cancellationToken) =>
        _store.GetAsync(project.Id, kind, userId, cancellationToken);

    /// <summary>Those of the candidates who are among the peers of a user, in the order asked for and without doubles.</summary>
    public async ValueTask<IReadOnlyList<long>> FilterAsync(Project project, RelationKind kind, long userId, IReadOnlyList<long> candidates)
    {
        var peers = await GetSetAsync(kind, new(project.Id, userId));
        return [.. candidates.Where(peers.Contains).Distinct()];
    }

    /// <summary>The peers of a user as a set, from memory when it is there.</summary>
    internal ValueTask<FrozenSet<long>> GetSetAsync(RelationKind kind, UserKey user) =>
        CacheOf(kind).GetAsync(user);

    private static CoreError CheckList(IReadOnlyList<long> peers) => peers.Count switch
    {
        0 => CoreError.Empty,
        > PerCall => CoreError.TooManyItems,
        _ => CoreError.None,
    };

    internal static CacheArea AreaOf(RelationKind kind) => kind switch
    {
        RelationKind.Friend => CacheArea.Friends,
        RelationKind.Block => CacheArea.Blocks,
        RelationKind.Mute => CacheArea.Mutes,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private BoundedCache<UserKey, FrozenSet<long>> CacheOf(RelationKind kind) => kind switch
    {
        RelationKind.Friend => _friends,
        RelationKind.Block => _blocks,
        RelationKind.Mute => _mutes,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private async ValueTask<FrozenSet<long>> LoadAsync(RelationKind kind, UserKey user) =>
        (await _store.GetAsync(user.ProjectId, kind, user.UserId, CancellationToken.None)).ToFrozenSet();
}
