using Parley.Core.Messaging;

namespace Parley.Storage.Conformance;

/// <summary>Appending: order, time, retries, what is kept of a message.</summary>
public abstract class JournalConformance : StoreConformance
{
    private static readonly ConversationKey Pair = ConversationKey.PeerToPeer(Project, 1, 2);

    [Fact]
    public async Task A_message_is_found_by_its_place_in_the_log()
    {
        var pair = ConversationKey.PeerToPeer(Project, 1, 2);
        var first = (await AppendAsync(Words(pair, 1, 10, "one"))).Message;
        var second = (await AppendAsync(Words(ConversationKey.Group(Project, 5), 1, 11, "two"))).Message;
        Assert.True(second.Position > first.Position);
        await ReopenAsync();

        var found = await Store.Messages.FindAtAsync(Project, first.Position, Token);
        Assert.Equal((pair, 1L, "one", first.Position), (found!.Conversation, found.Sequence, TextOf(found), found.Position));
        Assert.Null(await Store.Messages.FindAtAsync(OtherProject, first.Position, Token));
        Assert.Null(await Store.Messages.FindAtAsync(Project, second.Position + 1, Token));
        Assert.Equal(first.Position, Assert.Single(await Store.Messages.GetRangeAsync(pair, 1, 9, 9, Token)).Position);
        Assert.True((await AppendAsync(Words(pair, 1, 12))).Message.Position > second.Position);
    }

    [Fact]
    public async Task A_message_comes_back_as_it_was_said()
    {
        var said = new Message
        {
            Conversation = Pair,
            Sender = 2,
            MessageId = long.MaxValue,
            Type = 127,
            File = FileKind.Audio,
            IsBinary = true,
            Body = new byte[] { 0, 1, 255, 0 },
            Attributes = "{\"a\":\"ä\0\"}"u8.ToArray(),
            FileSize = 5_000_000_000,
            ThumbnailUrl = "http://x/ü\0.png",
        };
        await AppendAsync(said);

        var read = Assert.Single(await Store.Messages.GetRangeAsync(Pair, 1, 10, 10, Token));

        Assert.Equal((1, Now), (read.Sequence, read.Time));
        Assert.Equal((said.Sender, said.MessageId, said.Type, said.File), (read.Sender, read.MessageId, read.Type, read.File));
        Assert.Equal((true, false, said.FileSize), (read.IsBinary, read.IsDeleted, read.FileSize));
        Assert.Equal(said.ThumbnailUrl, read.ThumbnailUrl);
        Assert.Equal(said.Conversation, read.Conversation);
        Assert.Equal(said.Body.ToArray(), read.Body.ToArray());
        Assert.Equal(said.Attributes.ToArray(), read.Attributes.ToArray());
    }

    [Fact]
    public async Task An_empty_message_comes_back_empty()
    {
        await AppendAsync(Words(Pair, 1, 1, ""));

        var read = Assert.Single(await Store.Messages.GetRangeAsync(Pair, 1, 1, 1, Token));

        Assert.True(read.Body.IsEmpty && read.Attributes.IsEmpty);
        Assert.Null(read.ThumbnailUrl);
    }

    [Fact]
    public async Task A_large_message_comes_back_whole()
    {
        var body = new byte[4_000_000];
        new Random(1).NextBytes(body);
        await AppendAsync(new Message { Conversation = Pair, Sender = 1, MessageId = 1, Type = 1, Body = body });

        var read = Assert.Single(await Store.Messages.GetRangeAsync(Pair, 1, 1, 1, Token));

        Assert.True(read.Body.Span.SequenceEqual(body));
    }

    [Fact]
    public async Task Sequences_are_dense_in_each_conversation_under_concurrent_appenders()
    {
        ConversationKey[] places =
            [Pair, ConversationKey.Group(Project, 1), ConversationKey.Group(OtherProject, 1), ConversationKey.Room(Project, 1), ConversationKey.Broadcast(Project)];
        var entries = new TrackedEntry[4][];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() => entries[worker] =
            [.. Enumerable.Range(0, 500).Select(i => Append(Words(places[i % places.Length], 1, worker * 1000 + i)))])));
        var all = await Task.WhenAll(entries.SelectMany(mine => mine).Select(entry => entry.Committed));

        foreach (var place in places)
        {
            var sequences = all.Where(entry => entry.Message.Conversation == place).Select(entry => entry.Message.Sequence).Order();
            Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), sequences);
            Assert.Equal(400, (await Store.Messages.GetHeadAsync(place, Token)).Sequence);
        }
        Assert.All(all, entry => Assert.Equal(JournalStatus.Stored, entry.Status));
    }

    [Fact]
    public async Task The_order_of_one_appender_is_the_order_of_the_conversation_and_of_the_sink()
    {
        var said = await SayAsync(Pair, 1, 300);

        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), said.Select(message => message.Sequence));
        var read = await Store.Messages.GetRangeAsync(Pair, 1, 300, 300, Token);
        Assert.Equal(said.Select(TextOf), read.Select(TextOf));
    }

    [Fact]
    public async Task Time_never_goes_back_in_a_conversation_when_the_clock_does()
    {
        var first = await AppendAsync(Words(Pair, 1, 1));
        Time.SetClock(Time.GetUtcNow().AddHours(-1));
        var second = await AppendAsync(Words(Pair, 1, 2));
        var elsewhere = await AppendAsync(Words(ConversationKey.Group(Project, 7), 1, 3));
        Time.SetClock(Time.GetUtcNow().AddHours(2));
        var third = await AppendAsync(Words(Pair, 1, 4));

        Assert.Equal(first.Message.Time, second.Message.Time);
        Assert.True(elsewhere.Message.Time < first.Message.Time);
        Assert.True(third.Message.Time > second.Message.Time);
    }

    [Fact]
    public async Task Time_never_goes_back_over_a_restart()
    {
        var first = await AppendAsync(Words(Pair, 1, 1));
        Time.SetClock(Time.GetUtcNow().AddDays(-1));
        await ReopenAsync();

        var second = await AppendAsync(Words(Pair, 1, 2));

        Assert.Equal((2, first.Message.Time), (second.Message.Sequence, second.Message.Time));
    }

    [Fact]
    public async Task A_time_that_the_caller_sets_is_kept_unless_it_lies_before_the_last()
    {
        var first = await AppendAsync(Words(Pair, 1, 1, time: Now - 5));
        var second = await AppendAsync(Words(Pair, 1, 2, time: Now - 50));

        Assert.Equal(Now - 5, first.Message.Time);
        Assert.Equal(Now - 5, second.Message.Time);
    }

    [Fact]
    public async Task A_retry_stores_nothing_and_is_told_the_first_place()
    {
        var first = await AppendAsync(Words(Pair, 1, 42), window: 1000);
        Time.Advance(TimeSpan.FromMilliseconds(1000));
        var retry = await AppendAsync(Words(Pair, 1, 42, "again"), window: 1000);

        Assert.Equal(JournalStatus.Stored, first.Status);
        Assert.Equal(JournalStatus.Duplicate, retry.Status);
        Assert.Equal((first.Message.Sequence, first.Message.Time), (retry.Message.Sequence, retry.Message.Time));
        Assert.Equal(1, (await Store.Messages.GetHeadAsync(Pair, Token)).Sequence);
    }

    [Fact]
    public async Task A_retry_is_recognised_by_conversation_sender_and_mid_together()
    {
        await AppendAsync(Words(Pair, 1, 42), window: 1000);

        var otherSender = await AppendAsync(Words(Pair, 2, 42), window: 1000);
        var otherMid = await AppendAsync(Words(Pair, 1, 43), window: 1000);
        var otherPlace = await AppendAsync(Words(ConversationKey.PeerToPeer(Project, 1, 3), 1, 42), window: 1000);
        var otherProject = await AppendAsync(Words(ConversationKey.PeerToPeer(OtherProject, 1, 2), 1, 42), window: 1000);

        Assert.All([otherSender, otherMid, otherPlace, otherProject], entry => Assert.Equal(JournalStatus.Stored, entry.Status));
    }

    [Fact]
    public async Task After_the_window_the_same_mid_is_a_new_message()
    {
        await AppendAsync(Words(Pair, 1, 42), window: 1000);
        Time.Advance(TimeSpan.FromMilliseconds(1001));
        var second = await AppendAsync(Words(Pair, 1, 42), window: 1000);
        var retry = await AppendAsync(Words(Pair, 1, 42), window: 1000);

        Assert.Equal((JournalStatus.Stored, 2), (second.Status, second.Message.Sequence));
        Assert.Equal((JournalStatus.Duplicate, 2), (retry.Status, retry.Message.Sequence));
    }

    [Fact]
    public async Task Without_a_window_nothing_is_a_retry()
    {
        await AppendAsync(Words(Pair, 1, 42));
        var second = await AppendAsync(Words(Pair, 1, 42));

        Assert.Equal((JournalStatus.Stored, 2), (second.Status, second.Message.Sequence));
    }

    [Fact]
    public async Task Retries_handed_in_together_are_stored_once()
    {
        var entries = Enumerable.Range(0, 100).Select(_ => Append(Words(Pair, 1, 42), window: 1000)).ToArray();
        await Task.WhenAll(entries.Select(entry => entry.Committed));

        Assert.Equal(JournalStatus.Stored, entries[0].Status);
        Assert.All(entries[1..], entry => Assert.Equal(JournalStatus.Duplicate, entry.Status));
        Assert.All(entries, entry => Assert.Equal(1, entry.Message.Sequence));
    }

    [Fact]
    public async Task A_retry_after_a_restart_is_recognised()
    {
        var first = await AppendAsync(Words(Pair, 1, 42), window: 60_000);
        await SayAsync(Pair, 2, 10);
        await ReopenAsync();
        Time.Advance(TimeSpan.FromSeconds(59));

        var retry = await AppendAsync(Words(Pair, 1, 42), window: 60_000);
        Time.Advance(TimeSpan.FromSeconds(2));
        var late = await AppendAsync(Words(Pair, 1, 42), window: 60_000);

        Assert.Equal((JournalStatus.Duplicate, first.Message.Sequence), (retry.Status, retry.Message.Sequence));
        Assert.Equal((JournalStatus.Stored, 12), (late.Status, late.Message.Sequence));
    }

    [Fact]
    public async Task A_retry_is_recognised_when_the_first_was_deleted_meanwhile()
    {
        await AppendAsync(Words(Pair, 1, 42), window: 1000);
        await Store.Messages.DeleteAsync(Pair, 1, Token);

        Assert.Equal(JournalStatus.Duplicate, (await AppendAsync(Words(Pair, 1, 42), window: 1000)).Status);
    }

    [Fact]
    public async Task Everything_committed_is_there_after_a_restart_and_sequences_go_on()
    {
        await SayAsync(Pair, 1, 20);
        await ReopenAsync();

        Assert.Equal(new ConversationHead(20, Now), await Store.Messages.GetHeadAsync(Pair, Token));
        Assert.Equal(21, (await AppendAsync(Words(Pair, 1, 1))).Message.Sequence);
        Assert.Equal(21, (await Store.Messages.GetRangeAsync(Pair, 1, 100, 100, Token)).Count);
    }

    [Fact]
    public async Task What_is_committed_is_seen_by_the_next_read()
    {
        for (var i = 1; i <= 50; i++)
        {
            await AppendAsync(Words(Pair, 1, i));
            Assert.Equal(i, (await Store.Messages.GetHeadAsync(Pair, Token)).Sequence);
        }
    }

    [Fact]
    public async Task A_conversation_in_which_nothing_was_said_has_no_head() =>
        Assert.Equal(default, await Store.Messages.GetHeadAsync(Pair, Token));

    [Fact]
    public async Task Many_conversations_keep_their_places_apart()
    {
        for (var round = 1; round <= 3; round++)
        {
            var entries = Enumerable.Range(0, 500).Select(i => Append(Words(ConversationKey.Group(Project, i), 1, round))).ToArray();
            await Task.WhenAll(entries.Select(entry => entry.Committed));
            Assert.All(entries, entry => Assert.Equal(round, entry.Message.Sequence));
        }
    }

    [Fact]
    public async Task The_store_says_that_it_is_healthy() => Assert.True(await Store.IsHealthyAsync(Token));
}
