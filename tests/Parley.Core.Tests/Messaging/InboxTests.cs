using Parley.Core.Messaging;
using Parley.Core.Messaging.Inboxes;
using Parley.Core.Projects;
using Parley.Core.Tests.Support;
using Parley.Testing;

namespace Parley.Core.Tests.Messaging;

public sealed class InboxTests
{
    private const long Pid = CoreFixture.Pid;
    private const long Ann = 1;
    private const long Ben = 2;
    private const long GroupId = 9;

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Sessions_are_pushed_the_number_of_their_user()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await EnrolAsync(fixture, Ann, Ben);
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, GroupId, [Ann, Ben, 3], None);
        var (ann, ben, cid) = (Open(fixture, Ann), Open(fixture, Ben), Open(fixture, 3));

        await SendAsync(fixture, fixture.ToPeer(3, Ben, 11));
        await SendAsync(fixture, fixture.ToGroup(Ann, GroupId, 12));
        Assert.Equal((1, 12), await ann.NextAsync());
        Assert.Equal([(1, 11), (2, 12)], new[] { await ben.NextAsync(), await ben.NextAsync() }.Order());
        Assert.Equal([(0, 11), (0, 12)], new[] { await cid.NextAsync(), await cid.NextAsync() }.Order());

        await SendAsync(fixture, fixture.ToPeer(Ann, Ben, 13) with { NoInbox = true });
        Assert.Equal((0, 13), await ben.NextAsync());
        Assert.Equal((0, 13), await ann.NextAsync());
        Assert.Equal(new InboxBounds(0, 2), await fixture.Core.Inboxes.GetBoundsAsync(fixture.Project, Ben, None));
        var items = await fixture.Core.Inboxes.GetAsync(fixture.Project, Ben, [2, 1, 7], None);
        Assert.Equal([(1L, 11L), (2, 12)], items.Select(item => (item.Number, item.Message!.MessageId)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_left_between_storing_and_pushing_is_still_pushed_the_number(bool isDissolved)
    {
        await using var fixture = await CoreFixture.StartAsync(isGated: true);
        await EnrolAsync(fixture, Ben);
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, GroupId, [Ann, Ben], None);
        var (ben, other, ann) = (Open(fixture, Ben), new InboxSession(fixture.Project, Ben) { IsCounting = false }, Open(fixture, Ann));
        fixture.Core.Sessions.Open(other);
        fixture.Gate!.IsHolding = true;
        var sending = await fixture.Core.Messenger.SubmitAsync(fixture.ToGroup(Ann, GroupId, 11));
        await fixture.Gate.Committed.WaitAsync();
        await fixture.Core.Groups.RemoveMembersAsync(fixture.Project, GroupId, isDissolved ? [Ann, Ben] : [Ben], None);
        fixture.Gate.Release();
        Assert.Equal(CoreError.None, (await sending).Error);
        await SendAsync(fixture, fixture.ToPeer(3, Ben, 12));

        Assert.Equal([(1, 11), (2, 12)], new[] { await ben.NextAsync(), await ben.NextAsync() }.Order());
        Assert.Equal((2, 12), await other.NextAsync()); // which does not count, and is no member any more
        Assert.False(other.HasMore);
        if (!isDissolved)
            Assert.Equal((0, 11), await ann.NextAsync());
    }

    [Fact]
    public async Task What_waits_in_memory_as_read_is_not_put_into_a_new_inbox()
    {
        await using var fixture = await CoreFixture.StartAsync(bounds: new() { ReadPositionMilliseconds = 60_000 });
        for (var mid = 1; mid <= 3; mid++)
            await SendAsync(fixture, fixture.ToPeer(Ann, Ben, mid));
        fixture.Core.Positions.Advance(ConversationKey.PeerToPeer(Pid, Ann, Ben), Ben, 1, 2);
        await EnrolAsync(fixture, Ben);

        Assert.Equal(3, Assert.Single(await fixture.Core.Inboxes.GetAsync(fixture.Project, Ben, [1, 2, 3], None)).Message!.MessageId);
    }

    [Theory]
    [InlineData(InboxDirectory.MostUnread, 1)]
    [InlineData(InboxDirectory.MostUnread + 1, 2)]
    public async Task The_newest_thousand_unread_messages_are_put_into_a_new_inbox(int unread, long firstMid)
    {
        await using var fixture = await CoreFixture.StartAsync();
        for (var mid = 1; mid < unread; mid++)
            _ = await fixture.Core.Messenger.SubmitAsync(fixture.ToPeer(Ann, Ben, mid)); // the last one waits for all
        await SendAsync(fixture, fixture.ToPeer(Ann, Ben, unread));
        await EnrolAsync(fixture, Ben);

        Assert.Equal(InboxDirectory.MostUnread, (await fixture.Core.Inboxes.GetBoundsAsync(fixture.Project, Ben, None)).Newest);
        Assert.Equal(firstMid, Assert.Single(await fixture.Core.Inboxes.GetAsync(fixture.Project, Ben, [1], None)).Message!.MessageId);
    }

    [Fact]
    public async Task Who_is_enrolled_is_known_also_after_a_restart()
    {
        await using var fixture = await CoreFixture.StartAsync();
        Assert.False(fixture.Core.Inboxes.IsEnrolled(Pid, Ann));
        await EnrolAsync(fixture, Ann, Ann);
        Assert.True(fixture.Core.Inboxes.IsEnrolled(Pid, Ann));
        await fixture.RestartAsync();

        Assert.True(fixture.Core.Inboxes.IsEnrolled(Pid, Ann));
        Assert.False(fixture.Core.Inboxes.IsEnrolled(Pid, Ben));
        Assert.False(fixture.Core.Inboxes.IsEnrolled(Pid + 1, Ann));
        await EnrolAsync(fixture, 3);
        Assert.Equal([3, Ann], fixture.Core.Inboxes.GetEnrolled(Pid, [3, Ben, Ann]));
        Assert.Empty(fixture.Core.Inboxes.GetEnrolled(Pid, [Ben]));
        Assert.Empty(fixture.Core.Inboxes.GetEnrolled(Pid + 1, [Ann]));
        Assert.True(fixture.Core.Inboxes.HasAny(Pid, [Ben, Ann]));
        Assert.False(fixture.Core.Inboxes.HasAny(Pid, [Ben]));
        Assert.False(fixture.Core.Inboxes.HasAny(Pid + 1, [Ann]));
    }

    [Fact]
    public async Task A_retry_is_neither_numbered_nor_pushed()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await EnrolAsync(fixture, Ben);
        var ben = Open(fixture, Ben);
        await SendAsync(fixture, fixture.ToPeer(Ann, Ben, 1));
        Assert.Equal(CoreError.Duplicate, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(Ann, Ben, 1))).Error);
        await SendAsync(fixture, fixture.ToPeer(Ann, Ben, 2));

        Assert.Equal((1, 1), await ben.NextAsync());
        Assert.Equal((2, 2), await ben.NextAsync());
        Assert.False(ben.HasMore);
    }

    [Fact]
    public async Task Notes_are_numbered_with_messages_and_told_also_to_users_without_an_inbox()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await EnrolAsync(fixture, Ann);
        var (ann, second, ben) = (Open(fixture, Ann), Open(fixture, Ann), Open(fixture, Ben));
        byte[] seen = [];
        ann.Noted = _ => throw new InvalidOperationException("on purpose");
        second.Noted = note => seen = note.Note.ToArray();
        await SendAsync(fixture, fixture.ToPeer(3, Ann, 5));
        Assert.Equal((1, 5), await second.NextAsync());
        var numbers = await fixture.Core.Inboxes.AddNoteAsync(fixture.Project, [Ben, Ann, 3, Ann], new byte[] { 7 }, None);

        Assert.Equal([0L, 2, 0, 2], numbers);
        Assert.Equal((2, 0), await second.NextAsync());
        Assert.Equal((0, 0), await ben.NextAsync());
        Assert.Equal([7], seen);
        Assert.False(second.HasMore); // named twice, told once
        Assert.Equal([7], Assert.Single(await fixture.Core.Inboxes.GetAsync(fixture.Project, Ann, [2], None)).Note.ToArray());
        Assert.Equal([0L], await fixture.Core.Inboxes.AddNoteAsync(fixture.Project, [Ben], new byte[] { 8 }, None));
        Assert.Equal((0, 0), await ben.NextAsync());
    }

    [Fact]
    public async Task Retention_clears_inboxes_from_the_oldest_end()
    {
        var time = new ManualTimeProvider();
        await using var fixture = await CoreFixture.StartAsync(new ProjectSettings { RetentionDays = 1 }, time: time);
        await EnrolAsync(fixture, Ben);
        await SendAsync(fixture, fixture.ToPeer(Ann, Ben, 1));
        await fixture.Core.Inboxes.AddNoteAsync(fixture.Project, [Ben], new byte[] { 7 }, None);
        time.Advance(TimeSpan.FromHours(25));
        await SendAsync(fixture, fixture.ToPeer(Ann, Ben, 2));
        await fixture.Core.RunUpkeepAsync(None);

        Assert.Equal(new InboxBounds(3, 3), await fixture.Core.Inboxes.GetBoundsAsync(fixture.Project, Ben, None));
        Assert.Equal(2, Assert.Single(await fixture.Core.Inboxes.GetAsync(fixture.Project, Ben, [1, 2, 3], None)).Message!.MessageId);
    }

    [Fact]
    public async Task Many_senders_over_many_conversations_leave_no_gap_at_the_receiver()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, GroupId, [Ben, 11, 12, 13, 14], None);
        await EnrolAsync(fixture, Ben);
        var ben = Open(fixture, Ben);
        await Task.WhenAll(Enumerable.Range(11, 4).Select(async sender =>
        {
            for (var i = 1; i <= 100; i++)
                await SendAsync(fixture, i % 2 == 0 ? fixture.ToGroup(sender, GroupId, i) : fixture.ToPeer(sender, Ben, i));
        }));

        var numbers = new List<long>();
        for (var i = 0; i < 400; i++)
            numbers.Add((await ben.NextAsync()).Number);
        Assert.Equal(Enumerable.Range(1, 400).Select(number => (long)number), numbers.Order());
        var items = await fixture.Core.Inboxes.GetAsync(fixture.Project, Ben, numbers, None);
        Assert.Equal(items.Select(item => item.Message!.Position).Order(), items.Select(item => item.Message!.Position));
        Assert.Equal(400, items.Count);
    }

    private static async Task SendAsync(CoreFixture fixture, SendRequest request) =>
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(request)).Error);

    private static InboxSession Open(CoreFixture fixture, long userId)
    {
        var session = new InboxSession(fixture.Project, userId);
        fixture.Core.Sessions.Open(session);
        return session;
    }

    private static async Task EnrolAsync(CoreFixture fixture, params long[] users)
    {
        foreach (var user in users)
            await fixture.Core.Inboxes.EnrolAsync(fixture.Project, user, None);
    }
}
