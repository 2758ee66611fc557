using Parley.Core.Changes;
using Parley.Core.Groups;
using Parley.Core.Relations;
using Parley.Core.Tests.Groups;
using Parley.Core.Tests.Support;
using static Parley.Core.Tests.Groups.GroupWorld;

namespace Parley.Core.Tests.Changes;

/// <summary>Observers hear of every change once, and of nothing that changed nothing.</summary>
public sealed class ChangeTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Of_who_comes_and_goes_observers_hear_once_for_a_change_with_the_group_as_it_is_then()
    {
        await using var world = await GroupWorld.StartAsync();
        var watcher = Watch(world.Fixture);
        var gid = world.Gid;
        await world.AddAsync(Operator, Ann, 21, 22, 22);
        watcher.Heard($"Joined 21,22 by 0 in {gid} of 6");
        await world.AddAsync(Ann, 21, 23);
        watcher.Heard($"Joined 23 by {Ann} in {gid} of 7");
        await world.Groups.RemoveMembersAsync(world.Fixture.Project, gid, Owner, [21, 99, 22], None);
        watcher.Heard($"Gone 21,22 by {Owner} in {gid} of 5");
        await world.JoinAsync(Outsider);
        await world.InviteAsync(Ann, 24);
        await world.KickAsync(Manager, 24);
        await world.LeaveAsync(Outsider);
        watcher.Heard(
            $"Joined {Outsider} by {Outsider} in {gid} of 6", $"Joined 24 by {Ann} in {gid} of 7", $"Gone 24 by {Manager} in {gid} of 6",
            $"Gone {Outsider} by {Outsider} in {gid} of 5");
        await world.BlacklistAsync(Manager, 23);
        await world.BlacklistAsync(Manager, 77); // was no member
        watcher.Heard($"Gone 23 by {Manager} in {gid} of 4");
        await world.Moderation.DissolveAsync(world.Fixture.Project, gid, Owner, None);
        watcher.Heard($"Dissolved {Ben},{Ann},{Manager},{Owner} by {Owner} in {gid} of 4");
        Assert.Equal(("chess", Owner), (watcher.Last!.Group.Name, watcher.Last.Group.OwnerId));
    }

    [Fact]
    public async Task Of_a_group_that_is_made_observers_hear_whoever_makes_it()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var watcher = Watch(fixture);
        var (groups, project) = (fixture.Core.Groups, fixture.Project);
        await groups.AddMembersAsync(project, 60, [1, 2], None);
        await groups.FoundAsync(project, 61, 3, default, None);
        await groups.CreateAsync(project, 62, 4, "n", "d", default, None);
        await groups.CreateAsync(
            project, 63, 5, "n", "d", new() { CreatorId = 9 }, [(6, GroupRole.Member), (5, GroupRole.Member)], default, teller: null, None);
        watcher.Heard("Joined 1,2 by 0 in 60 of 2", "Joined 3 by 3 in 61 of 1", "Joined 4 by 4 in 62 of 1", "Joined 5,6 by 9 in 63 of 2");
        await groups.LeaveAsync(project, 61, 3, None);
        watcher.Heard("Dissolved 3 by 3 in 61 of 1"); // with the last member the group goes
        await groups.RemoveMembersAsync(project, 60, [1, 2], None);
        watcher.Heard("Gone 1,2 by 0 in 60 of 0");
        watcher.IsConcerned = false; // asked before a group is read for nobody
        await groups.FoundAsync(project, 64, 3, default, None);
        await groups.CreateAsync(project, 65, 4, "n", "d", default, None);
        await groups.LeaveAsync(project, 64, 3, None);
        watcher.Heard();
    }

    [Fact]
    public async Task Of_what_changes_nothing_nobody_hears()
    {
        await using var world = await GroupWorld.StartAsync();
        var watcher = Watch(world.Fixture);
        var (project, relations) = (world.Fixture.Project, world.Fixture.Core.Relations);
        await world.AddAsync(Operator, Ann, Ben);
        await world.JoinAsync(Ann);
        await world.InviteAsync(Ben, Ann);
        await world.KickAsync(Owner, 99);
        await world.KickAsync(Owner, Owner);
        await world.LeaveAsync(99);
        await world.GagAsync(Owner, Ann);
        await world.SetManagerAsync(Owner, Ann);
        await world.Groups.RemoveMembersAsync(project, world.Gid, [98, 99], None);
        await world.Groups.DeleteAsync(project, 4711, None);
        await world.Groups.FoundAsync(project, world.Gid, 5, default, None);
        await relations.AddAsync(project, RelationKind.Friend, Ann, [Ann], None);
        await relations.RemoveAsync(project, RelationKind.Friend, Ann, [Ben], None);
        watcher.Heard();
    }

    [Fact]
    public async Task Of_new_relations_observers_hear_with_those_that_were_not_there()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var watcher = Watch(fixture);
        var (relations, requests, project) = (fixture.Core.Relations, fixture.Core.FriendRequests, fixture.Project);
        await relations.AddAsync(project, RelationKind.Friend, 1, [2, 1, 3, 3], None);
        await relations.AddAsync(project, RelationKind.Friend, 1, [3, 4], cause: 0, None);
        await relations.AddAsync(project, RelationKind.Friend, 1, [3, 4], None);
        await relations.AddAsync(project, RelationKind.Block, 1, [2], None);
        await relations.AddAsync(project, RelationKind.Mute, 1, [2], None);
        watcher.Heard("Friend 1>2,3 by 1", "Friend 1>4 by 0", "Block 1>2 by 1", "Mute 1>2 by 1");
        await relations.BefriendAsync(project, 1, 2, cause: 9, None); // was a friend, by one half
        await relations.BefriendAsync(project, 5, 6, cause: 9, None);
        await relations.BefriendAsync(project, 6, 5, cause: 9, None);
        watcher.Heard("Friend 5<>6 by 9");
        foreach (var isAccepted in new[] { false, true, true }) // the last one is of friends already
        {
            await requests.AskAsync(project, 7, 8, "", None);
            var request = Assert.Single(await requests.GetForAsync(project, 8, None));
            await requests.EndAsync(project, request, isAccepted, None);
            await requests.EndAsync(project, request, isAccepted, None);
        }
        watcher.Heard("Friend 7<>8 by 8");
    }

    [Fact]
    public async Task Who_tells_of_a_change_itself_does_not_hear_of_it_and_a_broken_observer_is_no_fault_of_the_caller()
    {
        await using var world = await GroupWorld.StartAsync();
        var (first, teller, last) = (Watch(world.Fixture), Watch(world.Fixture), Watch(world.Fixture));
        var (groups, core, project) = (world.Groups, world.Fixture.Core, world.Fixture.Project);
        first.IsBroken = true;
        var cause = new ChangeCause(Ann, teller);
        Assert.Equal(CoreError.None, await groups.AddMembersAsync(project, world.Gid, cause, [21], None));
        Assert.Equal(CoreError.None, await groups.RemoveMembersAsync(project, world.Gid, cause, [21], None));
        await groups.CreateAsync(project, 63, 5, "n", "d", new(), [], default, teller, None);
        Assert.Equal(CoreError.None, await core.Relations.AddAsync(project, RelationKind.Block, 1, [2], cause, None));
        Assert.Equal(new FriendshipResult(WasFriend: false), await core.Relations.BefriendAsync(project, 1, 2, cause, None));
        await core.Users.RegisterAsync(project, Ben, new(), None);
        Assert.True(await core.Users.RemoveAsync(project, Ben, new(0, teller), None));
        teller.Heard();
        foreach (var watcher in new[] { first, last })
        {
            watcher.Heard(
                $"Joined 21 by {Ann} in {world.Gid} of 5", $"Gone 21 by {Ann} in {world.Gid} of 4", "Joined 5 by 5 in 63 of 1",
                $"Block 1>2 by {Ann}", $"Friend 1<>2 by {Ann}", $"Gone {Ben} by 0 in {world.Gid} of 3");
        }
        foreach (var watcher in new[] { first, last })
            watcher.IsConcerned = false;
        await groups.CreateAsync(project, 64, 5, "n", "d", new(), [], default, teller, None); // it alone would be concerned
        teller.Heard();
    }

    private static ChangeWatcher Watch(CoreFixture fixture)
    {
        var watcher = new ChangeWatcher();
        fixture.Core.Changes.Observe(watcher);
        return watcher;
    }
}
