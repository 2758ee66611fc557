using Parley.Core.Groups;
using Parley.Core.Moderation;
using Parley.Core.Storage;
using static Parley.Core.Tests.Groups.GroupWorld;

namespace Parley.Core.Tests.Groups;

/// <summary>Founding, joining, leaving, succession and capacity.</summary>
public sealed class GroupMembershipTests
{
    [Fact]
    public async Task A_group_has_an_owner_a_name_and_a_description_also_after_a_restart()
    {
        await using var world = await StartAsync();
        await world.RestartAsync();

        var group = (await world.GetAsync())!;
        Assert.Equal((IGroupStore.FirstGroupId, "chess", "every friday", Owner), (group.GroupId, group.Name, group.Description, group.OwnerId));
        Assert.Equal(
            [(Ben, GroupRole.Member), (Ann, GroupRole.Member), (Manager, GroupRole.Manager), (Owner, GroupRole.Owner)], group.GetRoster());
        Assert.Equal([(Ben, GroupRole.Member)], group.GetRoster(take: 1));
        Assert.Equal(GroupRole.Owner, group.RoleOf(Owner));
        Assert.Equal(GroupRole.Manager, group.RoleOf(Manager));
        Assert.Equal(GroupRole.Member, group.RoleOf(Ann));
        Assert.Null(group.RoleOf(Outsider));
        Assert.Null(group.RoleOf(0));
    }

    [Fact]
    public async Task A_wished_number_is_kept_when_it_is_free_and_open_otherwise_one_is_counted()
    {
        await using var world = await StartAsync();
        var project = world.Fixture.Project;
        var taken = IGroupStore.FirstGroupId + 2;
        Assert.Equal(5, await CreateAsync(5));
        Assert.Equal(taken, await CreateAsync(taken));
        Assert.Equal(IGroupStore.FirstGroupId + 1, await CreateAsync(5));
        Assert.Equal(IGroupStore.FirstGroupId + 3, await CreateAsync(-1)); // one further was taken
        Assert.Equal(IGroupStore.FirstGroupId + 4, await CreateAsync(Core.Users.NameBand.First + 77)); // given to no name
        await world.Moderation.SetClosedAsync(project, 6, isClosed: true, None);
        Assert.Equal(IGroupStore.FirstGroupId + 5, await CreateAsync(6));
        await world.Moderation.BlacklistAsync(project, 7, Operator, Outsider, isListed: true, None);
        Assert.Equal(IGroupStore.FirstGroupId + 6, await CreateAsync(7));
        await world.Groups.DeleteAsync(project, IGroupStore.FirstGroupId + 6, None);
        await world.RestartAsync();
        Assert.Equal(IGroupStore.FirstGroupId + 7, await CreateAsync(0)); // never handed out twice
        Assert.Equal(Outsider, (await world.Groups.GetAsync(world.Fixture.Project, 5))!.OwnerId);

        async Task<long> CreateAsync(long wish)
        {
            var (result, gid) = await world.Groups.CreateAsync(world.Fixture.Project, wish, Outsider, "n", "d", default, None);
            Assert.Equal(MembershipResult.Done, result);
            return gid;
        }
    }

    [Fact]
    public async Task A_user_makes_so_many_groups_and_no_more()
    {
        await using var world = await StartAsync();
        var limits = new GroupLimits(0, 2, 0);
        Assert.Equal((MembershipResult.Done, 5), await world.Groups.CreateAsync(world.Fixture.Project, 5, Owner, "", "", limits, None));
        Assert.Equal(
            (MembershipResult.TooManyGroups, 0L), await world.Groups.CreateAsync(world.Fixture.Project, 6, Owner, "", "", limits, None));
    }

    [Fact]
    public async Task Who_founds_a_group_owns_it_and_what_an_operator_decided_beforehand_holds()
    {
        await using var world = await StartAsync();
        var project = world.Fixture.Project;
        Assert.Equal(MembershipResult.Done, await world.Groups.FoundAsync(project, 5, Ann, default, None));
        Assert.Equal(Ann, (await world.Groups.GetAsync(project, 5))!.OwnerId);
        Assert.Equal(MembershipResult.Exists, await world.Groups.FoundAsync(project, 5, Ben, default, None));
        await world.Moderation.SetClosedAsync(project, 6, isClosed: true, None);
        Assert.Equal(MembershipResult.Closed, await world.Groups.FoundAsync(project, 6, Ann, default, None));
        await world.Moderation.BlacklistAsync(project, 7, Operator, Ann, isListed: true, None);
        Assert.Equal(MembershipResult.Banned, await world.Groups.FoundAsync(project, 7, Ann, default, None));
        Assert.Equal(MembershipResult.Done, await world.Groups.FoundAsync(project, 7, Ben, default, None));
        world.AssertTold([]);
    }

    [Fact]
    public async Task A_back_ends_group_has_no_owner()
    {
        await using var world = await StartAsync();
        await world.Groups.AddMembersAsync(world.Fixture.Project, 5, [1, 2], None);
        Assert.Equal(0, (await world.Groups.GetAsync(world.Fixture.Project, 5))!.OwnerId);
        await world.Groups.RemoveMembersAsync(world.Fixture.Project, 5, [1], None);
        Assert.Equal(0, (await world.Groups.GetAsync(world.Fixture.Project, 5))!.OwnerId);
        Assert.Equal(CoreError.NotAllowed, await world.Moderation.DissolveAsync(world.Fixture.Project, 5, 2, None));
    }

    [Fact]
    public async Task After_the_owner_comes_the_oldest_manager_then_the_oldest_member_and_the_last_one_ends_the_group()
    {
        await using var world = await StartAsync();
        Assert.Equal(CoreError.None, await world.SetManagerAsync(Owner, Ben));
        Assert.Equal(MembershipResult.Done, await world.LeaveAsync(Owner));
        Assert.Equal(Ben, (await world.GetAsync())!.OwnerId); // became a manager later, joined before
        await world.LeaveAsync(Ben);
        Assert.Equal(Manager, (await world.GetAsync())!.OwnerId);
        await world.RestartAsync();
        await world.JoinAsync(Outsider); // a lesser id than Ann, but later
        await world.LeaveAsync(Manager);
        Assert.Equal(Ann, (await world.GetAsync())!.OwnerId);
        await world.LeaveAsync(Outsider);
        Assert.Equal(Ann, (await world.GetAsync())!.OwnerId);
        await world.LeaveAsync(Ann);
        Assert.Null(await world.GetAsync());
        Assert.Equal(MembershipResult.NoGroup, await world.LeaveAsync(Ann));
    }

    [Fact]
    public async Task Of_those_who_joined_together_the_least_id_succeeds_also_when_a_back_end_removes_the_owner()
    {
        await using var world = await StartAsync();
        await world.AddAsync(Operator, 30, 20, 25);
        await world.Groups.RemoveMembersAsync(world.Fixture.Project, world.Gid, [Ann, Owner, Ben, Manager], None);
        Assert.Equal(20, (await world.GetAsync())!.OwnerId);
        await world.Groups.RemoveMembersAsync(world.Fixture.Project, world.Gid, [20, 25, 30], None);
        Assert.Empty((await world.GetAsync())!.Members); // lives on
        Assert.Equal(0, (await world.GetAsync())!.OwnerId);
    }

    [Fact]
    public async Task Capacity_and_the_projects_limit_hold_whichever_is_stricter()
    {
        await using var world = await StartAsync(projectMembers: 6);
        Assert.Equal(0, await CapacityAsync());
        await world.Moderation.SetCapacityAsync(world.Fixture.Project, world.Gid, 5, None);
        Assert.Equal(MembershipResult.TooManyMembers, await world.JoinAsync(20, new(4, 0, 0))); // the protocol's
        Assert.Equal(CoreError.TooManyMembers, await world.AddAsync(Operator, 20, 21));
        Assert.Equal(MembershipResult.Done, await world.JoinAsync(20, new(9, 0, 0)));
        Assert.Equal(MembershipResult.TooManyMembers, await world.JoinAsync(21));
        Assert.Equal(CoreError.TooManyMembers, await world.InviteAsync(Ann, 21));
        Assert.Equal(CoreError.TooManyMembers, await world.AddAsync(Operator, 21));
        await world.RestartAsync();
        Assert.Equal(5, await CapacityAsync());
        await world.Moderation.SetCapacityAsync(world.Fixture.Project, world.Gid, 50, None);
        Assert.Equal(CoreError.TooManyMembers, await world.AddAsync(Operator, 21, 22));
        Assert.Equal(CoreError.None, await world.InviteAsync(Ann, 21));
        Assert.Equal(MembershipResult.TooManyMembers, await world.JoinAsync(22)); // the project's
        await world.Moderation.SetCapacityAsync(world.Fixture.Project, world.Gid, 2, None);
        Assert.Equal(6, (await world.GetAsync())!.Members.Count); // nobody is removed
        Assert.Equal(2, (await world.GetAsync())!.Capacity);
        Assert.Equal(CoreError.None, await world.AddAsync(Operator, Ann)); // a member already

        async Task<int> CapacityAsync() => await world.Moderation.GetCapacityAsync(world.Fixture.Project, world.Gid, None);
    }

    [Fact]
    public async Task Rules_wait_for_a_group_that_does_not_exist_and_go_with_it()
    {
        await using var world = await StartAsync();
        var project = world.Fixture.Project;
        await world.Moderation.SetCapacityAsync(project, 5, 1, None);
        await world.Moderation.SetClosedAsync(project, 5, isClosed: true, None);
        await world.Moderation.SetClosedAsync(project, 5, isClosed: false, None);
        Assert.Equal(1, await world.Moderation.GetCapacityAsync(project, 5, None));
        Assert.Equal(MembershipResult.Done, await world.Groups.FoundAsync(project, 5, Ann, default, None));
        Assert.Equal(MembershipResult.TooManyMembers, await world.Groups.JoinAsync(project, 5, Ben, default, None));
        await world.Groups.LeaveAsync(project, 5, Ann, None);
        Assert.Equal(0, await world.Moderation.GetCapacityAsync(project, 5, None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await world.Moderation.SetCapacityAsync(project, 5, -1, None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await world.Moderation.SetClosedAsync(project, 0, true, None));
    }

    [Fact]
    public async Task Every_change_of_membership_is_told_whoever_makes_it()
    {
        await using var world = await StartAsync();
        await world.JoinAsync(Outsider);
        world.AssertTold([Owner, Manager, Ann, Ben, Outsider], "Joined 1 by 1");
        await world.JoinAsync(Outsider);
        world.AssertTold([]);
        await world.LeaveAsync(Outsider);
        world.AssertTold([Owner, Manager, Ann, Ben, Outsider], "Left 1 by 1");
        await world.AddAsync(Operator, Outsider, Ann, 50);
        world.AssertTold([Owner, Manager, Ann, Ben, Outsider], "Joined 1 by 0", "Joined 50 by 0");
        await world.Groups.RemoveMembersAsync(world.Fixture.Project, world.Gid, Ann, [Outsider, 60, Ann], None);
        world.AssertTold([Owner, Manager, Ann, Ben, Outsider], "Kicked 1 by 3", "Left 3 by 3");
        await world.Groups.RemoveMembersAsync(world.Fixture.Project, world.Gid, [50], None);
        world.AssertTold([Owner, Manager, Ben], "Kicked 50 by 0");
        await world.Groups.DeleteAsync(world.Fixture.Project, world.Gid, None);
        world.AssertTold([Owner, Manager, Ben], "Dissolved 10 by 0");
        await world.Groups.DeleteAsync(world.Fixture.Project, world.Gid, None);
        world.AssertTold([]);
    }

    [Fact]
    public async Task Who_is_told_finds_the_group_changed_and_a_session_that_fails_harms_nobody()
    {
        await using var world = await StartAsync();
        var seen = new List<bool>();
        world[Ann].OnNotice = _ => throw new InvalidOperationException("a fault");
        world[Ben].OnNotice = _ =>
        {
            var finding = world.GetAsync();
            seen.Add(finding.IsCompletedSuccessfully && finding.Result!.Contains(Outsider));
        };
        var second = world.Fixture.Login(Ann, endpoint: "127.0.0.1:2");
        Assert.Equal(MembershipResult.Done, await world.JoinAsync(Outsider));
        Assert.Equal([true], seen);
        Assert.Single(second.TakeGroupNotices());
        Assert.Single(world[Owner].TakeGroupNotices());
    }

    [Fact]
    public async Task A_group_has_one_owner_whatever_happens_at_once()
    {
        await using var world = await StartAsync();
        await world.AddAsync(Operator, [.. Enumerable.Range(100, 40).Select(i => (long)i)]);
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
        {
            var owner = (await world.GetAsync())!.OwnerId;
            var other = (await world.GetAsync())!.Members.First(user => user != owner);
            await Task.WhenAll(
                Task.Run(() => world.LeaveAsync(owner)), Task.Run(() => world.SetManagerAsync(owner, other, random.Next(2) == 0)),
                Task.Run(() => world.KickAsync(Operator, other)), Task.Run(() => world.BlacklistAsync(owner, other)),
                Task.Run(() => world.JoinAsync(owner)));
            var group = (await world.GetAsync())!;
            Assert.Single(group.GetRoster(), member => member.Role == GroupRole.Owner);
        }
    }
}
