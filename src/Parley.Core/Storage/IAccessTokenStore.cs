using Parley.Core.Users;

namespace Parley.Core.Storage;

/// <summary>Which tokens were handed out to a user on a platform, and what they are worth. Only their hashes (32 bytes) are kept.</summary>
public interface IAccessTokenStore
{
    /// <summary>
    /// Keeps a token as a good one, also when it was there before. Forgets those of the user and platform that are not good or whose expiry
    /// lies before <paramref name="now"/>; then, while there are more than <paramref name="keep"/>, those that expire first, the new one
    /// never.
    /// </summary>
    /// <param name="token">Which token.</param>
    /// <param name="expires">Its expiry, in unix seconds.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="keep">Most good tokens of one user and platform; 0 = no limit.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask AddAsync(AccessTokenKey token, long expires, long now, int keep, CancellationToken cancellationToken);

    /// <summary>What is kept of a token; null when there is none.</summary>
    ValueTask<AccessTokenRecord?> FindAsync(AccessTokenKey token, CancellationToken cancellationToken);

    /// <summary>Sets the state of all tokens of a user on a platform (null = on all), but for the one with the hash to spare (empty = none).</summary>
    ValueTask SetStateAsync(
        long projectId, long userId, string? platform, ReadOnlyMemory<byte> spared, AccessTokenState state,
        CancellationToken cancellationToken);

    /// <summary>Forgets tokens that expired before <paramref name="now"/> (unix seconds), at most <paramref name="limit"/>.</summary>
    ValueTask<int> PurgeAsync(long now, int limit, CancellationToken cancellationToken);
}
