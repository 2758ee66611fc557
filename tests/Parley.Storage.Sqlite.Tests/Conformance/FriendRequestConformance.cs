using Parley.Core.Relations;

namespace Parley.Storage.Conformance;

/// <summary>Friend requests that wait for a reaction.</summary>
public abstract class FriendRequestConformance : StoreConformance
{
    private static readonly FriendRequestBounds Loose = new(1000, 0);

    [Fact]
    public async Task A_request_waits_until_it_is_ended_and_a_second_one_is_the_first()
    {
        var first = new FriendRequest(Guid.NewGuid(), 1, 2, Now, Number: 1);
        Assert.Equal(first, await Store.FriendRequests.AddAsync(Project, first, Loose, Token));
        Assert.Equal(first, await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 1, 2, Now + 5), Loose, Token));
        await ReopenAsync();

        Assert.Equal(first, await Store.FriendRequests.FindAsync(Project, first.Id, Token));
        Assert.Null(await Store.FriendRequests.FindAsync(OtherProject, first.Id, Token));
        Assert.Null(await Store.FriendRequests.FindAsync(Project, Guid.NewGuid(), Token));
    }

    [Fact]
    public async Task A_second_request_with_another_remark_is_the_first_with_that_remark_and_its_time()
    {
        var first = new FriendRequest(Guid.NewGuid(), 1, 2, Now, "one");
        await Store.FriendRequests.AddAsync(Project, first, Loose, Token);
        var second = first with { Time = Now + 5, Remark = "two", Number = 2 };
        Assert.Equal(second, await Store.FriendRequests.AddAsync(Project, second with { Id = Guid.NewGuid() }, Loose, Token));
        Assert.Equal([second], await Store.FriendRequests.GetForAsync(Project, 2, Token));
    }

    [Fact]
    public async Task The_requests_for_a_user_come_in_the_order_in_which_they_were_kept_whatever_the_clock_says()
    {
        var requests = new[] { 5, 3, 4, 9, 8 }
            .Select((sender, i) => new FriendRequest(Guid.NewGuid(), sender, 2, Now - (i / 2), IsRemoval: i == 3)).ToArray();
        foreach (var request in requests)
            await Store.FriendRequests.AddAsync(Project, request, Loose, Token);
        await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 2, 5, Now), Loose, Token);
        await Store.FriendRequests.AddAsync(OtherProject, new(Guid.NewGuid(), 1, 2, Now), Loose, Token);
        await ReopenAsync();

        Assert.Equal(
            requests.Select((request, i) => request with { Number = i + 1 }), await Store.FriendRequests.GetForAsync(Project, 2, Token));
        var again = await Store.FriendRequests.AddAsync(Project, requests[0] with { Remark = "again" }, Loose, Token);
        Assert.Equal(again, (await Store.FriendRequests.GetForAsync(Project, 2, Token))[^1]);
        Assert.Equal(1, (await Store.FriendRequests.GetForAsync(OtherProject, 2, Token)).Single().Number);
    }

    [Fact]
    public async Task Numbers_do_not_come_again_when_nothing_waits_any_more()
    {
        var first = await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 1, 2, Now), Loose, Token);
        Assert.Equal(FriendRequestEnd.Ended, await Store.FriendRequests.EndAsync(Project, first.Id, isAccepted: false, Token));
        await ReopenAsync();
        Assert.Equal(2, (await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 1, 2, Now), Loose, Token)).Number);
    }

    [Fact]
    public async Task Beyond_the_bound_the_oldest_for_the_receiver_are_forgotten_and_so_are_old_removals()
    {
        for (var sender = 10; sender < 16; sender++)
            await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), sender, 2, Now - sender), new(4, 0), Token);
        await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 10, 3, Now), new(4, 0), Token);
        Assert.Equal([12, 13, 14, 15], await SendersAsync(2));
        Assert.Equal([10], await SendersAsync(3));

        foreach (var (sender, time) in new[] { (20, 100), (21, 101) })
            await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), sender, 4, time, IsRemoval: true), Loose, Token);
        await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 22, 4, 1), Loose, Token);
        await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 23, 4, Now), new(1000, 100), Token);
        Assert.Equal([21, 22, 23], await SendersAsync(4));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Accepting_makes_both_friends_once_and_refusing_makes_none(bool isAccepted)
    {
        var request = await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 1, 2, Now), Loose, Token);
        await Store.Relations.AddAsync(Project, RelationKind.Friend, 2, [1], 0, Token);

        var ends = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Store.FriendRequests.EndAsync(Project, request.Id, isAccepted, Token).AsTask()));

        Assert.Single(ends, end => end == (isAccepted ? FriendRequestEnd.MadeFriends : FriendRequestEnd.Ended));
        Assert.Equal(3, ends.Count(end => end == FriendRequestEnd.NotThere));
        Assert.Equal(isAccepted ? [2L] : [], await Store.Relations.GetAsync(Project, RelationKind.Friend, 1, Token));
        Assert.Equal([1L], await Store.Relations.GetAsync(Project, RelationKind.Friend, 2, Token));
        Assert.Empty(await Store.FriendRequests.GetForAsync(Project, 2, Token));
    }

    [Fact]
    public async Task Accepting_among_friends_ends_the_request_and_makes_nobody_a_friend()
    {
        foreach (var (one, other) in new[] { (1, 2), (2, 1) })
            await Store.Relations.AddAsync(Project, RelationKind.Friend, one, [other], 0, Token);
        var request = await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 1, 2, Now), Loose, Token);
        Assert.Equal(FriendRequestEnd.Ended, await Store.FriendRequests.EndAsync(Project, request.Id, isAccepted: true, Token));
        Assert.Equal(FriendRequestEnd.NotThere, await Store.FriendRequests.EndAsync(Project, request.Id, isAccepted: true, Token));
        var removal = await Store.FriendRequests.AddAsync(Project, new(Guid.NewGuid(), 1, 3, Now, IsRemoval: true), Loose, Token);
        Assert.Equal(FriendRequestEnd.Ended, await Store.FriendRequests.EndAsync(Project, removal.Id, isAccepted: true, Token));
        Assert.Empty(await Store.Relations.GetAsync(Project, RelationKind.Friend, 3, Token));
    }

    private async Task<IEnumerable<long>> SendersAsync(long receiver) =>
        (await Store.FriendRequests.GetForAsync(Project, receiver, Token)).Select(request => request.Sender);
}
