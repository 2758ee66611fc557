using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Moderation;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Core.Rooms;

namespace Parley.Storage.Conformance;

/// <summary>The name directory.</summary>
public abstract class NameStoreConformance : StoreConformance
{
    private const long Band = 9_000_000_000_000_000;

    [Fact]
    public async Task Names_get_the_numbers_of_the_band_in_order_and_keep_them()
    {
        Assert.Equal(Band, await Store.Names.GetOrAddAsync(Project, "aa", Token));
        Assert.Equal(Band + 1, await Store.Names.GetOrAddAsync(Project, "AA", Token));
        Assert.Equal(Band, await Store.Names.GetOrAddAsync(OtherProject, "bb", Token));
        await ReopenAsync();

        Assert.Equal(Band, await Store.Names.GetOrAddAsync(Project, "aa", Token));
        Assert.Equal(Band + 2, await Store.Names.GetOrAddAsync(Project, "", Token));
        Assert.Equal(Band + 3, await Store.Names.GetOrAddAsync(Project, "名\0字", Token));
        Assert.Equal("名\0字", await Store.Names.FindNameAsync(Project, Band + 3, Token));
        Assert.Equal("", await Store.Names.FindNameAsync(Project, Band + 2, Token));
    }

    [Fact]
    public async Task A_name_that_was_never_given_is_not_found()
    {
        await Store.Names.GetOrAddAsync(Project, "aa", Token);

        Assert.Equal(Band, await Store.Names.FindAsync(Project, "aa", Token));
        Assert.Equal(0, await Store.Names.FindAsync(Project, "bb", Token));
        Assert.Equal(0, await Store.Names.FindAsync(OtherProject, "aa", Token));
        Assert.Null(await Store.Names.FindNameAsync(Project, Band + 1, Token));
        Assert.Null(await Store.Names.FindNameAsync(OtherProject, Band, Token));
    }

    [Fact]
    public async Task A_name_asked_for_by_many_at_once_gets_one_number()
    {
        var numbers = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(i => Store.Names.GetOrAddAsync(Project, $"n{i % 3}", Token).AsTask()));

        Assert.Equal([Band, Band + 1, Band + 2], numbers.Distinct().Order());
    }
}

/// <summary>Friends and blocks.</summary>
public abstract class RelationStoreConformance : StoreConformance
{
    [Fact]
    public async Task Edges_are_directed_and_kept_by_kind()
    {
        Assert.Equal([5L, 3L], await Store.Relations.AddAsync(Project, RelationKind.Friend, 1, [5, 3, 5], 0, Token));
        Assert.Equal([9L], await Store.Relations.AddAsync(Project, RelationKind.Block, 1, [9], 0, Token));
        Assert.Equal([4L], await Store.Relations.AddAsync(Project, RelationKind.Friend, 1, [3, 4], 0, Token)); // 3 was there

        Assert.Equal([3L, 4, 5], await Store.Relations.GetAsync(Project, RelationKind.Friend, 1, Token));
        Assert.Equal([9L], await Store.Relations.GetAsync(Project, RelationKind.Block, 1, Token));
        Assert.Empty(await Store.Relations.GetAsync(Project, RelationKind.Friend, 3, Token));
        Assert.Empty(await Store.Relations.GetAsync(OtherProject, RelationKind.Friend, 1, Token));
    }

    [Fact]
    public async Task Nothing_is_added_beyond_the_limit()
    {
        Assert.Equal([1L, 2L, 3L], await Store.Relations.AddAsync(Project, RelationKind.Friend, 1, [1, 2, 3], 3, Token));
        Assert.Null(await Store.Relations.AddAsync(Project, RelationKind.Friend, 1, [3, 4], 3, Token));
        Assert.Empty((await Store.Relations.AddAsync(Project, RelationKind.Friend, 1, [1, 3], 3, Token))!);
        Assert.Empty((await Store.Relations.AddAsync(Project, RelationKind.Friend, 1, [], 1, Token))!);

        Assert.Equal([1L, 2, 3], await Store.Relations.GetAsync(Project, RelationKind.Friend, 1, Token));
    }

    [Fact]
    public async Task Removing_passes_over_the_absent()
    {
        await Store.Relations.AddAsync(Project, RelationKind.Friend, 1, [1, 2, 3], 0, Token);
        await Store.Relations.RemoveAsync(Project, RelationKind.Friend, 1, [2, 7], Token);
        await Store.Relations.RemoveAsync(Project, RelationKind.Friend, 1, [], Token);

        Assert.Equal([1L, 3], await Store.Relations.GetAsync(Project, RelationKind.Friend, 1, Token));
    }
}

/// <summary>Groups and their members.</summary>
public abstract class GroupStoreConformance : StoreConformance
{
    [Fact]
    public async Task A_group_comes_into_being_with_its_first_members()
    {
        Assert.Null(await Store.Groups.GetAsync(Project, 50, Token));
        Assert.Equal(AddMembersResult.Added, await AddAsync(50, [3, 1, 3]));

        var group = await Store.Groups.GetAsync(Project, 50, Token);

        Assert.NotNull(group);
        Assert.Equal((50L, "", ""), (group.GroupId, group.OpenInfo, group.PrivateInfo));
        Assert.Equal([new GroupMember(1, 0), new GroupMember(3, 0)], Places(group.Members));
        Assert.Null(await Store.Groups.GetAsync(OtherProject, 50, Token));
    }

    [Fact]
    public async Task Members_join_at_the_head_of_that_moment_and_stay_there()
    {
        await AddAsync(50, [1]);
        await SayAsync(ConversationKey.Group(Project, 50), 1, 3);
        var saying = Append(Words(ConversationKey.Group(Project, 50), 1, 9));
        await AddAsync(50, [1, 2]);
        await saying.Committed;

        Assert.Equal([new GroupMember(1, 0), new GroupMember(2, 4)], Places((await Store.Groups.GetAsync(Project, 50, Token))!.Members));
    }

    [Fact]
    public async Task Limits_hold_for_members_and_for_groups()
    {
        Assert.Equal(AddMembersResult.Added, await AddAsync(1, [1, 2], memberLimit: 2, groupLimit: 1));
        Assert.Equal(AddMembersResult.TooManyMembers, await AddAsync(1, [2, 3], memberLimit: 2, groupLimit: 1));
        Assert.Equal(AddMembersResult.Added, await AddAsync(1, [1, 2], memberLimit: 1, groupLimit: 1));
        Assert.Equal(AddMembersResult.TooManyGroups, await AddAsync(2, [1], memberLimit: 2, groupLimit: 1));
        Assert.Equal(AddMembersResult.TooManyMembers, await AddAsync(2, [1, 2, 3], memberLimit: 2, groupLimit: 2));

        Assert.Equal(2, (await Store.Groups.GetAsync(Project, 1, Token))!.Members.Count);
        Assert.Null(await Store.Groups.GetAsync(Project, 2, Token));
    }

    [Fact]
    public async Task A_group_lives_on_without_members()
    {
        await AddAsync(50, [1, 2]);
        await Store.Groups.RemoveMembersAsync(Project, 50, [1, 2, 3], sparesOwner: false, Token);
        await Store.Groups.RemoveMembersAsync(Project, 50, [], sparesOwner: false, Token);

        Assert.Empty((await Store.Groups.GetAsync(Project, 50, Token))!.Members);
        Assert.Empty(await Store.Groups.GetGroupsOfAsync(Project, 1, Token));
    }

    [Fact]
    public async Task Deleting_a_group_takes_its_members_and_bans_and_leaves_the_messages()
    {
        await AddAsync(50, [1]);
        await AddAsync(51, [1]);
        await SayAsync(ConversationKey.Group(Project, 50), 1, 3);
        var forAll = new Ban(BanPlace.Group(0), BanKind.Speak, 2, long.MaxValue);
        await Store.Bans.SetAsync(Project, new Ban(BanPlace.Group(50), BanKind.Speak, 2, long.MaxValue), Token);
        await Store.Bans.SetAsync(Project, forAll, Token);

        await Store.Groups.DeleteAsync(Project, 50, Token);
        await Store.Groups.DeleteAsync(Project, 99, Token);

        Assert.Null(await Store.Groups.GetAsync(Project, 50, Token));
        Assert.Equal([51L], await Store.Groups.GetGroupsOfAsync(Project, 1, Token));
        Assert.Empty(await Store.Bans.GetAsync(Project, BanPlace.Group(50), Token));
        Assert.Equal([forAll], await Store.Bans.GetAsync(Project, BanPlace.Group(0), Token));
        Assert.Equal(3, (await Store.Messages.GetHeadAsync(ConversationKey.Group(Project, 50), Token)).Sequence);

        await AddAsync(50, [1]);
        Assert.Equal([new GroupMember(1, 3)], Places((await Store.Groups.GetAsync(Project, 50, Token))!.Members));
    }

    [Fact]
    public async Task A_group_is_founded_once_and_ends_with_its_last_member()
    {
        Assert.Equal(MembershipResult.Done, await FoundAsync(50, 1));
        Assert.Equal(MembershipResult.Exists, await FoundAsync(50, 2));
        await SayAsync(ConversationKey.Group(Project, 50), 1, 3);
        Assert.Equal(MembershipResult.Done, await JoinAsync(50, 2));
        Assert.Equal(MembershipResult.AlreadyMember, await JoinAsync(50, 2));
        Assert.Equal(MembershipResult.NoGroup, await JoinAsync(51, 2));
        Assert.Equal([new GroupMember(1, 0, GroupRole.Owner), new GroupMember(2, 3)], Places((await Store.Groups.GetAsync(Project, 50, Token))!.Members));

        Assert.Equal(MembershipResult.NoGroup, await Store.Groups.LeaveAsync(Project, 51, 1, Token));
        Assert.Equal(MembershipResult.NotMember, await Store.Groups.LeaveAsync(Project, 50, 3, Token));
        Assert.Equal(MembershipResult.Done, await Store.Groups.LeaveAsync(Project, 50, 1, Token));
        Assert.NotNull(await Store.Groups.GetAsync(Project, 50, Token));
        await Store.Bans.SetAsync(Project, new Ban(BanPlace.Group(50), BanKind.Speak, 9, long.MaxValue), Token);
        Assert.Equal(MembershipResult.Done, await Store.Groups.LeaveAsync(Project, 50, 2, Token));
        Assert.Null(await Store.Groups.GetAsync(Project, 50, Token));
        Assert.Empty(await Store.Bans.GetAsync(Project, BanPlace.Group(50), Token));

        Assert.Equal(MembershipResult.Done, await FoundAsync(50, 2));
        Assert.Equal([new GroupMember(2, 3, GroupRole.Owner)], Places((await Store.Groups.GetAsync(Project, 50, Token))!.Members));
    }

    [Fact]
    public async Task Founding_and_joining_keep_to_limits()
    {
        Assert.Equal(MembershipResult.Done, await FoundAsync(50, 1, new(2, 2, 3)));
        Assert.Equal(MembershipResult.Done, await FoundAsync(51, 1, new(2, 2, 3)));
        Assert.Equal(MembershipResult.TooManyGroups, await FoundAsync(52, 1, new(2, 2, 3)));
        Assert.Equal(MembershipResult.Done, await FoundAsync(52, 2, new(2, 2, 3)));
        Assert.Equal(MembershipResult.TooManyGroups, await FoundAsync(53, 3, new(2, 2, 3)));
        Assert.Equal(MembershipResult.TooManyGroups, await JoinAsync(52, 1, new(2, 2, 3)));
        Assert.Equal(MembershipResult.Done, await JoinAsync(50, 2, new(2, 2, 3)));
        Assert.Equal(MembershipResult.TooManyMembers, await JoinAsync(50, 3, new(2, 2, 3)));
        Assert.Equal(MembershipResult.Done, await JoinAsync(50, 3, default));
    }

    [Fact]
    public async Task Groups_of_a_user_come_in_the_order_of_joining()
    {
        foreach (var group in new[] { 7, 3, 5 })
        {
            await FoundAsync(group, 1);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([7L, 3, 5], await Store.Groups.GetGroupsInOrderOfJoiningAsync(Project, 1, Token));
    }

    [Fact]
    public async Task Groups_of_a_user_come_in_order()
    {
        foreach (var group in new[] { 7, 3, 5 })
            await AddAsync(group, [1]);

        Assert.Equal([3L, 5, 7], await Store.Groups.GetGroupsOfAsync(Project, 1, Token));
        Assert.Empty(await Store.Groups.GetGroupsOfAsync(OtherProject, 1, Token));
    }

    [Fact]
    public async Task Infos_change_alone_and_only_of_groups_that_exist()
    {
        Assert.False(await Store.Groups.SetInfoAsync(Project, 50, "a", "b", Token));
        await AddAsync(50, [1]);
        await AddAsync(51, []);
        Assert.True(await Store.Groups.SetInfoAsync(Project, 50, "a", null, Token));
        Assert.True(await Store.Groups.SetInfoAsync(Project, 50, null, "b", Token));
        Assert.True(await Store.Groups.SetInfoAsync(Project, 50, null, null, Token));

        var group = (await Store.Groups.GetAsync(Project, 50, Token))!;
        Assert.Equal(("a", "b"), (group.OpenInfo, group.PrivateInfo));
        Assert.Equal([(51L, ""), (50L, "a")], await Store.Groups.GetOpenInfosAsync(Project, [51, 99, 50], Token));
    }

    private ValueTask<MembershipResult> FoundAsync(long group, long user, GroupLimits limits = default) =>
        Store.Groups.FoundAsync(Project, group, user, limits, Now, Token);

    private ValueTask<MembershipResult> JoinAsync(long group, long user, GroupLimits limits = default) =>
        Store.Groups.JoinAsync(Project, group, user, addedBy: user, limits, evenIfClosed: false, Now, Token);

    private async ValueTask<AddMembersResult> AddAsync(long groupId, long[] userIds, int memberLimit = 0, int groupLimit = 0) =>
        (await Store.Groups.AddMembersAsync(Project, groupId, userIds, memberLimit, groupLimit, Now, Token)).Result;
}

/// <summary>Texts about rooms.</summary>
public abstract class RoomStoreConformance : StoreConformance
{
    [Fact]
    public async Task Infos_of_a_room_change_alone()
    {
        Assert.Equal(new RoomInfo("", ""), await Store.Rooms.GetInfoAsync(Project, 8, Token));
        await Store.Rooms.SetInfoAsync(Project, 8, null, "p", Token);
        await Store.Rooms.SetInfoAsync(Project, 8, "o", null, Token);
        await Store.Rooms.SetInfoAsync(Project, 8, null, null, Token);

        Assert.Equal(new RoomInfo("o", "p"), await Store.Rooms.GetInfoAsync(Project, 8, Token));
        await Store.Rooms.SetInfoAsync(Project, 8, "", null, Token);
        Assert.Equal(new RoomInfo("", "p"), await Store.Rooms.GetInfoAsync(Project, 8, Token));
        Assert.Equal(new RoomInfo("", ""), await Store.Rooms.GetInfoAsync(OtherProject, 8, Token));
    }

    [Fact]
    public async Task What_is_kept_of_a_room_changes_alone_and_comes_back()
    {
        Assert.Equal(RoomRecord.None, (await Store.Rooms.GetAsync(Project, 8, Token)).Record);
        await Store.Rooms.SetClosedAsync(Project, 8, true, Token);
        await Store.Rooms.SetCapacityAsync(Project, 8, 7, Token);
        await Store.Rooms.SetInfoAsync(Project, 8, "o", null, Token);
        await Store.Rooms.SetCapacityAsync(Project, 0, 9, Token);
        await ReopenAsync();
        Assert.Equal(new RoomRecord("", "", 0, true, 7), (await Store.Rooms.GetAsync(Project, 8, Token)).Record);
        Assert.Equal(new RoomRecord("", "", 0, false, 9), (await Store.Rooms.GetAsync(Project, 0, Token)).Record);
        Assert.Equal(RoomRecord.None, (await Store.Rooms.GetAsync(OtherProject, 8, Token)).Record);
        await Store.Rooms.SetClosedAsync(Project, 8, false, Token);
        await Store.Rooms.SetClosedAsync(Project, 88, false, Token);
        Assert.Equal(new RoomRecord("", "", 0, false, 7), (await Store.Rooms.GetAsync(Project, 8, Token)).Record);
        Assert.Equal(new RoomInfo("o", ""), await Store.Rooms.GetInfoAsync(Project, 8, Token));
    }

    [Fact]
    public async Task Ids_are_counted_for_each_project_and_passed_over_when_in_use()
    {
        var room = new RoomRecord("n", "d", 5, false, 0);
        Assert.Equal(1_000_000_000, await Store.Rooms.CreateAsync(Project, room, _ => false, Token));
        Assert.Equal(1_000_000_000, await Store.Rooms.CreateAsync(OtherProject, room, _ => false, Token));
        Assert.Equal(1_000_000_003, await Store.Rooms.CreateAsync(Project, room, id => id < 1_000_000_003, Token));
        await Store.Rooms.SetCapacityAsync(Project, 1_000_000_004, 1, Token);
        await Store.Bans.SetAsync(Project, new(BanPlace.Room(1_000_000_005), BanKind.Speak, 1, long.MaxValue), Token);
        await Store.Rooms.RemoveAsync(Project, 1_000_000_003, Token);
        await ReopenAsync();
        Assert.Equal(1_000_000_006, await Store.Rooms.CreateAsync(Project, room, _ => false, Token));
        Assert.Equal(room, (await Store.Rooms.GetAsync(Project, 1_000_000_006, Token)).Record);
    }

    [Fact]
    public async Task A_room_goes_with_its_bans_and_its_kept_broadcasts()
    {
        await Store.Rooms.SetInfoAsync(Project, 8, "o", "p", Token);
        foreach (var room in new[] { 8L, 9 })
        {
            Assert.Equal(1, await Store.Rooms.NextBroadcastAsync(Project, room, Token));
            await Store.Rooms.KeepBroadcastAsync(Project, room, new(1, 5, 6), 10, Token);
            await Store.Bans.SetAsync(Project, new(BanPlace.Room(room), BanKind.Speak, 1, long.MaxValue), Token);
        }
        await Store.Rooms.RemoveAsync(Project, 8, Token);
        Assert.Equal(new RoomInfo("", ""), await Store.Rooms.GetInfoAsync(Project, 8, Token));
        Assert.Empty((await Store.Rooms.GetAsync(Project, 8, Token)).Kept);
        Assert.Empty(await Store.Bans.GetAsync(Project, BanPlace.Room(8), Token));
        Assert.Equal([new BroadcastMark(1, 5, 6)], (await Store.Rooms.GetAsync(Project, 9, Token)).Kept);
        Assert.Single(await Store.Bans.GetAsync(Project, BanPlace.Room(9), Token));
        Assert.Equal(2, await Store.Rooms.NextBroadcastAsync(Project, 9, Token));
        Assert.Equal(1, await Store.Rooms.NextBroadcastAsync(Project, 8, Token));
    }

    [Fact]
    public async Task Kept_broadcasts_are_in_order_bounded_and_purged_in_portions()
    {
        foreach (var number in new[] { 5L, 1, 4, 2, 3 })
            await Store.Rooms.KeepBroadcastAsync(Project, 8, new(number, number * 100, 10 + number), 4, Token);
        Assert.Equal([2L, 3, 4, 5], (await Store.Rooms.GetAsync(Project, 8, Token)).Kept.Select(mark => mark.Number));
        Assert.Equal(2, await Store.Rooms.PurgeBroadcastsAsync(15, 2, Token));
        Assert.Equal(1, await Store.Rooms.PurgeBroadcastsAsync(15, 2, Token));
        Assert.Equal([new BroadcastMark(5, 500, 15)], (await Store.Rooms.GetAsync(Project, 8, Token)).Kept);
    }
}

/// <summary>Bans.</summary>
public abstract class BanStoreConformance : StoreConformance
{
    [Fact]
    public async Task A_ban_holds_for_its_place_kind_and_user()
    {
        Ban[] bans =
        [
            new(BanPlace.Group(5), BanKind.Speak, 0, 100),
            new(BanPlace.Group(5), BanKind.Speak, 7, long.MaxValue),
            new(BanPlace.Group(5), BanKind.Enter, 7, 200),
        ];
        foreach (var ban in bans)
            await Store.Bans.SetAsync(Project, ban, Token);
        await Store.Bans.SetAsync(Project, new Ban(BanPlace.Room(5), BanKind.Enter, 8, 300), Token);
        await Store.Bans.SetAsync(Project, new Ban(BanPlace.Project, BanKind.Enter, 9, 400), Token);

        Assert.Equal(bans, await Store.Bans.GetAsync(Project, BanPlace.Group(5), Token));
        Assert.Equal([new Ban(BanPlace.Room(5), BanKind.Enter, 8, 300)], await Store.Bans.GetAsync(Project, BanPlace.Room(5), Token));
        Assert.Equal([new Ban(BanPlace.Project, BanKind.Enter, 9, 400)], await Store.Bans.GetAsync(Project, BanPlace.Project, Token));
        Assert.Empty(await Store.Bans.GetAsync(OtherProject, BanPlace.Group(5), Token));
    }

    [Fact]
    public async Task A_ban_is_replaced_and_lifted()
    {
        var place = BanPlace.Room(5);
        await Store.Bans.SetAsync(Project, new Ban(place, BanKind.Speak, 7, 100), Token);
        await Store.Bans.SetAsync(Project, new Ban(place, BanKind.Speak, 7, 50), Token);
        Assert.Equal([new Ban(place, BanKind.Speak, 7, 50)], await Store.Bans.GetAsync(Project, place, Token));

        await Store.Bans.RemoveAsync(Project, place, BanKind.Enter, 7, Token);
        await Store.Bans.RemoveAsync(Project, place, BanKind.Speak, 7, Token);
        Assert.Empty(await Store.Bans.GetAsync(Project, place, Token));
    }

    [Fact]
    public async Task All_bans_of_a_kind_and_place_are_lifted_at_once()
    {
        var place = BanPlace.Room(5);
        foreach (var user in new[] { 0L, 7 })
            await Store.Bans.SetAsync(Project, new Ban(place, BanKind.Speak, user, 100), Token);
        await Store.Bans.SetAsync(Project, new Ban(place, BanKind.Enter, 7, 100), Token);
        await Store.Bans.SetAsync(Project, new Ban(BanPlace.Room(6), BanKind.Speak, 7, 100), Token);
        await Store.Bans.RemoveAllAsync(Project, place, BanKind.Speak, Token);
        await Store.Bans.RemoveAllAsync(OtherProject, place, BanKind.Enter, Token);
        Assert.Equal([new Ban(place, BanKind.Enter, 7, 100)], await Store.Bans.GetAsync(Project, place, Token));
        Assert.Single(await Store.Bans.GetAsync(Project, BanPlace.Room(6), Token));
    }

    [Fact]
    public async Task Ended_bans_are_forgotten_in_portions()
    {
        for (var user = 1; user <= 10; user++)
            await Store.Bans.SetAsync(Project, new Ban(BanPlace.Project, BanKind.Speak, user, user * 10), Token);
        await Store.Bans.SetAsync(Project, new Ban(BanPlace.Project, BanKind.Speak, 11, long.MaxValue), Token);

        Assert.Equal(4, await Store.Bans.PurgeAsync(70, 4, Token));
        Assert.Equal(2, await Store.Bans.PurgeAsync(70, 4, Token));
        Assert.Equal(
            [7L, 8, 9, 10, 11], (await Store.Bans.GetAsync(Project, BanPlace.Project, Token)).Select(ban => ban.UserId));
    }
}

/// <summary>Projects.</summary>
public abstract class ProjectStoreConformance : StoreConformance
{
    [Fact]
    public async Task A_project_comes_back_as_it_was_saved()
    {
        var saved = new Project
        {
            Id = 7,
            Name = "n",
            Secret = "s\"ü",
            AdminUserIds = [99, long.MaxValue],
            Settings = ProjectSettings.Rtm with { MultiLogin = true, DisabledMethods = ["a", "b"], SensitiveWords = ["ü"], UnreadPush = false },
        };
        await Store.Projects.SaveAsync(saved, Token);
        await ReopenAsync();

        var read = Assert.Single(await Store.Projects.ListAsync(Token));

        Assert.Equal((7L, "n", "s\"ü"), (read.Id, read.Name, read.Secret));
        Assert.Equal(saved.AdminUserIds, read.AdminUserIds);
        Assert.Equal(saved.Settings.DisabledMethods, read.Settings.DisabledMethods);
        Assert.Equal(saved.Settings.SensitiveWords, read.Settings.SensitiveWords);
        Assert.Equal(
            saved.Settings, read.Settings with { DisabledMethods = saved.Settings.DisabledMethods, SensitiveWords = saved.Settings.SensitiveWords });
    }

    [Fact]
    public async Task Saving_again_replaces_and_the_list_is_in_order()
    {
        await Store.Projects.SaveAsync(new Project { Id = 9, Secret = "a" }, Token);
        await Store.Projects.SaveAsync(new Project { Id = 3, Secret = "b", AdminUserIds = [1] }, Token);
        await Store.Projects.SaveAsync(new Project { Id = 9, Secret = "c", Name = "nine" }, Token);

        var read = await Store.Projects.ListAsync(Token);

        Assert.Equal([(3L, "", "b"), (9L, "nine", "c")], read.Select(project => (project.Id, project.Name, project.Secret)));
    }
}
