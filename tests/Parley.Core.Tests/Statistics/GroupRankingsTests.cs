using Parley.Core.Tests.Support;

namespace Parley.Core.Tests.Statistics;

public sealed class GroupRankingsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_accepted_before_the_call_counts_across_a_restart_too()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, 7, [1, 2], Token);
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, 5, [1], Token);
        for (var mid = 1; mid <= 20; mid++)
        {
            Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToGroup(1, mid % 4 == 0 ? 5 : 7, mid))).Error);
            var seven = mid - (mid / 4);
            Assert.Contains((7L, (long)seven), await fixture.Core.GroupRankings.GetBusiestAsync(fixture.Project, 10, Token));
        }
        await fixture.RestartAsync();

        Assert.Equal([(7L, 15L), (5, 5)], await fixture.Core.GroupRankings.GetBusiestAsync(fixture.Project, 10, Token));
        Assert.Equal([(7L, 15L)], await fixture.Core.GroupRankings.GetBusiestAsync(fixture.Project, 1, Token));
        Assert.Equal([(7L, 2L), (5, 1)], await fixture.Core.GroupRankings.GetLargestAsync(fixture.Project, 10, Token));
        Assert.Empty(await fixture.Core.GroupRankings.GetLargestAsync(fixture.Project, -1, Token));
        Assert.Empty(await fixture.Core.GroupRankings.GetBusiestAsync(fixture.Project, -1, Token));
    }
}
