using Parley.Core.Messaging;
using Parley.Core.Storage;
using Parley.Core.Webhooks;

namespace Parley.Storage.Conformance;

/// <summary>The log of all messages, cursors and dead letters.</summary>
public abstract class WebhookStoreConformance : StoreConformance
{
    private const long Much = long.MaxValue;

    private static readonly ConversationKey Pair = ConversationKey.PeerToPeer(Project, 1, 2);
    private static readonly ConversationKey Group = ConversationKey.Group(Project, 7);
    private static readonly ConversationKey Room = ConversationKey.Room(Project, 8);
    private static readonly WebhookKey Hook = new(Project, "crm");

    [Fact]
    public async Task The_log_of_a_project_has_its_messages_in_the_order_of_appending()
    {
        Assert.Equal(0, await Store.Webhooks.GetLogEndAsync(Token));
        Assert.Equal((0, 0, 0), Shape(await ReadAsync(0)));
        ConversationKey[] all = [Pair, Group, ConversationKey.Group(OtherProject, 7), Room, ConversationKey.Broadcast(Project), Pair];
        for (var i = 0; i < all.Length; i++)
            await AppendAsync(Words(all[i], 1, i + 1, $"text {i}"));

        var page = await ReadAsync(0);

        Assert.Equal([1, 2, 4, 6], page.Entries.Select(entry => entry.Message.MessageId));
        Assert.Equal([Pair, Group, Room, Pair], page.Entries.Select(entry => entry.Message.Conversation));
        Assert.Equal([1, 1, 1, 2], page.Entries.Select(entry => entry.Message.Sequence));
        Assert.Equal(page.Entries.Select(entry => entry.Position).Order(), page.Entries.Select(entry => entry.Position));
        Assert.Equal("text 5", TextOf(page.Entries[^1].Message));
        Assert.Equal((page.Through, page.End), (await Store.Webhooks.GetLogEndAsync(Token), page.Through));
        Assert.Equal((0, page.Through, page.Through), Shape(await ReadAsync(page.Through)));
        Assert.Equal([3], (await ReadAsync(0, OtherProject)).Entries.Select(entry => entry.Message.MessageId));
    }

    [Fact]
    public async Task All_of_a_message_is_in_the_log()
    {
        await AppendAsync(new()
        {
            Conversation = Group,
            Sender = long.MaxValue,
            MessageId = long.MinValue,
            Type = 127,
            File = FileKind.Video,
            IsBinary = true,
            Body = new byte[] { 0, 255 },
            Attributes = "{}"u8.ToArray(),
            FileSize = 5,
            ThumbnailUrl = "http://t",
        });
        var message = Assert.Single((await ReadAsync(0)).Entries).Message;
        Assert.Equal((long.MaxValue, long.MinValue, (byte)127), (message.Sender, message.MessageId, message.Type));
        Assert.Equal((FileKind.Video, true, 5L, "http://t"), (message.File, message.IsBinary, message.FileSize, message.ThumbnailUrl));
        Assert.Equal([0, 255], message.Body.ToArray());
        Assert.Equal("{}"u8.ToArray(), message.Attributes.ToArray());
        Assert.Equal((Now, 1), (message.Time, message.Sequence));
    }

    [Fact]
    public async Task Deleted_messages_are_passed_over()
    {
        await SayAsync(Pair, 1, 3);
        Assert.True(await Store.Messages.DeleteAsync(Pair, 2, Token));
        Assert.Equal([1, 3], (await ReadAsync(0)).Entries.Select(entry => entry.Message.Sequence));
        Assert.True(await Store.Messages.DeleteAsync(Pair, 3, Token));
        var page = await ReadAsync(0);
        Assert.Equal((1, page.End, page.End), Shape(page));
    }

    [Fact]
    public async Task A_page_ends_at_its_count_and_at_its_bytes_and_the_next_goes_on()
    {
        await SayAsync(Pair, 1, 10); // 6 bytes each
        var first = await Store.Webhooks.ReadLogAsync(new(Project, 0, 4, Much), Token);
        var second = await Store.Webhooks.ReadLogAsync(new(Project, first.Through, 100, 13), Token);
        var third = await Store.Webhooks.ReadLogAsync(new(Project, second.Through, 100, 12), Token);
        var rest = await Store.Webhooks.ReadLogAsync(new(Project, third.Through, 100, Much), Token);
        Assert.Equal([4, 3, 2, 1], new[] { first, second, third, rest }.Select(page => page.Entries.Count));
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), new[] { first, second, third, rest }
            .SelectMany(page => page.Entries).Select(entry => entry.Message.Sequence));
        Assert.True(first.Through < first.End);
        Assert.Equal(rest.End, rest.Through);
    }

    [Fact]
    public async Task Others_messages_are_passed_over_page_by_page()
    {
        for (var i = 0; i < 6; i++)
            await SayAsync(ConversationKey.Group(OtherProject, i), 1, 4000);
        await AppendAsync(Words(Pair, 1, 1));
        var position = 0L;
        for (var pages = 1; ; pages++)
        {
            Assert.InRange(pages, 1, 1000);
            var page = await ReadAsync(position);
            Assert.True(page.Through > position);
            position = page.Through;
            if (page.Entries.Count > 0)
                break;
        }
        Assert.Equal(await Store.Webhooks.GetLogEndAsync(Token), position);
    }

    [Fact]
    public async Task A_position_is_never_given_twice_even_when_everything_was_retired()
    {
        await SayAsync(Pair, 1, 5);
        var end = await Store.Webhooks.OpenCursorAsync(Hook, Token);
        Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(5, await Store.Messages.RetireAsync(Project, Now - 1, 0, 100, Token));
        await AppendAsync(Words(Group, 1, 1));
        var first = Assert.Single((await ReadAsync(end)).Entries).Position;
        Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, await Store.Messages.RetireAsync(Project, Now - 1, 0, 100, Token));
        Assert.Equal((0, first, first), Shape(await ReadAsync(first)));
        await ReopenAsync();

        await AppendAsync(Words(Group, 1, 2));

        var page = await ReadAsync(first);
        Assert.Equal(2, Assert.Single(page.Entries).Message.MessageId);
        Assert.True(page.Entries[0].Position > first);
        Assert.Equal(page.End, page.Through);
    }

    [Fact]
    public async Task A_new_cursor_is_at_the_end_and_moves_forward_only()
    {
        await SayAsync(Pair, 1, 3);
        Assert.Null(await Store.Webhooks.FindCursorAsync(Hook, Token));
        await Store.Webhooks.SaveCursorAsync(Hook, 99, Token);
        Assert.Null(await Store.Webhooks.FindCursorAsync(Hook, Token)); // not known
        var end = await Store.Webhooks.OpenCursorAsync(Hook, Token);
        Assert.Empty((await ReadAsync(end)).Entries);
        await SayAsync(Pair, 1, 2);
        Assert.Equal(end, await Store.Webhooks.OpenCursorAsync(Hook, Token));
        Assert.Equal(2, (await ReadAsync(end)).Entries.Count);

        await Store.Webhooks.SaveCursorAsync(Hook, end + 2, Token);
        await Store.Webhooks.SaveCursorAsync(Hook, end + 1, Token);
        await ReopenAsync();

        Assert.Equal(end + 2, await Store.Webhooks.FindCursorAsync(Hook, Token));
        Assert.Null(await Store.Webhooks.FindCursorAsync(Hook with { Name = "CRM" }, Token));
        Assert.Null(await Store.Webhooks.FindCursorAsync(Hook with { ProjectId = OtherProject }, Token));
    }

    [Fact]
    public async Task Dead_letters_are_kept_in_order_and_move_the_cursor_in_the_same_commit()
    {
        await Store.Webhooks.OpenCursorAsync(Hook, Token);
        Assert.Equal(0, await Store.Webhooks.BuryAsync(Hook, [Letter(3), Letter(5)], 6, 10, Token));
        Assert.Equal(0, await Store.Webhooks.BuryAsync(Hook, [Letter(2, "late")], 4, 10, Token));
        await ReopenAsync();

        Assert.Equal(6, await Store.Webhooks.FindCursorAsync(Hook, Token));
        Assert.Equal([Letter(2, "late"), Letter(3), Letter(5)], await LettersAsync());
        Assert.Equal([Letter(3)], await Store.Webhooks.GetDeadLettersAsync(Hook, 2, 1, Token));
        Assert.Equal(3, await Store.Webhooks.CountDeadLettersAsync(Hook, Token));
        Assert.Equal(0, await Store.Webhooks.CountDeadLettersAsync(Hook with { Name = "x" }, Token));
        await Store.Webhooks.RemoveDeadLettersAsync(Hook, [3, 4], Token);
        Assert.Equal([2, 5], (await LettersAsync()).Select(letter => letter.Position));
    }

    [Fact]
    public async Task Of_too_many_dead_letters_the_oldest_are_forgotten()
    {
        await Store.Webhooks.OpenCursorAsync(Hook, Token);
        Assert.Equal(0, await Store.Webhooks.BuryAsync(Hook, [Letter(1), Letter(2)], 2, 2, Token));
        Assert.Equal(2, await Store.Webhooks.BuryAsync(Hook, [Letter(3), Letter(4)], 4, 2, Token));
        Assert.Equal(1, await Store.Webhooks.BuryAsync(Hook, [Letter(5)], 5, 2, Token));
        Assert.Equal([4, 5], (await LettersAsync()).Select(letter => letter.Position));
    }

    [Fact]
    public async Task Letters_to_be_sent_again_come_with_their_messages()
    {
        await SayAsync(Pair, 1, 4);
        var positions = (await ReadAsync(0)).Entries.Select(entry => entry.Position).ToArray();
        await Store.Webhooks.BuryAsync(Hook, [.. positions.Select(position => Letter(position))], 0, 10, Token);
        await Store.Messages.DeleteAsync(Pair, 2, Token);
        Assert.Empty((await Store.Webhooks.ReadRetriesAsync(Hook, 10, Much, Token)).Entries); // nobody asked

        Assert.Equal(4, await Store.Webhooks.RetryDeadLettersAsync(Hook, Token));
        Assert.Equal(0, await Store.Webhooks.RetryDeadLettersAsync(Hook with { Name = "x" }, Token));
        await ReopenAsync();

        var all = await Store.Webhooks.ReadRetriesAsync(Hook, 10, Much, Token);
        Assert.Equal([1, 3, 4], all.Entries.Select(entry => entry.Message.Sequence));
        Assert.Equal([positions[1]], all.Missing);
        var some = await Store.Webhooks.ReadRetriesAsync(Hook, 3, 12, Token);
        Assert.Equal([1, 3], some.Entries.Select(entry => entry.Message.Sequence));
        Assert.All(await LettersAsync(), letter => Assert.True(letter.IsRetrying));

        await Store.Webhooks.BuryAsync(Hook, [Letter(positions[0], "again")], 0, 10, Token);
        Assert.Equal([3, 4], (await Store.Webhooks.ReadRetriesAsync(Hook, 10, Much, Token)).Entries.Select(entry => entry.Message.Sequence));
        Assert.Equal(Letter(positions[0], "again") with { Attempts = 4 }, (await LettersAsync())[0]);
    }

    private static (int, long, long) Shape(LogPage page) => (page.Entries.Count, page.Through, page.End);

    private static DeadLetter Letter(long position, string reason = "status 500") => new(position, 2, 1000 + position, reason);

    private ValueTask<LogPage> ReadAsync(long after, long project = Project) =>
        Store.Webhooks.ReadLogAsync(new(project, after, 1000, Much), Token);

    private ValueTask<IReadOnlyList<DeadLetter>> LettersAsync() => Store.Webhooks.GetDeadLettersAsync(Hook, 0, 100, Token);
}
