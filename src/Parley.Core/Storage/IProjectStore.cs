using Parley.Core.Projects;

namespace Parley.Core.Storage;

/// <summary>Projects with their secrets and settings.</summary>
public interface IProjectStore
{
    /// <summary>All projects, in the order of their ids.</summary>
    ValueTask<IReadOnlyList<Project>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds a project or replaces the one with its id.</summary>
    ValueTask SaveAsync(Project project, CancellationToken cancellationToken);
}
