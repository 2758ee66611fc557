using Parley.Core.Messaging;

namespace Parley.Storage.Conformance;

/// <summary>Reading and deleting. The random suite compares every query with a naive model; here stand the plain cases.</summary>
public abstract class HistoryConformance : StoreConformance
{
    private static readonly ConversationKey Pair = ConversationKey.PeerToPeer(Project, 1, 2);

    [Fact]
    public async Task A_page_counts_visible_messages_from_either_end()
    {
        await SayAsync(Pair, 1, 10);
        await Store.Messages.DeleteAsync(Pair, 2, Token);
        await Store.Messages.DeleteAsync(Pair, 9, Token);

        Assert.Equal([4L, 5, 6], await PageAsync(new PageQuery { Conversation = Pair, Skip = 2, Take = 3 }));
        Assert.Equal([7L, 6, 5], await PageAsync(new PageQuery { Conversation = Pair, Skip = 2, Take = 3, Descending = true }));
        Assert.Equal([1L, 3, 4, 5, 6, 7, 8, 10], await PageAsync(new PageQuery { Conversation = Pair, Take = 100 }));
    }

    [Fact]
    public async Task A_page_beyond_the_end_is_empty()
    {
        await SayAsync(Pair, 1, 3);

        Assert.Empty(await PageAsync(new PageQuery { Conversation = Pair, Skip = 3, Take = 3 }));
        Assert.Empty(await PageAsync(new PageQuery { Conversation = Pair, Skip = int.MaxValue, Take = int.MaxValue, Descending = true }));
        Assert.Empty(await PageAsync(new PageQuery { Conversation = Pair, Take = 0 }));
        Assert.Empty(await PageAsync(new PageQuery { Conversation = Pair, AfterSequence = 3, Take = 3 }));
        Assert.Empty(await PageAsync(new PageQuery { Conversation = ConversationKey.Group(Project, 9), Take = 3 }));
    }

    [Fact]
    public async Task A_page_may_start_after_the_newest_message_with_a_mid()
    {
        foreach (var mid in new[] { 7, 8, 7, 9, 10 })
            await AppendAsync(Words(Pair, 1, mid));

        Assert.Equal([4L, 5], await PageAsync(new PageQuery { Conversation = Pair, AfterMessageId = 7, Take = 9 }));
        Assert.Equal([1L, 2, 3, 4, 5], await PageAsync(new PageQuery { Conversation = Pair, AfterMessageId = 99, Take = 9 }));
        Assert.Equal([5L], await PageAsync(new PageQuery { Conversation = Pair, AfterMessageId = 7, AfterSequence = 4, Take = 9 }));
        Assert.Empty(await PageAsync(new PageQuery { Conversation = Pair, AfterMessageId = 10, Take = 9 }));
    }

    [Fact]
    public async Task A_page_may_show_one_side_and_some_types()
    {
        for (var i = 0; i < 12; i++)
            await AppendAsync(Words(Pair, 1 + i % 2, i, type: (byte)(i % 3 == 0 ? 30 : 40)));

        Assert.Equal(
            [1L, 3, 5], await PageAsync(new PageQuery { Conversation = Pair, Viewer = 1, Direction = PageDirection.Sent, Take = 3 }));
        Assert.Equal(
            [2L, 4], await PageAsync(new PageQuery { Conversation = Pair, Viewer = 1, Direction = PageDirection.Received, Take = 2 }));
        Assert.Equal([7L, 4], await PageAsync(new PageQuery { Conversation = Pair, Types = [30], Skip = 1, Take = 2, Descending = true }));
        Assert.Empty(await PageAsync(new PageQuery { Conversation = Pair, Types = [], Take = 2 }));
    }

    [Fact]
    public async Task A_window_is_bounded_by_time_on_both_sides_inclusively()
    {
        var start = Now;
        await SayOverTimeAsync(10);

        Assert.Equal([3L, 4, 5], await WindowAsync(new WindowQuery { Conversation = Pair, Begin = start + 200, End = start + 400, Take = 9 }));
        Assert.Equal([5L, 4, 3], await WindowAsync(new WindowQuery
        {
            Conversation = Pair,
            Begin = start + 200,
            End = start + 400,
            Take = 9,
            Descending = true,
        }));
        Assert.Equal([4L], await WindowAsync(new WindowQuery { Conversation = Pair, Begin = start + 201, End = start + 399, Take = 9 }));
        Assert.Empty(await WindowAsync(new WindowQuery { Conversation = Pair, Begin = start + 901, Take = 9 }));
        Assert.Empty(await WindowAsync(new WindowQuery { Conversation = Pair, End = start - 1, Take = 9, Descending = true }));
        Assert.Empty(await WindowAsync(new WindowQuery { Conversation = Pair, Begin = start + 500, End = start + 400, Take = 9 }));
    }

    [Fact]
    public async Task A_window_is_continued_by_sequence_through_messages_of_one_millisecond()
    {
        await SayAsync(Pair, 1, 7);
        var query = new WindowQuery { Conversation = Pair, Begin = Now, End = Now, Take = 3 };

        Assert.Equal([1L, 2, 3], await WindowAsync(query));
        Assert.Equal([4L, 5, 6], await WindowAsync(query with { LastSequence = 3 }));
        Assert.Equal([7L], await WindowAsync(query with { LastSequence = 6 }));
        Assert.Empty(await WindowAsync(query with { LastSequence = 7 }));
        Assert.Equal([3L, 2, 1], await WindowAsync(query with { LastSequence = 4, Descending = true }));
    }

    [Fact]
    public async Task A_window_shows_deleted_messages_in_their_place_without_their_words()
    {
        await SayAsync(Pair, 1, 3);
        await Store.Messages.DeleteAsync(Pair, 2, Token);

        var found = await Store.Messages.GetWindowAsync(new WindowQuery { Conversation = Pair, Take = 9 }, Token);

        Assert.Equal([false, true, false], found.Select(message => message.IsDeleted));
        Assert.True(found[1].Body.IsEmpty && found[1].Attributes.IsEmpty);
    }

    [Fact]
    public async Task Deleting_empties_a_message_once()
    {
        await AppendAsync(new Message
        {
            Conversation = Pair,
            Sender = 1,
            MessageId = 5,
            Type = 40,
            File = FileKind.Image,
            Body = "http://a"u8.ToArray(),
            Attributes = "x"u8.ToArray(),
            FileSize = 9,
            ThumbnailUrl = "http://t",
        });

        Assert.True(await Store.Messages.DeleteAsync(Pair, 1, Token));
        Assert.False(await Store.Messages.DeleteAsync(Pair, 1, Token));
        Assert.False(await Store.Messages.DeleteAsync(Pair, 2, Token));
        Assert.False(await Store.Messages.DeleteAsync(Pair, 0, Token));
        Assert.False(await Store.Messages.DeleteAsync(ConversationKey.Group(Project, 4), 1, Token));

        var left = await Store.Messages.FindAsync(Pair, 1, 5, Token);
        Assert.NotNull(left);
        Assert.True(left.IsDeleted && left.Body.IsEmpty && left.Attributes.IsEmpty);
        Assert.Equal((1L, 0L, null), (left.Sequence, left.FileSize, left.ThumbnailUrl));
    }

    [Fact]
    public async Task A_message_is_found_by_sender_and_mid_the_newest_first()
    {
        await AppendAsync(Words(Pair, 1, 5, "old"));
        await AppendAsync(Words(Pair, 2, 5, "other"));
        await AppendAsync(Words(Pair, 1, 5, "new"));

        Assert.Equal("new", TextOf((await Store.Messages.FindAsync(Pair, 1, 5, Token))!));
        Assert.Equal("other", TextOf((await Store.Messages.FindAsync(Pair, 2, 5, Token))!));
        Assert.Null(await Store.Messages.FindAsync(Pair, 3, 5, Token));
        Assert.Null(await Store.Messages.FindAsync(Pair, 1, 6, Token));
        Assert.Null(await Store.Messages.FindAsync(ConversationKey.Group(Project, 4), 1, 5, Token));
    }

    [Fact]
    public async Task A_range_is_ascending_and_limited()
    {
        await SayAsync(Pair, 1, 10);

        var found = await Store.Messages.GetRangeAsync(Pair, 4, 8, 3, Token);

        Assert.Equal([4L, 5, 6], found.Select(message => message.Sequence));
        Assert.Empty(await Store.Messages.GetRangeAsync(Pair, 8, 4, 3, Token));
        Assert.Equal(10, (await Store.Messages.GetRangeAsync(Pair, long.MinValue, long.MaxValue, int.MaxValue, Token)).Count);
    }

    [Fact]
    public async Task Nothing_crosses_projects()
    {
        await SayAsync(Pair, 1, 3);
        var there = ConversationKey.PeerToPeer(OtherProject, 1, 2);

        Assert.Empty(await Store.Messages.GetRangeAsync(there, 1, 9, 9, Token));
        Assert.Empty(await Store.Messages.GetPeerStatesAsync(OtherProject, 1, default, Token));
    }

    [Fact]
    public async Task A_cancelled_read_ends_as_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.Messages.GetPageAsync(new PageQuery { Conversation = Pair, Take = 1 }, cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.Messages.DeleteAsync(Pair, 1, cancelled.Token));
    }

    private async Task SayOverTimeAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await AppendAsync(Words(Pair, 1, i));
            Time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    private async Task<IEnumerable<long>> PageAsync(PageQuery query) =>
        (await Store.Messages.GetPageAsync(query, Token)).Select(message => message.Sequence);

    private async Task<IEnumerable<long>> WindowAsync(WindowQuery query) =>
        (await Store.Messages.GetWindowAsync(query, Token)).Select(message => message.Sequence);
}
