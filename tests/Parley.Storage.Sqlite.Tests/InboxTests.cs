using Parley.Core.Messaging;
using Parley.Core.Messaging.Inboxes;
using Parley.Core.Storage;
using Parley.Storage.Conformance;
using Parley.Storage.Sqlite.Reading;
using SQLitePCL;

namespace Parley.Storage.Sqlite.Tests;

/// <summary>What failures and crashes leave of inboxes.</summary>
public sealed class InboxTests : SqliteStoreTests
{
    private const long Me = 1;
    private const long Peer = 2;

    private static readonly ConversationKey Group = ConversationKey.Group(Project, 7);

    private bool _refuseCommit;

    protected override SqliteStoreOptions Options => Files.Options with { BatchSize = 200, QueueLength = 5000 };

    [Fact]
    public async Task Numbers_of_a_commit_that_failed_are_given_again()
    {
        await EnrolAsync(Me);
        await AppendAsync(Entry(1));
        await RefuseAsync();
        TrackedEntry[] failed = [];
        Task enrolling = Task.CompletedTask, noting = Task.CompletedTask;
        await InOneBatchAsync(() =>
        {
            var first = Append(Entry(2));
            enrolling = EnrolAsync(Peer);
            noting = Store.Inboxes.AddNoteAsync(Project, [Me, Peer], new byte[] { 1 }, Token).AsTask();
            failed = [first, Append(Entry(3))];
        });
        await Task.WhenAll(failed.Select(entry => entry.Committed));
        await Assert.ThrowsAsync<StoreException>(() => enrolling);
        await Assert.ThrowsAsync<StoreException>(() => noting);
        _refuseCommit = false;

        Assert.All(failed, entry => Assert.Equal((JournalStatus.Failed, null), (entry.Status, entry.InboxNumbers)));
        Assert.Equal(new InboxBounds(0, 1), await Store.Inboxes.GetBoundsAsync(Project, Me, Token));
        Assert.Equal([new(Me, 2)], (await AppendAsync(Entry(4))).InboxNumbers!); // and the peer is not enrolled
        await EnrolAsync(Peer);
        Assert.Equal([new(Me, 3), new(Peer, 3)], (await AppendAsync(Entry(5))).InboxNumbers!); // 1 and 4 were unread
    }

    [Fact]
    public async Task The_first_enrolment_of_a_project_that_fails_leaves_nothing_behind()
    {
        await RefuseAsync();
        await Assert.ThrowsAsync<StoreException>(() => EnrolAsync(Me));
        _refuseCommit = false;

        Assert.Null((await AppendAsync(Entry(1))).InboxNumbers);
        await EnrolAsync(Me);
        Assert.Equal([new(Me, 1)], (await AppendAsync(Entry(2))).InboxNumbers!);
    }

    [Fact]
    public async Task An_operation_that_fails_gives_its_numbers_back_and_the_rest_of_the_batch_has_them()
    {
        await EnrolAsync(Me);
        Task<bool>? failing = null;
        TrackedEntry[] entries = [];
        await InOneBatchAsync(() =>
        {
            var before = Append(Entry(1));
            failing = OnWriterAsync(session =>
            {
                session.Inboxes.AddNow(Project, Me, -99);
                session.Inboxes.Enrol(Project, Peer, [1, 1, 1]);
                Assert.Equal(2, session.Inboxes.NewestOf(Project, Me));
                throw new InvalidOperationException("on purpose");
            });
            entries = [before, Append(Entry(2))];
        });
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing!);
        await Task.WhenAll(entries.Select(entry => entry.Committed));

        Assert.Equal([new(Me, 1)], entries[0].InboxNumbers!);
        Assert.Equal([new(Me, 2)], entries[1].InboxNumbers!);
        Assert.Equal([(1L, false), (2L, false)], (await ItemsAsync(Store, Me)).Select(item => (item.Number, item.Message is null)));
        await ReopenAsync();
        Assert.Equal([new(Me, 3)], (await AppendAsync(Entry(3))).InboxNumbers!);
    }

    [Fact]
    public async Task An_entry_that_fails_alone_takes_no_number()
    {
        await EnrolAsync(Me);
        await AppendAsync(Entry(1));
        await OnWriterAsync(session => session.Database.Execute("""
            INSERT INTO message (id, conversation_id, seq, sender, mid, time, type, is_binary, is_deleted, file_kind, file_size)
            SELECT 1000, conversation_id, 2, 1, 2, time, 30, 0, 0, 0, 0 FROM message
            """));
        TrackedEntry[] entries = [];
        await InOneBatchAsync(() => entries = [Append(Entry(2)), Append(Entry(3))]);
        await Task.WhenAll(entries.Select(entry => entry.Committed));

        Assert.Equal([JournalStatus.Failed, JournalStatus.Stored], entries.Select(entry => entry.Status));
        Assert.Null(entries[0].InboxNumbers);
        Assert.Equal([new(Me, 2)], entries[1].InboxNumbers!);
    }

    [Fact]
    public async Task Members_are_known_whoever_changes_the_table_and_however_that_ends()
    {
        await EnrolAsync(Me, Peer);
        Assert.Null((await AppendAsync(Entry(1, Group))).InboxNumbers);
        await OnWriterAsync(session => session.Database.Execute(AddMember(Me) + ";" + AddMember(Peer)));
        Assert.Equal([Me, Peer], (await AppendAsync(Entry(2, Group))).InboxNumbers!.Select(number => number.UserId));
        await Assert.ThrowsAsync<InvalidOperationException>(() => OnWriterAsync(session =>
        {
            session.Database.Execute("DELETE FROM group_member");
            throw new InvalidOperationException("on purpose");
        }));
        Assert.Equal([Me, Peer], (await AppendAsync(Entry(3, Group))).InboxNumbers!.Select(number => number.UserId));
        await RefuseAsync();
        TrackedEntry[] failed = [];
        await InOneBatchAsync(() =>
        {
            _ = OnWriterAsync(session => session.Database.Execute("DELETE FROM group_member")).ContinueWith(task => task.Exception, TaskScheduler.Default);
            failed = [Append(Entry(4, Group))];
        });
        await failed[0].Committed;
        _refuseCommit = false;
        Assert.Equal([Me, Peer], (await AppendAsync(Entry(5, Group))).InboxNumbers!.Select(number => number.UserId));
        await OnWriterAsync(session => session.Database.Execute("DELETE FROM group_member WHERE user_id = 1"));
        Assert.Equal([Peer], (await AppendAsync(Entry(6, Group))).InboxNumbers!.Select(number => number.UserId));

        static string AddMember(long user) =>
            $"INSERT INTO group_member (project_id, group_id, user_id, joined_after, joined) VALUES ({Project}, 7, {user}, 0, 0)";
    }

    [Fact]
    public async Task What_a_sender_said_in_the_same_commit_counts_as_read_when_it_is_enrolled()
    {
        TrackedEntry[] entries = [];
        Task enrolling = Task.CompletedTask;
        await InOneBatchAsync(() =>
        {
            entries = [Append(Entry(1, sender: Peer)), Append(Entry(2, sender: Me)), Append(Entry(3, sender: Peer))];
            enrolling = EnrolAsync(Me);
        });
        await enrolling;

        Assert.Equal(3, Assert.Single(await ItemsAsync(Store, Me)).Message!.MessageId);
        Assert.Equal([new(Me, 2)], (await AppendAsync(Entry(4))).InboxNumbers!);
    }

    [Fact]
    public async Task Killed_at_any_moment_every_message_that_was_stored_has_its_dense_number()
    {
        await EnrolAsync(Me, Peer);
        await Store.Groups.AddMembersAsync(Project, Group.First, [Me, Peer, 3], 0, 0, 0, Token);
        for (var round = 0; round < 5; round++)
        {
            var entries = Enumerable.Range(0, 300)
                .Select(i => Append(Entry((round * 1000) + i, i % 2 == 0 ? Pair : Group, sender: i % 3 == 0 ? Peer : 3))).ToList();
            var note = Store.Inboxes.AddNoteAsync(Project, [Me], new byte[] { 1 }, Token);
            if (round % 2 == 1)
                await OnWriterAsync(session => session.Inboxes.Want());
            await entries[150].Committed; // in the midst of the commits
            await using (var killed = await Files.KilledAsync(Time))
                await CheckAsync(killed.Store);
            await Task.WhenAll(entries.Select(entry => entry.Committed));
            await note;
        }
        await CheckAsync(Store);
    }

    [Fact]
    public async Task What_waits_is_written_to_the_inboxes_by_itself_and_everything_stays_where_it_was()
    {
        await EnrolAsync(Me, 3);
        var window = new Queue<TrackedEntry>();
        for (var mid = 0; mid < 66_000; mid++)
        {
            window.Enqueue(Append(Entry(mid, mid % 2 == 0 ? Pair : ConversationKey.PeerToPeer(Project, Me, 3))));
            if (window.Count > 1000)
                await window.Dequeue().Committed;
        }
        await Task.WhenAll(window.Select(entry => entry.Committed));

        Assert.InRange(Store.Writer.InboxTail.Count, 1, 20_000);
        await CheckNumbersAsync();
        await ReopenAsync();
        Assert.InRange(Store.Writer.InboxTail.Count, 1, 20_000);
        await CheckNumbersAsync();
        Assert.Equal([new(Me, 66_001), new(Peer, 1)], await NumbersAfterEnrollingPeerAsync());

        async Task CheckNumbersAsync()
        {
            var numbers = new long[] { 1, 2, 511, 512, 513, 65_000, 65_530, 66_000, 66_001 };
            var items = await Store.Inboxes.GetAsync(Project, Me, numbers, Token);
            Assert.Equal(numbers[..^1].Select(number => (number, number - 1)), items.Select(item => (item.Number, item.Message!.MessageId)));
            items = await Store.Inboxes.GetAsync(Project, 3, [33_001, 33_000, 1], Token);
            Assert.Equal([(1L, 1L), (33_000, 65_999)], items.Select(item => (item.Number, item.Message!.MessageId)));
        }

        async Task<IEnumerable<InboxNumber>> NumbersAfterEnrollingPeerAsync()
        {
            await Store.Messages.AdvanceReadPositionsAsync([new(Pair, Peer, 33_000)], Token);
            await EnrolAsync(Peer);
            return (await AppendAsync(Entry(66_000))).InboxNumbers!;
        }
    }

    [Fact]
    public async Task Readers_find_everything_while_what_waits_is_written_to_the_inboxes()
    {
        await EnrolAsync(Me);
        var isDone = false;
        var writing = Task.Run(async () =>
        {
            for (var mid = 1; mid <= 2000; mid++)
            {
                await AppendAsync(Entry(mid));
                if (mid % 3 == 0)
                    await OnWriterAsync(session => session.Inboxes.Want());
                if (mid % 7 == 0)
                    await Store.Inboxes.AddNoteAsync(Project, [Me], new byte[] { 1 }, Token);
            }
            Volatile.Write(ref isDone, true);
        });
        while (!Volatile.Read(ref isDone))
        {
            var newest = (await Store.Inboxes.GetBoundsAsync(Project, Me, Token)).Newest;
            var wanted = Enumerable.Range((int)Math.Max(1, newest - 9), (int)Math.Min(newest, 10)).Select(number => (long)number).ToArray();
            Assert.Equal(wanted, (await Store.Inboxes.GetAsync(Project, Me, wanted, Token)).Select(item => item.Number));
        }
        await writing;
    }

    [Fact]
    public async Task A_failed_commit_loses_nothing_of_what_waited_to_be_written_to_the_inboxes()
    {
        await EnrolAsync(Me);
        await AppendAsync(Entry(1));
        await RefuseAsync();
        await InOneBatchAsync(() =>
        {
            _ = OnWriterAsync(session => session.Inboxes.Want()).ContinueWith(task => task.Exception, TaskScheduler.Default);
            Append(Entry(2));
        });
        _refuseCommit = false;
        Assert.Equal(1, Store.Writer.InboxTail.Count);
        await OnWriterAsync(session => session.Inboxes.Want());
        await AppendAsync(Entry(3));

        Assert.Equal([1L, 3], (await ItemsAsync(Store, Me)).Select(item => item.Message!.MessageId));
        await ReopenAsync();
        Assert.Equal([1L, 3], (await ItemsAsync(Store, Me)).Select(item => item.Message!.MessageId));
    }

    [Fact]
    public void Integers_come_back_as_they_were_and_damaged_ones_are_told()
    {
        long[] values = [5, 6, 6, -1, long.MaxValue, long.MinValue, 0, 1L << 40];
        var buffer = new List<byte>();
        VariableIntegers.WriteDifferences(buffer, values);
        var back = new long[values.Length];
        VariableIntegers.ReadDifferences(buffer.ToArray(), back);

        Assert.Equal(values, back);
        Assert.Throws<StoreException>(() => VariableIntegers.ReadDifferences(buffer.ToArray().AsSpan(0, buffer.Count - 1), new long[values.Length]));
        Assert.Throws<StoreException>(() => VariableIntegers.ReadDifferences([.. Enumerable.Repeat((byte)0x80, 20)], new long[1]));
    }

    [Fact]
    public async Task Appending_for_nobody_who_is_enrolled_allocates_nothing_while_others_are()
    {
        await EnrolAsync(500);
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

    private static async Task CheckAsync(SqliteStore store)
    {
        foreach (var user in new[] { Me, Peer })
        {
            var items = await ItemsAsync(store, user);
            var newest = (await store.Inboxes.GetBoundsAsync(Project, user, Token)).Newest;
            Assert.Equal(Enumerable.Range(1, (int)newest).Select(number => (long)number), items.Select(item => item.Number));
            var positions = new List<long>();
            foreach (var conversation in new[] { Pair, Group })
                positions.AddRange((await store.Messages.GetRangeAsync(conversation, 1, long.MaxValue, 100_000, Token)).Select(message => message.Position));
            Assert.Equal(positions.Order(), items.Where(item => item.Message is not null).Select(item => item.Message!.Position));
        }
    }

    private static async Task<IReadOnlyList<InboxItem>> ItemsAsync(SqliteStore store, long user)
    {
        var newest = (await store.Inboxes.GetBoundsAsync(Project, user, Token)).Newest;
        return await store.Inboxes.GetAsync(Project, user, [.. Enumerable.Range(1, (int)newest + 5).Select(number => (long)number)], Token);
    }

    private async Task EnrolAsync(params long[] users)
    {
        foreach (var user in users)
            await Store.Inboxes.EnrolAsync(Project, user, 1000, Token);
    }

    private async Task RefuseAsync()
    {
        await OnWriterAsync(session => raw.sqlite3_commit_hook(session.Database.Handle, _ => _refuseCommit ? 1 : 0, null));
        _refuseCommit = true;
    }
}
