using Microsoft.Extensions.Logging;
using Parley.Core.Cluster;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Core.Storage;

namespace Parley.Core.Statistics;

/// <summary>
/// How many sessions of a project are open, by periods of the lengths that an operator asked for: the most and the fewest of each period.
/// Counted every ten seconds and at the end of each period; that count belongs to the period that ends and to the one that begins. While
/// the server is down nothing is counted, and a period without a count has no record.
/// </summary>
/// <remarks>Counting happens in memory on the clock's thread; what it changes is written in one commit beside it.</remarks>
public sealed class OnlineStatistics : ISessionObserver, IAsyncDisposable
{
    /// <summary>Lengths that one project may have at once.</summary>
    public const int MostPrecisions = 100;

    /// <summary>How long it is from one count to the next at the most, in seconds.</summary>
    public const int SampleSeconds = 10;

    private readonly IStatisticsStore _store;
    private readonly ProjectDirectory _projects;
    private readonly IBackplane _backplane;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly OnlineCounts _counts = new();
    private ITimer? _timer;
    private long _due; // unix seconds; 0 = the timer is not set
    private bool _isSaving;
    private bool _isStopped;
    private Task _saving = Task.CompletedTask;
    private Task _reloading = Task.CompletedTask;

    internal OnlineStatistics(
        IStatisticsStore store, ProjectDirectory projects, IBackplane backplane, TimeProvider time, ILogger logger)
    {
        _store = store;
        _projects = projects;
        _backplane = backplane;
        _time = time;
        _logger = logger;
        backplane.Subscribe(CacheArea.OnlinePrecisions, OnPrecisionsChanged);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Counts in periods of <paramref name="seconds"/> from now on, and keeps the newest <paramref name="keep"/> of them, the running one
    /// included. For a length that is counted already, changes how many are kept. The first count is taken at once; what was before stays
    /// unknown.
    /// </summary>
    /// <returns><see cref="CoreError.TooManyItems"/> when the project has <see cref="MostPrecisions"/> lengths already, or none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">One of the numbers is less than 1.</exception>
    public async ValueTask<CoreError> SetPrecisionAsync(Project project, int seconds, int keep, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seconds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        var keepFrom = OnlineCounts.StartOf(Now / 1000, seconds) - ((keep - 1L) * seconds);
        if (!await _store.SetPrecisionAsync(project.Id, new(seconds, keep), keepFrom, MostPrecisions, cancellationToken))
            return CoreError.TooManyItems;
        await TellAsync(project);
        return CoreError.None;
    }

    /// <summary>Counts no longer in periods of this length, and forgets what was counted. An unknown length is no error.</summary>
    public async ValueTask RemovePrecisionAsync(Project project, int seconds, CancellationToken cancellationToken)
    {
        await _store.RemovePrecisionAsync(project.Id, seconds, cancellationToken);
        await TellAsync(project);
    }

    /// <summary>The lengths in which the project's sessions are counted, ascending.</summary>
    public ValueTask<IReadOnlyList<OnlinePrecision>> GetPrecisionsAsync(Project project, CancellationToken cancellationToken) =>
        _store.GetPrecisionsAsync(project.Id, cancellationToken);

    /// <summary>The newest periods of a length, newest first, the running one included; none when the length is not counted.</summary>
    /// <param name="project">The project.</param>
    /// <param name="seconds">The length.</param>
    /// <param name="take">How many at the most; 0 or less = none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<IReadOnlyList<OnlinePeriod>> GetAsync(
        Project project, int seconds, int take, CancellationToken cancellationToken)
    {
        if (seconds <= 0 || take <= 0)
            return [];
        await SaveAsync();
        return await _store.GetOnlineAsync(project.Id, seconds, long.MaxValue, take, cancellationToken);
    }

    /// <summary>The newest periods of a length that began before a moment, newest first: goes on where <see cref="GetAsync"/> ended.</summary>
    /// <param name="project">The project.</param>
    /// <param name="seconds">The length.</param>
    /// <param name="before">The moment, in unix seconds.</param>
    /// <param name="take">How many at the most; 0 or less = none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<IReadOnlyList<OnlinePeriod>> GetBeforeAsync(
        Project project, int seconds, long before, int take, CancellationToken cancellationToken) =>
        seconds <= 0 || take <= 0 ? new([]) : _store.GetOnlineAsync(project.Id, seconds, before, take, cancellationToken);

    void ISessionObserver.OnOpened(Session session) => _counts.Add(session.Project.Id, 1);

    void ISessionObserver.OnClosed(Session session) => _counts.Add(session.Project.Id, -1);

    /// <summary>Begins to count for the projects that have precisions.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var project in _projects.All)
            await ReloadAsync(project.Id, cancellationToken);
    }

    /// <summary>Counts no more and writes what was counted, with one attempt.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isStopped = true;
            _timer?.Dispose();
        }
        await _reloading;
        await SaveAsync();
    }

    private async Task TellAsync(Project project)
    {
        await _backplane.InvalidateAsync(new(CacheArea.OnlinePrecisions, project.Id, 0));
        Task reloading;
        lock (_gate)
            reloading = _reloading;
        await reloading;
    }

    private void OnPrecisionsChanged(CacheNotice notice)
    {
        lock (_gate)
        {
            if (!_isStopped)
                _reloading = ReloadAfterAsync(_reloading, notice.ProjectId);
        }
    }

    /// <summary>One after the other, so that the newest answer of the store counts.</summary>
    private async Task ReloadAfterAsync(Task previous, long projectId)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await ReloadAsync(projectId, CancellationToken.None);
        }
        catch (Exception exception)
        {
            _logger.PrecisionsFailed(exception, projectId);
        }
    }

    private async Task ReloadAsync(long projectId, CancellationToken cancellationToken)
    {
        var precisions = await _store.GetPrecisionsAsync(projectId, cancellationToken);
        lock (_gate)
        {
            if (_isStopped)
                return;
            var now = Now / 1000;
            _counts.SetPrecisions(projectId, precisions, now);
            SetTimer(now);
        }
        await SaveAsync();
    }

    /// <summary>Sets the timer for the next count after <paramref name="after"/>, unless it will fire before. Call inside the gate.</summary>
    private void SetTimer(long after)
    {
        var next = _counts.NextAfter(after);
        if (next == 0)
        {
            _due = 0;
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        if (_due != 0 && _due <= next)
            return;
        _due = next;
        _timer ??= _time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, (next * 1000) - Now)), Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_isStopped || _due == 0)
                return;
            // timers are a little late, or early by the clock's grain; what comes much later was no longer the count of that moment
            var now = Now;
            var isOnTime = Math.Abs(now - (_due * 1000)) < 1000;
            var moment = isOnTime ? _due : now / 1000;
            _counts.Sample(moment, isOnTime);
            _due = 0;
            SetTimer(moment);
        }
        _ = SaveAsync();
    }

    /// <summary>Writes what is not written, with one attempt; completes when that has ended. Never fails.</summary>
    private Task SaveAsync()
    {
        lock (_gate)
        {
            if (!_isSaving && _counts.HasUnsaved)
            {
                _isSaving = true;
                _saving = Task.Run(SaveAllAsync);
            }
            return _saving;
        }
    }

    private async Task SaveAllAsync()
    {
        while (true)
        {
            List<OnlineSample> samples;
            lock (_gate)
            {
                samples = _counts.TakeUnsaved();
                if (samples.Count == 0)
                {
                    _isSaving = false;
                    return;
                }
            }
            try
            {
                await _store.SaveOnlineAsync(samples, CancellationToken.None);
            }
            catch (Exception exception)
            {
                _logger.OnlineSamplesFailed(exception, samples.Count);
                lock (_gate)
                {
                    _counts.PutBack(samples);
                    _isSaving = false;
                }
                return;
            }
        }
    }
}
