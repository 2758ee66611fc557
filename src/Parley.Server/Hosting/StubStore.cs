using Parley.Core.Projects;
using Parley.Core.Storage;

namespace Parley.Server.Hosting;

internal sealed class StubStore : IStore, IProjectStore
{
    private readonly SortedDictionary<long, Project> _projects = [];

    public IMessageStore Messages { get; } = System.Reflection.DispatchProxy.Create<IMessageStore, NothingProxy>();

    public IProjectStore Projects => this;

    public IUserStore Users { get; } = System.Reflection.DispatchProxy.Create<IUserStore, NothingProxy>();

    public INameStore Names { get; } = System.Reflection.DispatchProxy.Create<INameStore, NothingProxy>();

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

#pragma warning disable CS1591
public class NothingProxy : System.Reflection.DispatchProxy
{
    protected override object? Invoke(System.Reflection.MethodInfo? targetMethod, object?[]? args)
    {
        var type = targetMethod!.ReturnType;
        return type.IsValueType && type != typeof(void) ? Activator.CreateInstance(type) : null;
    }
}
