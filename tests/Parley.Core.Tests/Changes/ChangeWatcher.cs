using Parley.Core.Changes;
using Parley.Core.Projects;

namespace Parley.Core.Tests.Changes;

/// <summary>Writes down what it hears, in short.</summary>
internal sealed class ChangeWatcher : IChangeObserver
{
    private readonly List<string> _heard = [];

    /// <summary>What it answers when it is asked whether it is concerned.</summary>
    public bool IsConcerned { get; set; } = true;

    /// <summary>Whether it fails whenever it hears something.</summary>
    public bool IsBroken { get; set; }

    /// <summary>The group of what it heard last.</summary>
    public GroupChange? Last { get; private set; }

    public bool Concerns(Project project, IReadOnlyList<long> userIds) => IsConcerned;

    public ValueTask OnChangedAsync(Project project, GroupChange change)
    {
        Last = change;
        return Hear($"{change.Kind} {string.Join(',', change.UserIds)} by {change.ActorId} in {change.Group.GroupId} of {change.Group.Members.Count}");
    }

    public ValueTask OnChangedAsync(Project project, RelationChange change) =>
        Hear($"{change.Kind} {change.UserId}{(change.IsMutual ? "<>" : ">")}{string.Join(',', change.PeerIds)} by {change.ActorId}");

    /// <summary>It heard exactly this since the last look.</summary>
    public void Heard(params string[] changes)
    {
        Assert.Equal(changes, _heard);
        _heard.Clear();
    }

    private ValueTask Hear(string change)
    {
        _heard.Add(change);
        return IsBroken ? throw new InvalidOperationException("broken") : default;
    }
}
