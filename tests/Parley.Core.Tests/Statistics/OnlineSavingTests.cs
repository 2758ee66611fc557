using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core.Cluster;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Core.Statistics;
using Parley.Core.Storage;
using Parley.Core.Tests.Support;
using Parley.Testing;

namespace Parley.Core.Tests.Statistics;

/// <summary>How counts get to the store: when, how many at once, and what happens when the store fails.</summary>
public sealed class OnlineSavingTests
{
    private const long Origin = 1_767_225_600;

    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(Origin));
    private readonly FakeStore _store = new();
    private readonly Project _project = new() { Id = 1000, Secret = "s" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_count_is_one_commit_for_all_lengths_and_none_when_it_changes_nothing()
    {
        await using var statistics = Make();
        foreach (var seconds in new[] { 60, 30, 20 })
            await statistics.SetPrecisionAsync(_project, seconds, 5, Token);
        Assert.Equal([1, 1, 1], _store.Sizes());
        await PassAsync(statistics, 10);
        Assert.Empty(_store.Sizes());

        Open(statistics);
        await PassAsync(statistics, 10);
        Assert.Equal([4], _store.Sizes()); // 20 ends here, 20 begins, 30 and 60 run
        await PassAsync(statistics, 10);
        Assert.Equal([1], _store.Sizes()); // what ends here saw no other count; one of 30 begins
    }

    [Fact]
    public async Task What_a_store_did_not_take_is_written_with_a_later_count()
    {
        await using var statistics = Make();
        await statistics.SetPrecisionAsync(_project, 10, 100, Token);
        _store.Sizes();
        _store.IsFailing = true;
        for (var i = 0; i < 5; i++)
        {
            Open(statistics);
            await PassAsync(statistics, 10);
        }
        Assert.Empty(_store.Sizes());
        _store.IsFailing = false;
        await PassAsync(statistics, 10);
        Assert.Equal([7], _store.Sizes());
        Assert.Equal(
            Enumerable.Range(0, 7).Select(i => new OnlinePeriod(Origin + (10 * i), Math.Min(i + 1, 5), Math.Min(i, 5))),
            _store.Periods.OrderBy(period => period.Start));
    }

    [Fact]
    public async Task The_end_writes_what_is_left_and_then_nothing_counts()
    {
        var statistics = Make();
        await statistics.SetPrecisionAsync(_project, 10, 100, Token);
        _store.IsFailing = true;
        await PassAsync(statistics, 10);
        _store.IsFailing = false;
        _store.Sizes();
        await statistics.DisposeAsync();
        Assert.Equal([1], _store.Sizes());
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, _time.ActiveTimers);
        Assert.Empty(_store.Sizes());
    }

    [Theory]
    [InlineData(OnlineCounts.MostUnsaved, 0)]
    [InlineData(OnlineCounts.MostUnsaved + 1, 1)]
    public void Only_so_many_periods_wait_for_a_store_that_fails_and_the_oldest_are_given_up(int waiting, long oldest)
    {
        var counts = new OnlineCounts();
        counts.SetPrecisions(1000, [new(1, int.MaxValue)], 0);
        counts.TakeUnsaved();
        counts.PutBack(Enumerable.Range(0, waiting).Select(i => new OnlineSample(1000, 1, new(i, 1, 1))));

        var kept = counts.TakeUnsaved();
        Assert.Equal(OnlineCounts.MostUnsaved, kept.Count);
        Assert.Equal(oldest, kept.Min(sample => sample.Period.Start));
        Assert.False(counts.HasUnsaved);
    }

    [Fact]
    public void What_waits_and_is_changed_meanwhile_is_joined_and_what_was_removed_waits_no_more()
    {
        var counts = new OnlineCounts();
        counts.SetPrecisions(1000, [new(60, 5), new(30, 5)], 0);
        var taken = counts.TakeUnsaved();
        Assert.Equal(2, taken.Count);
        counts.Add(1000, 3);
        counts.Sample(10, isExact: true);
        counts.PutBack(taken);
        counts.SetPrecisions(1000, [new(60, 5)], 10);
        counts.PutBack(taken);

        Assert.Equal([new OnlineSample(1000, 60, new(0, 3, 0))], counts.TakeUnsaved());
    }

    private OnlineStatistics Make()
    {
        var backplane = new InProcessBackplane();
        return new(_store, new ProjectDirectory(null!, backplane), backplane, _time, NullLogger.Instance);
    }

    private void Open(OnlineStatistics statistics) =>
        ((ISessionObserver)statistics).OnOpened(new FakeSession(_project, 1, "127.0.0.1:1", hearsOwn: false));

    /// <summary>Lets time pass and waits until the store was asked to take what was counted.</summary>
    private async Task PassAsync(OnlineStatistics statistics, int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await statistics.GetAsync(_project, 1, 1, Token);
    }

    private sealed class FakeStore : IStatisticsStore
    {
        private readonly Dictionary<int, int> _precisions = [];
        private readonly Dictionary<(int Seconds, long Start), OnlinePeriod> _periods = [];
        private List<int> _sizes = [];

        public bool IsFailing { get; set; }

        public IEnumerable<OnlinePeriod> Periods => _periods.Values;

        /// <summary>The sizes of the commits since the last call.</summary>
        public IReadOnlyList<int> Sizes()
        {
            var sizes = _sizes;
            _sizes = [];
            return sizes;
        }

        public ValueTask<IReadOnlyList<OnlinePrecision>> GetPrecisionsAsync(long projectId, CancellationToken cancellationToken) =>
            new([.. _precisions.OrderBy(pair => pair.Key).Select(pair => new OnlinePrecision(pair.Key, pair.Value))]);

        public ValueTask<bool> SetPrecisionAsync(
            long projectId, OnlinePrecision precision, long keepFrom, int most, CancellationToken cancellationToken)
        {
            _precisions[precision.Seconds] = precision.Keep;
            return new(true);
        }

        public ValueTask RemovePrecisionAsync(long projectId, int seconds, CancellationToken cancellationToken)
        {
            _precisions.Remove(seconds);
            return default;
        }

        public ValueTask SaveOnlineAsync(IReadOnlyList<OnlineSample> samples, CancellationToken cancellationToken)
        {
            if (IsFailing)
                throw new StoreException("The disk is full.");
            _sizes.Add(samples.Count);
            foreach (var sample in samples)
                _periods[(sample.Seconds, sample.Period.Start)] = sample.Period;
            return default;
        }

        public ValueTask<IReadOnlyList<OnlinePeriod>> GetOnlineAsync(
            long projectId, int seconds, long before, int take, CancellationToken cancellationToken) => new([]);

        public ValueTask<IReadOnlyList<(long GroupId, long Total)>> GetLargestGroupsAsync(
            long projectId, int take, CancellationToken cancellationToken) => new([]);

        public ValueTask<IReadOnlyList<(long GroupId, long Total)>> GetBusiestGroupsAsync(
            long projectId, int take, CancellationToken cancellationToken) => new([]);
    }
}
