using Parley.Core.Projects;
using Parley.Core.Storage;

namespace Parley.Core.Statistics;

/// <summary>The largest and the busiest groups of a project. Reading costs what is asked for, however many groups there are.</summary>
public sealed class GroupRankings
{
    private readonly IStatisticsStore _store;

    internal GroupRankings(IStatisticsStore store) => _store = store;

    /// <summary>The groups with the most members, descending; of groups with as many, the lower id comes first.</summary>
    /// <param name="project">The project.</param>
    /// <param name="take">How many at the most; 0 or less = none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Groups with their number of members. Groups without members count, as long as they exist.</returns>
    public ValueTask<IReadOnlyList<(long GroupId, long Total)>> GetLargestAsync(
        Project project, int take, CancellationToken cancellationToken) =>
        _store.GetLargestGroupsAsync(project.Id, Math.Max(0, take), cancellationToken);

    /// <summary>
    /// The groups with the most messages since they exist, descending; of groups with as many, the lower id comes first. Every message that
    /// was accepted before the call counts, also when it was deleted or retired since.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="take">How many at the most; 0 or less = none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Groups with their number of messages. A group that was removed and founded again starts at 0.</returns>
    public ValueTask<IReadOnlyList<(long GroupId, long Total)>> GetBusiestAsync(
        Project project, int take, CancellationToken cancellationToken) =>
        _store.GetBusiestGroupsAsync(project.Id, Math.Max(0, take), cancellationToken);
}
