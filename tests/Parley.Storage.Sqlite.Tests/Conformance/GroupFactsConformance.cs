using Parley.Core.Groups;
using Parley.Core.Moderation;
using Parley.Core.Relations;

namespace Parley.Storage.Conformance;

/// <summary>Who made a group and a friendship and when, groups that are made with their members, and groups that are no more.</summary>
public abstract class GroupFactsConformance : StoreConformance
{
    private static readonly GroupFacts Facts = new()
    {
        Notification = "n\0ö",
        FaceUrl = "f",
        Extra = "x",
        Kind = 3,
        CreatorId = 77,
        CreatedMs = 12_345,
    };

    [Fact]
    public async Task A_group_is_made_with_its_facts_and_members_also_after_a_restart()
    {
        await Store.Bans.SetAsync(Project, new(BanPlace.Group(50), BanKind.Enter, 6, long.MaxValue), Token);
        var outcome = await CreateAsync(
            50, Facts, default, (5, GroupRole.Manager), (3, GroupRole.Member), (5, GroupRole.Member), (1, GroupRole.Member),
            (4, GroupRole.Owner), (6, GroupRole.Member));
        Assert.Equal((MembershipResult.Done, 50L), (outcome.Result, outcome.GroupId));
        Assert.Equal([5L, 3], outcome.Added);
        await ReopenAsync();

        var group = (await Store.Groups.GetAsync(Project, 50, Token))!;
        Assert.Equal(Facts, group.Facts);
        Assert.Equal(
            [new(1, 0, GroupRole.Owner, Now, 77), new(3, 0, GroupRole.Member, Now, 77), new GroupMember(5, 0, GroupRole.Manager, Now, 77)],
            group.Members);
        Assert.Equal([(50L, 3L)], await Store.Statistics.GetLargestGroupsAsync(Project, 5, Token));
    }

    [Fact]
    public async Task Without_a_creator_it_is_the_owner_and_without_a_time_it_is_now()
    {
        await CreateAsync(50, new(), default);
        await Store.Groups.FoundAsync(Project, 51, 4, default, Now, Token);
        await Store.Groups.AddMembersAsync(Project, 52, addedBy: 9, [4], 0, 0, Now, Token);
        await Store.Groups.AddMembersAsync(Project, 53, [4], 0, 0, Now, Token);
        Time.Advance(TimeSpan.FromSeconds(1));
        var then = Now;
        await Store.Groups.JoinAsync(Project, 53, 5, addedBy: 8, default, evenIfClosed: false, then, Token);

        foreach (var (groupId, creator, owner) in new (long, long, long)[] { (50, 1, 1), (51, 4, 4), (52, 9, 4), (53, 0, 4) })
        {
            var group = (await Store.Groups.GetAsync(Project, groupId, Token))!;
            Assert.Equal(new GroupFacts { CreatorId = creator, CreatedMs = then - 1000 }, group.Facts);
            Assert.Equal(owner, group.Members[0].UserId);
            Assert.Equal(creator, group.Members[0].AddedBy);
        }
        var joined = (await Store.Groups.GetAsync(Project, 53, Token))!.Members[1];
        Assert.Equal((5L, then, 8L), (joined.UserId, joined.JoinedMs, joined.AddedBy));
    }

    [Fact]
    public async Task A_group_with_too_many_members_is_not_made()
    {
        var limits = new GroupLimits(2, 0, 0);
        Assert.Equal(MembershipResult.TooManyMembers, (await CreateAsync(50, Facts, limits, (2, default), (3, default))).Result);
        Assert.Null(await Store.Groups.GetAsync(Project, 50, Token));
        Assert.Equal(MembershipResult.Done, (await CreateAsync(50, Facts, limits, (2, default), (2, default), (1, default))).Result);
        await Store.Groups.SetRulesAsync(Project, 51, 2, null, Token);
        Assert.Equal(MembershipResult.TooManyMembers, (await CreateAsync(51, Facts, new(3, 0, 0), (2, default), (3, default))).Result);
        Assert.Equal(MembershipResult.Done, (await CreateAsync(51, Facts, new(3, 0, 0), (2, default))).Result);
    }

    [Fact]
    public async Task Members_with_too_many_groups_are_passed_over_and_an_owner_with_too_many_makes_none()
    {
        await Store.Groups.FoundAsync(Project, 40, 2, default, Now, Token);
        var limits = new GroupLimits(0, 1, 0);
        var outcome = await CreateAsync(50, Facts, limits, (2, default), (3, default));
        Assert.Equal([3L], outcome.Added);
        outcome = await CreateAsync(51, Facts, limits, (9, default));
        Assert.Equal((MembershipResult.TooManyGroups, 0L), (outcome.Result, outcome.GroupId));
        Assert.Empty(outcome.Added);
        Assert.Empty(await Store.Groups.GetGroupsOfAsync(Project, 9, Token));
    }

    [Fact]
    public async Task A_dissolved_group_is_marked_until_it_is_made_again()
    {
        await Store.Groups.DeleteAsync(Project, 50, Token);
        Assert.False(await WasDissolvedAsync(50)); // never was
        for (var way = 0; way < 3; way++)
        {
            if (way == 0)
                await CreateAsync(50, Facts, default);
            else if (way == 1)
                await Store.Groups.FoundAsync(Project, 50, 1, default, Now, Token);
            else
                await Store.Groups.AddMembersAsync(Project, 50, [1], 0, 0, Now, Token);
            Assert.False(await WasDissolvedAsync(50));
            Assert.Equal(way == 0 ? Facts.Extra : "", (await Store.Groups.GetAsync(Project, 50, Token))!.Facts.Extra); // nothing comes back
            if (way == 1)
                await Store.Groups.LeaveAsync(Project, 50, 1, Token);
            else
                await Store.Groups.DeleteAsync(Project, 50, Token);
            Assert.True(await WasDissolvedAsync(50));
            Assert.False(await Store.Groups.WasDissolvedAsync(OtherProject, 50, Token));
        }
        await Store.Groups.DeleteAsync(Project, 50, Token);
        await ReopenAsync();
        Assert.True(await WasDissolvedAsync(50));
    }

    [Fact]
    public async Task Edges_remember_when_they_were_made()
    {
        var first = Now;
        await Store.Relations.AddAsync(Project, RelationKind.Friend, 1, [3, 2], 0, Token);
        Time.Advance(TimeSpan.FromSeconds(1));
        await Store.Relations.AddAsync(Project, RelationKind.Friend, 1, [2, 4], 0, Token);
        await Store.Relations.AddAsync(Project, RelationKind.Block, 1, [2], 0, Token);
        await ReopenAsync();

        Assert.Equal([(2L, first), (3, first), (4, first + 1000)], await FriendsAsync(1));
        Assert.Equal([(2L, first + 1000)], await Store.Relations.GetWithTimesAsync(Project, RelationKind.Block, 1, Token));
        Assert.Empty(await Store.Relations.GetWithTimesAsync(OtherProject, RelationKind.Friend, 1, Token));
    }

    [Fact]
    public async Task Friends_are_made_both_ways_and_what_waited_between_them_is_over()
    {
        var first = Now;
        await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 1, 2, Now), new(1000, 0), Token);
        await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 2, 1, Now, IsRemoval: true), new(1000, 0), Token);
        await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 3, 1, Now), new(1000, 0), Token);
        Assert.False(await Store.Relations.BefriendAsync(Project, 1, 2, 0, Token));
        Assert.Equal([(2L, first)], await FriendsAsync(1));
        Assert.Equal([(1L, first)], await FriendsAsync(2));
        Assert.Equal(3, Assert.Single(await Store.FriendRequests.GetForAsync(Project, 1, Token)).Sender);
        Assert.Empty(await Store.FriendRequests.GetForAsync(Project, 2, Token));

        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await Store.Relations.BefriendAsync(Project, 2, 1, 0, Token));
        Assert.Equal([(2L, first)], await FriendsAsync(1));
        await Store.Relations.RemoveAsync(Project, RelationKind.Friend, 1, [2], Token);
        Assert.False(await Store.Relations.BefriendAsync(Project, 1, 2, 0, Token)); // only the other half was there
        Assert.Equal([(2L, first + 1000)], await FriendsAsync(1));
        Assert.Equal([(1L, first)], await FriendsAsync(2));
    }

    [Fact]
    public async Task Nobody_gets_more_friends_than_allowed_by_being_befriended()
    {
        Assert.False(await Store.Relations.BefriendAsync(Project, 1, 2, 1, Token));
        Assert.Null(await Store.Relations.BefriendAsync(Project, 1, 3, 1, Token));
        Assert.Null(await Store.Relations.BefriendAsync(Project, 3, 1, 1, Token));
        Assert.Empty(await FriendsAsync(3));
        Assert.True(await Store.Relations.BefriendAsync(Project, 1, 2, 1, Token)); // no further one
        Assert.False(await Store.Relations.BefriendAsync(Project, 1, 3, 2, Token));
        Assert.Equal(2, (await FriendsAsync(1)).Count);
    }

    private async Task<CreationOutcome> CreateAsync(
        long groupId, GroupFacts facts, GroupLimits limits, params (long UserId, GroupRole Role)[] members) =>
        await Store.Groups.CreateAsync(Project, groupId, new(1, "name", "description", facts, members), limits, Now, Token);

    private ValueTask<bool> WasDissolvedAsync(long groupId) => Store.Groups.WasDissolvedAsync(Project, groupId, Token);

    private ValueTask<IReadOnlyList<(long PeerId, long CreatedMs)>> FriendsAsync(long userId) =>
        Store.Relations.GetWithTimesAsync(Project, RelationKind.Friend, userId, Token);
}
