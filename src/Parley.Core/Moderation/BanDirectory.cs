using Parley.Core.Cluster;
using Parley.Core.Projects;
using Parley.Core.Storage;

namespace Parley.Core.Moderation;

/// <summary>Bans and blacklists of projects, groups and rooms.</summary>
public sealed class BanDirectory
{
    private readonly IBanStore _store;
    private readonly IBackplane _backplane;
    private readonly TimeProvider _time;
    private readonly BoundedCache<(long ProjectId, BanPlace Place), Dictionary<(BanKind Kind, long UserId), long>> _places;

    internal BanDirectory(IBanStore store, IBackplane backplane, CoreSettings settings, TimeProvider time)
    {
        _store = store;
        _backplane = backplane;
        _time = time;
        _places = new(settings.CachedBanPlaces, LoadAsync);
        backplane.Subscribe(CacheArea.ProjectBans, notice => Forget(notice, BanScope.Project));
        backplane.Subscribe(CacheArea.GroupBans, notice => Forget(notice, BanScope.Group));
        backplane.Subscribe(CacheArea.RoomBans, notice => Forget(notice, BanScope.Room));
    }

    /// <summary>Bans a user (0 = everyone) somewhere. A later ban replaces the end of an earlier one.</summary>
    /// <param name="project">The project.</param>
    /// <param name="place">Where.</param>
    /// <param name="kind">What is forbidden.</param>
    /// <param name="userId">Who; 0 = everyone there.</param>
    /// <param name="seconds">For how long; 0 or less = for ever.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    public async ValueTask BanAsync(
        Project project, BanPlace place, BanKind kind, long userId, long seconds, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var until = seconds <= 0 || seconds > (long.MaxValue - now) / 1000 ? long.MaxValue : now + (seconds * 1000);
        await _store.SetAsync(project.Id, new(place, kind, userId, until), cancellationToken);
        await _backplane.InvalidateAsync(new(AreaOf(place.Scope), project.Id, place.Id));
    }

    /// <summary>Lifts a ban. An absent one is no error.</summary>
    public async ValueTask LiftAsync(Project project, BanPlace place, BanKind kind, long userId, CancellationToken cancellationToken)
    {
        await _store.RemoveAsync(project.Id, place, kind, userId, cancellationToken);
        await _backplane.InvalidateAsync(new(AreaOf(place.Scope), project.Id, place.Id));
    }

    /// <summary>Lifts all bans of a kind at a place: those by name and the one of everyone.</summary>
    public async ValueTask LiftAllAsync(Project project, BanPlace place, BanKind kind, CancellationToken cancellationToken)
    {
        await _store.RemoveAllAsync(project.Id, place, kind, cancellationToken);
        await _backplane.InvalidateAsync(new(AreaOf(place.Scope), project.Id, place.Id));
    }

    /// <summary>
    /// The bans of a kind that hold at a place (not those of every place of its kind), in the order of the ids: everyone (0) first.
    /// </summary>
    public async ValueTask<IReadOnlyList<Ban>> GetAsync(Project project, BanPlace place, BanKind kind)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var all = await _places.GetAsync((project.Id, place));
        return
        [
            .. all.Where(ban => ban.Key.Kind == kind && ban.Value > now)
                .Select(ban => new Ban(place, kind, ban.Key.UserId, ban.Value)).OrderBy(ban => ban.UserId),
        ];
    }

    /// <summary>
    /// Whether a user is banned at a place: by name or as one of everyone, there or in every place of its kind.
    /// </summary>
    public async ValueTask<bool> IsBannedAsync(Project project, BanPlace place, BanKind kind, long userId) =>
        await FindAsync(project, place, kind, userId) != BanReach.None;

    /// <summary>As <see cref="IsBannedAsync"/>, and whether by name or as one of everyone.</summary>
    public async ValueTask<BanReach> FindAsync(Project project, BanPlace place, BanKind kind, long userId)
    {
        var here = await _places.GetAsync((project.Id, place));
        var reach = here.Count > 0 ? ReachOf(here, kind, userId) : BanReach.None;
        if (place.Id == 0 || reach == BanReach.Individual)
            return reach;
        var everywhere = await _places.GetAsync((project.Id, place with { Id = 0 }));
        var further = everywhere.Count > 0 ? ReachOf(everywhere, kind, userId) : BanReach.None;
        return further > reach ? further : reach;
    }

    /// <summary>Forgets what memory holds of a place whose bans were removed with it.</summary>
    internal ValueTask ForgetAsync(long projectId, BanPlace place) =>
        _backplane.InvalidateAsync(new(AreaOf(place.Scope), projectId, place.Id));

    private BanReach ReachOf(Dictionary<(BanKind Kind, long UserId), long> bans, BanKind kind, long userId)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (bans.TryGetValue((kind, userId), out var until) && until > now)
            return BanReach.Individual;
        return bans.TryGetValue((kind, 0), out until) && until > now ? BanReach.Everyone : BanReach.None;
    }

    private void Forget(CacheNotice notice, BanScope scope) => _places.Remove((notice.ProjectId, new(scope, notice.Id)));

    private static CacheArea AreaOf(BanScope scope) => scope switch
    {
        BanScope.Project => CacheArea.ProjectBans,
        BanScope.Group => CacheArea.GroupBans,
        BanScope.Room => CacheArea.RoomBans,
        _ => throw new ArgumentOutOfRangeException(nameof(scope)),
    };

    private async ValueTask<Dictionary<(BanKind Kind, long UserId), long>> LoadAsync((long ProjectId, BanPlace Place) key)
    {
        var bans = await _store.GetAsync(key.ProjectId, key.Place, CancellationToken.None);
        return bans.ToDictionary(ban => (ban.Kind, ban.UserId), ban => ban.Until);
    }
}
