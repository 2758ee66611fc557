using Parley.Core.Relations;
using Parley.Core.Tests.Support;
using Parley.Core.Users;
using Parley.Testing;

namespace Parley.Core.Tests.Relations;

/// <summary>Friends without asking, and since when.</summary>
public sealed class FriendshipTests
{
    private const long Ann = 5;
    private const long Ben = 6;
    private const long Cid = 7;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Two_users_become_friends_of_each_other_and_memory_knows_it()
    {
        var time = new ManualTimeProvider();
        await using var fixture = await CoreFixture.StartAsync(time: time);
        Assert.False(await AreFriendsAsync(fixture, Ann, Ben));
        Assert.False(await AreFriendsAsync(fixture, Ben, Ann));
        var made = time.UnixMilliseconds;
        Assert.Equal(new FriendshipResult(WasFriend: false), await BefriendAsync(fixture, Ann, Ben));
        Assert.True(await AreFriendsAsync(fixture, Ann, Ben));
        Assert.True(await AreFriendsAsync(fixture, Ben, Ann));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new FriendshipResult(WasFriend: true), await BefriendAsync(fixture, Ben, Ann));
        await fixture.RestartAsync();
        Assert.Equal([(Ben, made)], await fixture.Core.Relations.GetWithTimesAsync(fixture.Project, RelationKind.Friend, Ann, None));
        Assert.Equal([(Ann, made)], await fixture.Core.Relations.GetWithTimesAsync(fixture.Project, RelationKind.Friend, Ben, None));
    }

    [Fact]
    public async Task Half_a_friendship_is_completed()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Relations.AddAsync(fixture.Project, RelationKind.Friend, Ben, [Ann], None);
        Assert.Equal(new FriendshipResult(WasFriend: false), await BefriendAsync(fixture, Ann, Ben));
        await fixture.Core.Relations.RemoveAsync(fixture.Project, RelationKind.Friend, Ben, [Ann], None);
        Assert.Equal(new FriendshipResult(WasFriend: true), await BefriendAsync(fixture, Ann, Ben));
        Assert.True(await AreFriendsAsync(fixture, Ben, Ann));
    }

    [Fact]
    public async Task Nobody_befriends_itself_or_a_number_that_is_nobodys_or_more_than_allowed()
    {
        await using var fixture = await CoreFixture.StartAsync(new() { Friends = 1 });
        foreach (var (one, other) in new[] { (Ann, Ann), (Ann, 0), (-1, Ann), (Ann, NameBand.First) })
            Assert.Equal(CoreError.InvalidId, (await BefriendAsync(fixture, one, other)).Error);
        Assert.Equal(CoreError.None, (await BefriendAsync(fixture, Ann, Ben)).Error);
        Assert.Equal(CoreError.TooManyFriends, (await BefriendAsync(fixture, Ann, Cid)).Error);
        Assert.Equal(CoreError.TooManyFriends, (await BefriendAsync(fixture, Cid, Ann)).Error);
        Assert.Empty(await fixture.Core.Relations.GetAsync(fixture.Project, RelationKind.Friend, Cid, None));
        Assert.Equal([Ben], await fixture.Core.Relations.GetAsync(fixture.Project, RelationKind.Friend, Ann, None));
    }

    [Fact]
    public async Task A_request_that_waits_is_over_once_they_are_friends()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.FriendRequests.AskAsync(fixture.Project, Ben, Ann, "please", None);
        var request = Assert.Single(await fixture.Core.FriendRequests.GetForAsync(fixture.Project, Ann, None));
        await BefriendAsync(fixture, Ann, Ben);
        Assert.Empty(await fixture.Core.FriendRequests.GetForAsync(fixture.Project, Ann, None));
        Assert.False(await fixture.Core.FriendRequests.EndAsync(fixture.Project, request, isAccepted: true, None));
    }

    [Fact]
    public async Task Of_many_who_befriend_each_other_at_once_one_was_the_first()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            () => i % 2 == 0 ? BefriendAsync(fixture, Ann, Ben) : BefriendAsync(fixture, Ben, Ann))));
        Assert.Single(results, result => !result.WasFriend);
        Assert.True(await AreFriendsAsync(fixture, Ann, Ben));
        Assert.True(await AreFriendsAsync(fixture, Ben, Ann));
    }

    private static async Task<FriendshipResult> BefriendAsync(CoreFixture fixture, long one, long other) =>
        await fixture.Core.Relations.BefriendAsync(fixture.Project, one, other, cause: 0, None);

    private static async Task<bool> AreFriendsAsync(CoreFixture fixture, long one, long other) =>
        (await fixture.Core.Relations.FilterAsync(fixture.Project, RelationKind.Friend, one, [other])).Count == 1;
}
