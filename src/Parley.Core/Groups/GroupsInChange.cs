using System.Collections.Concurrent;

namespace Parley.Core.Groups;

/// <summary>
/// The groups whose members are being changed: between the commit and the moment in which memory forgets the group, what memory holds is
/// out of date, and a message that was committed after the change would be brought to those who were members before it.
/// </summary>
internal sealed class GroupsInChange
{
    private readonly ConcurrentDictionary<(long ProjectId, long GroupId), int> _underWay = new();

    /// <summary>Whether the group is being changed.</summary>
    public bool Contains((long ProjectId, long GroupId) group) => _underWay.ContainsKey(group);

    /// <summary>A change begins; it ends when the result is disposed of.</summary>
    public Change Begin((long ProjectId, long GroupId) group)
    {
        _underWay.AddOrUpdate(group, 1, static (_, count) => count + 1);
        return new Change(this, group);
    }

    private void End((long ProjectId, long GroupId) group)
    {
        while (_underWay.TryGetValue(group, out var count))
        {
            if (count == 1 ? _underWay.TryRemove(new(group, 1)) : _underWay.TryUpdate(group, count - 1, count))
                return;
        }
    }

    /// <summary>A change that is under way.</summary>
    internal readonly struct Change(GroupsInChange groups, (long ProjectId, long GroupId) group) : IDisposable
    {
        public void Dispose() => groups.End(group);
    }
}
