using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Parley.Core.Statistics;

/// <summary>
/// Open sessions by project, and the extremes of the periods that run. Only <see cref="Add"/> may be called by many threads at once.
/// </summary>
internal sealed class OnlineCounts
{
    /// <summary>Records that may wait for a store that fails; the oldest are given up.</summary>
    public const int MostUnsaved = 10_000;

    private static readonly OnlinePeriod Unknown = new(-1, 0, 0);

    private readonly ConcurrentDictionary<long, StrongBox<int>> _open = new();
    private readonly Dictionary<long, Dictionary<int, OnlinePeriod>> _projects = [];
    private Dictionary<(long ProjectId, int Seconds, long Start), OnlinePeriod> _unsaved = [];

    /// <summary>Whether something waits to be written.</summary>
    public bool HasUnsaved => _unsaved.Count > 0;

    /// <summary>When the period began that a moment falls into, both in unix seconds.</summary>
    public static long StartOf(long moment, int seconds) => moment - (moment % seconds);

    /// <summary>Sessions were opened or, with a negative number, closed.</summary>
    public void Add(long projectId, int sessions) =>
        Interlocked.Add(ref _open.GetOrAdd(projectId, static _ => new StrongBox<int>()).Value, sessions);

    /// <summary>The periods that a project is counted in; those that are new are counted at once.</summary>
    public void SetPrecisions(long projectId, IReadOnlyList<OnlinePrecision> precisions, long now)
    {
        var known = _projects.GetValueOrDefault(projectId) ?? [];
        var wanted = new Dictionary<int, OnlinePeriod>(precisions.Count);
        foreach (var (seconds, _) in precisions)
        {
            if (known.Remove(seconds, out var running))
                wanted.Add(seconds, running);
            else
                wanted.Add(seconds, Widen(projectId, seconds, Unknown, StartOf(now, seconds), Count(projectId)));
        }
        foreach (var gone in _unsaved.Keys.Where(key => key.ProjectId == projectId && known.ContainsKey(key.Seconds)).ToList())
            _unsaved.Remove(gone);
        if (wanted.Count > 0)
            _projects[projectId] = wanted;
        else
            _projects.Remove(projectId);
    }

    /// <summary>The next moment after this one, in unix seconds, at which to count; 0 when nobody asked for it.</summary>
    public long NextAfter(long moment)
    {
        if (_projects.Count == 0)
            return 0;
        var next = StartOf(moment, OnlineStatistics.SampleSeconds) + OnlineStatistics.SampleSeconds;
        foreach (var running in _projects.Values)
        {
            foreach (var seconds in running.Keys)
                next = Math.Min(next, StartOf(moment, seconds) + seconds);
        }
        return next;
    }

    /// <summary>Counts. At the exact end of a period the count belongs to it as well, if it was counted in before.</summary>
    public void Sample(long moment, bool isExact)
    {
        foreach (var (projectId, periods) in _projects)
        {
            var count = Count(projectId);
            foreach (var (seconds, before) in periods)
            {
                var running = before;
                var start = StartOf(moment, seconds);
                if (isExact && start == moment && running.Start == start - seconds)
                    running = Widen(projectId, seconds, running, running.Start, count);
                periods[seconds] = Widen(projectId, seconds, running, start, count);
            }
        }
    }

    /// <summary>What waits to be written, which then waits no more.</summary>
    public List<OnlineSample> TakeUnsaved()
    {
        var taken = new List<OnlineSample>(_unsaved.Count);
        foreach (var (key, period) in _unsaved)
            taken.Add(new(key.ProjectId, key.Seconds, period));
        _unsaved = [];
        return taken;
    }

    /// <summary>What could not be written waits again.</summary>
    public void PutBack(IEnumerable<OnlineSample> samples)
    {
        foreach (var sample in samples)
        {
            if (_projects.TryGetValue(sample.ProjectId, out var periods) && periods.ContainsKey(sample.Seconds))
                Keep(sample.ProjectId, sample.Seconds, sample.Period);
        }
        if (_unsaved.Count <= MostUnsaved)
            return;
        foreach (var oldest in _unsaved.Keys.OrderBy(key => key.Start).Take(_unsaved.Count - MostUnsaved).ToList())
            _unsaved.Remove(oldest);
    }

    private int Count(long projectId) => _open.TryGetValue(projectId, out var open) ? Math.Max(0, Volatile.Read(ref open.Value)) : 0;

    /// <summary>The running period after a count, kept to be written when that changed it.</summary>
    private OnlinePeriod Widen(long projectId, int seconds, OnlinePeriod running, long start, int count)
    {
        var isKnown = running.Start == start;
        var widened = isKnown
            ? new(start, Math.Max(running.Most, count), Math.Min(running.Least, count))
            : new OnlinePeriod(start, count, count);
        if (!isKnown || widened != running)
            Keep(projectId, seconds, widened);
        return widened;
    }

    private void Keep(long projectId, int seconds, OnlinePeriod period)
    {
        var key = (projectId, seconds, period.Start);
        _unsaved[key] = _unsaved.TryGetValue(key, out var other)
            ? new(period.Start, Math.Max(period.Most, other.Most), Math.Min(period.Least, other.Least))
            : period;
    }
}
