using Parley.Core.Relations;

namespace Parley.Storage.Conformance;

/// <summary>Friend requests that wait for a reaction.</summary>
public abstract class FriendRequestConformance : StoreConformance
{
    [Fact]
    public async Task A_request_waits_until_it_is_ended_and_a_second_one_is_the_first()
    {
        var first = new FriendRequest(Guid.NewGuid(), 1, 2, Now);
        Assert.Equal(first, await Store.FriendRequests.AddAsync(Project, first, Token));
        Assert.Equal(first, await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 1, 2, Now + 5), Token));
        await ReopenAsync();

        Assert.Equal(first, await Store.FriendRequests.FindAsync(Project, first.Id, Token));
        Assert.Null(await Store.FriendRequests.FindAsync(OtherProject, first.Id, Token));
        Assert.Null(await Store.FriendRequests.FindAsync(Project, Guid.NewGuid(), Token));
    }

    [Fact]
    public async Task A_second_request_with_another_remark_is_the_first_with_that_remark_and_its_time()
    {
        var first = new FriendRequest(Guid.NewGuid(), 1, 2, Now, "one");
        await Store.FriendRequests.AddAsync(Project, first, Token);
        var second = first with { Time = Now + 5, Remark = "two" };
        Assert.Equal(second, await Store.FriendRequests.AddAsync(Project, second with { Id = Guid.NewGuid() }, Token));
        Assert.Equal([second], await Store.FriendRequests.GetForAsync(Project, 2, Token));
    }

    [Fact]
    public async Task The_requests_for_a_user_come_oldest_first()
    {
        var requests = new[] { 5, 3, 4 }.Select(sender => new FriendRequest(Guid.NewGuid(), sender, 2, Now + sender)).ToArray();
        foreach (var request in requests)
            await Store.FriendRequests.AddAsync(Project, request, Token);
        await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 2, 5, Now), Token);

        Assert.Equal(requests.OrderBy(request => request.Time), await Store.FriendRequests.GetForAsync(Project, 2, Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Accepting_makes_both_friends_once_and_refusing_makes_none(bool isAccepted)
    {
        var request = await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 1, 2, Now), Token);
        await Store.Relations.AddAsync(Project, RelationKind.Friend, 2, [1], 0, Token);

        var ends = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Store.FriendRequests.EndAsync(Project, request.Id, isAccepted, Token).AsTask()));

        Assert.Single(ends, ended => ended);
        Assert.Equal(isAccepted ? [2L] : [], await Store.Relations.GetAsync(Project, RelationKind.Friend, 1, Token));
        Assert.Equal([1L], await Store.Relations.GetAsync(Project, RelationKind.Friend, 2, Token));
        Assert.Empty(await Store.FriendRequests.GetForAsync(Project, 2, Token));
    }
}
