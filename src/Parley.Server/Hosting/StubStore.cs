using Parley.Core.Projects;
using Parley.Core.Storage;

namespace Parley.Server.Hosting;

internal sealed class StubStore : IStore, IProjectStore
{
    private readonly SortedDictionary<long, Project> _projects = [];

    public IMessageStore Messages => null!;

    public IProjectStore Projects => this;

    public IUserStore Users => null!;

    public INameStore Names => null!;

    public IRelationStore Relations => null!;

    public IGroupStore Groups => null!;

    public IRoomStore Rooms => null!;

    public IBanStore Bans => null!;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public ValueTask<bool> IsHealthyAsync(CancellationToken cancellationToken) => new(true);

    public ValueTask<IReadOnlyList<Project>> ListAsync(CancellationToken cancellationToken) => new(_projects.Values.ToList());

    public ValueTask SaveAsync(Project project, CancellationToken cancellationToken)
    {
        _projects[project.Id] = project;
        return default;
    }
}
