using Parley.Core.Messaging;
using Parley.Core.Storage;
using Parley.Storage.Conformance;
using SQLitePCL;

namespace Parley.Storage.Sqlite.Tests;

/// <summary>What shares a commit, and what becomes of it when something fails.</summary>
public sealed class GroupCommitTests : SqliteStoreTests
{
    private bool _refuseCommit;

    protected override SqliteStoreOptions Options => Files.Options with { BatchSize = 200, QueueLength = 1000 };

    [Fact]
    public async Task What_waits_is_committed_together()
    {
        var entries = new List<TrackedEntry>();
        await InOneBatchAsync(() => entries.AddRange(Enumerable.Range(0, 100).Select(i => Append(Entry(i)))));
        await Task.WhenAll(entries.Select(entry => entry.Committed));

        Assert.All(entries, entry => Assert.Equal((1, 100), entry.Commit));
    }

    [Fact]
    public async Task A_full_batch_is_committed_while_more_wait()
    {
        var entries = new List<TrackedEntry>();
        await InOneBatchAsync(() => entries.AddRange(Enumerable.Range(0, 500).Select(i => Append(Entry(i)))));
        await Task.WhenAll(entries.Select(entry => entry.Committed));

        Assert.Equal([199, 200, 101], entries.Select(entry => entry.Commit).Distinct().Select(commit => commit.Size));
        Assert.Equal(entries.Select(entry => entry.Message), Sink.Seen);
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), entries.Select(entry => entry.Message.Sequence));
    }

    [Fact]
    public async Task Retries_within_one_batch_are_told_the_first_place()
    {
        TrackedEntry[] entries = [];
        await InOneBatchAsync(() => entries =
            [Append(Entry(1, window: 100)), Append(Entry(2, window: 100)), Append(Entry(1, window: 100))]);
        await Task.WhenAll(entries.Select(entry => entry.Committed));

        Assert.Equal([JournalStatus.Stored, JournalStatus.Stored, JournalStatus.Duplicate], entries.Select(entry => entry.Status));
        Assert.Equal([1L, 2, 1], entries.Select(entry => entry.Message.Sequence));
        Assert.Equal(1, entries[2].Commit.Number);
    }

    [Fact]
    public async Task An_operation_between_two_entries_sees_the_first_and_not_the_second()
    {
        var heads = new List<long>();
        Task looking = Task.CompletedTask;
        TrackedEntry[] entries = [];
        await InOneBatchAsync(() =>
        {
            var first = Append(Entry(1));
            looking = OnWriterAsync(session => heads.Add(session.Journal.HeadOf(Pair).Sequence));
            entries = [first, Append(Entry(2))];
        });
        await looking;
        await Task.WhenAll(entries.Select(entry => entry.Committed));

        Assert.Equal([1L], heads);
        Assert.Equal(entries[0].Commit, entries[1].Commit);
    }

    [Fact]
    public async Task An_operation_that_fails_leaves_the_rest_of_its_batch_alone()
    {
        TrackedEntry? before = null, after = null;
        Task<bool>? failing = null, other = null;
        await InOneBatchAsync(() =>
        {
            before = Append(Entry(1));
            failing = OnWriterAsync(session =>
            {
                session.Database.Execute("INSERT INTO room (project_id, room_id) VALUES (1, 1)");
                throw new InvalidOperationException("on purpose");
            });
            other = OnWriterAsync(session => session.Database.Execute("INSERT INTO room (project_id, room_id, open_info) VALUES (1, 2, 'x')"));
            after = Append(Entry(2));
        });

        await Assert.ThrowsAsync<InvalidOperationException>(() => failing!);
        Assert.True(await other!);
        Assert.Equal(JournalStatus.Stored, (await before!.Committed).Status);
        Assert.Equal(JournalStatus.Stored, (await after!.Committed).Status);
        Assert.Equal("", (await Store.Rooms.GetInfoAsync(1, 1, Token)).OpenInfo);
        Assert.Equal("x", (await Store.Rooms.GetInfoAsync(1, 2, Token)).OpenInfo);
    }

    [Fact]
    public async Task Wrong_SQL_of_an_operation_is_told_to_its_caller_as_a_store_exception() =>
        await Assert.ThrowsAsync<StoreException>(
            () => OnWriterAsync(session => session.Database.Execute("INSERT INTO nowhere VALUES (1)")));

    [Fact]
    public async Task An_entry_that_cannot_be_stored_fails_alone_and_its_conversation_goes_on()
    {
        await AppendAsync(Entry(1));
        await OnWriterAsync(session => session.Database.Execute("""
            INSERT INTO message (id, conversation_id, seq, sender, mid, time, type, is_binary, is_deleted, file_kind, file_size)
            SELECT 1000, conversation_id, 2, 1, 2, time, 30, 0, 0, 0, 0 FROM message
            """));
        TrackedEntry[] entries = [];
        await InOneBatchAsync(() => entries = [Append(Entry(9, ConversationKey.Group(1, 1))), Append(Entry(2)), Append(Entry(3))]);
        await Task.WhenAll(entries.Select(entry => entry.Committed));

        Assert.Equal([JournalStatus.Stored, JournalStatus.Failed, JournalStatus.Stored], entries.Select(entry => entry.Status));
        Assert.Equal([1L, 0, 3], entries.Select(entry => entry.Message.Sequence));
    }

    [Fact]
    public async Task On_a_full_disk_entries_fail_untouched_and_go_through_when_there_is_room_again()
    {
        await AppendAsync(Entry(1, window: 1000));
        await OnWriterAsync(session => session.Database.Execute(
            $"PRAGMA max_page_count = {session.Database.Scalar("PRAGMA page_count") + 4}"));

        var group = ConversationKey.Group(Project, 3);
        TrackedEntry[] entries = [];
        await InOneBatchAsync(() => entries =
        [
            Append(Entry(2, window: 1000)),
            Append(Entry(2, window: 1000)),
            Append(Entry(3, group, window: 1000)),
            Append(Entry(4, bytes: 100_000)),
            Append(Entry(5)),
        ]);
        await Task.WhenAll(entries.Select(entry => entry.Committed));

        Assert.All(entries, entry => Assert.Equal((JournalStatus.Failed, 0L, 0L), (entry.Status, entry.Message.Sequence, entry.Message.Time)));
        Assert.Equal(1, await HeadAsync(Pair));
        Assert.Equal(0, await HeadAsync(group));

        await OnWriterAsync(session => session.Database.Execute("PRAGMA max_page_count = 1000000"));
        foreach (var (mid, sequence) in new[] { (2, 2), (4, 3), (5, 4) })
        {
            var again = await AppendAsync(Entry(mid, window: 1000, bytes: 50_000));
            Assert.Equal((JournalStatus.Stored, sequence), (again.Status, again.Message.Sequence));
        }
        Assert.Equal(1, (await AppendAsync(Entry(3, group, window: 1000))).Message.Sequence);
        Assert.Equal(JournalStatus.Duplicate, (await AppendAsync(Entry(1, window: 1000))).Status);
        Assert.Equal([1L, 2, 3, 4], (await Store.Messages.GetRangeAsync(Pair, 1, 9, 9, Token)).Select(message => message.Sequence));
    }

    [Fact]
    public async Task A_failed_commit_fails_all_of_its_batch_and_leaves_no_trace_in_memory()
    {
        await AppendAsync(Entry(1, window: 1000));
        await OnWriterAsync(session => raw.sqlite3_commit_hook(session.Database.Handle, _ => _refuseCommit ? 1 : 0, null));
        _refuseCommit = true;
        TrackedEntry[] entries = [];
        Task<bool>? operation = null;
        await InOneBatchAsync(() =>
        {
            entries =
            [
                Append(Entry(2, window: 1000)),
                Append(Entry(1, window: 1000)),
                Append(Entry(3, ConversationKey.Group(Project, 3), window: 1000)),
            ];
            operation = OnWriterAsync(session => session.Database.Execute("INSERT INTO room (project_id, room_id, open_info) VALUES (1, 2, 'x')"));
        });
        await Task.WhenAll(entries.Select(entry => entry.Committed));
        await Assert.ThrowsAsync<StoreException>(() => operation!);
        Assert.False(await Store.IsHealthyAsync(Token));
        _refuseCommit = false;

        Assert.All(entries, entry => Assert.Equal((JournalStatus.Failed, 0L), (entry.Status, entry.Message.Sequence)));
        Assert.True(await Store.IsHealthyAsync(Token));
        Assert.Equal("", (await Store.Rooms.GetInfoAsync(1, 2, Token)).OpenInfo);
        Assert.Equal((0L, 0), ((await StateAsync(2)).Read, await HeadAsync(ConversationKey.Group(Project, 3))));
        var again = await AppendAsync(Entry(2, window: 1000));
        Assert.Equal((JournalStatus.Stored, 2L), (again.Status, again.Message.Sequence));
        var elsewhere = await AppendAsync(Entry(7, ConversationKey.Group(Project, 4), window: 1000));
        Assert.Equal((JournalStatus.Stored, 1L), (elsewhere.Status, elsewhere.Message.Sequence));
        Assert.Equal(JournalStatus.Stored, (await AppendAsync(Entry(3, ConversationKey.Group(Project, 3), window: 1000))).Status);
    }

    [Fact]
    public async Task What_was_not_stored_does_not_count_as_read_by_its_sender()
    {
        await AppendAsync(Entry(1, sender: 1));
        await OnWriterAsync(session => raw.sqlite3_commit_hook(session.Database.Handle, _ => _refuseCommit ? 1 : 0, null));
        _refuseCommit = true;
        await AppendAsync(Entry(2, sender: 1));
        _refuseCommit = false;
        await AppendAsync(Entry(3, sender: 2));

        Assert.Equal((1L, 1L), ((await StateAsync(1)).Read, (await StateAsync(1)).Unread));
    }

    [Fact]
    public async Task A_failed_entry_keeps_the_time_that_its_caller_set()
    {
        await OnWriterAsync(session => raw.sqlite3_commit_hook(session.Database.Handle, _ => _refuseCommit ? 1 : 0, null));
        _refuseCommit = true;
        var entry = new TrackedEntry { Message = new Message { Conversation = Pair, Sender = 1, MessageId = 1, Type = 1, Time = 123 } };
        await AppendAsync(entry);
        _refuseCommit = false;

        Assert.Equal((JournalStatus.Failed, 123L), (entry.Status, entry.Message.Time));
        Assert.Equal(123, (await AppendAsync(new TrackedEntry { Message = entry.Message })).Message.Time);
    }

    [Fact]
    public async Task A_sink_that_throws_does_not_stop_the_journal()
    {
        Store.Messages.SetSink(new ThrowingSink());
        Append(Entry(1));
        await OnWriterAsync(_ => { });
        Store.Messages.SetSink(Sink);

        Assert.Equal(2, (await AppendAsync(Entry(2))).Message.Sequence);
    }

    [Fact]
    public async Task A_full_queue_refuses_entries_and_leaves_them_untouched()
    {
        var taken = new List<TrackedEntry>();
        var refused = Entry(0);
        await InOneBatchAsync(() =>
        {
            TrackedEntry next;
            while (Store.Messages.TryAppend(next = Entry(taken.Count)))
                taken.Add(next);
            refused = next;
        });
        await Task.WhenAll(taken.Select(entry => entry.Committed));

        Assert.Equal(1000, taken.Count);
        Assert.Equal((JournalStatus.Pending, 0L), (refused.Status, refused.Message.Sequence));
        Assert.Equal(1001, (await AppendAsync(refused)).Message.Sequence);
    }

    [Fact]
    public async Task A_full_queue_refuses_other_writes_with_a_clear_line()
    {
        var waiting = new List<Task>();
        await InOneBatchAsync(() =>
        {
            Task next;
            while (!(next = Store.Rooms.SetInfoAsync(1, 1, "x", null, Token).AsTask()).IsFaulted)
                waiting.Add(next);
            Assert.Contains("queue is full", Assert.IsType<StoreException>(next.Exception!.InnerException).Message, StringComparison.Ordinal);
        });
        await Task.WhenAll(waiting);

        Assert.Equal(2024, waiting.Count);
    }

    [Fact]
    public async Task A_write_that_is_cancelled_while_it_waits_is_not_done()
    {
        using var cancel = new CancellationTokenSource();
        Task writing = Task.CompletedTask;
        await InOneBatchAsync(() =>
        {
            writing = Store.Rooms.SetInfoAsync(Project, 1, "x", null, cancel.Token).AsTask();
            cancel.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.Equal("", (await Store.Rooms.GetInfoAsync(Project, 1, Token)).OpenInfo);
    }

    [Fact]
    public async Task Closing_commits_what_waits_and_then_takes_nothing()
    {
        var entries = new List<TrackedEntry>();
        Task closing = Task.CompletedTask;
        await InOneBatchAsync(() =>
        {
            entries.AddRange(Enumerable.Range(0, 900).Select(i => Append(Entry(i))));
            closing = Store.DisposeAsync().AsTask();
        });
        await closing;
        await Task.WhenAll(entries.Select(entry => entry.Committed));

        Assert.False(Store.Messages.TryAppend(Entry(1)));
        await Assert.ThrowsAsync<StoreException>(async () => await Store.Rooms.SetInfoAsync(1, 1, "", null, Token));
        await Assert.ThrowsAsync<StoreException>(async () => await Store.Messages.GetHeadAsync(Pair, Token));
        Assert.False(await Store.IsHealthyAsync(Token));
        await OpenAsync();
        Assert.Equal(900, await HeadAsync(Pair));
    }

    [Fact]
    public async Task Appending_allocates_nothing_for_each_message()
    {
        var entries = Enumerable.Range(0, 20_000).Select(i => new JournalEntry { Message = Entry(i).Message }).ToArray();
        var sink = new AllocationSink(entries.Length);
        Store.Messages.SetSink(sink);
        foreach (var entry in entries)
        {
            while (!Store.Messages.TryAppend(entry))
                Thread.Yield();
        }

        Assert.InRange(await sink.BytesPerEntry, 0, 8);
    }

    private async Task<ConversationState> StateAsync(long userId) =>
        Assert.Single(await Store.Messages.GetStatesAsync(userId, [Pair], default, Token));

    private sealed class ThrowingSink : IJournalSink
    {
        public void OnCommitted(ReadOnlySpan<JournalEntry> entries) => throw new InvalidOperationException("on purpose");
    }
}
