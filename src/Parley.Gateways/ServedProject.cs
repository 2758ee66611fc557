using Parley.Core.Projects;

namespace Parley.Gateways;

/// <summary>The project that the clients of a protocol without projects belong to.</summary>
/// <param name="projects">The projects.</param>
/// <param name="configured">The configured one; 0 = the first.</param>
public sealed class ServedProject(ProjectDirectory projects, long configured)
{
    private Project? _project;

    /// <summary>The project as it is now.</summary>
    /// <exception cref="InvalidOperationException">There is no such project.</exception>
    public Project Current
    {
        get
        {
            _project ??= configured == 0 ? projects.All[0]
                : projects.TryGet(configured, out var found) ? found
                : throw new InvalidOperationException($"There is no project {configured}.");
            return projects.Current(_project);
        }
    }
}
