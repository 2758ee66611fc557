using Parley.Core.Projects;
using Parley.Core.Storage;

namespace Parley.Core.Sessions;

/// <summary>
/// Installations of users: each has a number by which it is known again, and its own numbering of what it sends, which never goes back.
/// </summary>
public sealed class Installations
{
    /// <summary>The first position of an installation.</summary>
    public const int FirstSequence = 100;

    /// <summary>Positions that one reservation covers.</summary>
    public const int SequenceStep = 1000;

    private readonly IInstallationStore _store;

    internal Installations(IInstallationStore store) => _store = store;

    /// <summary>Makes an installation with a new id: 1000 or greater, never given twice in the project.</summary>
    public ValueTask<Installation> RegisterAsync(
        Project project, long userId, int nation, int city, int town, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(userId);
        return _store.AddAsync(project.Id, userId, nation, city, town, cancellationToken);
    }

    /// <summary>The installation; null when there is none.</summary>
    public ValueTask<Installation?> FindAsync(Project project, long id, CancellationToken cancellationToken) =>
        _store.FindAsync(project.Id, id, cancellationToken);

    /// <summary>
    /// Makes the installation one of the user, who logs in with it. An unknown id comes into being; one of another user changes hands: its
    /// marks are cleared, its numbering goes on. Nothing is written when it is the user's already.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The id or the user is not greater than 0.</exception>
    public async ValueTask<Installation> BindAsync(Project project, long id, long userId, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(id);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(userId);
        return await _store.FindAsync(project.Id, id, cancellationToken) is { } known && known.UserId == userId
            ? known
            : await _store.BindAsync(project.Id, id, userId, cancellationToken);
    }

    /// <summary>
    /// Reserves the next <see cref="SequenceStep"/> positions of an installation. Called at login, and again when what the installation sends
    /// goes beyond what is reserved: nothing beyond it may be taken before this call has completed.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="id">The installation.</param>
    /// <param name="seen">The highest position that the installation used so far.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// The position to go on from, the first of those reserved: greater than <paramref name="seen"/> and than everything reserved before, at
    /// first <see cref="FirstSequence"/>. It is on the disk then. 0 when there is no such installation, or no number is left.
    /// </returns>
    public ValueTask<long> ReserveSequenceAsync(Project project, long id, long seen, CancellationToken cancellationToken) =>
        _store.ReserveSequenceAsync(project.Id, id, Math.Max(0, seen), FirstSequence, SequenceStep, cancellationToken);

    /// <summary>What the last three catch-ups reached; zeros when there were none or the installation is unknown.</summary>
    public ValueTask<CatchUpMarks> GetMarksAsync(Project project, long id, CancellationToken cancellationToken) =>
        _store.GetMarksAsync(project.Id, id, cancellationToken);

    /// <summary>Keeps what the last three catch-ups reached. Nothing happens when the installation is unknown.</summary>
    public ValueTask SetMarksAsync(Project project, long id, CatchUpMarks marks, CancellationToken cancellationToken) =>
        _store.SetMarksAsync(project.Id, id, userId: 0, marks, cancellationToken);

    /// <summary>As the other one, but only while the installation belongs to the same user: a catch-up may end after it changed hands.</summary>
    public ValueTask SetMarksAsync(Project project, Installation installation, CatchUpMarks marks, CancellationToken cancellationToken) =>
        _store.SetMarksAsync(project.Id, installation.Id, installation.UserId, marks, cancellationToken);

    /// <summary>
    /// Everything up to a place in the log was sent to the installation, or is none of its business. Nothing happens when it changed hands
    /// meanwhile, or when it has seen more already.
    /// </summary>
    public ValueTask SetSeenAsync(Project project, Installation installation, long position, CancellationToken cancellationToken) =>
        _store.SetSeenAsync(project.Id, installation.Id, installation.UserId, position, cancellationToken);
}
