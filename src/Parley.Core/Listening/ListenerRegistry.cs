using System.Collections.Frozen;
using Parley.Core.Sessions;

namespace Parley.Core.Listening;

/// <summary>
/// The listeners of this node. While nobody listens, asking for a project's listeners is one read of a field; otherwise one look-up more.
/// </summary>
public sealed class ListenerRegistry : ISessionObserver
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private FrozenDictionary<long, Listener[]>? _projects; // null when nobody listens; replaced, never changed

    internal ListenerRegistry(TimeProvider time) => _time = time;

    /// <summary>How many listeners want to be told of something.</summary>
    public int Count => Volatile.Read(ref _projects)?.Values.Sum(listeners => listeners.Length) ?? 0;

    /// <summary>
    /// Replaces a listener's filter by what <paramref name="change"/> makes of it. Messages that are delivered from now on are chosen by
    /// the new one. A listener that was removed stays so.
    /// </summary>
    /// <returns><see cref="CoreError.TooManyItems"/>, and nothing changed, when the filter would be too large; otherwise none.</returns>
    public CoreError Change(Listener listener, Func<ListenerFilter, ListenerFilter> change)
    {
        lock (_gate)
        {
            if (listener.IsRemoved)
                return CoreError.None;
            var filter = change(listener.Filter);
            if (filter.Count > ListenerFilter.MostEntries)
                return CoreError.TooManyItems;
            var wasIdle = listener.Filter.IsNothing;
            listener.Filter = filter;
            if (wasIdle != filter.IsNothing)
                Rebuild(listener, isListening: wasIdle);
        }
        return CoreError.None;
    }

    /// <summary>The listener's connection is gone: it is told of nothing more. Removing twice is no error.</summary>
    public void Remove(Listener listener)
    {
        lock (_gate)
        {
            if (listener.IsRemoved)
                return;
            listener.IsRemoved = true;
            if (!listener.Filter.IsNothing)
                Rebuild(listener, isListening: false);
            listener.Filter = ListenerFilter.Nothing;
        }
    }

    /// <inheritdoc/>
    public void OnOpened(Session session) => Tell(ListenerEvent.Login, session);

    /// <inheritdoc/>
    public void OnClosed(Session session) => Tell(ListenerEvent.Logout, session);

    /// <summary>Those of a project who want to be told of something; the list itself never changes.</summary>
    internal ReadOnlySpan<Listener> Of(long projectId) =>
        Volatile.Read(ref _projects) is { } projects && projects.TryGetValue(projectId, out var listeners) ? listeners : [];

    private void Tell(string name, Session session)
    {
        ListenerEvent? told = null;
        foreach (var listener in Of(session.Project.Id))
        {
            if (listener.Filter.WantsEvent(name))
                listener.OnEvent(told ??= new(name, session, _time.GetUtcNow().ToUnixTimeMilliseconds()));
        }
    }

    private void Rebuild(Listener listener, bool isListening)
    {
        var projects = _projects?.ToDictionary() ?? [];
        var others = projects.GetValueOrDefault(listener.ProjectId, []).Where(other => !ReferenceEquals(other, listener));
        Listener[] rest = isListening ? [.. others, listener] : [.. others];
        if (rest.Length > 0)
            projects[listener.ProjectId] = rest;
        else
            projects.Remove(listener.ProjectId);
        Volatile.Write(ref _projects, projects.Count > 0 ? projects.ToFrozenDictionary() : null);
    }
}
