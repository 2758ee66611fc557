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

    /// <summary>Lifts all bans of a kind at a place, that of everyone among them.</summary>
    public async ValueTask LiftAllAsync(Project project, BanPlace place, BanKind kind, CancellationToken cancellationToken)
    {
        await _store.RemoveAllAsync(project.Id, place, kind, cancellationToken);
        await _backplane.InvalidateAsync(new(AreaOf(place.Scope), project.Id, place.Id));
    }

    /// <summary>Who is banned at a place, by bans that still hold: ids in ascending order, 0 = everyone.</summary>
    public async ValueTask<IReadOnlyList<long>> GetAsync(Project project, BanPlace place, BanKind kind)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var bans = await _places.GetAsync((project.Id, place));
        return [.. bans.Where(ban => ban.Key.Kind == kind && ban.Value > now).Select(ban => ban.Key.UserId).Order()];
    }

    /// <summary>
    /// Whether a user is banned at a place: by name or as one of everyone, there or in every place of its kind.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="place">Where.</param>
    /// <param name="kind">What may be forbidden.</param>
    /// <param name="userId">Who.</param>
    /// <param name="withEveryone">False: only bans by name count.</param>
    public async ValueTask<bool> IsBannedAsync(Project project, BanPlace place, BanKind kind, long userId, bool withEveryone = true)
    {
        var here = await _places.GetAsync((project.Id, place));
        if (here.Count > 0 && Holds(here, kind, userId, withEveryone))
            return true;
        if (place.Id == 0)
            return false;
        var everywhere = await _places.GetAsync((project.Id, place with { Id = 0 }));
        return everywhere.Count > 0 && Holds(everywhere, kind, userId, withEveryone);
    }

    /// <summary>Forgets what memory holds of a place whose bans were removed with it.</summary>
    internal ValueTask ForgetAsync(long projectId, BanPlace place) =>
        _backplane.InvalidateAsync(new(AreaOf(place.Scope), projectId, place.Id));

    private bool Holds(Dictionary<(BanKind Kind, long UserId), long> bans, BanKind kind, long userId, bool withEveryone)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return (bans.TryGetValue((kind, userId), out var until) && until > now)
            || (withEveryone && bans.TryGetValue((kind, 0), out until) && until > now);
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
