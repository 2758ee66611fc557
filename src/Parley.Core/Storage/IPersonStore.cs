using Parley.Core.Users;

namespace Parley.Core.Storage;

/// <summary>Users with what was told about them at their registration. They are the same users as those of <see cref="IUserStore"/>.</summary>
public interface IPersonStore
{
    /// <summary>
    /// Makes the user with its profile; the newest broadcast at that moment is its floor, as in <see cref="IUserStore.EnsureAsync"/>.
    /// False, and nothing is changed, when the user is known.
    /// </summary>
    ValueTask<bool> AddAsync(long projectId, long userId, PersonProfile profile, long now, CancellationToken cancellationToken);

    /// <summary>The user; null when there is none.</summary>
    ValueTask<RegisteredUser?> FindAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>
    /// Puts what <paramref name="change"/> makes of the profile in its place; nothing comes in between. False when there is no such user.
    /// </summary>
    /// <param name="projectId">The project.</param>
    /// <param name="userId">The user.</param>
    /// <param name="change">Called once, inside the commit: it only computes. What it throws comes out here, and nothing is changed.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<bool> ChangeAsync(
        long projectId, long userId, Func<PersonProfile, PersonProfile> change, CancellationToken cancellationToken);

    /// <summary>
    /// Removes in one commit the user with its profile, edges from it and to it, memberships, friend requests from it and to it, login
    /// tokens, devices, options and small data. Groups live on, and a group that it owned has no owner. Messages, read positions, bans and
    /// access tokens stay.
    /// </summary>
    /// <returns>What was removed from the sight of others; null when there is no such user.</returns>
    ValueTask<UserRemoval?> RemoveAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="take"/> users in the order of creation, those made in one millisecond in the order of their ids.</summary>
    ValueTask<IReadOnlyList<UserPlace>> GetPageAsync(long projectId, UserPlace after, int take, CancellationToken cancellationToken);
}
