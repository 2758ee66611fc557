using Microsoft.Extensions.Logging;
using Parley.Core.Projects;

namespace Parley.Core.Changes;

/// <summary>Who hears of changes in groups and relations.</summary>
public sealed class ChangeObservers
{
    private readonly ILogger _logger;
    private IChangeObserver[] _observers = [];

    internal ChangeObservers(ILogger logger)
    {
        _logger = logger;
    }

    /// <summary>Names who hears of changes. Called at start.</summary>
    public void Observe(IChangeObserver observer) => _observers = [.. _observers, observer];

    /// <summary>Whether anybody wants to hear of a change that concerns only these users.</summary>
    internal bool AreConcerned(Project project, ChangeCause cause, params IReadOnlyList<long> userIds)
    {
        foreach (var observer in _observers)
        {
            if (ReferenceEquals(observer, cause.Teller))
                continue;
            try
            {
                if (observer.Concerns(project, userIds))
                    return true;
            }
            catch (Exception exception)
            {
                _logger.ChangeNoticeFailed(exception, project.Id);
            }
        }
        return false;
    }

    /// <summary>Tells all but who tells of it itself.</summary>
    internal ValueTask TellAsync(Project project, GroupChange change, ChangeCause cause) =>
        TellAsync(project, cause, observer => observer.OnChangedAsync(project, change));

    /// <summary>Tells all but who tells of it itself.</summary>
    internal ValueTask TellAsync(Project project, RelationChange change, ChangeCause cause) =>
        TellAsync(project, cause, observer => observer.OnChangedAsync(project, change));

    private async ValueTask TellAsync(Project project, ChangeCause cause, Func<IChangeObserver, ValueTask> tell)
    {
        foreach (var observer in _observers)
        {
            if (ReferenceEquals(observer, cause.Teller))
                continue;
            try
            {
                await tell(observer);
            }
            catch (Exception exception)
            {
                _logger.ChangeNoticeFailed(exception, project.Id);
            }
        }
    }
}
