using Parley.Core.Storage;

namespace Parley.Core.Users;

/// <summary>Who has ever been here.</summary>
public sealed class UserDirectory
{
    private readonly BoundedCache<UserKey, bool> _known;

    internal UserDirectory(IUserStore store, CoreSettings settings) =>
        _known = new(settings.CachedRelations, async key => await store.ExistsAsync(key.ProjectId, key.UserId, CancellationToken.None));

    /// <summary>Whether the user came into being: by logging in, or by being registered.</summary>
    public async ValueTask<bool> IsKnownAsync(UserKey user)
    {
        var isKnown = await _known.GetAsync(user);
        if (!isKnown)
            _known.Remove(user); // it may come any moment
        return isKnown;
    }
}
