using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Moderation;
using static Parley.Core.Tests.Groups.GroupWorld;

namespace Parley.Core.Tests.Groups;

/// <summary>Who may do what in a group, and who is told.</summary>
public sealed class GroupModerationTests
{
    private static readonly long[] Members = [Owner, Manager, Ann, Ben];

    [Fact]
    public async Task A_member_takes_somebody_in_who_is_told_of_it()
    {
        await using var world = await StartAsync();
        Assert.Equal(CoreError.NotAllowed, await world.InviteAsync(Outsider, 50));
        Assert.Equal(CoreError.InvalidId, await world.InviteAsync(Ann, 0));
        Assert.Equal(CoreError.TooManyMembers, await world.InviteAsync(Ann, Outsider, new(4, 0, 0)));
        Assert.Equal(CoreError.None, await world.InviteAsync(Ann, Outsider, new(5, 0, 0)));
        Assert.True(world[Outsider].GroupNotices.TryDequeue(out var first));
        Assert.Equal($"invited to {world.Gid} by {Ann}", first);
        world.AssertTold([.. Members, Outsider], "Joined 1 by 3");
        Assert.Equal(CoreError.None, await world.InviteAsync(Ben, Outsider, new(5, 0, 0))); // a member already
        world.AssertTold([]);
        Assert.Equal(CoreError.None, await world.InviteAsync(Operator, 50));
        world.AssertTold([.. Members, Outsider], "Joined 50 by 0");
        Assert.Equal(CoreError.NotFound, await world.Moderation.InviteAsync(world.Fixture.Project, Unknown, Operator, Ann, default, None));
    }

    [Fact]
    public async Task Owner_and_managers_kick_but_never_the_owner()
    {
        await using var world = await StartAsync();
        Assert.Equal(CoreError.NotAllowed, await world.KickAsync(Ann, Ben));
        Assert.Equal(CoreError.NotAllowed, await world.KickAsync(Outsider, Ben));
        Assert.Equal(CoreError.NotAllowed, await world.KickAsync(Manager, Owner));
        Assert.Equal(CoreError.NotAllowed, await world.KickAsync(Operator, Owner));
        Assert.Equal(CoreError.None, await world.KickAsync(Manager, Outsider)); // no member
        world.AssertTold([]);
        Assert.Equal(CoreError.None, await world.KickAsync(Manager, Ben));
        world.AssertTold(Members, "Kicked 2 by 4");
        Assert.False((await world.GetAsync())!.Contains(Ben));
        Assert.Equal(CoreError.NotGroupMember, await world.SayAsync(Ben));
        Assert.Equal(CoreError.None, await world.KickAsync(Owner, Manager));
        Assert.Equal(CoreError.None, await world.KickAsync(Operator, Ann));
        Assert.Equal([Owner], (await world.GetAsync())!.Members);
        Assert.Equal(MembershipResult.Done, await world.JoinAsync(Manager)); // not on the blacklist
        Assert.Equal(GroupRole.Member, (await world.GetAsync())!.RoleOf(Manager));
    }

    [Fact]
    public async Task Who_is_gagged_stays_and_hears_but_does_not_speak()
    {
        await using var world = await StartAsync();
        Assert.Equal(CoreError.NotAllowed, await world.GagAsync(Ann, Ben));
        Assert.Equal(CoreError.NotAllowed, await world.GagAsync(Manager, Owner));
        Assert.Equal(CoreError.None, await world.GagAsync(Manager, Ben));
        world.AssertTold(Members, "Gagged 2 by 4");
        Assert.Equal(CoreError.None, await world.GagAsync(Owner, Ben));
        Assert.Equal(CoreError.None, await world.GagAsync(Owner, Ann, on: false));
        world.AssertTold([]); // nothing changed
        Assert.Equal(CoreError.BannedInGroup, await world.SayAsync(Ben));
        Assert.Equal(CoreError.BannedInGroup, await world.SayAsync(Ben, SendAuthority.BackEnd));
        Assert.Equal(CoreError.None, await world.SayAsync(Ann));
        await world[Ben].NextAsync();
        Assert.Equal(CoreError.None, await world.GagAsync(Owner, Manager));
        Assert.Equal(CoreError.BannedInGroup, await world.SayAsync(Manager));
        Assert.Equal(CoreError.None, await world.GagAsync(Operator, Owner));
        Assert.Equal(CoreError.BannedInGroup, await world.SayAsync(Owner));
        await world.RestartAsync();
        Assert.Equal([Ben, Manager, Owner], await world.GaggedAsync());
        Assert.Equal(CoreError.BannedInGroup, await world.SayAsync(Ben));
        Assert.Equal(CoreError.None, await world.GagAsync(Owner, Ben, on: false));
        world.AssertTold(Members, "Ungagged 2 by 10");
        Assert.Equal(CoreError.None, await world.SayAsync(Ben));
    }

    [Fact]
    public async Task With_everyone_gagged_only_owner_and_managers_speak_and_lifting_it_frees_each_one()
    {
        await using var world = await StartAsync();
        await world.GagAsync(Owner, Ben);
        await world.GagAsync(Owner, 0);
        Assert.Equal([0, Ben], await world.GaggedAsync());
        world.AssertTold(Members, "Gagged 2 by 10", "Gagged 0 by 10");
        Assert.Equal(CoreError.None, await world.SayAsync(Owner));
        Assert.Equal(CoreError.None, await world.SayAsync(Manager));
        Assert.Equal(CoreError.BannedInGroup, await world.SayAsync(Ann));
        Assert.Equal(CoreError.BannedInGroup, await world.SayAsync(Ben));
        await world.SetManagerAsync(Owner, Ben);
        Assert.Equal(CoreError.BannedInGroup, await world.SayAsync(Ben)); // by name
        await world.SetManagerAsync(Owner, Ann);
        Assert.Equal(CoreError.None, await world.SayAsync(Ann));
        await world.SetManagerAsync(Owner, Ann, on: false);
        await world.GagAsync(Owner, Ben, on: false);
        Assert.Equal(CoreError.None, await world.SayAsync(Ben)); // a manager
        await world.GagAsync(Owner, Ben);
        world[Ann].TakeGroupNotices();
        Assert.Equal(CoreError.None, await world.GagAsync(Manager, 0, on: false));
        Assert.Equal([$"Ungagged 0 by 4 in {world.Gid}"], world[Ann].TakeGroupNotices());
        Assert.Empty(await world.GaggedAsync());
        Assert.Equal(CoreError.None, await world.SayAsync(Ben));
        Assert.Equal(CoreError.None, await world.SayAsync(Ann));
    }

    [Fact]
    public async Task A_gag_that_ended_is_not_listed_and_one_for_ever_replaces_it()
    {
        await using var world = await StartAsync();
        await world.Fixture.Core.Bans.BanAsync(world.Fixture.Project, BanPlace.Group(world.Gid), BanKind.Speak, Ann, 60, None);
        Assert.Equal([Ann], await world.GaggedAsync());
        world.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Empty(await world.GaggedAsync());
        Assert.Equal(CoreError.None, await world.SayAsync(Ann));
        await world.GagAsync(Owner, Ann);
        world.Time.SetClock(world.Time.GetUtcNow().AddYears(20));
        Assert.Equal([Ann], await world.GaggedAsync());
    }

    [Fact]
    public async Task Who_is_on_the_blacklist_is_out_and_cannot_come_back_in_any_way()
    {
        await using var world = await StartAsync();
        Assert.Equal(CoreError.NotAllowed, await world.BlacklistAsync(Ann, Ben));
        Assert.Equal(CoreError.NotAllowed, await world.BlacklistAsync(Manager, Owner));
        Assert.Equal(CoreError.InvalidId, await world.BlacklistAsync(Manager, 0));
        world.AssertTold([]);
        Assert.Equal(CoreError.None, await world.BlacklistAsync(Manager, Ben));
        world.AssertTold(Members, "Blacklisted 2 by 4");
        Assert.Equal(CoreError.None, await world.BlacklistAsync(Manager, Ben));
        world.AssertTold([]);
        Assert.Equal(CoreError.None, await world.BlacklistAsync(Owner, Outsider)); // no member: who is outside is told nothing
        world.AssertTold([Owner, Manager, Ann], "Blacklisted 1 by 10");
        await world.RestartAsync();
        Assert.Equal([Outsider, Ben], await world.BlacklistedAsync());
        Assert.Equal(MembershipResult.Banned, await world.JoinAsync(Ben));
        Assert.Equal(CoreError.BannedInGroup, await world.InviteAsync(Owner, Ben));
        Assert.Equal(CoreError.BannedInGroup, await world.InviteAsync(Operator, Ben));
        Assert.Equal(CoreError.BannedInGroup, await world.AddAsync(Operator, 50, Ben));
        Assert.Equal(CoreError.NotGroupMember, await world.SayAsync(Ben));
        Assert.Equal([Ann, Manager, Owner], (await world.GetAsync())!.Members);
        world.AssertTold([]);
        Assert.Equal(CoreError.None, await world.BlacklistAsync(Manager, Ben, on: false));
        world.AssertTold([Owner, Manager, Ann], "Unblacklisted 2 by 4");
        Assert.Equal(CoreError.None, await world.BlacklistAsync(Manager, Ben, on: false));
        world.AssertTold([]);
        Assert.Equal(MembershipResult.Done, await world.JoinAsync(Ben));
        Assert.Equal(CoreError.None, await world.SayAsync(Ben));
    }

    [Fact]
    public async Task An_operator_lists_the_owner_too_and_another_one_succeeds()
    {
        await using var world = await StartAsync();
        Assert.Equal(CoreError.None, await world.BlacklistAsync(Operator, Owner));
        world.AssertTold(Members, "Blacklisted 10 by 0");
        Assert.Equal(Manager, (await world.GetAsync())!.OwnerId);
        Assert.Equal(MembershipResult.Banned, await world.JoinAsync(Owner));
    }

    [Fact]
    public async Task A_blacklist_that_ended_or_holds_for_every_group_counts_accordingly()
    {
        await using var world = await StartAsync();
        var bans = world.Fixture.Core.Bans;
        await bans.BanAsync(world.Fixture.Project, BanPlace.Group(0), BanKind.Enter, Ann, 60, None);
        await bans.BanAsync(world.Fixture.Project, BanPlace.Group(world.Gid), BanKind.Enter, 50, 60, None);
        Assert.Equal(CoreError.BannedInGroup, await world.SayAsync(Ann)); // nobody removed her
        Assert.Equal(CoreError.BannedInGroup, await world.AddAsync(Operator, 50));
        await world.LeaveAsync(Ann);
        Assert.Equal(MembershipResult.Banned, await world.JoinAsync(Ann));
        world.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(MembershipResult.Done, await world.JoinAsync(Ann));
        Assert.Equal(CoreError.None, await world.AddAsync(Operator, 50));
        Assert.Equal(CoreError.None, await world.SayAsync(Ann));
    }

    [Fact]
    public async Task Only_the_owner_names_managers_and_only_of_members()
    {
        await using var world = await StartAsync();
        Assert.Equal(CoreError.NotAllowed, await world.SetManagerAsync(Manager, Ann));
        Assert.Equal(CoreError.NotGroupMember, await world.SetManagerAsync(Owner, Outsider));
        Assert.Equal(CoreError.NotGroupMember, await world.SetManagerAsync(Owner, Outsider, on: false));
        Assert.Equal(CoreError.NotAllowed, await world.SetManagerAsync(Owner, Owner));
        Assert.Equal(CoreError.NotAllowed, await world.SetManagerAsync(Operator, Owner, on: false));
        Assert.Equal(CoreError.None, await world.SetManagerAsync(Owner, Manager)); // is one
        world.AssertTold([]);
        Assert.Equal(CoreError.None, await world.SetManagerAsync(Owner, Ann));
        world.AssertTold(Members, "ManagerAdded 3 by 10");
        Assert.Equal(CoreError.None, await world.KickAsync(Ann, Ben));
        world.AssertTold(Members, "Kicked 2 by 3");
        Assert.Equal(CoreError.None, await world.SetManagerAsync(Operator, Ann, on: false));
        world.AssertTold([Owner, Manager, Ann], "ManagerRemoved 3 by 0");
        Assert.Equal(CoreError.NotAllowed, await world.KickAsync(Ann, Manager));
    }

    [Fact]
    public async Task Only_the_owner_or_an_operator_dissolves_a_group_and_everything_goes_with_it()
    {
        await using var world = await StartAsync();
        var (project, moderation) = (world.Fixture.Project, world.Moderation);
        Assert.Equal(CoreError.NotAllowed, await moderation.DissolveAsync(project, world.Gid, Manager, None));
        Assert.Equal(CoreError.NotAllowed, await moderation.DissolveAsync(project, world.Gid, Outsider, None));
        await moderation.SetCapacityAsync(project, world.Gid, 7, None);
        await world.GagAsync(Owner, 0);
        await world.BlacklistAsync(Owner, Outsider);
        foreach (var user in Members)
            world[user].TakeGroupNotices();
        Assert.Equal(CoreError.None, await moderation.DissolveAsync(project, world.Gid, Owner, None));
        world.AssertTold(Members, "Dissolved 10 by 10");
        Assert.Null(await world.GetAsync());
        Assert.Empty(await world.Groups.GetGroupsOfAsync(project, Ann, None));
        Assert.Empty(await world.GaggedAsync());
        Assert.Empty(await world.BlacklistedAsync());
        Assert.Equal(0, await moderation.GetCapacityAsync(project, world.Gid, None));
        Assert.Equal(CoreError.NotFound, await moderation.DissolveAsync(project, world.Gid, Owner, None));
        Assert.Equal(CoreError.None, await moderation.DissolveAsync(project, world.Gid, Operator, None));
        Assert.Equal(CoreError.InvalidId, await moderation.DissolveAsync(project, -1, Operator, None));
        world.AssertTold([]);
    }

    [Fact]
    public async Task In_a_closed_group_no_user_speaks_or_joins_until_it_is_opened_also_after_a_restart()
    {
        await using var world = await StartAsync();
        await world.Moderation.SetClosedAsync(world.Fixture.Project, world.Gid, isClosed: true, None);
        await AssertClosedAsync();
        await world.RestartAsync();
        await AssertClosedAsync();
        Assert.Equal(CoreError.None, await world.SayAsync(Ann, SendAuthority.BackEnd));
        Assert.Equal(CoreError.None, await world.AddAsync(Operator, 50));
        Assert.Equal(CoreError.None, await world.InviteAsync(Operator, 51));
        Assert.Equal(MembershipResult.Done, await world.LeaveAsync(50)); // leaving is free
        await world.Moderation.SetClosedAsync(world.Fixture.Project, world.Gid, isClosed: false, None);
        Assert.Equal(CoreError.None, await world.SayAsync(Ann));
        Assert.Equal(MembershipResult.Done, await world.JoinAsync(Outsider));

        async Task AssertClosedAsync()
        {
            Assert.Equal(CoreError.GroupClosed, await world.SayAsync(Ann));
            Assert.Equal(CoreError.GroupClosed, await world.SayAsync(Owner));
            Assert.Equal(CoreError.NotGroupMember, await world.SayAsync(Outsider));
            Assert.Equal(MembershipResult.Closed, await world.JoinAsync(Outsider));
            Assert.Equal(MembershipResult.AlreadyMember, await world.JoinAsync(Ann));
            Assert.Equal(CoreError.GroupClosed, await world.InviteAsync(Owner, Outsider));
            Assert.Equal(CoreError.GroupClosed, await world.AddAsync(Owner, Outsider));
        }
    }

    [Fact]
    public async Task To_users_an_unknown_group_is_not_found_and_an_operator_decides_beforehand()
    {
        await using var world = await StartAsync();
        var (project, moderation) = (world.Fixture.Project, world.Moderation);
        foreach (var actor in new[] { Ann, Operator })
        {
            Assert.Equal(CoreError.NotFound, await moderation.InviteAsync(project, Unknown, actor, Ben, default, None));
            Assert.Equal(CoreError.NotFound, await moderation.KickAsync(project, Unknown, actor, Ben, None));
            Assert.Equal(CoreError.NotFound, await moderation.SetManagerAsync(project, Unknown, actor, Ben, isManager: true, None));
            Assert.Equal(CoreError.InvalidId, await moderation.KickAsync(project, 0, actor, Ben, None));
            Assert.Equal(CoreError.InvalidId, await moderation.GagAsync(project, world.Gid, actor, -1, isGagged: true, None));
        }
        Assert.Equal(CoreError.NotFound, await moderation.GagAsync(project, Unknown, Ann, Ben, isGagged: true, None));
        Assert.Equal(CoreError.NotFound, await moderation.BlacklistAsync(project, Unknown, Ann, Ben, isListed: true, None));
        Assert.Equal(CoreError.None, await moderation.GagAsync(project, Unknown, Operator, Ben, isGagged: true, None));
        Assert.Equal(CoreError.None, await moderation.BlacklistAsync(project, Unknown, Operator, Ann, isListed: true, None));
        Assert.Equal([Ben], await moderation.GetGaggedAsync(project, Unknown, None));
        Assert.Equal([Ann], await moderation.GetBlacklistedAsync(project, Unknown, None));
        await world.Groups.AddMembersAsync(project, Unknown, [Ben], None);
        Assert.Equal(
            CoreError.BannedInGroup, (await world.Fixture.Core.Messenger.SendAsync(world.Fixture.ToGroup(Ben, Unknown, 1))).Error);
    }
}
