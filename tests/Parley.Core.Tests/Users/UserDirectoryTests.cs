using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core.Cluster;
using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Core.Tests.Support;
using Parley.Core.Users;
using Parley.Testing;

namespace Parley.Core.Tests.Users;

/// <summary>Registering, finding, changing, removing and listing users.</summary>
public sealed class UserDirectoryTests
{
    private const long Ann = 5;
    private const long Ben = 6;
    private const long Cid = 7;

    private static readonly PersonProfile AnnProfile = new() { Nickname = "Ann", FaceUrl = "f", Gender = 2, Level = 2 };

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_registered_user_is_known_everywhere_also_after_a_restart()
    {
        var time = new ManualTimeProvider();
        await using var fixture = await CoreFixture.StartAsync(time: time);
        Assert.Null(await fixture.Core.Users.FindAsync(fixture.Project, Ann, None));
        Assert.False(await fixture.Core.Users.IsKnownAsync(new(CoreFixture.Pid, Ann)));
        Assert.True(await fixture.Core.Users.RegisterAsync(fixture.Project, Ann, AnnProfile, None));
        Assert.False(await fixture.Core.Users.RegisterAsync(fixture.Project, Ann, new(), None));
        Assert.Equal(new RegisteredUser(Ann, AnnProfile, time.UnixMilliseconds), await fixture.Core.Users.FindAsync(fixture.Project, Ann, None));
        Assert.True(await fixture.Core.Users.IsKnownAsync(new(CoreFixture.Pid, Ann)));
        Assert.False(await fixture.Core.Users.IsKnownAsync(new(CoreFixture.Pid + 1, Ann)));
        await fixture.RestartAsync();
        Assert.Equal(AnnProfile, (await fixture.Core.Users.FindAsync(fixture.Project, Ann, None))!.Profile);
        Assert.False(await fixture.Core.Users.RegisterAsync(fixture.Project, Ann, new(), None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await fixture.Core.Users.RegisterAsync(fixture.Project, 0, new(), None));
    }

    [Fact]
    public async Task Who_logged_in_is_registered_with_an_empty_profile()
    {
        await using var fixture = await CoreFixture.StartAsync();
        Assert.Null(await fixture.Core.Users.FindAsync(fixture.Project, Ann, None));
        Assert.Equal(CoreError.None, (await fixture.Core.Logins.CheckAsync(CoreFixture.Pid, Ann, token: null, None)).Error);
        Assert.Equal(PersonProfile.Empty, (await fixture.Core.Users.FindAsync(fixture.Project, Ann, None))!.Profile);
        Assert.False(await fixture.Core.Users.RegisterAsync(fixture.Project, Ann, AnnProfile, None));

        await fixture.Store.Users.UpdateProfileAsync(CoreFixture.Pid, Ben, new ProfileChange { Language = "en" }, None);
        Assert.Equal(PersonProfile.Empty, (await fixture.Core.Users.FindAsync(fixture.Project, Ben, None))!.Profile);
    }

    [Fact]
    public async Task Of_many_who_register_one_id_one_succeeds_and_of_many_changes_none_is_lost()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var users = fixture.Core.Users;
        Assert.False(await users.UpdateAsync(fixture.Project, Ann, Later, None));
        var made = await Task.WhenAll(Enumerable.Range(1, 16).Select(i => Task.Run(
            async () => await users.RegisterAsync(fixture.Project, Ann, new() { Gender = i }, None))));
        Assert.Single(made, isNew => isNew);
        Assert.Equal(Array.IndexOf(made, true) + 1, (await users.FindAsync(fixture.Project, Ann, None))!.Profile.Gender);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            Assert.True(await users.UpdateAsync(fixture.Project, Ann, Later, None));
            Assert.InRange((await users.FindAsync(fixture.Project, Ann, None))!.Profile.Birth, 1, 64); // its own at least
        })));
        Assert.Equal(64, (await users.FindAsync(fixture.Project, Ann, None))!.Profile.Birth);

        static PersonProfile Later(PersonProfile profile) => profile with { Birth = profile.Birth + 1 };
    }

    [Fact]
    public async Task What_another_node_keeps_in_memory_is_forgotten_with_every_change()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var backplane = new InProcessBackplane();
        await using var one = new ParleyCore(fixture.Store, new(), backplane, TimeProvider.System, NullLoggerFactory.Instance);
        await using var other = new ParleyCore(fixture.Store, new(), backplane, TimeProvider.System, NullLoggerFactory.Instance);
        var project = fixture.Project;
        await one.Users.RegisterAsync(project, Ann, AnnProfile, None);
        await one.Groups.FoundAsync(project, 9, Ann, default, None);
        await one.Relations.BefriendAsync(project, Ann, Ben, cause: 0, None);
        Assert.Equal("Ann", (await other.Users.FindAsync(project, Ann, None))!.Profile.Nickname);
        Assert.True(await other.Groups.IsMemberAsync(project, 9, Ann));
        Assert.Equal([Ann], await other.Relations.FilterAsync(project, RelationKind.Friend, Ben, [Ann]));

        await one.Users.UpdateAsync(project, Ann, profile => profile with { Nickname = "Anna" }, None);
        Assert.Equal("Anna", (await other.Users.FindAsync(project, Ann, None))!.Profile.Nickname);
        await one.AccessTokens.AddAsync(project, Ann, "Web", "t", long.MaxValue, None);
        Assert.Equal(AccessTokenState.Normal, await other.AccessTokens.FindAsync(project, Ann, "Web", "t", None));
        await one.AccessTokens.SetStateAsync(project, Ann, platform: null, exceptToken: null, AccessTokenState.Invalid, None);
        Assert.Equal(AccessTokenState.Invalid, await other.AccessTokens.FindAsync(project, Ann, "Web", "t", None));

        Assert.True(await one.Users.RemoveAsync(project, Ann, cause: 0, None));
        Assert.Null(await other.Users.FindAsync(project, Ann, None));
        Assert.False(await other.Groups.IsMemberAsync(project, 9, Ann));
        Assert.Empty(await other.Relations.FilterAsync(project, RelationKind.Friend, Ben, [Ann]));
        Assert.False(await one.Users.RemoveAsync(project, Ann, cause: 0, None));
    }

    [Fact]
    public async Task A_removed_user_is_out_of_groups_and_lists_and_its_groups_hear_of_it()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var (core, project) = (fixture.Core, fixture.Project);
        foreach (var user in new[] { Ann, Ben, Cid })
            await core.Users.RegisterAsync(project, user, AnnProfile, None);
        await core.Groups.FoundAsync(project, 9, Ann, default, None);
        await core.Groups.AddMembersAsync(project, 9, [Ben, Cid], None);
        await core.Relations.AddAsync(project, RelationKind.Block, Ben, [Ann], None);
        await core.Relations.AddAsync(project, RelationKind.Friend, Ann, [Cid], None);
        var token = await core.Tokens.IssueAsync(project, Ann, None);
        await core.AccessTokens.AddAsync(project, Ann, "", "t", long.MaxValue, None);
        Assert.Equal(CoreError.Blocked, (await core.Messenger.SendAsync(fixture.ToPeer(Ann, Ben, 1))).Error);
        await core.Messenger.SendAsync(fixture.ToPeer(Ann, Cid, 2));
        var (ann, ben) = (fixture.Login(Ann), fixture.Login(Ben));

        Assert.False(await core.Users.RemoveAsync(project, 99, cause: 0, None));
        Assert.True(await core.Users.RemoveAsync(project, Ann, cause: 0, None));

        var told = $"{nameof(GroupNoticeKind.Kicked)} {Ann} by 0 in 9";
        Assert.Equal([told], ben.TakeGroupNotices());
        Assert.Equal([told], ann.TakeGroupNotices());
        Assert.Empty(ann.Ends); // that is the gateways' to do
        var group = (await core.Groups.GetAsync(project, 9))!;
        Assert.Equal([Ben, Cid], group.Members);
        Assert.Equal(0, group.OwnerId);
        Assert.Equal(CoreError.NotGroupMember, (await core.Messenger.SendAsync(fixture.ToGroup(Ann, 9, 3))).Error);
        Assert.Empty(await core.Relations.GetAsync(project, RelationKind.Friend, Ann, None));
        Assert.Equal(CoreError.None, (await core.Messenger.SendAsync(fixture.ToPeer(Ann, Ben, 4))).Error); // the block went with it
        Assert.False(await core.Tokens.IsGoodAsync(project, Ann, token, None));
        Assert.Equal(AccessTokenState.Normal, await core.AccessTokens.FindAsync(project, Ann, "", "t", None));
        Assert.Single(await fixture.ReadAllAsync(ConversationKey.PeerToPeer(CoreFixture.Pid, Ann, Cid)));
        await fixture.RestartAsync();
        Assert.Null(await fixture.Core.Users.FindAsync(fixture.Project, Ann, None));
        Assert.True(await fixture.Core.Users.RegisterAsync(fixture.Project, Ann, new() { Nickname = "new" }, None));
    }

    [Fact]
    public async Task All_users_come_in_the_order_of_creation_however_many_pages_they_fill()
    {
        var time = new ManualTimeProvider();
        await using var fixture = await CoreFixture.StartAsync(time: time);
        var ids = Enumerable.Range(1, UserDirectory.PerPage + 5).Select(i => (long)(5000 - i)).ToArray();
        var registering = new List<Task<bool>>();
        foreach (var id in ids)
        {
            registering.Add(fixture.Core.Users.RegisterAsync(fixture.Project, id, new(), None).AsTask());
            time.Advance(TimeSpan.FromMilliseconds(1));
        }
        Assert.All(await Task.WhenAll(registering), Assert.True);

        var all = new List<long>();
        await foreach (var id in fixture.Core.Users.GetAllAsync(fixture.Project, None))
            all.Add(id);
        Assert.Equal(ids, all);
        var page = await fixture.Core.Users.GetPageAsync(fixture.Project, default, int.MaxValue, None);
        Assert.Equal(UserDirectory.PerPage, page.Count);
        Assert.Equal(ids[^5..], (await fixture.Core.Users.GetPageAsync(fixture.Project, page[^1], 100, None)).Select(place => place.UserId));
        Assert.Equal(2, (await fixture.Core.Users.GetPageAsync(fixture.Project, default, 2, None)).Count);
        Assert.Empty(await fixture.Core.Users.GetPageAsync(new Project { Id = 2, Secret = "s" }, default, 2, None));
    }

    [Fact]
    public async Task Profiles_are_right_when_there_are_more_users_than_memory_keeps()
    {
        await using var fixture = await CoreFixture.StartAsync(bounds: new() { CachedUsers = 16, CachedAccessTokens = 16 });
        for (var round = 0; round < 2; round++)
        {
            for (var user = 1; user <= 100; user++)
            {
                if (round == 0)
                {
                    await fixture.Core.Users.RegisterAsync(fixture.Project, user, new() { Birth = user }, None);
                    await fixture.Core.AccessTokens.AddAsync(fixture.Project, user, "Web", CoreFixture.Number(user), long.MaxValue, None);
                }
                Assert.Equal(user, (await fixture.Core.Users.FindAsync(fixture.Project, user, None))!.Profile.Birth);
                Assert.Equal(
                    AccessTokenState.Normal,
                    await fixture.Core.AccessTokens.FindAsync(fixture.Project, user, "Web", CoreFixture.Number(user), None));
            }
        }
    }
}
