using Parley.Core.Sessions;

namespace Parley.Core.Storage;

/// <summary>Installations of users.</summary>
public interface IInstallationStore
{
    /// <summary>Makes an installation with the next free id of the project's counter, which begins at 1000 and never goes back.</summary>
    ValueTask<Installation> AddAsync(
        long projectId, long userId, int nation, int city, int town, CancellationToken cancellationToken);

    /// <summary>The installation; null when there is none.</summary>
    ValueTask<Installation?> FindAsync(long projectId, long id, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the installation one of the user: an unknown id comes into being, one of another user changes hands and loses its marks.
    /// </summary>
    ValueTask<Installation> BindAsync(long projectId, long id, long userId, CancellationToken cancellationToken);

    /// <summary>
    /// Reserves <paramref name="step"/> positions that begin after <paramref name="seen"/> and after everything reserved before; the first
    /// ones of an installation begin at <paramref name="first"/> or later.
    /// </summary>
    /// <returns>The first of them, once it is committed; 0 when there is no such installation or no number is left.</returns>
    ValueTask<long> ReserveSequenceAsync(
        long projectId, long id, long seen, long first, long step, CancellationToken cancellationToken);

    /// <summary>What the last catch-ups reached; nothing when there is no such installation.</summary>
    ValueTask<CatchUpMarks> GetMarksAsync(long projectId, long id, CancellationToken cancellationToken);

    /// <summary>Keeps marks; what was seen only moves forward. Nothing happens when there is no such installation or it is not the user's (0 = whoever has it).</summary>
    ValueTask SetMarksAsync(long projectId, long id, long userId, CatchUpMarks marks, CancellationToken cancellationToken);

    /// <summary>Moves forward what was seen. Nothing happens when there is no such installation or it is not the user's.</summary>
    ValueTask SetSeenAsync(long projectId, long id, long userId, long position, CancellationToken cancellationToken);
}
