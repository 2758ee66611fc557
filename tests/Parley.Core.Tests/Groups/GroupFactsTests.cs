using Parley.Core.Groups;
using static Parley.Core.Tests.Groups.GroupWorld;

namespace Parley.Core.Tests.Groups;

/// <summary>What is kept beside a group's name, groups made with their members, and groups that are no more.</summary>
public sealed class GroupFactsTests
{
    private static readonly GroupFacts Facts = new() { Notification = "n", FaceUrl = "f", Extra = "x", Kind = 3, CreatorId = 77 };

    [Fact]
    public async Task A_group_shows_its_facts_and_how_its_members_came_also_after_a_restart()
    {
        await using var world = await StartAsync();
        var now = world.Time.UnixMilliseconds;
        var (result, gid) = await CreateAsync(world, 50, (Ben, GroupRole.Member), (Ann, GroupRole.Manager), (Owner, GroupRole.Member));
        Assert.Equal((MembershipResult.Done, 50L), (result, gid));
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await world.Groups.AddMembersAsync(world.Fixture.Project, 50, cause: Ann, [Manager], None);
        await world.Groups.JoinAsync(world.Fixture.Project, 50, Outsider, default, None);
        await world.RestartAsync();

        var group = (await world.Groups.GetAsync(world.Fixture.Project, 50))!;
        Assert.Equal(Facts with { CreatedMs = now }, group.Facts);
        Assert.Equal(("name", "about", Owner), (group.Name, group.Description, group.OwnerId));
        GroupMembership[] members =
        [
            new(Outsider, GroupRole.Member, now + 1000, Outsider), new(Ben, GroupRole.Member, now, 77),
            new(Ann, GroupRole.Manager, now, 77), new(Manager, GroupRole.Member, now + 1000, Ann), new(Owner, GroupRole.Owner, now, 77),
        ];
        Assert.Equal(members, group.GetMemberships());
        Assert.Equal(members[..2], group.GetMemberships(take: 2));
        Assert.Equal(members[2], group.Find(Ann));
        Assert.Null(group.Find(Unknown));
        Assert.Null(group.Find(0));
    }

    [Fact]
    public async Task Each_first_member_hears_of_itself_but_for_who_made_the_group()
    {
        await using var world = await StartAsync();
        await CreateAsync(world, 50, (Ben, GroupRole.Member), (Ann, GroupRole.Manager));
        Assert.Equal(["Joined 10 by 77 in 50"], world[Owner].TakeGroupNotices());
        Assert.Equal(["Joined 2 by 77 in 50"], world[Ben].TakeGroupNotices());
        Assert.Equal(["Joined 3 by 77 in 50"], world[Ann].TakeGroupNotices());
        world.AssertTold([]);
        await world.Groups.CreateAsync(world.Fixture.Project, 51, Owner, "", "", new(), [(Ben, GroupRole.Member)], default, teller: null, None);
        Assert.Equal(["Joined 2 by 10 in 51"], world[Ben].TakeGroupNotices());
        world.AssertTold([]);
    }

    [Fact]
    public async Task A_group_has_as_many_first_members_as_the_project_allows()
    {
        await using var world = await StartAsync(projectMembers: 4);
        var (result, gid) = await CreateAsync(world, 50, (Ann, default), (Ben, default), (Manager, default), (Outsider, default));
        Assert.Equal((MembershipResult.TooManyMembers, 0L), (result, gid));
        Assert.Null(await world.Groups.GetAsync(world.Fixture.Project, 50));
        world.AssertTold([]);
        Assert.Equal((MembershipResult.Done, 50L), await CreateAsync(world, 50, (Ann, default), (Ben, default), (Manager, default)));
    }

    [Fact]
    public async Task Of_two_who_wish_for_one_number_one_gets_it()
    {
        await using var world = await StartAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => CreateAsync(world, 50, (Ben, default)))));
        Assert.All(made, outcome => Assert.Equal(MembershipResult.Done, outcome.Result));
        Assert.Equal(8, made.Select(outcome => outcome.GroupId).Distinct().Count());
        Assert.Single(made, outcome => outcome.GroupId == 50);
    }

    [Fact]
    public async Task A_dissolved_group_is_known_as_such_until_it_is_founded_again()
    {
        await using var world = await StartAsync();
        var project = world.Fixture.Project;
        Assert.False(await world.Groups.WasDissolvedAsync(project, world.Gid, None));
        await world.Groups.DeleteAsync(project, world.Gid, None);
        Assert.True(await world.Groups.WasDissolvedAsync(project, world.Gid, None));
        Assert.False(await world.Groups.WasDissolvedAsync(project, Unknown, None));
        await world.RestartAsync();
        Assert.True(await world.Groups.WasDissolvedAsync(project, world.Gid, None));
        Assert.Equal(MembershipResult.Done, await world.Groups.FoundAsync(project, world.Gid, Ann, default, None));
        Assert.False(await world.Groups.WasDissolvedAsync(project, world.Gid, None));
        Assert.Equal(MembershipResult.Done, await world.LeaveAsync(Ann)); // the last one
        Assert.True(await world.Groups.WasDissolvedAsync(project, world.Gid, None));
        await world.AddAsync(Operator, Ben);
        Assert.False(await world.Groups.WasDissolvedAsync(project, world.Gid, None));
    }

    private static async Task<(MembershipResult Result, long GroupId)> CreateAsync(
        GroupWorld world, long wish, params (long UserId, GroupRole Role)[] members) =>
        await world.Groups.CreateAsync(world.Fixture.Project, wish, Owner, "name", "about", Facts, members, default, teller: null, None);
}
