using Parley.Core.Messaging;

namespace Parley.Storage.Conformance;

/// <summary>Read positions, unread counts and retirement.</summary>
public abstract class ReadPositionConformance : StoreConformance
{
    private static readonly ConversationKey Pair = ConversationKey.PeerToPeer(Project, 1, 2);
    private static readonly ConversationKey Group = ConversationKey.Group(Project, 50);

    [Fact]
    public async Task What_others_said_is_unread_until_read()
    {
        await SayAsync(Pair, 1, 5);

        Assert.Equal(new ConversationState(Pair, new ConversationHead(5, Now), 0, 5), await StateAsync(2, Pair));
        await ReadAsync(Pair, 2, 3);
        Assert.Equal(new ConversationState(Pair, new ConversationHead(5, Now), 3, 2), await StateAsync(2, Pair));
    }

    [Fact]
    public async Task Own_messages_are_never_unread_and_count_as_having_read_what_came_before()
    {
        await SayAsync(Pair, 1, 5);
        Assert.Equal((5, 0), Position(await StateAsync(1, Pair)));

        await SayAsync(Pair, 2, 1);
        await SayAsync(Pair, 1, 2);

        Assert.Equal((6, 2), Position(await StateAsync(2, Pair)));
        Assert.Equal((8, 0), Position(await StateAsync(1, Pair)));
    }

    [Fact]
    public async Task Positions_only_move_forward()
    {
        await SayAsync(Pair, 1, 5);
        await ReadAsync(Pair, 2, 4);
        await ReadAsync(Pair, 2, 2);

        Assert.Equal((4, 1), Position(await StateAsync(2, Pair)));
    }

    [Fact]
    public async Task A_position_beyond_the_newest_message_does_not_hide_what_is_said_later()
    {
        await SayAsync(Pair, 1, 5);
        await ReadAsync(Pair, 2, long.MaxValue);
        await SayAsync(Pair, 1, 1);

        Assert.Equal((5, 1), Position(await StateAsync(2, Pair)));
    }

    [Fact]
    public async Task Reading_where_nothing_was_said_is_no_error()
    {
        await ReadAsync(Pair, 2, 4);
        await Store.Messages.AdvanceReadPositionsAsync([], Token);

        Assert.Empty(await Store.Messages.GetStatesAsync(2, [Pair], default, Token));
    }

    [Fact]
    public async Task Several_positions_move_in_one_call()
    {
        await SayAsync(Pair, 1, 5);
        await SayAsync(Group, 1, 5);
        await Store.Messages.AdvanceReadPositionsAsync(
            [new ReadPosition(Pair, 2, 3), new ReadPosition(Group, 2, 4), new ReadPosition(Group, 3, 1)], Token);

        Assert.Equal((3, 2), Position(await StateAsync(2, Pair)));
        Assert.Equal((4, 1), Position(await StateAsync(2, Group)));
        Assert.Equal((1, 4), Position(await StateAsync(3, Group)));
    }

    [Fact]
    public async Task Deleted_messages_are_not_unread()
    {
        await SayAsync(Pair, 1, 6);
        await ReadAsync(Pair, 2, 2);
        foreach (var sequence in new[] { 1, 3, 6 })
            await Store.Messages.DeleteAsync(Pair, sequence, Token);

        Assert.Equal((2, 2), Position(await StateAsync(2, Pair)));
        Assert.Equal((2, 2), Position(await StateAsync(2, Pair, new UnreadFilter(0, [30]))));
    }

    [Fact]
    public async Task Unread_may_be_narrowed_by_time_and_type()
    {
        await SayAsync(Pair, 1, 3, type: 30);
        var before = Now;
        Time.Advance(TimeSpan.FromSeconds(1));
        await SayAsync(Pair, 1, 2, type: 40);
        await SayAsync(Pair, 1, 1, type: 30);

        Assert.Equal((0, 3), Position(await StateAsync(2, Pair, new UnreadFilter(before, null))));
        Assert.Equal((0, 6), Position(await StateAsync(2, Pair, new UnreadFilter(before - 1, null))));
        Assert.Equal((0, 0), Position(await StateAsync(2, Pair, new UnreadFilter(Now, null))));
        Assert.Equal((0, 2), Position(await StateAsync(2, Pair, new UnreadFilter(0, [40]))));
        Assert.Equal((0, 1), Position(await StateAsync(2, Pair, new UnreadFilter(before, [30]))));
        Assert.Equal((0, 0), Position(await StateAsync(2, Pair, new UnreadFilter(0, [41]))));
    }

    [Fact]
    public async Task A_member_has_nothing_unread_from_before_joining()
    {
        await Store.Groups.AddMembersAsync(Project, 50, [1], 0, 0, Now, Token);
        await SayAsync(Group, 1, 4);
        await Store.Groups.AddMembersAsync(Project, 50, [2], 0, 0, Now, Token);
        await SayAsync(Group, 1, 3);

        Assert.Equal((4, 3), Position(await StateAsync(2, Group)));
        Assert.Equal((7, 0), Position(await StateAsync(1, Group)));
    }

    [Fact]
    public async Task A_user_has_nothing_unread_of_broadcasts_from_before_coming_into_being()
    {
        var broadcast = ConversationKey.Broadcast(Project);
        await SayAsync(broadcast, 99, 3);
        await Store.Users.EnsureAsync(Project, 5, 3, Now, Token);
        await SayAsync(broadcast, 99, 2);

        Assert.Equal((3, 2), Position(await StateAsync(5, broadcast)));
        await ReadAsync(broadcast, 5, 5);
        Assert.Equal((5, 0), Position(await StateAsync(5, broadcast)));
    }

    [Fact]
    public async Task A_room_has_nothing_unread()
    {
        var room = ConversationKey.Room(Project, 8);
        await SayAsync(room, 1, 3);

        Assert.Equal((3, 0), Position(await StateAsync(2, room)));
    }

    [Fact]
    public async Task All_peer_conversations_of_a_user_are_found_whichever_end_the_user_is()
    {
        var withSelf = ConversationKey.PeerToPeer(Project, 5, 5);
        var withLower = ConversationKey.PeerToPeer(Project, 3, 5);
        var withHigher = ConversationKey.PeerToPeer(Project, 5, 9);
        await SayAsync(withSelf, 5, 1);
        await SayAsync(withLower, 3, 2);
        await SayAsync(withHigher, 5, 3);
        await SayAsync(Pair, 1, 1);
        await SayAsync(ConversationKey.Group(Project, 5), 1, 1);

        var found = await Store.Messages.GetPeerStatesAsync(Project, 5, default, Token);

        Assert.Equal(
            [(withLower, 0L, 2L), (withSelf, 1L, 0L), (withHigher, 3L, 0L)],
            found.Select(state => (state.Conversation, state.Read, state.Unread)).OrderBy(state => state.Conversation.First + state.Conversation.Second));
    }

    [Fact]
    public async Task States_come_in_the_order_asked_for_without_the_silent()
    {
        await SayAsync(Pair, 1, 1);
        await SayAsync(Group, 1, 1);

        var found = await Store.Messages.GetStatesAsync(1, [Group, ConversationKey.Group(Project, 51), Pair], default, Token);

        Assert.Equal([Group, Pair], found.Select(state => state.Conversation));
    }

    [Fact]
    public async Task Positions_outlive_a_restart()
    {
        await SayAsync(Pair, 1, 5);
        await ReadAsync(Pair, 2, 3);
        await ReopenAsync();

        Assert.Equal((3, 2), Position(await StateAsync(2, Pair)));
        Assert.Equal((5, 0), Position(await StateAsync(1, Pair)));
    }

    [Fact]
    public async Task Retirement_by_count_keeps_the_newest_of_each_conversation()
    {
        await SayAsync(Pair, 1, 10);
        await SayAsync(Group, 1, 3);
        await SayAsync(ConversationKey.Group(OtherProject, 1), 1, 10);

        Assert.Equal(6, await Store.Messages.RetireAsync(Project, 0, 4, 100, Token));
        Assert.Equal(0, await Store.Messages.RetireAsync(Project, 0, 4, 100, Token));

        Assert.Equal([7L, 8, 9, 10], (await Store.Messages.GetRangeAsync(Pair, 1, 99, 99, Token)).Select(message => message.Sequence));
        Assert.Equal(3, (await Store.Messages.GetRangeAsync(Group, 1, 99, 99, Token)).Count);
        Assert.Equal(10, (await Store.Messages.GetRangeAsync(ConversationKey.Group(OtherProject, 1), 1, 99, 99, Token)).Count);
        Assert.Equal((6, 4), Position(await StateAsync(2, Pair)));
    }

    [Fact]
    public async Task Retirement_by_age_takes_what_is_older_and_remembers_the_head_of_what_it_emptied()
    {
        await SayAsync(Pair, 1, 3);
        var last = Now;
        Time.Advance(TimeSpan.FromDays(1));
        await SayAsync(Group, 1, 2);

        Assert.Equal(3, await Store.Messages.RetireAsync(Project, Now, 0, 100, Token));
        await ReopenAsync();

        Assert.Empty(await Store.Messages.GetRangeAsync(Pair, 1, 99, 99, Token));
        Assert.Equal(new ConversationState(Pair, new ConversationHead(3, last), 3, 0), await StateAsync(2, Pair));
        Assert.Equal(2, (await Store.Messages.GetRangeAsync(Group, 1, 99, 99, Token)).Count);
        Assert.Equal(4, (await AppendAsync(Words(Pair, 1, 1))).Message.Sequence);
        Assert.Equal((3, 1), Position(await StateAsync(2, Pair)));
    }

    [Fact]
    public async Task Retirement_takes_the_limit_at_most_and_ends_by_repeating()
    {
        for (var group = 1; group <= 30; group++)
            await SayAsync(ConversationKey.Group(Project, group), 1, 50);

        var calls = new List<int>();
        do
            calls.Add(await Store.Messages.RetireAsync(Project, 0, 10, 70, Token));
        while (calls[^1] == 70);

        Assert.Equal(30 * 40, calls.Sum());
        Assert.All(calls, count => Assert.InRange(count, 0, 70));
        for (var group = 1; group <= 30; group++)
        {
            var left = await Store.Messages.GetRangeAsync(ConversationKey.Group(Project, group), 1, 99, 99, Token);
            Assert.Equal((10, 41L), (left.Count, left[0].Sequence));
        }
    }

    [Fact]
    public async Task Retirement_of_nothing_retires_nothing()
    {
        await SayAsync(Pair, 1, 3);

        Assert.Equal(0, await Store.Messages.RetireAsync(Project, 0, 0, 100, Token));
        Assert.Equal(0, await Store.Messages.RetireAsync(Project, Now + 1, 1, 0, Token));
        Assert.Equal(0, await Store.Messages.RetireAsync(OtherProject, Now + 1, 1, 100, Token));
        Assert.Equal(3, (await Store.Messages.GetRangeAsync(Pair, 1, 99, 99, Token)).Count);
    }

    private static (long Read, long Unread) Position(ConversationState state) => (state.Read, state.Unread);

    private ValueTask ReadAsync(ConversationKey conversation, long userId, long sequence) =>
        Store.Messages.AdvanceReadPositionsAsync([new ReadPosition(conversation, userId, sequence)], Token);
}
