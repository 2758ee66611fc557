using Parley.Core.Projects;
using Parley.Server.Settings;

namespace Parley.Server.Hosting;

/// <summary>Brings the stored projects in line with the settings at start; makes a first project when there is none.</summary>
internal static class ProjectSetup
{
    /// <summary>The project that is made when there is none.</summary>
    public const long FirstProject = 1000;

    /// <summary>Returns the projects whose secret was made up just now and must be shown.</summary>
    public static async Task<IReadOnlyList<Project>> ApplyAsync(
        ProjectDirectory projects, IReadOnlyList<ProjectEntry> entries, ILogger logger, CancellationToken cancellationToken)
    {
        var shown = new List<Project>();
        foreach (var entry in entries)
        {
            var known = projects.TryGet(entry.Pid, out var stored);
            var project = Merge(entry, stored);
            if (known && IsSame(project, stored!))
                continue;
            await projects.SaveAsync(project, cancellationToken);
            if (known)
                logger.ProjectChanged(project.Id);
            else
                logger.ProjectMade(project.Id);
            if (!known && entry.Secret.Length == 0)
                shown.Add(project);
        }
        if (projects.All.Count == 0)
        {
            var first = new Project { Id = FirstProject, Name = "first", Secret = ProjectDirectory.NewSecret() };
            await projects.SaveAsync(first, cancellationToken);
            logger.ProjectMade(first.Id);
            shown.Add(first);
        }
        return shown;
    }

    private static Project Merge(ProjectEntry entry, Project? stored) => new()
    {
        Id = entry.Pid,
        Name = entry.Name.Length > 0 ? entry.Name : stored?.Name ?? "",
        Secret = entry.Secret.Length > 0 ? entry.Secret : stored?.Secret ?? ProjectDirectory.NewSecret(),
        AdminUserIds = entry.AdminUserIds,
        Settings = entry.Settings,
    };

    // records compare lists by reference: compare those by their elements and the rest as records
    private static bool IsSame(Project a, Project b) =>
        a.Name == b.Name && a.Secret == b.Secret && a.AdminUserIds.SequenceEqual(b.AdminUserIds)
        && a.Settings.DisabledMethods.SequenceEqual(b.Settings.DisabledMethods)
        && a.Settings.SensitiveWords.SequenceEqual(b.Settings.SensitiveWords)
        && a.Settings with { DisabledMethods = b.Settings.DisabledMethods, SensitiveWords = b.Settings.SensitiveWords } == b.Settings;
}
