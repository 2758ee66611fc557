using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Statistics;

namespace Parley.Storage.Conformance;

/// <summary>Periods of open sessions, and the rankings of groups.</summary>
public abstract class StatisticsConformance : StoreConformance
{
    private const int Most = 100;

    [Fact]
    public async Task Precisions_are_listed_by_length_and_setting_one_again_changes_how_much_is_kept()
    {
        await SetAsync(3600, 5);
        await SetAsync(300, 7);
        await SetAsync(3600, 6);
        await ReopenAsync();

        Assert.Equal([new(300, 7), new OnlinePrecision(3600, 6)], await Store.Statistics.GetPrecisionsAsync(Project, Token));
        Assert.Empty(await Store.Statistics.GetPrecisionsAsync(OtherProject, Token));
    }

    [Fact]
    public async Task A_project_has_so_many_precisions_and_no_more()
    {
        Assert.True(await Store.Statistics.SetPrecisionAsync(Project, new(1, 1), 0, 2, Token));
        Assert.True(await Store.Statistics.SetPrecisionAsync(Project, new(2, 1), 0, 2, Token));
        Assert.False(await Store.Statistics.SetPrecisionAsync(Project, new(3, 1), 0, 2, Token));
        Assert.True(await Store.Statistics.SetPrecisionAsync(Project, new(2, 9), 0, 2, Token));
        Assert.True(await Store.Statistics.SetPrecisionAsync(OtherProject, new(3, 1), 0, 2, Token));

        Assert.Equal([new(1, 1), new OnlinePrecision(2, 9)], await Store.Statistics.GetPrecisionsAsync(Project, Token));
    }

    [Fact]
    public async Task Samples_widen_their_period_and_periods_come_newest_first()
    {
        await SetAsync(60, 10);
        await SaveAsync(60, new(0, 5, 5), new(60, 2, 1), new(0, 3, 2), new(60, 2, 2), new(120, 0, 0));
        await SaveAsync(60, new OnlinePeriod(0, 9, 4));
        await ReopenAsync();

        Assert.Equal([new(120, 0, 0), new(60, 2, 1), new OnlinePeriod(0, 9, 2)], await ReadAsync(60));
        Assert.Equal([new(120, 0, 0), new OnlinePeriod(60, 2, 1)], await ReadAsync(60, take: 2));
        Assert.Empty(await ReadAsync(60, take: 0));
        Assert.Equal([new(60, 2, 1), new OnlinePeriod(0, 9, 2)], await ReadAsync(60, before: 120));
        Assert.Equal([120L], (await ReadAsync(60, take: 1, before: 121)).Select(period => period.Start));
        Assert.Empty(await ReadAsync(60, before: 0));
        Assert.Empty(await ReadAsync(61));
        Assert.Empty(await Store.Statistics.GetOnlineAsync(OtherProject, 60, long.MaxValue, 10, Token));
    }

    [Fact]
    public async Task So_many_periods_are_kept_counted_from_the_newest()
    {
        await SetAsync(60, 3);
        await SetAsync(30, 10);
        await SaveAsync(30, new OnlinePeriod(0, 1, 1));
        await SaveAsync(60, new(0, 1, 1), new(60, 2, 2), new(120, 3, 3));
        Assert.Equal([120L, 60, 0], (await ReadAsync(60)).Select(period => period.Start));
        await SaveAsync(60, new OnlinePeriod(180, 4, 4));
        Assert.Equal([180L, 120, 60], (await ReadAsync(60)).Select(period => period.Start));
        await SaveAsync(60, new OnlinePeriod(300, 5, 5)); // nothing was counted from 240 to 300
        Assert.Equal([300L, 180], (await ReadAsync(60)).Select(period => period.Start));
        Assert.Equal([0L], (await ReadAsync(30)).Select(period => period.Start));
    }

    [Fact]
    public async Task Keeping_less_forgets_at_once_and_removing_forgets_all()
    {
        await SetAsync(60, 12_000);
        await SetAsync(30, 10);
        await SaveAsync(30, new OnlinePeriod(0, 1, 1));
        await SaveAsync(60, [.. Enumerable.Range(0, 12_000).Select(i => new OnlinePeriod(i * 60, i, i))]);

        Assert.True(await Store.Statistics.SetPrecisionAsync(Project, new(60, 2), 11_998 * 60, Most, Token));
        Assert.Equal([11_999L * 60, 11_998 * 60], (await ReadAsync(60)).Select(period => period.Start));
        await Store.Statistics.RemovePrecisionAsync(Project, 60, Token);
        await Store.Statistics.RemovePrecisionAsync(Project, 61, Token);
        await SaveAsync(60, new OnlinePeriod(900_000, 1, 1)); // was on its way

        await SetAsync(60, 10);
        Assert.Empty(await ReadAsync(60));
        Assert.Single(await ReadAsync(30));
    }

    [Fact]
    public async Task The_largest_groups_come_first_and_follow_every_change_of_membership()
    {
        await AddAsync(7, 1, 2);
        await AddAsync(5, 1, 2);
        await AddAsync(9, 1, 2, 3);
        Assert.Equal([(9L, 3L), (5, 2), (7, 2)], await LargestAsync());

        await AddAsync(7, 2, 3, 4);
        await Store.Groups.FoundAsync(Project, 3, 1, default, Now, Token);
        await Store.Groups.JoinAsync(Project, 5, 9, default, evenIfClosed: false, Now, Token);
        await Store.Groups.JoinAsync(Project, 5, 9, default, evenIfClosed: false, Now, Token);
        Assert.Equal([(7L, 4L), (5, 3), (9, 3), (3, 1)], await LargestAsync());

        await Store.Groups.RemoveMembersAsync(Project, 7, [1, 2, 3, 99], sparesOwner: false, Token);
        await Store.Groups.RemoveMembersAsync(Project, 9, [1, 2, 3], sparesOwner: false, Token);
        await Store.Groups.LeaveAsync(Project, 5, 9, Token);
        Assert.Equal([(5L, 2L), (3, 1), (7, 1), (9, 0)], await LargestAsync());

        await Store.Groups.LeaveAsync(Project, 3, 1, Token); // the last one, the group goes
        await Store.Groups.DeleteAsync(Project, 5, Token);
        await ReopenAsync();
        Assert.Equal([(7L, 1L), (9, 0)], await LargestAsync());
        Assert.Equal([(7L, 1L)], await LargestAsync(take: 1));
        Assert.Empty(await LargestAsync(take: 0));
        Assert.Empty(await Store.Statistics.GetLargestGroupsAsync(OtherProject, 10, Token));

        await AddAsync(5, 1);
        Assert.Equal([(5L, 1L), (7, 1), (9, 0)], await LargestAsync());
    }

    [Fact]
    public async Task A_change_of_membership_that_is_refused_counts_nothing()
    {
        await AddAsync(7, 1, 2);
        Assert.Equal(AddMembersResult.TooManyMembers, (await Store.Groups.AddMembersAsync(Project, 7, [3, 4], 3, 0, Now, Token)).Result);
        Assert.Equal([(7L, 2L)], await LargestAsync());
    }

    [Fact]
    public async Task The_busiest_groups_count_every_message_that_was_committed_before_the_call()
    {
        await AddAsync(7, 1);
        await AddAsync(5, 1);
        await AddAsync(9, 1);
        Assert.Equal([(5L, 0L), (7, 0), (9, 0)], await BusiestAsync());
        for (var round = 1; round <= 5; round++)
        {
            await SayAsync(Group(7), 1, 2);
            await SayAsync(Group(9), 1, 1);
            Assert.Equal([(7L, 2L * round), (9, round), (5, 0)], await BusiestAsync());
        }
        await SayAsync(Group(5), 1, 5);
        await ReopenAsync();
        Assert.Equal([(7L, 10L), (5, 5), (9, 5)], await BusiestAsync());
        Assert.Equal([(7L, 10L)], await BusiestAsync(take: 1));
        Assert.Empty(await BusiestAsync(take: 0));
        Assert.Empty(await Store.Statistics.GetBusiestGroupsAsync(OtherProject, 10, Token));
    }

    [Fact]
    public async Task Only_what_was_said_once_in_the_group_itself_counts()
    {
        await AddAsync(7, 1);
        await SayAsync(ConversationKey.Room(Project, 7), 1, 2);
        await SayAsync(ConversationKey.PeerToPeer(Project, 1, 7), 1, 2);
        await SayAsync(ConversationKey.Broadcast(Project), 1, 2);
        await SayAsync(ConversationKey.Group(OtherProject, 7), 1, 2);
        await AppendAsync(Words(Group(7), 1, 5), window: 1000);
        await AppendAsync(Words(Group(7), 1, 5), window: 1000);

        Assert.Equal([(7L, 1L)], await BusiestAsync());
    }

    [Fact]
    public async Task Messages_that_were_deleted_or_retired_since_still_count()
    {
        await AddAsync(7, 1);
        await AddAsync(8, 1);
        await SayAsync(Group(7), 1, 10);
        await SayAsync(Group(8), 1, 3);
        Assert.True(await Store.Messages.DeleteAsync(Group(7), 3, Token));
        Assert.Equal(13, await Store.Messages.RetireAsync(Project, Now + 1, 0, 1000, Token));
        await ReopenAsync();
        Assert.Equal([(7L, 10L), (8, 3)], await BusiestAsync());

        await SayAsync(Group(8), 1, 8);
        Assert.Equal([(8L, 11L), (7, 10)], await BusiestAsync());
    }

    [Fact]
    public async Task A_group_that_was_removed_and_founded_again_starts_anew()
    {
        await AddAsync(7, 1);
        await AddAsync(8, 1);
        await SayAsync(Group(7), 1, 10);
        await Store.Groups.DeleteAsync(Project, 7, Token);
        await SayAsync(Group(7), 0, 2); // was on its way
        Assert.Equal([(8L, 0L)], await BusiestAsync());

        await Store.Groups.FoundAsync(Project, 7, 1, default, Now, Token);
        Assert.Equal([(7L, 0L), (8, 0)], await BusiestAsync());
        await SayAsync(Group(7), 1, 3);
        await ReopenAsync();
        Assert.Equal([(7L, 3L), (8, 0)], await BusiestAsync());

        await Store.Messages.RetireAsync(Project, Now + 1, 0, 1000, Token);
        await Store.Groups.DeleteAsync(Project, 7, Token);
        await AddAsync(7, 1);
        await SayAsync(Group(7), 1, 1);
        Assert.Equal([(7L, 1L), (8, 0)], await BusiestAsync());
    }

    [Fact]
    public async Task What_is_said_into_a_conversation_before_its_group_exists_does_not_count()
    {
        await SayAsync(Group(7), 1, 4);
        var saying = Append(Words(Group(7), 1, 9));
        await AddAsync(7, 1);
        await saying.Committed;
        await SayAsync(Group(7), 1, 2);

        Assert.Equal([(7L, 2L)], await BusiestAsync());
    }

    private static ConversationKey Group(long groupId) => ConversationKey.Group(Project, groupId);

    private async Task SetAsync(int seconds, int keep) =>
        Assert.True(await Store.Statistics.SetPrecisionAsync(Project, new(seconds, keep), 0, Most, Token));

    private async Task SaveAsync(int seconds, params OnlinePeriod[] periods) =>
        await Store.Statistics.SaveOnlineAsync([.. periods.Select(period => new OnlineSample(Project, seconds, period))], Token);

    private async Task<IReadOnlyList<OnlinePeriod>> ReadAsync(int seconds, int take = 100_000, long before = long.MaxValue) =>
        await Store.Statistics.GetOnlineAsync(Project, seconds, before, take, Token);

    private async Task AddAsync(long groupId, params long[] userIds) =>
        await Store.Groups.AddMembersAsync(Project, groupId, userIds, 0, 0, Now, Token);

    private async Task<IReadOnlyList<(long GroupId, long Total)>> LargestAsync(int take = 100) =>
        await Store.Statistics.GetLargestGroupsAsync(Project, take, Token);

    private async Task<IReadOnlyList<(long GroupId, long Total)>> BusiestAsync(int take = 100) =>
        await Store.Statistics.GetBusiestGroupsAsync(Project, take, Token);
}
