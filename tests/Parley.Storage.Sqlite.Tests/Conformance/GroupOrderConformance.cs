using Parley.Core.Groups;
using Parley.Core.Moderation;
using Parley.Core.Storage;

namespace Parley.Storage.Conformance;

/// <summary>Roles, succession, blacklists, rules and numbers of groups.</summary>
public abstract class GroupOrderConformance : StoreConformance
{
    [Fact]
    public async Task A_founder_owns_the_group_and_the_best_of_the_rest_succeeds()
    {
        await FoundAsync(50, 9);
        foreach (var user in new[] { 5, 2, 7, 3 })
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(MembershipResult.Done, await JoinAsync(50, user));
        }
        Assert.True(await ChangeRoleAsync(7, GroupRole.Member, GroupRole.Manager));
        Assert.True(await ChangeRoleAsync(3, GroupRole.Member, GroupRole.Manager));
        Assert.False(await ChangeRoleAsync(9, GroupRole.Member, GroupRole.Manager)); // owns it
        Assert.False(await ChangeRoleAsync(4, GroupRole.Member, GroupRole.Manager));
        Assert.Equal("2:Member 3:Manager 5:Member 7:Manager 9:Owner", await RolesAsync());

        await Store.Groups.LeaveAsync(Project, 50, 9, Token);
        Assert.Equal("2:Member 3:Manager 5:Member 7:Owner", await RolesAsync());
        Assert.Equal([7L, 3], await Store.Groups.RemoveMembersAsync(Project, 50, [7, 3, 99, 7], sparesOwner: false, Token));
        Assert.Equal("2:Member 5:Owner", await RolesAsync());
        await ReopenAsync();
        Assert.Equal([2L], await Store.Groups.RemoveMembersAsync(Project, 50, [5, 2], sparesOwner: true, Token));
        Assert.Equal("5:Owner", await RolesAsync());
        Assert.Equal([new GroupMember(5, 0, GroupRole.Owner)], Places((await Store.Groups.DeleteAsync(Project, 50, Token))!.Members));
        Assert.Null(await Store.Groups.DeleteAsync(Project, 50, Token));
    }

    [Fact]
    public async Task The_blacklist_removes_and_keeps_out()
    {
        await FoundAsync(50, 1);
        await JoinAsync(50, 2);
        Assert.Equal(BlacklistResult.IsOwner, await BlacklistAsync(50, 1, sparesOwner: true));
        Assert.Equal("1:Owner 2:Member", await RolesAsync());
        Assert.Empty(await Store.Bans.GetAsync(Project, BanPlace.Group(50), Token));
        Assert.Equal(BlacklistResult.Removed, await BlacklistAsync(50, 2, sparesOwner: true));
        Assert.Equal(BlacklistResult.ListedBefore, await BlacklistAsync(50, 2, sparesOwner: true));
        Assert.Equal(BlacklistResult.Listed, await BlacklistAsync(50, 3, sparesOwner: true));
        Assert.Equal(MembershipResult.Banned, await JoinAsync(50, 2));
        Assert.Equal((AddMembersResult.Banned, 0), await AddAsync(50, 4, 2));
        Assert.Equal("1:Owner", await RolesAsync());
        Assert.Equal((AddMembersResult.Added, 1), await AddAsync(50, 4, 1, 4));
        Assert.Equal(BlacklistResult.Removed, await BlacklistAsync(50, 1, sparesOwner: false));
        Assert.Equal("4:Owner", await RolesAsync());
        Assert.Equal(BlacklistResult.Removed, await BlacklistAsync(50, 4, sparesOwner: false));
        Assert.Equal("", await RolesAsync()); // lives on, and so does its blacklist
        Assert.Equal(BlacklistResult.Listed, await BlacklistAsync(51, 1, sparesOwner: true));
        Assert.Equal(MembershipResult.Banned, await FoundAsync(51, 1));
        Assert.Equal(MembershipResult.Done, await FoundAsync(51, 2));

        await Store.Bans.SetAsync(Project, new(BanPlace.Group(51), BanKind.Enter, 1, Now), Token); // over
        Assert.Equal(MembershipResult.Done, await JoinAsync(51, 1));
    }

    [Fact]
    public async Task Rules_stand_alone_until_the_group_goes()
    {
        Assert.Equal(default, await Store.Groups.GetRulesAsync(Project, 50, Token));
        await Store.Groups.SetRulesAsync(Project, 50, 2, isClosed: null, Token);
        await Store.Groups.SetRulesAsync(Project, 50, capacity: null, isClosed: true, Token);
        Assert.Equal(new GroupRules(2, true), await Store.Groups.GetRulesAsync(Project, 50, Token));
        Assert.Equal(default, await Store.Groups.GetRulesAsync(OtherProject, 50, Token));
        Assert.Null(await Store.Groups.GetAsync(Project, 50, Token));
        Assert.Equal(MembershipResult.Closed, await FoundAsync(50, 1));
        Assert.Equal((AddMembersResult.TooManyMembers, 0), await AddAsync(50, 1, 2, 3));
        Assert.Equal((AddMembersResult.Added, 1), await AddAsync(50, 1));
        Assert.Equal(MembershipResult.Closed, await JoinAsync(50, 2));
        Assert.Equal(MembershipResult.Done, await JoinAsync(50, 2, evenIfClosed: true));
        Assert.Equal(MembershipResult.TooManyMembers, await JoinAsync(50, 3, evenIfClosed: true));
        await ReopenAsync();
        Assert.Equal(new GroupRules(2, true), (await Store.Groups.GetAsync(Project, 50, Token))!.Rules);
        await Store.Groups.LeaveAsync(Project, 50, 1, Token);
        await Store.Groups.LeaveAsync(Project, 50, 2, Token);
        Assert.Equal(default, await Store.Groups.GetRulesAsync(Project, 50, Token));
    }

    [Fact]
    public async Task Numbers_are_counted_per_project_and_never_given_twice()
    {
        const long first = IGroupStore.FirstGroupId;
        Assert.Equal((MembershipResult.Done, first), await CreateAsync(Project, 0));
        Assert.Equal((MembershipResult.Done, 77), await CreateAsync(Project, 77));
        Assert.Equal((MembershipResult.Done, first + 1), await CreateAsync(Project, 77));
        Assert.Equal((MembershipResult.Done, first), await CreateAsync(OtherProject, 0));
        await Store.Groups.DeleteAsync(Project, first + 1, Token);
        await ReopenAsync();
        Assert.Equal((MembershipResult.Done, first + 2), await CreateAsync(Project, 0));
        Assert.Equal((MembershipResult.TooManyGroups, 0), await CreateAsync(Project, 0, new(0, 0, 3)));

        var group = (await Store.Groups.GetAsync(Project, first + 2, Token))!;
        Assert.Equal(("name", "description"), (group.Name, group.Description));
        Assert.Equal([new GroupMember(8, 0, GroupRole.Owner)], Places(group.Members));
    }

    [Fact]
    public async Task All_bans_of_a_kind_are_lifted_at_once()
    {
        var place = BanPlace.Group(50);
        Ban[] others =
        [
            new(place, BanKind.Enter, 1, long.MaxValue), new(BanPlace.Group(51), BanKind.Speak, 1, long.MaxValue),
            new(BanPlace.Room(50), BanKind.Speak, 1, long.MaxValue),
        ];
        foreach (var ban in others.Append(new(place, BanKind.Speak, 0, long.MaxValue)).Append(new(place, BanKind.Speak, 1, Now + 1)))
            await Store.Bans.SetAsync(Project, ban, Token);
        await Store.Bans.RemoveAllAsync(Project, place, BanKind.Speak, Token);
        await Store.Bans.RemoveAllAsync(OtherProject, place, BanKind.Enter, Token);
        foreach (var ban in others)
            Assert.Equal([ban], await Store.Bans.GetAsync(Project, ban.Place, Token));
    }

    private async Task<(MembershipResult Result, long GroupId)> CreateAsync(long project, long wish, GroupLimits limits = default)
    {
        var draft = new GroupDraft(8, "name", "description", new(), []);
        var (result, groupId, added) = await Store.Groups.CreateAsync(project, wish, draft, limits, Now, Token);
        Assert.Empty(added);
        return (result, groupId);
    }

    private ValueTask<MembershipResult> FoundAsync(long group, long user) => Store.Groups.FoundAsync(Project, group, user, default, Now, Token);

    private ValueTask<MembershipResult> JoinAsync(long group, long user, bool evenIfClosed = false) =>
        Store.Groups.JoinAsync(Project, group, user, addedBy: user, default, evenIfClosed, Now, Token);

    private ValueTask<BlacklistResult> BlacklistAsync(long group, long user, bool sparesOwner) =>
        Store.Groups.BlacklistAsync(Project, group, user, sparesOwner, Token);

    private ValueTask<bool> ChangeRoleAsync(long user, GroupRole from, GroupRole to) =>
        Store.Groups.ChangeRoleAsync(Project, 50, user, from, to, Token);

    private async Task<(AddMembersResult Result, int Added)> AddAsync(long group, params long[] users)
    {
        var (result, added) = await Store.Groups.AddMembersAsync(Project, group, users, 0, 0, Now, Token);
        return (result, added.Count);
    }

    private async Task<string> RolesAsync() =>
        string.Join(' ', (await Store.Groups.GetAsync(Project, 50, Token))!.Members.Select(member => $"{member.UserId}:{member.Role}"));
}
