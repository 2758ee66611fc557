using Parley.Core.Statistics;

namespace Parley.Core.Storage;

/// <summary>Counts of open sessions by period, and the rankings of groups.</summary>
public interface IStatisticsStore
{
    /// <summary>The precisions of a project, ascending by length.</summary>
    ValueTask<IReadOnlyList<OnlinePrecision>> GetPrecisionsAsync(long projectId, CancellationToken cancellationToken);

    /// <summary>Adds a precision or changes how much of it is kept; periods that began before <paramref name="keepFrom"/> go.</summary>
    /// <returns>False, and nothing changes, when it is new and the project has <paramref name="most"/> precisions already.</returns>
    ValueTask<bool> SetPrecisionAsync(
        long projectId, OnlinePrecision precision, long keepFrom, int most, CancellationToken cancellationToken);

    /// <summary>Removes a precision and its periods. An absent one is no error.</summary>
    ValueTask RemovePrecisionAsync(long projectId, int seconds, CancellationToken cancellationToken);

    /// <summary>
    /// Takes samples into account, in one commit: each widens the extremes of its period, and periods that the precision no longer keeps
    /// when the sample's period runs are removed. Samples of precisions that are gone are passed over.
    /// </summary>
    ValueTask SaveOnlineAsync(IReadOnlyList<OnlineSample> samples, CancellationToken cancellationToken);

    /// <summary>The newest periods of a precision that began before a moment in unix seconds, newest first.</summary>
    ValueTask<IReadOnlyList<OnlinePeriod>> GetOnlineAsync(
        long projectId, int seconds, long before, int take, CancellationToken cancellationToken);

    /// <summary>
    /// Groups by their number of members, descending, then by id. The number changes in the same commit as the membership.
    /// </summary>
    ValueTask<IReadOnlyList<(long GroupId, long Total)>> GetLargestGroupsAsync(
        long projectId, int take, CancellationToken cancellationToken);

    /// <summary>
    /// Groups by the messages that were said in them since they exist, descending, then by id. Counts what was committed before the call.
    /// </summary>
    ValueTask<IReadOnlyList<(long GroupId, long Total)>> GetBusiestGroupsAsync(
        long projectId, int take, CancellationToken cancellationToken);
}
