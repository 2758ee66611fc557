using Parley.Core.Projects;

namespace Parley.Core.Changes;

/// <summary>
/// Hears of changes that last: who came into groups and went, and new relations. It is called after the commit, when the caches have
/// forgotten what was and with no lock held; whoever made the change waits for it. What it throws is logged.
/// </summary>
public interface IChangeObserver
{
    /// <summary>
    /// Whether it wants to hear of a change that concerns only these users. Asked before something is read that only the observer needs.
    /// </summary>
    bool Concerns(Project project, IReadOnlyList<long> userIds);

    /// <summary>Users came into a group, or went. Called once for a change, however many users it is about.</summary>
    ValueTask OnChangedAsync(Project project, GroupChange change);

    /// <summary>A user has new relations. Called once for a change, however many peers it is about.</summary>
    ValueTask OnChangedAsync(Project project, RelationChange change);
}
