using Parley.Core.Messaging;
using Parley.Core.Tests.Support;

namespace Parley.Core.Tests.Messaging;

public sealed class UnreadTests
{
    private const long Pid = CoreFixture.Pid;

    [Fact]
    public async Task What_came_after_the_own_last_message_is_unread_and_own_messages_never_are()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await SendAsync(fixture, 1, 2, 1);
        await SendAsync(fixture, 1, 2, 2);
        Assert.Equal(2, await UnreadOfAsync(fixture, 2));
        Assert.Equal(0, await UnreadOfAsync(fixture, 1));
        await SendAsync(fixture, 2, 1, 3);
        Assert.Equal(0, await UnreadOfAsync(fixture, 2));
        Assert.Equal(1, await UnreadOfAsync(fixture, 1));
    }

    [Fact]
    public async Task Positions_only_move_forward_and_survive_a_restart()
    {
        await using var fixture = await CoreFixture.StartAsync();
        for (var mid = 1; mid <= 5; mid++)
            await SendAsync(fixture, 1, 2, mid);
        var conversation = ConversationKey.PeerToPeer(Pid, 1, 2);
        fixture.Core.Positions.Advance(conversation, 2, from: 0, to: 3);
        Assert.Equal(2, await UnreadOfAsync(fixture, 2));
        fixture.Core.Positions.Advance(conversation, 2, from: 0, to: 1);
        Assert.Equal(2, await UnreadOfAsync(fixture, 2));
        fixture.Core.Positions.Advance(conversation, 2, from: 4, to: 4);
        await fixture.RestartAsync();
        Assert.Equal(1, await UnreadOfAsync(fixture, 2));
    }

    [Fact]
    public async Task A_position_does_not_jump_over_what_was_never_received()
    {
        await using var fixture = await CoreFixture.StartAsync();
        for (var mid = 1; mid <= 6; mid++)
            await SendAsync(fixture, 1, 2, mid);
        var conversation = ConversationKey.PeerToPeer(Pid, 1, 2);
        fixture.Core.Positions.Advance(conversation, 2, from: 5, to: 5);
        fixture.Core.Positions.Advance(conversation, 2, from: 2, to: 2);
        Assert.Equal(6, await UnreadOfAsync(fixture, 2));
        fixture.Core.Positions.Advance(conversation, 2, from: 1, to: 1);
        fixture.Core.Positions.Advance(conversation, 2, from: 2, to: 2);
        fixture.Core.Positions.Advance(conversation, 2, from: 3, to: 3);
        Assert.Equal(3, await UnreadOfAsync(fixture, 2));
    }

    [Fact]
    public async Task A_history_that_was_read_late_reads_nothing_between_it_and_a_later_acknowledgement()
    {
        await using var fixture = await CoreFixture.StartAsync(bounds: new CoreSettings { ReadPositionMilliseconds = 600_000 });
        for (var mid = 1; mid <= 4; mid++)
            await SendAsync(fixture, 1, 2, mid);
        var conversation = ConversationKey.PeerToPeer(Pid, 1, 2);
        fixture.Core.Positions.Advance(conversation, 2, from: 4, to: 4);
        fixture.Core.Unread.MarkRead(conversation, 2, new ConversationHead(2, 0)); // a head from before 3 and 4 were said
        Assert.Equal(2, await UnreadOfAsync(fixture, 2));
    }

    [Theory]
    [InlineData(1, 3, 5, 2, 4)]
    [InlineData(3, 1, 2, 5, 4)]
    [InlineData(5, 4, 3, 2, 1)]
    [InlineData(1, 2, 3, 4, 5)]
    public async Task Acknowledgements_count_in_whatever_order_they_come(params int[] order)
    {
        await using var fixture = await CoreFixture.StartAsync(bounds: new CoreSettings { ReadPositionMilliseconds = 600_000 });
        for (var mid = 1; mid <= 6; mid++)
            await SendAsync(fixture, 1, 2, mid);
        foreach (var sequence in order)
            fixture.Core.Positions.Advance(ConversationKey.PeerToPeer(Pid, 1, 2), 2, sequence, sequence);
        Assert.Equal(1, await UnreadOfAsync(fixture, 2));
    }

    [Fact]
    public async Task Deleted_messages_are_not_unread()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await SendAsync(fixture, 1, 2, 1);
        await SendAsync(fixture, 1, 2, 2);
        Assert.True(await fixture.Core.History.DeleteAsync(ConversationKey.PeerToPeer(Pid, 1, 2), 1, 1, CancellationToken.None));
        Assert.False(await fixture.Core.History.DeleteAsync(ConversationKey.PeerToPeer(Pid, 1, 2), 1, 1, CancellationToken.None));
        Assert.Equal(1, await UnreadOfAsync(fixture, 2));
    }

    [Fact]
    public async Task A_new_member_has_nothing_unread_of_what_was_said_before()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, 9, [1, 2], CancellationToken.None);
        await fixture.Core.Messenger.SendAsync(fixture.ToGroup(1, 9, 1));
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, 9, [3], CancellationToken.None);
        await fixture.Core.Messenger.SendAsync(fixture.ToGroup(1, 9, 2));
        Assert.Equal(2, Assert.Single((await StatusAsync(fixture, 2)).Groups).Unread);
        Assert.Equal(1, Assert.Single((await StatusAsync(fixture, 3)).Groups).Unread);
    }

    [Fact]
    public async Task Broadcasts_before_the_first_login_are_not_unread()
    {
        await using var fixture = await CoreFixture.StartAsync(admins: [99]);
        var broadcast = fixture.ToPeer(99, 0, 1) with { Kind = ConversationKind.Broadcast };
        await fixture.Core.Messenger.SendAsync(broadcast);
        var token = await fixture.Core.Tokens.IssueAsync(fixture.Project, 1, CancellationToken.None);
        Assert.Equal(CoreError.None, (await fixture.Core.Logins.CheckAsync(Pid, 1, token, CancellationToken.None)).Error);
        Assert.Equal(0, (await StatusAsync(fixture, 1)).Broadcast!.Value.Unread);
        await fixture.Core.Messenger.SendAsync(broadcast with { MessageId = 2 });
        Assert.Equal(1, (await StatusAsync(fixture, 1)).Broadcast!.Value.Unread);
    }

    [Fact]
    public async Task Marking_all_as_read_leaves_nothing_unread()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, 9, [1, 2], CancellationToken.None);
        await fixture.Core.Messenger.SendAsync(fixture.ToGroup(1, 9, 1));
        await SendAsync(fixture, 1, 2, 1);
        await SendAsync(fixture, 3, 2, 1);
        Assert.True((await StatusAsync(fixture, 2)).HasAny);
        await fixture.Core.Unread.MarkAllReadAsync(fixture.Project, 2, CancellationToken.None);
        Assert.False((await StatusAsync(fixture, 2)).HasAny);
    }

    private static async Task SendAsync(CoreFixture fixture, long from, long to, long mid) =>
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(from, to, mid))).Error);

    private static async Task<UnreadStatus> StatusAsync(CoreFixture fixture, long userId) =>
        await fixture.Core.Unread.GetStatusAsync(fixture.Project, userId, CancellationToken.None);

    private static async Task<long> UnreadOfAsync(CoreFixture fixture, long userId) =>
        Assert.Single((await StatusAsync(fixture, userId)).Peers).Unread;
}
