using System.Collections.Concurrent;
using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Messaging.Inboxes;
using Parley.Core.Users;

namespace Parley.Storage.Conformance;

/// <summary>What is numbered for one user over all conversations.</summary>
public abstract class InboxConformance : StoreConformance
{
    private const long Me = 1;
    private const long Peer = 2;
    private const long Third = 3;
    private const long GroupId = 77;

    private static readonly ConversationKey Pair = ConversationKey.PeerToPeer(Project, Me, Peer);
    private static readonly ConversationKey Group = ConversationKey.Group(Project, GroupId);

    private int _mid;

    [Fact]
    public async Task Who_is_not_enrolled_has_no_numbers()
    {
        var entry = await SayAsync(Pair, Peer);

        Assert.Null(entry.InboxNumbers);
        Assert.Empty(await Store.Inboxes.GetEnrolledAsync(Token));
        Assert.Equal(default, await BoundsAsync(Me));
        Assert.Empty(await Store.Inboxes.GetAsync(Project, Me, [1, 2], Token));
    }

    [Fact]
    public async Task Both_ends_of_a_pair_get_the_message_and_oneself_gets_it_once()
    {
        await EnrolAsync(Me, Peer);
        var said = await SayAsync(Pair, Me);
        var toSelf = await SayAsync(ConversationKey.PeerToPeer(Project, Me, Me), Me);
        var elsewhere = await SayAsync(ConversationKey.PeerToPeer(Project, Third, Me), Third);

        Assert.Equal([new(Me, 1), new(Peer, 1)], said.InboxNumbers!);
        Assert.Equal([new(Me, 2)], toSelf.InboxNumbers!);
        Assert.Equal([new(Me, 3)], elsewhere.InboxNumbers!);
        Assert.Equal([(1, said.Message.MessageId), (2, toSelf.Message.MessageId), (3, elsewhere.Message.MessageId)], await ItemsAsync(Me));
        Assert.Equal([(1, said.Message.MessageId)], await ItemsAsync(Peer));
        Assert.Equal(new InboxBounds(0, 3), await BoundsAsync(Me));
    }

    [Fact]
    public async Task Messages_come_back_whole_and_numbers_that_are_asked_for_may_be_any()
    {
        await EnrolAsync(Me);
        var message = new Message
        {
            Conversation = Pair,
            Sender = Peer,
            MessageId = 5,
            Type = 110,
            Body = new byte[] { 1, 2 },
            Attributes = new byte[] { 3 },
            Envelope = new byte[] { 4, 5, 6 },
        };
        await AppendAsync(message);
        await SayAsync(Pair, Peer);

        var items = await Store.Inboxes.GetAsync(Project, Me, [2, 1, 1, 0, -5, 3, long.MaxValue], Token);
        Assert.Equal([1L, 2], items.Select(item => item.Number));
        var back = items[0].Message!;
        Assert.Equal((Pair, Peer, 5L, (byte)110, 1L, message.Position), (back.Conversation, back.Sender, back.MessageId, back.Type, back.Sequence, back.Position));
        Assert.Equal(message.Body.ToArray(), back.Body.ToArray());
        Assert.Equal(message.Attributes.ToArray(), back.Attributes.ToArray());
        Assert.Equal(message.Envelope.ToArray(), back.Envelope.ToArray());
        Assert.True(items[0].Note.IsEmpty);
    }

    [Fact]
    public async Task A_group_is_for_the_members_that_it_has_when_the_message_is_stored()
    {
        await EnrolAsync(Me, Peer, 99);
        await JoinAsync(Me, Third);
        Assert.Equal([new(Me, 1)], (await SayAsync(Group, Third)).InboxNumbers!);
        await JoinAsync(Peer);
        Assert.Equal([new(Me, 2), new(Peer, 1)], (await SayAsync(Group, Me)).InboxNumbers!);
        await EnrolAsync(Third);
        Assert.Equal([new(Me, 3), new(Peer, 2), new(Third, 2)], (await SayAsync(Group, Me)).InboxNumbers!); // what was said after its own was unread
        await Store.Groups.RemoveMembersAsync(Project, GroupId, [Me], sparesOwner: false, Token);
        Assert.Equal([new(Peer, 3), new(Third, 3)], (await SayAsync(Group, Me)).InboxNumbers!); // a sender who is no member gets none
        await Store.Groups.LeaveAsync(Project, GroupId, Peer, Token);
        Assert.Equal([new(Third, 4)], (await SayAsync(Group, Third)).InboxNumbers!);
        await JoinAsync(Me);
        Assert.Equal([new(Me, 4), new(Third, 5)], (await SayAsync(Group, Third)).InboxNumbers!);
        Assert.Equal(0, (await BoundsAsync(99)).Newest);
    }

    [Fact]
    public async Task Joining_and_leaving_in_the_middle_of_a_commit_decide_about_what_follows()
    {
        await EnrolAsync(Me, Peer);
        await JoinAsync(Me, Third);
        await SayAsync(Group, Third);
        var first = Append(Words(Group, Third, 1));
        var joining = Store.Groups.AddMembersAsync(Project, GroupId, [Peer], 0, 0, Now, Token);
        var second = Append(Words(Group, Third, 2));
        var leaving = Store.Groups.LeaveAsync(Project, GroupId, Me, Token);
        var third = Append(Words(Group, Third, 3));
        await joining;
        await leaving;

        Assert.Equal([Me], (await first.Committed).InboxNumbers!.Select(number => number.UserId));
        Assert.Equal([Me, Peer], (await second.Committed).InboxNumbers!.Select(number => number.UserId));
        Assert.Equal([Peer], (await third.Committed).InboxNumbers!.Select(number => number.UserId));
    }

    [Fact]
    public async Task A_broadcast_is_for_everybody_enrolled_in_the_project_and_a_room_for_nobody()
    {
        await EnrolAsync(Third, Me);
        await Store.Inboxes.EnrolAsync(OtherProject, Peer, 10, Token);

        Assert.Equal([new(Me, 1), new(Third, 1)], (await SayAsync(ConversationKey.Broadcast(Project), 9)).InboxNumbers!);
        await EnrolAsync(Peer);
        Assert.Equal([new(Me, 2), new(Peer, 1), new(Third, 2)], (await SayAsync(ConversationKey.Broadcast(Project), 9)).InboxNumbers!);
        Assert.Null((await SayAsync(ConversationKey.Room(Project, 5), Me)).InboxNumbers);
        Assert.Null((await SayAsync(ConversationKey.PeerToPeer(OtherProject, Me, Third), Me)).InboxNumbers);
    }

    [Fact]
    public async Task A_retry_and_what_is_to_stay_out_get_no_number()
    {
        await EnrolAsync(Me, Peer);
        await AppendAsync(Words(Pair, Me, 7), window: 1000);
        var again = await AppendAsync(Words(Pair, Me, 7), window: 1000);
        var outside = new TrackedEntry { Message = Words(Pair, Me, 8), NoInbox = true };
        Assert.True(Store.Messages.TryAppend(outside));
        await outside.Committed;
        var next = await SayAsync(Pair, Me);

        Assert.Equal(JournalStatus.Duplicate, again.Status);
        Assert.Null(again.InboxNumbers);
        Assert.Null(outside.InboxNumbers);
        Assert.Equal([new(Me, 2), new(Peer, 2)], next.InboxNumbers!);
        Assert.Equal([(1, 7), (2, next.Message.MessageId)], await ItemsAsync(Peer));
    }

    [Fact]
    public async Task Deleted_and_retired_messages_leave_holes_and_numbers_go_on()
    {
        await EnrolAsync(Me);
        for (var i = 0; i < 6; i++)
            await SayAsync(Pair, Peer);
        await Store.Messages.DeleteAsync(Pair, 5, Token);
        await Store.Messages.RetireAsync(Project, 0, keep: 4, limit: 100, Token);

        Assert.Equal([3L, 4, 6], (await ItemsAsync(Me)).Select(item => item.Number));
        Assert.Equal(7, (await SayAsync(Pair, Peer)).InboxNumbers![0].Number);
    }

    [Fact]
    public async Task Numbers_go_on_after_a_restart_also_when_everything_was_cleared()
    {
        await EnrolAsync(Me, Peer);
        for (var i = 0; i < 3; i++)
            await SayAsync(Pair, Peer);
        await ReopenAsync();
        Assert.Equal([new(Project, Me), new(Project, Peer)], await Store.Inboxes.GetEnrolledAsync(Token));
        Assert.Equal([new(Me, 4), new(Peer, 4)], (await SayAsync(Pair, Peer)).InboxNumbers!);

        await Store.Messages.RetireAsync(Project, long.MaxValue, 0, 100, Token);
        await TrimAsync(0);
        await ReopenAsync();
        Assert.Equal(new InboxBounds(5, 4), await BoundsAsync(Me));
        Assert.Equal(5, (await SayAsync(Pair, Me)).InboxNumbers![0].Number);
        Assert.Equal(new InboxBounds(5, 5), await BoundsAsync(Me));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Trimming_clears_from_the_oldest_end_up_to_what_stays(int limit)
    {
        await EnrolAsync(Me, Peer, Third);
        for (var i = 0; i < 3; i++)
            await SayAsync(Pair, Peer);
        await Store.Inboxes.AddNoteAsync(Project, [Me], new byte[] { 1 }, Token);
        await SayAsync(ConversationKey.PeerToPeer(Project, Me, Third), Third);
        for (var i = 0; i < 2; i++)
            await SayAsync(Pair, Peer);
        await Store.Messages.RetireAsync(Project, 0, keep: 1, limit: 100, Token);
        await TrimAsync(0, limit);

        Assert.Equal(new InboxBounds(4, 7), await BoundsAsync(Me)); // the note stays
        Assert.Equal(new InboxBounds(5, 5), await BoundsAsync(Peer));
        Assert.Equal(new InboxBounds(0, 1), await BoundsAsync(Third));

        Time.Advance(TimeSpan.FromSeconds(1));
        await TrimAsync(Now - 1000, limit); // as old as the note: it stays
        Assert.Equal(new InboxBounds(4, 7), await BoundsAsync(Me));
        await TrimAsync(Now, limit);
        Assert.Equal(new InboxBounds(5, 7), await BoundsAsync(Me));
        Assert.Equal([5L, 7], (await ItemsAsync(Me)).Select(item => item.Number));
    }

    [Fact]
    public async Task A_note_gets_a_number_for_each_of_the_users_who_is_enrolled()
    {
        await EnrolAsync(Me, Peer);
        await SayAsync(Pair, Peer);
        await SayAsync(ConversationKey.PeerToPeer(Project, Me, Third), Third);
        var note = new byte[] { 9, 0, 9 };

        Assert.Equal([2L, 0, 3, 2], await Store.Inboxes.AddNoteAsync(Project, [Peer, Third, Me, Peer], note, Token));
        Assert.Equal([0L], await Store.Inboxes.AddNoteAsync(Project, [Third], note, Token));
        Assert.Equal([4L], await Store.Inboxes.AddNoteAsync(Project, [Me], ReadOnlyMemory<byte>.Empty, Token));
        Assert.Equal([], await Store.Inboxes.AddNoteAsync(Project, [], note, Token));
        await ReopenAsync();

        var items = await Store.Inboxes.GetAsync(Project, Me, [3, 4], Token);
        Assert.Equal([(3L, true, 3), (4L, true, 0)], items.Select(item => (item.Number, item.Message is null, item.Note.Length)));
        Assert.Equal(note, items[0].Note.ToArray());
        Assert.Equal(note, Assert.Single(await Store.Inboxes.GetAsync(Project, Peer, [2], Token)).Note.ToArray());
        Assert.Equal(2, (await BoundsAsync(Peer)).Newest);
    }

    [Fact]
    public async Task What_is_unread_is_put_into_a_new_inbox_in_the_order_of_the_log()
    {
        var other = ConversationKey.PeerToPeer(Project, Me, Third);
        await JoinAsync(Peer);
        await SayAsync(Group, Peer); // before joining
        await JoinAsync(Me);
        var expected = new List<long>();
        await SayAsync(Pair, Peer);
        await SayAsync(Pair, Me); // own, and everything before it is read
        await SayAsync(other, Third);
        await Store.Messages.AdvanceReadPositionsAsync([new(other, Me, 1)], Token);
        foreach (var (conversation, sender) in new[] { (Group, Peer), (Pair, Peer), (other, Third), (Group, Peer), (Pair, Peer) })
            expected.Add((await SayAsync(conversation, sender)).Message.MessageId);
        await Store.Messages.DeleteAsync(Pair, 3, Token);
        expected.RemoveAt(1);
        await SayAsync(ConversationKey.Broadcast(Project), Peer);
        await SayAsync(ConversationKey.Room(Project, 4), Peer);
        await SayAsync(ConversationKey.PeerToPeer(OtherProject, Me, Peer), Peer);
        await EnrolAsync(Me);

        Assert.Equal(expected, (await ItemsAsync(Me)).Select(item => item.MessageId));
        await EnrolAsync(Me);
        Assert.Equal(new InboxBounds(0, 4), await BoundsAsync(Me)); // again changes nothing
        Assert.Equal(5, (await SayAsync(Pair, Peer)).InboxNumbers![0].Number);
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    public async Task Of_very_much_that_is_unread_the_newest_is_put_in(int unread, long firstMid)
    {
        var other = ConversationKey.PeerToPeer(Project, Me, Third);
        for (var i = 0; i < unread; i++)
            await SayAsync(i % 3 == 0 ? Pair : other, i % 3 == 0 ? Peer : Third);
        await Store.Inboxes.EnrolAsync(Project, Me, 10, Token);

        var items = await ItemsAsync(Me);
        Assert.Equal(Math.Min(unread, 10), items.Count);
        Assert.Equal(Enumerable.Range((int)firstMid, items.Count).Select(mid => (long)mid), items.Select(item => item.MessageId));
    }

    [Fact]
    public async Task What_is_said_while_users_are_enrolled_is_neither_lost_nor_doubled()
    {
        const int Users = 40;
        const int Each = 200;
        var senders = Enumerable.Range(0, 4).Select(sender => Task.Run(async () =>
        {
            var entries = new List<TrackedEntry>();
            for (var i = 0; i < Each; i++)
            {
                var to = 100 + ((i * 4) + sender) % Users;
                entries.Add(Append(Words(ConversationKey.PeerToPeer(Project, 10 + sender, to), 10 + sender, (sender * 1000) + i)));
                if (i % 10 == 0)
                    await entries[^1].Committed;
            }
            await Task.WhenAll(entries.Select(entry => entry.Committed));
            return entries;
        })).ToArray();
        for (var user = 100; user < 100 + Users; user++)
            await Store.Inboxes.EnrolAsync(Project, user, 1000, Token);
        var said = (await Task.WhenAll(senders)).SelectMany(entries => entries).ToList();

        for (var user = 100; user < 100 + Users; user++)
        {
            var items = await ItemsAsync(user);
            var expected = said.Where(entry => entry.Message.Conversation.Second == user).OrderBy(entry => entry.Message.Position);
            Assert.Equal(expected.Select(entry => entry.Message.MessageId), items.Select(item => item.MessageId));
            Assert.Equal(Enumerable.Range(1, items.Count).Select(number => (long)number), items.Select(item => item.Number));
        }
    }

    [Fact]
    public async Task Many_senders_give_dense_numbers_in_the_order_of_commits()
    {
        await EnrolAsync(Me, Peer, Third);
        await JoinAsync(Me, Peer, 50);
        var notes = new ConcurrentBag<long>();
        var senders = Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
        {
            var entries = new List<TrackedEntry>();
            for (var i = 0; i < 100; i++)
            {
                var conversation = (i % 3) switch { 0 => Group, 1 => ConversationKey.PeerToPeer(Project, 50 + sender, Me), _ => ConversationKey.Broadcast(Project) };
                entries.Add(Append(Words(conversation, 50 + sender, (sender * 1000) + i)));
                if (i % 20 == 0)
                    notes.Add((await Store.Inboxes.AddNoteAsync(Project, [Me], new byte[] { 1 }, Token))[0]);
            }
            await Task.WhenAll(entries.Select(entry => entry.Committed));
            return entries;
        })).ToArray();
        var said = (await Task.WhenAll(senders)).SelectMany(entries => entries).OrderBy(entry => entry.Message.Position).ToList();

        foreach (var user in new[] { Me, Peer, Third })
        {
            var given = said.SelectMany(entry => entry.InboxNumbers ?? []).Where(number => number.UserId == user).Select(number => number.Number).ToList();
            Assert.Equal(given.Order(), given); // the order of positions is the order of commits
            var all = user == Me ? given.Concat(notes).Order() : given.Order();
            Assert.Equal(Enumerable.Range(1, all.Count()).Select(number => (long)number), all);
            Assert.Equal(all.Last(), (await BoundsAsync(user)).Newest);
        }
    }

    private async Task<TrackedEntry> SayAsync(ConversationKey conversation, long sender) =>
        await AppendAsync(Words(conversation, sender, Interlocked.Increment(ref _mid)));

    private async Task EnrolAsync(params long[] users)
    {
        foreach (var user in users)
            await Store.Inboxes.EnrolAsync(Project, user, 1000, Token);
    }

    private async Task JoinAsync(params long[] users) => await Store.Groups.AddMembersAsync(Project, GroupId, users, 0, 0, Now, Token);

    private ValueTask<InboxBounds> BoundsAsync(long user) => Store.Inboxes.GetBoundsAsync(Project, user, Token);

    private async Task TrimAsync(long notesBefore, int limit = 100)
    {
        for (var round = 0; round < 100; round++)
        {
            if (await Store.Inboxes.TrimAsync(Project, notesBefore, limit, Token) < limit)
                return;
        }
        Assert.Fail("Trimming does not come to an end.");
    }

    /// <summary>The numbers in an inbox with the mid of each message; 0 for a note.</summary>
    private async Task<IReadOnlyList<(long Number, long MessageId)>> ItemsAsync(long user)
    {
        var newest = (await BoundsAsync(user)).Newest;
        var numbers = Enumerable.Range(1, (int)newest + 1).Select(number => (long)number).ToArray();
        var items = await Store.Inboxes.GetAsync(Project, user, numbers, Token);
        return [.. items.Select(item => (item.Number, item.Message?.MessageId ?? 0))];
    }
}
