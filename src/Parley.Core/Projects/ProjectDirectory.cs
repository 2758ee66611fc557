using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Parley.Core.Cluster;
using Parley.Core.Storage;

namespace Parley.Core.Projects;

/// <summary>All projects, kept in memory: there are few and every message asks for one.</summary>
public sealed class ProjectDirectory : IDisposable
{
    private readonly IProjectStore _store;
    private readonly IBackplane _backplane;
    private readonly SemaphoreSlim _changing = new(1);
    private FrozenDictionary<long, Project> _projects = FrozenDictionary<long, Project>.Empty;

    internal ProjectDirectory(IProjectStore store, IBackplane backplane)
    {
        _store = store;
        _backplane = backplane;
        backplane.Subscribe(CacheArea.Projects, notice => _ = ReloadAsync(CancellationToken.None));
    }

    /// <summary>All projects in the order of their ids.</summary>
    public IReadOnlyList<Project> All => [.. _projects.Values.OrderBy(project => project.Id)];

    /// <summary>The project with this id.</summary>
    public bool TryGet(long projectId, [NotNullWhen(true)] out Project? project) => _projects.TryGetValue(projectId, out project);

    /// <summary>The newest version of a project that a session was opened with; the known one if it is gone.</summary>
    public Project Current(Project known) => _projects.GetValueOrDefault(known.Id, known);

    /// <summary>Adds a project or replaces the one with its id.</summary>
    public async ValueTask SaveAsync(Project project, CancellationToken cancellationToken)
    {
        await _store.SaveAsync(project, cancellationToken);
        await ReloadAsync(cancellationToken);
        await _backplane.InvalidateAsync(new(CacheArea.Projects, project.Id, 0));
    }

    /// <summary>A new secret: 64 hexadecimal digits from a secure random source.</summary>
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();

    internal async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var projects = await _store.ListAsync(cancellationToken);
            _projects = projects.ToFrozenDictionary(project => project.Id);
        }
        finally
        {
            _changing.Release();
        }
    }
}
