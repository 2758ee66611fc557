using Parley.Core.Moderation;

namespace Parley.Core.Storage;

/// <summary>Bans: who must not speak or enter where, and until when.</summary>
public interface IBanStore
{
    /// <summary>Sets a ban; one for the same user, place and kind is replaced.</summary>
    ValueTask SetAsync(long projectId, Ban ban, CancellationToken cancellationToken);

    /// <summary>Lifts a ban. An absent one is no error.</summary>
    ValueTask RemoveAsync(long projectId, BanPlace place, BanKind kind, long userId, CancellationToken cancellationToken);

    /// <summary>Lifts all bans of a kind at a place.</summary>
    ValueTask RemoveAllAsync(long projectId, BanPlace place, BanKind kind, CancellationToken cancellationToken);

    /// <summary>All bans of a place, expired ones perhaps among them.</summary>
    ValueTask<IReadOnlyList<Ban>> GetAsync(long projectId, BanPlace place, CancellationToken cancellationToken);

    /// <summary>Forgets bans that ended before <paramref name="now"/> (unix milliseconds), at most <paramref name="limit"/>.</summary>
    ValueTask<int> PurgeAsync(long now, int limit, CancellationToken cancellationToken);
}
