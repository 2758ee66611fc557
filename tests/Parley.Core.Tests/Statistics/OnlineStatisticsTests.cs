using System.Diagnostics;
using System.Globalization;
using Parley.Core.Projects;
using Parley.Core.Statistics;
using Parley.Core.Tests.Support;
using Parley.Testing;

namespace Parley.Core.Tests.Statistics;

/// <summary>Open sessions by period, over a real store and with a clock that stands still.</summary>
public sealed class OnlineStatisticsTests(ITestOutputHelper output)
{
    /// <summary>A multiple of all lengths used here, in unix seconds.</summary>
    private const long Origin = 1_767_225_600;

    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(Origin));
    private readonly Dictionary<long, FakeSession> _sessions = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sessions_are_counted_at_once_and_then_every_ten_seconds()
    {
        await using var fixture = await StartAsync();
        Open(fixture, 1, 2);
        Pass(3);
        await SetAsync(fixture, 60, 5);
        Assert.Equal([new OnlinePeriod(Origin, 2, 2)], await GetAsync(fixture, 60));

        Open(fixture, 3);
        Pass(6.999);
        Assert.Equal([new OnlinePeriod(Origin, 2, 2)], await GetAsync(fixture, 60));
        Pass(0.001);
        Assert.Equal([new OnlinePeriod(Origin, 3, 2)], await GetAsync(fixture, 60));

        Open(fixture, 4, 5);
        Pass(9.999);
        Close(fixture, 4, 5); // between two counts nobody sees it
        Pass(0.001);
        Close(fixture, 1, 2, 3);
        Pass(10);
        Assert.Equal([new OnlinePeriod(Origin, 3, 0)], await GetAsync(fixture, 60));
    }

    [Fact]
    public async Task The_count_at_the_end_of_a_period_belongs_to_it_and_to_the_next()
    {
        await using var fixture = await StartAsync();
        Open(fixture, 1);
        await SetAsync(fixture, 60, 5);
        Pass(55);
        Open(fixture, 2, 3, 4);
        Pass(4.999);
        Assert.Equal([new OnlinePeriod(Origin, 1, 1)], await GetAsync(fixture, 60));
        Pass(0.001);
        Assert.Equal([new(Origin + 60, 4, 4), new OnlinePeriod(Origin, 4, 1)], await GetAsync(fixture, 60));

        Close(fixture, 2, 3, 4);
        Pass(60);
        Assert.Equal([new(Origin + 120, 1, 1), new(Origin + 60, 4, 1), new OnlinePeriod(Origin, 4, 1)], await GetAsync(fixture, 60));
    }

    [Fact]
    public async Task Periods_that_end_between_two_counts_are_counted_at_their_end_too()
    {
        await using var fixture = await StartAsync();
        await SetAsync(fixture, 7, 100);
        var start = OnlineCounts.StartOf(Origin, 7);
        Pass(start + 7 - Origin - 0.001);
        Open(fixture, 1);
        Assert.Equal([new OnlinePeriod(start, 0, 0)], await GetAsync(fixture, 7));
        Pass(0.001);
        Assert.Equal([new(start + 7, 1, 1), new OnlinePeriod(start, 1, 0)], await GetAsync(fixture, 7));
    }

    [Fact]
    public async Task Every_length_is_counted_for_itself()
    {
        await using var fixture = await StartAsync();
        await SetAsync(fixture, 300, 100);
        await SetAsync(fixture, 60, 100);
        for (var minute = 0; minute < 10; minute++)
        {
            Open(fixture, minute + 1);
            Pass(60);
        }
        Assert.Equal(
            [new(Origin + 600, 10, 10), new(Origin + 300, 10, 5), new OnlinePeriod(Origin, 5, 0)], await GetAsync(fixture, 300));
        var minutes = await GetAsync(fixture, 60);
        Assert.Equal(11, minutes.Count);
        Assert.Equal(new OnlinePeriod(Origin, 1, 0), minutes[10]);
        for (var minute = 1; minute < 10; minute++)
            Assert.Equal(new OnlinePeriod(Origin + (60 * minute), minute + 1, minute), minutes[10 - minute]);
        Assert.Equal(minutes.Take(3), await GetAsync(fixture, 60, take: 3));
        Assert.Empty(await GetAsync(fixture, 60, take: 0));
        Assert.Empty(await GetAsync(fixture, 61));
        Assert.Empty(await GetAsync(fixture, -60));
    }

    [Fact]
    public async Task All_sessions_of_a_user_count_and_those_of_other_projects_do_not()
    {
        await using var fixture = await StartAsync();
        await fixture.Core.Projects.SaveAsync(new Project { Id = 2000, Secret = "s" }, Token);
        fixture.Core.Projects.TryGet(2000, out var other);
        fixture.Login(1);
        fixture.Login(1);
        fixture.Core.Sessions.Open(new FakeSession(other!, 1, "127.0.0.1:1", hearsOwn: false));
        await SetAsync(fixture, 60, 5);
        await fixture.Core.OnlineStatistics.SetPrecisionAsync(other!, 60, 5, Token);

        Assert.Equal(2, Assert.Single(await GetAsync(fixture, 60)).Most);
        Assert.Equal(1, Assert.Single(await fixture.Core.OnlineStatistics.GetAsync(other!, 60, 5, Token)).Most);
    }

    [Theory]
    [InlineData(999, 2)]
    [InlineData(1000, 0)]
    public async Task A_count_that_comes_a_second_late_says_nothing_of_the_period_that_ended(int late, int most)
    {
        await using var fixture = await StartAsync();
        await SetAsync(fixture, 60, 5);
        Pass(50);
        Open(fixture, 1, 2);
        _time.SetClock(_time.GetUtcNow().AddMilliseconds(late));
        Pass(10);
        Assert.Equal([new(Origin + 60, 2, 2), new OnlinePeriod(Origin, most, 0)], await GetAsync(fixture, 60));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_goes_on_in_the_periods_that_were()
    {
        await using var fixture = await StartAsync();
        Open(fixture, 1);
        await SetAsync(fixture, 60, 50);
        Pass(120);
        _time.SetClock(DateTimeOffset.FromUnixTimeSeconds(Origin + 5));
        Open(fixture, 2);
        Pass(10);
        Assert.Equal([1, 1, 2], (await GetAsync(fixture, 60)).Select(period => period.Most));
        Pass(120);
        Assert.Equal([2, 2, 2], (await GetAsync(fixture, 60)).Select(period => period.Most));
    }

    [Fact]
    public async Task As_many_periods_are_kept_as_was_asked_for()
    {
        await using var fixture = await StartAsync();
        await SetAsync(fixture, 60, 3);
        Pass(120);
        Assert.Equal([Origin + 120, Origin + 60, Origin], (await GetAsync(fixture, 60)).Select(period => period.Start));
        Pass(60);
        Assert.Equal([Origin + 180, Origin + 120, Origin + 60], (await GetAsync(fixture, 60)).Select(period => period.Start));

        await SetAsync(fixture, 60, 2);
        Assert.Equal([Origin + 180, Origin + 120], (await GetAsync(fixture, 60)).Select(period => period.Start));
        await SetAsync(fixture, 60, 1);
        Assert.Equal([Origin + 180], (await GetAsync(fixture, 60)).Select(period => period.Start));
        await SetAsync(fixture, 60, 2);
        Pass(60);
        Assert.Equal([Origin + 240, Origin + 180], (await GetAsync(fixture, 60)).Select(period => period.Start));
        Assert.Equal([new OnlinePrecision(60, 2)], await fixture.Core.OnlineStatistics.GetPrecisionsAsync(fixture.Project, Token));
    }

    [Fact]
    public async Task A_length_that_is_removed_takes_its_periods_along_and_nothing_counts_any_more()
    {
        await using var fixture = await StartAsync();
        var timers = _time.ActiveTimers;
        Pass(600);
        Assert.Equal(timers, _time.ActiveTimers); // with nobody asking nothing is counted
        await SetAsync(fixture, 60, 5);
        await SetAsync(fixture, 30, 5);
        Assert.Equal(timers + 1, _time.ActiveTimers);
        Pass(60);
        await fixture.Core.OnlineStatistics.RemovePrecisionAsync(fixture.Project, 60, Token);
        await fixture.Core.OnlineStatistics.RemovePrecisionAsync(fixture.Project, 61, Token);
        Pass(60);
        Assert.Empty(await GetAsync(fixture, 60));
        Assert.Equal(5, (await GetAsync(fixture, 30)).Count);

        await fixture.Core.OnlineStatistics.RemovePrecisionAsync(fixture.Project, 30, Token);
        Assert.Equal(timers, _time.ActiveTimers);
        Open(fixture, 1);
        await SetAsync(fixture, 60, 5);
        Assert.Equal([new OnlinePeriod(Origin + 720, 1, 1)], await GetAsync(fixture, 60));
    }

    [Fact]
    public async Task Periods_survive_a_restart_and_the_running_one_goes_on()
    {
        await using var fixture = await StartAsync();
        Open(fixture, 1, 2, 3);
        await SetAsync(fixture, 60, 100);
        Pass(75);
        await fixture.RestartAsync();
        _sessions.Clear();
        Assert.Equal([new(Origin + 60, 3, 0), new OnlinePeriod(Origin, 3, 3)], await GetAsync(fixture, 60));
        Open(fixture, 1, 2, 3, 4);
        Pass(5);
        Assert.Equal([new(Origin + 60, 4, 0), new OnlinePeriod(Origin, 3, 3)], await GetAsync(fixture, 60));
    }

    [Fact]
    public async Task Periods_in_which_the_server_was_down_are_absent()
    {
        await using var fixture = await StartAsync();
        Open(fixture, 1);
        await SetAsync(fixture, 60, 100);
        Pass(70);
        await fixture.RestartAsync(whileClosed: () => Pass(200));
        Assert.Equal([Origin + 240, Origin + 60, Origin], (await GetAsync(fixture, 60)).Select(period => period.Start));
        Assert.Equal(new OnlinePeriod(Origin + 60, 1, 1), (await GetAsync(fixture, 60))[1]);
    }

    [Fact]
    public async Task A_project_has_so_many_lengths_and_numbers_below_one_are_refused()
    {
        await using var fixture = await StartAsync();
        for (var seconds = 1; seconds <= OnlineStatistics.MostPrecisions; seconds++)
            await SetAsync(fixture, seconds, 1);
        var statistics = fixture.Core.OnlineStatistics;
        Assert.Equal(CoreError.TooManyItems, await statistics.SetPrecisionAsync(fixture.Project, 3600, 1, Token));
        await SetAsync(fixture, 1, 2);
        await statistics.RemovePrecisionAsync(fixture.Project, 2, Token);
        await SetAsync(fixture, int.MaxValue, int.MaxValue);
        Assert.Equal(0, Assert.Single(await GetAsync(fixture, int.MaxValue)).Start);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await statistics.SetPrecisionAsync(fixture.Project, 0, 1, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await statistics.SetPrecisionAsync(fixture.Project, 1, 0, Token));
    }

    [Fact]
    public async Task A_year_of_periods_does_not_slow_the_answer_down()
    {
        const int Year = 105_120;
        await using var fixture = await StartAsync();
        await SetAsync(fixture, 300, Year);
        await fixture.Store.Statistics.SaveOnlineAsync(
            [.. Enumerable.Range(0, Year).Select(i => new OnlineSample(CoreFixture.Pid, 300, new(Origin - (300L * i), i, 0)))], Token);
        var day = await BestOfAsync(fixture, 288);
        var year = await BestOfAsync(fixture, Year);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"288 of {Year}: {day:F3} ms; all of them: {year:F3} ms"));
        Assert.InRange(day, 0, 50);
        Assert.InRange(year, 0, 2000);
    }

    private Task<CoreFixture> StartAsync() => CoreFixture.StartAsync(new ProjectSettings { MultiLogin = true }, time: _time);

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromMilliseconds(Math.Round(seconds * 1000)));

    private void Open(CoreFixture fixture, params long[] userIds)
    {
        foreach (var userId in userIds)
            _sessions.Add(userId, fixture.Login(userId));
    }

    private void Close(CoreFixture fixture, params long[] userIds)
    {
        foreach (var userId in userIds)
        {
            _sessions.Remove(userId, out var session);
            fixture.Core.Sessions.Close(session!);
        }
    }

    private static async Task SetAsync(CoreFixture fixture, int seconds, int keep) => Assert.Equal(
        CoreError.None, await fixture.Core.OnlineStatistics.SetPrecisionAsync(fixture.Project, seconds, keep, Token));

    private static async Task<IReadOnlyList<OnlinePeriod>> GetAsync(CoreFixture fixture, int seconds, int take = 1000) =>
        await fixture.Core.OnlineStatistics.GetAsync(fixture.Project, seconds, take, Token);

    private static async Task<double> BestOfAsync(CoreFixture fixture, int take)
    {
        var best = double.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            var started = Stopwatch.GetTimestamp();
            Assert.Equal(take, (await GetAsync(fixture, 300, take)).Count);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return best;
    }
}
