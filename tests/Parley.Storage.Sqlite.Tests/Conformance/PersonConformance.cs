using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Moderation;
using Parley.Core.Relations;
using Parley.Core.Users;

namespace Parley.Storage.Conformance;

/// <summary>Registering, changing, removing and listing users.</summary>
public abstract class PersonConformance : StoreConformance
{
    private static readonly PersonProfile Ann = new()
    {
        Nickname = "Ann\0ö",
        FaceUrl = "f",
        Gender = 2,
        Phone = "p",
        BirthText = "1990-01-02",
        Birth = 631_238_400,
        Email = "e",
        Extra = "x",
        Level = 2,
    };

    [Fact]
    public async Task A_registered_user_is_a_user_with_a_profile_in_its_project_also_after_a_restart()
    {
        await SayAsync(ConversationKey.Broadcast(Project), 9, 3);
        Assert.Null(await Store.Persons.FindAsync(Project, 1, Token));
        Assert.True(await AddAsync(1, Ann));
        Assert.False(await AddAsync(1, new() { Nickname = "somebody else" }));
        await ReopenAsync();

        Assert.Equal(new RegisteredUser(1, Ann, Now), await Store.Persons.FindAsync(Project, 1, Token));
        Assert.Null(await Store.Persons.FindAsync(OtherProject, 1, Token));
        Assert.True(await Store.Users.ExistsAsync(Project, 1, Token));
        Assert.Equal(3, (await Store.Users.GetProfileAsync(Project, 1, Token)).BroadcastFloor);
        Assert.False(await Store.Users.EnsureAsync(Project, 1, 0, Now, Token));
    }

    [Fact]
    public async Task A_user_that_came_in_otherwise_is_known_with_an_empty_profile_which_can_be_filled()
    {
        await Store.Users.EnsureAsync(Project, 1, 0, 77, Token);
        await Store.Users.UpdateProfileAsync(Project, 2, new ProfileChange { PushName = "Ben" }, Token);
        Assert.Equal(new RegisteredUser(1, PersonProfile.Empty, 77), await Store.Persons.FindAsync(Project, 1, Token));
        Assert.Equal(("", 1), (PersonProfile.Empty.Nickname, PersonProfile.Empty.Level));
        Assert.Equal(PersonProfile.Empty, (await Store.Persons.FindAsync(Project, 2, Token))!.Profile);
        Assert.False(await AddAsync(1, Ann));
        Assert.True(await Store.Persons.ChangeAsync(Project, 1, _ => Ann, Token));
        Assert.Equal(new RegisteredUser(1, Ann, 77), await Store.Persons.FindAsync(Project, 1, Token));
        Assert.Equal("Ben", (await Store.Users.GetProfileAsync(Project, 2, Token)).PushName);
    }

    [Fact]
    public async Task Of_many_who_register_one_id_at_once_one_succeeds()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AddAsync(1, new() { Nickname = $"{i}" }).AsTask()));
        Assert.Single(made, isNew => isNew);
        Assert.Equal($"{Array.IndexOf(made, true)}", (await Store.Persons.FindAsync(Project, 1, Token))!.Profile.Nickname);
    }

    [Fact]
    public async Task Of_many_changes_at_once_none_is_lost()
    {
        Assert.False(await Store.Persons.ChangeAsync(Project, 1, Later, Token));
        Assert.Null(await Store.Persons.FindAsync(Project, 1, Token));
        await AddAsync(1, new());
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Store.Persons.ChangeAsync(Project, 1, Later, Token).AsTask()));
        Assert.Equal(100, (await Store.Persons.FindAsync(Project, 1, Token))!.Profile.Birth);

        static PersonProfile Later(PersonProfile profile) => profile with { Birth = profile.Birth + 1 };
    }

    [Fact]
    public async Task A_change_that_throws_changes_nothing_and_harms_nobody()
    {
        await AddAsync(1, Ann);
        var other = AddAsync(2, new()).AsTask();
        var failing = Store.Persons.ChangeAsync(Project, 1, _ => throw new FormatException("no"), Token).AsTask();
        var third = AddAsync(3, new()).AsTask();

        Assert.Equal("no", (await Assert.ThrowsAsync<FormatException>(() => failing)).Message);
        Assert.True(await other);
        Assert.True(await third);
        Assert.Equal(Ann, (await Store.Persons.FindAsync(Project, 1, Token))!.Profile);
    }

    [Fact]
    public async Task A_removed_user_leaves_nothing_that_others_see_but_its_messages()
    {
        foreach (var user in new long[] { 1, 2, 3 })
            await AddAsync(user, Ann);
        await Store.Persons.AddAsync(OtherProject, 1, Ann, Now, Token);
        await Store.Groups.FoundAsync(Project, 50, 1, default, Now, Token);
        await Store.Groups.AddMembersAsync(Project, 50, [2, 3], 0, 0, Now, Token);
        await Store.Groups.FoundAsync(Project, 51, 2, default, Now, Token);
        await Store.Groups.AddMembersAsync(Project, 51, [1], 0, 0, Now, Token);
        await Store.Groups.FoundAsync(Project, 52, 1, default, Now, Token);
        foreach (var kind in Enum.GetValues<RelationKind>())
        {
            foreach (var (from, to) in new (long, long)[] { (1, 2), (2, 1), (2, 3) })
                await Store.Relations.AddAsync(Project, kind, from, [to], 0, Token);
        }
        await AskAsync(1, 2);
        await AskAsync(3, 1);
        await AskAsync(2, 3);
        await Store.Users.AddDeviceAsync(Project, 1, new("t", "ios", ""), Token);
        await Store.Users.SetDataAsync(Project, 1, "s", "k", "v", Token);
        await Store.Users.SetMuteOptionAsync(Project, 1, new(0, 2, []), Token);
        await Store.Users.AddTokenAsync(Project, 1, new byte[32], long.MaxValue, Token);
        await Store.Bans.SetAsync(Project, new(BanPlace.Project, BanKind.Enter, 1, long.MaxValue), Token);
        await SayAsync(ConversationKey.PeerToPeer(Project, 1, 2), 1, 2);

        Assert.Null(await Store.Persons.RemoveAsync(Project, 99, Token));
        var removal = await Store.Persons.RemoveAsync(Project, 1, Token);
        Assert.Null(await Store.Persons.RemoveAsync(Project, 1, Token));
        await ReopenAsync();

        Assert.Equal([50L, 51, 52], removal!.Groups);
        Assert.Equal(Enum.GetValues<RelationKind>().Select(kind => new UserEdge(kind, 2)), removal.Peers.OrderBy(edge => edge.Kind));
        Assert.Null(await Store.Persons.FindAsync(Project, 1, Token));
        Assert.False(await Store.Users.ExistsAsync(Project, 1, Token));
        Assert.NotNull(await Store.Persons.FindAsync(OtherProject, 1, Token));
        Assert.Empty(await Store.Groups.GetGroupsOfAsync(Project, 1, Token));
        Assert.Equal([new GroupMember(2, 0), new GroupMember(3, 0)], Places((await Store.Groups.GetAsync(Project, 50, Token))!.Members)); // nobody owns it
        Assert.Equal([new GroupMember(2, 0, GroupRole.Owner)], Places((await Store.Groups.GetAsync(Project, 51, Token))!.Members));
        Assert.Empty((await Store.Groups.GetAsync(Project, 52, Token))!.Members); // lives on
        Assert.Equal([(50L, 2L), (51, 1), (52, 0)], await Store.Statistics.GetLargestGroupsAsync(Project, 10, Token));
        foreach (var kind in Enum.GetValues<RelationKind>())
        {
            Assert.Empty(await Store.Relations.GetAsync(Project, kind, 1, Token));
            Assert.Equal([3L], await Store.Relations.GetAsync(Project, kind, 2, Token));
        }
        Assert.Empty(await Store.FriendRequests.GetForAsync(Project, 1, Token));
        Assert.Empty(await Store.FriendRequests.GetForAsync(Project, 2, Token));
        Assert.Single(await Store.FriendRequests.GetForAsync(Project, 3, Token));
        Assert.Empty(await Store.Users.GetDevicesAsync(Project, 1, Token));
        Assert.Null(await Store.Users.GetDataAsync(Project, 1, "s", "k", Token));
        Assert.Empty(await Store.Users.GetMuteOptionsAsync(Project, 1, Token));
        Assert.Equal(0, await Store.Users.FindTokenAsync(Project, 1, new byte[32], Token));
        Assert.Single(await Store.Bans.GetAsync(Project, BanPlace.Project, Token)); // whoever takes the id is banned
        Assert.Equal(2, (await Store.Messages.GetHeadAsync(ConversationKey.PeerToPeer(Project, 1, 2), Token)).Sequence);

        Assert.True(await AddAsync(1, new()));
        Assert.Equal(PersonProfile.Empty, (await Store.Persons.FindAsync(Project, 1, Token))!.Profile);
    }

    [Fact]
    public async Task Pages_follow_the_order_of_creation_and_hold_everybody_once()
    {
        await Store.Persons.AddAsync(Project, 5, new(), 100, Token);
        await Store.Users.EnsureAsync(Project, 9, 0, 50, Token);
        await Store.Persons.AddAsync(Project, 1, new(), 200, Token);
        await Store.Persons.AddAsync(Project, 3, new(), 100, Token);
        await Store.Persons.AddAsync(OtherProject, 4, new(), 100, Token);
        UserPlace[] all = [new(50, 9), new(100, 3), new(100, 5), new(200, 1)];

        Assert.Equal(all, await Store.Persons.GetPageAsync(Project, default, 100, Token));
        Assert.Empty(await Store.Persons.GetPageAsync(Project, all[^1], 100, Token));
        Assert.Empty(await Store.Persons.GetPageAsync(Project, default, 0, Token));
        for (var take = 1; take <= 5; take++)
        {
            var seen = new List<UserPlace>();
            for (var page = await Store.Persons.GetPageAsync(Project, default, take, Token); page.Count > 0;
                page = await Store.Persons.GetPageAsync(Project, page[^1], take, Token))
            {
                Assert.InRange(page.Count, 1, take);
                seen.AddRange(page);
            }
            Assert.Equal(all, seen);
        }
    }

    private ValueTask<bool> AddAsync(long userId, PersonProfile profile) => Store.Persons.AddAsync(Project, userId, profile, Now, Token);

    private async Task AskAsync(long from, long to) =>
        await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), from, to, Now), new(1000, 0), Token);
}
